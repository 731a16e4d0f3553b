#include "image/looks.h"
#include "support/pixels.h"

static const uint8_t RED[] = { 220, 20, 30, 255 };
static const uint8_t BLUE[] = { 10, 30, 210, 255 };

static struct looks looked_at(const struct pixels *p)
{
    struct looks looks;

    looks_begin(&looks, p->width, p->height);
    for (int y = 0; y < p->height; y++)
        looks_row(&looks, pixel(p, 0, y));
    return looks;
}

static uint32_t main_colour(const struct pixels *p)
{
    struct looks looks = looked_at(p);

    return looks_main_colour(&looks);
}

static uint64_t perceptual(const struct pixels *p)
{
    struct looks looks = looked_at(p);

    return looks_perceptual_hash(&looks);
}

static void fill(struct pixels *p, int x0, int y0, int x1, int y1, const uint8_t *colour)
{
    for (int y = y0; y < y1; y++) {
        for (int x = x0; x < x1; x++)
            memcpy(pixel(p, x, y), colour, 4);
    }
}

static bool near(uint32_t colour, const uint8_t *want, int by)
{
    return abs((int)(colour >> 16 & 255) - want[0]) <= by &&
           abs((int)(colour >> 8 & 255) - want[1]) <= by &&
           abs((int)(colour & 255) - want[2]) <= by;
}

TEST(up_to_a_hundred_pixels_a_side_nothing_is_scaled)
{
    struct arena *arena = arena_new(8 << 20);
    struct pixels p = pixels_new(arena, 100, 37, 4);

    for (int i = 0; i < 100 * 37 * 4; i++)
        p.at[i] = (uint8_t)(i % 4 == 3 ? 255 : i * 7 + i / 13);
    struct looks looks = looked_at(&p);
    CHECK_INT(looks.width, 100);
    CHECK_INT(looks.height, 37);
    CHECK(memcmp(looks.rgba, p.at, 100 * 37 * 4) == 0);
    arena_free(arena);
}

TEST(a_larger_picture_is_made_to_fit_and_each_pixel_is_a_mean)
{
    static const int sizes[][4] = { { 200, 100, 100, 50 },  { 2725, 2225, 100, 82 },
                                    { 101, 1, 100, 1 },     { 3, 8000, 1, 100 },
                                    { 640, 641, 100, 100 }, { 150, 149, 100, 99 } };
    struct arena *arena = arena_new(64 << 20);

    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct pixels p = filled(arena, sizes[i][0], sizes[i][1], 4, RED);
        fill(&p, 0, 0, (sizes[i][0] + 1) / 2, sizes[i][1], BLUE);
        struct looks looks = looked_at(&p);
        CHECK_INT(looks.width, sizes[i][2]);
        CHECK_INT(looks.height, sizes[i][3]);
        CHECK(memcmp(looks.rgba, BLUE, 4) == 0 || looks.width == 1);
        const uint8_t *last = looks.rgba + (looks.width * looks.height - 1) * 4;
        CHECK(memcmp(last, RED, 4) == 0 || looks.width == 1);
    }
    arena_free(arena);
}

TEST(what_is_transparent_lends_its_neighbours_no_colour)
{
    struct arena *arena = arena_new(8 << 20);
    struct pixels p = filled(arena, 200, 200, 4, (const uint8_t[]){ 0, 255, 0, 0 });

    for (int y = 0; y < 200; y += 2)
        fill(&p, 0, y, 200, y + 1, RED);
    struct looks looks = looked_at(&p);
    CHECK(memcmp(looks.rgba, RED, 3) == 0);
    CHECK_INT(looks.rgba[3], 128);
    CHECK(near(looks_main_colour(&looks), RED, 0));
    arena_free(arena);
}

/* What stands where in pictures of the letters
 *   AB
 *   CD
 *   EF  when they are seen, by orientation. */
TEST(pictures_are_turned_as_orientation_says)
{
    static const char *const stored[] = { NULL,     "ABCDEF", "BADCFE", "FEDCBA", "EFCDAB",
                                          "ACEBDF", "BDFACE", "FDBECA", "ECAFDB" };
    struct arena *arena = arena_new(1 << 20);

    for (int orientation = 1; orientation <= 8; orientation++) {
        bool turned = orientation >= 5;
        struct pixels p = pixels_new(arena, turned ? 3 : 2, turned ? 2 : 3, 4);
        char seen[7] = "";
        for (int i = 0; i < 6; i++)
            memset(p.at + i * 4, stored[orientation][i], 4);
        struct looks looks = looked_at(&p);
        for (int i = 0; i < 6; i++)
            CHECK_INT(
                stored[orientation][looks_stored_at(orientation, p.width, p.height, i % 2, i / 2)],
                "ABCDEF"[i]);
        for (int i = 0; i < 6; i++) /* opaque, so that nothing of it changes */
            looks.rgba[i * 4] = (uint8_t)stored[orientation][i];
        looks_turn(&looks, orientation);
        for (int i = 0; i < 6; i++)
            seen[i] = (char)looks.rgba[i * 4];
        CHECK_INT(looks.width, 2);
        CHECK_INT(looks.height, 3);
        CHECK_BYTES(bytes_str(seen), B("ABCDEF"));
    }
    arena_free(arena);
}

