/* Pages of other origins (superoffice 12.5). */
#include "dialect/superoffice/superoffice.h"

enum match {
    MATCH_NONE,
    MATCH_ANY,   /* may read what it can show a credential for */
    MATCH_NAMED, /* … and use the log-in that the browser remembers */
};

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

/* Is all that a pattern's wildcard left open the port? Then `rest` is nothing, or a colon (the
 * pattern's last letter, or its own first) and digits: `http://10.0.0.1*` is not 10.0.0.12. */
static bool is_port(struct bytes pattern, struct bytes rest)
{
    if (rest.len == 0)
        return true;
    if (pattern.at[pattern.len - 1] != ':') {
        if (rest.at[0] != ':')
            return false;
        rest = bytes_from(rest, 1);
    }
    for (size_t i = 0; i < rest.len; i++) {
        if (rest.at[i] < '0' || rest.at[i] > '9')
            return false;
    }
    return rest.len > 0;
}

/* A wildcard stands for anything, as the vendor has it, so that `http://localhost*` also fits
 * `http://localhost.example.net`. Such an origin reads like any other; it is trusted with a log-in
 * only when all that was left open is the port. */
static enum match match_one(struct bytes pattern, struct bytes origin)
{
    if (pattern.len == 0)
        return MATCH_NONE;
    if (pattern.at[pattern.len - 1] != '*')
        return bytes_eq_nocase(pattern, origin) ? MATCH_NAMED : MATCH_NONE;
    pattern.len--;
    if (!bytes_starts_nocase(origin, pattern))
        return MATCH_NONE;
    bool named =
        pattern.len > 0 && pattern.at[pattern.len - 1] != '/' && pattern.at[pattern.len - 1] != '.';
    return named && is_port(pattern, bytes_from(origin, pattern.len)) ? MATCH_NAMED : MATCH_ANY;
}

static enum match match(const struct settings *settings, struct bytes origin)
{
    struct bytes list = settings->cors_origin;
    enum match best = MATCH_NONE;
    struct bytes pattern;

    if (!settings->cors || !origin.len || bytes_eq(origin, B("null")))
        return MATCH_NONE;
    while (best != MATCH_NAMED && bytes_split(&list, ' ', &pattern)) {
        enum match one = match_one(pattern, origin);
        best = one > best ? one : best;
    }
    return best;
}

void so_allow_origin(struct call *c)
{
    struct bytes origin = readable_origin(c->req);
    enum match found = match(so_settings(c), origin);

    if (!origin.len || so_is_login(c->req->path))
        return;
    http_response_header(c->res, "Vary", B("Origin"));
    if (found == MATCH_NONE)
        return;
    http_response_header(c->res, "Access-Control-Allow-Origin", origin);
    if (found == MATCH_NAMED)
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
