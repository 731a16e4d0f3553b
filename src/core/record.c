#include "core/record.h"
#include "base/clock.h"
#include "core/event.h"
#include "core/journal.h"
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

static const struct bytes nothing = B("{}"); /* a document that holds none */

typedef enum err_code find_document(struct meta *meta, struct arena *arena, int32_t tenant,
                                    enum record_kind kind, int32_t id, struct bytes *out,
                                    bool *found, struct err *e);

static enum err_code read_document(find_document *find, struct meta *meta, struct arena *arena,
                                   struct owner owner, struct bytes *out, struct err *e)
{
    bool found;
    struct bytes document = { 0 };

    enum err_code rc =
        find(meta, arena, TENANT_DEFAULT, owner.kind, owner.id, &document, &found, e);
    if (rc == ERR_NONE)
        *out = found ? document : nothing;
    return rc;
}

enum err_code record_members(struct core *core, struct arena *arena, struct owner owner,
                             struct bytes *out, struct err *e)
{
    enum err_code rc = core_look(core, e);

    return rc ? rc : read_document(meta_members_find, core->meta, arena, owner, out, e);
}

enum err_code record_fields(struct core *core, struct arena *arena, struct owner owner,
                            struct bytes *out, struct err *e)
{
    enum err_code rc = core_look(core, e);

    return rc ? rc : read_document(meta_fields_find, core->meta, arena, owner, out, e);
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

static enum err_code check_parent(const struct record *record, struct arena *arena,
                                  struct meta *meta, struct err *e)
{
    struct record parent;
    bool found;

    if (record->subtype != SUBTYPE_OFFER)
        return record->parent_id ? err_set(e, ERR_INVALID, "only variations have a parent")
                                 : ERR_NONE;
    if (record->parent_id == 0)
        return ERR_NONE;
    enum err_code rc = meta_record_find(meta, arena, TENANT_DEFAULT, KIND_PRODUCT,
                                        record->parent_id, &parent, &found, e);
    if (rc)
        return rc;
    if (!found || parent.subtype != SUBTYPE_PARENT)
        return err_set(e, ERR_INVALID, "product %d is not the parent of variations",
                       record->parent_id);
    return ERR_NONE;
}

static bool is_something(struct bytes document)
{
    return document.len && !bytes_eq(document, nothing);
}

/* What is to be stored of it: nothing is no text at all. */
static struct bytes stored(struct bytes document)
{
    return is_something(document) ? document : (struct bytes){ 0 };
}

static enum err_code apply_add(struct write *write, struct meta *meta, struct err *e)
{
    struct record_write *w = (struct record_write *)write;
    const char *counter = kind_name(w->record.kind);
    int64_t id = w->record.id;

    enum err_code rc = check_parent(&w->record, w->arena, meta, e);
    if (rc)
        return rc;
    if (id)
        rc = meta_skip_id(meta, TENANT_DEFAULT, counter, id, e);
    else
        rc = meta_next_id(meta, TENANT_DEFAULT, counter, 1, INT32_MAX, &id, e);
    if (rc)
        return rc;
    w->record.id = write->change.record_id = (int32_t)id;
    rc = meta_record_insert(meta, TENANT_DEFAULT, &w->record, e);
    if (rc == ERR_CONFLICT)
        return err_set(e, ERR_CONFLICT, "there is a %s %d already", counter, w->record.id);
    if (rc == ERR_NONE && is_something(w->record.members))
        rc = meta_members_put(meta, TENANT_DEFAULT, w->record.kind, w->record.id, w->record.members,
                              e);
    if (rc == ERR_NONE && is_something(w->record.fields))
        rc = meta_fields_put(meta, TENANT_DEFAULT, w->record.kind, w->record.id, w->record.fields,
                             e);
    if (rc)
        return rc;
    return event_queue(write, meta, EVENT_PRODUCT_ADD,
                       (struct owner){ w->record.kind, w->record.id }, e);
}

static enum err_code check_text(const char *what, struct bytes text, struct err *e)
{
    if (text.len > RECORD_NAME_MAX || !bytes_is_utf8(text) ||
        (text.len && memchr(text.at, 0, text.len)))
        return err_set(e, ERR_INVALID, "a record's %s has at most %d bytes of UTF-8 text", what,
                       RECORD_NAME_MAX);
    return ERR_NONE;
}

/* What holds of a record whether it is made or changed. */
static enum err_code check_record(const struct record *record, struct err *e)
{
    enum err_code rc;

