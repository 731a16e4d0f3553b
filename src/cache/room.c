/* How much lies there, and what goes first. */
#include "base/clock.h"
#include "cache/folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define BLOCK 4096

int64_t disk_bytes(size_t len)
{
    return ((int64_t)len + BLOCK - 1) / BLOCK * BLOCK;
}

int64_t used_us_of(const struct stat *st)
{
    return (int64_t)st->st_mtim.tv_sec * SECOND_US + st->st_mtim.tv_nsec / 1000;
}

int64_t cache_total(const struct cache *cache)
{
    int64_t total = 0;

    for (int i = 0; i < CACHE_FOLDERS; i++)
        total += atomic_load_explicit(&cache->state->bytes[i], memory_order_relaxed);
    return total;
}

/* ---- those that were not used for longest ---- */

#define OLDEST_MAX 32768

struct candidate {
    int64_t used_us;
    struct hash key;
};

struct oldest {
    struct candidate *at; /* twice OLDEST_MAX */
    size_t count;
};

static int by_use(const void *a, const void *b)
{
    int64_t x = ((const struct candidate *)a)->used_us;
    int64_t y = ((const struct candidate *)b)->used_us;

    return (x > y) - (x < y);
}

static void oldest_sort(struct oldest *oldest)
{
    qsort(oldest->at, oldest->count, sizeof *oldest->at, by_use);
}

static void oldest_add(struct oldest *oldest, const struct hash *key, int64_t used_us)
{
    oldest->at[oldest->count++] = (struct candidate){ used_us, *key };
    if (oldest->count == 2 * OLDEST_MAX) {
        oldest_sort(oldest);
        oldest->count = OLDEST_MAX;
    }
}

/* ---- one folder, nobody else in it ---- */

static DIR *open_folder(struct cache *cache, const char *name)
{
    int fd = openat(cache->dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);

    if (fd >= 0 && !dir)
        close(fd);
    return dir;
}

static DIR *open_numbered(struct cache *cache, int folder)
{
    char name[3];

    snprintf(name, sizeof name, "%02x", (unsigned)folder);
    return open_folder(cache, name);
}

/* Removes what is too old or left behind; counts the rest. From the future comes what was written
 * before the clock was set back: nobody could tell when it goes. */
