#include "base/copy.h"
#include "base/crypto.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE (1 << 20)

/* The end of the data that begins at `at`, or `at` itself in a hole, whose end is *next then. */
static int64_t data_end(int fd, int64_t at, int64_t end, int64_t *next)
{
    int64_t data = lseek(fd, at, SEEK_DATA);

    if (data < 0 && errno != ENXIO) /* a file system without holes */
        return end;
    if (data != at) {
        *next = data < 0 || data > end ? end : data;
        return at;
    }
    int64_t hole = lseek(fd, at, SEEK_HOLE);
    return hole < 0 || hole > end ? end : hole;
}

static void pass_hole(struct copy *copy, int64_t end)
{
    static const char zeros[64 * 1024];

    while (copy->at < end) {
        struct bytes part = bytes_first(bytes_of(zeros, sizeof zeros), (size_t)(end - copy->at));
        copy->crc = crc32c_more(copy->crc, part);
        copy->at += (int64_t)part.len;
    }
}

static enum err_code write_piece(const struct copy *copy, struct bytes piece, struct err *e)
{
    size_t done = 0;

    while (done < piece.len) {
        ssize_t n = pwrite(copy->to, piece.at + done, piece.len - done, copy->at + (int64_t)done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return err_errno(e, n < 0 ? errno : ENOSPC, "write");
        done += (size_t)n;
    }
    /* Begun now, so that the flush at the end is no long one that others would wait behind. */
    sync_file_range(copy->to, copy->at, (off_t)piece.len, SYNC_FILE_RANGE_WRITE);
    return ERR_NONE;
}

static enum err_code copy_data(struct copy *copy, int64_t end, char *room, struct err *e)
{
    while (copy->at < end) {
        size_t len = end - copy->at < PIECE ? (size_t)(end - copy->at) : PIECE;
        ssize_t got = pread(copy->from, room, len, copy->at);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_errno(e, errno, "read");
        if (got == 0)
            return err_set(e, ERR_CORRUPT, "cut off at %lld", (long long)copy->at);
        struct bytes piece = bytes_of(room, (size_t)got);
        enum err_code rc = copy->to < 0 ? ERR_NONE : write_piece(copy, piece, e);
        if (rc)
            return rc;
        copy->crc = crc32c_more(copy->crc, piece);
        copy->at += got;
        copy->copied += got;
    }
    return ERR_NONE;
}

enum err_code copy_until(struct copy *copy, int64_t end, struct err *e)
{
    CLEANUP(freep) char *room = malloc(PIECE);
    enum err_code rc = ERR_NONE;
    struct stat st;

    if (!room)
        return err_set(e, ERR_NO_MEMORY, "copy a file");
    if (fstat(copy->from, &st) != 0)
        return err_errno(e, errno, "read");
    if (st.st_size < end)
        return err_set(e, ERR_CORRUPT, "it has %lld bytes, not %lld", (long long)st.st_size,
                       (long long)end);
    if (copy->to >= 0 && ftruncate(copy->to, copy->at) != 0)
        return err_errno(e, errno, "cut");
    while (rc == ERR_NONE && copy->at < end) {
        int64_t next = copy->at;
        int64_t data = data_end(copy->from, copy->at, end, &next);
        if (data > copy->at)
            rc = copy_data(copy, data, room, e);
        else
            pass_hole(copy, next);
    }
    if (rc == ERR_NONE && copy->to >= 0 && ftruncate(copy->to, end) != 0)
        return err_errno(e, errno, "extend");
    return rc;
}

enum err_code copy_sync_dir(int fd, const char *name, struct err *e)
{
    if (fsync(fd) == 0 || errno == EINVAL) /* some network file systems know no such thing */
        return ERR_NONE;
    return err_errno(e, errno, "sync '%s'", name);
}

enum err_code copy_sync_above(int fd, const char *name, struct err *e)
{
    CLEANUP(closep) int above = openat(fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (above < 0 && errno == EACCES)
        return ERR_NONE; /* we may go through it, and see nothing of it */
    if (above < 0)
        return err_errno(e, errno, "open the folder above '%s'", name);
    return copy_sync_dir(above, name, e);
}
