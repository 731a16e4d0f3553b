/* Opening, finding, putting. */
#include "base/clock.h"
#include "base/shared.h"
#include "cache/entry.h"
#include "cache/folder.h"
#include "cache/sealed.h"

#include <errno.h>
#include <ftw.h>
#include <linux/openat2.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define TOUCH_US  (600 * SECOND_US)
#define FREE_MIN  (64LL << 20) /* of the disk: left to pictures */
#define MAX_SHARE 8            /* an entry has at most so much of bytes_max */

enum err_code cache_open(const struct cache_options *options, struct cache **out, struct err *e)
{
    void *state = NULL;

    if (mkdir(options->dir, 0700) != 0 && errno != EEXIST)
        return err_errno(e, errno, "make '%s'", options->dir);
    CLEANUP(closep) int dir = open(options->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0 || (mkdirat(dir, WISHES, 0700) != 0 && errno != EEXIST))
        return err_errno(e, errno, "open '%s'", options->dir);
    enum err_code rc = shared_open(options->dir, "state", sizeof(struct cache_state), &state, e);
    if (rc)
        return rc;
    struct cache *cache = malloc(sizeof *cache);
    if (!cache) {
        shared_close(state, sizeof(struct cache_state));
        return err_set(e, ERR_NO_MEMORY, "cache");
    }
    *cache = (struct cache){ .dir = take_fd(&dir),
                             .bytes_max = options->bytes_max,
                             .age_max_us = options->age_max_us,
                             .touch_us = TOUCH_US,
                             .state = state,
                             .sealer = options->sealer };
    if (options->sealer)
        memcpy(cache->key, options->key, SEAL_KEY);
    if (cache->touch_us > cache->age_max_us / 8)
        cache->touch_us = cache->age_max_us / 8;
    recent_init(&cache->recent);
    *out = cache;
    return ERR_NONE;
}

void cache_close(struct cache *cache)
{
    if (!cache)
        return;
    recent_done(&cache->recent);
    close(cache->dir);
    shared_close(cache->state, sizeof *cache->state);
    explicit_bzero(cache->key, sizeof cache->key);
    free(cache);
}

static int discard(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    remove(path); /* what cannot be removed is left for the next time */
    return 0;
}