static void scan_locked(struct cache *cache, int folder, struct oldest *oldest)
{
    DIR *dir = open_numbered(cache, folder);
    int64_t now_us = clock_now_us();
    int64_t total = 0;
    struct hash key;
    struct stat st;

    for (struct dirent *entry; dir && (entry = readdir(dir)) != NULL;) {
        bool is_entry = entry_key(folder, entry->d_name, &key);
        if (!is_entry && !is_unfinished(entry->d_name))
            continue;
        if (fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        int64_t age_us = now_us - used_us_of(&st);
        if (!is_entry || age_us > cache->age_max_us || age_us < -cache->age_max_us) {
            unlinkat(dirfd(dir), entry->d_name, 0);
        } else {
            total += (int64_t)st.st_blocks * 512;
            if (oldest)
                oldest_add(oldest, &key, used_us_of(&st));
        }
    }
    if (dir)
        closedir(dir);
    atomic_store(&cache->state->bytes[folder], total);
}

static enum err_code scan(struct cache *cache, int lock, struct oldest *oldest, struct err *e)
{
    enum err_code rc = ERR_NONE;

    for (int i = 0; rc == ERR_NONE && i < CACHE_FOLDERS; i++) {
        rc = lock_set(lock, LOCK_FOLDER + i, F_WRLCK, e);
        if (rc)
            return rc;
        scan_locked(cache, i, oldest);
        rc = lock_set(lock, LOCK_FOLDER + i, F_UNLCK, e);
    }
    return rc;
}

/* Unless it was used, or made anew, since it was looked at. */
static enum err_code remove_candidate(struct cache *cache, int lock,
                                      const struct candidate *candidate, struct err *e)
{
    int folder = candidate->key.at[0];
    char name[ENTRY_NAME_MAX];
    struct stat st;

    entry_name(&candidate->key, name);
    enum err_code rc = lock_set(lock, LOCK_FOLDER + folder, F_WRLCK, e);
    if (rc)
        return rc;
    if (fstatat(cache->dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
        used_us_of(&st) == candidate->used_us && unlinkat(cache->dir, name, 0) == 0)
        atomic_fetch_sub(&cache->state->bytes[folder], (int64_t)st.st_blocks * 512);
    return lock_set(lock, LOCK_FOLDER + folder, F_UNLCK, e);
}

/* Counts, and removes until no more than `target` lies there. */
static enum err_code shrink(struct cache *cache, int lock, int64_t target, struct err *e)
{
    struct oldest oldest = { .at = malloc(2 * OLDEST_MAX * sizeof *oldest.at) };
    CLEANUP(freep) void *memory = oldest.at;

    if (!memory)
        return err_set(e, ERR_NO_MEMORY, "make room in the cache");
    enum err_code rc = scan(cache, lock, &oldest, e);
    oldest_sort(&oldest);
    for (size_t i = 0; rc == ERR_NONE && i < oldest.count && cache_total(cache) > target; i++)
        rc = remove_candidate(cache, lock, &oldest.at[i], e);
    return rc;
}

/* An eighth at a time, for counting takes longer than removing. */
static int64_t target_of(const struct cache *cache, int64_t bytes)
{
    return cache->bytes_max - cache->bytes_max / 8 - bytes;
}

enum err_code make_room(struct cache *cache, int64_t bytes, struct err *e)
{
    CLEANUP(closep) int lock = -1;

    enum err_code rc = lock_open(cache, &lock, e);
    if (rc == ERR_NONE)
        rc = lock_set(lock, LOCK_ROOM, F_WRLCK, e);
    if (rc == ERR_NONE && cache_total(cache) + bytes > cache->bytes_max)
        rc = shrink(cache, lock, target_of(cache, bytes), e);
    return rc;
}

enum err_code cache_tidy(struct cache *cache, struct err *e)
{
    CLEANUP(closep) int lock = -1;

    enum err_code rc = lock_open(cache, &lock, e);
    if (rc == ERR_NONE)
        rc = lock_set(lock, LOCK_ROOM, F_WRLCK, e);
    if (rc == ERR_NONE)
        rc = scan(cache, lock, NULL, e);
    /* before somebody has to wait for it */
    if (rc == ERR_NONE && cache_total(cache) > cache->bytes_max - cache->bytes_max / 16)
        rc = shrink(cache, lock, target_of(cache, 0), e);
    return rc ? rc : wishes_forget(cache, NULL, e);
}

static void forget_locked(struct cache *cache, const struct hash *group)
{
    int folder = group->at[0];
    DIR *dir = open_numbered(cache, folder);
    struct hash key;
    struct stat st;

    for (struct dirent *entry; dir && (entry = readdir(dir)) != NULL;) {
        if (entry_key(folder, entry->d_name, &key) &&
            memcmp(key.at, group->at, CACHE_GROUP_LEN) == 0 &&
            fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
            unlinkat(dirfd(dir), entry->d_name, 0) == 0)
            atomic_fetch_sub(&cache->state->bytes[folder], (int64_t)st.st_blocks * 512);
    }
    if (dir)
        closedir(dir);
}

enum err_code cache_forget(struct cache *cache, const struct hash *group, struct err *e)
{
    CLEANUP(closep) int lock = -1;

    enum err_code rc = lock_open(cache, &lock, e);
    if (rc == ERR_NONE)
        rc = lock_set(lock, LOCK_FOLDER + group->at[0], F_WRLCK, e);
    if (rc)
        return rc;
    forget_locked(cache, group);
    rc = lock_set(lock, LOCK_FOLDER + group->at[0], F_UNLCK, e);
    return rc ? rc : wishes_forget(cache, group, e);
}
