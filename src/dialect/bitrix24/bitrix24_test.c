#include "dialect/bitrix24/fixture_test.h"

TEST(a_picture_that_was_added_is_got_by_every_form_of_address)
{
    static const char *const forms[] = {
        HOOK "catalog.productImage.get",       HOOK "catalog.productimage.get",
        HOOK "catalog.productImage.get/",      HOOK "catalog.productImage.get.json",
        HOOK "CATALOG.PRODUCTIMAGE.GET.json/",
    };
    CLEANUP(done) struct fixture f;

    init(&f);
    const struct value *image = add_picture(&f, 37, "DETAIL_PICTURE", "mug.png", PIXEL_A);
    char query[64];
    snprintf(query, sizeof query, "productId=37&id=%d", (int)number_at(image, "id"));
    for (size_t i = 0; i < COUNT(forms); i++) {
        const struct value *answer = get(&f, forms[i], query);

        CHECK_INT(f.res.status, 200);
        CHECK_BYTES(f.res.content_type, B("application/json; charset=utf-8"));
        CHECK_INT(at(answer, "result.productImage")->count, 7);
        CHECK_INT(number_at(answer, "result.productImage.productId"), 37);
        CHECK_BYTES(text_at(answer, "result.productImage.name"), B("mug.png"));
        CHECK_BYTES(text_at(answer, "result.productImage.type"), B("DETAIL_PICTURE"));
        CHECK_BYTES(text_at(answer, "result.productImage.detailUrl"), text_at(image, "detailUrl"));
        CHECK_INT(at(answer, "time")->count, 6);
        CHECK_INT(at(answer, "time.start")->type, VALUE_DOUBLE);
    }
}

TEST(an_answer_can_be_xml)
{
    CLEANUP(done) struct fixture f;

    init(&f);
    get(&f, HOOK "user.admin.xml", "");
    CHECK_INT(f.res.status, 200);
    CHECK_BYTES(f.res.content_type, B("text/xml; charset=utf-8"));
    CHECK(bytes_starts(f.res.body, B("<response><result>1</result><time><start>")));
    get(&f, "/rest/nothing.xml", "");
    CHECK_INT(f.res.status, 404);
    CHECK_BYTES(f.res.body,
                B("<response><error>ERROR_METHOD_NOT_FOUND</error>"
                  "<error_description>Method not found!</error_description></response>"));
}

static const struct {
    const char *path;
    const char *query;
    const char *authorization;
    int status;
    const char *code;
    const char *text;
} doors[] = {
    { "/rest/1/wrong/profile", "", NULL, 403, "INVALID_CREDENTIALS",
      "Invalid request credentials" },
    { "/rest/2/admin-hook-secret/profile", "", NULL, 403, "INVALID_CREDENTIALS",
      "Invalid request credentials" },
    { "/rest/x/admin-hook-secret/profile", "", NULL, 403, "INVALID_CREDENTIALS",
      "Invalid request credentials" },
    { "/rest/profile", "", NULL, 401, "NO_AUTH_FOUND", "Wrong authorization data" },
    { "/rest/profile", "auth=", NULL, 401, "NO_AUTH_FOUND", "Wrong authorization data" },
    { "/rest/profile", "", "Basic ZGVtbw==", 401, "NO_AUTH_FOUND", "Wrong authorization data" },
    { "/rest/profile", "auth=nobody", NULL, 401, "invalid_token",
      "The access token provided is invalid" },
    { "/rest/profile", "auth=access-token-old", NULL, 401, "expired_token",
      "The access token provided has expired" },
    { "/rest/profile", "auth=access-token-one", "bearer nobody", 401, "invalid_token",
      "The access token provided is invalid" },
    { "/rest/catalog.productImage.get", "auth=access-token-crm", NULL, 403, "insufficient_scope",
      "The request requires higher privileges than provided by the access token" },
    { "/rest/1/crm-hook-secret/catalog.productImage.get", "", NULL, 403, "insufficient_scope",
      "The request requires higher privileges than provided by the webhook token" },
    { "/rest/nothing.here", "", NULL, 404, "ERROR_METHOD_NOT_FOUND", "Method not found!" },
    { "/rest/", "", NULL, 404, "ERROR_METHOD_NOT_FOUND", "Method not found!" },
    { "/rest/admin-hook-secret/profile", "", NULL, 404, "ERROR_METHOD_NOT_FOUND",
      "Method not found!" },
    { "/upload/nothing", "", NULL, 404, "ERROR_NOT_FOUND", "File not found" },
    { "/rest/profile", "auth=access-token-one", NULL, 200, NULL, NULL },
    { "/rest/profile", "access_token=access-token-one", NULL, 200, NULL, NULL },
    { "/rest/profile", "", "bearer access-token-one", 200, NULL, NULL },
    { "/rest/1/admin-hook-secret/profile", "auth=nobody", "Bearer nobody", 200, NULL, NULL },
};

