/* Appending: see blob/driver.h. The order of syncs is the promise of a write. */
#include "base/plant.h"
#include "blob/packs/packs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

void packs_give_up(struct blob_store *store)
{
    struct packs *packs = packs_of(store);

    packs_grow_end(packs);
    closep(&packs->fd);
    packs->volume = 0;
    packs->end = 0;
}

void packs_leave(struct packs *packs)
{
    if (packs->fd >= 0 && !packs_has_failed(packs, packs->volume))
        packs_shrink(packs);
    packs_give_up(&packs->base);
}

/* Opens the pack and locks it: the lock goes when the process does, however it ends. */
static enum err_code open_locked(struct packs *packs, int32_t volume, int flags, int *out,
                                 struct err *e)
{
    char name[PACK_NAME_MAX];
    CLEANUP(closep) int fd = -1;

    pack_name(name, volume);
    fd = openat(packs->dir, name, O_RDWR | O_CLOEXEC | flags, 0600);
    if (fd < 0)
        return err_errno(e, errno, "open pack '%s'", name);
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK)
            return err_set(e, ERR_BUSY, "pack '%s' belongs to another process", name);
        return err_errno(e, errno, "lock pack '%s'", name);
    }
    *out = take_fd(&fd);
    return ERR_NONE;
}

/* What is written here is read here: when there are no descriptors left later on, it must go on. */
static enum err_code open_reader(struct packs *packs, int32_t volume, struct err *e)
{
    int fd;
    enum err_code rc = packs_borrow(packs, volume, &fd, e);

    if (rc == ERR_NONE)
        packs_release(packs, volume, fd);
    return rc;
}

enum err_code packs_claim(struct blob_store *store, int32_t volume, int64_t end, struct err *e)
{
    struct packs *packs = packs_of(store);
    CLEANUP(closep) int fd = -1;
    char superblock[PACK_BLOCK];
    struct stat st;
    size_t got;

    enum err_code rc = open_locked(packs, volume, 0, &fd, e);
    if (rc)
        return rc;
    rc = packs_pread(fd, volume, 0, superblock, sizeof superblock, &got, e);
    if (rc)
        return rc;
    if (got < sizeof superblock || !pack_read_superblock(superblock, volume))
        return err_set(e, ERR_CORRUPT, "pack %d has no superblock", volume);
    if (fstat(fd, &st) != 0)
        return err_errno(e, errno, "pack %d", volume);
    if (packs_has_failed(packs, volume))
        return err_set(e, ERR_CORRUPT, "a flush of pack %d has failed", volume);
    if (st.st_size < end)
        return err_set(e, ERR_CORRUPT, "pack %d has %lld bytes, %lld are named by rows", volume,
                       (long long)st.st_size, (long long)end);
    if ((rc = open_reader(packs, volume, e)))
        return rc;

    packs_leave(packs);
    packs->fd = take_fd(&fd);
    packs->volume = volume;
    packs->end = end;
    packs_grow_begin(packs);
    return ERR_NONE;
}

enum err_code packs_create(struct blob_store *store, int32_t volume, int64_t *end, struct err *e)
{
    struct packs *packs = packs_of(store);
    CLEANUP(closep) int fd = -1;
    char superblock[PACK_BLOCK];
    struct stat st;

    enum err_code rc = open_locked(packs, volume, O_CREAT, &fd, e);
    if (rc)
        return rc;
    if (fstat(fd, &st) != 0)
        return err_errno(e, errno, "pack %d", volume);
    if (st.st_size > PACK_BLOCK)
        return err_set(e, ERR_CONFLICT, "pack %d holds bytes already", volume);
    pack_write_superblock(superblock, volume);
    if (ftruncate(fd, 0) != 0 || pwrite(fd, superblock, PACK_BLOCK, 0) != PACK_BLOCK ||
        fsync(fd) != 0 || (!PLANTED("pack-name-sync") && fsync(packs->dir) != 0)) {
        rc = err_errno(e, errno, "make pack %d", volume);
    } else {
        rc = open_reader(packs, volume, e);
    }
    if (rc) {
        char name[PACK_NAME_MAX];

        pack_name(name, volume); /* no row names it, and what was flushed of it nobody knows */
        unlinkat(packs->dir, name, 0);
        return rc;
    }

    packs_leave(packs);
    packs->fd = take_fd(&fd);
    packs->volume = volume;
    packs->end = *end = PACK_BLOCK;
    packs_grow_begin(packs);
    return ERR_NONE;
}

static void *writable(struct bytes bytes)
{
    return (void *)(uintptr_t)bytes.at; /* struct iovec has no const */
}

