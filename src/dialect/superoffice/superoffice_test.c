/* What holds for every endpoint: log-in, methods, other origins. */
#include "dialect/superoffice/harness.h"

#define PERSON "/api/v1/Person/41/ImageInfo"

TEST(every_scheme_opens_the_door)
{
    static const char *const headers[] = {
        "Authorization: Basic ZGVtbzpkZW1v\n", /* demo:demo */
        "Authorization: Basic N1Q6ZGVtbzo=\n", /* 7T:demo: */
        "Authorization: SOTICKET 7T:demo\n",   "authorization: bearer 8A:demo\n", READER,
    };
    struct world w;
    world_open(&w);

    for (size_t i = 0; i < COUNT(headers); i++) {
        ask(&w, HTTP_GET, PERSON, headers[i], B(""));
        if (w.res.status != 200)
            test_fail(__FILE__, __LINE__, "%s: %d", headers[i], w.res.status);
    }
    world_close(&w);
}

TEST(from_another_machine_passwords_and_tickets_come_over_tls_only)
{
    struct world w;
    world_open(&w);

    w.remote = true;
    ask(&w, HTTP_GET, PERSON, READER, B(""));
    expect_error(&w, 403, "SoSentryException");
    ask(&w, HTTP_GET, PERSON, TICKET, B(""));
    expect_error(&w, 403, "SoSentryException");
    ask(&w, HTTP_GET, PERSON, "Authorization: Bearer 8A:demo\n", B(""));
    CHECK_INT(w.res.status, 200);
    ask(&w, HTTP_GET, PERSON, TICKET "X-Forwarded-Proto: https\n", B(""));
    CHECK_INT(w.res.status, 403); /* anybody can say so */
    w.https = true;
    ask(&w, HTTP_GET, PERSON, TICKET, B(""));
    CHECK_INT(w.res.status, 200);
    world_close(&w);
}

TEST(wrong_credentials_stay_outside)
{
    static const struct {
        const char *header;
        const char *type;
    } cases[] = {
        { "", "SoSessionException" },
        { "Authorization: SoTicket 7T:other\n", "SoSessionException" },
        { "Authorization: SoTicket 8A:demo\n", "SoSessionException" }, /* a token is no ticket */
        { "Authorization: Bearer 7T:demo\n", "SoSessionException" },
        { "Authorization: Basic ZGVtbzpvdGhlcg==\n", "SoInvalidPasswordException" },
        { "Authorization: Basic bm9ib2R5OmRlbW8=\n", "SoInvalidPasswordException" },
        { "Authorization: Negotiate abc\n", "SoSessionException" },
        { "X-XSRF-TOKEN: abc\n", "SoSessionException" },
    };
    struct world w;
    world_open(&w);

    for (size_t i = 0; i < COUNT(cases); i++) {
        ask(&w, HTTP_GET, PERSON, cases[i].header, B(""));
        expect_error(&w, 401, cases[i].type);
        CHECK_INT(header_of(&w.res, "WWW-Authenticate").len > 0, !strstr(cases[i].header, "XSRF"));
        CHECK(!contains(w.res.body, "other") && !contains(w.res.body, "7T"));
    }
    world_close(&w);
}

TEST(a_method_that_is_not_there_says_which_are)
{
    static const struct {
        enum http_method method;
        const char *path;
        const char *allow;
    } cases[] = {
        { HTTP_PATCH, PERSON, "GET, HEAD, PUT, OPTIONS" },
        { HTTP_POST, PERSON, "GET, HEAD, PUT, OPTIONS" },
        { HTTP_DELETE, PERSON, "GET, HEAD, PUT, OPTIONS" },
        { HTTP_OTHER, PERSON, "GET, HEAD, PUT, OPTIONS" },
        { HTTP_PATCH, "/api/v1/Person/41/Image", "GET, HEAD, PUT, POST, DELETE, OPTIONS" },
    };
    struct world w;
    world_open(&w);

    for (size_t i = 0; i < COUNT(cases); i++) {
        ask(&w, cases[i].method, cases[i].path, TICKET, B("{}"));
        expect_error(&w, 405, "SoNotSupportedException");
        CHECK_BYTES(header_of(&w.res, "Allow"), bytes_str(cases[i].allow));
    }
    ask(&w, HTTP_GET, "/api/v1/User/1/Image", TICKET, B(""));
    expect_error(&w, 404, "SoNotFoundException");
    world_close(&w);
}

TEST(another_origin_is_told_what_it_may)
{
    struct world w;
    world_open(&w);

    ask(&w, HTTP_OPTIONS, PERSON,
        "Origin: https://app.example.com\nAccess-Control-Request-Method: PUT\n", B(""));
    CHECK_INT(w.res.status, 204);
    CHECK_BYTES(header_of(&w.res, "Access-Control-Allow-Origin"), B("https://app.example.com"));
    CHECK(contains(header_of(&w.res, "Access-Control-Allow-Methods"), "PUT"));
    CHECK(contains(header_of(&w.res, "Access-Control-Allow-Headers"), "Authorization"));
    /* a log-in the browser remembers is not for any page */
    CHECK(!header_of(&w.res, "Access-Control-Allow-Credentials").at);

    ask(&w, HTTP_GET, PERSON, TICKET "Origin: https://app.example.com\n", B(""));
    CHECK_BYTES(header_of(&w.res, "Access-Control-Allow-Origin"), B("https://app.example.com"));
    CHECK(contains(header_of(&w.res, "Access-Control-Expose-Headers"), "ETag"));
    ask(&w, HTTP_GET, PERSON, "Origin: https://app.example.com\n", B(""));
    CHECK_INT(w.res.status, 401);
    CHECK_BYTES(header_of(&w.res, "Access-Control-Allow-Origin"), B("https://app.example.com"));

    ask(&w, HTTP_GET, PERSON, TICKET "Origin: two words\n", B(""));
    CHECK(!header_of(&w.res, "Access-Control-Allow-Origin").at);
    ask(&w, HTTP_OPTIONS, PERSON, "", B(""));
    CHECK_INT(w.res.status, 204);
    CHECK_BYTES(header_of(&w.res, "Allow"), B("GET, HEAD, PUT, OPTIONS"));
    world_close(&w);
}

TEST(a_write_is_planned_for_a_thread_and_a_read_for_the_loop)
{
    struct arena *arena = arena_new(1 << 16);
    static const struct {
        const char *path;
        enum http_method method;
        enum dialect_plan plan;
    } cases[] = {
        { PERSON, HTTP_GET, PLAN_INLINE },
        { "/api/v1/Person/41/Image", HTTP_HEAD, PLAN_INLINE },
        { PERSON, HTTP_PUT, PLAN_THREAD },
        { "/api/v1/Person/41/Image", HTTP_POST, PLAN_THREAD },
        { "/api/v1/Person/41/Image", HTTP_DELETE, PLAN_THREAD },
        { "/api/v1/Person/x/Image", HTTP_PUT, PLAN_ANSWERED },
    };
    struct http_header header = { B("Authorization"), B("SoTicket 7T:demo") };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct http_request req = { .method = cases[i].method,
                                    .path = bytes_str(cases[i].path),
                                    .headers = &header,
                                    .header_count = 1 };
        struct http_response res = { 0 };
        struct call c = { .req = &req, .res = &res, .arena = arena };
        CHECK_INT(superoffice.plan(&c), cases[i].plan);
        CHECK_INT(res.status != 0, cases[i].plan == PLAN_ANSWERED);
    }
    arena_free(arena);
}

TEST_MAIN
