/* image/draw.h - shapes with smooth edges, for pictures of our own making. Plain C, any thread. */
#ifndef IMAGE_DRAW_H
#define IMAGE_DRAW_H

#include "image/render.h"

/* `width_px` * `height_px` pixels of red, green, blue, rows from the top: the background, the shape
 * in its middle, the border. */
void draw_shape(const struct drawing *drawing, uint8_t *pixels);

/* Lays a text over it: `mask` is how much of each pixel it covers, at `x`, `y`; what hangs over the
 * edge is not drawn. */
void draw_mask(const struct drawing *drawing, uint8_t *pixels, const uint8_t *mask,
               int32_t mask_width, int32_t mask_height, int32_t x, int32_t y);

#endif
