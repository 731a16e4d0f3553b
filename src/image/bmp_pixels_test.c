/* Every depth and packing of BMP, row by row. */
#include "image/bmp_pixels.h"
#include "image/header.h"
#include "support/pixels.h"

static struct pixels decode(struct arena *arena, struct bytes bmp)
{
    struct picture_header header;
    struct bmp_pixels got;
    struct err e = { 0 };

    if (image_read_header(bmp, &image_limits_default, &header, &e) ||
        bmp_read_pixels(bmp, &got, &e))
        test_fail(__FILE__, __LINE__, "%s", e.text);
    CHECK_INT(got.width_px, header.width_px);
    CHECK_INT(got.height_px, header.height_px);
    CHECK_INT(got.size, (size_t)got.width_px * (size_t)got.height_px * (size_t)got.bands);
    struct pixels p = pixels_new(arena, got.width_px, got.height_px, got.bands);
    memcpy(p.at, got.at, got.size);
    free(got.at);
    return p;
}

/* `want` is "RGB" and so on, a letter a pixel, a space a row; `.` is black, `W` white. */
static void check_letters(const struct pixels *p, const char *want)
{
    for (int y = 0; y < p->height; y++) {
        for (int x = 0; x < p->width; x++) {
            char letter = want[y * (p->width + 1) + x];
            const uint8_t rgb[] = { letter == 'R' || letter == 'W' ? 255 : 0,
                                    letter == 'G' || letter == 'W' ? 255 : 0,
                                    letter == 'B' || letter == 'W' ? 255 : 0 };
            if (memcmp(pixel(p, x, y), rgb, 3) != 0)
                test_fail(__FILE__, __LINE__, "%d, %d of \"%s\": %d %d %d", x, y, want,
                          pixel(p, x, y)[0], pixel(p, x, y)[1], pixel(p, x, y)[2]);
        }
    }
}

/* Black, red, green, blue; `entry` bytes each. */
static void put_palette(struct made *m, int entry)
{
    for (int i = 0; i < 4; i++) {
        const uint8_t bgr[] = { i == 3 ? 255 : 0, i == 2 ? 255 : 0, i == 1 ? 255 : 0, 0 };
        put_bytes(m, bgr, (size_t)entry);
    }
}

static struct bytes with_palette(struct arena *arena, int width, int height, struct bmp_form form,
                                 struct bytes rows)
{
    struct made m = { .arena = arena };

    put_palette(&m, form.header_len == 12 ? 3 : 4);
    size_t before = m.len;
    put_bytes(&m, rows.at, rows.len);
    return made_bmp(arena, width, height, form, made_bytes(&m), before);
}

TEST(palettes_of_1_4_and_8_bits)
{
    static const struct {
        struct bmp_form form;
        struct bytes rows;
        const char *want;
    } cases[] = {
        { { .depth = 1, .header_len = 40 }, B("\xA0\0\0\0\x40\0\0\0"), ".R. R.R" },
        { { .depth = 4, .header_len = 40 }, B("\x12\x30\0\0\x01\x20\0\0"), ".RG RGB" },
        { { .depth = 8, .header_len = 40 }, B("\1\2\3\0\3\0\1\0"), "B.R RGB" },
        { { .depth = 8, .header_len = 108 }, B("\1\2\3\0\3\0\1\0"), "B.R RGB" },
        { { .depth = 8, .header_len = 12 }, B("\1\2\3\0\3\0\1\0"), "B.R RGB" },
        { { .depth = 8, .header_len = 40, .top_down = true }, B("\1\2\3\0\3\0\1\0"), "RGB B.R" },
    };
    struct arena *arena = arena_new(1 << 20);

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bmp_form form = cases[i].form;
        /* the header of 108 bytes: made_bmp writes 40 of them */
        char wide[68 + 64] = { 0 };
        struct made rest = { .arena = arena };
        put_bytes(&rest, wide, form.header_len == 108 ? 68 : 0);
        size_t before = rest.len;
        put_palette(&rest, form.header_len == 12 ? 3 : 4);
        size_t palette = rest.len - before;
        put_bytes(&rest, cases[i].rows.at, cases[i].rows.len);
        struct bytes bmp = made_bmp(arena, 3, 2, form, made_bytes(&rest), palette);
        struct pixels p = decode(arena, bmp);
        check_letters(&p, cases[i].want);
    }
    arena_free(arena);
}

