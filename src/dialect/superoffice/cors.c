/* Pages of other origins (superoffice 12.5). */
#include "dialect/cors.h"
#include "dialect/superoffice/superoffice.h"

void so_allow_origin(struct call *c)
{
    struct bytes origin = cors_origin(c->req);
    enum cors_match found = cors_match(so_settings(c), origin);

    if (!origin.len || so_is_login(c->req->path))
        return;
    http_response_header(c->res, "Vary", B("Origin"));
    if (found == CORS_NONE)
        return;
    http_response_header(c->res, "Access-Control-Allow-Origin", origin);
    if (found == CORS_NAMED)
        http_response_header(c->res, "Access-Control-Allow-Credentials", B("true"));
    http_response_header(c->res, "Access-Control-Expose-Headers",
                         B("ETag, Last-Modified, SO-TimeZone"));
}

void so_reply_options(struct call *c, struct bytes allow)
{
    size_t before = c->res->header_count;

    c->res->status = 204;
    http_response_header(c->res, "Allow", allow);
    so_allow_origin(c);
    if (c->res->header_count <= before + 2)
        return; /* no origin, or one that may not */
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
