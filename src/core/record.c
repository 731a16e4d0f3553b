#include "core/record.h"
#include "base/clock.h"
#include "core/picture_rows.h"
#include "core/store.h"

enum err_code record_get(struct core *core, struct arena *arena, struct owner owner,
                         struct record *out, struct err *e)
{
    bool found;

    enum err_code rc = core_look(core, e);
    if (rc)
        return rc;
    rc = meta_record_find(core->meta, arena, TENANT_DEFAULT, owner.kind, owner.id, out, &found, e);
    if (rc || found)
        return rc;
    return err_set(e, ERR_NOT_FOUND, "there is no %s %d", kind_name(owner.kind), owner.id);
}

enum err_code record_list(struct core *core, struct arena *arena, const struct record_query *query,
                          struct record **out, size_t *count, size_t *total, struct err *e)
{
    enum err_code rc = core_look(core, e);
    if (rc)
        return rc;
    return meta_record_list(core->meta, arena, TENANT_DEFAULT, query, out, count, total, e);
}

struct record_write {
    struct write write; /* first */
    struct arena *arena;
    struct record record;
};

static enum err_code check_parent(struct record_write *w, struct meta *meta, struct err *e)
{
    struct record parent;
    bool found;

    if (w->record.subtype != SUBTYPE_OFFER)
        return ERR_NONE;
    enum err_code rc = meta_record_find(meta, w->arena, TENANT_DEFAULT, KIND_PRODUCT,
                                        w->record.parent_id, &parent, &found, e);
    if (rc)
        return rc;
    if (!found || parent.subtype != SUBTYPE_PARENT)
        return err_set(e, ERR_INVALID, "product %d is not the parent of variations",
                       w->record.parent_id);
    return ERR_NONE;
}

static enum err_code apply_add(struct write *write, struct meta *meta, struct err *e)
{
    struct record_write *w = (struct record_write *)write;
    const char *counter = kind_name(w->record.kind);
    int64_t id = w->record.id;

    enum err_code rc = check_parent(w, meta, e);
    if (rc)
        return rc;
    if (id)
        rc = meta_skip_id(meta, TENANT_DEFAULT, counter, id, e);
    else
        rc = meta_next_id(meta, TENANT_DEFAULT, counter, 1, INT32_MAX, &id, e);
    if (rc)
        return rc;
    w->record.id = (int32_t)id;
    rc = meta_record_insert(meta, TENANT_DEFAULT, &w->record, e);
    if (rc == ERR_CONFLICT)
        return err_set(e, ERR_CONFLICT, "there is a %s %d already", counter, w->record.id);
    return rc;
}

static enum err_code check_text(const char *what, struct bytes text, struct err *e)
{
    if (text.len > RECORD_NAME_MAX || !bytes_is_utf8(text) ||
        (text.len && memchr(text.at, 0, text.len)))
        return err_set(e, ERR_INVALID, "a record's %s has at most %d bytes of UTF-8 text", what,
                       RECORD_NAME_MAX);
    return ERR_NONE;
}

/* Everything that can be found out before the writer's turn. */
static enum err_code prepare_add(const struct principal *principal, struct arena *arena,
                                 const struct record *record, struct record_write *w, struct err *e)
{
    enum err_code rc;

    if (record->name.len == 0)
        return err_set(e, ERR_INVALID, "a record needs a name");
    if (record->id < 0)
        return err_set(e, ERR_INVALID, "a record's id is above 0");
    if ((rc = check_text("name", record->name, e)) || (rc = check_text("code", record->code, e)) ||
        (rc = check_text("key", record->xml_id, e)))
        return rc;
    if (record->kind != KIND_PRODUCT && record->subtype != SUBTYPE_NONE)
        return err_set(e, ERR_INVALID, "only products have a subtype");
    if (record->subtype != SUBTYPE_OFFER && record->parent_id)
        return err_set(e, ERR_INVALID, "only variations have a parent");
    *w =
        (struct record_write){ .write = { .apply = apply_add }, .arena = arena, .record = *record };
    if (record->kind == KIND_PRODUCT && record->subtype == SUBTYPE_NONE)
        w->record.subtype = SUBTYPE_SIMPLE;
    w->record.created_us = w->record.updated_us = clock_now_us();
    w->record.created_by = w->record.updated_by = principal->user_id;
    return ERR_NONE;
}

enum err_code record_add(struct core *core, const struct principal *principal, struct arena *arena,
                         const struct record *record, struct record *out, struct err *e)
{
    struct record_write w;

    enum err_code rc = prepare_add(principal, arena, record, &w, e);
    if (rc == ERR_NONE)
        rc = core_write(core, &w.write, e);
    if (rc == ERR_NONE)
        *out = w.record;
    return rc;
}

enum err_code record_add_all(struct core *core, const struct principal *principal,
                             struct arena *arena, const struct record *records, size_t count,
                             struct err *e)
{
    struct record_write *w = arena_zalloc(arena, count, sizeof *w);
    struct write **list = arena_zalloc(arena, count, sizeof(struct write *));

    if (!w || !list)
        return err_set(e, ERR_NO_MEMORY, "add %zu records", count);
    for (size_t i = 0; i < count; i++) {
        enum err_code rc = prepare_add(principal, arena, &records[i], &w[i], e);
        if (rc)
            return rc;
        list[i] = &w[i].write;
    }
    return core_write_all(core, list, count, e);
}

struct record_removal {
    struct write write; /* first */
    struct arena *arena;
    struct owner owner;
    int64_t now_us;
};

static enum err_code delete_one(struct record_removal *w, struct meta *meta, struct owner owner,
                                struct err *e)
{
    struct picture *pictures = NULL;
    size_t count = 0;
    bool found;

    enum err_code rc = meta_picture_list(meta, w->arena, TENANT_DEFAULT, owner.kind, owner.id, 0, 0,
                                         &pictures, &count, e);
    for (size_t i = 0; rc == ERR_NONE && i < count; i++)
        rc = rows_unlink(meta, owner, &pictures[i], w->now_us, e);
    if (rc == ERR_NONE)
        rc = meta_record_delete(meta, TENANT_DEFAULT, owner.kind, owner.id, &found, e);
    if (rc)
        return rc;
    if (!found)
        return err_set(e, ERR_NOT_FOUND, "there is no %s %d", kind_name(owner.kind), owner.id);
    return ERR_NONE;
}

/* A product's variations go with it, as on Bitrix24. */
static enum err_code apply_delete(struct write *write, struct meta *meta, struct err *e)
{
    struct record_removal *w = (struct record_removal *)write;
    int32_t *children = NULL;
    size_t count = 0;
    enum err_code rc = ERR_NONE;

    if (w->owner.kind == KIND_PRODUCT)
        rc =
            meta_record_children(meta, w->arena, TENANT_DEFAULT, w->owner.id, &children, &count, e);
    for (size_t i = 0; rc == ERR_NONE && i < count; i++)
        rc = delete_one(w, meta, (struct owner){ KIND_PRODUCT, children[i] }, e);
    return rc ? rc : delete_one(w, meta, w->owner, e);
}

enum err_code record_delete(struct core *core, const struct principal *principal,
                            struct owner owner, struct err *e)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(64 << 20);
    struct record_removal w = {
        .write = { .apply = apply_delete }, .arena = arena, .owner = owner, .now_us = clock_now_us()
    };

    (void)principal;
    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "delete a record");
    return core_write(core, &w.write, e);
}
