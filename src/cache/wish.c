/* Wishes: at most CACHE_WISHES small files. */
#include "cache/entry.h"
#include "cache/folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#define WISH_NAME_MAX (sizeof WISHES + 2 * HASH_LEN + 1)

/* The slash of an entry's name is left out: wishes lie in one folder. */
static void wish_name(const struct hash *key, char out[WISH_NAME_MAX])
{
    char name[ENTRY_NAME_MAX];

    entry_name(key, name);
    snprintf(out, WISH_NAME_MAX, WISHES "/%.2s%s", name, name + 3);
}

static bool wish_key(const char *name, struct hash *out)
{
    static const char digits[] = "0123456789abcdef";
    const char *high = name[0] ? strchr(digits, name[0]) : NULL;
    const char *low = high && name[1] ? strchr(digits, name[1]) : NULL;

    return low && entry_key((int)((high - digits) << 4 | (low - digits)), name + 2, out);
}

static DIR *open_wishes(struct cache *cache)
{
    int fd = openat(cache->dir, WISHES, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);

    if (fd >= 0 && !dir)
        close(fd);
    return dir;
}

bool cache_may_wish(struct cache *cache, const struct hash *key)
{
    char name[WISH_NAME_MAX];

    wish_name(key, name);
    return atomic_load(&cache->state->wishes) < CACHE_WISHES &&
           faccessat(cache->dir, name, F_OK, 0) != 0;
}

enum err_code cache_wish(struct cache *cache, const struct hash *key, struct bytes how,
                         struct err *e)
{
    CLEANUP(closep) int lock = -1;
    char name[WISH_NAME_MAX];

    if (how.len > CACHE_WISH_MAX)
        return err_set(e, ERR_INVALID, "a wish of %zu bytes", how.len);
    wish_name(key, name);
    enum err_code rc = lock_open(cache, &lock, e);
    if (rc == ERR_NONE)
        rc = lock_set(lock, LOCK_WISHES, F_WRLCK, e);
    if (rc || faccessat(cache->dir, name, F_OK, 0) == 0)
        return rc;
    if (atomic_load(&cache->state->wishes) >= CACHE_WISHES)
        return err_set(e, ERR_BUSY, "%d wishes wait already", CACHE_WISHES);
    rc = entry_write(cache->dir, WISHES, name, key, 0, how, e);
    if (rc == ERR_NONE)
        atomic_fetch_add(&cache->state->wishes, 1);
    return rc;
}

static bool find_oldest(struct cache *cache, struct hash *out)
{
    DIR *dir = open_wishes(cache);
    struct timespec oldest = { 0 };
    struct hash key;
    struct stat st;
    bool found = false;

    for (struct dirent *entry; dir && (entry = readdir(dir)) != NULL;) {
        if (!wish_key(entry->d_name, &key) || fstatat(dirfd(dir), entry->d_name, &st, 0) != 0)
            continue;
        if (!found || st.st_mtim.tv_sec < oldest.tv_sec ||
            (st.st_mtim.tv_sec == oldest.tv_sec && st.st_mtim.tv_nsec < oldest.tv_nsec)) {
            oldest = st.st_mtim;
            *out = key;
            found = true;
        }
    }
    if (dir)
        closedir(dir);
    return found;
}

static bool read_wish(struct cache *cache, struct arena *arena, const struct hash *key,
                      struct bytes *how)
{
    char file[ENTRY_HEADER + CACHE_WISH_MAX + 1];
    char name[WISH_NAME_MAX];
    struct bytes bytes;
    uint32_t kind;

    wish_name(key, name);
    CLEANUP(closep) int fd = openat(cache->dir, name, O_RDONLY | O_CLOEXEC);
    ssize_t len = fd < 0 ? -1 : read(fd, file, sizeof file);
    if (len < 0 || !entry_read(bytes_of(file, (size_t)len), key, &kind, &bytes))
        return false;
    *how = arena_copy(arena, bytes);
    return how->at != NULL;
}

bool cache_next_wish(struct cache *cache, struct arena *arena, struct hash *key, struct bytes *how)
{
    for (int i = 0; i <= CACHE_WISHES && find_oldest(cache, key); i++) {
        if (read_wish(cache, arena, key, how))
            return true;
        cache_wish_done(cache, key);
    }
    return false;
}

void cache_wish_done(struct cache *cache, const struct hash *key)
{
    char name[WISH_NAME_MAX];

    wish_name(key, name);
    if (unlinkat(cache->dir, name, 0) == 0)
        atomic_fetch_sub(&cache->state->wishes, 1);
}

enum err_code wishes_forget(struct cache *cache, const struct hash *group, struct err *e)
{
    CLEANUP(closep) int lock = -1;
    int64_t count = 0;
    struct hash key;

    enum err_code rc = lock_open(cache, &lock, e);
    if (rc == ERR_NONE)
        rc = lock_set(lock, LOCK_WISHES, F_WRLCK, e);
    if (rc)
        return rc;
    DIR *dir = open_wishes(cache);
    for (struct dirent *entry; dir && (entry = readdir(dir)) != NULL;) {
        bool is_wish = wish_key(entry->d_name, &key);
        if (is_unfinished(entry->d_name) ||
            (is_wish && group && memcmp(key.at, group->at, CACHE_GROUP_LEN) == 0))
            unlinkat(dirfd(dir), entry->d_name, 0);
        else if (is_wish)
            count++;
    }
    if (dir)
        closedir(dir);
    atomic_store(&cache->state->wishes, count);
    return ERR_NONE;
}
