/* Whatever the path: slices lie within it, and what was understood is understood the same when it
 * is written again in the plainest form. */
#include "base/base.h"
#include "dialect/bitrix24/bitrix24.h"
#include "dialect/bitrix24/route.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void within(struct bytes part, struct bytes path)
{
    if (part.len && (part.at < path.at || part.at + part.len > path.at + path.len))
        abort();
}

static void check_again(const struct b24_route *route)
{
    struct arena *arena = arena_new(1 << 20);
    struct strbuf path;

    strbuf_init(&path, arena, 0, 1 << 19);
    strbuf_lit(&path, "/rest/");
    if (route->user.at) {
        strbuf_add(&path, route->user);
        strbuf_char(&path, '/');
        strbuf_add(&path, route->secret);
        strbuf_char(&path, '/');
    }
    strbuf_add(&path, route->method);
    strbuf_add(&path, route->xml ? B(".xml/") : B(".json/"));

    struct b24_route again = b24_route_read(strbuf_bytes(&path));
    if (again.kind != route->kind || again.xml != route->xml ||
        !bytes_eq(again.method, route->method) || !bytes_eq(again.user, route->user) ||
        !bytes_eq(again.secret, route->secret))
        abort();
    arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes path = bytes_of((const char *)data, size);
    struct b24_route route = b24_route_read(path);

    if (size > 100000)
        return 0;
    within(route.user, path);
    within(route.secret, path);
    within(route.method, path);
    within(route.key, path);
    if (route.kind != B24_ROUTE_NONE && !b24_route_claims(path))
        abort();
    if (!route.user.at != !route.secret.at)
        abort();
    if (route.kind == B24_ROUTE_METHOD || route.kind == B24_ROUTE_DOWNLOAD)
        check_again(&route);
    const struct b24_method *method = b24_method_find(route.method);
    if (method && !bytes_eq_nocase(method->name, route.method))
        abort();
    return 0;
}
