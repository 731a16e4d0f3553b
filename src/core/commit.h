/* core/commit.h - a group of writes made durable: the order of flushes that docs/store.md promises.
 * Inside core/ only; one thread at a time.
 */
#ifndef CORE_COMMIT_H
#define CORE_COMMIT_H

#include "core/index_copy.h"
#include "core/journal.h"
#include "core/writer.h"

#define GROUP_WRITES 64
#define GROUP_BYTES  (16LL * 1024 * 1024)

struct group {
    struct write *writes[GROUP_WRITES];
    size_t count;
    struct blob_write *blobs[GROUP_WRITES]; /* to be appended */
    size_t blob_count;
};

struct commit {
    struct store *store;
    int lock_fd;       /* of the store's write lock: one transaction at a time over all processes */
    struct meta *meta; /* NULL until needed, and again after a failed commit */
    struct arena *arena;
    struct journal journal; /* of the transaction under way */
    struct index_rows rows;
    int marked_groups; /* so many more have a mark before each write */
    int64_t end;       /* of the claimed pack, as committed */
};

/* Half-open when it fails: to be closed all the same. */
enum err_code commit_open(struct store *store, struct commit *out, struct err *e) MUST_CHECK;
void commit_close(struct commit *commit);

/* Makes all writes of the group durable, or fails them: each has its rc and err afterwards. */
void commit_run(struct commit *commit, struct group *group);

#endif
