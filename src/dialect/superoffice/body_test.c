/* Bodies in, whatever they are written and packed in. */
#include "dialect/superoffice/harness.h"
#include "http/gzip.h"

#define HEADERS(text) "Content-Type: " text "\n"

static struct world w;

/* A call with that body on a store, as on a thread. */
static struct call call_with(const char *headers, struct bytes body)
{
    static struct so_call state = { .label = { "application/json", 16 } };

    if (!w.arena)
        world_open(&w);
    w.req = (struct http_request){ .method = HTTP_POST, .body = body };
    set_headers(&w, headers);
    w.res = (struct http_response){ 0 };
    return (struct call){
        .req = &w.req, .res = &w.res, .arena = w.arena, .core = w.slow, .state = &state
    };
}

static struct bytes json_of(const struct value *value)
{
    static const struct so_local plain;
    struct so_writer out;

    so_writer_init(&out, w.arena, SO_FORMAT_JSON, &plain, 1 << 20);
    so_value(&out, B(""), value);
    CHECK(!out.out.failed);
    return strbuf_bytes(&out.out);
}

static struct err err;

static enum err_code read_it(const char *headers, struct bytes body, const struct value **out)
{
    struct call c = call_with(headers, body);

    err = (struct err){ 0 };
    *out = NULL;
    return so_body_read(&c, &so_blob_entity, out, &err);
}

#define UTF16 "\xFF\xFE{\0\"\0D\0e\0s\0c\0r\0i\0p\0t\0i\0o\0n\0\"\0:\0\"\0\xE5\0\"\0}\0"
#define XML16                                                                                      \
    "\xFE\xFF\0<\0B\0>\0<\0D\0e\0s\0c\0r\0i\0p\0t\0i\0o\0n\0>\0\xE5\0<\0/"                         \
    "\0D\0e\0s\0c\0r\0i\0p\0t\0i\0o\0n\0>\0<\0/\0B\0>"

TEST(every_type_becomes_the_same_map)
{
    static const struct {
        const char *headers;
        struct bytes body;
    } cases[] = {
        { "", B("{\"Description\":\"\xC3\xA5\"}") },
        { "", B("  \r\n{\"Description\":\"\xC3\xA5\"}") },
        { HEADERS("application/json"), B("{\"Description\":\"\xC3\xA5\"}") },
        { HEADERS("application/json"), B("\xEF\xBB\xBF{\"Description\":\"\xC3\xA5\"}") },
        { HEADERS("text/json; charset=\"utf-8\""), B("{Description:'\xC3\xA5',}") },
        { HEADERS("application/merge-patch+json"), B("{\"Description\":\"\\u00e5\"}") },
        { HEADERS("application/vnd.x+json"), B("{\"Description\":\"\\u00e5\"}") },
        { HEADERS("application/json; charset=iso-8859-1"), B("{\"Description\":\"\xE5\"}") },
        { HEADERS("application/json"), B(UTF16) },
        { HEADERS("application/json; charset=utf-16"), B(UTF16) },
        { "", B(UTF16) },
        { "", B("<B><Description>\xC3\xA5</Description></B>") },
        { HEADERS("text/xml"), B("<B><Description>&#229;</Description></B>") },
        { HEADERS("application/xml"), B("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><B>"
                                        "<Description>\xE5</Description></B>") },
        { HEADERS("application/xml; charset=utf-8"),
          B("<?xml version=\"1.0\" encoding='iso-8859-1'?><B><Description>\xC3\xA5</Description>"
            "</B>") },
        { HEADERS("application/xml"), B("<?xml version=\"1.0\" encoding=\"utf-16\"?><B>"
                                        "<Description>\xC3\xA5</Description></B>") },
        { HEADERS("application/xml"), B(XML16) },
        { HEADERS("application/x-www-form-urlencoded"), B("Description=%C3%A5") },
        { HEADERS("application/x-www-form-urlencoded"), B("Description=\xC3\xA5") },
        { HEADERS("application/x-www-form-urlencoded; charset=iso-8859-1"), B("Description=%E5") },
        { HEADERS("application/x-www-form-urlencoded; charset=iso-8859-1"), B("Description=\xE5") },
        { HEADERS("application/x-www-form-urlencoded"), B("{\"Description\":\"\xC3\xA5\"}") },
        { HEADERS("application/x-www-form-urlencoded"),
          B("<B><Description>\xC3\xA5</Description></B>") },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct value *value;
        enum err_code rc = read_it(cases[i].headers, cases[i].body, &value);
        if (rc)
            test_fail(__FILE__, __LINE__, "case %zu: %s", i, err.text);
        if (!bytes_eq(json_of(value), B("{\"Description\":\"\xC3\xA5\"}")))
            test_fail(__FILE__, __LINE__, "case %zu: %s", i, json_of(value).at);
    }
    world_close(&w);
}

