/* core/check.h - `cameo check`: reads every row and every byte. */
#ifndef CORE_CHECK_H
#define CORE_CHECK_H

#include "core/core.h"

struct check_report {
    int64_t records;
    int64_t pictures;
    int64_t blobs;
    int64_t bytes;        /* of stored pictures read */
    int64_t index_bytes;  /* of the index and its log */
    int64_t unused_bytes; /* in packs: nobody's, given back when a pack is compacted */
    int64_t problems;
};

/* Each row has its bytes, hashes agree, reference counts agree, no orphan. `problem` is called with
 * one line per finding. ERR_NONE also when problems were found; failures are of the check itself.
 * The audit log is as it was written. Safe while others write: what changes under it is looked at
 * twice. */
enum err_code store_check(struct core *core, void (*problem)(void *context, const char *line),
                          void *context, struct check_report *out, struct err *e) MUST_CHECK;

/* Forgets what is too old for history, and gives back the bytes of blobs that are dead for longer
 * than the grace; at most `limit` blobs. *given counts them. While a backup is made none are. */
enum err_code store_collect(struct core *core, size_t limit, size_t *given,
                            struct err *e) MUST_CHECK;

/* Flushes what has been appended to the second index beside the packs (core/index_copy.h) since
 * *flushed, which is 0 at first; or makes a newer copy when that is needed and there is room. */
enum err_code store_keep_index(struct core *core, int64_t *flushed, struct err *e) MUST_CHECK;

/* Moves committed pages from the write-ahead log to the database: see meta_checkpoint. */
enum err_code store_checkpoint(struct core *core, struct err *e) MUST_CHECK;

/* Rewrites the database without what was deleted from it, and empties its log: nothing of it is in
 * the files then. Writes wait meanwhile; it takes a second for some 100 MiB.
 * ERR_BUSY  somebody was reading all the time: the log is not empty */
enum err_code store_compact(struct core *core, struct err *e) MUST_CHECK;

#endif
