#include "image/looks.h"

#include <math.h>
#include <stdlib.h>

static int32_t scaled_side(int32_t side, int32_t longer)
{
    int64_t scaled = ((int64_t)side * THUMB_HASH_SIDE_MAX + longer / 2) / longer;

    if (longer <= THUMB_HASH_SIDE_MAX)
        return side;
    return scaled < 1 ? 1 : (int32_t)scaled;
}

void looks_begin(struct looks *looks, int32_t width, int32_t height)
{
    int32_t longer = width > height ? width : height;

    looks->from_width = width;
    looks->from_height = height;
    looks->width = scaled_side(width, longer);
    looks->height = scaled_side(height, longer);
    looks->rows = 0;
    memset(looks->sums, 0, sizeof looks->sums);
    memset(looks->counts, 0, sizeof looks->counts);
}

/* The row of ours that is complete. */
static void end_row(struct looks *looks, int32_t y)
{
    uint8_t *out = looks->rgba + (size_t)y * (size_t)looks->width * 4;

    for (int32_t x = 0; x < looks->width; x++, out += 4) {
        const uint64_t *sum = looks->sums[x];
        uint64_t alpha = sum[3];
        for (int k = 0; k < 3; k++)
            out[k] = (uint8_t)(alpha ? (sum[k] + alpha / 2) / alpha : 0);
        out[3] = (uint8_t)((alpha + looks->counts[x] / 2) / looks->counts[x]);
    }
    memset(looks->sums, 0, sizeof looks->sums);
    memset(looks->counts, 0, sizeof looks->counts);
}

static int32_t our_row(const struct looks *looks, int32_t row)
{
    return (int32_t)((int64_t)row * looks->height / looks->from_height);
}

void looks_row(struct looks *looks, const uint8_t *rgba)
{
    int32_t y = our_row(looks, looks->rows);
    int32_t from = 0;

    for (int32_t x = 0; x < looks->width; x++) {
        int32_t to =
            (int32_t)(((int64_t)(x + 1) * looks->from_width + looks->width - 1) / looks->width);
        uint64_t *sum = looks->sums[x];
        looks->counts[x] += (uint32_t)(to - from);
        for (; from < to; from++, rgba += 4) {
            sum[0] += (uint64_t)rgba[0] * rgba[3];
            sum[1] += (uint64_t)rgba[1] * rgba[3];
            sum[2] += (uint64_t)rgba[2] * rgba[3];
            sum[3] += rgba[3];
        }
    }
    looks->rows++;
    if (looks->rows == looks->from_height || our_row(looks, looks->rows) != y)
        end_row(looks, y);
}

size_t looks_stored_at(int32_t orientation, int32_t width, int32_t height, int32_t x, int32_t y)
{
    int32_t across = orientation >= 5 ? y : x; /* EXIF 2.3, 4.6.4 A */
    int32_t down = orientation >= 5 ? x : y;

    if (orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8)
        across = width - 1 - across;
    if (orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7)
        down = height - 1 - down;
    return (size_t)down * (size_t)width + (size_t)across;
}

void looks_turn(struct looks *looks, int32_t orientation)
{
    int32_t width = orientation >= 5 ? looks->height : looks->width;
    int32_t height = orientation >= 5 ? looks->width : looks->height;
    uint8_t stored[sizeof looks->rgba];
    uint8_t *out = looks->rgba;

    if (orientation < 2 || orientation > 8)
        return;
    memcpy(stored, looks->rgba, (size_t)(width * height) * 4);
    for (int32_t y = 0; y < height; y++) {
        for (int32_t x = 0; x < width; x++, out += 4)
            memcpy(out,
                   stored + looks_stored_at(orientation, looks->width, looks->height, x, y) * 4, 4);
    }
    looks->width = width;
    looks->height = height;
}

/* ---- the main colour ---- */

#define LEVELS 16 /* of each of the three, 16 apart */

struct spot {
    uint32_t sums[3]; /* weighted by alpha */
    uint32_t weight;
};

static size_t spot_of(int r, int g, int b)
{
    return ((size_t)r * LEVELS + (size_t)g) * LEVELS + (size_t)b;
}

/* A spot and all that touch it, so that no border parts a colour that varies a little. */
static struct spot around(const struct spot *spots, int r, int g, int b)
{
    struct spot all = { 0 };

    for (int i = r ? r - 1 : 0; i <= r + 1 && i < LEVELS; i++) {
        for (int j = g ? g - 1 : 0; j <= g + 1 && j < LEVELS; j++) {
            for (int k = b ? b - 1 : 0; k <= b + 1 && k < LEVELS; k++) {
                const struct spot *one = &spots[spot_of(i, j, k)];
                for (int c = 0; c < 3; c++)
                    all.sums[c] += one->sums[c];
                all.weight += one->weight;
            }
        }
    }
    return all;
}