TEST(forms_nest_with_dots_and_brackets)
{
    static const struct {
        const char *body;
        const char *want;
    } cases[] = {
        { "CreatedBy.Name=x&CreatedBy.Rank=1", "{\"CreatedBy\":{\"Name\":\"x\",\"Rank\":\"1\"}}" },
        { "CreatedBy[Name]=x&CreatedBy.Rank=1", "{\"CreatedBy\":{\"Name\":\"x\",\"Rank\":\"1\"}}" },
        { "Emails[0].Value=a&Emails[1].Value=b&Emails[1].Description=c",
          "{\"Emails\":[{\"Value\":\"a\"},{\"Value\":\"b\",\"Description\":\"c\"}]}" },
        { "A.B.C=1&A.B[D]=2", "{\"A\":{\"B\":{\"C\":\"1\",\"D\":\"2\"}}}" },
        { "CustomFields[x.y:1]=v", "{\"CustomFields\":{\"x.y:1\":\"v\"}}" },
        { "CustomFields.a%5Bb.c%5D=v", "{\"CustomFields\":{\"a\":{\"b.c\":\"v\"}}}" },
        { "Name=a+b%2Bc&Name=last", "{\"Name\":\"last\"}" },
        { "Name", "{\"Name\":\"\"}" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct value *value;
        CHECK_INT(
            read_it(HEADERS("application/x-www-form-urlencoded"), bytes_str(cases[i].body), &value),
            ERR_NONE);
        CHECK_BYTES(json_of(value), bytes_str(cases[i].want));
    }
    world_close(&w);
}

TEST(what_is_not_taken_is_told_why)
{
    static const struct {
        const char *headers;
        struct bytes body;
        enum err_code want;
        const char *part; /* of the text */
    } cases[] = {
        { "", B(""), ERR_INVALID, "no entity in the request body" },
        { HEADERS("image/png"), B(""), ERR_INVALID, "no entity in the request body" },
        { "", B(" \r\n"), ERR_INVALID, "no entity in the request body" },
        { "", B("null"), ERR_INVALID, "no entity in the request body" },
        { "", B("[]"), ERR_INVALID, "not an object" },
        { HEADERS("application/xml"),
          B("<r i:nil=\"true\" xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\"/>"),
          ERR_INVALID, "no entity in the request body" },
        { HEADERS("text/plain"), B("{}"), ERR_UNSUPPORTED, "JSON, XML or a form" },
        { HEADERS("multipart/form-data; boundary=x"), B("--x"), ERR_UNSUPPORTED,
          "application/json" },
        { HEADERS("application/soap+xml"), B("<a/>"), ERR_UNSUPPORTED, "JSON, XML or a form" },
        { HEADERS("application/json; charset=koi8-r"), B("{}"), ERR_UNSUPPORTED, "UTF-8" },
        { HEADERS("application/json"), B("{\"a\":\"\xE5\"}"), ERR_INVALID, "not UTF-8" },
        { HEADERS("application/json"), B("\xFE\xFF\0{\0"), ERR_INVALID, "UTF-16" },
        { HEADERS("application/json"), B("<a/>"), ERR_INVALID, "not JSON" },
        { HEADERS("application/xml"), B("{}"), ERR_INVALID, "not XML" },
        { HEADERS("application/xml"), B("<!DOCTYPE a><a/>"), ERR_INVALID, "DOCTYPE" },
        { HEADERS("application/x-www-form-urlencoded"), B("a=%E5"), ERR_INVALID, "not UTF-8" },
        { "Content-Encoding: br\n", B("{}"), ERR_UNSUPPORTED, "gzip, deflate or nothing" },
        { "Content-Encoding: gzip\n", B("{}"), ERR_INVALID, "Content-Encoding" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct value *value;
        enum err_code rc = read_it(cases[i].headers, cases[i].body, &value);
        if (rc != cases[i].want || !strstr(err.text, cases[i].part))
            test_fail(__FILE__, __LINE__, "case %zu: %s: %s", i, err_name(rc), err.text);
        CHECK(!value);
    }
    world_close(&w);
}

TEST(arguments_may_be_missing_and_know_their_lists)
{
    static const struct so_member arguments[] = { { B("PersonIds"), SO_INTS },
                                                  { B("ScaledWidth"), SO_INT },
                                                  { B("") } };
    static const struct so_endpoint endpoint = { .in = { SO_BODY_REQUEST, NULL, arguments } };
    static const struct {
        const char *headers;
        const char *body;
        const char *want; /* NULL: refused */
    } cases[] = {
        { HEADERS("application/json"), "null", "{}" },
        { "", "", "{}" },
        { HEADERS("application/json"), "", "{}" },
        { "", "{\"personIds\":[1]}", "{\"personIds\":[1]}" },
        { HEADERS("text/xml"), "<x><PersonIds><int>1</int></PersonIds></x>",
          "{\"PersonIds\":[\"1\"]}" },
        { "", "[1]", NULL },
        { "", "5", NULL },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct call c = call_with(cases[i].headers, bytes_str(cases[i].body));
        const struct value *value;
        c.endpoint = &endpoint;
        enum err_code rc = so_arguments_read(&c, &value, &err);
        CHECK_INT(rc, cases[i].want ? ERR_NONE : ERR_INVALID);
        if (!rc)
            CHECK_BYTES(json_of(value), bytes_str(cases[i].want));
    }
    world_close(&w);
}

TEST(a_patch_is_json_of_either_shape)
{
    const struct value *value;
    struct call c = call_with(HEADERS("application/json-patch+json"), B("[{\"op\":\"test\"}]"));

    CHECK_INT(so_body_read_json(&c, &value, &err), ERR_NONE);
    CHECK_INT(value->type, VALUE_LIST);
    c = call_with("", B("{}"));
    CHECK_INT(so_body_read_json(&c, &value, &err), ERR_NONE);
    CHECK_INT(value->type, VALUE_MAP);
    c = call_with(HEADERS("application/x-www-form-urlencoded"), B("[]"));
    CHECK_INT(so_body_read_json(&c, &value, &err), ERR_NONE);
    c = call_with("", B("1"));
    CHECK_INT(so_body_read_json(&c, &value, &err), ERR_INVALID);
    c = call_with("", B(""));
    CHECK_INT(so_body_read_json(&c, &value, &err), ERR_INVALID);
    c = call_with(HEADERS("text/xml"), B("<a/>"));
    CHECK_INT(so_body_read_json(&c, &value, &err), ERR_UNSUPPORTED);
    world_close(&w);
}

TEST(packed_bodies_are_unpacked_on_a_thread)
{
    struct arena *arena = arena_new(1 << 20);
    const struct value *value;
    char text[600] = "{\"Description\":\"";
    struct bytes packed;

    memset(text + 16, 'a', 500);
    memcpy(text + 516, "\"}", 3);
    CHECK(pack(arena, bytes_str(text), CODING_GZIP, &packed));
    CHECK_INT(read_it("Content-Encoding: gzip\n", packed, &value), ERR_NONE);
    CHECK_INT(value_get(value, B("Description"))->string.len, 500);
    CHECK(pack(arena, bytes_str(text), CODING_DEFLATE, &packed));
    CHECK_INT(read_it("Content-Encoding: DEFLATE\n", packed, &value), ERR_NONE);
    CHECK_INT(value_get(value, B("Description"))->string.len, 500);
    CHECK_INT(read_it("Content-Encoding: identity\n", B("{}"), &value), ERR_NONE);

    struct call c = call_with("Content-Encoding: deflate\n", packed);
    c.core = w.quick;
    CHECK_INT(so_body_read(&c, NULL, &value, &err), ERR_BLOCKS);
    c = call_with("", B("{}"));
    c.core = w.quick;
    CHECK_INT(so_body_read(&c, NULL, &value, &err), ERR_NONE);
    world_close(&w);
    arena_free(arena);
}

TEST(a_packed_picture_is_the_picture)
{
    struct arena *arena = arena_new(1 << 20);
    char padded[2000] = { 0 };
    struct bytes packed;

    world_open(&w);
    memcpy(padded, PNG.at, PNG.len); /* what follows a PNG's end is nobody's business */
    CHECK(pack(arena, bytes_of(padded, sizeof padded), CODING_GZIP, &packed));
    ask(&w, HTTP_PUT, "/api/v1/Person/41/Image",
        TICKET "Content-Type: image/png\nContent-Encoding: gzip\n", packed);
    CHECK_INT(w.res.status, 200);
    ask(&w, HTTP_GET, "/api/v1/Person/41/Image", TICKET, B(""));
    CHECK_BYTES(body_of(&w), bytes_of(padded, sizeof padded));
    ask(&w, HTTP_PUT, "/api/v1/Person/41/Image", TICKET "Content-Encoding: compress\n", packed);
    expect_error(&w, 415, "UnsupportedMediaType");
    world_close(&w);
    arena_free(arena);
}

TEST_MAIN
