#include "dialect/superoffice/superoffice.h"
#include "test.h"

static enum err_code read_it(const char *header, struct so_credential *out)
{
    static struct arena *arena;
    struct err e = { 0 };

    if (!arena)
        arena = arena_new(1 << 20);
    enum err_code rc =
        so_credential_read(arena, header ? bytes_str(header) : (struct bytes){ 0 }, out, &e);
    CHECK_INT(e.code, rc);
    CHECK(!strstr(e.text, "secret")); /* what was sent never shows in an error */
    return rc;
}

TEST(each_scheme_is_read)
{
    static const struct {
        const char *header;
        enum credential_kind kind;
        const char *user;
        const char *secret;
    } cases[] = {
        /* demo:demo */
        { "Basic ZGVtbzpkZW1v", CREDENTIAL_PASSWORD, "demo", "demo" },
        { "bAsIc   ZGVtbzpkZW1v  ", CREDENTIAL_PASSWORD, "demo", "demo" },
        /* demo:a:b=c */
        { "Basic ZGVtbzphOmI9Yw==", CREDENTIAL_PASSWORD, "demo", "a:b=c" },
        /* 7T:abc: - a ticket as user name, no password */
        { "Basic N1Q6YWJjOg==", CREDENTIAL_TICKET, "", "7T:abc" },
        /* 7T:abc - the last colon left out */
        { "Basic N1Q6YWJj", CREDENTIAL_TICKET, "", "7T:abc" },
        /* opaque: - a ticket without the usual beginning */
        { "Basic b3BhcXVlOg==", CREDENTIAL_TICKET, "", "opaque" },
        { "SoTicket 7T:ZGVtby10aWNrZXQ=", CREDENTIAL_TICKET, "", "7T:ZGVtby10aWNrZXQ=" },
        { "SOTICKET 7T:demo", CREDENTIAL_TICKET, "", "7T:demo" },
        { "SOTicket 7T:demo", CREDENTIAL_TICKET, "", "7T:demo" },
        { "Bearer 8A:Main.q1w2e3", CREDENTIAL_TOKEN, "", "8A:Main.q1w2e3" },
        { "  bearer 7A:a/b+c== ", CREDENTIAL_TOKEN, "", "7A:a/b+c==" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct so_credential got;
        CHECK_INT(read_it(cases[i].header, &got), ERR_NONE);
        CHECK_INT(got.kind, cases[i].kind);
        CHECK_BYTES(got.user, bytes_str(cases[i].user));
        CHECK_BYTES(got.secret, bytes_str(cases[i].secret));
    }
}

TEST(anything_else_is_no_credential)
{
    static const char *const headers[] = {
        NULL,
        "",
        "   ",
        "Basic",
        "Basic ",
        "Basic !secret!",
        "Basic Z",
        "Basic Og==", /* a colon alone */
        "SoTicket",
        "Bearer ",
        "Negotiate secret",
        "secret",
        "Basic:secret",
    };

    for (size_t i = 0; i < COUNT(headers); i++) {
        struct so_credential got = { 0 };
        CHECK_INT(read_it(headers[i], &got), ERR_UNAUTHENTICATED);
        CHECK(!got.secret.at);
    }
}

TEST(the_session_is_found_in_whatever_cookies_there_are)
{
    static const struct {
        const char *first, *second, *session;
    } cases[] = {
        { "SO_SESSION=abc", NULL, "abc" },
        { "a=b; SO_SESSION=abc; c=d", NULL, "abc" },
        { "a=b;SO_SESSION = abc ;c", NULL, "abc" },
        { "SO_SESSION=\"abc\"", NULL, "abc" },
        { "a=b", "SO_SESSION=abc", "abc" },
        { "SO_SESSION=", "SO_SESSION=abc", "abc" },
        { "SO_SESSION=one; SO_SESSION=two", NULL, "one" },
        { "SO_SESSION=a=b", NULL, "a=b" },
        { "so_session=abc", NULL, "" },
        { "XSO_SESSION=abc", NULL, "" },
        { "a=SO_SESSION=abc", NULL, "" },
        { "SO_SESSION", NULL, "" },
        { "SO_SESSION=\"", NULL, "\"" },
        { "", NULL, "" },
        { ";=;;", NULL, "" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct http_header headers[] = { { B("Accept"), B("SO_SESSION=no") },
                                         { B("cookie"), bytes_str(cases[i].first) },
                                         { B("Cookie"), bytes_str(cases[i].second) } };
        struct http_request req = { .headers = headers, .header_count = cases[i].second ? 3 : 2 };
        CHECK_BYTES(so_session_cookie(&req), bytes_str(cases[i].session));
    }
}

TEST(the_page_is_at_one_address_below_any_prefix)
{
    static const struct {
        const char *path;
        bool is;
    } cases[] = {
        { "/login", true },          { "/LOGIN", true },       { "/login/", true },
        { "/crm/login", true },      { "/a/b/Login/", true },  { "/login/x", false },
        { "/xlogin", false },        { "/api/login", false },  { "/api/v1/login", false },
        { "/crm/API/login", false }, { "/", false },           { "", false },
        { "login", false },          { "/login.html", false },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        if (so_is_login(bytes_str(cases[i].path)) != cases[i].is)
            test_fail(__FILE__, __LINE__, "%s", cases[i].path);
    }
}

TEST_MAIN
