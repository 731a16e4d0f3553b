#include "core/commit.h"
#include "base/clock.h"
#include "base/log.h"
#include "core/ballast.h"
#include "core/store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#define ARENA_LIMIT   (16 * 1024 * 1024)
#define MARKED_GROUPS 16 /* after a write that failed: more of them may follow */

static enum err_code lock_store(struct commit *w, struct err *e)
{
    while (flock(w->lock_fd, LOCK_EX) != 0) {
        if (errno != EINTR)
            return err_errno(e, errno, "take the write lock");
    }
    return ERR_NONE;
}

static void unlock_store(struct commit *w)
{
    flock(w->lock_fd, LOCK_UN);
}

static enum err_code begin(struct commit *w, struct err *e)
{
    enum err_code rc = lock_store(w, e);
    if (rc)
        return rc;
    rc = meta_begin(w->meta, e);
    if (rc) { /* a connection that came to be when a file could not be opened may never write */
        meta_close(w->meta);
        w->meta = NULL;
        unlock_store(w);
    }
    return rc;
}

static void rollback(struct commit *w)
{
    meta_rollback(w->meta);
    unlock_store(w);
}

/* After a failed commit nothing is known of this connection: it is opened anew. */
static enum err_code commit(struct commit *w, unsigned kinds, struct err *e)
{
    int64_t number = 0;
    bool whole = true;
    enum err_code rc = ERR_NONE;

    if (meta_rows(w->meta, &whole).len)
        rc = meta_rows_number(w->meta, &number, e);
    if (rc == ERR_NONE) {
        generation_begin(w->store->generation, kinds);
        rc = meta_commit(w->meta, e);
        generation_end(w->store->generation);
    }
    if (rc == ERR_NONE && number) {
        struct bytes rows = meta_rows(w->meta, &whole);
        index_rows_append(&w->rows, rows, whole, number);
    }
    if (rc) {
        meta_rollback(w->meta);
        meta_close(w->meta);
        w->meta = NULL;
    }
    if (rc == ERR_NO_MEMORY) /* which else says that nothing was done */
        rc = e->code = ERR_UNAVAILABLE;
    unlock_store(w);
    return rc;
}

/* Packs. */

static enum err_code set_volume(struct commit *w, int32_t no, enum volume_state state, int64_t end,
                                struct err *e)
{
    struct volume_row row = { .no = no, .state = state, .end = end };

    return meta_volume_put(w->meta, &row, e);
}

/* Inside a transaction: an open pack that nobody has, else a new one. */
static enum err_code claim_any(struct commit *w, struct err *e)
{
    struct volume_row *rows = NULL;
    size_t count = 0;
    int32_t last = 0;

    enum err_code rc = meta_volume_list(w->meta, w->arena, &rows, &count, e);
    for (size_t i = 0; rc == ERR_NONE && i < count; i++) {
        last = rows[i].no; /* they come by number */
        if (rows[i].state != VOLUME_OPEN || rows[i].end >= w->store->settings->pack_bytes_max)
            continue;
        rc = blob_claim(w->store->blobs, rows[i].no, rows[i].end, e);
        if (rc == ERR_NONE) {
            w->end = rows[i].end;
            return set_volume(w, rows[i].no, VOLUME_OPEN, w->end, e);
        }
        if (rc == ERR_CORRUPT) {
            log_line(LOG_LEVEL_ERROR, "%s; it is only read from now on", e->text);
            rc = set_volume(w, rows[i].no, VOLUME_SUSPECT, rows[i].end, e);
        } else if (rc == ERR_BUSY) {
            rc = ERR_NONE;
        }
    }
    while (rc == ERR_NONE || rc == ERR_CONFLICT || rc == ERR_BUSY) {
        rc = blob_create(w->store->blobs, ++last, &w->end, e);
        if (rc == ERR_NONE)
            return set_volume(w, last, VOLUME_OPEN, w->end, e);
    }
    return rc;
}

/* Leaves a pack claimed that has room, and says of one that is left why it is. */
static enum err_code ensure_pack(struct commit *w, int32_t suspect, struct err *e)
{
    int32_t claimed = blob_claimed(w->store->blobs);

