/* Having back what was changed: every row that a change touched is put back as it was, newest
 * first, within one write. */
#include "core/event.h"
#include "core/history.h"
#include "core/journal.h"
#include "core/store.h"

#include "base/clock.h"

#define ARENA_MAX    (256UL << 20) /* of a change: rows as they were */
#define PRODUCTS_MAX 10000         /* of which handlers of events are told, in one undo */

/* A product that shows something else afterwards. */
struct told {
    int32_t id;
    enum event event;
};

struct undo {
    struct write write; /* first */
    struct arena *arena;
    struct owner owner; /* what touched it, from `since` on; kind 0: `since` alone */
    int64_t since;
    int64_t now_us;
    size_t count; /* changes that were undone */
    int64_t done; /* the last change that undid one */

    struct told *products; /* of the change under way */
    size_t product_count;
};

/* What the change did, read once more within the transaction. */
static enum err_code read_rows(struct undo *u, struct meta *meta, const struct change *change,
                               struct change_row **rows, size_t *count, struct err *e)
{
    if (!change_has_history(change->what))
        return err_set(e, ERR_UNSUPPORTED, "change %lld is one of %s: that is not undone",
                       (long long)change->id, change_what_name(change->what));
    enum err_code rc = meta_change_rows(meta, u->arena, TENANT_DEFAULT, change->id, rows, count, e);
    if (rc)
        return rc;
    if (*count == 0)
        return err_set(e, ERR_PRECONDITION, "how it was before change %lld is not known any more",
                       (long long)change->id);
    for (size_t i = 0; i < *count; i++) {
        if ((*rows)[i].is_erased)
            return err_set(e, ERR_PRECONDITION, "what change %lld changed was erased",
                           (long long)change->id);
    }
    return ERR_NONE;
}

static enum err_code conflict(const struct change *change, int64_t later, struct err *e)
{
    return err_set(e, ERR_CONFLICT, "change %lld cannot be undone: change %lld came behind it",
                   (long long)change->id, (long long)later);
}

static enum err_code check_unchanged(struct meta *meta, const struct change *change,
                                     const struct change_row *rows, size_t count, struct err *e)
{
    for (size_t i = 0; i < count; i++) {
        int64_t later;
        enum err_code rc =
            meta_change_later(meta, TENANT_DEFAULT, &rows[i].key, change->id, &later, e);
        if (rc)
            return rc;
        if (later)
            return conflict(change, later, e);
    }
    return ERR_NONE;
}

/* A link to a record that was deleted since, a record without its parent, and the like. */
static enum err_code check_fits(struct meta *meta, const struct change *change,
                                const struct change_row *rows, size_t count, struct err *e)
{
    for (size_t i = 0; i < count; i++) {
        struct change_key other;
        int64_t later = 0;
        bool found;
        enum err_code rc =
            meta_change_misfit(meta, TENANT_DEFAULT, &rows[i].key, &other, &found, e);
        if (rc)
            return rc;
        if (!found)
            continue;
        rc = meta_change_later(meta, TENANT_DEFAULT, &other, change->id, &later, e);
        if (rc)
            return rc;
        if (later)
            return conflict(change, later, e);
        return err_set(e, ERR_CONFLICT,
                       "change %lld cannot be undone: what it was about is not there any more",
                       (long long)change->id);
    }
    return ERR_NONE;
}

/* Events. */

/* That it comes or goes says more than that it changes. */
static enum err_code add_product(struct undo *u, int32_t id, enum event event, struct err *e)
{
    for (size_t i = 0; i < u->product_count; i++) {
        if (u->products[i].id == id) {
            if (event != EVENT_PRODUCT_UPDATE)
                u->products[i].event = event;
            return ERR_NONE;
        }
    }
    if (u->product_count == PRODUCTS_MAX)
        return err_set(e, ERR_TOO_LARGE, "over %d products are changed at once", PRODUCTS_MAX);
    u->products[u->product_count++] = (struct told){ id, event };
    return ERR_NONE;
}

