/* blob/packs/scrub.h - looking through a pack zone by zone; inside packs/ only. See parity.h. */
#ifndef BLOB_PACKS_SCRUB_H
#define BLOB_PACKS_SCRUB_H

#include "blob/packs/packs.h"
#include "blob/packs/parity.h"

struct pack_scrub {
    struct blob_scrub base; /* first */
    struct packs *packs;
    bool cached;
    bool protect;
    struct parity_code code;
    char *zone;   /* PARITY_ZONE bytes */
    char *region; /* PARITY_REGION bytes: head, sums, spare blocks */
    char *fixed;  /* PARITY_SPARE_LEN bytes: blocks as they should be */
    char *piece;  /* BLOB_PIECE bytes, of records that reach beyond the zone */
    struct blob_bad bad[BLOB_BAD_MAX];
};

/* One zone that is looked at, under the lock. */
struct zone {
    struct pack_scrub *scrub;
    int pack;   /* descriptors */
    int parity; /* -1: there is no file, and none is to be made */
    int32_t volume;
    int32_t no;
    int64_t start;  /* in the pack */
    int64_t want;   /* bytes of it that rows may name */
    int64_t end;    /* of the pack */
    int64_t loaded; /* bytes of the zone that are in scrub->zone */

    struct parity_head head;
    int64_t covered; /* what the parity can be believed about; 0: nothing */
    bool unread;     /* for the disk failed */
    bool bad_block[PARITY_BLOCKS];
    bool bad_spare[PARITY_SPARE_BLOCKS];
    int fixed[PARITY_SPARE_BLOCKS]; /* numbers of the blocks in scrub->fixed */
    int fixed_count;
    int lost; /* bad blocks that cannot be made again */
    struct blob_scrubbed out;
};

/* packs_parity.c: the files. */

/* Who changes packs or parity files holds it; it ends with its descriptor. */
enum err_code parity_lock(struct packs *packs, int *out, struct err *e) MUST_CHECK;

/* The parity file of that pack; *out is -1 when there is none and `make` is not set. */
enum err_code parity_open(struct packs *packs, int32_t volume, bool make, int *out,
                          struct err *e) MUST_CHECK;

/* What does not follow from the file is zeros. */
enum err_code parity_load(int parity, int32_t volume, int64_t at, char *out, size_t len,
                          struct err *e) MUST_CHECK;
enum err_code parity_find_head(int parity, int32_t volume, int32_t zone, struct parity_head *out,
                               bool *found, struct err *e) MUST_CHECK;

/* Says of the zones that hold these bytes of the pack that nothing may be repaired with them any
 * more; durable only after fdatasync. */
enum err_code parity_mark_stale(int parity, int32_t volume, int64_t from, int64_t len,
                                struct err *e) MUST_CHECK;

/* Makes the zone's parity of what is in scrub->zone; not when the disk is nearly full. */
enum err_code parity_make(struct zone *z, int64_t next, struct err *e) MUST_CHECK;

/* packs_records.c: what lies in a zone by the pack's own records. */

enum record_state {
    RECORD_WHOLE,
    RECORD_BROKEN,
    RECORD_REMOVED,
    RECORD_LOCKED, /* sealed, and there is no key to check its bytes by: the rest of it is whole */
};

struct record {
    int64_t at;  /* in the pack */
    int64_t len; /* without its padding */
    struct pack_header header;
    enum record_state state;
};

/* Calls `each` with the records that begin in what is loaded of the zone. *next: where the first
 * one behind them begins. */
enum err_code zone_walk(struct zone *z, void (*each)(struct zone *z, const struct record *record),
                        int64_t *next, struct err *e) MUST_CHECK;

/* packs_repair.c */

/* Finds the bad blocks of what is covered, makes them again and writes them. What cannot be is
 * counted in z->lost. */
enum err_code zone_repair(struct zone *z, struct err *e) MUST_CHECK;

/* Reads on up to `to`. Blocks that the disk does not give are zeros, and *failed is set. */
void zone_load(struct zone *z, int64_t to, bool *failed);

#endif
