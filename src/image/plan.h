/* image/plan.h - what a wish comes to, and whether it may; plain arithmetic, inside image/. */
#ifndef IMAGE_PLAN_H
#define IMAGE_PLAN_H

#include "image/render.h"

/* A header is data from the store: it may be older than the limits are.
 * ERR_UNSUPPORTED  no pixels
 * ERR_TOO_LARGE    picture or result is over a limit */
enum err_code plan_check(const struct picture_header *header, const struct rendered *plan,
                         const struct image_limits *limits, struct err *e) MUST_CHECK;

/* What EXIF's orientation 1 to 8 does to a stored picture: mirrors it, then swaps rows with columns
 * (EXIF 2.3, 4.6.4 A). */
struct plan_turn {
    bool mirrored_x;
    bool mirrored_y;
    bool swapped;
};
struct plan_turn plan_turn(int32_t orientation);

/* A rectangle, in pixels; not always whole ones. */
struct plan_part {
    double x, y, width, height;
};

/* The plan's cut in the picture as it is stored. `more_x` and `more_y` are columns and rows that
 * the result has on its right and below it beyond its size, so the rectangle may hang over. */
struct plan_part plan_stored_cut(const struct picture_header *header, const struct rendered *plan,
                                 int32_t more_x, int32_t more_y);

#endif
