/* image/made.h - is it what it should be? Inside image/. */
#ifndef IMAGE_MADE_H
#define IMAGE_MADE_H

#include "image/render.h"

/* Reads the header of what a box made, whom nobody believes, and holds it against the plan. Of an
 * AVIF, which we have no parser for, only that it is one by its first box (ISO/IEC 23000-22).
 * ERR_UNSUPPORTED  it is something else */
enum err_code made_check(struct bytes made, enum picture_type type, int32_t width_px,
                         int32_t height_px, struct err *e) MUST_CHECK;

#endif