    if (claimed && w->end < w->store->settings->pack_bytes_max)
        return ERR_NONE;
    enum err_code rc = begin(w, e);
    if (rc)
        return rc;
    if (claimed)
        rc = set_volume(w, claimed, VOLUME_SEALED, w->end, e);
    else if (suspect)
        rc = set_volume(w, suspect, VOLUME_SUSPECT, w->end, e);
    if (rc == ERR_NONE)
        rc = claim_any(w, e);
    if (rc)
        rollback(w);
    else
        rc = commit(w, 0, e);
    /* Who had the pack may have been killed when the log held its commit and nobody could see it
     * yet: that lies under ours now, and its bytes are nobody's. Not before: a log that is read
     * again would bring back rows of bytes that are gone. */
    if (rc)
        blob_give_up(w->store->blobs);
    else
        blob_rewind(w->store->blobs, w->end);
    return rc;
}

/* The bytes are on their way to the disk, which goes on while rows are made. */
static enum err_code append_bytes(struct commit *w, struct group *group, int32_t suspect,
                                  int32_t *volume, int64_t *end, struct err *e)
{
    enum err_code rc = ensure_pack(w, suspect, e);
    if (rc)
        return rc;
    *volume = blob_claimed(w->store->blobs);
    return blob_append(w->store->blobs, group->blobs, group->blob_count, end, e);
}

static enum err_code find_new(struct commit *w, struct group *group, struct err *e)
{
    for (size_t i = 0; i < group->count; i++) {
        struct write *write = group->writes[i];
        struct blob_row row;
        bool found = false;

        write->twin = NULL;
        write->has_place = false;
        write->rc = write->check ? write->check(write, w->meta, &write->err) : ERR_NONE;
        write->failed = write->rc != ERR_NONE;
        if (!write->blob || write->failed)
            continue;
        struct bytes hash = bytes_of((const char *)write->blob->hash.at, HASH_LEN);
        for (size_t j = 0; j < group->blob_count && !write->twin; j++) {
            if (memcmp(group->blobs[j]->hash.at, hash.at, HASH_LEN) == 0)
                write->twin = group->blobs[j];
        }
        if (write->twin) {
            write->has_place = true;
            continue;
        }
        if (!write->must_store && !write->moves) {
            enum err_code rc =
                meta_blob_by_hash(w->meta, w->arena, write->blob->tenant, hash, &row, &found, e);
            if (rc)
                return rc;
        }
        if (!found || row.bad_us) { /* good bytes in the place of damaged ones */
            group->blobs[group->blob_count++] = write->blob;
            write->has_place = true; /* once they are appended */
        }
    }
    return ERR_NONE;
}

/* Which writes bring bytes that are not there yet? What is found here is only a hope: `apply`
 * looks again inside the transaction. One snapshot for all: each takes locks, by system calls. */
static enum err_code find_new_bytes(struct commit *w, struct group *group, struct err *e)
{
    bool many = group->count > 1 || group->writes[0]->check;
    enum err_code rc = many ? meta_begin_read(w->meta, e) : ERR_NONE;

    if (rc)
        return rc;
    rc = find_new(w, group, e);
    if (many)
        meta_end_read(w->meta);
    return rc;
}

enum err_code writer_move_blob(const struct write *w, struct meta *meta, struct blob_row *row,
                               struct err *e)
{
    const struct blob_write *bytes = w->twin ? w->twin : w->blob;
    struct blob_row left = *row;

    left.refs = 0;
    left.state = BLOB_MOVED;
    left.dead_us = clock_now_us();
    left.bad_us = 0;
    enum err_code rc = meta_next_id(meta, bytes->tenant, "blob", 1, INT64_MAX - 1, &left.id, e);
    if (rc == ERR_NONE)
        rc = meta_blob_insert(meta, bytes->tenant, &left, e);
    if (rc)
        return rc;
    row->stored_bytes = bytes->place.stored_bytes;
    row->volume = bytes->place.volume;
    row->offset = bytes->place.offset;
    row->checksums = bytes->place.checksums;
    row->flags = bytes->flags;
    row->key_no = bytes->key_no;
    row->bad_us = 0;
    return meta_blob_move(meta, bytes->tenant, row, e);
}

enum err_code writer_take_blob(struct write *w, struct meta *meta, struct arena *arena,
                               struct blob_row *out, struct err *e)
{
    const struct blob_write *bytes = w->twin ? w->twin : w->blob;
    struct bytes hash = bytes_of((const char *)bytes->hash.at, HASH_LEN);
    bool found;

    enum err_code rc = meta_blob_by_hash(meta, arena, bytes->tenant, hash, out, &found, e);
    if (rc)
        return rc;
    if (found && out->bad_us && w->has_place)
        rc = writer_move_blob(w, meta, out, e);
    if (found)
        return rc ? rc : meta_blob_ref(meta, bytes->tenant, out->id, e);
    if (!w->has_place) {
        w->must_store = true; /* given back meanwhile: once more, with the bytes */
        return err_set(e, ERR_BLOCKS, "the same bytes are not there any more");
    }

