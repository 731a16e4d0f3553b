/* cache/folder.h - what the files of cache/ share.
 *
 *   DIR/xx/…62 hex digits…  an entry; xx and these are its key
 *   DIR/xx/….new            one that is being written
 *   DIR/wishes/…64 digits…  a wish, in the form of an entry
 *   DIR/state               struct cache_state, mapped by all processes
 *   DIR/locks               empty; ranges of it are locked
 *
 * Who writes into a folder shares the lock of the folder; who counts or removes has it alone. So a
 * count is exact, and a `.new` that is found then belongs to nobody.
 */
#ifndef CACHE_FOLDER_H
#define CACHE_FOLDER_H

#include "cache/cache.h"
#include "cache/recent.h"

#include <fcntl.h>
#include <sys/stat.h>

#define CACHE_FOLDERS 256

struct cache_state {
    _Atomic int64_t bytes[CACHE_FOLDERS]; /* of entries, those being written included */
    _Atomic int64_t wishes;
};

struct cache {
    int dir;
    int64_t bytes_max;
    int64_t age_max_us;
    int64_t touch_us; /* a use is noted when the last note is so old */
    struct cache_state *state;
    struct recent recent;
    struct sealer *sealer; /* NULL: nothing is sealed */
    uint8_t key[SEAL_KEY];
};

#define ENTRY_NAME_MAX (2 * HASH_LEN + 2)
#define WISHES         "wishes"

/* "xx/…" */
void entry_name(const struct hash *key, char out[ENTRY_NAME_MAX]);
/* Of a name within folder `folder`, without it; false when it is none of ours. */
bool entry_key(int folder, const char *name, struct hash *out);

/* A file written beside its place and then moved there. The folder is made when it is missing. */
enum err_code entry_write(int dir, const char *folder, const char *path, const struct hash *key,
                          uint32_t kind, struct bytes bytes, struct err *e) MUST_CHECK;
bool is_unfinished(const char *name);

/* claim.c: ranges of DIR/locks. A lock belongs to *fd and goes with it. */
enum cache_lock {
    LOCK_FOLDER = 0,           /* plus the number of the folder */
    LOCK_ROOM = CACHE_FOLDERS, /* who makes room */
    LOCK_WISHES,               /* who notes a wish, or counts them */
    LOCK_CLAIM = 1 << 12,      /* plus a number made of a key */
    LOCK_CLAIM_COUNT = 1 << 20,
};
enum err_code lock_open(struct cache *cache, int *fd, struct err *e) MUST_CHECK;
/* `type` F_RDLCK, F_WRLCK or F_UNLCK; waits. */
enum err_code lock_set(int fd, int what, short type, struct err *e) MUST_CHECK;

/* room.c */
int64_t disk_bytes(size_t len); /* that a file of `len` takes, about */
int64_t cache_total(const struct cache *cache);
/* Waits its turn; afterwards there may be room for so many. */
enum err_code make_room(struct cache *cache, int64_t bytes, struct err *e) MUST_CHECK;
int64_t used_us_of(const struct stat *st);

/* wish.c: with LOCK_WISHES; `group` NULL: none is forgotten, they are counted anew. */
enum err_code wishes_forget(struct cache *cache, const struct hash *group,
                            struct err *e) MUST_CHECK;

#endif
