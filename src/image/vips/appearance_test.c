/* Pictures in, what they look like out; in this process. By way of boxes: core/appearance_test.c.
 */
#include "image/renderer.h"
#include "support/pixels.h"

#include <vips/vips.h>

extern const struct renderer cameo_renderer;

struct bench {
    struct arena *arena;
    struct err e;
};

static struct bench bench_new(void)
{
    struct bench b = { .arena = arena_new(256 << 20) };

    CHECK(b.arena != NULL);
    CHECK_INT(cameo_renderer.start(&b.e), ERR_NONE);
    atexit(vips_shutdown); /* a leak checker stumbles over what it keeps */
    return b;
}

static void bench_done(struct bench *b)
{
    arena_free(b->arena);
}

static enum err_code try_look(struct bench *b, struct bytes bytes,
                              const struct picture_header *header, struct appearance *out)
{
    return cameo_renderer.appearance(bytes, header, out, &b->e);
}

static struct appearance look(struct bench *b, struct bytes bytes)
{
    struct picture_header header;
    struct appearance out;

    if (image_read_header(bytes, &image_limits_default, &header, &b->e) ||
        try_look(b, bytes, &header, &out))
        test_fail(__FILE__, __LINE__, "%s", b->e.text);
    return out;
}

static bool same_pixels(const struct appearance *a, const struct appearance *b)
{
    return memcmp(a->pixel_hash, b->pixel_hash, sizeof a->pixel_hash) == 0;
}

static struct pixels pattern(struct arena *arena, int width, int height, int bands, int seed)
{
    struct pixels p = pixels_new(arena, width, height, bands);

    for (int i = 0; i < width * height * bands; i++)
        p.at[i] = (uint8_t)(i * 7 + i / width * 3 + seed);
    return p;
}

TEST(a_page_of_a_tiff_is_the_same_as_a_png_of_its_pixels)
{
    struct bench b = bench_new();
    struct pixels p = pattern(b.arena, 123, 45, 3, 1);
    struct appearance png = look(&b, rgb_png(b.arena, &p));
    struct appearance tiff = look(&b, made_tiff(b.arena, &p, 1, 2, 1));

    CHECK(same_pixels(&png, &tiff));
    CHECK_INT(png.colour, tiff.colour);
    CHECK_INT(png.thumb_hash_len, tiff.thumb_hash_len);
    CHECK(memcmp(png.thumb_hash, tiff.thumb_hash, png.thumb_hash_len) == 0);
    CHECK(png.perceptual_hash == tiff.perceptual_hash);
    bench_done(&b);
}

TEST(one_pixel_that_differs_is_another_picture_and_so_is_another_shape)
{
    struct bench b = bench_new();
    struct pixels p = pattern(b.arena, 40, 30, 3, 1);
    struct pixels wide = { .at = p.at, .width = 60, .height = 20, .bands = 3 };
    struct appearance one = look(&b, rgb_png(b.arena, &p));
    struct appearance other_shape = look(&b, rgb_png(b.arena, &wide));

    pixel(&p, 39, 29)[2] ^= 1;
    struct appearance other = look(&b, rgb_png(b.arena, &p));
    CHECK(!same_pixels(&one, &other));
    CHECK(!same_pixels(&one, &other_shape));
    bench_done(&b);
}

TEST(grey_is_red_green_and_blue_alike_and_sixteen_bits_are_not_eight)
{
    struct bench b = bench_new();
    struct pixels grey = pattern(b.arena, 50, 20, 1, 0);
    struct pixels rgb = pixels_new(b.arena, 50, 20, 3);

    for (int i = 0; i < 50 * 20; i++)
        memset(rgb.at + i * 3, grey.at[i], 3);
    struct appearance one = look(&b, made_png(b.arena, &grey, 0, 8, B(""), B("")));
    struct appearance three = look(&b, rgb_png(b.arena, &rgb));
    struct appearance deep = look(&b, made_png(b.arena, &grey, 0, 16, B(""), B("")));
    struct appearance deep3 = look(&b, made_png(b.arena, &rgb, 2, 16, B(""), B("")));
    CHECK(same_pixels(&one, &three));
    CHECK(same_pixels(&deep, &deep3));
    CHECK(!same_pixels(&one, &deep));
    CHECK(one.perceptual_hash == deep.perceptual_hash);
    bench_done(&b);
}

TEST(a_colour_under_nothing_is_none)
{
    struct bench b = bench_new();
    struct pixels one = filled(b.arena, 20, 20, 4, (const uint8_t[]){ 200, 1, 2, 0 });
    struct pixels other = filled(b.arena, 20, 20, 4, (const uint8_t[]){ 3, 4, 250, 0 });

    memset(pixel(&one, 3, 3), 255, 4);
    memset(pixel(&other, 3, 3), 255, 4);
    struct appearance a = look(&b, rgb_png(b.arena, &one));
    struct appearance c = look(&b, rgb_png(b.arena, &other));
    CHECK(same_pixels(&a, &c));
    CHECK_INT(a.colour, 0xFFFFFF);
    bench_done(&b);
}

