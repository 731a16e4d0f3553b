/* Hanging a picture that is there already on another record. */
#include "base/clock.h"
#include "core/event.h"
#include "core/journal.h"
#include "core/picture.h"
#include "core/picture_rows.h"
#include "core/store.h"

#include <stdio.h>

struct hanging {
    struct write write; /* first */
    struct arena *arena;
    struct owner owner;
    int32_t picture_id; /* 0: only takes off */
    int32_t user_id;
    int64_t now_us;
};

static enum err_code missing(struct err *e, const char *what)
{
    snprintf(e->field, sizeof e->field, "%s", what);
    return e->code;
}

/* In the place of the one you see, or as DETAIL_PICTURE. When it hangs on the record already, say
 * in the gallery, it moves: a record has a picture once. */
static enum err_code hang(struct hanging *h, struct meta *meta, struct picture *picture,
                          const struct picture *place, struct err *e)
{
    enum err_code rc =
        meta_link_delete(meta, TENANT_DEFAULT, h->owner.kind, h->owner.id, picture->id, e);
    if (rc == ERR_NONE && place)
        rc = rows_unlink(meta, h->owner, place, e);
    if (rc == ERR_NONE)
        rc = meta_link_insert(meta, TENANT_DEFAULT, h->owner.kind, h->owner.id,
                              place ? place->role : ROLE_DETAIL, place ? place->rank : 1,
                              picture->id, e);
    if (rc)
        return rc;
    /* who asks by date whether the record's picture is another must not be told that it is not */
    picture->updated_us = h->now_us;
    picture->updated_by = h->user_id;
    return meta_picture_update(meta, TENANT_DEFAULT, picture, e);
}

static enum err_code apply_hang(struct write *write, struct meta *meta, struct err *e)
{
    struct hanging *h = (struct hanging *)write;
    struct picture picture;
    struct picture seen;
    bool known = true;
    bool found;

    enum err_code rc = rows_require_record(meta, h->owner, e);
    if (rc == ERR_NOT_FOUND)
        return missing(e, "record");
    if (rc == ERR_NONE && h->picture_id)
        rc = meta_picture_by_id(meta, h->arena, TENANT_DEFAULT, h->picture_id, &picture, &known, e);
    if (rc == ERR_NONE && !known) {
        err_set(e, ERR_NOT_FOUND, "there is no picture %d", h->picture_id);
        return missing(e, "picture");
    }
    if (rc == ERR_NONE)
        rc = meta_picture_seen(meta, h->arena, TENANT_DEFAULT, h->owner.kind, h->owner.id, &seen,
                               &found, e);
    if (rc)
        return rc;
    if (found ? seen.id == h->picture_id : !h->picture_id)
        return ERR_NONE;
    rc = h->picture_id ? hang(h, meta, &picture, found ? &seen : NULL, e)
                       : rows_unlink(meta, h->owner, &seen, e);
    return rc ? rc : event_queue(write, meta, EVENT_PRODUCT_UPDATE, h->owner, e);
}

enum err_code picture_link(struct core *core, const struct principal *principal, struct owner owner,
                           int32_t id, struct err *e)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    struct hanging h = { .write = { .apply = apply_hang,
                                    .change = change_by(principal, CHANGE_PICTURE_LINK, owner) },
                         .arena = arena,
                         .owner = owner,
                         .picture_id = id,
                         .user_id = principal->user_id,
                         .now_us = clock_now_us() };

    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "link a picture");
    return core_write(core, &h.write, e);
}
