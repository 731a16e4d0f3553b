#include "dialect/bitrix24/params.h"
#include "test.h"

static struct value *params_of(struct arena *arena, enum http_method method, const char *query,
                               const char *type, struct bytes body)
{
    struct http_header header = { B("Content-Type"), bytes_str(type) };
    struct http_request req = { .method = method,
                                .query = bytes_str(query),
                                .body = body,
                                .headers = &header,
                                .header_count = type ? 1 : 0 };
    struct value *params = NULL;
    struct err e = { 0 };

    CHECK_INT(b24_params_read(arena, &req, &params, &e), ERR_NONE);
    CHECK_INT(params->type, VALUE_MAP);
    return params;
}

static struct bytes text(const struct value *value)
{
    return value && value->type == VALUE_STRING ? value->string : B("(no text)");
}

#define JSON "application/json"
#define FORM "application/x-www-form-urlencoded"

TEST(a_query_string_is_read_with_php_keys)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    struct value *params = params_of(
        arena, HTTP_GET,
        "fields[productId]=7&fields%5Btype%5D=MORE_PHOTO&select[]=id&select[]=name&a=1&a=2"
        "&filter[%3Eid]=10&a.b=3&bx24_request_id=x",
        NULL, B(""));

    CHECK_BYTES(text(value_get(value_get(params, B("fields")), B("productId"))), B("7"));
    CHECK_BYTES(text(value_get(value_get(params, B("fields")), B("type"))), B("MORE_PHOTO"));
    CHECK_INT(value_get(params, B("select"))->type, VALUE_LIST);
    CHECK_BYTES(text(value_at(value_get(params, B("select")), 1)), B("name"));
    CHECK_BYTES(text(value_get(params, B("a"))), B("2"));
    CHECK_BYTES(text(value_get(value_get(params, B("filter")), B(">id"))), B("10"));
    CHECK_BYTES(text(value_get(params, B("a_b"))), B("3"));
}

TEST(a_body_wins_over_the_query_without_merging_deep)
{
    static const char *const types[] = { JSON, "Application/JSON; charset=utf-8" };

    for (size_t i = 0; i < COUNT(types); i++) {
        CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
        struct value *params = params_of(arena, HTTP_POST, "id=1&fields[a]=1&other[x]=2", types[i],
                                         B("{\"id\":9,\"fields\":{\"b\":2}}"));

        CHECK_INT(value_get(params, B("id"))->integer, 9);
        CHECK(value_get(value_get(params, B("fields")), B("a")) == NULL);
        CHECK_INT(value_get(value_get(params, B("fields")), B("b"))->integer, 2);
        CHECK_BYTES(text(value_get(value_get(params, B("other")), B("x"))), B("2"));
        CHECK_INT(params->count, 3);
    }
}

TEST(a_form_body_wins_over_the_query)
{
    static const char *const types[] = { FORM, "text/plain", NULL };

    for (size_t i = 0; i < COUNT(types); i++) {
        CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
        struct value *params =
            params_of(arena, HTTP_POST, "id=1&q=2", types[i], B("id=9&fileContent[0]=a+b.png"));

        CHECK_BYTES(text(value_get(params, B("id"))), B("9"));
        CHECK_BYTES(text(value_get(params, B("q"))), B("2"));
        CHECK_BYTES(text(value_at(value_get(params, B("fileContent")), 0)), B("a b.png"));
    }
}

TEST(a_multipart_body_is_a_form_without_its_files)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    struct value *params = params_of(
        arena, HTTP_POST, "id=1", "multipart/form-data; boundary=xyz",
        B("--xyz\r\nContent-Disposition: form-data; name=\"fields[productId]\"\r\n\r\n7\r\n"
          "--xyz\r\nContent-Disposition: form-data; name=\"fileContent[0]\"\r\n\r\na.png\r\n"
          "--xyz\r\nContent-Disposition: form-data; name=\"fileContent[1]\"\r\n\r\naGVsbG8=\r\n"
          "--xyz\r\nContent-Disposition: form-data; name=\"up\"; filename=\"x\"\r\n\r\nbytes\r\n"
          "--xyz--\r\n"));

    CHECK_BYTES(text(value_get(value_get(params, B("fields")), B("productId"))), B("7"));
    CHECK_INT(value_get(params, B("fileContent"))->type, VALUE_LIST);
    CHECK_BYTES(text(value_at(value_get(params, B("fileContent")), 1)), B("aGVsbG8="));
    CHECK(value_get(params, B("up")) == NULL);
    CHECK_BYTES(text(value_get(params, B("id"))), B("1"));
}

TEST(a_broken_body_gives_no_parameters_and_no_error)
{
    static const struct {
        const char *type;
        const char *body;
    } rows[] = {
        { JSON, "{\"id\":" },
        { JSON, "id=9" },
        { JSON, "7" },
        { JSON, "\"id\"" },
        { JSON, "[1,2]" },
        { JSON, "null" },
        { "multipart/form-data; boundary=xyz", "no parts here" },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
        struct value *params =
            params_of(arena, HTTP_POST, "q=2", rows[i].type, bytes_str(rows[i].body));

        CHECK_INT(params->count, 1);
        CHECK_BYTES(text(value_get(params, B("q"))), B("2"));
    }
}

TEST(an_empty_post_has_the_parameters_of_its_query)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    struct value *params = params_of(arena, HTTP_POST, "id=1", FORM, B(""));

    CHECK_BYTES(text(value_get(params, B("id"))), B("1"));
}

TEST_MAIN
