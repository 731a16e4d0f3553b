/* image/thumb_hash.h - ThumbHash: a picture in 5 to 25 bytes, to be shown until it is there.
 *
 * The published format (evanw.github.io/thumbhash): the lowest frequencies of lightness, two
 * colour differences and, where something is transparent, alpha. Plain arithmetic; any thread.
 */
#ifndef IMAGE_THUMB_HASH_H
#define IMAGE_THUMB_HASH_H

#include "model/picture.h"

#define THUMB_HASH_SIDE_MAX 100 /* pixels: a larger picture is scaled down before */

/* `rgba` has width * height * 4 bytes, rows from the top, colours not multiplied by alpha; each
 * side is 1 to THUMB_HASH_SIDE_MAX. Returns how many bytes of `out` it took.
 *
 * The bytes are those of the npm package thumbhash, but for what is nothing but its rounding: where
 * a whole channel has no detail, ours says so. */
uint8_t thumb_hash(const uint8_t *rgba, int32_t width, int32_t height,
                   uint8_t out[static THUMB_HASH_MAX]);

#endif
