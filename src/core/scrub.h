/* core/scrub.h - looking through all packs, and repairing what is damaged.
 *
 * Bytes are held against what is kept for repairs (blob/blob.h) and against their own checksums.
 * A blob that cannot be made good is marked in its row (bad_us) until it can: it is never served,
 * and a put of the same bytes takes its place.
 */
#ifndef CORE_SCRUB_H
#define CORE_SCRUB_H

#include "core/core.h"

struct scrub_counts {
    int64_t bytes;            /* looked at */
    int64_t bad_blocks;       /* of 4 KiB, other than they were written */
    int64_t repaired_blocks;  /* of these */
    int64_t bad_spare_blocks; /* of what is kept for repairs; made anew */
    int64_t made_zones;       /* whose parity was made or made anew */
    int64_t repaired_blobs;   /* that could not be read before */
    int64_t lost_blobs;       /* that cannot be repaired, the known ones included */
    int64_t index_bytes;      /* of the index and its log, looked at */
    int64_t bad_pages;        /* of these; nothing is repaired there */
    int64_t problems;         /* what is still wrong: zones, blocks, blobs, pages */
};

struct scrub_options {
    bool cached;              /* believe the page cache; else the disk is asked anew */
    int64_t bytes_per_second; /* 0: as fast as it goes */
    void (*problem)(void *context, const char *line); /* one line per finding */
    void *context;
};

/* Looks at everything once. ERR_NONE also when there were problems; failures are of the scrub
 * itself. Safe while others write. */
enum err_code store_scrub(struct core *core, const struct scrub_options *options,
                          struct scrub_counts *out, struct err *e) MUST_CHECK;

struct scrub_status {
    int64_t bytes;           /* of packs, as far as rows may name them */
    int64_t protected_bytes; /* of these, what could be repaired now */
    int64_t begun_us;        /* the last pass through everything, or the one that is under way */
    int64_t ended_us;        /* 0: none has ended yet */
    int64_t bad_blocks;      /* found since the store was made */
    int64_t repaired_blocks;
    int64_t repaired_blobs;
    int64_t refused_reads;       /* since the machine was started, or longer */
    int64_t refused_index_reads; /* the same of the index, which only a backup makes good */
    int64_t bad_blobs;           /* now, known to be damaged */
};
enum err_code store_scrub_status(struct core *core, struct scrub_status *out,
                                 struct err *e) MUST_CHECK;

/* In the background: what reads have found is repaired first; then what was appended or changed is
 * made repairable, once nothing has been committed for a moment; then the pass goes on that looks
 * at everything once in scrub_seconds. Where it is survives the process. */
struct scrubber;
enum err_code scrubber_new(struct core *core, struct scrubber **out, struct err *e) MUST_CHECK;
void scrubber_free(struct scrubber *scrubber); /* accepts NULL */

/* Does one piece of that, some ten milliseconds; *wait_us: not before that time again. */
enum err_code scrubber_turn(struct scrubber *scrubber, int64_t *wait_us, struct err *e) MUST_CHECK;

#endif
