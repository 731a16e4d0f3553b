#include "core/index_copy.h"

#include "base/crypto.h"
#include "base/log.h"
#include "core/check.h"
#include "core/store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

#define ROWS_MIN   (16LL << 20) /* a copy is not worth while below */
#define SMALL_MAX  (4LL << 20)  /* copied when the store is opened */
#define LEFT_FREE  (64LL << 20) /* for others */
#define NAME_COPY  "packs/index.db"
#define NAME_FRESH "packs/index.db.new"

static void path_of(char out[PATH_MAX], const char *dir, const char *name)
{
    snprintf(out, PATH_MAX, "%s/%s", dir, name);
}

uint32_t index_crc(const struct index_head *head, struct bytes rows)
{
    uint32_t crc = crc32c(bytes_of((const char *)&head->number, sizeof head->number));

    crc = crc32c_more(crc, bytes_of((const char *)&head->len, sizeof head->len));
    return crc32c_more(crc, rows);
}

/* Writing. */

/* The file may have been put aside, and others write to it, too. */
static bool find_file(struct index_rows *file, int64_t *size)
{
    char path[PATH_MAX];
    struct stat st;

    path_of(path, file->dir, INDEX_ROWS);
    if (stat(path, &st) != 0)
        return false;
    if (file->fd < 0 || st.st_ino != file->inode) {
        closep(&file->fd);
        file->fd = open(path, O_RDWR | O_CLOEXEC);
        file->inode = st.st_ino;
        file->end = -1;
    }
    *size = st.st_size;
    return file->fd >= 0;
}

static void mark_torn(int fd)
{
    int32_t torn = 1;

    /* where no byte more is needed; if it cannot be, the next reader of numbers finds out */
    (void)!pwrite(fd, &torn, sizeof torn, offsetof(struct index_file, torn));
}

/* The number of the last transaction in the file; -1: not readable. */
static int64_t newest_of(int fd, int64_t size)
{
    struct index_file head;
    struct index_tail tail;

    if (size == (int64_t)sizeof head && pread(fd, &head, sizeof head, 0) == (ssize_t)sizeof head)
        return head.magic == INDEX_FILE_MAGIC ? head.before : -1;
    if (size < (int64_t)sizeof tail ||
        pread(fd, &tail, sizeof tail, size - (int64_t)sizeof tail) != (ssize_t)sizeof tail)
        return -1;
    return tail.magic == INDEX_TAIL_MAGIC ? tail.number : -1;
}

void index_rows_append(struct index_rows *file, struct bytes rows, bool whole, int64_t number)
{
    struct index_head head = { .magic = INDEX_HEAD_MAGIC,
                               .number = number,
                               .len = (uint32_t)rows.len };
    struct index_tail tail = { .magic = INDEX_TAIL_MAGIC, .number = number };
    int64_t size = 0;

    if (!find_file(file, &size))
        return;
    if (file->end != size)
        file->newest = newest_of(file->fd, size);
    if (file->newest + 1 != number || !whole)
        mark_torn(file->fd);
    head.crc = index_crc(&head, rows);
    struct iovec parts[] = { { &head, sizeof head },
                             { (void *)(uintptr_t)rows.at, rows.len },
                             { &tail, sizeof tail } };
    ssize_t want = (ssize_t)(sizeof head + rows.len + sizeof tail);
    file->end = size + want;
    file->newest = number;
    errno = ENOSPC; /* of a kernel that takes a part and does not say why */
    bool failed = pwritev(file->fd, parts, COUNT(parts), size) != want;
    if (failed && !file->told)
        log_line(LOG_LEVEL_WARN, "the second index falls behind: %s", strerrordesc_np(errno));
    file->told = failed;
    if (!failed)
        return;
    mark_torn(file->fd);
    file->end = -1;
    (void)!ftruncate(file->fd, size); /* if it stays, whoever reads looks for the next head */
}

/* Making a newer copy. */

static enum err_code make_rows(const char *path, struct meta *meta, struct err *e)
{
    struct index_file head = { .magic = INDEX_FILE_MAGIC, .schema = meta_rows_schema() };

    enum err_code rc = meta_rows_newest(meta, &head.before, e);
    if (rc)
        return rc;
    CLEANUP(closep) int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, &head, sizeof head) != (ssize_t)sizeof head)
        return err_errno(e, errno, "make '%s'", path);
    return ERR_NONE;
}

/* From here on rows go into a new file; under the write lock. *had_old: a copy was broken off. */
static enum err_code change_file(const char *dir, struct meta *meta, bool *had_old, struct err *e)
{
    char rows[PATH_MAX];
    char old[PATH_MAX];

    path_of(rows, dir, INDEX_ROWS);
    path_of(old, dir, INDEX_ROWS_OLD);
    *had_old = access(old, F_OK) == 0;
    if (!*had_old && rename(rows, old) != 0 && errno != ENOENT)
        return err_errno(e, errno, "put '%s' aside", rows);
    return access(rows, F_OK) == 0 ? ERR_NONE : make_rows(rows, meta, e);
}

static enum err_code sync_packs(const char *dir, struct err *e)
{
    char path[PATH_MAX];

    path_of(path, dir, "packs");
    CLEANUP(closep) int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd < 0 || fsync(fd) != 0 ? err_errno(e, errno, "sync '%s'", path) : ERR_NONE;
}

static enum err_code copy_meta(const char *dir, struct meta *meta, struct err *e)
{
    char fresh[PATH_MAX];
    char path[PATH_MAX];

