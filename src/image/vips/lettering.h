/* image/vips/lettering.h - words as pixels, by FreeType; of Latin, Greek and Cyrillic letters and
 * whatever else is written from left to right, a letter a code point.
 */
#ifndef IMAGE_VIPS_LETTERING_H
#define IMAGE_VIPS_LETTERING_H

#include "base/bytes.h"
#include "base/err.h"

/* Smaller ones nobody can read. */
#define LETTERS_MIN_PX 8

/* Reads the font into memory, once in a process: later no file is opened. Without a font nothing
 * can be lettered. */
void lettering_start(void);

/* How much of each pixel is covered; rows from the top; malloc. */
struct lettering {
    uint8_t *at; /* NULL: the text cannot be read in so little room */
    int32_t width_px;
    int32_t height_px;
};

/* The text in the middle of `width_px` * `height_px`, with letters of at most `letters_px` and at
 * least LETTERS_MIN_PX; lines end between words, and where the smallest letters are too large
 * still, within them. ERR_UNAVAILABLE  no font */
enum err_code lettering_draw(struct bytes text, int32_t width_px, int32_t height_px,
                             int32_t letters_px, struct lettering *out, struct err *e) MUST_CHECK;

#endif
