#include "dialect/superoffice/superoffice.h"
#include "test.h"

static struct http_response res;
static struct http_request req;

static struct call call_with(const struct http_header *headers, size_t count)
{
    req = (struct http_request){ .headers = headers, .header_count = count };
    res = (struct http_response){ 0 };
    return (struct call){ .req = &req, .res = &res, .arena = arena_new(1 << 16) };
}

static struct bytes header_of(const char *name)
{
    for (size_t i = 0; i < res.header_count; i++) {
        if (bytes_eq_nocase(res.headers[i].name, bytes_str(name)))
            return res.headers[i].value;
    }
    return (struct bytes){ 0 };
}

static bool contains(struct bytes text, const char *part)
{
    return memmem(text.at, text.len, part, strlen(part)) != NULL;
}

TEST(every_failure_has_its_status_and_type)
{
    static const struct {
        enum err_code code;
        int status;
        const char *type;
    } cases[] = {
        { ERR_INVALID, 400, "SoInvalidArgumentException" },
        { ERR_UNAUTHENTICATED, 401, "SoSessionException" },
        { ERR_DENIED, 403, "SoSentryException" },
        { ERR_NOT_FOUND, 404, "SoNotFoundException" },
        { ERR_METHOD, 405, "SoNotSupportedException" },
        { ERR_CONFLICT, 409, "SoIllegalOperationException" },
        { ERR_PRECONDITION, 412, "PreconditionFailed" },
        { ERR_TOO_LARGE, 413, "PayloadTooLarge" },
        { ERR_UNSUPPORTED, 415, "UnsupportedMediaType" },
        { ERR_BUSY, 503, "SoServerException" },
        { ERR_UNAVAILABLE, 503, "SoServerException" },
        { ERR_FULL, 507, "SoServerException" },
        { ERR_NO_MEMORY, 503, "SoServerException" },
        { ERR_CORRUPT, 500, "SoServerException" },
        { ERR_BLOCKS, 500, "SoServerException" },
        { ERR_INTERNAL, 500, "SoServerException" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct call c = call_with(NULL, 0);
        struct err e = { 0 };
        char want[128];

        err_set(&e, cases[i].code, "/var/lib/%s", "inner");
        so_error(&c, &e);
        CHECK_INT(res.status, cases[i].status);
        snprintf(want, sizeof want, "{\"Error\":true,\"ErrorType\":\"%s\",", cases[i].type);
        CHECK(bytes_starts(res.body, bytes_str(want)));
        /* what went wrong inside is for the log */
        CHECK_INT(contains(res.body, "/var/lib/inner"), cases[i].status < 500);
        CHECK_INT(header_of("Retry-After").len > 0, cases[i].status == 503);
        arena_free(c.arena);
    }
}

TEST(the_body_has_every_member)
{
    struct call c = call_with(NULL, 0);
    struct err e = { 0 };

    err_set(&e, ERR_NOT_FOUND, "no \"image\" on person 41");
    so_error(&c, &e);
    CHECK_BYTES(res.body, B("{\"Error\":true,\"ErrorType\":\"SoNotFoundException\","
                            "\"ErrorMessage\":\"no \\\"image\\\" on person 41\","
                            "\"Message\":\"no \\\"image\\\" on person 41\",\"MessageDetail\":\"\","
                            "\"ErrorSource\":\"PictureService\",\"InnerError\":null}"));
    CHECK_BYTES(res.content_type, B("application/json; charset=utf-8"));
    CHECK_BYTES(header_of("Cache-Control"), B("no-cache"));
    arena_free(c.arena);
}

TEST(a_field_at_fault_is_named)
{
    struct call c = call_with(NULL, 0);
    struct err e = { 0 };

    err_set(&e, ERR_INVALID, "too long");
    memcpy(e.field, "Description", sizeof "Description");
    so_error(&c, &e);
    CHECK(contains(res.body, "\"ErrorType\":\"SoValidationException\""));
    CHECK(contains(res.body, "\"Fields\":{\"Description\":\"too long\"}"));
    arena_free(c.arena);
}

TEST(a_wrong_password_has_a_type_of_its_own)
{
    struct so_call state = { .credential.kind = CREDENTIAL_PASSWORD };
    struct call c = call_with(NULL, 0);
    struct err e = { 0 };

    c.state = &state;
    err_set(&e, ERR_UNAUTHENTICATED, "wrong");
    e.reason = ACCESS_WRONG;
    so_error(&c, &e);
    CHECK(contains(res.body, "\"ErrorType\":\"SoInvalidPasswordException\""));
    state.credential.kind = CREDENTIAL_TICKET;
    so_error(&c, &e);
    CHECK(contains(res.body, "\"ErrorType\":\"SoSessionException\""));
    arena_free(c.arena);
}

TEST(the_challenge_suits_who_asks)
{
    static const struct {
        const char *name;
        const char *value;
        bool challenged;
        bool html;
    } cases[] = {
        { "Accept", "application/json", true, false },
        { "Accept", "*/*", true, false },
        { "Accept", "image/png", true, false },
        { "Accept", "text/html,application/xhtml+xml,*/*;q=0.8", true, true },
        { "X-Requested-With", "XMLHttpRequest", false, false },
        { "X-XSRF-TOKEN", "", false, false },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct http_header header = { bytes_str(cases[i].name), bytes_str(cases[i].value) };
        struct call c = call_with(&header, 1);

        so_fail(&c, 401, "log in");
        CHECK_INT(res.status, 401);
        CHECK_INT(header_of("WWW-Authenticate").len > 0, cases[i].challenged);
        CHECK_INT(contains(res.content_type, "text/html"), cases[i].html);
        CHECK_INT(contains(res.body, "\"Error\":true"), !cases[i].html);
        arena_free(c.arena);
    }
}

TEST(statuses_of_the_http_layer_are_worded)
{
    static const struct {
        int status;
        const char *type;
    } cases[] = {
        { 400, "SoInvalidArgumentException" },
        { 404, "SoNotFoundException" },
        { 405, "SoNotSupportedException" },
        { 408, "RequestTimeout" },
        { 411, "SoInvalidArgumentException" },
        { 413, "PayloadTooLarge" },
        { 414, "UriTooLong" },
        { 429, "TooManyRequests" },
        { 431, "HeadersTooLarge" },
        { 500, "SoServerException" },
        { 503, "SoServerException" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct call c = call_with(NULL, 0);
        char want[64];

        superoffice.fail(&c, cases[i].status, "text");
        CHECK_INT(res.status, cases[i].status);
        snprintf(want, sizeof want, "\"ErrorType\":\"%s\"", cases[i].type);
        CHECK(contains(res.body, want));
        CHECK(contains(res.body, "\"ErrorMessage\":\"text\""));
        arena_free(c.arena);
    }
}

TEST(an_answer_is_found_without_memory_too)
{
    struct call c = call_with(NULL, 0);

    arena_free(c.arena);
    c.arena = arena_new(16);
    superoffice.fail(&c, 500, "text");
    CHECK_INT(res.status, 500);
    CHECK(contains(res.body, "\"ErrorType\":\"SoServerException\""));
    arena_free(c.arena);
}

TEST_MAIN