    path_of(fresh, dir, NAME_FRESH);
    path_of(path, dir, NAME_COPY);
    unlink(fresh);
    enum err_code rc = meta_copy(meta, fresh, e);
    if (rc)
        return rc;
    CLEANUP(closep) int fd = open(fresh, O_RDWR | O_CLOEXEC);
    if (fd < 0 || fsync(fd) != 0 || rename(fresh, path) != 0)
        return err_errno(e, errno, "keep '%s'", fresh);
    return sync_packs(dir, e);
}

/* Waits for whoever has it. */
static enum err_code lock_file(const char *path, int *out, struct err *e)
{
    CLEANUP(closep) int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    while (fd >= 0 && flock(fd, LOCK_EX) != 0) {
        if (errno != EINTR)
            return err_errno(e, errno, "lock '%s'", path);
    }
    if (fd < 0)
        return err_errno(e, errno, "open '%s'", path);
    *out = take_fd(&fd);
    return ERR_NONE;
}

static enum err_code make_once(const char *dir, struct meta *meta, bool has_lock, bool *had_old,
                               struct err *e)
{
    char path[PATH_MAX];
    enum err_code rc = ERR_NONE;

    {
        CLEANUP(closep) int lock = -1;
        path_of(path, dir, "write.lock");
        if (!has_lock)
            rc = lock_file(path, &lock, e);
        if (rc == ERR_NONE)
            rc = change_file(dir, meta, had_old, e);
    }
    if (rc == ERR_NONE)
        rc = copy_meta(dir, meta, e);
    if (rc)
        return rc;
    path_of(path, dir, INDEX_ROWS_OLD);
    if (unlink(path) != 0 && errno != ENOENT)
        return err_errno(e, errno, "remove '%s'", path);
    return ERR_NONE;
}

enum err_code index_copy_make(const char *dir, struct meta *meta, bool has_lock, bool wipe,
                              struct err *e)
{
    CLEANUP(closep) int lock = -1;
    char path[PATH_MAX];
    bool had_old = false;

    path_of(path, dir, "packs/index.lock");
    enum err_code rc = lock_file(path, &lock, e);
    if (rc == ERR_NONE)
        rc = make_once(dir, meta, has_lock, &had_old, e);
    if (rc == ERR_NONE && wipe && had_old) /* what was appended to before is there still */
        rc = make_once(dir, meta, has_lock, &had_old, e);
    return rc ? err_context(e, "the second index") : ERR_NONE;
}

/* When. */

static int64_t size_of(const char *dir, const char *name)
{
    char path[PATH_MAX];
    struct stat st;

    path_of(path, dir, name);
    return stat(path, &st) == 0 ? (int64_t)st.st_size : -1;
}

static int64_t size_of_meta(const char *dir)
{
    int64_t log = size_of(dir, "meta.db-wal");

    return size_of(dir, "meta.db") + (log > 0 ? log : 0);
}

static bool is_wanted(const char *dir)
{
    struct index_file head = { 0 };
    char path[PATH_MAX];
    int64_t size = size_of(dir, INDEX_ROWS);

    if (size_of(dir, NAME_COPY) < 0 || size < (int64_t)sizeof head ||
        size_of(dir, INDEX_ROWS_OLD) >= 0)
        return true;
    if (size > ROWS_MIN && size > size_of(dir, "meta.db"))
        return true;
    path_of(path, dir, INDEX_ROWS);
    CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || pread(fd, &head, sizeof head, 0) != (ssize_t)sizeof head)
        return true;
    return head.magic != INDEX_FILE_MAGIC || head.torn || head.schema != meta_rows_schema();
}

/* A process may have died between its commit and the file, or the power took the file's end. */
static void look_for_torn(const char *dir, struct meta *meta)
{
    char path[PATH_MAX];
    int64_t newest = 0;
    struct err e = { 0 };

    path_of(path, dir, INDEX_ROWS);
    CLEANUP(closep) int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd >= 0 && meta_rows_newest(meta, &newest, &e) == ERR_NONE &&
        newest_of(fd, lseek(fd, 0, SEEK_END)) != newest)
        mark_torn(fd);
}

void index_copy_begin(const char *dir, struct meta *meta)
{
    struct err e = { 0 };

    if (size_of(dir, NAME_COPY) >= 0) {
        look_for_torn(dir, meta);
        return;
    }
    if (size_of_meta(dir) <= SMALL_MAX && index_copy_make(dir, meta, true, false, &e))
        log_line(LOG_LEVEL_WARN, "%s", e.text);
}

static bool has_room(const char *dir)
{
    struct statvfs fs;

    return statvfs(dir, &fs) == 0 &&
           (int64_t)(fs.f_bavail * fs.f_frsize) > size_of_meta(dir) + LEFT_FREE;
}

enum err_code store_keep_index(struct core *core, int64_t *flushed, struct err *e)
{
    const char *dir = core->store->dir;
    char path[PATH_MAX];

    if (is_wanted(dir))
        return has_room(dir) ? index_copy_make(dir, core->meta, false, false, e) : ERR_NONE;
    int64_t size = size_of(dir, INDEX_ROWS);
    if (size == *flushed)
        return ERR_NONE;
    path_of(path, dir, INDEX_ROWS);
    CLEANUP(closep) int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0 || fdatasync(fd) != 0)
        return err_errno(e, errno, "flush '%s'", path);
    *flushed = size;
    return ERR_NONE;
}
