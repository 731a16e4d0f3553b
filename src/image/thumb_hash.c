#include "image/thumb_hash.h"

#include <math.h>

#define PIXELS_MAX (THUMB_HASH_SIDE_MAX * THUMB_HASH_SIDE_MAX)
#define TERMS_MAX  27    /* of 7 x 7 frequencies those above the diagonal, without the first */
#define NOISE      1e-12 /* what sums of equal numbers leave behind */

enum channel { LIGHTNESS, YELLOW_BLUE, RED_GREEN, ALPHA, CHANNELS };

struct picture_channels {
    int32_t width;
    int32_t height;
    double at[CHANNELS][PIXELS_MAX];
};

/* A channel's mean and lower frequencies; these as 0 to 1 of the largest, which is `scale`. */
struct frequencies {
    double mean;
    double scale;
    double terms[TERMS_MAX];
    int count;
};

/* Half always goes up, also below 0. */
static uint32_t nearest(double value)
{
    return (uint32_t)floor(value + 0.5);
}

/* Cosines of one frequency at the middles of the pixels. */
static void wave(double *out, int32_t length, int frequency)
{
    for (int32_t i = 0; i < length; i++)
        out[i] = cos(M_PI / length * frequency * (i + 0.5));
}

static double correlate(const double *at, const struct picture_channels *c, const double *across,
                        const double *down)
{
    double sum = 0;

    for (int32_t y = 0; y < c->height; y++) {
        for (int32_t x = 0; x < c->width; x++)
            sum += at[x + y * c->width] * across[x] * down[y];
    }
    return sum / (c->width * c->height);
}

/* Of nx by ny frequencies those on this side of the diagonal. */
static void analyse(const struct picture_channels *c, enum channel channel, int nx, int ny,
                    struct frequencies *out)
{
    double across[7][THUMB_HASH_SIDE_MAX];
    double down[THUMB_HASH_SIDE_MAX];

    *out = (struct frequencies){ 0 };
    for (int i = 0; i < nx; i++)
        wave(across[i], c->width, i);
    for (int j = 0; j < ny; j++) {
        wave(down, c->height, j);
        for (int i = 0; i * ny < nx * (ny - j); i++) {
            double value = correlate(c->at[channel], c, across[i], down);
            if (i == 0 && j == 0) {
                out->mean = value;
                continue;
            }
            out->terms[out->count++] = value;
            out->scale = fmax(out->scale, fabs(value));
        }
    }
    if (out->scale < NOISE)
        out->scale = 0;
    for (int i = 0; i < out->count; i++)
        out->terms[i] = out->scale > 0 ? 0.5 + 0.5 / out->scale * out->terms[i] : 0;
}

/* Lightness and colour differences of the picture over its own mean colour; true when something of
 * it is transparent. */
static bool separate(const uint8_t *rgba, int32_t width, int32_t height, struct picture_channels *c)
{
    double mean[3] = { 0 };
    double opaque = 0;
    int32_t count = width * height;

    c->width = width;
    c->height = height;
    for (int32_t i = 0; i < count; i++) {
        double alpha = rgba[i * 4 + 3] / 255.0;
        for (int k = 0; k < 3; k++)
            mean[k] += alpha / 255 * rgba[i * 4 + k];
        opaque += alpha;
    }
    for (int k = 0; k < 3 && opaque > 0; k++)
        mean[k] /= opaque;
    for (int32_t i = 0; i < count; i++) {
        double alpha = rgba[i * 4 + 3] / 255.0;
        double colour[3];
        for (int k = 0; k < 3; k++)
            colour[k] = mean[k] * (1 - alpha) + alpha / 255 * rgba[i * 4 + k];
        c->at[LIGHTNESS][i] = (colour[0] + colour[1] + colour[2]) / 3;
        c->at[YELLOW_BLUE][i] = (colour[0] + colour[1]) / 2 - colour[2];
        c->at[RED_GREEN][i] = colour[0] - colour[1];
        c->at[ALPHA][i] = alpha;
    }
    return opaque < count;
}

/* Numbers of 1 to 6 bits, the lowest bits first. */
struct bits {
    uint8_t *at;
    unsigned used;
};

static void put_bits(struct bits *b, uint32_t value, unsigned count)
{
    for (unsigned i = 0; i < count; i++, b->used++) {
        if (b->used % 8 == 0)
            b->at[b->used / 8] = 0;
        b->at[b->used / 8] |= (uint8_t)((value >> i & 1) << b->used % 8);
    }
}

static void put_terms(struct bits *b, const struct frequencies *f)
{
    for (int i = 0; i < f->count; i++)
        put_bits(b, nearest(15 * f->terms[i]), 4);
}

/* How many frequencies a side has, the longer one having `limit`. */
static int frequencies_of(int32_t side, int32_t longer, int limit)
{
    int count = (int)nearest(limit * side / (double)longer);

    return count < 1 ? 1 : count;
}

uint8_t thumb_hash(const uint8_t *rgba, int32_t width, int32_t height,
                   uint8_t out[static THUMB_HASH_MAX])
{
    struct picture_channels c;
    struct frequencies f[CHANNELS];
    struct bits b = { .at = out };
    bool transparent = separate(rgba, width, height, &c);
    int32_t longer = width > height ? width : height;
    int across = frequencies_of(width, longer, transparent ? 5 : 7);
    int down = frequencies_of(height, longer, transparent ? 5 : 7);
    int channels = transparent ? CHANNELS : ALPHA;

    analyse(&c, LIGHTNESS, across < 3 ? 3 : across, down < 3 ? 3 : down, &f[LIGHTNESS]);
    analyse(&c, YELLOW_BLUE, 3, 3, &f[YELLOW_BLUE]);
    analyse(&c, RED_GREEN, 3, 3, &f[RED_GREEN]);
    if (transparent)
        analyse(&c, ALPHA, 5, 5, &f[ALPHA]);

    put_bits(&b, nearest(63 * f[LIGHTNESS].mean), 6);
    put_bits(&b, nearest(31.5 + 31.5 * f[YELLOW_BLUE].mean), 6);
    put_bits(&b, nearest(31.5 + 31.5 * f[RED_GREEN].mean), 6);
    put_bits(&b, nearest(31 * f[LIGHTNESS].scale), 5);
    put_bits(&b, transparent, 1);
    put_bits(&b, (uint32_t)(width > height ? down : across), 3);
    put_bits(&b, nearest(63 * f[YELLOW_BLUE].scale), 6);
    put_bits(&b, nearest(63 * f[RED_GREEN].scale), 6);
    put_bits(&b, width > height, 1);
    if (transparent) {
        put_bits(&b, nearest(15 * f[ALPHA].mean), 4);
        put_bits(&b, nearest(15 * f[ALPHA].scale), 4);
    }
    for (int i = 0; i < channels; i++)
        put_terms(&b, &f[i]);
    return (uint8_t)((b.used + 7) / 8);
}
