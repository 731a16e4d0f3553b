/* image/vips/vips.h - what the files of the object with libvips share (see image/renderer.h).
 *
 * libvips explains failures in a buffer of the process that any thread may fill and that holds
 * names of files: our texts are our own, and the buffer is emptied.
 */
#ifndef IMAGE_VIPS_VIPS_H
#define IMAGE_VIPS_VIPS_H

#include "image/planes.h"
#include "image/renderer.h"

#include <vips/vips.h>

/* For CLEANUP. */
void unrefp(VipsImage **image);

/* Puts `next`, an operation's result, in the place of its input. */
void replace(VipsImage **image, VipsImage *next);

/* Loads the first frame in a type of ours: for one that is scaled by `shrink` (1, 2, 4 or 8) while
 * it is decoded, where the type can do that. NULL when it cannot be. */
VipsImage *open_frame(struct bytes bytes, enum picture_type type, int shrink);

/* What `type` makes of the image, 8-bit sRGB with or without alpha. `quality` 0: the type's own.
 * ERR_UNSUPPORTED: its pixels cannot be decoded. */
enum err_code encode(VipsImage *image, enum picture_type type, int32_t quality, struct made *out,
                     struct err *e) MUST_CHECK;

enum err_code vips_picture(struct bytes bytes, const struct picture_header *header,
                           const struct rendered *plan, struct made *out, struct err *e) MUST_CHECK;
enum err_code vips_appearance(struct bytes bytes, const struct picture_header *header,
                              struct appearance *out, struct err *e) MUST_CHECK;
enum err_code vips_drawing(const struct drawing *drawing, struct made *out,
                           struct err *e) MUST_CHECK;

#endif
