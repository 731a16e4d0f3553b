#include "core/backup/packs.h"
#include "base/log.h"
#include "core/core.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define BATCH 1000

/* Rows of one index, one after the other. */
struct rows {
    struct meta *meta;
    struct arena *arena;
    struct blob_row *batch;
    size_t count;
    size_t next;
    int64_t after;
};

/* *row is NULL at the end; it lives until the next call. */
static enum err_code next_row(struct rows *rows, const struct blob_row **row, struct err *e)
{
    if (rows->next == rows->count) {
        arena_reset(rows->arena);
        rows->next = rows->count = 0;
        enum err_code rc = meta_blob_places(rows->meta, rows->arena, TENANT_DEFAULT, rows->after,
                                            BATCH, &rows->batch, &rows->count, e);
        if (rc)
            return rc;
    }
    *row = rows->next < rows->count ? &rows->batch[rows->next++] : NULL;
    if (*row)
        rows->after = (*row)->id;
    return ERR_NONE;
}

static bool is_same_place(const struct blob_row *a, const struct blob_row *b)
{
    return a->id == b->id && a->volume == b->volume && a->offset == b->offset &&
           a->stored_bytes == b->stored_bytes && bytes_eq(a->hash, b->hash) &&
           bytes_eq(a->checksums, b->checksums);
}

