/* Giving bytes back: see blob/driver.h. Whatever is removed must not come back, neither by a power
 * cut nor out of the parity: so the parity of its zones is declared stale first. */
#include "base/plant.h"
#include "blob/packs/scrub.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* Where the file system has no holes zeros must do. */
static int overwrite(int fd, int64_t at, int64_t len)
{
    static const char nothing[65536];

    while (len > 0) {
        ssize_t n =
            pwrite(fd, nothing, len < (int64_t)sizeof nothing ? (size_t)len : sizeof nothing, at);
        if (n < 0 && errno != EINTR)
            return errno;
        at += n > 0 ? n : 0;
        len -= n > 0 ? n : 0;
    }
    return 0;
}

/* The header is written also when it says so already: see packs_parity.c, mark_zone. */
static enum err_code remove_one(int fd, const struct blob_place *place, struct err *e)
{
    int64_t start = place->offset - pack_bytes_offset(place->stored_bytes, place->flags);
    char raw[PACK_HEADER];
    struct pack_header header;
    size_t got;

    enum err_code rc = packs_pread(fd, place->volume, start, raw, sizeof raw, &got, e);
    if (rc)
        return rc;
    if (got == sizeof raw && pack_read_header(raw, &header)) {
        header.kind = PACK_REMOVED;
        pack_write_header(raw, &header);
        if (pwrite(fd, raw, sizeof raw, start) != (ssize_t)sizeof raw)
            return err_errno(e, errno, "mark a removed blob in pack %d", place->volume);
    }
    if (fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, place->offset,
                  place->stored_bytes) == 0)
        return ERR_NONE;
    int why = errno;
    if (why == EOPNOTSUPP)
        why = overwrite(fd, place->offset, place->stored_bytes);
    return why ? err_errno(e, why, "punch pack %d", place->volume) : ERR_NONE;
}

static enum err_code mark_all(struct packs *packs, int32_t volume, const struct blob_place *places,
                              size_t count, struct err *e)
{
    CLEANUP(closep) int parity = -1;
    enum err_code rc = parity_open(packs, volume, false, &parity, e);

    if (rc || parity < 0)
        return rc;
    for (size_t i = 0; rc == ERR_NONE && i < count; i++) {
        int64_t head = pack_bytes_offset(places[i].stored_bytes, places[i].flags);
        if (places[i].volume == volume)
            rc = parity_mark_stale(parity, volume, places[i].offset - head,
                                   head + places[i].stored_bytes, e);
    }
    if (rc == ERR_NONE && fdatasync(parity) != 0)
        rc = err_errno(e, errno, "flush the parity of pack %d", volume);
    return rc;
}

static enum err_code remove_from(struct packs *packs, int32_t volume,
                                 const struct blob_place *places, size_t count, struct err *e)
{
    char name[PACK_NAME_MAX];

    pack_name(name, volume);
    CLEANUP(closep) int fd = openat(packs->dir, name, O_RDWR | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return ERR_NONE;
    if (fd < 0)
        return err_errno(e, errno, "open pack '%s'", name);
    enum err_code rc = mark_all(packs, volume, places, count, e);
    for (size_t i = 0; rc == ERR_NONE && i < count; i++) {
        if (places[i].volume == volume)
            rc = remove_one(fd, &places[i], e);
    }
    if (rc == ERR_NONE && !PLANTED("hole-sync") && fdatasync(fd) != 0) {
        packs_note_failure(packs, volume);
        rc = err_errno(e, errno, "flush pack %d", volume);
    }
    return rc;
}

enum err_code packs_remove(struct blob_store *store, const struct blob_place *places, size_t count,
                           struct err *e)
{
    struct packs *packs = packs_of(store);
    CLEANUP(closep) int lock = -1;
    enum err_code rc = parity_lock(packs, &lock, e);

    for (size_t i = 0; rc == ERR_NONE && i < count; i++) {
        bool done = false;
        for (size_t j = 0; j < i && !done; j++)
            done = places[j].volume == places[i].volume;
        if (!done)
            rc = remove_from(packs, places[i].volume, places, count, e);
    }
    return rc;
}