static enum err_code add_products_of(struct undo *u, struct meta *meta, int32_t picture_id,
                                     struct err *e)
{
    int32_t *products = NULL;
    size_t count = 0;

    enum err_code rc =
        meta_link_products(meta, u->arena, TENANT_DEFAULT, picture_id, &products, &count, e);
    for (size_t i = 0; rc == ERR_NONE && i < count; i++)
        rc = add_product(u, products[i], EVENT_PRODUCT_UPDATE, e);
    return rc;
}

static enum err_code add_row(struct undo *u, struct meta *meta, const struct change_row *row,
                             struct err *e)
{
    enum event event = EVENT_PRODUCT_UPDATE;
    int32_t id = change_owner_id(row->key.owner);
    bool exists = true;

    if (row->key.table == CHANGE_OF_PICTURE)
        return add_products_of(u, meta, (int32_t)row->key.owner, e);
    if (change_owner_kind(row->key.owner) != KIND_PRODUCT)
        return ERR_NONE;
    if (row->key.table == CHANGE_OF_RECORD) {
        enum err_code rc = meta_record_exists(meta, TENANT_DEFAULT, KIND_PRODUCT, id, &exists, e);
        if (rc)
            return rc;
        event = !row->was_there ? EVENT_PRODUCT_DELETE
                : exists        ? EVENT_PRODUCT_UPDATE
                                : EVENT_PRODUCT_ADD;
    }
    return add_product(u, id, event, e);
}

/* Deletions while the product is there, everything else afterwards. */
static enum err_code tell(struct undo *u, struct meta *meta, bool going, struct err *e)
{
    enum err_code rc = ERR_NONE;

    for (size_t i = 0; rc == ERR_NONE && i < u->product_count; i++) {
        const struct told *told = &u->products[i];
        if ((told->event == EVENT_PRODUCT_DELETE) == going)
            rc = event_queue(&u->write, meta, told->event, (struct owner){ KIND_PRODUCT, told->id },
                             e);
    }
    return rc;
}

/* Who asks by date whether the record's picture is another must not be told that it is not. */
static enum err_code touch_linked(struct undo *u, struct meta *meta, const struct change_row *row,
                                  struct err *e)
{
    if (row->key.table != CHANGE_OF_LINK || !row->was_there)
        return ERR_NONE;
    return meta_picture_touch(meta, TENANT_DEFAULT, meta_change_linked(row), u->now_us,
                              u->write.change.user_id, e);
}

static enum err_code restore(struct undo *u, struct meta *meta, const struct change_row *rows,
                             size_t count, struct err *e)
{
    enum err_code rc = ERR_NONE;

    for (size_t i = count; rc == ERR_NONE && i-- > 0;) {
        rc = meta_change_restore(meta, u->arena, TENANT_DEFAULT, &rows[i], u->now_us,
                                 u->write.change.user_id, e);
        if (rc == ERR_NONE)
            rc = touch_linked(u, meta, &rows[i], e);
    }
    return rc;
}

static enum err_code undo_one(struct undo *u, struct meta *meta, const struct change *change,
                              struct err *e)
{
    struct change_row *rows = NULL;
    size_t count = 0;

    enum err_code rc = read_rows(u, meta, change, &rows, &count, e);
    if (rc || (rc = check_unchanged(meta, change, rows, count, e)))
        return rc;
    u->product_count = 0;
    for (size_t i = 0; rc == ERR_NONE && i < count; i++)
        rc = add_row(u, meta, &rows[i], e);
    if (rc || (rc = tell(u, meta, true, e)) || (rc = restore(u, meta, rows, count, e)) ||
        (rc = check_fits(meta, change, rows, count, e)))
        return rc;
    for (size_t i = 0; rc == ERR_NONE && i < count; i++) {
        if (rows[i].key.table == CHANGE_OF_PICTURE)
            rc = add_products_of(u, meta, (int32_t)rows[i].key.owner, e);
    }
    if (rc || (rc = tell(u, meta, false, e)))
        return rc;
    u->write.change.kind = change->kind;
    u->write.change.record_id = change->record_id;
    u->write.change.subject = change->id;
    rc = journal_enter(&u->write, meta, e);
    u->done = u->write.journal->end.id;
    u->count++;
    return rc;
}

