/* blob/packs/packs.h - the pack driver's own state. */
#ifndef BLOB_PACKS_PACKS_H
#define BLOB_PACKS_PACKS_H

#include "blob/driver.h"
#include "blob/packs/pack.h"

#include <pthread.h>

/* Room that is left to deletions and to the database when the disk fills up. */
#define PACK_RESERVE (16LL * 1024 * 1024)

/* Descriptors of packs that are read; a slot per volume number modulo PACK_SLOTS. */
#define PACK_SLOTS 256

struct pack_slot {
    int32_t volume; /* 0: empty */
    int fd;
    int readers;
};

/* Packs in memory. The first of its slot that is asked for stays until the store is closed, so that
 * nobody has to say when he is done with it; the others are read. */
struct pack_map {
    int32_t volume; /* 0: none, PACK_UNMAPPED: could not be mapped */
    const char *at; /* PACK_MAP_BYTES, more than the file has */
};
#define PACK_UNMAPPED  (-1)
#define PACK_MAP_BYTES (1LL << 31) /* of addresses: a pack has 1 GiB unless set otherwise */

struct packs {
    struct blob_store base; /* first */
    int dir;
    pthread_mutex_t lock; /* of the slots, and of making maps */
    struct pack_slot slots[PACK_SLOTS];
    struct pack_map maps[PACK_SLOTS];
    int spare; /* given up for a pack that another process made when there are no others left */

    /* by slot: a flush of that pack failed elsewhere in this process; any thread */
    bool failed[PACK_SLOTS];

    /* the claimed pack; one thread at a time */
    int fd;
    int32_t volume;
    int64_t end;
    int64_t claimed_end; /* what it was when the pack was claimed */
    int64_t grown;       /* the file has blocks of its own up to here; see packs_grow.c */
    int direct;          /* the same file, past the page cache; -1: not possible */
    const char *zeros;   /* or NULL */
    char *piece;         /* what is written past the page cache; NULL: nothing was yet */
};

static inline struct packs *packs_of(struct blob_store *store)
{
    return (struct packs *)store; /* base is first */
}

/* Who appends never trusts that pack again: see packs_flush. */
static inline void packs_note_failure(struct packs *packs, int32_t volume)
{
    __atomic_store_n(&packs->failed[(uint32_t)volume % PACK_SLOTS], true, __ATOMIC_RELEASE);
}

static inline bool packs_has_failed(struct packs *packs, int32_t volume)
{
    return __atomic_load_n(&packs->failed[(uint32_t)volume % PACK_SLOTS], __ATOMIC_ACQUIRE);
}

static inline int64_t pack_round_up(int64_t offset)
{
    return (offset + PACK_BLOCK - 1) / PACK_BLOCK * PACK_BLOCK;
}

#define PACK_NAME_MAX 24
void pack_name(char out[PACK_NAME_MAX], int32_t volume);

/* A descriptor to read that volume by; give it back with packs_release. ERR_CORRUPT: there is no
 * such file. */
enum err_code packs_borrow(struct packs *packs, int32_t volume, int *fd, struct err *e) MUST_CHECK;
void packs_release(struct packs *packs, int32_t volume, int fd);

/* As pread, to the end of `len` or of the file. */
enum err_code packs_pread(int fd, int32_t volume, int64_t offset, char *out, size_t len,
                          size_t *got, struct err *e) MUST_CHECK;

/* packs_map.c */
const char *packs_view(struct blob_store *store, int32_t volume, int64_t offset, size_t len);
void packs_unmap(struct packs *packs);

/* packs_write.c */
enum err_code packs_claim(struct blob_store *store, int32_t volume, int64_t end, struct err *e);
enum err_code packs_create(struct blob_store *store, int32_t volume, int64_t *end, struct err *e);
enum err_code packs_add(struct blob_store *store, struct blob_write *const *writes, size_t count,
                        int64_t *end, struct err *e);
enum err_code packs_flush(struct blob_store *store, struct err *e);
void packs_rewind(struct blob_store *store, int64_t end);
void packs_give_up(struct blob_store *store);

/* Cuts the claimed pack's file at its end, and claims it no more. */
void packs_leave(struct packs *packs);

/* packs_append.c: from the claimed pack's end up to `behind`, and zeros up to the end of the block.
 * `parts` has room for one more, and is used up. 0 or an errno. */
struct iovec;
int packs_append(struct packs *packs, struct iovec *parts, size_t count, int64_t behind);

/* packs_grow.c: for the claimed pack. A put up to `behind` is about to be written; of the disk
 * there is `room` for more than that. */
void packs_grow_begin(struct packs *packs);
void packs_grow(struct packs *packs, int64_t behind, int64_t room);
void packs_shrink(struct packs *packs);
void packs_grow_end(struct packs *packs);

/* packs_copy.c */
enum err_code packs_save(struct blob_store *store, int32_t volume, int64_t end, struct copy *copy,
                         struct err *e);
enum err_code packs_load(struct blob_store *store, int32_t volume, int64_t end, struct copy *copy,
                         struct err *e);

/* packs_remove.c */
enum err_code packs_remove(struct blob_store *store, const struct blob_place *places, size_t count,
                           struct err *e);

/* packs_scrub.c */
enum err_code packs_scrub_open(struct blob_store *store, const struct blob_scrub_options *options,
                               struct blob_scrub **out, struct err *e);
void packs_scrub_close(struct blob_scrub *base);
enum err_code packs_scrub_zone(struct blob_scrub *base, int32_t volume, int32_t no, int64_t end,
                               struct blob_scrubbed *out, struct err *e);
int32_t packs_zone_of(int64_t offset);
enum err_code packs_unprotected(struct blob_store *store, int32_t volume, int64_t end, int32_t from,
                                int32_t *zone, int64_t *covered, struct err *e);

/* packs_scan.c */
enum err_code packs_check_record(struct blob_store *store, int32_t tenant, struct bytes hash,
                                 int64_t plain_bytes, const struct blob_place *place,
                                 struct err *e);
enum err_code packs_scan(struct blob_store *store, int32_t volume, int64_t end,
                         enum err_code (*each)(void *context, const struct blob_seen *seen,
                                               struct err *e),
                         void *context, int64_t *gap_bytes, struct err *e);

#endif