TEST(a_credential_is_taken_from_path_header_or_parameter)
{
    CLEANUP(done) struct fixture f;

    init(&f);
    for (size_t i = 0; i < COUNT(doors); i++) {
        struct http_header authorization = { B("Authorization"),
                                             bytes_str(doors[i].authorization) };
        const struct value *answer =
            ask_as(&f, (struct http_request){ .method = HTTP_GET,
                                              .path = bytes_str(doors[i].path),
                                              .query = bytes_str(doors[i].query),
                                              .headers = &authorization,
                                              .header_count = doors[i].authorization ? 1 : 0 });
        CHECK_INT(f.res.status, doors[i].status);
        if (!doors[i].code) {
            CHECK_BYTES(text_at(answer, "result.ID"), B("1"));
            continue;
        }
        CHECK_BYTES(text_at(answer, "error"), bytes_str(doors[i].code));
        CHECK_BYTES(text_at(answer, "error_description"), bytes_str(doors[i].text));
    }
}

TEST(rest_3_is_answered_404_in_its_own_shape)
{
    CLEANUP(done) struct fixture f;

    init(&f);
    const struct value *answer = post(&f, "/rest/api/1/admin-hook-secret/profile", JSON, "{}");
    CHECK_INT(f.res.status, 404);
    CHECK_BYTES(text_at(answer, "error.code"),
                B("BITRIX_REST_V3_EXCEPTION_METHODNOTFOUNDEXCEPTION"));
}

TEST(other_http_methods_are_refused_with_json)
{
    CLEANUP(done) struct fixture f;

    init(&f);
    CHECK_ERROR(&f,
                ask_as(&f, (struct http_request){ .method = HTTP_PUT, .path = B(HOOK "profile") }),
                405, "INVALID_REQUEST", "HTTP method not allowed");
    CHECK_BYTES(header(&f, "Allow"), B("GET, POST, OPTIONS"));
    ask_as(&f, (struct http_request){ .method = HTTP_HEAD,
                                      .path = B(HOOK "catalog.productImage.delete"),
                                      .query = B("id=1&productId=1") });
    CHECK_INT(f.res.status, 405);
    ask_as(&f, (struct http_request){ .method = HTTP_OPTIONS, .path = B(HOOK "profile") });
    CHECK_INT(f.res.status, 204);
    CHECK_BYTES(header(&f, "Access-Control-Allow-Origin"), B("*"));
}

TEST(writes_are_planned_for_a_thread_and_long_bodies_too)
{
    struct http_header headers[] = { { B("Content-Length"), B("100") } };
    struct http_response res;
    struct http_request req = { .method = HTTP_POST,
                                .path = B(HOOK "catalog.productImage.get"),
                                .headers = headers,
                                .header_count = 1 };
    struct call c = { .req = &req, .res = &res, .arena = arena_new(1 << 20) };

    CHECK_INT(bitrix24.plan(&c), PLAN_INLINE);
    headers[0].value = B("70000");
    CHECK_INT(bitrix24.plan(&c), PLAN_THREAD);
    req.header_count = 0; /* chunked */
    CHECK_INT(bitrix24.plan(&c), PLAN_THREAD);
    req.method = HTTP_GET;
    CHECK_INT(bitrix24.plan(&c), PLAN_INLINE);
    req.path = B(HOOK "catalog.productimage.ADD");
    CHECK_INT(bitrix24.plan(&c), PLAN_THREAD);
    req.path = B("/rest/download.json");
    CHECK_INT(bitrix24.plan(&c), PLAN_INLINE);
    arena_free(c.arena);
}