static const struct manifest_pack *pack_of(const struct manifest *m, int32_t volume, size_t *index)
{
    for (size_t low = 0, high = m->pack_count; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (m->packs[middle].volume == volume) {
            *index = middle;
            return &m->packs[middle];
        }
        if (m->packs[middle].volume < volume)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* A store that was put back to an earlier state and went on differently (a restored machine) has
 * other bytes where the copies have those of the life it lost. Then there are rows below the length
 * of a copy that the moment before does not know. `differs` has a place for each pack of the old
 * one. */
static enum err_code compare(struct rows *now, struct rows *then, const struct manifest *old,
                             bool *differs, struct err *e)
{
    const struct blob_row *row;
    const struct blob_row *before = NULL;
    enum err_code rc = next_row(then, &before, e);

    while (rc == ERR_NONE && (rc = next_row(now, &row, e)) == ERR_NONE && row) {
        size_t index;
        const struct manifest_pack *pack = pack_of(old, row->volume, &index);
        if (!pack || row->offset >= pack->bytes)
            continue;
        while (rc == ERR_NONE && before && before->id < row->id)
            rc = next_row(then, &before, e);
        if (rc == ERR_NONE && (!before || !is_same_place(row, before)))
            differs[index] = true;
    }
    return rc;
}

static enum err_code find_differing(struct pack_copies *copies, bool *differs, struct err *e)
{
    char path[PATH_MAX];
    char url[PATH_MAX + 16];
    struct meta *then = NULL;
    CLEANUP(arena_freep) struct arena *a = arena_new(64 << 20);
    CLEANUP(arena_freep) struct arena *b = arena_new(64 << 20);

    if (!a || !b)
        return err_set(e, ERR_NO_MEMORY, "compare with the backup before");
    target_index_path(copies->target, copies->old->moment_us, path);
    snprintf(url, sizeof url, "sqlite-copy:%s", path);
    enum err_code rc = meta_open(url, false, &then, e);
    if (rc == ERR_NONE)
        rc = compare(&(struct rows){ .meta = copies->index, .arena = a },
                     &(struct rows){ .meta = then, .arena = b }, copies->old, differs, e);
    meta_close(then);
    return rc;
}

/* A file of a number that no file has. */
static enum err_code begin_copy(const struct target *target, struct manifest_pack *pack, int *fd,
                                struct err *e)
{
    char name[TARGET_NAME_MAX];

    for (pack->copy = 1; pack->copy < INT32_MAX; pack->copy++) {
        target_pack_name(name, pack);
        *fd = openat(target->packs, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (*fd >= 0)
            return ERR_NONE;
        if (errno != EEXIST)
            return err_errno(e, errno, "make '%s'", name);
    }
    return err_set(e, ERR_TOO_LARGE, "no number is left for a copy of pack %d", pack->volume);
}

/* Goes on behind what is there; *fd stays -1 when it is not all there. */
static enum err_code continue_copy(const struct target *target, const struct manifest_pack *old,
                                   int *fd, struct err *e)
{
    char name[TARGET_NAME_MAX];
    struct stat st;

    target_pack_name(name, old);
    CLEANUP(closep)
    int opened = openat(target->packs, name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    if (opened < 0 && errno == ENOENT)
        return ERR_NONE;
    if (opened < 0 || fstat(opened, &st) != 0)
        return err_errno(e, errno, "open '%s'", name);
    if (st.st_size >= old->bytes)
        *fd = take_fd(&opened);
    return ERR_NONE;
}

static enum err_code copy_pack(struct pack_copies *copies, const struct volume_row *volume,
                               const struct manifest_pack *old, struct manifest_pack *out,
                               struct err *e)
{
    struct manifest_pack pack = { .volume = volume->no };
    struct copy copy = { 0 };
    CLEANUP(closep) int fd = -1;
    enum err_code rc = ERR_NONE;

    if (old && old->bytes <= volume->end)
        rc = continue_copy(copies->target, old, &fd, e);
    if (rc == ERR_NONE && fd >= 0) {
        pack = *old;
        copy = (struct copy){ .at = old->bytes, .crc = old->crc };
    } else if (rc == ERR_NONE) {
        rc = begin_copy(copies->target, &pack, &fd, e);
    }
    if (rc)
        return rc;
    if (copy.at < volume->end) {
        copy.to = fd;
        rc = blob_save(copies->blobs, volume->no, volume->end, &copy, e);
        copies->copied_bytes += copy.copied;
        if (rc)
            return rc;
        if (fdatasync(fd) != 0)
            return err_errno(e, errno, "flush the copy of pack %d", volume->no);
    }
    pack.bytes = copy.at;
    pack.crc = copy.crc;
    *out = pack;
    return ERR_NONE;
}

static void say(struct pack_copies *copies, const struct err *why)
{
    copies->problems++;
    copies->problem(copies->context, why->text);
}

static enum err_code copy_all(struct pack_copies *copies, const struct volume_row *volumes,
                              size_t count, const bool *differs, struct manifest *m, struct err *e)
{
    for (size_t i = 0; i < count; i++) {
        size_t index = 0;
        const struct manifest_pack *old =
            copies->old ? pack_of(copies->old, volumes[i].no, &index) : NULL;
        if (old && differs[index])
            old = NULL;
        enum err_code rc = copy_pack(copies, &volumes[i], old, &m->packs[m->pack_count], e);
        if (rc == ERR_NONE) {
            m->pack_count++;
        } else if (rc == ERR_CORRUPT) {
            say(copies, e);
            if (old)
                m->packs[m->pack_count++] = *old;
        } else {
            return rc;
        }
    }
    return ERR_NONE;
}

enum err_code backup_copy_packs(struct pack_copies *copies, struct arena *arena, struct manifest *m,
                                struct err *e)
{
    struct volume_row *volumes = NULL;
    struct err why = { 0 };
    bool *differs = NULL;
    size_t count = 0;

    enum err_code rc = meta_volume_list(copies->index, arena, &volumes, &count, e);
    if (rc)
        return rc;
    m->packs = arena_zalloc(arena, count + 1, sizeof *m->packs);
    differs = arena_zalloc(arena, (copies->old ? copies->old->pack_count : 0) + 1, sizeof *differs);
    if (!m->packs || !differs)
        return err_set(e, ERR_NO_MEMORY, "copy the packs");
    if (copies->old && find_differing(copies, differs, &why)) {
        log_line(LOG_LEVEL_WARN, "%s: everything is copied anew", why.text);
        copies->old = NULL;
    }
    return copy_all(copies, volumes, count, differs, m, e);
}
