/* image/vips/scene.h - what the tests' pictures show: soft waves without any symmetry, given by a
 * formula, so that every pixel of every part at every size is known. */
#ifndef IMAGE_VIPS_SCENE_H
#define IMAGE_VIPS_SCENE_H

#include "support/pixels.h"

#include <math.h>

#define SCENE_WIDTH  331 /* as seen */
#define SCENE_HEIGHT 247

/* At (u, v) of 0 to 1, as seen. */
static inline void scene_colour(double u, double v, bool grey, double out[3])
{
    static const double waves[3][4] = { { 1.1, 0.3, 0.2, 90 },
                                        { -0.4, 1.3, 1.9, 80 },
                                        { 0.9, -1.2, 4.0, 70 } };

    for (int i = 0; i < 3; i++) {
        const double *w = waves[grey ? 0 : i];
        out[i] = 128 + w[3] * sin(2 * M_PI * (w[0] * u + w[1] * v) + w[2]);
    }
}

/* Where the stored pixel (x, y) is seen, by the words of EXIF 2.3, 4.6.4 A: which sides of the
 * picture the 0th row and the 0th column are. */
static inline void scene_place(int orientation, double x, double y, double *u, double *v)
{
    static const struct {
        bool swapped, from_right, from_bottom;
    } sides[] = {
        [1] = { false, false, false }, [2] = { false, true, false }, [3] = { false, true, true },
        [4] = { false, false, true },  [5] = { true, false, false }, [6] = { true, true, false },
        [7] = { true, true, true },    [8] = { true, false, true }
    };

    *u = sides[orientation].swapped ? y : x;
    *v = sides[orientation].swapped ? x : y;
    if (sides[orientation].from_right)
        *u = 1 - *u;
    if (sides[orientation].from_bottom)
        *v = 1 - *v;
}

/* The scene as a picture with that orientation stores it: 1, 3 or (opaque) 4 bands. */
static inline struct pixels scene_painted(struct arena *arena, int orientation, int bands)
{
    int width = orientation >= 5 ? SCENE_HEIGHT : SCENE_WIDTH;
    int height = orientation >= 5 ? SCENE_WIDTH : SCENE_HEIGHT;
    struct pixels p = pixels_new(arena, width, height, bands);

    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            double u, v, colour[3];
            scene_place(orientation, (x + 0.5) / width, (y + 0.5) / height, &u, &v);
            scene_colour(u, v, bands == 1, colour);
            for (int i = 0; i < bands; i++)
                pixel(&p, x, y)[i] = i == 3 ? 255 : (uint8_t)lround(colour[i]);
        }
    }
    return p;
}

/* The grey scene in numbers of a palette. */
static inline struct pixels scene_indices(struct arena *arena, struct bytes *palette)
{
    struct pixels p = scene_painted(arena, 1, 1);
    struct made colours = { .arena = arena };

    for (int i = 0; i < 256; i++) {
        uint8_t grey[] = { (uint8_t)i, (uint8_t)i, (uint8_t)i };
        put_bytes(&colours, grey, 3);
    }
    *palette = made_bytes(&colours);
    return p;
}

/* Waves of every length, edges and noise: what a filter can spoil. */
static inline struct pixels detailed_painted(struct arena *arena, int width, int height)
{
    struct pixels p = pixels_new(arena, width, height, 3);
    uint32_t seed = 1;

    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            double r = hypot(x - width * 0.6, y - height * 0.4);
            bool inside = fmod(r, 160) < 80;
            for (int i = 0; i < 3; i++) {
                seed = seed * 1664525 + 1013904223;
                double value = 128 + 50 * sin(r * r / (400 + 300 * i) / width) +
                               30 * sin(x / (9.0 + i)) * cos(y / (14.0 - i)) +
                               (inside ? 20 : -20) * (i - 1) + (seed >> 24) / 32.0;
                pixel(&p, x, y)[i] = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
            }
        }
    }
    return p;
}

static inline struct bytes bmp_of(struct arena *arena, const struct pixels *p)
{
    struct made rows = { .arena = arena };
    struct bmp_form form = { .depth = 24, .header_len = 40 };

    for (int y = p->height - 1; y >= 0; y--) {
        size_t from = rows.len;
        for (int x = 0; x < p->width; x++) {
            for (int c = 2; c >= 0; c--)
                put_bytes(&rows, pixel(p, x, y) + c, 1);
        }
        while ((rows.len - from) % 4)
            put_bytes(&rows, "", 1);
    }
    return made_bmp(arena, p->width, p->height, form, made_bytes(&rows), 0);
}

#endif
