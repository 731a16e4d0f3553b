/* image/planes.h - the short way for the ordinary JPEG, which is what nearly all pictures are.
 *
 * A JPEG holds three planes, brightness and two of colour, and so do the JPEG and the WebP that are
 * made of it. So libjpeg decodes to planes, at an eighth, a quarter, a half or all of the size,
 * zimg scales each of them once, and they are encoded as they are: no pixel is ever put together
 * from its three colours. That takes half the time of libvips, which has everything else.
 *
 * Inside image/; no state: any thread may call.
 */
#ifndef IMAGE_PLANES_H
#define IMAGE_PLANES_H

#include "image/render.h"

/* Where what is made goes: see renderer.h. */
struct made {
    uint8_t *at;
    size_t room;
    size_t len;
};

/* Takes it when it is a JPEG of YCbCr or grey with 8 bits, sampled in a usual way and in sRGB, and
 * a JPEG or WebP is wanted. Else *taken is false and nothing is made. As renderer->picture. */
enum err_code planes_picture(struct bytes bytes, const struct picture_header *header,
                             const struct rendered *plan, struct made *out, bool *taken,
                             struct err *e) MUST_CHECK;

struct pixel_rows {
    const uint8_t *at;
    int32_t width;
    int32_t height;
    int bands; /* 3: red, green, blue; 4: and alpha */
};

/* For what goes the long way: libvips (8.14) cannot make a WebP without a block of EXIF. */
enum err_code webp_of_pixels(const struct pixel_rows *rows, int32_t quality, struct made *out,
                             struct err *e) MUST_CHECK;

#endif
