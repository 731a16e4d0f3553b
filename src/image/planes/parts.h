/* image/planes/parts.h - the steps of the short way (see image/planes.h), for this folder only. */
#ifndef IMAGE_PLANES_PARTS_H
#define IMAGE_PLANES_PARTS_H

#include "image/plan.h"
#include "image/planes.h"

struct plane {
    uint8_t *at;      /* aligned as vectors want it */
    ptrdiff_t stride; /* bytes from row to row: more than the width, so that it can be padded */
    int32_t width;
    int32_t height;
};

/* Brightness, and blue and red differences unless it is grey; 0 to 255 each, as in JFIF. The
 * colours may be halved across and down, and lie in the middle of what they stand for. What is
 * halved has an even size: the last column or row may be there for the colours only. */
struct planes {
    struct plane plane[3];
    int count; /* 1 or 3 */
    int halved_x;
    int halved_y;
    void *memory;
};

/* Planes for `width` x `height` pixels. Zeros stand in *out before and after a failure. */
enum err_code planes_new(int count, int32_t width, int32_t height, int halved_x, int halved_y,
                         struct planes *out, struct err *e) MUST_CHECK;
void planes_free(struct planes *planes);

/* Repeats the last column and row of a plane until it has so many. */
void plane_pad(struct plane *plane, int32_t from_width, int32_t from_height);

/* `limited`: brightness of 16 to 235 and colours of 16 to 240, as in WebP. */
enum err_code planes_scale(const struct planes *from, const struct plan_part *part, bool limited,
                           struct planes *to, struct err *e) MUST_CHECK;

/* As the orientation (2 to 8) asks. */
enum err_code planes_turn(struct planes *planes, int32_t orientation, struct err *e) MUST_CHECK;

/* Planes of the JPEG at an eighth, a quarter, a half or all of its size, at least as many as `plan`
 * needs; *part is what becomes the result, in pixels of *out. *taken as in planes_picture. */
enum err_code planes_read_jpeg(struct bytes bytes, const struct picture_header *header,
                               const struct rendered *plan, struct planes *out,
                               struct plan_part *part, bool *taken, struct err *e) MUST_CHECK;

enum err_code planes_write_jpeg(const struct planes *planes, const struct rendered *plan,
                                struct made *out, struct err *e) MUST_CHECK;
/* Of limited planes. */
enum err_code planes_write_webp(const struct planes *planes, const struct rendered *plan,
                                struct made *out, struct err *e) MUST_CHECK;

/* Is this ICC profile sRGB, but for what nobody can see? Also false when it is broken. */
bool profile_is_srgb(const void *at, uint32_t len);

#endif
