#include "core/mend.h"
#include "base/clock.h"
#include "base/log.h"
#include "core/blob_bytes.h"

#include <stdio.h>
#include <stdlib.h>

#define MARKED_AT_ONCE 256
#define ARENA_MAX      (16 << 20)
#define TRIES          2 /* more may go wrong while it is repaired */

PRINTF(3, 4)
static void report(struct mending *m, enum log_level level, const char *fmt, ...)
{
    char line[ERR_TEXT_MAX + 100];
    __builtin_va_list args;

    __builtin_va_start(args, fmt);
    vsnprintf(line, sizeof line, fmt, args);
    __builtin_va_end(args);
    if (m->problem)
        m->problem(m->context, line);
    else
        log_line(level, "%s", line);
}

void mending_done(struct mending *m)
{
    blob_scrub_closep(&m->blobs);
}

static enum err_code open_scrub(struct mending *m, struct err *e)
{
    struct store *store = m->core->store;
    struct blob_scrub_options options = { .cached = m->cached, .protect = store->settings->parity };

    return m->blobs ? ERR_NONE : blob_scrub_open(store->blobs, &options, &m->blobs, e);
}

static void say_page(void *context, const char *line)
{
    struct mending *m = context;

    m->counts.bad_pages++;
    m->counts.problems++;
    report(m, LOG_LEVEL_ERROR, "%s; cameo check --rebuild makes it again", line);
}

enum err_code mend_index(struct mending *m, struct err *e)
{
    int64_t bytes = 0;

    enum err_code rc = meta_check_pages(m->core->meta, say_page, m, &bytes, e);
    m->counts.index_bytes += bytes;
    return rc;
}

/* One zone without its blobs. */
static enum err_code scrub_zone(struct mending *m, const struct volume_row *volume, int32_t zone,
                                struct blob_scrubbed *out, struct err *e)
{
    struct err why = { 0 };

    *out = (struct blob_scrubbed){ 0 };
    enum err_code rc = open_scrub(m, e);
    if (rc)
        return rc;
    rc = blob_scrub_zone(m->blobs, volume->no, zone, volume->end, out, &why);
    if (rc == ERR_NO_MEMORY) {
        *e = why;
        return rc;
    }
    if (rc) {
        report(m, LOG_LEVEL_ERROR, "pack %d, zone %d: %s", volume->no, zone, why.text);
        m->counts.problems++;
        return ERR_NONE;
    }
    m->counts.bytes += out->bytes;
    m->counts.bad_blocks += out->bad_blocks;
    m->counts.repaired_blocks += out->repaired_blocks;
    m->counts.bad_spare_blocks += out->bad_spare_blocks;
    m->counts.made_zones += out->made;
    m->counts.problems += out->bad_blocks - out->repaired_blocks;
    if (out->bad_blocks)
        report(m, LOG_LEVEL_WARN, "pack %d, zone %d: %lld damaged blocks, %lld of them repaired",
               volume->no, zone, (long long)out->bad_blocks, (long long)out->repaired_blocks);
    if (out->bad_spare_blocks)
        report(m, LOG_LEVEL_WARN, "pack %d, zone %d: its parity was damaged%s", volume->no, zone,
               out->made ? " and is made anew" : "");
    return ERR_NONE;
}

/* ---- blobs ---- */

static enum err_code read_through(struct core *core, const struct blob_row *row, struct err *e)
{
    struct blob_place place = place_of_row(row);
    CLEANUP(freep) char *piece = malloc(BLOB_PIECE);
    enum err_code rc = ERR_NONE;

    if (!piece)
        return err_set(e, ERR_NO_MEMORY, "read a blob");
    for (int64_t at = 0; rc == ERR_NONE && at < row->stored_bytes; at += BLOB_PIECE) {
        int64_t left = row->stored_bytes - at;
        rc = blob_read(core->store->blobs, &place, at, piece,
                       (size_t)(left < BLOB_PIECE ? left : BLOB_PIECE), true, e);
    }
    return rc;
}

static enum err_code find_volume(struct mending *m, struct arena *arena, int32_t no,
                                 struct volume_row *out, bool *found, struct err *e)
{
    struct volume_row *rows = NULL;
    size_t count = 0;

    *found = false;
    enum err_code rc = meta_volume_list(m->core->meta, arena, &rows, &count, e);
    for (size_t i = 0; rc == ERR_NONE && i < count; i++) {
        if (rows[i].no == no) {
            *out = rows[i];
            *found = true;
        }
    }
    return rc;
}

static enum err_code repair(struct mending *m, struct arena *arena, const struct blob_row *row,
                            struct err *e)
{
    struct blob_store *blobs = m->core->store->blobs;
    struct blob_scrubbed ignored;
    struct volume_row volume;
    bool found;

    enum err_code rc = find_volume(m, arena, row->volume, &volume, &found, e);
    if (rc || !found)
        return rc;
    int32_t last = blob_zone_of(blobs, row->offset + row->stored_bytes - 1);
    for (int32_t zone = blob_zone_of(blobs, row->offset); rc == ERR_NONE && zone <= last; zone++)
        rc = scrub_zone(m, &volume, zone, &ignored, e);
    return rc;
}