    if (record->name.len == 0)
        return err_set(e, ERR_INVALID, "a record needs a name");
    if ((rc = check_text("name", record->name, e)) || (rc = check_text("code", record->code, e)) ||
        (rc = check_text("key", record->xml_id, e)))
        return rc;
    size_t most =
        record->members.len > record->fields.len ? record->members.len : record->fields.len;
    if (most > RECORD_MEMBERS_MAX)
        return err_set(e, ERR_TOO_LARGE, "a record's members of %zu bytes, the limit is %d", most,
                       RECORD_MEMBERS_MAX);
    return ERR_NONE;
}

enum err_code record_check(struct core *core, struct arena *arena, const struct record *record,
                           struct err *e)
{
    enum err_code rc = core_look(core, e);

    if (!rc)
        rc = check_record(record, e);
    return rc ? rc : check_parent(record, arena, core->meta, e);
}

/* Everything that can be found out before the writer's turn. */
static enum err_code prepare_add(const struct principal *principal, struct arena *arena,
                                 const struct record *record, struct record_write *w, struct err *e)
{
    if (record->id < 0)
        return err_set(e, ERR_INVALID, "a record's id is above 0");
    enum err_code rc = check_record(record, e);
    if (rc)
        return rc;
    if (record->kind != KIND_PRODUCT && record->subtype != SUBTYPE_NONE)
        return err_set(e, ERR_INVALID, "only products have a subtype");
    if (record->subtype != SUBTYPE_OFFER && record->parent_id)
        return err_set(e, ERR_INVALID, "only variations have a parent");
    *w = (struct record_write){ .write = { .apply = apply_add,
                                           .change = change_by(principal, CHANGE_RECORD_ADD,
                                                               (struct owner){ record->kind }) },
                                .arena = arena,
                                .record = *record };
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

struct record_change {
    struct write write; /* first */
    struct arena *arena;
    struct owner owner;
    const struct record_edit *edit;
    int32_t user_id;
    struct record record;
};

static enum err_code find_whole(struct meta *meta, struct arena *arena, struct owner owner,
                                struct record *out, struct err *e)
{
    bool found;

    enum err_code rc =
        meta_record_find(meta, arena, TENANT_DEFAULT, owner.kind, owner.id, out, &found, e);
    if (rc)
        return rc;
    if (!found)
        return err_set(e, ERR_NOT_FOUND, "there is no %s %d", kind_name(owner.kind), owner.id);
    rc = read_document(meta_members_find, meta, arena, owner, &out->members, e);
    return rc ? rc : read_document(meta_fields_find, meta, arena, owner, &out->fields, e);
}

static bool same(const struct record *a, const struct record *b)
{
    return bytes_eq(a->name, b->name) && bytes_eq(a->code, b->code) &&
           bytes_eq(a->xml_id, b->xml_id) && a->sort == b->sort && a->active == b->active &&
           a->parent_id == b->parent_id && bytes_eq(a->members, b->members) &&
           bytes_eq(a->fields, b->fields);
}

static enum err_code apply_edit(struct write *write, struct meta *meta, struct err *e)
{
    struct record_change *w = (struct record_change *)write;
    struct record before;

    enum err_code rc = find_whole(meta, w->arena, w->owner, &before, e);
    if (rc)
        return rc;
    struct record after = before;
    rc = w->edit->edit(&after, w->arena, w->edit->context, e);
    if (rc)
        return rc;

    w->record = before; /* … and what an edit may change: */
    w->record.name = after.name;
    w->record.code = after.code;
    w->record.xml_id = after.xml_id;
    w->record.sort = after.sort;
    w->record.active = after.active;
    w->record.parent_id = after.parent_id;
    w->record.members = is_something(after.members) ? after.members : nothing;
    w->record.fields = is_something(after.fields) ? after.fields : nothing;
    if (same(&w->record, &before))
        return ERR_NONE;
    rc = check_record(&w->record, e);
    if (rc == ERR_NONE && w->record.parent_id != before.parent_id)
        rc = check_parent(&w->record, w->arena, meta, e);
    if (rc)
        return rc;
    /* at least one later than before, whatever the clock says: tags are made of it */
    int64_t now_us = clock_now_us();
    w->record.updated_us = now_us > before.updated_us ? now_us : before.updated_us + 1;
    w->record.updated_by = w->user_id;
    rc = meta_record_update(meta, TENANT_DEFAULT, &w->record, e);
    if (rc == ERR_NONE && !bytes_eq(w->record.members, before.members))
        rc = meta_members_put(meta, TENANT_DEFAULT, w->owner.kind, w->owner.id,
                              stored(w->record.members), e);
    if (rc == ERR_NONE && !bytes_eq(w->record.fields, before.fields))
        rc = meta_fields_put(meta, TENANT_DEFAULT, w->owner.kind, w->owner.id,
                             stored(w->record.fields), e);
    return rc ? rc : event_queue(write, meta, EVENT_PRODUCT_UPDATE, w->owner, e);
}

enum err_code record_edit(struct core *core, const struct principal *principal, struct arena *arena,
                          struct owner owner, const struct record_edit *edit, struct record *out,
                          struct err *e)
{
    struct record_change w = {
        .write = { .apply = apply_edit, .change = change_by(principal, CHANGE_RECORD_EDIT, owner) },
        .arena = arena,
        .owner = owner,
        .edit = edit,
        .user_id = principal->user_id,
    };

    enum err_code rc = core_write(core, &w.write, e);
    if (rc == ERR_NONE)
        *out = w.record;
    return rc;
}

struct record_removal {
    struct write write; /* first */
    struct arena *arena;
    struct owner owner;
    const struct record_question *question; /* or NULL */
};

static enum err_code delete_one(struct record_removal *w, struct meta *meta, struct owner owner,
                                struct err *e)
{
    struct picture *pictures = NULL;
    size_t count = 0;
    bool found;

    enum err_code rc = event_queue(&w->write, meta, EVENT_PRODUCT_DELETE, owner, e);
    if (rc == ERR_NONE)
        rc = meta_picture_list(meta, w->arena, TENANT_DEFAULT, owner.kind, owner.id, 0, 0,
                               &pictures, &count, e);
    for (size_t i = 0; rc == ERR_NONE && i < count; i++)
        rc = rows_unlink(meta, owner, &pictures[i], e);
    if (rc == ERR_NONE)
        rc = rows_drop_thumbnail(meta, w->arena, owner, e);
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

    if (w->question) {
        struct record record;
        rc = find_whole(meta, w->arena, w->owner, &record, e);
        if (rc == ERR_NONE)
            rc = w->question->ask(&record, w->question->context, e);
    }
    if (rc == ERR_NONE && w->owner.kind == KIND_PRODUCT)
        rc =
            meta_record_children(meta, w->arena, TENANT_DEFAULT, w->owner.id, &children, &count, e);
    for (size_t i = 0; rc == ERR_NONE && i < count; i++)
        rc = delete_one(w, meta, (struct owner){ KIND_PRODUCT, children[i] }, e);
    return rc ? rc : delete_one(w, meta, w->owner, e);
}

enum err_code record_delete_if(struct core *core, const struct principal *principal,
                               struct owner owner, const struct record_question *question,
                               struct err *e)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(64 << 20);
    struct record_removal w = { .write = { .apply = apply_delete,
                                           .change =
                                               change_by(principal, CHANGE_RECORD_DELETE, owner) },
                                .arena = arena,
                                .owner = owner,
                                .question = question };

    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "delete a record");
    return core_write(core, &w.write, e);
}

enum err_code record_delete(struct core *core, const struct principal *principal,
                            struct owner owner, struct err *e)
{
    return record_delete_if(core, principal, owner, NULL, e);
}
