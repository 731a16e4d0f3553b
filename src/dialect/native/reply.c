/* Answers in JSON, errors, and what pages of other origins may read. */
#include "base/json.h"
#include "dialect/cors.h"
#include "dialect/native/native.h"

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

static const char *word_of(int status)
{
    for (size_t i = 0; i < COUNT(words); i++) {
        if (words[i].status == status)
            return words[i].word;
    }
    return status < 500 ? "bad_request" : "internal";
}

void native_fail(struct call *c, int status, const char *text)
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
    if (status == 503)
        http_response_header(c->res, "Retry-After", B("1"));
    if (status == 401) /* a script shows its own log-in, not the browser's */
        http_response_header(c->res, "WWW-Authenticate",
                             http_header_find(c->req, "X-Requested-With").at
                                 ? B("Bearer realm=\"Cameo\"")
                                 : B("Basic realm=\"Cameo\", Bearer realm=\"Cameo\""));
}

static int status_of(enum err_code code)
{
    static const int statuses[] = {
        [ERR_NONE] = 500,        [ERR_INVALID] = 400,      [ERR_UNAUTHENTICATED] = 401,
        [ERR_DENIED] = 403,      [ERR_NOT_FOUND] = 404,    [ERR_METHOD] = 405,
        [ERR_CONFLICT] = 409,    [ERR_PRECONDITION] = 412, [ERR_TOO_LARGE] = 413,
        [ERR_UNSUPPORTED] = 415, [ERR_BUSY] = 503,         [ERR_UNAVAILABLE] = 503,
        [ERR_FULL] = 507,        [ERR_NO_MEMORY] = 503,    [ERR_CORRUPT] = 500,
        [ERR_BLOCKS] = 500,      [ERR_INTERNAL] = 500,
    };

    return statuses[code];
}

void native_error(struct call *c, const struct err *e)
{
    int status = status_of(e->code);

    native_fail(c, status, dialect_public_text(e, status));
}

void native_reply_json(struct call *c, int status, struct bytes json)
{
    c->res->status = status;
    c->res->content_type = B("application/json; charset=utf-8");
    c->res->body = json;
    http_response_header(c->res, "Cache-Control", B("private, no-cache"));
}

/* No cookie opens anything here, so that no origin needs to be trusted with one. */
void native_allow_origin(struct call *c)
{
    struct bytes origin = cors_origin(c->req);

    if (!origin.len)
        return;
    http_response_header(c->res, "Vary", B("Origin"));
    if (!c->settings || cors_match(c->settings, origin) == CORS_NONE)
        return;
    http_response_header(c->res, "Access-Control-Allow-Origin", origin);
    http_response_header(c->res, "Access-Control-Expose-Headers", B("ETag, Last-Modified"));
}

void native_reply_options(struct call *c, struct bytes allow)
{
    size_t before = c->res->header_count;

    c->res->status = 204;
    http_response_header(c->res, "Allow", allow);
    native_allow_origin(c);
    if (c->res->header_count <= before + 2)
        return; /* no origin, or one that may not */
    http_response_header(c->res, "Access-Control-Allow-Methods", allow);
    http_response_header(c->res, "Access-Control-Allow-Headers",
                         B("Authorization, Content-Type, Accept, If-None-Match, "
                           "If-Modified-Since, If-Range, Range, X-Requested-With"));
    http_response_header(c->res, "Access-Control-Max-Age", B("600"));
}
