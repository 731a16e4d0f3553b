/* crash_shim.so - preloaded, writes down what a program does to the files below one folder.
 *
 *   CRASH_ROOT     the folder, absolute and without links; nothing else is looked at
 *   CRASH_JOURNAL  the file that is written: the entries below, one behind the other
 *
 * All processes and threads share one lock (a lock file beside the journal), so that entries stand
 * in the order in which the kernel did the calls. A sync has two entries, begin and end, and none
 * holds the lock meanwhile: what was written before its begin is promised after its end, and
 * nothing else. Calls go to the kernel directly. What is not seen here (io_uring, copy_file_range,
 * …) is noticed by who reads the journal: played to its end it must give the folder as it is.
 */
#include "shim.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define EXPORTED __attribute__((visibility("default")))

static int open_raw(int dir, const char *path, int flags, mode_t mode)
{
    return (int)syscall(SYS_openat, dir, path, flags, mode);
}

/* What is preloaded. The system's headers name parameters otherwise.
 * NOLINTBEGIN(readability-inconsistent-declaration-parameter-name) */

/* Opening. */

static int open_seen(int dir, const char *path, int flags, mode_t mode)
{
    char whole[PATH_MAX];
    struct stat st;

    if (!(flags & (O_CREAT | O_TRUNC)) || !journal_resolve(dir, path, whole))
        return open_raw(dir, path, flags, mode);
    journal_lock();
    bool was_there = fstatat(dir, path, &st, 0) == 0;
    int fd = open_raw(dir, path, flags, mode);
    if (fd >= 0 && fstat(fd, &st) == 0) {
        if (!was_there)
            journal_text((struct entry){ .kind = MADE, .ino = st.st_ino }, whole, strlen(whole));
        else if (flags & O_TRUNC)
            journal_note((struct entry){ .kind = SIZE, .ino = st.st_ino }, NULL, 0);
    }
    journal_unlock();
    return fd;
}

static mode_t mode_of(int flags, va_list args)
{
    return flags & (O_CREAT | __O_TMPFILE) ? va_arg(args, mode_t) : 0;
}

#define OPEN(name)                                                                                 \
    EXPORTED int name(const char *path, int flags, ...)                                            \
    {                                                                                              \
        va_list args;                                                                              \
        va_start(args, flags);                                                                     \
        mode_t mode = mode_of(flags, args);                                                        \
        va_end(args);                                                                              \
        return open_seen(AT_FDCWD, path, flags, mode);                                             \
    }
#define OPENAT(name)                                                                               \
    EXPORTED int name(int dir, const char *path, int flags, ...)                                   \
    {                                                                                              \
        va_list args;                                                                              \
        va_start(args, flags);                                                                     \
        mode_t mode = mode_of(flags, args);                                                        \
        va_end(args);                                                                              \
        return open_seen(dir, path, flags, mode);                                                  \
    }
#undef open64
#undef openat64
OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

/* Compiled with _FORTIFY_SOURCE a program calls these. */
EXPORTED int __open_2(const char *path, int flags);
EXPORTED int __open64_2(const char *path, int flags);
EXPORTED int __openat_2(int dir, const char *path, int flags);
EXPORTED int __openat64_2(int dir, const char *path, int flags);
int __open_2(const char *path, int flags)
{
    return open_seen(AT_FDCWD, path, flags, 0);
}
int __open64_2(const char *path, int flags)
{
    return open_seen(AT_FDCWD, path, flags, 0);
}
int __openat_2(int dir, const char *path, int flags)
{
    return open_seen(dir, path, flags, 0);
}
int __openat64_2(int dir, const char *path, int flags)
{
    return open_seen(dir, path, flags, 0);
}

/* Writing. */

/* What of the parts was written. */
static size_t cut_parts(const struct iovec *in, int count, size_t len, struct iovec *out)
{
    size_t used = 0;

    for (int i = 0; i < count && len; i++) {
        size_t part = in[i].iov_len < len ? in[i].iov_len : len;
        if (part)
            out[used++] = (struct iovec){ in[i].iov_base, part };
        len -= part;
    }
    return used;
}

/* `offset` -1: at the descriptor's own. */
static ssize_t write_seen(int fd, const struct iovec *parts, int count, int64_t offset, int flags)
{
    struct iovec written[PARTS_MAX];
    uint64_t ino;

    if (!journal_takes(fd, &ino)) {
        if (offset < 0 && !flags)
            return syscall(SYS_writev, fd, parts, count);
        return syscall(SYS_pwritev2, fd, parts, count, offset, 0, flags);
    }
    journal_lock();
    ssize_t n = offset < 0 && !flags ? syscall(SYS_writev, fd, parts, count)
                                     : syscall(SYS_pwritev2, fd, parts, count, offset, 0, flags);
    if (n > 0) {
        if (offset < 0)
            offset = lseek(fd, 0, SEEK_CUR) - n;
        journal_note((struct entry){ .kind = WRITE, .ino = ino, .offset = offset }, written,
                     cut_parts(parts, count, (size_t)n, written));
        if ((fcntl(fd, F_GETFL) & O_DSYNC) || (flags & (RWF_DSYNC | RWF_SYNC)))
            journal_note(
                (struct entry){ .kind = SYNCED_AT, .ino = ino, .offset = offset, .extra = n }, NULL,
                0);
    }
    journal_unlock();
    return n;
}

