/* core/appearance.h - what stored pictures look like: main colour, ThumbHash, hashes of bytes,
 * pixels and looks, and which pictures are the same or alike.
 *
 * It belongs to the bytes and is kept once for all pictures that share them. Small pictures have it
 * when their write is acknowledged, large ones a moment later: the keeper looks at everything that
 * has none yet, so a restart loses nothing.
 */
#ifndef CORE_APPEARANCE_H
#define CORE_APPEARANCE_H

#include "core/picture.h"

/* ERR_NOT_FOUND: not made yet, or it cannot be made (broken pixels). */
enum err_code appearance_get(struct core *core, const struct picture *picture,
                             struct appearance *out, struct err *e) MUST_CHECK;

/* What is at most so large is looked at before its write is acknowledged, if a box is free. */
#define APPEARANCE_SMALL_PIXELS 65536
#define APPEARANCE_SMALL_BYTES  65536

/* How long one call goes on beginning with another picture. */
#define APPEARANCE_TURN_US 300000

/* Looks at stored bytes that have no appearance yet, by ascending blob id above *after, until
 * `limit` are done or APPEARANCE_TURN_US is over; *after moves on (0 begins anew) and *more is
 * false at the end. What was found out is kept in one transaction. For the keeper. Bytes that
 * cannot be decoded are marked and not tried again; damaged ones are passed over. Of any other
 * failure, those of render_source(), *after stands before the picture that it came of, and *more
 * stays as it is. */
enum err_code appearance_make(struct core *core, int64_t *after, size_t limit, bool *more,
                              struct err *e) MUST_CHECK;

/* Several pictures that are the same in one way. */
struct picture_group {
    int32_t *ids; /* ascending; by looks not each is near each other */
    size_t count; /* at least 2 */
};

enum duplicate_by {
    DUPLICATE_BYTES,  /* the same bytes */
    DUPLICATE_PIXELS, /* the same pixels, other bytes */
    DUPLICATE_LOOKS,  /* alike, other pixels: perceptual hashes at most DUPLICATE_BITS apart and
                         main colours near */
};

#define DUPLICATE_BITS 5

/* Groups by ascending first id, from the index alone; *unseen counts pictures that have no
 * appearance yet. Each of 100,000 pictures takes part. */
enum err_code duplicates_find(struct core *core, struct arena *arena, enum duplicate_by by,
                              struct picture_group **out, size_t *count, int64_t *unseen,
                              struct err *e) MUST_CHECK;

#endif