TEST(every_page_counts_and_what_is_seen_is_the_first)
{
    struct bench b = bench_new();
    struct pixels pages[] = { pattern(b.arena, 40, 30, 3, 1), pattern(b.arena, 40, 30, 3, 90) };
    struct pixels uneven[] = { pages[0], pattern(b.arena, 20, 10, 3, 5) };
    struct appearance one = look(&b, made_tiff(b.arena, pages, 1, 2, 1));
    struct appearance both = look(&b, made_tiff(b.arena, pages, 2, 2, 1));
    struct appearance odd = look(&b, made_tiff(b.arena, uneven, 2, 2, 1));

    CHECK(!same_pixels(&one, &both));
    CHECK(!same_pixels(&one, &odd)); /* libvips gives the first page only: told apart by bytes */
    CHECK(one.perceptual_hash == both.perceptual_hash);
    CHECK(one.perceptual_hash == odd.perceptual_hash);
    bench_done(&b);
}

TEST(turned_pages_are_the_same_as_pages_stored_turned)
{
    struct bench b = bench_new();
    struct pixels upright = pattern(b.arena, 40, 30, 3, 1);

    struct appearance want = look(&b, rgb_png(b.arena, &upright));
    for (int orientation = 2; orientation <= 8; orientation++) {
        bool turned = orientation >= 5;
        struct pixels stored = pixels_new(b.arena, turned ? 30 : 40, turned ? 40 : 30, 3);
        for (int y = 0; y < 30; y++) {
            for (int x = 0; x < 40; x++) {
                static const bool from_right[] = { [2] = true, [3] = true, [7] = true, [8] = true };
                static const bool from_below[] = {
                    [3] = true, [4] = true, [6] = true, [7] = true, [8] = false
                };
                int u = turned ? y : x;
                int v = turned ? x : y;
                u = from_right[orientation] ? stored.width - 1 - u : u;
                v = from_below[orientation] ? stored.height - 1 - v : v;
                memcpy(pixel(&stored, u, v), pixel(&upright, x, y), 3);
            }
        }
        struct appearance got = look(&b, made_tiff(b.arena, &stored, 1, 2, orientation));
        CHECK(same_pixels(&got, &want));
        CHECK(memcmp(got.thumb_hash, want.thumb_hash, want.thumb_hash_len) == 0);
    }
    bench_done(&b);
}

/* Cut at every tenth byte, and with every tenth byte turned over. */
TEST(what_is_broken_is_refused_or_is_another_picture)
{
    struct bench b = bench_new();
    struct pixels p = pattern(b.arena, 40, 30, 3, 1);
    struct bytes whole[] = { rgb_png(b.arena, &p), made_tiff(b.arena, &p, 1, 2, 1) };
    int refused = 0;

    for (size_t i = 0; i < COUNT(whole); i++) {
        struct appearance want = look(&b, whole[i]);
        for (size_t at = 10; at < whole[i].len; at += 10) {
            char *turned = arena_str(b.arena, whole[i]);
            turned[at] = (char)~turned[at];
            struct bytes tries[] = { bytes_first(whole[i], at), bytes_of(turned, whole[i].len) };
            for (size_t k = 0; k < COUNT(tries); k++) {
                struct picture_header header;
                struct appearance got;
                if (image_read_header(tries[k], &image_limits_default, &header, &b.e))
                    continue;
                enum err_code rc = try_look(&b, tries[k], &header, &got);
                CHECK(rc == ERR_NONE || rc == ERR_UNSUPPORTED);
                refused += rc == ERR_UNSUPPORTED;
                /* behind the pixels stand checksums and the end */
                CHECK(rc || k == 1 || at + 40 > whole[i].len || !same_pixels(&got, &want));
            }
        }
    }
    CHECK(refused > 50);
    bench_done(&b);
}

TEST(a_header_that_does_not_fit_the_bytes_is_not_believed)
{
    struct bench b = bench_new();
    struct pixels p = pattern(b.arena, 40, 30, 3, 1);
    struct bytes png = rgb_png(b.arena, &p);
    static const struct picture_header headers[] = { { PICTURE_PNG, 8, 6, 1, 1 },
                                                     { PICTURE_PNG, 40, 31, 1, 1 },
                                                     { PICTURE_JPEG, 40, 30, 1, 1 },
                                                     { PICTURE_TIFF, 40, 30, 1, 2 },
                                                     { PICTURE_BMP, 40, 30, 1, 1 } };
    struct appearance out;

    for (size_t i = 0; i < COUNT(headers); i++)
        CHECK_INT(try_look(&b, png, &headers[i], &out), ERR_UNSUPPORTED);
    CHECK_INT(try_look(&b, png, &(struct picture_header){ PICTURE_PNG, 9000, 1, 1, 1 }, &out),
              ERR_UNSUPPORTED);
    bench_done(&b);
}

TEST_MAIN