TEST(colours_of_16_24_and_32_bits)
{
    static const struct {
        struct bmp_form form;
        struct bytes rest;
        size_t before;
        const char *want;
    } cases[] = {
        { { .depth = 16, .header_len = 40 }, B("\x00\x7C\xE0\x03\x1F\x00\xFF\x7F"), 0, "RGBW" },
        { { .depth = 24, .header_len = 40 }, B("\0\0\xFF\0\xFF\0\xFF\0\0\xFF\xFF\xFF"), 0, "RGBW" },
        { { .depth = 32, .header_len = 40 },
          B("\0\0\xFF\0\0\xFF\0\0\xFF\0\0\0\xFF\xFF\xFF\0"),
          0,
          "RGBW" },
        /* masks: five, six and five bits */
        { { .depth = 16, .header_len = 40, .compression = 3 },
          B("\0\xF8\0\0\xE0\7\0\0\x1F\0\0\0\x00\xF8\xE0\x07\x1F\x00\xFF\xFF"),
          12,
          "RGBW" },
        { { .depth = 32, .header_len = 40, .compression = 3 },
          B("\xFF\0\0\0\0\xFF\0\0\0\0\xFF\0\xFF\0\0\0\0\xFF\0\0\0\0\xFF\0\xFF\xFF\xFF\0"),
          12,
          "RGBW" },
    };
    struct arena *arena = arena_new(1 << 20);

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct pixels p =
            decode(arena, made_bmp(arena, 4, 1, cases[i].form, cases[i].rest, cases[i].before));
        CHECK_INT(p.bands, 3);
        check_letters(&p, cases[i].want);
    }
    arena_free(arena);
}

TEST(a_mask_for_alpha_gives_alpha)
{
    struct arena *arena = arena_new(1 << 20);
    struct bmp_form form = { .depth = 32, .header_len = 40, .compression = 6 };
    struct pixels p = decode(arena, made_bmp(arena, 2, 1, form,
                                             B("\0\0\xFF\0\0\xFF\0\0\xFF\0\0\0\0\0\0\xFF"
                                               "\0\0\xFF\x80\xFF\0\0\0"),
                                             16));

    CHECK_INT(p.bands, 4);
    check_letters(&p, "RB");
    CHECK_INT(pixel(&p, 0, 0)[3], 0x80);
    CHECK_INT(pixel(&p, 1, 0)[3], 0);
    arena_free(arena);
}

TEST(run_lengths_of_8_and_4_bits)
{
    static const struct {
        struct bmp_form form;
        struct bytes rows;
        const char *want;
    } cases[] = {
        /* a run of three and the end of the line, then three as they are and the end */
        { { .depth = 8, .header_len = 40, .compression = 1 },
          B("\3\1\0\0\0\3\1\2\3\0\0\1"),
          "RGB RRR" },
        { { .depth = 4, .header_len = 40, .compression = 2 },
          B("\3\x12\0\0\0\3\x12\x30\0\1"),
          "RGB RGR" },
        /* a run that is too long, a move over what stays black, an end that is missing */
        { { .depth = 8, .header_len = 40, .compression = 1 },
          B("\xFF\1\0\0\0\2\1\0\1\2"),
          ".G. RRR" },
        { { .depth = 8, .header_len = 40, .compression = 1 }, B("\0\2\xFF\xFF\1\1"), "... ..." },
        { { .depth = 8, .header_len = 40, .compression = 1 }, B("\0\xFE\1"), "... R.." },
        { { .depth = 8, .header_len = 40, .compression = 1 }, B(""), "... ..." },
    };
    struct arena *arena = arena_new(1 << 20);

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct pixels p = decode(arena, with_palette(arena, 3, 2, cases[i].form, cases[i].rows));
        check_letters(&p, cases[i].want);
    }
    arena_free(arena);
}

TEST(rows_that_are_cut_off_are_black)
{
    struct arena *arena = arena_new(1 << 20);
    struct bmp_form form = { .depth = 8, .header_len = 40 };
    struct pixels p = decode(arena, with_palette(arena, 3, 2, form, B("\1\2\3\0")));

    check_letters(&p, "... RGB");
    arena_free(arena);
}

TEST(other_packings_are_refused)
{
    static const struct bmp_form forms[] = {
        { .depth = 24, .header_len = 40, .compression = 1 },
        { .depth = 8, .header_len = 40, .compression = 2 },
        { .depth = 8, .header_len = 40, .compression = 3 },
        { .depth = 24, .header_len = 40, .compression = 4 },
        { .depth = 32, .header_len = 40, .compression = 77 },
        { .depth = 32, .header_len = 64, .compression = 3 },
    };
    struct arena *arena = arena_new(1 << 20);
    char rest[200] = { 0 };

    for (size_t i = 0; i < COUNT(forms); i++) {
        struct bmp_pixels got;
        struct err e = { 0 };
        CHECK_INT(bmp_read_pixels(made_bmp(arena, 2, 2, forms[i], bytes_of(rest, sizeof rest), 30),
                                  &got, &e),
                  ERR_UNSUPPORTED);
    }
    arena_free(arena);
}

TEST_MAIN
