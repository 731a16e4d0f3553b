/* What belongs to no request: giving bytes back, moving the log into the database. */
#include "base/clock.h"
#include "base/log.h"
#include "base/plant.h"
#include "cache/cache.h"
#include "core/access.h"
#include "core/ballast.h"
#include "core/blob_bytes.h"
#include "core/check.h"
#include "core/history.h"
#include "core/hold.h"
#include "core/removal.h"
#include "core/store.h"

#define FORGET_TURNS 100 /* of `limit` changes: each is a transaction, others write in between */

struct removal {
    struct write write; /* first */
    struct store *store;
    struct arena *arena;
    int64_t before_us;
    size_t limit;
    struct blob_row *rows; /* begun: what is to be removed; then ended */
    size_t count;
};

static enum err_code give_back(const struct removal *r, struct err *e)
{
    struct blob_place *places = arena_alloc(r->arena, (r->count + 1) * sizeof *places);

    if (!places)
        return err_set(e, ERR_NO_MEMORY, "give bytes back");
    for (size_t i = 0; i < r->count; i++)
        places[i] = place_of_row(&r->rows[i]);
    return blob_remove(r->store->blobs, places, r->count, e);
}

static enum err_code apply_begin(struct write *write, struct meta *meta, struct err *e)
{
    struct removal *r = (struct removal *)write;

    enum err_code rc = meta_blob_remove_begin(meta, r->arena, TENANT_DEFAULT, r->before_us,
                                              r->limit, &r->rows, &r->count, e);
    return rc == ERR_NONE && PLANTED("collect-order") ? give_back(r, e) : rc;
}

static enum err_code apply_end(struct write *write, struct meta *meta, struct err *e)
{
    struct removal *r = (struct removal *)write;
    enum err_code rc = ERR_NONE;

    for (size_t i = 0; rc == ERR_NONE && i < r->count; i++)
        rc = meta_blob_remove_end(meta, TENANT_DEFAULT, r->rows[i].id, e);
    return rc;
}

/* What was made of the bytes goes with them. A failure is no reason to keep the bytes. */
static void forget_renditions(struct store *store, const struct removal *r)
{
    struct hash group;
    struct err e = { 0 };

    for (size_t i = 0; store->renditions && i < r->count; i++) {
        if (r->rows[i].hash.len != HASH_LEN)
            continue;
        memcpy(group.at, r->rows[i].hash.at, HASH_LEN);
        if (cache_forget(store->renditions, &group, &e))
            log_line(LOG_LEVEL_WARN, "renditions of deleted bytes stay: %s", e.text);
    }
}

/* Sealed bytes are gone once their keys are, wherever else they lie. */
static enum err_code erase_keys(struct store *store, const struct removal *r, struct err *e)
{
    size_t count = 0;

    if (!store->keyring)
        return ERR_NONE;
    uint32_t *numbers = arena_alloc(r->arena, (r->count + 1) * sizeof *numbers);
    if (!numbers)
        return err_set(e, ERR_NO_MEMORY, "erase keys");
    for (size_t i = 0; i < r->count; i++) {
        if (r->rows[i].flags & BLOB_SEALED)
            numbers[count++] = r->rows[i].key_no;
    }
    return keyring_erase(store->keyring, numbers, count, e);
}

/* Row first: from the first transaction on nobody finds the bytes; then they are given back; then
 * the row goes. A crash in between is made good by the next turn. This is the one place where bytes
 * go: whatever else is kept of a blob goes here, too. */
static enum err_code remove_dead(struct core *core, struct removal *r, struct err *e)
{
    enum err_code rc = core_write(core, &r->write, e);

    if (rc == ERR_NONE)
        rc = erase_keys(core->store, r, e);
    if (rc == ERR_NONE)
        rc = give_back(r, e);
    if (rc || r->count == 0)
        return rc;
    forget_renditions(core->store, r);
    r->write.apply = apply_end;
    return core_write(core, &r->write, e);
}

enum err_code removal_run(struct core *core, int64_t before_us, size_t limit, bool patient,
                          size_t *count, struct err *e)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(64 << 20);
    CLEANUP(closep) int hold = -1;
    struct removal r = {
        .write = { .apply = apply_begin },
        .store = core->store,
        .arena = arena,
        .before_us = before_us,
        .limit = limit,
    };

    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "give bytes back");
    enum err_code rc = hold_for_removal(core->store->dir, patient, &hold, e);
    if (rc == ERR_NONE)
        rc = remove_dead(core, &r, e);
    if (rc == ERR_NONE)
        *count = r.count;
    return rc;
}

enum err_code store_collect(struct core *core, size_t limit, size_t *given, struct err *e)
{
    enum err_code forgotten = ERR_NONE;
    struct err ignored = { 0 };
    bool more = true;

    *given = 0;
    ballast_fill(core->store->dir);
    enum err_code rc = credential_purge(core, limit, e);
    if (rc)
        return rc;
    for (int turn = 0; !forgotten && more && turn < FORGET_TURNS; turn++)
        forgotten = history_forget(core, limit, &more, e);
    /* what history cannot forget must not hold up what it does not hold */
    int64_t before_us = clock_now_us() - core->store->settings->grace_seconds * SECOND_US;
    rc = removal_run(core, before_us, limit, false, given, forgotten ? &ignored : e);
    if (rc == ERR_BUSY)
        rc = ERR_NONE;       /* a backup copies them: at a later turn */
    if (forgotten && *given) /* it may not sound as if nothing were done */
        e->code = forgotten = ERR_UNAVAILABLE;
    return forgotten ? forgotten : rc;
}

enum err_code store_checkpoint(struct core *core, struct err *e)
{
    return meta_checkpoint(core->meta, e);
}