struct mark {
    struct write write; /* first */
    int64_t blob_id;
    int64_t bad_us;
};

static enum err_code apply_mark(struct write *write, struct meta *meta, struct err *e)
{
    struct mark *mark = (struct mark *)write;

    return meta_blob_set_bad(meta, TENANT_DEFAULT, mark->blob_id, mark->bad_us, e);
}

static enum err_code set_bad(struct mending *m, const struct blob_row *row, int64_t bad_us,
                             struct err *e)
{
    struct mark mark = { .write = { .apply = apply_mark }, .blob_id = row->id, .bad_us = bad_us };

    return (row->bad_us != 0) == (bad_us != 0) ? ERR_NONE : core_write(m->core, &mark.write, e);
}

/* Nobody's any more: given back, or about to be. Asked once more after a failed read, for it may
 * have happened meanwhile. */
static enum err_code find_row(struct mending *m, struct arena *arena, int64_t id,
                              struct blob_row *out, bool *found, struct err *e)
{
    enum err_code rc = meta_blob_by_id(m->core->meta, arena, TENANT_DEFAULT, id, out, found, e);

    if (rc == ERR_NONE && *found)
        *found = out->state < BLOB_REMOVING;
    return rc;
}

static enum err_code say_lost(struct mending *m, const struct blob_row *row, const struct err *why,
                              struct err *e)
{
    if (!row->bad_us || m->say_known)
        report(m, LOG_LEVEL_ERROR, "blob %lld cannot be repaired: %s", (long long)row->id,
               why->text);
    return set_bad(m, row, clock_now_us(), e);
}

enum err_code mend_blob(struct mending *m, int64_t blob_id, bool *lost, struct err *e)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(ARENA_MAX);
    struct blob_row row;
    struct err why = { 0 };
    bool found;

    *lost = false;
    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "repair a blob");
    enum err_code rc = find_row(m, arena, blob_id, &row, &found, e);
    if (rc || !found || bytes_are_locked(m->core->store, &row))
        return rc;
    if (read_through(m->core, &row, &why) == ERR_NONE) {
        m->counts.repaired_blobs += row.bad_us != 0;
        return set_bad(m, &row, 0, e);
    }
    for (int i = 0; i < TRIES; i++) {
        rc = repair(m, arena, &row, e);
        if (rc == ERR_NONE)
            rc = find_row(m, arena, blob_id, &row, &found, e);
        if (rc || !found)
            return rc;
        rc = read_through(m->core, &row, &why);
        if (rc == ERR_NONE)
            break;
    }
    if (rc == ERR_NO_MEMORY) {
        *e = why;
        return rc;
    }
    if (rc == ERR_NONE) {
        report(m, LOG_LEVEL_WARN, "blob %lld was damaged and is repaired", (long long)row.id);
        m->counts.repaired_blobs++;
        return set_bad(m, &row, 0, e);
    }
    *lost = true;
    return say_lost(m, &row, &why, e);
}

/* The row of a damaged record, if there is one that means this very place. */
static enum err_code mend_record(struct mending *m, int32_t volume, const struct blob_bad *bad,
                                 struct err *e)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    struct blob_row row;
    bool found;
    bool lost;

    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "repair a blob");
    enum err_code rc =
        meta_blob_by_hash(m->core->meta, arena, bad->tenant,
                          bytes_of((const char *)bad->hash.at, HASH_LEN), &row, &found, e);
    if (rc || !found || row.volume != volume || row.offset != bad->offset)
        return rc;
    return mend_blob(m, row.id, &lost, e);
}

enum err_code mend_zone(struct mending *m, const struct volume_row *volume, int32_t zone,
                        struct err *e)
{
    struct blob_scrubbed out;

    enum err_code rc = scrub_zone(m, volume, zone, &out, e);
    if (rc || out.bad_count == 0)
        return rc;
    /* the next zone that is looked at takes their place */
    CLEANUP(freep) struct blob_bad *bad = malloc(out.bad_count * sizeof *bad);
    if (!bad)
        return err_set(e, ERR_NO_MEMORY, "repair blobs");
    memcpy(bad, out.bad, out.bad_count * sizeof *bad);
    for (size_t i = 0; rc == ERR_NONE && i < out.bad_count; i++)
        rc = mend_record(m, volume->no, &bad[i], e);
    return rc;
}

enum err_code mend_marked(struct mending *m, struct err *e)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(ARENA_MAX);
    int64_t after = 0;

    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "repair blobs");
    for (;;) {
        struct blob_row *rows = NULL;
        size_t count = 0;
        bool lost;

        arena_reset(arena);
        enum err_code rc = meta_blob_bad(m->core->meta, arena, TENANT_DEFAULT, after,
                                         MARKED_AT_ONCE, &rows, &count, e);
        for (size_t i = 0; rc == ERR_NONE && i < count; i++) {
            after = rows[i].id;
            rc = mend_blob(m, rows[i].id, &lost, e);
        }
        if (rc || count == 0)
            return rc;
    }
}