TEST(half_red_and_half_blue_is_one_of_them_and_never_purple)
{
    struct arena *arena = arena_new(64 << 20);

    for (int side = 2; side < 1000; side = side * 3 + 1) {
        struct pixels p = filled(arena, side, side, 4, RED);
        fill(&p, 0, 0, side / 2, side, BLUE);
        uint32_t colour = main_colour(&p);
        CHECK(near(colour, RED, 0) || near(colour, BLUE, 0));
        struct pixels dots = filled(arena, side, side, 4, BLUE);
        for (int y = 0; y < side; y++)
            fill(&dots, 0, y, y % 10 < 3 ? side : 0, y + 1, RED);
        if (side > 9 && side <= 100)
            CHECK(near(main_colour(&dots), BLUE, 0));
    }
    arena_free(arena);
}

TEST(a_colour_that_varies_over_a_border_still_counts_as_one)
{
    struct arena *arena = arena_new(8 << 20);
    struct pixels p = filled(arena, 90, 90, 4, (const uint8_t[]){ 200, 200, 20, 255 });

    for (int y = 0; y < 54; y++) { /* three fifths: greys about 128, where two spots meet */
        for (int x = 0; x < 90; x++)
            memset(pixel(&p, x, y), 120 + (x + y) % 16, 3);
    }
    CHECK(near(main_colour(&p), (const uint8_t[]){ 127, 127, 127 }, 2));
    struct pixels clear = filled(arena, 5, 5, 4, (const uint8_t[]){ 1, 2, 3, 0 });
    CHECK_INT(main_colour(&clear), 0xFFFFFF);
    arena_free(arena);
}

/* Discs of their own places and colours on a ground that brightens. */
static struct pixels scene(struct arena *arena, unsigned seed, int width, int height)
{
    struct pixels p = pixels_new(arena, width, height, 4);
    unsigned state = seed * 2654435761U + 12345;
    double discs[6][4];

    for (int i = 0; i < 6 * 4; i++) {
        state = state * 1664525U + 1013904223U;
        discs[i / 4][i % 4] = (state >> 8) / (double)(1 << 24);
    }
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            double u = (x + 0.5) / width;
            double v = (y + 0.5) / height;
            double grey = 90 + 60 * (discs[0][0] * u + discs[0][1] * v);
            for (int i = 0; i < 6; i++) {
                double dx = u - discs[i][0];
                double dy = v - discs[i][1];
                double radius = 0.08 + 0.15 * discs[i][2];
                if (dx * dx + dy * dy < radius * radius)
                    grey = 250 * discs[i][3];
            }
            uint8_t *at = pixel(&p, x, y);
            at[0] = at[1] = (uint8_t)grey;
            at[2] = (uint8_t)(grey / 2);
            at[3] = 255;
        }
    }
    return p;
}

static int apart(uint64_t a, uint64_t b)
{
    return __builtin_popcountll(a ^ b);
}

#define SCENES 60

TEST(copies_look_alike_and_other_pictures_do_not)
{
    struct arena *arena = arena_new(512 << 20);
    uint64_t hashes[SCENES];
    int farthest = 0;
    int nearest = 64;

    for (unsigned i = 0; i < SCENES; i++) {
        struct pixels p = scene(arena, i, 240, 180);
        struct pixels copies[] = { scene(arena, i, 480, 360), scene(arena, i, 101, 76),
                                   scene(arena, i, 64, 48), scene(arena, i, 240, 180) };
        hashes[i] = perceptual(&p);
        for (int k = 0; k < 240 * 180 * 4; k++) { /* brighter, and a little noise */
            int value = copies[3].at[k] * 21 / 20 + (k * 7919 >> 3) % 9 - 4;
            if (k % 4 != 3)
                copies[3].at[k] = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
        }
        for (size_t k = 0; k < COUNT(copies); k++) {
            int d = apart(hashes[i], perceptual(&copies[k]));
            farthest = d > farthest ? d : farthest;
        }
        for (unsigned j = 0; j < i; j++) {
            int d = apart(hashes[i], hashes[j]);
            nearest = d < nearest ? d : nearest;
        }
    }
    fprintf(stderr, "copies at most %d bits apart, others at least %d\n", farthest, nearest);
    CHECK(farthest <= 5);
    CHECK(nearest > 5);
    arena_free(arena);
}

TEST(a_picture_of_one_colour_has_nothing_to_compare)
{
    struct arena *arena = arena_new(8 << 20);
    struct pixels red = filled(arena, 300, 200, 4, RED);
    struct pixels clear = filled(arena, 30, 20, 4, (const uint8_t[]){ 0, 0, 0, 0 });

    CHECK(perceptual(&red) == 0);
    CHECK(perceptual(&clear) == 0);
    fill(&red, 0, 0, 150, 200, BLUE);
    CHECK(perceptual(&red) != 0);
    arena_free(arena);
}

TEST_MAIN
