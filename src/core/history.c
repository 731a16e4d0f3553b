/* Reading history and the audit log, and forgetting what is too old. */
#include "core/history.h"

#include "base/clock.h"
#include "core/access.h"
#include "core/journal.h"
#include "core/store.h"

static enum err_code add_names(struct core *core, struct arena *arena, struct history_entry *entry,
                               struct err *e)
{
    struct credential credential;
    struct user user;
    bool found;

    enum err_code rc = ERR_NONE;
    if (entry->change.user_id) {
        rc = user_get(core, arena, entry->change.user_id, &user, e);
        if (rc && rc != ERR_NOT_FOUND)
            return rc;
        if (rc == ERR_NONE)
            entry->user_name = arena_copy(arena, user.name); /* of a cache that others empty */
    }
    if (!entry->change.credential_id)
        return ERR_NONE;
    rc = meta_credential_find(core->meta, arena, TENANT_DEFAULT, entry->change.credential_id,
                              &credential, &found, e);
    if (rc == ERR_NONE && found)
        entry->credential_label = credential.label;
    return rc;
}

static enum err_code add_rows(struct core *core, struct arena *arena, struct history_entry *entry,
                              struct err *e)
{
    const struct change *change = &entry->change;
    struct change_summary summary;

    if (!change_has_history(change->what) || change->rows == 0)
        return ERR_NONE;
    enum err_code rc = meta_change_summary(core->meta, arena, TENANT_DEFAULT, change->id,
                                           change->subject, &summary, e);
    if (rc)
        return rc;
    entry->is_kept = summary.is_kept;
    entry->name = summary.name;
    entry->description = summary.description;
    return ERR_NONE;
}

static enum err_code show(struct core *core, struct arena *arena, const struct change *changes,
                          size_t count, struct history_entry **out, struct err *e)
{
    struct history_entry *list = arena_zalloc(arena, count + 1, sizeof *list);
    enum err_code rc = list ? ERR_NONE : err_set(e, ERR_NO_MEMORY, "%zu changes", count);

    for (size_t i = 0; rc == ERR_NONE && i < count; i++) {
        list[i].change = changes[i];
        rc = add_names(core, arena, &list[i], e);
        if (rc == ERR_NONE)
            rc = add_rows(core, arena, &list[i], e);
    }
    if (rc == ERR_NONE)
        *out = list;
    return rc;
}

enum err_code history_list(struct core *core, struct arena *arena, const struct owner *owner,
                           int64_t before_id, size_t limit, struct history_entry **out,
                           size_t *count, struct err *e)
{
    struct change *changes;
    size_t found;

    enum err_code rc = core_look(core, e);
    if (rc)
        return rc;
    if (before_id <= 0)
        before_id = INT64_MAX;
    if (limit > HISTORY_MAX)
        limit = HISTORY_MAX;
    if (owner)
        rc = meta_change_of_record(core->meta, arena, TENANT_DEFAULT, owner->kind, owner->id,
                                   before_id, limit, &changes, &found, e);
    else
        rc = meta_change_recent(core->meta, arena, TENANT_DEFAULT, before_id, limit, &changes,
                                &found, e);
    if (rc == ERR_NONE)
        rc = show(core, arena, changes, found, out, e);
    if (rc == ERR_NONE)
        *count = found;
    return rc;
}

enum err_code audit_list(struct core *core, struct arena *arena, int64_t after_id, size_t limit,
                         struct history_entry **out, size_t *count, struct err *e)
{
    struct change *changes;
    size_t found;

    enum err_code rc = core_look(core, e);
    if (rc)
        return rc;
    rc = meta_change_list(core->meta, arena, TENANT_DEFAULT, after_id,
                          limit < HISTORY_MAX ? limit : HISTORY_MAX, &changes, &found, e);
    if (rc == ERR_NONE)
        rc = show(core, arena, changes, found, out, e);
    if (rc == ERR_NONE)
        *count = found;
    return rc;
}

enum err_code history_get(struct core *core, struct arena *arena, int64_t id, struct change *out,
                          struct err *e)
{
    bool found;

    enum err_code rc = core_look(core, e);
    if (rc == ERR_NONE)
        rc = meta_change_find(core->meta, arena, TENANT_DEFAULT, id, out, &found, e);
    if (rc || found)
        return rc;
    return err_set(e, ERR_NOT_FOUND, "there is no change %lld", (long long)id);
}

struct forgetting {
    struct write write; /* first */
    struct arena *arena;
    const uint8_t *key;
    int64_t rows_before_us;
    int64_t entries_before_us;
    int64_t now_us;
    size_t limit;
    bool more;
};

static enum err_code apply_forget(struct write *write, struct meta *meta, struct err *e)
{
    struct forgetting *f = (struct forgetting *)write;
    struct change_anchor anchor;
    bool found;

    enum err_code rc = meta_change_anchor_get(meta, f->arena, f->key, &anchor, &found, e);
    if (rc == ERR_NONE && !found)
        rc = err_set(e, ERR_CORRUPT, "the audit log's anchor is not there");
    if (rc == ERR_NONE)
        rc = meta_change_forget(meta, TENANT_DEFAULT, f->rows_before_us, f->entries_before_us,
                                f->now_us, f->limit, &anchor, &f->more, e);
    return rc ? rc : meta_change_anchor_put(meta, f->key, &anchor, e);
}

enum err_code history_forget(struct core *core, size_t limit, bool *more, struct err *e)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 16);
    const struct settings *settings = core->store->settings;
    int64_t now_us = clock_now_us();
    struct forgetting f = { .write = { .apply = apply_forget },
                            .arena = arena,
                            .key = core->store->audit_key,
                            .rows_before_us = now_us - settings->history_seconds * SECOND_US,
                            .entries_before_us = now_us - settings->audit_seconds * SECOND_US,
                            .now_us = now_us,
                            .limit = limit };
    bool any;

    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "forget changes");
    enum err_code rc = meta_change_has_old(core->meta, TENANT_DEFAULT, f.rows_before_us,
                                           f.entries_before_us, &any, e);
    if (rc == ERR_NONE && any)
        rc = core_write(core, &f.write, e);
    if (rc == ERR_NONE)
        *more = f.more;
    return rc;
}
