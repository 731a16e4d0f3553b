/* core/rendition_wish.h - what is made in the background: a wish as it waits in the cache; inside
 * core/ only. */
#ifndef CORE_RENDITION_WISH_H
#define CORE_RENDITION_WISH_H

#include "base/clock.h"
#include "base/crypto.h"
#include "core/rendition.h"

#define WISH_FAILURE_US (86400 * SECOND_US) /* what could not be made is not wished for so long */

struct rendition_wish {
    int32_t picture_id;
    struct hash hash;   /* of its bytes: if it has others now, nobody wants this any more */
    struct render want; /* AVIF, in the background */
};

/* version 1 | picture, width, height, fit, focus x and y, enlarge, type, quality: 4 each | hash */
#define WISH_LEN (1 + 9 * 4 + HASH_LEN)

void wish_write(const struct rendition_wish *wish, char out[WISH_LEN]);
bool wish_read(struct bytes bytes, struct rendition_wish *out);

#endif
