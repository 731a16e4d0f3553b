#include "dialect/superoffice/superoffice.h"

#include "base/clock.h"

void so_cache_json(struct call *c)
{
    http_response_header(c->res, "Cache-Control", B("no-cache"));
    http_response_header(c->res, "Pragma", B("no-cache"));
    http_response_header(c->res, "Expires", B("-1"));
    http_response_header(c->res, "Vary", B("Accept-Encoding"));
}

void so_cache_picture(struct call *c)
{
    http_response_header(c->res, "Cache-Control", B("private, no-cache"));
}

void so_reply_json(struct call *c, int status, struct bytes json)
{
    c->res->status = status;
    c->res->content_type = B("application/json; charset=utf-8");
    c->res->body = json;
    so_cache_json(c);
}

enum err_code so_reply_validators(struct call *c, const struct http_validators *now, struct err *e)
{
    struct bytes etag = arena_copy(c->arena, now->etag);
    char *date = arena_alloc(c->arena, CLOCK_HTTP_LEN);

    if (!etag.at || !date)
        return err_set(e, ERR_NO_MEMORY, "answer");
    clock_write_http(date, now->modified_us);
    http_response_header(c->res, "ETag", etag);
    http_response_header(c->res, "Last-Modified", bytes_of(date, CLOCK_HTTP_LEN));
    return ERR_NONE;
}

/* An Origin is scheme, host and port; whatever else came is not worth an echo. */
static struct bytes readable_origin(const struct http_request *req)
{
    struct bytes origin = http_header_find(req, "Origin");

    for (size_t i = 0; i < origin.len; i++) {
        if (origin.at[i] <= ' ' || origin.at[i] > '~')
            return (struct bytes){ 0 };
    }
    return origin;
}

/* Any page may read: what it needs for that is a credential in the Authorization header, which
 * only its own script can add. Access-Control-Allow-Credentials is left out on purpose: without a
 * list of trusted origins it would let every page use the log-in that a browser remembers. */
void so_allow_origin(struct call *c)
{
    struct bytes origin = readable_origin(c->req);

    if (!origin.len)
        return;
    http_response_header(c->res, "Access-Control-Allow-Origin", origin);
    http_response_header(c->res, "Access-Control-Expose-Headers",
                         B("ETag, Last-Modified, SO-TimeZone"));
    http_response_header(c->res, "Vary", B("Origin"));
}

void so_reply_options(struct call *c, struct bytes allow)
{
    c->res->status = 204;
    http_response_header(c->res, "Allow", allow);
    if (!readable_origin(c->req).len)
        return;
    so_allow_origin(c);
    http_response_header(c->res, "Access-Control-Allow-Methods",
                         B("GET, PUT, POST, PATCH, DELETE, HEAD, OPTIONS"));
    http_response_header(
        c->res, "Access-Control-Allow-Headers",
        B("Authorization, Content-Type, Accept, Accept-Language, User-Agent, SO-Language, "
          "SO-Culture, SO-TimeZone, SO-AppToken, SO-Browser-TZ-Offset, X-XSRF-TOKEN, "
          "X-Requested-With, If-Match, If-None-Match, If-Modified-Since, If-Unmodified-Since, "
          "If-Range, Range"));
    http_response_header(c->res, "Access-Control-Max-Age", B("600"));
}

void so_reply_int(struct call *c, int32_t value)
{
    struct strbuf out;

    strbuf_init(&out, c->arena, 12, 12);
    strbuf_int(&out, value);
    so_reply_json(c, 200, strbuf_bytes(&out));
}
