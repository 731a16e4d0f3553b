/* Parity files: opening, marking, writing. See parity.h. */
#include "blob/packs/scrub.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum err_code parity_lock(struct packs *packs, int *out, struct err *e)
{
    CLEANUP(closep)
    int fd = openat(packs->dir, "parity.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (fd < 0)
        return err_errno(e, errno, "open 'parity.lock'");
    while (flock(fd, LOCK_EX) != 0) {
        if (errno != EINTR)
            return err_errno(e, errno, "lock 'parity.lock'");
    }
    *out = take_fd(&fd);
    return ERR_NONE;
}

/* Only the superblock is made: a zone stands for itself. */
static enum err_code write_superblock(struct packs *packs, int fd, int32_t volume, struct err *e)
{
    char superblock[PACK_BLOCK];

    parity_write_superblock(superblock, volume);
    if (pwrite(fd, superblock, PACK_BLOCK, 0) != PACK_BLOCK || fsync(fd) != 0 ||
        fsync(packs->dir) != 0)
        return err_errno(e, errno, "make the parity file of pack %d", volume);
    return ERR_NONE;
}

enum err_code parity_open(struct packs *packs, int32_t volume, bool make, int *out, struct err *e)
{
    char superblock[PACK_BLOCK];
    char name[PACK_NAME_MAX];

    snprintf(name, sizeof name, "%06d.parity", volume);
    CLEANUP(closep)
    int fd = openat(packs->dir, name, O_RDWR | O_CLOEXEC | (make ? O_CREAT : 0), 0600);
    if (fd < 0 && errno == ENOENT && !make) {
        *out = -1;
        return ERR_NONE;
    }
    if (fd < 0)
        return err_errno(e, errno, "open '%s'", name);
    enum err_code rc = parity_load(fd, volume, 0, superblock, PACK_BLOCK, e);
    if (rc == ERR_NONE && make && !parity_read_superblock(superblock, volume))
        rc = write_superblock(packs, fd, volume, e);
    if (rc == ERR_NONE)
        *out = take_fd(&fd);
    return rc;
}

enum err_code parity_load(int parity, int32_t volume, int64_t at, char *out, size_t len,
                          struct err *e)
{
    size_t got;

    enum err_code rc = packs_pread(parity, volume, at, out, len, &got, e);
    if (rc)
        return err_context(e, "parity");
    memset(out + got, 0, len - got);
    return ERR_NONE;
}

enum err_code parity_find_head(int parity, int32_t volume, int32_t zone, struct parity_head *out,
                               bool *found, struct err *e)
{
    char raw[PARITY_HEAD];

    enum err_code rc = parity_load(parity, volume, parity_region_at(zone), raw, sizeof raw, e);
    if (rc == ERR_NONE)
        *found = parity_read_head(raw, volume, zone, out);
    return rc;
}

/* Written also where it says so already: what a failed flush left in memory is no news of the
 * disk. */
static enum err_code mark_zone(int parity, int32_t volume, int32_t zone, struct err *e)
{
    char raw[PARITY_HEAD];
    struct parity_head head;
    bool found;

    enum err_code rc = parity_find_head(parity, volume, zone, &head, &found, e);
    if (rc || !found)
        return rc;
    head.state = PARITY_STALE;
    parity_write_head(raw, &head);
    if (pwrite(parity, raw, sizeof raw, parity_region_at(zone)) != (ssize_t)sizeof raw)
        return err_errno(e, errno, "mark zone %d of pack %d", zone, volume);
    return ERR_NONE;
}

enum err_code parity_mark_stale(int parity, int32_t volume, int64_t from, int64_t len,
                                struct err *e)
{
    int32_t last = (int32_t)((from + len - 1) / PARITY_ZONE);
    enum err_code rc = ERR_NONE;

    for (int32_t zone = (int32_t)(from / PARITY_ZONE); rc == ERR_NONE && zone <= last; zone++)
        rc = mark_zone(parity, volume, zone, e);
    return rc;
}

/* A block that is known to be bad and cannot be made again stays known. */
static void make_sums(struct zone *z, char *sums)
{
    struct pack_scrub *scrub = z->scrub;

    for (int i = 0; i < PARITY_BLOCKS; i++) {
        bool kept = z->bad_block[i] && (i + 1) * (int64_t)PARITY_BLOCK <= z->covered;
        if (!kept)
            parity_put_sum(sums, i,
                           crc32c(bytes_of(scrub->zone + (size_t)i * PARITY_BLOCK, PARITY_BLOCK)));
    }
    for (int i = 0; i < PARITY_SPARE_BLOCKS; i++)
        parity_put_sum(sums, PARITY_BLOCKS + i,
                       crc32c(bytes_of(scrub->region + PARITY_SPARE_AT + (size_t)i * PARITY_BLOCK,
                                       PARITY_BLOCK)));
}

/* Pictures come first. */
static bool has_room(int parity)
{
    struct statvfs fs;

    return fstatvfs(parity, &fs) == 0 &&
           (int64_t)fs.f_bavail * (int64_t)fs.f_frsize >= PACK_RESERVE + PARITY_REGION;
}

enum err_code parity_make(struct zone *z, int64_t next, struct err *e)
{
    struct pack_scrub *scrub = z->scrub;
    char *sums = scrub->region + PARITY_HEAD;
    struct parity_head head = {
        .state = PARITY_FRESH,
        .volume = z->volume,
        .zone = z->no,
        .covered = z->want,
        .next = next,
    };

    if (!has_room(z->parity))
        return ERR_NONE;
    z->out.made = true;
    memset(scrub->zone + z->want, 0, (size_t)(PARITY_ZONE - z->want));
    parity_encode(&scrub->code, scrub->zone, scrub->region + PARITY_SPARE_AT);
    make_sums(z, sums);
    memset(sums + PARITY_SUMS, 0, PARITY_SPARE_AT - PARITY_HEAD - PARITY_SUMS);
    head.sums_crc = crc32c(bytes_of(sums, PARITY_SUMS));
    parity_write_head(scrub->region, &head);

    ssize_t n = pwrite(z->parity, scrub->region, PARITY_REGION, parity_region_at(z->no));
    if (n != PARITY_REGION || fdatasync(z->parity) != 0)
        return err_errno(e, n >= 0 && n != PARITY_REGION ? ENOSPC : errno,
                         "write the parity of zone %d of pack %d", z->no, z->volume);
    return ERR_NONE;
}
