#include "dialect/bitrix24/route.h"

static bool below(struct bytes path, struct bytes folder)
{
    return bytes_starts(path, folder) && (path.len == folder.len || path.at[folder.len] == '/');
}

/* The two of OAuth, in any case as methods are. */
static enum b24_route_kind oauth_kind(struct bytes path)
{
    if (path.len && path.at[path.len - 1] == '/')
        path.len--;
    if (bytes_eq_nocase(path, B("/oauth/token")))
        return B24_ROUTE_TOKEN;
    return bytes_eq_nocase(path, B("/oauth/authorize")) ? B24_ROUTE_AUTHORIZE : B24_ROUTE_NONE;
}

/* As the client sent it, when the server could not take the request apart. */
static struct bytes without_doubled(struct bytes path)
{
    while (bytes_starts(path, B("//")))
        path = bytes_from(path, 1);
    return path;
}

bool b24_route_claims(struct bytes path)
{
    path = without_doubled(path);
    return below(path, B("/rest")) || below(path, B("/upload")) ||
           oauth_kind(path) != B24_ROUTE_NONE;
}

/* c/{id}-{key}/{name}: the name is for people and is not looked at. */
static struct b24_route read_detail(struct bytes rest)
{
    struct b24_route route = { .kind = B24_ROUTE_NONE };
    struct bytes folder;

    if (!bytes_starts(rest, B("c/")))
        return route;
    rest = bytes_from(rest, 2);
    if (!bytes_split(&rest, '/', &folder) || rest.len == 0)
        return route;

    size_t dash = bytes_index(folder, '-');
    if (dash == folder.len || !bytes_to_int32(bytes_first(folder, dash), &route.picture_id))
        return route;
    route.key = bytes_from(folder, dash + 1);
    route.kind = B24_ROUTE_DETAIL;
    return route;
}

/* Only the tails .json and .xml are formats; any other is part of the name (bitrix24 1.1 rule 3).
 */
static void cut_suffix(struct b24_route *route)
{
    struct bytes method = route->method;
    size_t dot = method.len;

    while (dot > 0 && method.at[dot - 1] != '.')
        dot--;
    if (dot == 0)
        return;

    struct bytes tail = bytes_from(method, dot);
    route->xml = bytes_eq(tail, B("xml"));
    if (route->xml || bytes_eq(tail, B("json")))
        route->method = bytes_first(method, dot - 1);
}

static struct b24_route read_rest(struct bytes rest)
{
    struct b24_route route = { .kind = B24_ROUTE_METHOD, .method = rest };

    /* before the webhook form, or `api` were a user (bitrix24 1.1 rule 5) */
    if (bytes_starts(rest, B("api/"))) {
        route.kind = B24_ROUTE_V3;
        return route;
    }
    if (rest.len && rest.at[rest.len - 1] == '/')
        rest.len--;

    size_t first = bytes_index(rest, '/');
    struct bytes behind = bytes_from(rest, first + 1);
    size_t second = bytes_index(behind, '/');
    route.method = rest;
    if (second < behind.len) {
        route.user = bytes_first(rest, first);
        route.secret = bytes_first(behind, second);
        route.method = bytes_from(behind, second + 1);
    }
    cut_suffix(&route);
    if (bytes_eq_nocase(route.method, B("download")))
        route.kind = B24_ROUTE_DOWNLOAD;
    return route;
}

struct b24_route b24_route_read(struct bytes path)
{
    path = without_doubled(path);
    if (below(path, B("/rest")))
        return read_rest(bytes_from(path, sizeof "/rest/" - 1));
    if (below(path, B("/upload")))
        return read_detail(bytes_from(path, sizeof "/upload/" - 1));
    return (struct b24_route){ .kind = oauth_kind(path) };
}
