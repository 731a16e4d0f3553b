/* core/check.h - `cameo check`: reads every row and every byte. */
#ifndef CORE_CHECK_H
#define CORE_CHECK_H

#include "core/core.h"

struct check_report {
    int64_t records;
    int64_t pictures;
    int64_t blobs;
    int64_t bytes;        /* of stored pictures read */
    int64_t unused_bytes; /* in packs: nobody's, given back when a pack is compacted */
    int64_t problems;
};

/* Each row has its bytes, hashes agree, reference counts agree, no orphan. `problem` is called with
 * one line per finding. ERR_NONE also when problems were found; failures are of the check itself.
 * Safe while others write: what changes under it is looked at twice. */
enum err_code store_check(struct core *core, void (*problem)(void *context, const char *line),
                          void *context, struct check_report *out, struct err *e) MUST_CHECK;

/* Gives back the bytes of blobs that were deleted longer than the grace ago; at most `limit` blobs.
 * *given counts them. While a backup is made none are. */
enum err_code store_collect(struct core *core, size_t limit, size_t *given,
                            struct err *e) MUST_CHECK;

/* Moves committed pages from the write-ahead log to the database: see meta_checkpoint. */
enum err_code store_checkpoint(struct core *core, struct err *e) MUST_CHECK;

#endif