#undef pwrite64
#undef pwritev64
#undef pwritev64v2
EXPORTED ssize_t write(int fd, const void *at, size_t len)
{
    struct iovec part = { (void *)(uintptr_t)at, len };
    uint64_t ino;

    return journal_takes(fd, &ino) ? write_seen(fd, &part, 1, -1, 0)
                                   : (ssize_t)syscall(SYS_write, fd, at, len);
}
EXPORTED ssize_t writev(int fd, const struct iovec *parts, int count)
{
    return write_seen(fd, parts, count, -1, 0);
}
EXPORTED ssize_t pwrite(int fd, const void *at, size_t len, off_t offset)
{
    struct iovec part = { (void *)(uintptr_t)at, len };

    return write_seen(fd, &part, 1, offset, 0);
}
EXPORTED ssize_t pwrite64(int fd, const void *at, size_t len, off64_t offset)
{
    return pwrite(fd, at, len, offset);
}
EXPORTED ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset)
{
    return write_seen(fd, parts, count, offset, 0);
}
EXPORTED ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset)
{
    return write_seen(fd, parts, count, offset, 0);
}
EXPORTED ssize_t pwritev2(int fd, const struct iovec *parts, int count, off_t offset, int flags)
{
    return write_seen(fd, parts, count, offset, flags);
}
EXPORTED ssize_t pwritev64v2(int fd, const struct iovec *parts, int count, off64_t offset,
                             int flags)
{
    return write_seen(fd, parts, count, offset, flags);
}

/* Sizes and holes. */

static int resize_seen(int fd, int64_t size)
{
    uint64_t ino;

    if (!journal_takes(fd, &ino))
        return (int)syscall(SYS_ftruncate, fd, size);
    journal_lock();
    int rc = (int)syscall(SYS_ftruncate, fd, size);
    if (rc == 0)
        journal_note((struct entry){ .kind = SIZE, .ino = ino, .offset = size }, NULL, 0);
    journal_unlock();
    return rc;
}

static int allocate_seen(int fd, int mode, int64_t offset, int64_t len)
{
    uint64_t ino;

    if (!journal_takes(fd, &ino))
        return (int)syscall(SYS_fallocate, fd, mode, offset, len);
    journal_lock();
    int rc = (int)syscall(SYS_fallocate, fd, mode, offset, len);
    if (rc == 0 && (mode & (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE)))
        journal_note((struct entry){ .kind = ZERO, .ino = ino, .offset = offset, .extra = len },
                     NULL, 0);
    if (rc == 0 && (mode & (FALLOC_FL_COLLAPSE_RANGE | FALLOC_FL_INSERT_RANGE)))
        abort(); /* the disks know nothing of it */
    if (rc == 0 && !(mode & FALLOC_FL_KEEP_SIZE))
        journal_note((struct entry){ .kind = GROW, .ino = ino, .offset = offset + len }, NULL, 0);
    journal_unlock();
    return rc;
}

#undef ftruncate64
#undef fallocate64
#undef posix_fallocate64
EXPORTED int ftruncate(int fd, off_t size)
{
    return resize_seen(fd, size);
}
EXPORTED int ftruncate64(int fd, off64_t size)
{
    return resize_seen(fd, size);
}
EXPORTED int fallocate(int fd, int mode, off_t offset, off_t len)
{
    return allocate_seen(fd, mode, offset, len);
}
EXPORTED int fallocate64(int fd, int mode, off64_t offset, off64_t len)
{
    return allocate_seen(fd, mode, offset, len);
}
EXPORTED int posix_fallocate(int fd, off_t offset, off_t len)
{
    return allocate_seen(fd, 0, offset, len) == 0 ? 0 : errno;
}
EXPORTED int posix_fallocate64(int fd, off64_t offset, off64_t len)
{
    return posix_fallocate(fd, offset, len);
}

/* Syncs. The number of a begin is its thread's: a thread waits for one at a time. */

static int sync_seen(int fd, long call, bool data_only)
{
    struct entry entry = { .extra = gettid(), .data_only = data_only };

    if (!journal_takes(fd, &entry.ino))
        return (int)syscall(call, fd);
    entry.kind = SYNC;
    journal_lock();
    journal_note(entry, NULL, 0);
    journal_unlock();
    int rc = (int)syscall(call, fd);
    if (rc == 0) {
        entry.kind = SYNCED;
        journal_lock();
        journal_note(entry, NULL, 0);
        journal_unlock();
    }
    return rc;
}

EXPORTED int fsync(int fd)
{
    return sync_seen(fd, SYS_fsync, false);
}
EXPORTED int fdatasync(int fd)
{
    return sync_seen(fd, SYS_fdatasync, true);
}

