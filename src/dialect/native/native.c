#include "dialect/dialect.h"

#include "base/json.h"

/* Paths that belong to no vendor: nothing lives here yet, and every answer is a plain error. */

static const char *word_of(int status)
{
    static const struct {
        int status;
        const char *word;
    } words[] = {
        { 400, "bad_request" },
        { 401, "unauthenticated" },
        { 403, "denied" },
        { 404, "not_found" },
        { 405, "method_not_allowed" },
        { 408, "timeout" },
        { 409, "conflict" },
        { 411, "length_required" },
        { 412, "precondition_failed" },
        { 413, "too_large" },
        { 414, "uri_too_long" },
        { 415, "unsupported_type" },
        { 416, "range" },
        { 429, "too_many_requests" },
        { 431, "headers_too_large" },
        { 503, "unavailable" },
        { 504, "timeout" },
        { 507, "store_full" },
    };

    for (size_t i = 0; i < COUNT(words); i++) {
        if (words[i].status == status)
            return words[i].word;
    }
    return status < 500 ? "bad_request" : "internal";
}

static void fail(struct call *c, int status, const char *text)
{
    struct strbuf out;

    strbuf_init(&out, c->arena, 256, 4096);
    strbuf_lit(&out, "{\"error\":");
    json_string(&out, bytes_str(word_of(status)));
    strbuf_lit(&out, ",\"message\":");
    json_string(&out, bytes_str(text));
    strbuf_char(&out, '}');

    *c->res = (struct http_response){
        .status = status,
        .content_type = B("application/json; charset=utf-8"),
        .body = out.failed ? B("{\"error\":\"internal\",\"message\":\"\"}") : strbuf_bytes(&out),
    };
    http_response_header(c->res, "Cache-Control", B("no-store"));
}

static bool claims(const struct http_request *req)
{
    (void)req; /* whatever is left */
    return true;
}

static enum dialect_plan plan(struct call *c)
{
    fail(c, 404, "there is nothing at this address");
    return PLAN_ANSWERED;
}

static enum err_code serve(struct call *c)
{
    fail(c, 404, "there is nothing at this address");
    return ERR_NONE;
}

const struct dialect native = {
    .name = "native",
    .claims = claims,
    .plan = plan,
    .serve = serve,
    .fail = fail,
};
