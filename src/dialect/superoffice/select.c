#include "dialect/superoffice/superoffice.h"

#include "base/uri.h"

#define NAMES_MAX 200 /* more than any carrier has members */

static size_t count_names(struct bytes list)
{
    struct bytes part;
    size_t count = 0;

    while (bytes_split(&list, ',', &part))
        count++;
    return count;
}

enum err_code so_select_read(struct call *c, const struct so_select **out, struct err *e)
{
    struct bytes list = { 0 };
    struct bytes part;

    if (c->req->query.len)
        list = uri_query_find(c->arena, c->req->query, B("$select"));
    if (bytes_trim(list).len == 0) {
        *out = NULL;
        return ERR_NONE;
    }
    size_t count = count_names(list);
    if (count > NAMES_MAX)
        return err_set(e, ERR_INVALID, "$select of more than %d names", NAMES_MAX);

    struct so_select *selected = arena_zalloc(c->arena, 1, sizeof *selected);
    struct bytes *names = arena_zalloc(c->arena, count, sizeof *names);
    if (!selected || !names)
        return err_set(e, ERR_NO_MEMORY, "$select");
    while (bytes_split(&list, ',', &part))
        names[selected->count++] = bytes_trim(bytes_first(part, bytes_index(part, '/')));
    selected->names = names;
    *out = selected;
    return ERR_NONE;
}
