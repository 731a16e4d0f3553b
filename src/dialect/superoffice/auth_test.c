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

TEST_MAIN
