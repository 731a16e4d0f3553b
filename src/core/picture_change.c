/* Describing and deleting: writes that bring no bytes. */
#include "base/clock.h"
#include "core/event.h"
#include "core/journal.h"
#include "core/picture.h"
#include "core/picture_rows.h"
#include "core/store.h"

struct describe {
    struct write write; /* first */
    struct arena *arena;
    struct owner owner;
    int32_t picture_id; /* by itself; 0: the one you see of the owner */
    int32_t user_id;
    int64_t now_us;
    const struct picture_texts *texts;
    struct picture result;
    bool record_exists;
};

static bool change(struct bytes *text, struct bytes wanted)
{
    if (!wanted.at || bytes_eq(*text, wanted))
        return false;
    *text = wanted;
    return true;
}

/* What is to be described; ERR_NOT_FOUND when it is not there. */
static enum err_code find_described(struct describe *d, struct meta *meta, struct err *e)
{
    bool found;
    enum err_code rc;

    d->record_exists = true;
    if (d->picture_id) {
        rc = meta_picture_by_id(meta, d->arena, TENANT_DEFAULT, d->picture_id, &d->result, &found,
                                e);
        if (rc || found)
            return rc;
        return err_set(e, ERR_NOT_FOUND, "there is no picture %d", d->picture_id);
    }
    rc = meta_picture_seen(meta, d->arena, TENANT_DEFAULT, d->owner.kind, d->owner.id, &d->result,
                           &found, e);
    if (rc == ERR_NONE && !found)
        rc = meta_record_exists(meta, TENANT_DEFAULT, d->owner.kind, d->owner.id, &d->record_exists,
                                e);
    if (rc || found)
        return rc;
    return err_set(e, ERR_NOT_FOUND,
                   d->record_exists ? "%s %d has no picture" : "there is no %s %d",
                   kind_name(d->owner.kind), d->owner.id);
}

static enum err_code apply_describe(struct write *write, struct meta *meta, struct err *e)
{
    struct describe *d = (struct describe *)write;
    const struct picture_texts *texts = d->texts;
    struct picture *picture = &d->result;

    enum err_code rc = find_described(d, meta, e);
    if (rc)
        return rc;
    if (!d->picture_id && texts->must_be_id && texts->must_be_id != picture->id)
        return err_set(e, ERR_CONFLICT, "the picture of %s %d is %d, not %d",
                       kind_name(d->owner.kind), d->owner.id, picture->id, texts->must_be_id);
    rc = rows_hold(texts->condition, picture, e);
    if (rc)
        return rc;

    bool changed = change(&picture->description, texts->description);
    changed |= change(&picture->extra_info, texts->extra_info);
    changed |= change(&picture->conceptual_type, texts->conceptual_type);
    if (!changed)
        return ERR_NONE;
    picture->updated_us = d->now_us;
    picture->updated_by = d->user_id;
    rc = meta_picture_update(meta, TENANT_DEFAULT, picture, e);
    return rc ? rc : event_queue_picture(write, meta, picture->id, e);
}

static enum err_code describe(struct core *core, struct describe *d, struct picture *out,
                              struct err *e)
{
    enum err_code rc;

    if ((rc = picture_check_text("Description", d->texts->description, e)) ||
        (rc = picture_check_text("ExtraInfo", d->texts->extra_info, e)) ||
        (rc = picture_check_text("ConceptualType", d->texts->conceptual_type, e)))
        return rc;
    rc = core_write(core, &d->write, e);
    if (rc == ERR_NONE)
        *out = d->result;
    return rc;
}

enum err_code picture_describe(struct core *core, const struct principal *principal,
                               struct arena *arena, struct owner owner,
                               const struct picture_texts *texts, struct picture *out,
                               bool *record_exists, struct err *e)
{
    struct describe d = {
        .write = { .apply = apply_describe,
                   .change = change_by(principal, CHANGE_PICTURE_DESCRIBE, owner) },
        .arena = arena,
        .owner = owner,
        .user_id = principal->user_id,
        .now_us = clock_now_us(),
        .texts = texts,
        .record_exists = true,
    };

    enum err_code rc = describe(core, &d, out, e);
    *record_exists = d.record_exists;
    return rc;
}

