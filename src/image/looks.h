/* image/looks.h - what a picture looks like, from its pixels: plain arithmetic.
 *
 * Pixels come row by row, as a decoder gives them, and are kept in a small picture of at most
 * THUMB_HASH_SIDE_MAX a side; everything else is found out from that one. Any thread.
 */
#ifndef IMAGE_LOOKS_H
#define IMAGE_LOOKS_H

#include "image/thumb_hash.h"

#define LOOKS_PIXELS_MAX (THUMB_HASH_SIDE_MAX * THUMB_HASH_SIDE_MAX)

/* 8-bit RGBA, colours not multiplied by alpha. */
struct looks {
    int32_t width;
    int32_t height;
    uint8_t rgba[LOOKS_PIXELS_MAX * 4];

    /* while rows come */
    int32_t from_width;
    int32_t from_height;
    int32_t rows;
    uint64_t sums[THUMB_HASH_SIDE_MAX][4]; /* of one row of ours: colours times alpha, alpha */
    uint32_t counts[THUMB_HASH_SIDE_MAX];
};

/* For `height` rows of `width` pixels, each at least 1. */
void looks_begin(struct looks *looks, int32_t width, int32_t height);

/* The next row, `width` RGBA pixels. A pixel of ours is the mean of those that fall into it; up to
 * THUMB_HASH_SIDE_MAX a side the picture stays as it is. */
void looks_row(struct looks *looks, const uint8_t *rgba);

/* Turned as EXIF orientation 1 to 8 asks for; after the last row. */
void looks_turn(struct looks *looks, int32_t orientation);

/* Where the pixel that is seen at x, y stands in a picture stored with this orientation;
 * width and height are the stored ones. */
size_t looks_stored_at(int32_t orientation, int32_t width, int32_t height, int32_t x, int32_t y);

/* The colour of which there is most, 0xRRGGBB: the mean of the pixels around the fullest spot of
 * the colour cube, so a picture of two colours has one of them and nothing between. What is
 * transparent does not count; where nothing is opaque, white. */
uint32_t looks_main_colour(const struct looks *looks);

/* Of the brightness over white, 32 x 32: a bit for each of the 64 lowest frequencies of its cosine
 * transform but the first, set when it is clearly above 0. 0: a picture without any detail that
 * could be compared, and none with detail has it. */
uint64_t looks_perceptual_hash(const struct looks *looks);

/* Colour, ThumbHash and perceptual hash. */
void looks_describe(const struct looks *looks, struct appearance *out);

#endif
