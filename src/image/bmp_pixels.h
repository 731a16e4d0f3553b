/* image/bmp_pixels.h - the pixels of a BMP: a decoder of our own, for a format that is little more
 * than its rows. Works on hostile input.
 */
#ifndef IMAGE_BMP_PIXELS_H
#define IMAGE_BMP_PIXELS_H

#include "base/bytes.h"
#include "base/err.h"

struct bmp_pixels {
    uint8_t *at; /* rows from the top, left to right; malloc */
    size_t size; /* width * height * bands */
    int32_t width_px;
    int32_t height_px;
    int32_t bands; /* 3: red, green, blue; 4: and alpha */
};

/* Whether bmp_read_pixels() knows how the rows are packed; only the header is looked at. */
bool bmp_is_taken(struct bytes bytes);

/* All depths and packings that image_read_header() lets through, which must have taken `bytes`
 * first: the size is bounded there. Rows that are cut off are black.
 * ERR_UNSUPPORTED  a compression of another kind
 * ERR_INVALID      a header that contradicts itself */
enum err_code bmp_read_pixels(struct bytes bytes, struct bmp_pixels *out, struct err *e) MUST_CHECK;

#endif