/* Lays the records out one behind the other; returns where they end. */
static int64_t lay_out(struct packs *packs, struct blob_write *const *writes, size_t count,
                       char (*headers)[PACK_HEADER], struct iovec *parts)
{
    static const char zeros[PACK_ALIGN];
    int64_t at = packs->end;

    for (size_t i = 0; i < count; i++) {
        struct blob_write *w = writes[i];
        int64_t stored = (int64_t)w->stored.len;
        int64_t len = pack_record_len(stored, w->flags);
        int64_t bytes_at = pack_bytes_offset(stored, w->flags);
        struct pack_header header = {
            .kind = PACK_BLOB,
            .flags = w->flags,
            .tenant = w->tenant,
            .key_no = w->key_no,
            .stored_bytes = stored,
            .plain_bytes = w->plain_bytes,
            .created_us = w->created_us,
            .hash = w->hash,
            .checksums_crc = crc32c(w->checksums),
        };

        pack_write_header(headers[i], &header);
        parts[4 * i] = (struct iovec){ headers[i], PACK_HEADER };
        parts[4 * i + 1] = (struct iovec){ writable(w->checksums), w->checksums.len };
        parts[4 * i + 2] = (struct iovec){ writable(w->stored), w->stored.len };
        parts[4 * i + 3] =
            (struct iovec){ writable(bytes_of(zeros, 0)), (size_t)(len - bytes_at - stored) };
        w->place = (struct blob_place){
            .volume = packs->volume,
            .offset = at + bytes_at,
            .stored_bytes = stored,
            .checksums = w->checksums,
            .flags = w->flags,
            .key_no = w->key_no,
            .of = { w->tenant, w->hash, w->plain_bytes },
        };
        at += len;
    }
    return at;
}

#define GROUP_MAX 128 /* blobs of one put: four parts each, the kernel takes 1024 */

/* *room: what there is for more. */
static enum err_code room_for(struct packs *packs, int64_t bytes, int64_t *room, struct err *e)
{
    struct statvfs fs;

    if (fstatvfs(packs->fd, &fs) != 0)
        return err_errno(e, errno, "pack %d", packs->volume);
    *room = (int64_t)fs.f_bavail * (int64_t)fs.f_frsize - bytes - PACK_RESERVE;
    if (*room < 0)
        return err_set(e, ERR_FULL, "the disk is full: %lld bytes are wanted, %lld kept back",
                       (long long)bytes, PACK_RESERVE);
    return ERR_NONE;
}

enum err_code packs_add(struct blob_store *store, struct blob_write *const *writes, size_t count,
                        int64_t *end, struct err *e)
{
    struct packs *packs = packs_of(store);
    char headers[GROUP_MAX][PACK_HEADER];
    struct iovec parts[4 * GROUP_MAX + 1];
    int64_t room;

    if (packs->fd < 0)
        return err_set(e, ERR_UNAVAILABLE, "no pack is claimed");
    if (packs_has_failed(packs, packs->volume)) {
        int32_t volume = packs->volume;
        packs_give_up(store);
        return err_set(e, ERR_UNAVAILABLE, "a flush of pack %d has failed", volume);
    }
    if (count > GROUP_MAX)
        return err_set(e, ERR_TOO_LARGE, "%zu blobs at once, limit %d", count, GROUP_MAX);

    int64_t behind = lay_out(packs, writes, count, headers, parts);
    enum err_code rc = room_for(packs, behind - packs->end, &room, e);
    if (rc)
        return rc;
    packs_grow(packs, behind, room);
    if (PLANTED("pack-order") && fdatasync(packs->fd) != 0)
        return err_errno(e, errno, "flush pack %d", packs->volume);
    int why = packs_append(packs, parts, 4 * count, behind);
    if (why) { /* what was written of it lies behind the end: nobody's */
        packs_rewind(store, packs->end);
        return err_errno(e, why, "append to pack %d", packs->volume);
    }
    packs->end = *end = behind;
    return ERR_NONE;
}

enum err_code packs_flush(struct blob_store *store, struct err *e)
{
    struct packs *packs = packs_of(store);

    if (packs->fd < 0)
        return err_set(e, ERR_UNAVAILABLE, "no pack is claimed");
    if (PLANTED("pack-order") || PLANTED("pack-sync") || fdatasync(packs->fd) == 0)
        return ERR_NONE;
    /* The kernel may have dropped the pages and will not say so twice: this file is never trusted
     * again (STORAGE: fsync errors are final). */
    int why = errno;
    int32_t volume = packs->volume;
    packs_note_failure(packs, volume);
    packs_give_up(store);
    return err_set(e, ERR_UNAVAILABLE, "flush pack %d: %s", volume, strerrordesc_np(why));
}

void packs_rewind(struct blob_store *store, int64_t end)
{
    struct packs *packs = packs_of(store);

    if (packs->fd < 0 || end > packs->end)
        return;
    packs->end = end;
    packs_shrink(packs);
}