void cache_discard(const char *dir)
{
    nftw(dir, discard, 4, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

/* Without waiting for the disk the kernel may find less than there is. */
static int open_entry(struct cache *cache, const char *name, bool may_block)
{
    struct open_how how = { .flags = O_RDONLY | O_CLOEXEC, .resolve = RESOLVE_CACHED };

    if (!may_block) {
        int fd = (int)syscall(SYS_openat2, cache->dir, name, &how, sizeof how);
        if (fd >= 0 || errno == EAGAIN || errno == ENOENT)
            return fd;
        /* a kernel, or its gatekeeper, that does not know it */
    }
    return openat(cache->dir, name, O_RDONLY | O_CLOEXEC);
}

/* False: not now (with may_block, not at all). */
static bool read_all(int fd, char *out, size_t len, bool may_block)
{
    size_t done = 0;

    while (done < len) {
        struct iovec part = { out + done, len - done };
        ssize_t n = preadv2(fd, &part, 1, (off_t)done, may_block ? 0 : RWF_NOWAIT);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        done += (size_t)n;
    }
    return true;
}

static bool read_entry(const struct cache *cache, const struct hash *key, char *file, size_t len,
                       uint32_t *kind, struct bytes *out)
{
    struct bytes bytes;

    if (!entry_read(bytes_of(file, len), key, kind, &bytes))
        return false;
    if (cache->sealer)
        return entry_unseal(cache, key, *kind, file + (len - bytes.len), bytes.len, out);
    *out = bytes;
    return true;
}

/* From its file. */
static bool find_file(struct cache *cache, struct arena *arena, const struct hash *key,
                      bool may_block, struct bytes *out, uint32_t *kind)
{
    char name[ENTRY_NAME_MAX];
    struct stat st;

    entry_name(key, name);
    CLEANUP(closep) int fd = open_entry(cache, name, may_block);
    if (fd < 0 || fstat(fd, &st) != 0 || (!may_block && st.st_size > CACHE_QUICK_MAX))
        return false;
    int64_t now_us = clock_now_us();
    int64_t used_us = used_us_of(&st);
    if (st.st_size > cache->bytes_max || now_us - used_us > cache->age_max_us)
        return false;
    char *file = arena_alloc(arena, (size_t)st.st_size + 1);
    if (!file || !read_all(fd, file, (size_t)st.st_size, may_block))
        return false;
    if (!read_entry(cache, key, file, (size_t)st.st_size, kind, out)) {
        unlinkat(cache->dir, name, 0); /* still counted, until the next tidying */
        return false;
    }
    if (now_us - used_us > cache->touch_us || used_us - now_us > cache->touch_us)
        futimens(fd, NULL);
    return true;
}

bool cache_find(struct cache *cache, struct arena *arena, const struct hash *key, bool may_block,
                struct bytes *out, uint32_t *kind)
{
    int64_t now_us = clock_monotonic_us();

    if (recent_find(&cache->recent, arena, key, now_us, out, kind))
        return true;
    if (!find_file(cache, arena, key, may_block, out, kind))
        return false;
    if (*kind < CACHE_FLEETING)
        recent_keep(&cache->recent, key, now_us, *out, *kind);
    return true;
}

static enum err_code check_disk(struct cache *cache, int64_t bytes, struct err *e)
{
    struct statvfs fs;

    if (fstatvfs(cache->dir, &fs) != 0)
        return err_errno(e, errno, "look at the cache's disk");
    if ((int64_t)(fs.f_bavail * fs.f_frsize) < FREE_MIN + bytes)
        return err_set(e, ERR_FULL, "less than %lld MiB left on the cache's disk", FREE_MIN >> 20);
    return ERR_NONE;
}

/* Counts so many bytes to the folder; false when there is no room for them. */
static bool reserve(struct cache *cache, int folder, int64_t bytes)
{
    atomic_fetch_add(&cache->state->bytes[folder], bytes);
    if (cache_total(cache) <= cache->bytes_max)
        return true;
    atomic_fetch_sub(&cache->state->bytes[folder], bytes);
    return false;
}

static enum err_code put_locked(struct cache *cache, int lock, const struct hash *key,
                                uint32_t kind, struct bytes bytes, bool *full, struct err *e)
{
    char name[ENTRY_NAME_MAX];
    int64_t size = disk_bytes(ENTRY_HEADER + bytes.len);
    int folder = key->at[0];

    enum err_code rc = lock_set(lock, LOCK_FOLDER + folder, F_RDLCK, e);
    if (rc)
        return rc;
    *full = !reserve(cache, folder, size);
    if (!*full) {
        char path[3];
        entry_name(key, name);
        memcpy(path, name, 2);
        path[2] = '\0';
        rc = entry_write(cache->dir, path, name, key, kind, bytes, e);
        if (rc)
            atomic_fetch_sub(&cache->state->bytes[folder], size);
    }
    enum err_code rc2 = lock_set(lock, LOCK_FOLDER + folder, F_UNLCK, e);
    return rc ? rc : rc2;
}

#define TRIES 3 /* others are quicker to take the room that was made */

static enum err_code put(struct cache *cache, const struct hash *key, uint32_t kind,
                         struct bytes bytes, struct err *e)
{
    CLEANUP(closep) int lock = -1;
    int64_t size = disk_bytes(ENTRY_HEADER + bytes.len);
    bool full = false;

    if (size > cache->bytes_max / MAX_SHARE)
        return err_set(e, ERR_TOO_LARGE, "%zu bytes are too large for the cache", bytes.len);
    enum err_code rc = check_disk(cache, size, e);
    if (rc == ERR_NONE)
        rc = lock_open(cache, &lock, e);
    for (int i = 0; rc == ERR_NONE && i < TRIES; i++) {
        rc = put_locked(cache, lock, key, kind, bytes, &full, e);
        if (rc || !full)
            return rc;
        rc = make_room(cache, size, e);
    }
    return rc ? rc : err_set(e, ERR_BUSY, "the cache is being written faster than emptied");
}

enum err_code cache_put(struct cache *cache, const struct hash *key, uint32_t kind,
                        struct bytes bytes, struct err *e)
{
    if (!cache->sealer)
        return put(cache, key, kind, bytes, e);

    CLEANUP(freep) char *sealed = malloc(SEALED_HEAD + bytes.len);
    if (!sealed || !entry_seal(cache, key, kind, bytes, sealed))
        return err_set(e, ERR_NO_MEMORY, "seal an entry of the cache");
    return put(cache, key, kind, bytes_of(sealed, SEALED_HEAD + bytes.len), e);
}
