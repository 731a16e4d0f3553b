#include "dialect/cors.h"

/* An Origin is scheme, host and port; whatever else came is not worth an echo. */
struct bytes cors_origin(const struct http_request *req)
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
static enum cors_match match_one(struct bytes pattern, struct bytes origin)
{
    if (pattern.len == 0)
        return CORS_NONE;
    if (pattern.at[pattern.len - 1] != '*')
        return bytes_eq_nocase(pattern, origin) ? CORS_NAMED : CORS_NONE;
    pattern.len--;
    if (!bytes_starts_nocase(origin, pattern))
        return CORS_NONE;
    bool named =
        pattern.len > 0 && pattern.at[pattern.len - 1] != '/' && pattern.at[pattern.len - 1] != '.';
    return named && is_port(pattern, bytes_from(origin, pattern.len)) ? CORS_NAMED : CORS_ANY;
}

enum cors_match cors_match(const struct settings *settings, struct bytes origin)
{
    struct bytes list = settings->cors_origin;
    enum cors_match best = CORS_NONE;
    struct bytes pattern;

    if (!settings->cors || !origin.len || bytes_eq(origin, B("null")))
        return CORS_NONE;
    while (best != CORS_NAMED && bytes_split(&list, ' ', &pattern)) {
        enum cors_match one = match_one(pattern, origin);
        best = one > best ? one : best;
    }
    return best;
}
