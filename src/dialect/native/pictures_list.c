/* GET /pictures?kind=&ids=&thumb= */
#include "dialect/native/native.h"

enum { KIND, IDS, THUMB, PARAMETERS };
static const char *const names[PARAMETERS] = { "kind", "ids", "thumb" };

static enum err_code read_ids(struct arena *arena, struct bytes text, int32_t **out, size_t *count,
                              struct err *e)
{
    int32_t *ids = arena_alloc(arena, OVERVIEW_MAX * sizeof *ids);
    struct bytes part;
    size_t found = 0;

    if (!ids)
        return err_set(e, ERR_NO_MEMORY, "read ids");
    if (!text.len)
        return err_set(e, ERR_INVALID, "ids is missing: numbers with commas between");
    while (bytes_split(&text, ',', &part)) {
        if (found == OVERVIEW_MAX)
            return err_set(e, ERR_INVALID, "ids are more than %d", OVERVIEW_MAX);
        enum err_code rc = native_param_number("an id", part, 1, INT32_MAX, &ids[found], e);
        if (rc)
            return rc;
        found++;
    }
    *out = ids;
    *count = found;
    return ERR_NONE;
}

/* WxH */
static enum err_code read_thumb(struct bytes text, struct native_row *how, struct err *e)
{
    size_t by = bytes_index(text, 'x');
    struct err ignored = { 0 };

    if (!text.at)
        return ERR_NONE;
    if (native_param_number("", bytes_first(text, by), 1, NATIVE_SIDE_MAX, &how->thumb_width,
                            &ignored) ||
        native_param_number("", bytes_from(text, by + 1), 1, NATIVE_SIDE_MAX, &how->thumb_height,
                            &ignored))
        return err_set(e, ERR_INVALID, "thumb is width and height, as 256x256, each at most %d",
                       NATIVE_SIDE_MAX);
    return ERR_NONE;
}

static enum err_code reply(struct call *c, const struct native_row *how,
                           const struct overview *list, size_t count, struct err *e)
{
    size_t row_max = NATIVE_ROW_MAX + 2 * how->base_url.len;
    struct strbuf out;

    strbuf_init(&out, c->arena, 64 + count * (640 + 2 * how->base_url.len), 64 + count * row_max);
    strbuf_lit(&out, "{\"pictures\":[");
    for (size_t i = 0; i < count; i++) {
        if (i)
            strbuf_char(&out, ',');
        native_row_write(&out, how, &list[i]);
    }
    strbuf_lit(&out, "]}");
    if (out.failed)
        return err_set(e, ERR_NO_MEMORY, "a list of %zu pictures", count);
    native_reply_json(c, 200, strbuf_bytes(&out));
    return ERR_NONE;
}

enum err_code native_pictures_list(struct call *c, struct err *e)
{
    struct bytes values[PARAMETERS];
    struct native_row how = { 0 };
    struct overview *list;
    enum record_kind kind;
    int32_t *ids;
    size_t count;
    enum err_code rc;

    if ((rc = native_params_read(c->arena, native_call(c)->link.query, names, PARAMETERS, values,
                                 e)) ||
        (rc = native_param_kind(values[KIND], &kind, e)) || (rc = native_may_read(c, kind, e)) ||
        (rc = read_ids(c->arena, values[IDS], &ids, &count, e)) ||
        (rc = native_row_init(c, kind, &how, e)) || (rc = read_thumb(values[THUMB], &how, e)) ||
        (rc = overview_read(c->core, c->arena, kind, ids, count, &list, e)))
        return rc;
    return reply(c, &how, list, count, e);
}
