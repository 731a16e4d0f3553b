/* The library `fail`: stands before libc's calls and lets the one fail that struct fail_control
 * names. Everything goes to the kernel directly, so nothing has to be looked up before it works. */
#include "crash/fail.h"
#include "crash/fail_blocks.h"
#include "crash/fail_lost.h"
#include "crash/fail_place.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* The system's headers name the parameters otherwise.
 * NOLINTBEGIN(readability-inconsistent-declaration-parameter-name) */

static struct fail_control own = { .lost_from = -1 };
static struct fail_control *control = &own;

struct fail_control *fail_control(void)
{
    return control;
}

__attribute__((constructor)) static void share_control(void)
{
    const char *path = getenv("FAIL_CONTROL");
    int fd = path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC) : -1;

    if (fd < 0)
        return;
    void *at =
        (void *)syscall(SYS_mmap, NULL, sizeof own, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0L);
    if (at != MAP_FAILED)
        control = at;
    close(fd);
}

static bool wanted(enum fail_kind kind)
{
    return atomic_load_explicit(&control->kinds, memory_order_relaxed) & 1U << kind;
}

static bool is_in(const char *path, const char *root)
{
    return strncmp(path, root, strlen(root)) == 0;
}

static void path_of(int fd, char out[PATH_MAX])
{
    char name[40];

    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    long len = syscall(SYS_readlinkat, AT_FDCWD, name, out, PATH_MAX - 1L);
    out[len > 0 ? len : 0] = '\0';
}

/* When there are no descriptors left, who closes one gets one: so many did since it began. */
static _Atomic uint32_t closed, closed_in;

static void see_armed(void)
{
    uint32_t armed = atomic_load(&control->armed);

    if (atomic_exchange(&closed_in, armed) != armed)
        atomic_store(&closed, 0);
}

static bool has_closed_one(void)
{
    uint32_t count;

    see_armed();
    count = atomic_load(&closed);
    while (count && !atomic_compare_exchange_weak(&closed, &count, count - 1))
        continue;
    return count > 0;
}

int close(int fd)
{
    if (wanted(FAIL_OPEN) && control->errnum == EMFILE) {
        see_armed();
        atomic_fetch_add(&closed, 1);
    }
    return (int)syscall(SYS_close, fd);
}

/* Is this call the one? Counts it. */
static bool due(enum fail_kind kind, const char *path)
{
    if (path && !is_in(path, control->root))
        return false;
    if (kind == FAIL_OPEN && control->errnum == EMFILE && has_closed_one())
        return false;
    place_note(kind, atomic_fetch_add(&control->seen[kind], 1));
    if (atomic_fetch_sub(&control->skip, 1) > 0 || atomic_fetch_sub(&control->times, 1) <= 0)
        return false;
    atomic_fetch_add(&control->failed, 1);
    if (path)
        snprintf(control->path, sizeof control->path, "%s", path);
    errno = control->errnum;
    return true;
}

bool fail_due(enum fail_kind kind)
{
    return wanted(kind) && due(kind, NULL);
}

static bool due_at(enum fail_kind kind, int fd)
{
    char path[PATH_MAX];

    if (!wanted(kind))
        return false;
    path_of(fd, path);
    return due(kind, path);
}

static bool due_open(int dir, const char *name)
{
    char folder[PATH_MAX] = "";
    char path[2 * PATH_MAX];

    if (!wanted(FAIL_OPEN))
        return false;
    if (name[0] == '/')
        return due(FAIL_OPEN, name);
    if (dir == AT_FDCWD)
        syscall(SYS_getcwd, folder, (long)sizeof folder);
    else
        path_of(dir, folder);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return due(FAIL_OPEN, path);
}

/* The same for another call that takes a name. */
static bool due_name(enum fail_kind kind, int dir, const char *name)
{
    char folder[PATH_MAX] = "";
    char path[2 * PATH_MAX];

    if (!wanted(kind))
        return false;
    if (name[0] == '/' || dir == AT_FDCWD)
        return due(kind, name);
    path_of(dir, folder);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return due(kind, path);
}

