/* Erasing for good: rows and history in one transaction, then bytes, then what the database has
 * left of deleted rows in its free space. */
#include "core/check.h"
#include "core/event.h"
#include "core/history.h"
#include "core/journal.h"
#include "core/picture_rows.h"
#include "core/removal.h"
#include "core/store.h"

#include "base/clock.h"

#define ARENA_MAX   (256UL << 20)
#define REMOVED_MAX 1000 /* blobs given back in a turn */

struct erasure {
    struct write write; /* first */
    struct arena *arena;
    struct owner owner;
    int64_t now_us;
    size_t pictures;
};

/* How the record's rows were, ever. */
static enum err_code erase_record_rows(struct erasure *x, struct meta *meta, struct owner owner,
                                       struct err *e)
{
    static const enum change_table tables[] = { CHANGE_OF_RECORD, CHANGE_OF_MEMBERS,
                                                CHANGE_OF_FIELDS, CHANGE_OF_LINK };
    int64_t key = change_owner(owner.kind, owner.id);
    enum err_code rc = ERR_NONE;

    for (size_t i = 0; rc == ERR_NONE && i < COUNT(tables); i++)
        rc = meta_change_erase(meta, TENANT_DEFAULT, tables[i], key, x->now_us, e);
    return rc;
}

/* A picture that hangs on another record is that one's, too: it stays, with its history. */
static enum err_code erase_picture(struct erasure *x, struct meta *meta, int32_t id, struct err *e)
{
    struct picture picture;
    bool found;

    enum err_code rc = meta_picture_by_id(meta, x->arena, TENANT_DEFAULT, id, &picture, &found, e);
    if (rc || found)
        return rc;
    x->pictures++;
    return meta_change_erase(meta, TENANT_DEFAULT, CHANGE_OF_PICTURE, id, x->now_us, e);
}

static enum err_code take_off(struct erasure *x, struct meta *meta, struct owner owner,
                              struct err *e)
{
    struct picture *pictures = NULL;
    size_t count = 0;
    bool found;

    enum err_code rc = meta_picture_list(meta, x->arena, TENANT_DEFAULT, owner.kind, owner.id, 0, 0,
                                         &pictures, &count, e);
    for (size_t i = 0; rc == ERR_NONE && i < count; i++)
        rc = rows_unlink(meta, owner, &pictures[i], e);
    if (rc == ERR_NONE)
        rc = rows_drop_thumbnail(meta, x->arena, owner, e);
    return rc ? rc : meta_record_delete(meta, TENANT_DEFAULT, owner.kind, owner.id, &found, e);
}

/* History names the pictures, so it is asked before it is erased. */
static enum err_code erase_one(struct erasure *x, struct meta *meta, struct owner owner,
                               struct err *e)
{
    int32_t *pictures = NULL;
    size_t count = 0;
    bool exists;

    enum err_code rc = meta_record_exists(meta, TENANT_DEFAULT, owner.kind, owner.id, &exists, e);
    if (rc == ERR_NONE && exists)
        rc = event_queue(&x->write, meta, EVENT_PRODUCT_DELETE, owner, e);
    if (rc == ERR_NONE)
        rc = meta_change_pictures(meta, x->arena, TENANT_DEFAULT, owner.kind, owner.id, &pictures,
                                  &count, e);
    if (rc == ERR_NONE && exists)
        rc = take_off(x, meta, owner, e);
    for (size_t i = 0; rc == ERR_NONE && i < count; i++)
        rc = erase_picture(x, meta, pictures[i], e);
    return rc ? rc : erase_record_rows(x, meta, owner, e);
}

static enum err_code require_known(struct erasure *x, struct meta *meta, struct err *e)
{
    struct change *changes;
    size_t count = 0;
    bool exists;

    enum err_code rc =
        meta_record_exists(meta, TENANT_DEFAULT, x->owner.kind, x->owner.id, &exists, e);
    if (rc || exists)
        return rc;
    rc = meta_change_of_record(meta, x->arena, TENANT_DEFAULT, x->owner.kind, x->owner.id,
                               INT64_MAX, 1, &changes, &count, e);
    if (rc || count)
        return rc;
    return err_set(e, ERR_NOT_FOUND, "there is no %s %d, and history knows none",
                   kind_name(x->owner.kind), x->owner.id);
}

static enum err_code apply_erase(struct write *write, struct meta *meta, struct err *e)
{
    struct erasure *x = (struct erasure *)write;
    int32_t *children = NULL;
    size_t count = 0;

    x->pictures = 0;
    enum err_code rc = require_known(x, meta, e);
    if (rc == ERR_NONE && x->owner.kind == KIND_PRODUCT)
        rc =
            meta_change_children(meta, x->arena, TENANT_DEFAULT, x->owner.id, &children, &count, e);
    for (size_t i = 0; rc == ERR_NONE && i < count; i++)
        rc = erase_one(x, meta, (struct owner){ KIND_PRODUCT, children[i] }, e);
    return rc ? rc : erase_one(x, meta, x->owner, e);
}

static enum err_code remove_dead(struct core *core, int64_t before_us, struct err *e)
{
    size_t count = 0;
    enum err_code rc;

    do
        rc = removal_run(core, before_us, REMOVED_MAX, true, &count, e);
    while (rc == ERR_NONE && count == REMOVED_MAX);
    return rc;
}

/* Whatever fails now, it may not sound as if nothing were done. */
static enum err_code behind_rows(enum err_code rc, struct err *e)
{
    if (rc == ERR_NONE)
        return ERR_NONE;
    e->code = ERR_UNAVAILABLE;
    return err_context(e, "it is erased, and its remains are not gone yet: again");
}

static enum err_code run(struct core *core, struct erasure *x, struct err *e)
{
    enum err_code rc = core_write(core, &x->write, e);

    if (rc)
        return rc;
    /* from here on nobody finds any of it; a crash leaves the bytes to the keeper */
    rc = remove_dead(core, x->now_us + 1, e);
    return behind_rows(rc ? rc : store_compact(core, e), e);
}

enum err_code record_erase(struct core *core, const struct principal *principal, struct owner owner,
                           size_t *pictures, struct err *e)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(ARENA_MAX);
    struct erasure x = { .write = { .apply = apply_erase,
                                    .erases = true,
                                    .change = change_by(principal, CHANGE_ERASE, owner) },
                         .arena = arena,
                         .owner = owner,
                         .now_us = clock_now_us() };

    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "erase a record");
    enum err_code rc = run(core, &x, e);
    if (rc == ERR_NONE)
        *pictures = x.pictures;
    return rc;
}

static enum err_code apply_erase_user(struct write *write, struct meta *meta, struct err *e)
{
    return meta_change_erase_user(meta, TENANT_DEFAULT, ((struct erasure *)write)->owner.id, e);
}

enum err_code user_erase(struct core *core, const struct principal *principal, int32_t user_id,
                         struct err *e)
{
    struct owner user = { .id = user_id };
    struct erasure x = { .write = { .apply = apply_erase_user,
                                    .change = change_by(principal, CHANGE_ERASE, user) },
                         .owner = user };

    enum err_code rc = core_write(core, &x.write, e);
    return rc ? rc : behind_rows(store_compact(core, e), e);
}
