/* GET /pictures/{kind}/{id}/history?before=&limit= */
#include "base/clock.h"
#include "base/json.h"
#include "core/history.h"
#include "dialect/native/native.h"

#define LIMIT     50
#define LIMIT_MAX 200
#define ENTRY_MAX 8192 /* bytes: names, labels and texts, escaped */

enum { BEFORE, HOW_MANY, PARAMETERS };
static const char *const names[PARAMETERS] = { "before", "limit" };

static void write_who(struct strbuf *out, const struct history_entry *entry)
{
    strbuf_lit(out, ",\"user\":");
    if (entry->change.user_id) {
        strbuf_lit(out, "{\"id\":");
        strbuf_int(out, entry->change.user_id);
        strbuf_lit(out, ",\"name\":");
        json_string(out, entry->user_name);
        strbuf_char(out, '}');
    } else {
        strbuf_lit(out, "null");
    }
    strbuf_lit(out, ",\"key\":");
    json_string_or_null(out, entry->credential_label.len ? entry->credential_label
                                                         : (struct bytes){ 0 });
    strbuf_lit(out, ",\"wire\":");
    json_string(out, bytes_str(wire_name(entry->change.wire)));
}

static void write_before(struct strbuf *out, const struct history_entry *entry)
{
    strbuf_lit(out, ",\"before\":");
    if (!entry->name.at) {
        strbuf_lit(out, "null}");
        return;
    }
    strbuf_lit(out, "{\"name\":");
    json_string(out, entry->name);
    strbuf_lit(out, ",\"description\":");
    json_string(out, entry->description);
    strbuf_lit(out, "}}");
}

static void write_entry(struct strbuf *out, const struct history_entry *entry)
{
    const struct change *change = &entry->change;

    strbuf_lit(out, "{\"change\":");
    strbuf_int(out, change->id);
    strbuf_lit(out, ",\"at\":\"");
    clock_write_plain(out, change->at_us);
    strbuf_lit(out, "Z\",\"what\":");
    json_string(out, bytes_str(change_what_name(change->what)));
    strbuf_add(out, change->what == CHANGE_UNDO ? B(",\"undid\":") : B(",\"picture\":"));
    if (change->subject)
        strbuf_int(out, change->subject);
    else
        strbuf_lit(out, "null");
    write_who(out, entry);
    strbuf_lit(out, ",\"kept\":");
    json_bool(out, entry->is_kept);
    write_before(out, entry);
}

enum err_code native_history_get(struct call *c, struct err *e)
{
    const struct owner *owner = &native_call(c)->owner;
    struct bytes values[PARAMETERS];
    struct history_entry *entries;
    int32_t limit = LIMIT;
    int64_t before = 0;
    struct strbuf out;
    size_t count;
    enum err_code rc;

    if ((rc = native_params_read(c->arena, native_call(c)->link.query, names, PARAMETERS, values,
                                 e)) ||
        (values[HOW_MANY].at &&
         (rc = native_param_number("limit", values[HOW_MANY], 1, LIMIT_MAX, &limit, e))))
        return rc;
    if (values[BEFORE].at && (!bytes_to_int64(values[BEFORE], &before) || before <= 0))
        return err_set(e, ERR_INVALID, "before is the number of a change");
    rc = history_list(c->core, c->arena, owner, before, (size_t)limit + 1, &entries, &count, e);
    if (rc)
        return rc;
    bool more = count > (size_t)limit;
    strbuf_init(&out, c->arena, 1024, 64 + (size_t)limit * ENTRY_MAX);
    strbuf_lit(&out, "{\"history\":[");
    for (size_t i = 0; i < count - more; i++) {
        if (i)
            strbuf_char(&out, ',');
        write_entry(&out, &entries[i]);
    }
    strbuf_lit(&out, "],\"more\":");
    json_bool(&out, more);
    strbuf_char(&out, '}');
    if (out.failed)
        return err_set(e, ERR_NO_MEMORY, "a history of %zu changes", count);
    native_reply_json(c, 200, strbuf_bytes(&out));
    return ERR_NONE;
}
