/* core/mend.h - one zone, or one blob, looked at and repaired; what scrubs share. Inside core/. */
#ifndef CORE_MEND_H
#define CORE_MEND_H

#include "core/scrub.h"
#include "core/store.h"

struct mending {
    struct core *core;
    struct blob_scrub *blobs; /* NULL until needed */
    bool cached;
    bool say_known; /* also what is marked already */
    struct scrub_counts counts;
    void (*problem)(void *context, const char *line); /* NULL: the log */
    void *context;
};

void mending_done(struct mending *m);

/* Looks at a zone, and mends the blobs that are found damaged in it. A damaged disk is a problem,
 * not a failure. */
enum err_code mend_zone(struct mending *m, const struct volume_row *volume, int32_t zone,
                        struct err *e) MUST_CHECK;

/* Reads the blob; if it is damaged, repairs the zones it lies in and reads it again. Its row says
 * afterwards what is true; that of a sealed one whose key is not given stays as it is. *lost: it is
 * damaged and stays so. */
enum err_code mend_blob(struct mending *m, int64_t blob_id, bool *lost, struct err *e) MUST_CHECK;

/* Every page of the index is held against its checksum. */
enum err_code mend_index(struct mending *m, struct err *e) MUST_CHECK;

/* All that are marked as damaged. */
enum err_code mend_marked(struct mending *m, struct err *e) MUST_CHECK;

#endif
