/* core/backup/packs.h - which copies of packs may be gone on with, and going on with them. */
#ifndef CORE_BACKUP_PACKS_H
#define CORE_BACKUP_PACKS_H

#include "blob/blob.h"
#include "core/backup/target.h"
#include "meta/meta.h"

struct pack_copies {
    const struct target *target;
    struct blob_store *blobs;
    struct meta *index;         /* of the moment that is copied */
    const struct manifest *old; /* of the moment before; NULL: there is none to go on with */
    void (*problem)(void *context, const char *line);
    void *context;

    /* out */
    int64_t copied_bytes;
    int64_t problems;
};

/* Copies what the moment before has not, flushed, and names all packs of the index in `manifest`. A
 * pack that is damaged in the store is a problem and no failure: the copy there is of it stays. */
enum err_code backup_copy_packs(struct pack_copies *copies, struct arena *arena,
                                struct manifest *manifest, struct err *e) MUST_CHECK;

#endif