/* open: `mode` is there only with these flags. */

#define MODE_OF(flags, mode)                                                                       \
    do {                                                                                           \
        if ((flags) & (O_CREAT | O_TMPFILE)) {                                                     \
            va_list args;                                                                          \
            va_start(args, flags);                                                                 \
            (mode) = va_arg(args, mode_t);                                                         \
            va_end(args);                                                                          \
        }                                                                                          \
    } while (0)

int open(const char *name, int flags, ...)
{
    mode_t mode = 0;

    MODE_OF(flags, mode);
    return due_open(AT_FDCWD, name) ? -1 : (int)syscall(SYS_openat, AT_FDCWD, name, flags, mode);
}

int openat(int dir, const char *name, int flags, ...)
{
    mode_t mode = 0;

    MODE_OF(flags, mode);
    return due_open(dir, name) ? -1 : (int)syscall(SYS_openat, dir, name, flags, mode);
}

int open64(const char *name, int flags, ...) __attribute__((alias("open")));
int openat64(int dir, const char *name, int flags, ...) __attribute__((alias("openat")));

/* Writing. */

ssize_t write(int fd, const void *at, size_t len)
{
    if (due_at(FAIL_WRITE, fd)) {
        if (control->errnum != FAIL_SHORT || len < 2)
            return control->errnum ? -1 : (ssize_t)syscall(SYS_write, fd, at, len);
        len /= 2;
    }
    if (control->drops)
        lost_before_write(fd, -1, len);
    return syscall(SYS_write, fd, at, len);
}

ssize_t pwrite(int fd, const void *at, size_t len, off_t offset)
{
    if (due_at(FAIL_WRITE, fd)) {
        if (control->errnum != FAIL_SHORT || len < 2)
            return control->errnum ? -1 : (ssize_t)syscall(SYS_pwrite64, fd, at, len, offset);
        len /= 2;
    }
    if (control->drops)
        lost_before_write(fd, offset, len);
    return syscall(SYS_pwrite64, fd, at, len, offset);
}

ssize_t pwrite64(int fd, const void *at, size_t len, off_t offset) __attribute__((alias("pwrite")));

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset)
{
    size_t len = 0;

    if (due_at(FAIL_WRITE, fd)) {
        if (control->errnum != FAIL_SHORT)
            return -1;
        count = count > 1 ? count / 2 : 1;
    }
    for (int i = 0; i < count; i++)
        len += parts[i].iov_len;
    if (control->drops)
        lost_before_write(fd, offset, len);
    return syscall(SYS_pwritev, fd, parts, count, offset, 0L);
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off_t offset)
    __attribute__((alias("pwritev")));

int ftruncate(int fd, off_t size)
{
    return due_at(FAIL_TRUNCATE, fd) ? -1 : (int)syscall(SYS_ftruncate, fd, size);
}

int ftruncate64(int fd, off_t size) __attribute__((alias("ftruncate")));

int fallocate(int fd, int mode, off_t offset, off_t len)
{
    if (control && control->solid && (mode & FALLOC_FL_PUNCH_HOLE)) {
        errno = EOPNOTSUPP;
        return -1;
    }
    return due_at(FAIL_TRUNCATE, fd) ? -1 : (int)syscall(SYS_fallocate, fd, mode, offset, len);
}

int fallocate64(int fd, int mode, off_t offset, off_t len) __attribute__((alias("fallocate")));

int posix_fallocate(int fd, off_t offset, off_t len)
{
    if (due_at(FAIL_TRUNCATE, fd))
        return control->errnum;
    return syscall(SYS_fallocate, fd, 0, offset, len) == 0 ? 0 : errno;
}

int posix_fallocate64(int fd, off_t offset, off_t len) __attribute__((alias("posix_fallocate")));

/* Flushing. */

