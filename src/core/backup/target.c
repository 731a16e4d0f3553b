#include "core/backup/target.h"
#include "base/copy.h"
#include "base/plant.h"
#include "core/backup/moment.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_SPARE   128 /* for names within the folder */
#define IDENTITY_MAX 256

static const char identity_name[] = "backup";
static const char suffix[] = ".manifest";

void target_close(struct target *target)
{
    closep(&target->packs);
    closep(&target->data);
    closep(&target->dir);
    closep(&target->lock);
}

void target_index_name(char out[TARGET_NAME_MAX], int64_t moment_us)
{
    moment_write(out, moment_us);
    memcpy(out + MOMENT_LEN, ".db", sizeof ".db");
}

void target_manifest_name(char out[TARGET_NAME_MAX], int64_t moment_us)
{
    moment_write(out, moment_us);
    memcpy(out + MOMENT_LEN, suffix, sizeof suffix);
}

void target_pack_name(char out[TARGET_NAME_MAX], const struct manifest_pack *pack)
{
    snprintf(out, TARGET_NAME_MAX, "%06d-%d.pack", pack->volume, pack->copy);
}

void target_index_path(const struct target *target, int64_t moment_us, char out[PATH_MAX])
{
    char name[TARGET_NAME_MAX];

    target_index_name(name, moment_us);
    snprintf(out, PATH_MAX, "%s/data/%s", target->path, name);
}

enum err_code target_open_file(int dir, const char *name, int *fd, struct err *e)
{
    int opened = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

    if (opened < 0 && errno == ENOENT)
        return err_set(e, ERR_CORRUPT, "'%s' is missing", name);
    if (opened < 0)
        return err_errno(e, errno, "open '%s'", name);
    *fd = opened;
    return ERR_NONE;
}

/* Flushed, and under its name only when it is whole. */
static enum err_code write_whole(int dir, const char *name, struct bytes text, struct err *e)
{
    char fresh[TARGET_NAME_MAX + 8];

