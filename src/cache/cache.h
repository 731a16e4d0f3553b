/* cache/cache.h - bytes that can be made again, kept on disk: a bounded folder of files.
 *
 * Shared by all processes that open the same folder; any thread may use a `struct cache`. Nothing
 * is flushed: after a power cut an entry is whole or not there, for every one is checked (CRC-32C)
 * when it is read, and one that does not fit is removed. What has not been used for longest goes
 * first; the use of an entry is noted so coarsely that it costs a reader nothing.
 *
 * The first half of a key names a group: what belongs together and is forgotten together.
 */
#ifndef CACHE_CACHE_H
#define CACHE_CACHE_H

#include "base/arena.h"
#include "base/crypto.h"
#include "base/err.h"
#include "seal/seal.h"

struct cache;

#define CACHE_GROUP_LEN (HASH_LEN / 2)

struct cache_options {
    const char *dir;    /* made when absent */
    int64_t bytes_max;  /* of entries, as the disk counts them; never exceeded by more than what is
                           being written at the moment */
    int64_t age_max_us; /* since last used */
    struct sealer *sealer; /* NULL: entries are kept as they are. Wishes always are. */
    const uint8_t *key;    /* SEAL_KEY bytes; copied */
};

enum err_code cache_open(const struct cache_options *options, struct cache **out,
                         struct err *e) MUST_CHECK;
void cache_close(struct cache *cache); /* accepts NULL */

/* Away with the folder and all in it, of a cache that is switched off. It need not be there. */
void cache_discard(const char *dir);

/* `kind` is the caller's own small number, kept with the bytes. The bytes are checked and in
 * `arena`; what was read a moment ago may come from memory, but not that of fleeting kinds. A
 * broken or unreadable entry counts as not there; with `may_block` false, as on an event loop, also
 * one that would have to be waited for: too large, or not in the page cache. */
#define CACHE_FLEETING  0x80000000u /* kinds from here on: the next put is seen by all at once */
#define CACHE_QUICK_MAX (512 << 10) /* bytes of an entry that are read without may_block */
bool cache_find(struct cache *cache, struct arena *arena, const struct hash *key, bool may_block,
                struct bytes *out, uint32_t *kind);

/* Keeps the bytes; makes room for them. Failing is no harm but to speed: the text is for a log.
 * ERR_TOO_LARGE  more than an eighth of bytes_max
 * ERR_FULL       the disk is needed for other things */
enum err_code cache_put(struct cache *cache, const struct hash *key, uint32_t kind,
                        struct bytes bytes, struct err *e) MUST_CHECK;

/* Away with all entries and wishes whose keys begin as `group` does. */
enum err_code cache_forget(struct cache *cache, const struct hash *group, struct err *e) MUST_CHECK;

/* Waits until nobody else, in any process, has the claim to make this entry, and takes it; it goes
 * with its process. Look again before making it. Keys share claims seldom, and harmlessly: who has
 * one must not wait for another.
 * ERR_UNAVAILABLE  no claim can be had: make it all the same */
struct cache_claim {
    int fd; /* -1: none */
};
enum err_code cache_claim(struct cache *cache, const struct hash *key, struct cache_claim *out,
                          struct err *e) MUST_CHECK;
void cache_release(struct cache_claim *claim); /* for CLEANUP; accepts one that was never taken */

/* A note that somebody would like this entry to be made in the background: at most CACHE_WISH_MAX
 * bytes that say how. Kept once per key, at most CACHE_WISHES of them (then ERR_BUSY), over
 * restarts. */
#define CACHE_WISH_MAX 512
#define CACHE_WISHES   1024
enum err_code cache_wish(struct cache *cache, const struct hash *key, struct bytes how,
                         struct err *e) MUST_CHECK;
/* False when it is noted already, or there is no room for more. Quick. */
bool cache_may_wish(struct cache *cache, const struct hash *key);
/* One of them, the oldest first; it stays until cache_wish_done. */
bool cache_next_wish(struct cache *cache, struct arena *arena, struct hash *key, struct bytes *how);
void cache_wish_done(struct cache *cache, const struct hash *key);

/* Away with what is too old, what a dead process left behind, and with the least recently used when
 * there is hardly room left; to be called now and then by one process. Counts anew what lies there.
 */
enum err_code cache_tidy(struct cache *cache, struct err *e) MUST_CHECK;

#endif