/* Names. */

static int two_names(enum kind kind, int from_dir, const char *from, int to_dir, const char *to,
                     unsigned flags)
{
    char whole_from[PATH_MAX];
    char whole_to[PATH_MAX];
    long call = kind == RENAMED ? SYS_renameat2 : SYS_linkat;
    bool from_ours = journal_resolve(from_dir, from, whole_from);
    bool to_ours = journal_resolve(to_dir, to, whole_to);

    if (!from_ours && !to_ours)
        return (int)syscall(call, from_dir, from, to_dir, to, flags);
    if (!from_ours || !to_ours)
        abort(); /* out of the folder or into it: the disks know nothing of it */
    struct iovec payload[] = { { whole_from, strlen(whole_from) + 1 },
                               { whole_to, strlen(whole_to) } };
    journal_lock();
    int rc = (int)syscall(call, from_dir, from, to_dir, to, flags);
    if (rc == 0)
        journal_note((struct entry){ .kind = kind }, payload, COUNT(payload));
    journal_unlock();
    return rc;
}

static int remove_seen(int dir, const char *path, int flags)
{
    char whole[PATH_MAX];

    if (!journal_resolve(dir, path, whole))
        return (int)syscall(SYS_unlinkat, dir, path, flags);
    journal_lock();
    int rc = (int)syscall(SYS_unlinkat, dir, path, flags);
    if (rc == 0)
        journal_text((struct entry){ .kind = REMOVED }, whole, strlen(whole));
    journal_unlock();
    return rc;
}

static int make_folder(int dir, const char *path, mode_t mode)
{
    char whole[PATH_MAX];
    struct stat st;

    if (!journal_resolve(dir, path, whole))
        return (int)syscall(SYS_mkdirat, dir, path, mode);
    journal_lock();
    int rc = (int)syscall(SYS_mkdirat, dir, path, mode);
    if (rc == 0 && fstatat(dir, path, &st, 0) == 0)
        journal_text((struct entry){ .kind = FOLDER, .ino = st.st_ino }, whole, strlen(whole));
    journal_unlock();
    return rc;
}

EXPORTED int rename(const char *from, const char *to)
{
    return two_names(RENAMED, AT_FDCWD, from, AT_FDCWD, to, 0);
}
EXPORTED int renameat(int from_dir, const char *from, int to_dir, const char *to)
{
    return two_names(RENAMED, from_dir, from, to_dir, to, 0);
}
EXPORTED int renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags)
{
    return two_names(RENAMED, from_dir, from, to_dir, to, flags);
}
EXPORTED int link(const char *from, const char *to)
{
    return two_names(LINKED, AT_FDCWD, from, AT_FDCWD, to, 0);
}
EXPORTED int linkat(int from_dir, const char *from, int to_dir, const char *to, int flags)
{
    return two_names(LINKED, from_dir, from, to_dir, to, (unsigned)flags);
}
EXPORTED int unlink(const char *path)
{
    return remove_seen(AT_FDCWD, path, 0);
}
EXPORTED int unlinkat(int dir, const char *path, int flags)
{
    return remove_seen(dir, path, flags);
}
EXPORTED int rmdir(const char *path)
{
    return remove_seen(AT_FDCWD, path, AT_REMOVEDIR);
}
EXPORTED int mkdir(const char *path, mode_t mode)
{
    return make_folder(AT_FDCWD, path, mode);
}
EXPORTED int mkdirat(int dir, const char *path, mode_t mode)
{
    return make_folder(dir, path, mode);
}

/* Memory. */

static void *map_seen(void *at, size_t len, int protection, int flags, int fd, int64_t offset)
{
    uint64_t ino;

    if ((flags & MAP_TYPE) != MAP_PRIVATE && (protection & PROT_WRITE) &&
        !(flags & MAP_ANONYMOUS) && journal_takes(fd, &ino)) {
        journal_lock();
        journal_note((struct entry){ .kind = MAPPED, .ino = ino }, NULL, 0);
        journal_unlock();
    }
    /* NOLINTNEXTLINE(performance-no-int-to-ptr) the kernel's own answer */
    return (void *)(uintptr_t)syscall(SYS_mmap, at, len, protection, flags, fd, offset);
}

#undef mmap64
EXPORTED void *mmap(void *at, size_t len, int protection, int flags, int fd, off_t offset)
{
    return map_seen(at, len, protection, flags, fd, offset);
}
EXPORTED void *mmap64(void *at, size_t len, int protection, int flags, int fd, off64_t offset)
{
    return map_seen(at, len, protection, flags, fd, offset);
}

/* A line of the program itself: what it is about to do, and what it takes for done. */
EXPORTED void crash_mark(const char *line);
void crash_mark(const char *line)
{
    if (!journal_is_on())
        return;
    journal_lock();
    journal_text((struct entry){ .kind = MARK }, line, strlen(line));
    journal_unlock();
}

/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */
