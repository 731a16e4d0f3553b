/* A copy of a pack holds what was given back in the store after it was copied. A restored store has
 * no row for it, and nobody would give it back again. */
#include "core/backup/backup.h"
#include "core/store.h"

struct unnamed {
    struct core *core;
    struct arena *arena;
    int64_t bytes;
};

static enum err_code drop(void *context, const struct blob_seen *seen, struct err *e)
{
    struct unnamed *u = context;
    struct blob_row row;
    bool found;

    if (seen->removed)
        return ERR_NONE;
    arena_reset(u->arena);
    enum err_code rc =
        meta_blob_by_hash(u->core->meta, u->arena, seen->tenant,
                          bytes_of((const char *)seen->hash.at, HASH_LEN), &row, &found, e);
    if (rc || (found && row.volume == seen->place.volume && row.offset == seen->place.offset))
        return rc;
    u->bytes += seen->place.stored_bytes;
    return blob_remove(u->core->store->blobs, &seen->place, 1, e);
}

enum err_code store_drop_unnamed(struct core *core, int64_t *bytes, struct err *e)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(16 << 20);
    CLEANUP(arena_freep) struct arena *one = arena_new(1 << 20);
    struct unnamed u = { .core = core, .arena = one };
    struct volume_row *volumes = NULL;
    struct err why = { 0 };
    size_t count = 0;
    int64_t gaps = 0;

    if (!arena || !one)
        return err_set(e, ERR_NO_MEMORY, "look for unnamed bytes");
    enum err_code rc = meta_volume_list(core->meta, arena, &volumes, &count, e);
    for (size_t i = 0; rc == ERR_NONE && i < count; i++) {
        rc = blob_scan(core->store->blobs, volumes[i].no, volumes[i].end, drop, &u, &gaps, &why);
        if (rc == ERR_CORRUPT)
            rc = ERR_NONE; /* what is wrong with it the check of the store tells */
        else if (rc)
            *e = why;
    }
    if (rc == ERR_NONE)
        *bytes = u.bytes;
    return rc;
}