enum err_code picture_describe_id(struct core *core, const struct principal *principal,
                                  struct arena *arena, int32_t id,
                                  const struct picture_texts *texts, struct picture *out,
                                  struct err *e)
{
    struct describe d = {
        .write = { .apply = apply_describe,
                   .change = change_by(principal, CHANGE_PICTURE_DESCRIBE, (struct owner){ 0 }) },
        .arena = arena,
        .picture_id = id,
        .user_id = principal->user_id,
        .now_us = clock_now_us(),
        .texts = texts,
    };

    if (id <= 0)
        return err_set(e, ERR_NOT_FOUND, "there is no picture %d", id);
    return describe(core, &d, out, e);
}

struct remove {
    struct write write; /* first */
    struct arena *arena;
    struct owner owner;
    int32_t picture_id; /* 0: the picture you see */
    struct picture_condition condition;
    bool record_exists;
    bool deleted;
};

static enum err_code apply_remove(struct write *write, struct meta *meta, struct err *e)
{
    struct remove *r = (struct remove *)write;
    struct picture picture;
    enum err_code rc;
    bool found;

    r->record_exists = true;
    if (r->picture_id)
        rc = meta_picture_on(meta, r->arena, TENANT_DEFAULT, r->owner.kind, r->owner.id,
                             r->picture_id, &picture, &found, e);
    else
        rc = meta_picture_seen(meta, r->arena, TENANT_DEFAULT, r->owner.kind, r->owner.id, &picture,
                               &found, e);
    if (rc)
        return rc;
    r->deleted = found;
    rc = rows_hold(r->condition, found ? &picture : NULL, e);
    if (rc)
        return rc;
    if (found) {
        rc = rows_unlink(meta, r->owner, &picture, e);
        return rc ? rc : event_queue(write, meta, EVENT_PRODUCT_UPDATE, r->owner, e);
    }
    rc = meta_record_exists(meta, TENANT_DEFAULT, r->owner.kind, r->owner.id, &r->record_exists, e);
    if (rc)
        return rc;
    if (!r->record_exists)
        return err_set(e, ERR_NOT_FOUND, "there is no %s %d", kind_name(r->owner.kind),
                       r->owner.id);
    if (r->picture_id)
        return err_set(e, ERR_NOT_FOUND, "%s %d has no picture %d", kind_name(r->owner.kind),
                       r->owner.id, r->picture_id);
    return ERR_NONE;
}

static enum err_code remove_picture(struct core *core, const struct principal *principal,
                                    struct remove *r, struct err *e)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);

    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "delete a picture");
    r->write.apply = apply_remove;
    r->write.change = change_by(principal, CHANGE_PICTURE_DELETE, r->owner);
    r->arena = arena;
    return core_write(core, &r->write, e);
}

enum err_code picture_delete_seen(struct core *core, const struct principal *principal,
                                  struct owner owner, struct picture_condition condition,
                                  bool *deleted, struct err *e)
{
    struct remove r = { .owner = owner, .condition = condition };

    enum err_code rc = remove_picture(core, principal, &r, e);
    if (rc == ERR_NONE)
        *deleted = r.deleted;
    return rc;
}

enum err_code picture_delete(struct core *core, const struct principal *principal,
                             struct owner owner, int32_t id, bool *record_exists, struct err *e)
{
    struct remove r = { .owner = owner, .picture_id = id };

    *record_exists = true;
    if (id <= 0) {
        enum err_code rc =
            meta_record_exists(core->meta, TENANT_DEFAULT, owner.kind, owner.id, record_exists, e);
        return rc ? rc : err_set(e, ERR_NOT_FOUND, "there is no picture %d", id);
    }
    enum err_code rc = remove_picture(core, principal, &r, e);
    if (rc != ERR_BLOCKS)
        *record_exists = r.record_exists;
    return rc;
}
