/* Whatever the path: letters' case, a prefix and a slash at the end change nothing, and the id that
 * was found and the prefix lie within the path. */
#include "dialect/superoffice/superoffice.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char swap_case(char c)
{
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

    return letter ? (char)(c ^ 0x20) : c;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes path = bytes_of((const char *)data, size);
    struct so_target target = { 0 };
    const struct so_resource *resource = so_route(path, &target);

    static const char prefix[] = "/crm/x";
    size_t room = sizeof prefix - 1 + size + 1;
    char *other = malloc(room);
    if (!other)
        return 0;
    memcpy(other, prefix, sizeof prefix - 1);
    for (size_t i = 0; i < size; i++)
        other[sizeof prefix - 1 + i] = swap_case((char)data[i]);
    other[room - 1] = '/';

    if (resource) {
        if (target.id.at && (target.id.len == 0 || target.id.at < path.at ||
                             target.id.at + target.id.len > path.at + path.len ||
                             bytes_index(target.id, '/') != target.id.len))
            abort();
        if (!bytes_starts(path, target.prefix) || target.prefix.len >= path.len)
            abort();
    }
    /* a path that starts within a segment would grow another first segment by the prefix */
    if (size && data[0] == '/') {
        struct so_target again = { 0 };
        if (so_route(bytes_of(other, room), &again) != resource ||
            (resource && (again.kind != target.kind || again.id.len != target.id.len ||
                          again.prefix.len != target.prefix.len + sizeof prefix - 1)))
            abort();
    }
    free(other);
    return 0;
}