static uint32_t mean_of(const struct spot *spot)
{
    uint32_t colour = 0;

    for (int c = 0; c < 3; c++)
        colour = colour << 8 | (spot->sums[c] + spot->weight / 2) / spot->weight;
    return colour;
}

uint32_t looks_main_colour(const struct looks *looks)
{
    struct spot spots[LEVELS * LEVELS * LEVELS] = { 0 };
    struct spot best = { 0 };
    const uint8_t *pixel = looks->rgba;

    for (int32_t i = 0; i < looks->width * looks->height; i++, pixel += 4) {
        struct spot *spot = &spots[spot_of(pixel[0] / 16, pixel[1] / 16, pixel[2] / 16)];
        for (int c = 0; c < 3; c++)
            spot->sums[c] += (uint32_t)pixel[c] * pixel[3];
        spot->weight += pixel[3];
    }
    for (int r = 0; r < LEVELS; r++) {
        for (int g = 0; g < LEVELS; g++) {
            for (int b = 0; b < LEVELS; b++) {
                if (spots[spot_of(r, g, b)].weight == 0)
                    continue;
                struct spot all = around(spots, r, g, b);
                if (all.weight > best.weight)
                    best = all;
            }
        }
    }
    return best.weight ? mean_of(&best) : 0xFFFFFF;
}

/* ---- the perceptual hash ---- */

#define GRID        32
#define DIAGONALS   11   /* enough of them for 64 frequencies */
#define DETAIL_MIN  1.0  /* levels of brightness of 255 in the strongest frequency */
#define CLEARLY     0.02 /* of the strongest one */
#define FREQUENCIES 64

/* Brightness over white. */
static double brightness(const uint8_t *rgba)
{
    double alpha = rgba[3] / 255.0;
    double grey = 0.299 * rgba[0] + 0.587 * rgba[1] + 0.114 * rgba[2];

    return grey * alpha + 255 * (1 - alpha);
}

/* How much of pixel `at` of `length` lies in cell `cell` of GRID, as part of a cell. */
static double share(int32_t at, int32_t length, int cell)
{
    double step = GRID / (double)length;
    double low = fmax(at * step, cell);
    double high = fmin((at + 1) * step, cell + 1);

    return high > low ? high - low : 0;
}

static double cell_of(const struct looks *looks, int column, int row)
{
    int32_t w = looks->width;
    int32_t h = looks->height;
    double sum = 0;

    for (int32_t y = row * h / GRID; y < h && y * GRID < (row + 1) * h; y++) {
        for (int32_t x = column * w / GRID; x < w && x * GRID < (column + 1) * w; x++)
            sum +=
                share(x, w, column) * share(y, h, row) * brightness(looks->rgba + (y * w + x) * 4);
    }
    return sum;
}

/* By frequencies across, of each row; then down, of what that gave: only what is asked for. */
static void transform(const struct looks *looks, double out[DIAGONALS][DIAGONALS])
{
    double waves[DIAGONALS][GRID];
    double rows[GRID][DIAGONALS] = { 0 };

    for (int f = 0; f < DIAGONALS; f++) {
        for (int i = 0; i < GRID; i++)
            waves[f][i] = cos(M_PI / GRID * f * (i + 0.5));
    }
    for (int y = 0; y < GRID; y++) {
        for (int x = 0; x < GRID; x++) {
            double cell = cell_of(looks, x, y);
            for (int f = 0; f < DIAGONALS; f++)
                rows[y][f] += cell * waves[f][x] / GRID;
        }
    }
    for (int v = 0; v < DIAGONALS; v++) {
        for (int u = 0; u < DIAGONALS; u++) {
            out[v][u] = 0;
            for (int y = 0; y < GRID; y++)
                out[v][u] += rows[y][u] * waves[v][y] / GRID;
        }
    }
}

uint64_t looks_perceptual_hash(const struct looks *looks)
{
    double grid[DIAGONALS][DIAGONALS];
    double list[FREQUENCIES];
    double strongest = 0;
    int count = 0;
    uint64_t hash = 0;

    transform(looks, grid);
    for (int diagonal = 1; diagonal < DIAGONALS; diagonal++) {
        for (int v = 0; v <= diagonal && count < FREQUENCIES; v++) {
            double value = grid[v][diagonal - v];
            strongest = fmax(strongest, fabs(value));
            list[count++] = value;
        }
    }
    if (strongest < DETAIL_MIN)
        return 0;
    for (int i = 0; i < FREQUENCIES; i++)
        hash |= (uint64_t)(list[i] > strongest * CLEARLY) << i;
    return hash ? hash : 1;
}

void looks_describe(const struct looks *looks, struct appearance *out)
{
    out->colour = looks_main_colour(looks);
    out->thumb_hash_len = thumb_hash(looks->rgba, looks->width, looks->height, out->thumb_hash);
    out->perceptual_hash = looks_perceptual_hash(looks);
}