    int64_t id;
    rc = meta_next_id(meta, bytes->tenant, "blob", 1, INT64_MAX - 1, &id, e);
    if (rc)
        return rc;
    *out = (struct blob_row){
        .id = id,
        .hash = hash,
        .plain_bytes = bytes->plain_bytes,
        .stored_bytes = bytes->place.stored_bytes,
        .volume = bytes->place.volume,
        .offset = bytes->place.offset,
        .checksums = bytes->place.checksums,
        .flags = bytes->flags,
        .key_no = bytes->key_no,
        .refs = 1,
        .state = BLOB_LIVE,
    };
    return meta_blob_insert(meta, bytes->tenant, out, e);
}

static void fail_those_with_bytes(struct group *group, enum err_code rc, const struct err *e)
{
    for (size_t i = 0; i < group->count; i++) {
        struct write *write = group->writes[i];
        if (write->has_place) {
            write->failed = true;
            write->rc = rc;
            write->err = *e;
        }
    }
}

static bool failed_below(enum err_code rc)
{
    return rc == ERR_FULL || rc == ERR_NO_MEMORY || rc == ERR_UNAVAILABLE;
}

/* One write, and its entry in the journal. */
static void apply_one(struct commit *w, struct write *write)
{
    write->settings = w->store->settings;
    write->journal = &w->journal;
    write->rc = write->apply(write, w->meta, &write->err);
    if (write->rc == ERR_NONE)
        write->rc = journal_enter(write, w->meta, &write->err);
}

/* All writes, with no way back for one of them alone. *whole is false when one failed. */
static enum err_code apply_unmarked(struct commit *w, struct group *group, bool *whole,
                                    struct err *e)
{
    enum err_code rc = journal_begin(&w->journal, w->meta, e);

    for (size_t i = 0; rc == ERR_NONE && i < group->count; i++) {
        if (group->writes[i]->failed)
            continue;
        apply_one(w, group->writes[i]);
        if (group->writes[i]->rc) {
            *whole = false;
            return ERR_NONE;
        }
    }
    return rc ? rc : journal_sign(&w->journal, w->meta, w->store->audit_key, e);
}

/* Every write for itself: a failing one is taken back alone. */
static enum err_code apply_all(struct commit *w, struct group *group, struct err *e)
{
    enum err_code begun = journal_begin(&w->journal, w->meta, e);
    if (begun)
        return begun;
    for (size_t i = 0; i < group->count; i++) {
        struct write *write = group->writes[i];
        if (write->failed)
            continue;
        struct journal before = w->journal;
        enum err_code rc = meta_mark(w->meta, e);
        if (rc)
            return rc;
        apply_one(w, write);
        if (write->rc)
            w->journal = before;
        rc = write->rc ? meta_undo(w->meta, e) : meta_keep(w->meta, e);
        if (rc && failed_below(write->rc)) { /* such a failure can end the whole transaction */
            *e = write->err;
            return write->rc;
        }
        if (rc)
            return rc;
    }
    return journal_sign(&w->journal, w->meta, w->store->audit_key, e);
}

static unsigned kinds_of(const struct group *group)
{
    unsigned kinds = 0;

    for (size_t i = 0; i < group->count; i++) {
        kinds |= group->writes[i]->changes_access ? GENERATION_ACCESS : 0U;
        kinds |= group->writes[i]->erases ? GENERATION_ERASED : 0U;
    }
    return kinds;
}

static enum err_code open_meta(struct commit *w, struct err *e)
{
    if (w->meta)
        return ERR_NONE;
    enum err_code rc = meta_open(w->store->meta_url, true, &w->meta, e);
    if (rc == ERR_NONE)
        rc = meta_rows_watch(w->meta, e);
    if (rc) {
        meta_close(w->meta);
        w->meta = NULL;
        return rc;
    }
    meta_on_damage(w->meta, damage_in_index, w->store->damage);
    if (w->store->background)
        meta_keep_little(w->meta);
    return ERR_NONE;
}

/* Leaves the transaction open, unless it fails. To take a write back alone a mark is needed before
 * each, and from then on how every page was. So none is set as long as nothing fails. */
