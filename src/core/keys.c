#include "core/keys.h"
#include "base/clock.h"
#include "core/blob_bytes.h"

#include <stdlib.h>

enum err_code keys_rotate(struct core *core, bool again, struct keys_rotated *out, struct err *e)
{
    struct keyring_rotated rotated;

    if (!core->store->keyring)
        return err_set(e, ERR_INVALID, "nothing in this store was ever sealed");
    enum err_code rc = keyring_rotate(core->store->keyring, again, &rotated, e);
    if (rc == ERR_NONE)
        *out = (struct keys_rotated){ rotated.keys, rotated.damaged };
    return rc;
}

/* One blob on its way to another form. */
struct move {
    struct write write; /* first */
    struct blob_write blob;
    struct arena *arena;
    const struct blob_row *before;
    bool moved;
};

static enum err_code apply_move(struct write *write, struct meta *meta, struct err *e)
{
    struct move *m = (struct move *)write;
    struct blob_row now;
    bool found;

    m->moved = false;
    enum err_code rc =
        meta_blob_by_id(meta, m->arena, TENANT_DEFAULT, m->before->id, &now, &found, e);
    if (rc)
        return rc;
    if (!found || now.state >= BLOB_REMOVING || now.volume != m->before->volume ||
        now.offset != m->before->offset)
        return ERR_NONE; /* gone, or somebody else was quicker */
    m->moved = true;
    return writer_move_blob(write, meta, &now, e);
}

/* Only the first bytes say what type they are of. */
static enum picture_type type_of(struct core *core, struct bytes bytes)
{
    struct picture_header header;
    struct err ignored = { 0 };

    return image_read_header(bytes, &core->store->settings->image, &header, &ignored) ? PICTURE_NONE
                                                                                      : header.type;
}

static enum err_code move(struct core *core, struct arena *arena, const struct blob_row *row,
                          int64_t *done, struct err *e)
{
    struct blob_place place = place_of_row(row);
    char *plain = arena_alloc(arena, (size_t)row->plain_bytes);
    struct move m = {
        .write = { .apply = apply_move, .moves = true },
        .arena = arena,
        .before = row,
        .blob = { .tenant = TENANT_DEFAULT, .hash = place.of.hash, .created_us = clock_now_us() }
    };

    if (!plain)
        return err_set(e, ERR_NO_MEMORY, "store a blob anew");
    enum err_code rc = bytes_read(core->store, &place, plain, e);
    if (rc)
        return rc == ERR_CORRUPT ? ERR_NONE : rc; /* for `cameo check` to tell */
    m.blob.stored = bytes_of(plain, (size_t)row->plain_bytes);
    rc = bytes_prepare(core->store, arena, type_of(core, m.blob.stored), &m.blob, e);
    if (rc)
        return rc;
    m.write.blob = &m.blob;
    rc = core_write(core, &m.write, e);
    if (rc == ERR_NONE)
        *done += m.moved;
    return rc;
}

static bool is_wanted(const struct settings *settings, const struct blob_row *row)
{
    return row->state >= BLOB_REMOVING || settings->encryption == (bool)(row->flags & BLOB_SEALED);
}

#define MOVE_ARENA_MAX (4UL << 30) /* given out piecewise: one picture several times */

enum err_code keys_reseal(struct core *core, int64_t *after, size_t limit, int64_t *done,
                          bool *more, struct err *e)
{
    CLEANUP(arena_freep) struct arena *rows_arena = arena_new(64 << 20);
    CLEANUP(arena_freep) struct arena *arena = arena_new(MOVE_ARENA_MAX);
    struct blob_row *rows = NULL;
    size_t count = 0;

    if (!rows_arena || !arena)
        return err_set(e, ERR_NO_MEMORY, "store blobs anew");
    enum err_code rc =
        meta_blob_walk(core->meta, rows_arena, TENANT_DEFAULT, *after, limit, &rows, &count, e);
    for (size_t i = 0; rc == ERR_NONE && i < count; i++) {
        arena_reset(arena);
        if (!is_wanted(core->store->settings, &rows[i]))
            rc = move(core, arena, &rows[i], done, e);
        if (rc == ERR_NONE)
            *after = rows[i].id;
    }
    if (rc == ERR_NONE)
        *more = count == limit;
    return rc;
}
