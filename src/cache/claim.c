/* Locks: ranges of one file, by open file description, so that threads have them apart and none
 * outlives its process. */
#include "cache/folder.h"

#include <errno.h>
#include <unistd.h>

enum err_code lock_open(struct cache *cache, int *fd, struct err *e)
{
    int opened = openat(cache->dir, "locks", O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (opened < 0)
        return err_errno(e, errno, "open the cache's locks");
    *fd = opened;
    return ERR_NONE;
}

enum err_code lock_set(int fd, int what, short type, struct err *e)
{
    struct flock range = { .l_type = type, .l_whence = SEEK_SET, .l_start = what, .l_len = 1 };

    while (fcntl(fd, F_OFD_SETLKW, &range) != 0) {
        if (errno != EINTR)
            return err_set(e, ERR_UNAVAILABLE, "lock the cache: %s", strerrordesc_np(errno));
    }
    return ERR_NONE;
}

enum err_code cache_claim(struct cache *cache, const struct hash *key, struct cache_claim *out,
                          struct err *e)
{
    CLEANUP(closep) int fd = -1;
    uint32_t number;

    memcpy(&number, key->at + HASH_LEN - sizeof number, sizeof number);
    enum err_code rc = lock_open(cache, &fd, e);
    if (rc == ERR_NONE)
        rc = lock_set(fd, LOCK_CLAIM + (int)(number % LOCK_CLAIM_COUNT), F_WRLCK, e);
    if (rc)
        return rc;
    *out = (struct cache_claim){ take_fd(&fd) };
    return ERR_NONE;
}

void cache_release(struct cache_claim *claim)
{
    closep(&claim->fd);
    claim->fd = -1;
}