static enum err_code make_rows(struct commit *w, struct group *group, int32_t volume, int64_t end,
                               struct err *e)
{
    for (bool whole = false; !whole;) {
        bool marked = w->marked_groups > 0;
        enum err_code rc = begin(w, e);
        if (rc)
            return rc;
        whole = true;
        if (group->blob_count)
            rc = set_volume(w, volume, VOLUME_OPEN, end, e);
        if (rc == ERR_NONE)
            rc = marked ? apply_all(w, group, e) : apply_unmarked(w, group, &whole, e);
        if (rc || !whole)
            rollback(w);
        if (rc)
            return rc;
        w->marked_groups = whole ? w->marked_groups - marked : MARKED_GROUPS;
    }
    return ERR_NONE;
}

/* Bytes that failed: once more into another pack when the flush did, else without them. False when
 * nothing can go on. */
static bool go_on_without(struct commit *w, struct group *group, enum err_code rc, int32_t volume,
                          int32_t *suspect, const struct err *why)
{
    if (!w->meta)
        return false;
    if (rc == ERR_UNAVAILABLE && volume && !*suspect && !blob_claimed(w->store->blobs)) {
        log_line(LOG_LEVEL_ERROR, "%s; going on in another pack", why->text);
        *suspect = volume;
    } else {
        fail_those_with_bytes(group, rc, why); /* deletions go on when the disk is full */
        group->blob_count = 0;
    }
    return true;
}

/* The group up to the commit: a transaction is open then, and all bytes that it names are flushed.
 * *end: of the pack, behind them. */
static enum err_code make_group(struct commit *w, struct group *group, int64_t *end, struct err *e)
{
    int32_t suspect = 0;

    for (;;) {
        int32_t volume = 0;
        enum err_code bytes = ERR_NONE;
        struct err why = { 0 };

        *end = w->end;
        if (group->blob_count)
            bytes = append_bytes(w, group, suspect, &volume, end, &why);
        if (bytes == ERR_NONE) {
            enum err_code rows = make_rows(w, group, volume, *end, e);
            if (rows || !group->blob_count)
                return rows;
            bytes = blob_flush(w->store->blobs, &why);
            if (bytes == ERR_NONE)
                return ERR_NONE;
            rollback(w);
        }
        if (!go_on_without(w, group, bytes, volume, &suspect, &why)) {
            *e = why;
            return bytes;
        }
    }
}

static enum err_code commit_group(struct commit *w, struct group *group, struct err *e)
{
    int64_t end;
    enum err_code rc;

    arena_reset(w->arena);
    group->blob_count = 0;
    if ((rc = open_meta(w, e)) || (rc = find_new_bytes(w, group, e)))
        return rc;
    rc = make_group(w, group, &end, e);
    if (rc) { /* certainly not committed: the bytes are nobody's */
        if (group->blob_count)
            blob_rewind(w->store->blobs, w->end);
        return rc;
    }
    /* From here on it is unknown whether a failed commit will be seen after a crash: the bytes stay
     * where they are. */
    rc = commit(w, kinds_of(group), e);
    w->end = end;
    return rc;
}

/* A group without its finished writes, for the attempts behind the first. */
void commit_run(struct commit *commit, struct group *group)
{
    struct group left = *group;
    struct err e = { 0 };

    for (size_t i = 0; i < left.count; i++)
        left.writes[i]->must_store = false;
    for (int attempt = 0; left.count; attempt++) {
        enum err_code rc = commit_group(commit, &left, &e);
        size_t again = 0;

        if (rc == ERR_FULL && attempt < 2 && ballast_drop(commit->store->dir)) {
            log_line(LOG_LEVEL_WARN, "%s: the ballast is thrown off", e.text);
            continue;
        }
        for (size_t i = 0; i < left.count; i++) {
            struct write *write = left.writes[i];
            if (rc) {
                write->rc = rc;
                write->err = e;
            } else if (write->rc == ERR_BLOCKS && attempt < 2) {
                left.writes[again++] = write;
            }
        }
        left.count = again;
    }
}

enum err_code commit_open(struct store *store, struct commit *out, struct err *e)
{
    char path[PATH_MAX];

    *out = (struct commit){ .store = store,
                            .lock_fd = -1,
                            .rows = { .dir = store->dir, .fd = -1, .end = -1 } };
    snprintf(path, sizeof path, "%s/write.lock", store->dir);
    out->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (out->lock_fd < 0)
        return err_errno(e, errno, "open '%s'", path);
    out->arena = arena_new(ARENA_LIMIT);
    if (!out->arena)
        return err_set(e, ERR_NO_MEMORY, "writer");
    return open_meta(out, e); /* now: later there may be no descriptor, and deletions shall go on */
}

void commit_close(struct commit *commit)
{
    meta_close(commit->meta);
    arena_free(commit->arena);
    closep(&commit->lock_fd);
    closep(&commit->rows.fd);
}
