/* cache/recent.h - entries that this process has read a moment ago, in its memory; inside cache/.
 *
 * Opening and reading a small file costs about as much as all else about a request; a copy of it
 * costs next to nothing. What is older than RECENT_US is read anew, so that its file is checked and
 * its use is noted now and then, and what was removed is not held on to. Any thread. */
#ifndef CACHE_RECENT_H
#define CACHE_RECENT_H

#include "base/arena.h"
#include "base/crypto.h"

#include <pthread.h>

#define RECENT_US        60000000LL
#define RECENT_BYTES_MAX (16 << 20)
#define RECENT_ENTRY_MAX (256 << 10)
#define RECENT_BUCKETS   1024

struct recent_entry {
    struct hash key;
    uint32_t kind;
    uint32_t len;
    int64_t read_us;
    struct recent_entry *next;  /* in its bucket */
    struct recent_entry *later; /* read after it */
    char bytes[];
};

struct recent {
    pthread_mutex_t lock;
    size_t bytes;
    struct recent_entry *oldest;
    struct recent_entry *newest;
    struct recent_entry *buckets[RECENT_BUCKETS];
};

void recent_init(struct recent *recent);
void recent_done(struct recent *recent);

/* `now_us` on the monotonic clock. */
bool recent_find(struct recent *recent, struct arena *arena, const struct hash *key, int64_t now_us,
                 struct bytes *out, uint32_t *kind);

/* Keeps a copy; what is too large is not kept. */
void recent_keep(struct recent *recent, const struct hash *key, int64_t now_us, struct bytes bytes,
                 uint32_t kind);

#endif