static int flush(enum fail_kind kind, long call, int fd)
{
    if (due_at(kind, fd)) {
        int why = errno;
        if (control->drops)
            control->lost_from = lost_now(fd, &control->lost_inode);
        errno = why;
        return -1;
    }
    int done = (int)syscall(call, fd);
    if (done == 0 && control->drops)
        lost_never(fd);
    return done;
}

int fsync(int fd)
{
    return flush(FAIL_FSYNC, SYS_fsync, fd);
}

int fdatasync(int fd)
{
    return flush(FAIL_FDATASYNC, SYS_fdatasync, fd);
}

/* Names. */

int renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags)
{
    if (wanted(FAIL_RENAME) && due(FAIL_RENAME, from_dir == AT_FDCWD ? from : NULL))
        return -1;
    return (int)syscall(SYS_renameat2, from_dir, from, to_dir, to, flags);
}

int renameat(int from_dir, const char *from, int to_dir, const char *to)
{
    return renameat2(from_dir, from, to_dir, to, 0);
}

int rename(const char *from, const char *to)
{
    return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int mkdir(const char *name, mode_t mode)
{
    return due_name(FAIL_NAME, AT_FDCWD, name) ? -1 : (int)syscall(SYS_mkdir, name, mode);
}

/* The next file may get the same inode. */
static void forget_lost(int dir, const char *name)
{
    int why = errno;
    struct stat st;

    if (syscall(SYS_newfstatat, dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
        st.st_ino == control->lost_inode)
        control->lost_from = -1;
    errno = why;
}

int unlinkat(int dir, const char *name, int flags)
{
    if (due_name(FAIL_NAME, dir, name))
        return -1;
    if (control->lost_from >= 0)
        forget_lost(dir, name);
    return (int)syscall(SYS_unlinkat, dir, name, flags);
}

int unlink(const char *name)
{
    return unlinkat(AT_FDCWD, name, 0);
}

/* What is there. libc's own functions are behind these: struct stat is not the kernel's. */

int fstatat(int dir, const char *name, struct stat *out, int flags)
{
    static int (*next)(int, const char *, struct stat *, int);

    if (due_name(FAIL_STAT, dir, name) && control->errnum != FAIL_SHORT)
        return -1;
    if (!next)
        *(void **)&next = dlsym(RTLD_NEXT, "fstatat");
    return next(dir, name, out, flags);
}

int stat(const char *name, struct stat *out)
{
    return fstatat(AT_FDCWD, name, out, 0);
}

int fstat(int fd, struct stat *out)
{
    static int (*next)(int, struct stat *);

    if (due_at(FAIL_STAT, fd) && control->errnum != FAIL_SHORT)
        return -1;
    if (!next)
        *(void **)&next = dlsym(RTLD_NEXT, "fstat");
    return next(fd, out);
}

int fstatvfs(int fd, struct statvfs *out)
{
    static int (*next)(int, struct statvfs *);

    bool failed = due_at(FAIL_STAT, fd);
    if (failed && control->errnum != FAIL_SHORT)
        return -1;
    if (!next)
        *(void **)&next = dlsym(RTLD_NEXT, "fstatvfs");
    int done = next(fd, out);
    if (failed)
        out->f_bavail = 0; /* nothing is left */
    return done;
}

int fstatat64(int dir, const char *name, struct stat64 *out, int flags)
    __attribute__((alias("fstatat")));
int stat64(const char *name, struct stat64 *out) __attribute__((alias("stat")));
int fstat64(int fd, struct stat64 *out) __attribute__((alias("fstat")));
int statvfs(const char *name, struct statvfs *out)
{
    static int (*next)(const char *, struct statvfs *);

    bool failed = due_name(FAIL_STAT, AT_FDCWD, name);
    if (failed && control->errnum != FAIL_SHORT)
        return -1;
    if (!next)
        *(void **)&next = dlsym(RTLD_NEXT, "statvfs");
    int done = next(name, out);
    if (failed)
        out->f_bavail = 0; /* nothing is left */
    return done;
}

int fstatvfs64(int fd, struct statvfs64 *out) __attribute__((alias("fstatvfs")));
int statvfs64(const char *name, struct statvfs64 *out) __attribute__((alias("statvfs")));

/* Locks. One that waits is interrupted, and does not find that somebody else has it. */

int flock(int fd, int how)
{
    if (!(how & LOCK_UN) && due_at(FAIL_LOCK, fd)) {
        if (errno == EWOULDBLOCK && !(how & LOCK_NB))
            errno = EINTR;
        return -1;
    }
    return (int)syscall(SYS_flock, fd, how);
}

/* Reading. */

ssize_t read(int fd, void *at, size_t len)
{
    return due_at(FAIL_READ, fd) ? -1 : (ssize_t)syscall(SYS_read, fd, at, len);
}

ssize_t pread(int fd, void *at, size_t len, off_t offset)
{
    return due_at(FAIL_READ, fd) ? -1 : (ssize_t)syscall(SYS_pread64, fd, at, len, offset);
}

ssize_t pread64(int fd, void *at, size_t len, off_t offset) __attribute__((alias("pread")));

ssize_t preadv2(int fd, const struct iovec *parts, int count, off_t offset, int flags)
{
    if (due_at(FAIL_READ, fd))
        return -1;
    return syscall(SYS_preadv2, fd, parts, count, offset, 0L, flags);
}

ssize_t preadv64v2(int fd, const struct iovec *parts, int count, off_t offset, int flags)
    __attribute__((alias("preadv2")));

/* Memory. */

static _Atomic long maps;

void *mmap(void *at, size_t len, int protection, int flags, int fd, off_t offset)
{
    char path[PATH_MAX];

    if (wanted(FAIL_MMAP)) {
        path_of(fd, path);
        if (due(FAIL_MMAP, fd >= 0 ? path : NULL))
            return MAP_FAILED;
    }
    void *got = (void *)syscall(SYS_mmap, at, len, protection, flags, fd, offset);
    if (got != MAP_FAILED)
        maps++;
    return got;
}

void *mmap64(void *at, size_t len, int protection, int flags, int fd, off_t offset)
    __attribute__((alias("mmap")));

int munmap(void *at, size_t len)
{
    int done = (int)syscall(SYS_munmap, at, len);

    if (done == 0)
        maps--;
    return done;
}

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *at, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *at);

static bool due_memory(const void *caller)
{
    int before = errno;

    if (!wanted(FAIL_MALLOC) || place_is_noting() || (control->ours && !place_is_ours(caller)) ||
        !due(FAIL_MALLOC, NULL)) {
        errno = before;
        return false;
    }
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size)
{
    return due_memory(__builtin_return_address(0)) ? NULL : block_taken(__libc_malloc(size), size);
}

void *calloc(size_t count, size_t size)
{
    return due_memory(__builtin_return_address(0))
               ? NULL
               : block_taken(__libc_calloc(count, size), count * size);
}

void *realloc(void *at, size_t size)
{
    if (due_memory(__builtin_return_address(0)))
        return NULL;
    bool ours = block_given(at) || !at;
    void *got = __libc_realloc(at, size);
    if (ours)
        block_taken(got || !size ? got : at, size);
    return got;
}

void free(void *at)
{
    block_given(at);
    __libc_free(at);
}

void *memalign(size_t alignment, size_t size)
{
    return due_memory(__builtin_return_address(0))
               ? NULL
               : block_taken(__libc_memalign(alignment, size), size);
}

void *aligned_alloc(size_t alignment, size_t size) __attribute__((alias("memalign")));

int posix_memalign(void **out, size_t alignment, size_t size)
{
    void *got = memalign(alignment, size);

    if (got)
        *out = got;
    return got ? 0 : ENOMEM;
}

static long maps_before;

void fail_watch(void)
{
    maps_before = maps;
    blocks_watch();
}

size_t fail_left(void (*each)(void *const *frames, size_t size))
{
    return blocks_left(each);
}

long fail_maps_left(void)
{
    return maps - maps_before;
}
/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */
