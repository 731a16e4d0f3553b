#include "core/check.h"
#include "base/plant.h"
#include "core/blob_bytes.h"
#include "core/store.h"
#include "meta/change.h"

#include <stdio.h>
#include <stdlib.h>

#define BATCH 256

struct check {
    struct core *core;
    struct arena *arena;
    void (*problem)(void *context, const char *line);
    void *context;
    int64_t locked; /* sealed blobs whose key is not given */
    struct check_report report;
};

static void count_problem(void *context, const char *line)
{
    struct check *check = context;

    check->report.problems++;
    check->problem(check->context, line);
}

PRINTF(2, 3) static void report(struct check *check, const char *fmt, ...)
{
    char line[ERR_TEXT_MAX + 100];
    __builtin_va_list args;

    __builtin_va_start(args, fmt);
    vsnprintf(line, sizeof line, fmt, args);
    __builtin_va_end(args);
    count_problem(check, line);
}

/* While others write, a blob may go, or be stored anew, between the row's reading and the bytes':
 * then these are nobody's any more and nothing is wrong. */
static enum err_code still_used(struct check *check, const struct blob_row *read, bool *used,
                                struct err *e)
{
    struct blob_row row;
    bool found;

    enum err_code rc =
        meta_blob_by_id(check->core->meta, check->arena, TENANT_DEFAULT, read->id, &row, &found, e);
    if (rc == ERR_NONE)
        *used = found && row.state < BLOB_REMOVING && row.volume == read->volume &&
                row.offset == read->offset;
    return rc;
}

static enum err_code check_blob(struct check *check, const struct blob_row *row, struct err *e)
{
    struct err why = { 0 };
    struct hash hash;
    struct store *store = check->core->store;
    struct blob_place place = place_of_row(row);
    CLEANUP(freep) char *bytes = malloc((size_t)row->plain_bytes);

    if (!bytes)
        return err_set(e, ERR_NO_MEMORY, "read a blob of %lld bytes", (long long)row->plain_bytes);
    enum err_code rc = bytes_read(store, &place, bytes, &why);
    if (rc == ERR_NONE) {
        hmac(store->content_key, bytes_of(bytes, (size_t)row->plain_bytes), &hash);
        if (row->hash.len != HASH_LEN || memcmp(hash.at, row->hash.at, HASH_LEN) != 0)
            rc = err_set(&why, ERR_CORRUPT, "its bytes do not have the hash of its row");
    }
    if (rc == ERR_NONE && !PLANTED("record-check"))
        rc = blob_check_record(check->core->store->blobs, TENANT_DEFAULT, row->hash,
                               row->plain_bytes, &place, &why);
    if (rc == ERR_UNAVAILABLE && bytes_are_locked(store, row)) {
        check->locked++;
        return ERR_NONE;
    }
    if (rc) {
        bool used = false;
        enum err_code asked = still_used(check, row, &used, e);
        if (asked)
            return asked;
        if (used)
            report(check, "blob %lld: %s", (long long)row->id, why.text);
        return ERR_NONE;
    }
    if ((row->flags & BLOB_SEALED) && !keyring_is_whole(store->keyring, row->key_no))
        report(check,
               "blob %lld: one of the two copies of its key is damaged (key-rotate mends it)",
               (long long)row->id);
    check->report.blobs++;
    check->report.bytes += row->stored_bytes;
    return ERR_NONE;
}

static enum err_code check_blobs(struct check *check, struct err *e)
{
    int64_t after = 0;

    for (;;) {
        struct blob_row *rows = NULL;
        size_t count = 0;

        arena_reset(check->arena);
        enum err_code rc = meta_blob_walk(check->core->meta, check->arena, TENANT_DEFAULT, after,
                                          BATCH, &rows, &count, e);
        if (rc == ERR_NONE && count == 0 && check->locked)
            report(check, "%lld sealed blobs could not be looked at: no key is given for them",
                   (long long)check->locked);
        if (rc || count == 0)
            return rc;
        for (size_t i = 0; i < count; i++) {
            after = rows[i].id;
            if (rows[i].state < BLOB_REMOVING && (rc = check_blob(check, &rows[i], e)))
                return rc;
        }
    }
}

/* Does a row name this record of a pack? */
static enum err_code check_seen(void *context, const struct blob_seen *seen, struct err *e)
{
    struct check *check = context;
    struct blob_row row;
    bool found;

    if (seen->removed)
        return ERR_NONE;
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "check a pack");
    enum err_code rc =
        meta_blob_by_hash(check->core->meta, arena, seen->tenant,
                          bytes_of((const char *)seen->hash.at, HASH_LEN), &row, &found, e);
    if (rc == ERR_NONE &&
        (!found || row.volume != seen->place.volume || row.offset != seen->place.offset))
        check->report.unused_bytes += seen->place.stored_bytes;
    return rc;
}

/* Volumes that hold something. */
struct named {
    int32_t *volumes;
    size_t count;
    size_t room;
    bool failed;
};

static void add_named(void *context, int32_t volume)
{
    struct named *named = context;

    if (named->count == named->room) {
        size_t room = named->room ? named->room * 2 : 64;
        int32_t *more = realloc(named->volumes, room * sizeof *more);
        if (!more) {
            named->failed = true;
            return;
        }
        named->volumes = more;
        named->room = room;
    }
    named->volumes[named->count++] = volume;
}

static bool has_row(const struct volume_row *rows, size_t count, int32_t volume)
{
    for (size_t i = 0; i < count; i++) {
        if (rows[i].no == volume)
            return true;
    }
    return false;
}

/* The files are listed before the rows, so that a pack made meanwhile has its row. */
static enum err_code check_volumes(struct check *check, struct err *e)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(16 << 20);
    struct blob_store *blobs = check->core->store->blobs;
    struct named named = { 0 };
    struct volume_row *rows = NULL;
    size_t count = 0;

    enum err_code rc = blob_volumes(blobs, add_named, &named, e);
    CLEANUP(freep) int32_t *volumes = named.volumes;
    if (rc == ERR_NONE && (!arena || named.failed))
        rc = err_set(e, ERR_NO_MEMORY, "check the packs");
    if (rc == ERR_NONE)
        rc = meta_volume_list(check->core->meta, arena, &rows, &count, e);
    if (rc)
        return rc;
    for (size_t i = 0; i < named.count; i++) {
        if (!has_row(rows, count, volumes[i]))
            report(check, "pack %d is named by no row", volumes[i]);
    }
    for (size_t i = 0; i < count; i++) {
        struct err why = { 0 };

        rc = blob_scan(blobs, rows[i].no, rows[i].end, check_seen, check,
                       &check->report.unused_bytes, &why);
        if (rc == ERR_NO_MEMORY) {
            *e = why;
            return rc;
        }
        if (rc)
            report(check, "%s", why.text);
    }
    return ERR_NONE;
}

/* All of it sees one moment: it grows at one end and is forgotten at the other. */
static enum err_code check_audit(struct check *check, struct err *e)
{
    struct core *core = check->core;

    enum err_code rc = meta_begin_read(core->meta, e);
    if (rc)
        return rc;
    rc = meta_change_check(core->meta, TENANT_DEFAULT, core->store->audit_key, count_problem, check,
                           e);
    meta_end_read(core->meta);
    return rc;
}

enum err_code store_check(struct core *core, void (*problem)(void *context, const char *line),
                          void *context, struct check_report *out, struct err *e)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(64 << 20);
    struct check check = { .core = core, .arena = arena, .problem = problem, .context = context };
    enum err_code rc;

    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "check the store");
    if ((rc = meta_check_pages(core->meta, count_problem, &check, &check.report.index_bytes, e)))
        return rc;
    if (check.report.problems) { /* nothing that it says can be believed */
        report(&check, "what rows say was not checked: cameo check --rebuild makes it again");
        *out = check.report;
        return ERR_NONE;
    }
    if ((rc = meta_integrity(core->meta, count_problem, &check, e)) ||
        (rc = check_audit(&check, e)) ||
        (rc = meta_check_counts(core->meta, TENANT_DEFAULT, count_problem, &check,
                                &check.report.records, &check.report.pictures, e)) ||
        (rc = check_blobs(&check, e)) || (rc = check_volumes(&check, e)))
        return rc;
    *out = check.report;
    return ERR_NONE;
}