    snprintf(fresh, sizeof fresh, "%s.new", name);
    CLEANUP(closep) int fd = openat(dir, fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_errno(e, errno, "make '%s'", fresh);
    for (size_t done = 0; done < text.len;) {
        ssize_t n = write(fd, text.at + done, text.len - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return err_errno(e, n < 0 ? errno : ENOSPC, "write '%s'", fresh);
        done += (size_t)n;
    }
    if (fsync(fd) != 0)
        return err_errno(e, errno, "flush '%s'", fresh);
    if (renameat(dir, fresh, dir, name) != 0)
        return err_errno(e, errno, "rename '%s'", fresh);
    return copy_sync_dir(dir, name, e);
}

static enum err_code read_whole(int fd, size_t limit, struct arena *arena, struct bytes *out,
                                struct err *e)
{
    struct stat st;

    if (fstat(fd, &st) != 0)
        return err_errno(e, errno, "read");
    if (st.st_size < 0 || (size_t)st.st_size > limit)
        return err_set(e, ERR_CORRUPT, "it has %lld bytes, at most %zu are believed",
                       (long long)st.st_size, limit);
    char *room = arena_alloc(arena, (size_t)st.st_size + 1);
    if (!room)
        return err_set(e, ERR_NO_MEMORY, "read a file of the backup");
    ssize_t got = pread(fd, room, (size_t)st.st_size, 0);
    if (got < 0)
        return err_errno(e, errno, "read");
    *out = bytes_of(room, (size_t)got);
    return ERR_NONE;
}

/* cameo backup 1 | store HASH */
static enum err_code read_identity(int fd, struct arena *arena, struct hash *out, struct err *e)
{
    struct bytes text = { 0 };
    struct bytes line = { 0 };

    enum err_code rc = read_whole(fd, IDENTITY_MAX, arena, &text, e);
    if (rc)
        return rc;
    if (!bytes_split(&text, '\n', &line) || !bytes_starts(line, B("cameo backup ")))
        return err_set(e, ERR_NOT_FOUND, "its file 'backup' is something else");
    if (!bytes_eq(line, B("cameo backup 1")))
        return err_set(e, ERR_CONFLICT, "the backup was made by a newer program");
    if (!bytes_split(&text, '\n', &line) || !bytes_starts(line, B("store ")) ||
        !manifest_read_hash(bytes_from(line, 6), out))
        return err_set(e, ERR_CORRUPT, "its file 'backup' is damaged");
    return ERR_NONE;
}

static enum err_code write_identity(int dir, struct arena *arena, const struct hash *store,
                                    struct err *e)
{
    struct strbuf text;

    strbuf_init(&text, arena, IDENTITY_MAX, IDENTITY_MAX);
    strbuf_lit(&text, "cameo backup 1\nstore ");
    manifest_hash(&text, store);
    strbuf_char(&text, '\n');
    if (text.failed)
        return err_set(e, ERR_NO_MEMORY, "make a backup");
    return write_whole(dir, identity_name, strbuf_bytes(&text), e);
}

enum err_code target_check_empty(int dir_fd, const char *const *names, size_t count,
                                 const char *what, struct err *e)
{
    int fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    enum err_code rc = ERR_NONE;

    if (!dir) {
        int why = errno;
        closep(&fd);
        return err_errno(e, why, "list it");
    }
    for (struct dirent *entry; rc == ERR_NONE && (entry = readdir(dir)) != NULL;) {
        bool known = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
        for (size_t i = 0; i < count; i++)
            known |= strcmp(entry->d_name, names[i]) == 0;
        if (!known)
            rc = err_set(e, ERR_CONFLICT, "%s: it holds '%s'", what, entry->d_name);
    }
    closedir(dir);
    return rc;
}

static enum err_code open_folder(int above, const char *name, bool make, int *out, struct err *e)
{
    if (make && mkdirat(above, name, 0700) != 0 && errno != EEXIST)
        return err_errno(e, errno, "make '%s'", name);
    int fd = openat(above, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(e, errno, "open '%s'", name);
    *out = fd;
    return ERR_NONE;
}

static enum err_code open_folders(struct target *target, bool make, struct err *e)
{
    enum err_code rc = open_folder(target->dir, "data", make, &target->data, e);
    if (rc == ERR_NONE)
        rc = open_folder(target->data, "packs", make, &target->packs, e);
    if (rc == ERR_NONE && make)
        rc = copy_sync_dir(target->data, "data", e);
    if (rc == ERR_NONE && make)
        rc = copy_sync_dir(target->dir, target->path, e);
    return rc;
}

static enum err_code lock_identity(struct target *target, int how, struct err *e)
{
    target->lock = openat(target->dir, identity_name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (target->lock < 0 && errno == ENOENT)
        return err_set(e, ERR_NOT_FOUND, "it is no backup");
    if (target->lock < 0)
        return err_errno(e, errno, "open its file 'backup'");
    if (flock(target->lock, how | LOCK_NB) == 0)
        return ERR_NONE;
    if (errno == EWOULDBLOCK)
        return err_set(e, ERR_BUSY, "another process works with it");
    return err_errno(e, errno, "lock its file 'backup'");
}

static enum err_code open_dir(const char *path, struct target *target, struct err *e)
{
    target->path = path;
    if (strlen(path) > PATH_MAX - PATH_SPARE)
        return err_set(e, ERR_INVALID, "its path is too long");
    target->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (target->dir < 0 && errno == ENOENT)
        return err_set(e, ERR_NOT_FOUND, "there is none");
    return target->dir < 0 ? err_errno(e, errno, "open it") : ERR_NONE;
}

static enum err_code make_all(const char *path, const struct hash *store, struct target *target,
                              struct arena *arena, struct err *e)
{
    static const char *const left_dying[] = { "lost+found", "backup.new" };

    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return err_errno(e, errno, "make it");
    enum err_code rc = open_dir(path, target, e);
    if (rc)
        return rc;
    rc = lock_identity(target, LOCK_EX, e);
    if (rc == ERR_NOT_FOUND) {
        rc = target_check_empty(target->dir, left_dying, COUNT(left_dying),
                                "it is no backup and not empty", e);
        if (rc == ERR_NONE)
            rc = copy_sync_above(target->dir, path, e);
        if (rc == ERR_NONE)
            rc = write_identity(target->dir, arena, store, e);
        if (rc == ERR_NONE)
            rc = lock_identity(target, LOCK_EX, e);
    }
    if (rc == ERR_NONE)
        rc = read_identity(target->lock, arena, &target->store, e);
    if (rc)
        return rc;
    if (memcmp(target->store.at, store->at, sizeof store->at) != 0)
        return err_set(e, ERR_CONFLICT, "it holds backups of another store");
    return open_folders(target, true, e);
}

enum err_code target_make(const char *path, const struct hash *store, struct target *out,
                          struct err *e)
{
    CLEANUP(target_close) struct target target = TARGET_NONE;
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 16);

    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "make a backup");
    enum err_code rc = make_all(path, store, &target, arena, e);
    if (rc)
        return err_context(e, "the backup '%s'", path);
    *out = target;
    target = (struct target)TARGET_NONE;
    return ERR_NONE;
}

enum err_code target_open(const char *path, struct target *out, struct err *e)
{
    CLEANUP(target_close) struct target target = TARGET_NONE;
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 16);

    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "read a backup");
    enum err_code rc = open_dir(path, &target, e);
    if (rc == ERR_NONE)
        rc = lock_identity(&target, LOCK_SH, e);
    if (rc == ERR_NONE)
        rc = read_identity(target.lock, arena, &target.store, e);
    if (rc == ERR_NONE)
        rc = open_folders(&target, false, e);
    if (rc)
        return err_context(e, "the backup '%s'", path);
    *out = target;
    target = (struct target)TARGET_NONE;
    return ERR_NONE;
}

