/* GET /pictures/duplicates?by=&limit=&after= */
#include "core/appearance.h"
#include "dialect/native/native.h"

enum { BY, LIMIT, AFTER, PARAMETERS };
static const char *const names[PARAMETERS] = { "by", "limit", "after" };

#define GROUPS_MAX 1000
#define SHOWN_MAX  100 /* pictures of one group */

static enum err_code read_by(struct bytes text, enum duplicate_by *out, struct err *e)
{
    static const struct bytes words[] = { [DUPLICATE_BYTES] = B("bytes"),
                                          [DUPLICATE_PIXELS] = B("pixels"),
                                          [DUPLICATE_LOOKS] = B("looks") };

    for (size_t i = 0; i < COUNT(words); i++) {
        if (bytes_eq(text, words[i])) {
            *out = (enum duplicate_by)i;
            return ERR_NONE;
        }
    }
    return err_set(e, ERR_INVALID, "by is bytes, pixels or looks");
}

static enum err_code write_group(struct call *c, struct strbuf *out,
                                 const struct picture_group *group, struct err *e)
{
    struct picture picture;
    bool first = true;

    strbuf_lit(out, "{\"count\":");
    strbuf_int(out, (int64_t)group->count);
    strbuf_lit(out, ",\"pictures\":[");
    for (size_t i = 0; i < group->count && i < SHOWN_MAX; i++) {
        CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 16);
        if (!arena)
            return err_set(e, ERR_NO_MEMORY, "a group of pictures");
        enum err_code rc = picture_find(c->core, arena, group->ids[i], &picture, e);
        if (rc == ERR_NOT_FOUND)
            continue; /* gone a moment ago */
        if (rc)
            return rc;
        strbuf_printf(out, "%s{\"id\":%d,\"kind\":", first ? "" : ",", picture.id);
        first = false;
        if (picture.kind)
            strbuf_printf(out, "\"%s\",\"record\":%d}", kind_name(picture.kind), picture.record_id);
        else
            strbuf_lit(out, "null,\"record\":null}");
    }
    strbuf_lit(out, "]}");
    return ERR_NONE;
}

static enum err_code reply(struct call *c, struct bytes by, const struct picture_group *groups,
                           size_t count, bool more, int64_t unseen, struct err *e)
{
    struct strbuf out;

    strbuf_init(&out, c->arena, 4096, 16 << 20);
    strbuf_lit(&out, "{\"by\":\"");
    strbuf_add(&out, by);
    strbuf_lit(&out, "\",\"groups\":[");
    for (size_t i = 0; i < count; i++) {
        if (i)
            strbuf_char(&out, ',');
        enum err_code rc = write_group(c, &out, &groups[i], e);
        if (rc)
            return rc;
    }
    strbuf_lit(&out, "],\"more\":");
    strbuf_add(&out, more ? B("true") : B("false"));
    strbuf_lit(&out, ",\"unseen\":");
    strbuf_int(&out, unseen);
    strbuf_char(&out, '}');
    if (out.failed)
        return err_set(e, ERR_NO_MEMORY, "a list of groups");
    native_reply_json(c, 200, strbuf_bytes(&out));
    return ERR_NONE;
}

/* They are of all kinds. */
static enum err_code may_read(const struct call *c, struct err *e)
{
    enum err_code rc = ERR_NONE;

    for (int kind = KIND_CONTACT; !rc && kind <= KIND_COUNT; kind++)
        rc = native_may_read(c, (enum record_kind)kind, e);
    return rc;
}

enum err_code native_duplicates_list(struct call *c, struct err *e)
{
    struct bytes values[PARAMETERS];
    struct picture_group *groups = NULL;
    int32_t limit = GROUPS_MAX, after = 0;
    size_t count = 0, first = 0;
    enum duplicate_by by;
    int64_t unseen = 0;
    enum err_code rc;

    if ((rc = may_read(c, e)) ||
        (rc = native_params_read(c->arena, c->req->query, names, PARAMETERS, values, e)) ||
        (rc = read_by(values[BY], &by, e)) ||
        (values[LIMIT].at &&
         (rc = native_param_number("limit", values[LIMIT], 1, GROUPS_MAX, &limit, e))) ||
        (values[AFTER].at &&
         (rc = native_param_number("after", values[AFTER], 0, INT32_MAX, &after, e))) ||
        (rc = duplicates_find(c->core, c->arena, by, &groups, &count, &unseen, e)))
        return rc;
    while (first < count && groups[first].ids[0] <= after)
        first++;
    size_t left = count - first;
    bool more = left > (size_t)limit;
    return reply(c, values[BY], count ? groups + first : NULL, more ? (size_t)limit : left, more,
                 unseen, e);
}
