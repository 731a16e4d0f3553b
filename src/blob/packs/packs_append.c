/* Writing behind the claimed pack's end.
 *
 * A small put goes through the page cache, where it is found by whoever wants to see the picture at
 * once; the disk begins with it at once, too, so that the flush finds less to do. Of a large one,
 * mostly a group of many, all whole blocks go past it: there copying into fresh pages was a third
 * of all that a put took of the processor. What is left over at both ends shares its blocks with
 * other records, which may be changed meanwhile (packs_remove.c).
 */
#include "blob/packs/packs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <unistd.h>

#define DIRECT_MIN (512LL << 10) /* bytes of a large put */
#define PIECE      (1LL << 20)

/* Writes everything, whatever the kernel takes at a time; `parts` is used up. */
static int write_all(int fd, struct iovec *parts, size_t count, int64_t offset)
{
    while (count) {
        errno = ENOSPC; /* of a kernel that takes nothing and does not say why */
        ssize_t n = pwritev(fd, parts, (int)count, offset);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return errno;
        offset += n;
        while (count && (size_t)n >= parts->iov_len) {
            n -= (ssize_t)parts->iov_len;
            parts++;
            count--;
        }
        if (count) {
            parts->iov_base = (char *)parts->iov_base + n;
            parts->iov_len -= (size_t)n;
        }
    }
    return 0;
}

/* Where a put is written from. */
struct cursor {
    const struct iovec *part;
    size_t done; /* of it */
};

static void gather(struct cursor *cursor, char *out, size_t len)
{
    while (len) {
        size_t left = cursor->part->iov_len - cursor->done;
        size_t some = left < len ? left : len;

        memcpy(out, (const char *)cursor->part->iov_base + cursor->done, some);
        out += some;
        len -= some;
        cursor->done += some;
        if (cursor->done == cursor->part->iov_len)
            *cursor = (struct cursor){ .part = cursor->part + 1 };
    }
}

/* The bytes of the file from `from` to `to`; up to a piece at a time. */
static int write_some(struct packs *packs, int fd, struct cursor *cursor, int64_t from, int64_t to)
{
    while (from < to) {
        size_t len = (size_t)(to - from < PIECE ? to - from : PIECE);
        struct iovec part = { packs->piece, len };

        gather(cursor, packs->piece, len);
        int why = write_all(fd, &part, 1, from);
        if (why)
            return why;
        from += (int64_t)len;
    }
    return 0;
}

static int write_past_cache(struct packs *packs, const struct iovec *parts, int64_t behind)
{
    struct cursor cursor = { .part = parts };
    int64_t first = pack_round_up(packs->end);
    int64_t last = behind / PACK_BLOCK * PACK_BLOCK;
    int why;

    if ((why = write_some(packs, packs->fd, &cursor, packs->end, first)) ||
        (why = write_some(packs, packs->direct, &cursor, first, last)))
        return why;
    return write_some(packs, packs->fd, &cursor, last, pack_round_up(behind));
}

int packs_append(struct packs *packs, struct iovec *parts, size_t count, int64_t behind)
{
    static const char zeros[PACK_BLOCK];

    /* of a block that is written whole the kernel need not read what was there */
    parts[count++] =
        (struct iovec){ (void *)(uintptr_t)zeros, (size_t)(pack_round_up(behind) - behind) };
    if (behind - packs->end >= DIRECT_MIN && packs->direct >= 0) {
        if (!packs->piece)
            packs->piece = aligned_alloc(PACK_BLOCK, PIECE);
        int why = packs->piece ? write_past_cache(packs, parts, behind) : EINVAL;
        if (why != EINVAL) /* which says that the file system has no such way */
            return why;
    }
    int why = write_all(packs->fd, parts, count, packs->end);
    if (why == 0) /* only a beginning: whether it came to anything the flush will say */
        (void)!sync_file_range(packs->fd, packs->end, behind - packs->end, SYNC_FILE_RANGE_WRITE);
    return why;
}