static bool is_manifest(const char *name, int64_t *moment_us)
{
    struct bytes text = bytes_str(name);

    return text.len == MOMENT_LEN + sizeof suffix - 1 &&
           bytes_eq(bytes_from(text, MOMENT_LEN), bytes_str(suffix)) &&
           moment_read(bytes_first(text, MOMENT_LEN), moment_us);
}

static int by_moment(const void *a, const void *b)
{
    const int64_t *x = a;
    const int64_t *y = b;

    return (*x > *y) - (*x < *y);
}

static size_t collect(DIR *dir, int64_t *out, size_t room)
{
    size_t count = 0;
    int64_t moment_us;

    rewinddir(dir);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (!is_manifest(entry->d_name, &moment_us))
            continue;
        if (count < room)
            out[count] = moment_us;
        count++;
    }
    return count;
}

enum err_code target_moments(const struct target *target, struct arena *arena, int64_t **out,
                             size_t *count, struct err *e)
{
    int fd = openat(target->data, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;

    if (!dir) {
        int why = errno;
        closep(&fd);
        return err_errno(e, why, "list the backup '%s'", target->path);
    }
    size_t room = collect(dir, NULL, 0);
    int64_t *moments = arena_zalloc(arena, room + 1, sizeof *moments);
    size_t found = moments ? collect(dir, moments, room) : 0;
    closedir(dir);
    if (!moments)
        return err_set(e, ERR_NO_MEMORY, "list a backup");
    *count = found < room ? found : room;
    qsort(moments, *count, sizeof *moments, by_moment);
    *out = moments;
    return ERR_NONE;
}

enum err_code target_read(const struct target *target, struct arena *arena, int64_t moment_us,
                          struct manifest *out, struct err *e)
{
    char name[TARGET_NAME_MAX];
    struct bytes text = { 0 };
    struct manifest manifest;
    CLEANUP(closep) int fd = -1;

    target_manifest_name(name, moment_us);
    enum err_code rc = target_open_file(target->data, name, &fd, e);
    if (rc == ERR_NONE)
        rc = read_whole(fd, MANIFEST_BYTES_MAX, arena, &text, e);
    if (rc == ERR_NONE)
        rc = manifest_read(arena, text, &manifest, e);
    if (rc)
        return err_context(e, "%s", name);
    if (manifest.moment_us != moment_us)
        return err_set(e, ERR_CORRUPT, "%s is of another moment", name);
    if (memcmp(manifest.store.at, target->store.at, HASH_LEN) != 0)
        return err_set(e, ERR_CORRUPT, "%s is of another store", name);
    *out = manifest;
    return ERR_NONE;
}

enum err_code target_publish(const struct target *target, struct arena *arena,
                             const struct manifest *manifest, struct err *e)
{
    char fresh[TARGET_NAME_MAX + 8];
    char name[TARGET_NAME_MAX];
    struct strbuf text;

    strbuf_init(&text, arena, 4096, MANIFEST_BYTES_MAX);
    manifest_write(&text, manifest);
    if (text.failed)
        return err_set(e, ERR_NO_MEMORY, "write a manifest");
    target_index_name(name, manifest->moment_us);
    snprintf(fresh, sizeof fresh, "%s.new", name);
    enum err_code rc =
        PLANTED("backup-name-sync") ? ERR_NONE : copy_sync_dir(target->packs, "packs", e);
    if (rc)
        return rc;
    if (renameat(target->data, fresh, target->data, name) != 0)
        return err_errno(e, errno, "rename '%s'", fresh);
    rc = copy_sync_dir(target->data, "data", e);
    target_manifest_name(name, manifest->moment_us);
    return rc ? rc : write_whole(target->data, name, strbuf_bytes(&text), e);
}
