/* What must stay in sight of a picture when it is cut: a write that brings no bytes. */
#include "base/clock.h"
#include "core/event.h"
#include "core/journal.h"
#include "core/picture.h"
#include "core/store.h"

struct focus {
    struct write write; /* first */
    struct arena *arena;
    struct owner owner;
    int32_t user_id;
    int64_t now_us;
    int32_t x;
    int32_t y;
    bool record_exists;
};

static enum err_code find(struct focus *f, struct meta *meta, struct picture *out, struct err *e)
{
    bool found;

    f->record_exists = true;
    enum err_code rc = meta_picture_seen(meta, f->arena, TENANT_DEFAULT, f->owner.kind, f->owner.id,
                                         out, &found, e);
    if (rc == ERR_NONE && !found)
        rc = meta_record_exists(meta, TENANT_DEFAULT, f->owner.kind, f->owner.id, &f->record_exists,
                                e);
    if (rc || found)
        return rc;
    return err_set(e, ERR_NOT_FOUND,
                   f->record_exists ? "%s %d has no picture" : "there is no %s %d",
                   kind_name(f->owner.kind), f->owner.id);
}

static enum err_code apply(struct write *write, struct meta *meta, struct err *e)
{
    struct focus *f = (struct focus *)write;
    struct picture picture;

    enum err_code rc = find(f, meta, &picture, e);
    if (rc || (picture.focus_x == f->x && picture.focus_y == f->y))
        return rc;
    picture.focus_x = f->x;
    picture.focus_y = f->y;
    picture.updated_us = f->now_us;
    picture.updated_by = f->user_id;
    rc = meta_picture_update(meta, TENANT_DEFAULT, &picture, e);
    return rc ? rc : event_queue_picture(write, meta, picture.id, e);
}

static bool is_within(int32_t value)
{
    return value >= -FOCUS_MAX && value <= FOCUS_MAX;
}

enum err_code picture_set_focus(struct core *core, const struct principal *principal,
                                struct owner owner, int32_t x, int32_t y, bool *record_exists,
                                struct err *e)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);

    *record_exists = true;
    if (!is_within(x) || !is_within(y))
        return err_set(e, ERR_INVALID, "a focus of %d, %d: at most %d from the middle", x, y,
                       FOCUS_MAX);
    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "set a focus");
    struct focus f = {
        .write = { .apply = apply, .change = change_by(principal, CHANGE_PICTURE_FOCUS, owner) },
        .arena = arena,
        .owner = owner,
        .user_id = principal->user_id,
        .now_us = clock_now_us(),
        .x = x,
        .y = y,
        .record_exists = true,
    };
    enum err_code rc = core_write(core, &f.write, e);
    *record_exists = f.record_exists;
    return rc;
}