TEST(numeric_codes_are_numbers_when_asked_for)
{
    CLEANUP(done) struct fixture f;

    init(&f);
    f.settings.numeric_error_codes = true;
    CHECK_INT(number_at(get(&f, GET, "id=1&productId=99999"), "error"), 0);
    CHECK_INT(number_at(get(&f, READER DELETE, "id=1&productId=1"), "error"), 200040300020);
    CHECK_BYTES(text_at(get(&f, "/rest/profile", ""), "error"), B("NO_AUTH_FOUND"));
}

static size_t common_methods(void)
{
    size_t count = 0;

    for (size_t i = 0; i < b24_method_count; i++)
        count += b24_methods[i].scope == B24_COMMON;
    return count;
}

TEST(the_system_methods_answer)
{
    CLEANUP(done) struct fixture f;

    init(&f);
    CHECK_INT(text_at(get(&f, HOOK "server.time", ""), "result").len, 25);
    CHECK_BYTES(text_at(get(&f, HOOK "scope", ""), "result.0"), B("catalog"));
    CHECK_BYTES(text_at(get(&f, HOOK "scope", ""), "result.1"), B("user"));
    CHECK_INT(at(get(&f, HOOK "scope", "FULL=true"), "result")->count, 4);
    CHECK(at(get(&f, HOOK "user.admin", ""), "result")->boolean);
    CHECK(!at(get(&f, READER "user.admin", ""), "result")->boolean);

    const struct value *answer = get(&f, HOOK "profile", "");
    CHECK_BYTES(text_at(answer, "result.ID"), B("1"));
    CHECK(at(answer, "result.ADMIN")->boolean);
    CHECK_BYTES(text_at(answer, "result.NAME"), B("Anna Maria"));
    CHECK_BYTES(text_at(answer, "result.LAST_NAME"), B("Berg"));
    CHECK(at(get(&f, HOOK "user.current", ""), "result.ACTIVE")->boolean);
    get(&f, READER "user.current", "");
    CHECK_INT(f.res.status, 403);

    CHECK_INT(at(get(&f, HOOK "methods", "full=1"), "result")->count, b24_method_count);
    CHECK_INT(at(get(&f, HOOK "methods", "scope="), "result")->count, common_methods());
    CHECK_INT(at(get(&f, HOOK "methods", "scope=nothing&full=1"), "result")->count, 0);
    CHECK_BYTES(text_at(get(&f, HOOK "methods", "SCOPE=catalog"), "result.0"),
                B("catalog.productimage.get"));
    CHECK_INT(at(get(&f, READER "methods", ""), "result")->count, b24_method_count - 1);
    answer = get(&f, READER "method.get", "name=user.current");
    CHECK(at(answer, "result.isExisting")->boolean);
    CHECK(!at(answer, "result.isAvailable")->boolean);
    CHECK(!at(get(&f, HOOK "method.get", "name=nothing"), "result.isExisting")->boolean);
}

TEST(an_error_of_the_server_is_told_in_the_form_of_the_path)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    struct http_response res = { 0 };
    struct http_request req = { .path = B("/rest/1/a/catalog.productImage.add.xml") };
    struct call c = { .req = &req, .res = &res, .arena = arena };

    bitrix24.fail(&c, 413, "Request is too large");
    CHECK_INT(res.status, 413);
    CHECK_BYTES(res.body,
                B("<response><error>INVALID_REQUEST</error>"
                  "<error_description>Request is too large</error_description></response>"));
    req.path = (struct bytes){ 0 };
    bitrix24.fail(&c, 500, "anything");
    CHECK_BYTES(res.body, B("{\"error\":\"INTERNAL_SERVER_ERROR\","
                            "\"error_description\":\"Internal server error\"}"));
}

TEST_MAIN
