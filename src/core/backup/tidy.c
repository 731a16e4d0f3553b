#include "base/copy.h"
#include "base/log.h"
#include "core/backup/moment.h"
#include "core/backup/target.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Everything that manifests name. */
struct named {
    int64_t *moments;
    size_t moment_count;
    struct manifest_pack *packs; /* by volume and copy, the longest of each; no crc */
    size_t pack_count;
};

static int by_copy(const void *a, const void *b)
{
    const struct manifest_pack *x = a;
    const struct manifest_pack *y = b;

    if (x->volume != y->volume)
        return x->volume < y->volume ? -1 : 1;
    return (x->copy > y->copy) - (x->copy < y->copy);
}

/* Sorts the packs and leaves the longest of each copy. */
static void merge(struct named *named)
{
    size_t kept = 0;

    qsort(named->packs, named->pack_count, sizeof *named->packs, by_copy);
    for (size_t i = 0; i < named->pack_count; i++) {
        struct manifest_pack *last = kept ? &named->packs[kept - 1] : NULL;
        if (!last || by_copy(last, &named->packs[i]) != 0)
            named->packs[kept++] = named->packs[i];
        else if (named->packs[i].bytes > last->bytes)
            last->bytes = named->packs[i].bytes;
    }
    named->pack_count = kept;
}

static enum err_code add_packs(struct named *named, const struct manifest *m, struct err *e)
{
    size_t count = named->pack_count + m->pack_count;
    struct manifest_pack *more = realloc(named->packs, (count + 1) * sizeof *more);

    if (!more)
        return err_set(e, ERR_NO_MEMORY, "tidy a backup");
    named->packs = more;
    if (m->pack_count)
        memcpy(more + named->pack_count, m->packs, m->pack_count * sizeof *more);
    named->pack_count = count;
    merge(named);
    return ERR_NONE;
}

static enum err_code find_named(const struct target *target, struct arena *arena,
                                struct named *named, struct err *e)
{
    enum err_code rc = target_moments(target, arena, &named->moments, &named->moment_count, e);

    for (size_t i = 0; rc == ERR_NONE && i < named->moment_count; i++) {
        CLEANUP(arena_freep) struct arena *one = arena_new(4 * (size_t)MANIFEST_BYTES_MAX);
        struct manifest m = { 0 };
        if (!one)
            return err_set(e, ERR_NO_MEMORY, "tidy a backup");
        rc = target_read(target, one, named->moments[i], &m, e);
        if (rc == ERR_NONE)
            rc = add_packs(named, &m, e);
    }
    return rc;
}

static bool is_kept_data(const void *context, int dir, const char *name)
{
    const struct named *named = context;
    char one[TARGET_NAME_MAX];

    (void)dir;
    if (strcmp(name, "packs") == 0)
        return true;
    for (size_t i = 0; i < named->moment_count; i++) {
        target_manifest_name(one, named->moments[i]);
        if (strcmp(name, one) == 0)
            return true;
        target_index_name(one, named->moments[i]);
        if (strcmp(name, one) == 0)
            return true;
    }
    return false;
}

/* What a broken-off backup appended is cut off. */
static bool is_kept_pack(const void *context, int dir, const char *name)
{
    const struct named *named = context;
    struct manifest_pack key = { 0 };
    int end = 0;
    struct stat st;

    if (sscanf(name, "%9d-%9d.pack%n", &key.volume, &key.copy, &end) != 2 || !end || name[end])
        return false;
    const struct manifest_pack *found =
        named->pack_count
            ? bsearch(&key, named->packs, named->pack_count, sizeof *named->packs, by_copy)
            : NULL;
    if (!found)
        return false;
    CLEANUP(closep) int fd = openat(dir, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (fd >= 0 && fstat(fd, &st) == 0 && st.st_size > found->bytes &&
        ftruncate(fd, found->bytes) != 0)
        return true; /* it takes room, and the next backup overwrites it */
    return true;
}

static bool is_half_written(const void *context, int dir, const char *name)
{
    (void)context;
    (void)dir;
    return !bytes_ends_nocase(bytes_str(name), B(".new"));
}

static bool is_newest(const void *context, int dir, const char *name)
{
    const struct named *named = context;
    char newest[MOMENT_MAX];

    (void)dir;
    if (named->moment_count == 0)
        return false;
    moment_write(newest, named->moments[named->moment_count - 1]);
    return strcmp(name, newest) == 0;
}

static bool is_nothing(const void *context, int dir, const char *name)
{
    (void)context;
    (void)dir;
    (void)name;
    return false;
}

/* Removes what is not kept: files, and with `folders` folders of files. */
static enum err_code sweep(int above, const char *path,
                           bool (*is_kept)(const void *context, int dir, const char *name),
                           const void *context, bool folders, struct err *e)
{
    int fd = openat(above, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    enum err_code rc = ERR_NONE;

    if (!dir) {
        int why = errno;
        closep(&fd);
        return why == ENOENT ? ERR_NONE : err_errno(e, why, "list '%s'", path);
    }
    for (struct dirent *entry; rc == ERR_NONE && (entry = readdir(dir)) != NULL;) {
        const char *name = entry->d_name;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || is_kept(context, dirfd(dir), name))
            continue;
        if (folders)
            rc = sweep(dirfd(dir), name, is_nothing, NULL, false, e);
        if (rc == ERR_NONE && unlinkat(dirfd(dir), name, folders ? AT_REMOVEDIR : 0) != 0)
            rc = err_errno(e, errno, "remove '%s'", name);
    }
    if (rc == ERR_NONE)
        rc = copy_sync_dir(dirfd(dir), path, e);
    closedir(dir);
    return rc;
}

/* Manifests first: a moment without its files must not be found. */
static enum err_code remove_oldest(const struct target *target, struct arena *arena, size_t keep,
                                   struct err *e)
{
    char name[TARGET_NAME_MAX];
    int64_t *moments;
    size_t count;

    if (keep == 0)
        return ERR_NONE;
    enum err_code rc = target_moments(target, arena, &moments, &count, e);
    if (rc || count <= keep)
        return rc;
    for (size_t i = 0; i < count - keep; i++) {
        target_manifest_name(name, moments[i]);
        if (unlinkat(target->data, name, 0) != 0)
            return err_errno(e, errno, "remove '%s'", name);
    }
    return copy_sync_dir(target->data, "data", e);
}

enum err_code target_tidy(const struct target *target, size_t keep, size_t *left, struct err *e)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(64 << 20);
    struct named named = { 0 };

    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "tidy a backup");
    enum err_code rc = remove_oldest(target, arena, keep, e);
    if (rc)
        return rc;
    rc = find_named(target, arena, &named, e);
    CLEANUP(freep) struct manifest_pack *packs = named.packs;
    if (rc == ERR_CORRUPT || rc == ERR_CONFLICT) {
        log_line(LOG_LEVEL_WARN, "%s: nothing else is removed from the backup", e->text);
        *left = named.moment_count;
        return sweep(target->data, ".", is_half_written, NULL, false, e);
    }
    if (rc == ERR_NONE)
        rc = sweep(target->data, ".", is_kept_data, &named, false, e);
    if (rc == ERR_NONE)
        rc = sweep(target->packs, ".", is_kept_pack, &named, false, e);
    if (rc == ERR_NONE)
        rc = sweep(target->dir, "keys", is_newest, &named, true, e);
    if (rc == ERR_NONE)
        *left = named.moment_count;
    (void)packs;
    return rc;
}