static enum err_code undo_single(struct undo *u, struct meta *meta, struct err *e)
{
    struct change change;
    bool found;

    enum err_code rc =
        meta_change_find(meta, u->arena, TENANT_DEFAULT, u->since, &change, &found, e);
    if (rc)
        return rc;
    if (!found)
        return err_set(e, ERR_NOT_FOUND, "there is no change %lld", (long long)u->since);
    return undo_one(u, meta, &change, e);
}

/* What was undone already, and what undid it, are left as they are. */
static enum err_code undo_all(struct undo *u, struct meta *meta, struct change *changes,
                              size_t count, struct err *e)
{
    enum err_code rc = ERR_NONE;

    for (size_t i = 0; rc == ERR_NONE && i < count && changes[i].id >= u->since; i++) {
        if (changes[i].what == CHANGE_NONE)
            continue;
        if (changes[i].what != CHANGE_UNDO || changes[i].subject < u->since) {
            rc = undo_one(u, meta, &changes[i], e);
            continue;
        }
        for (size_t j = i + 1; j < count; j++) {
            if (changes[j].id == changes[i].subject)
                changes[j].what = CHANGE_NONE;
        }
    }
    return rc;
}

static enum err_code undo_since(struct undo *u, struct meta *meta, struct err *e)
{
    struct change *changes = NULL;
    size_t count = 0;

    enum err_code rc =
        meta_change_of_record(meta, u->arena, TENANT_DEFAULT, u->owner.kind, u->owner.id, INT64_MAX,
                              HISTORY_MAX + 1, &changes, &count, e);
    if (rc)
        return rc;
    if (count > HISTORY_MAX && changes[HISTORY_MAX].id >= u->since)
        return err_set(e, ERR_TOO_LARGE, "over %d changes are to be undone", HISTORY_MAX);
    rc = undo_all(u, meta, changes, count, e);
    if (rc == ERR_NONE && u->count == 0)
        return err_set(e, ERR_NOT_FOUND, "nothing of %s %d is to be undone",
                       kind_name(u->owner.kind), u->owner.id);
    return rc;
}

static enum err_code apply_undo(struct write *write, struct meta *meta, struct err *e)
{
    struct undo *u = (struct undo *)write;

    u->count = 0;
    return u->owner.kind ? undo_since(u, meta, e) : undo_single(u, meta, e);
}

static enum err_code run(struct core *core, const struct principal *principal, struct undo *u,
                         struct err *e)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(ARENA_MAX);

    if (!arena || !(u->products = arena_alloc(arena, PRODUCTS_MAX * sizeof *u->products)))
        return err_set(e, ERR_NO_MEMORY, "undo");
    u->write.apply = apply_undo;
    u->write.change = change_by(principal, CHANGE_UNDO, (struct owner){ 0 });
    u->arena = arena;
    u->now_us = clock_now_us();
    return core_write(core, &u->write, e);
}

enum err_code history_undo(struct core *core, const struct principal *principal, int64_t id,
                           int64_t *undone_by, struct err *e)
{
    struct undo u = { .since = id };

    enum err_code rc = run(core, principal, &u, e);
    if (rc == ERR_NONE)
        *undone_by = u.done;
    return rc;
}

enum err_code history_undo_since(struct core *core, const struct principal *principal,
                                 struct owner owner, int64_t since_id, size_t *count, struct err *e)
{
    struct undo u = { .owner = owner, .since = since_id };

    enum err_code rc = run(core, principal, &u, e);
    if (rc == ERR_NONE)
        *count = u.count;
    return rc;
}
