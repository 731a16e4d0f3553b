/* Placeholders: the texts can be read in every size and language, and nothing is opened for them.
 */
#include "image/renderer.h"
#include "support/pixels.h"
#include "test.h"

#include <math.h>
#include <seccomp.h>
#include <unistd.h>

extern const struct renderer cameo_renderer;

/* The words for "no photo" of each language that there is, and other letters. */
static const struct bytes texts[] = {
    B("No photo"),         B("Ikke noe bilde"), B("Inget foto"), B("Intet foto"),
    B("Kein Foto"),        B("Pas de photo"),   B("Geen foto"),  B("Ingen bilde å få, øre är"),
    B("Χωρίς φωτογραφία"), B("Нет фотографии"),
};

static const int32_t sizes[][2] = {
    { 64, 64 }, { 75, 75 }, { 130, 180 }, { 400, 300 }, { 300, 60 }, { 80, 400 }, { 1000, 1000 },
};

static struct arena *started(void)
{
    struct err e = { 0 };

    if (cameo_renderer.start(&e))
        test_fail(__FILE__, __LINE__, "%s", e.text);
    return arena_new(256 << 20);
}

static struct bytes made(struct arena *arena, struct drawing drawing)
{
    size_t room = 16 << 20;
    size_t len = 0;
    struct err e = { 0 };
    CLEANUP(freep) uint8_t *out = malloc(room);

    CHECK(out != NULL);
    if (cameo_renderer.drawing(&drawing, out, room, &len, &e))
        test_fail(__FILE__, __LINE__, "%s", e.text);
    return arena_copy(arena, bytes_of((const char *)out, len));
}

static struct pixels drawn(struct arena *arena, struct bytes text, int32_t width, int32_t height)
{
    return read_png(arena, made(arena, (struct drawing){ .text = text,
                                                         .width_px = width,
                                                         .height_px = height,
                                                         .type = PICTURE_PNG }));
}

/* WCAG 2.2: relative luminance. */
static double luminance(const uint8_t *rgb)
{
    static const double weights[] = { 0.2126, 0.7152, 0.0722 };
    double sum = 0;

    for (int i = 0; i < 3; i++) {
        double c = rgb[i] / 255.0;
        sum += weights[i] * (c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4));
    }
    return sum;
}

/* Where the ink is, and how it stands out from the paper at most. */
struct ink {
    int left, top, right, bottom; /* the box around it; right and bottom behind it */
    int pixels;
    double contrast;
};

static struct ink ink_of(struct pixels *p)
{
    struct ink ink = { p->width, p->height, 0, 0, 0, 0 };
    double paper = luminance(pixel(p, 0, 0));

    for (int y = 0; y < p->height; y++) {
        for (int x = 0; x < p->width; x++) {
            double contrast = (paper + 0.05) / (luminance(pixel(p, x, y)) + 0.05);
            if (contrast < 1.1)
                continue;
            ink.pixels++;
            ink.left = x < ink.left ? x : ink.left;
            ink.top = y < ink.top ? y : ink.top;
            ink.right = x + 1 > ink.right ? x + 1 : ink.right;
            ink.bottom = y + 1 > ink.bottom ? y + 1 : ink.bottom;
            ink.contrast = fmax(ink.contrast, contrast);
        }
    }
    return ink;
}

TEST(every_text_can_be_read_in_every_size)
{
    struct arena *arena = started();

    for (size_t t = 0; t < COUNT(texts); t++) {
        for (size_t s = 0; s < COUNT(sizes); s++) {
            int width = sizes[s][0];
            int height = sizes[s][1];
            arena_reset(arena);
            struct pixels p = drawn(arena, texts[t], width, height);
            struct ink ink = ink_of(&p);
            const char *text = texts[t].at;
            CHECK_INT(p.width, width);
            CHECK_INT(p.height, height);
            if (ink.contrast < 4.5)
                test_fail(__FILE__, __LINE__, "'%s' in %d x %d: contrast %.1f", text, width, height,
                          ink.contrast);
            /* a tenth stays free on every side, but for what rounding takes */
            if (ink.left < width / 10 - 1 || ink.right > width - width / 10 + 1 ||
                ink.top < height / 10 - 1 || ink.bottom > height - height / 10 + 1)
                test_fail(__FILE__, __LINE__, "'%s' in %d x %d: ink from %d %d to %d %d", text,
                          width, height, ink.left, ink.top, ink.right, ink.bottom);
            /* in the middle; descenders are as good as no weight */
            int across = ink.left - (width - ink.right);
            int down = ink.top - (height - ink.bottom);
            if (abs(across) > 2 + width / 25 || abs(down) > 6 + height / 12)
                test_fail(__FILE__, __LINE__, "'%s' in %d x %d: %d and %d off the middle", text,
                          width, height, across, down);
            /* letters of no less than the smallest size leave so much ink */
            if (ink.pixels < 10 * (int)texts[t].len / 2)
                test_fail(__FILE__, __LINE__, "'%s' in %d x %d: %d pixels of ink", text, width,
                          height, ink.pixels);
        }
    }
    arena_free(arena);
}

TEST(each_text_looks_different)
{
    struct arena *arena = started();

    for (size_t a = 0; a < COUNT(texts); a++) {
        arena_reset(arena);
        struct pixels p = drawn(arena, texts[a], 200, 200);
        for (size_t b = 0; b < a; b++) {
            struct pixels q = drawn(arena, texts[b], 200, 200);
            int differ = 0;
            for (int y = 0; y < 200; y++) {
                for (int x = 0; x < 200; x++)
                    differ += abs(pixel(&p, x, y)[0] - pixel(&q, x, y)[0]) > 60;
            }
            if (differ < 50)
                test_fail(__FILE__, __LINE__, "'%s' and '%s'", texts[a].at, texts[b].at);
        }
    }
    arena_free(arena);
}

TEST(where_a_text_could_not_be_read_there_is_a_shape)
{
    static const int32_t small[][2] = { { 24, 24 }, { 16, 16 }, { 40, 14 }, { 12, 60 } };
    struct arena *arena = started();

    for (size_t i = 0; i < COUNT(small); i++) {
        struct pixels p = drawn(arena, B("Ikke noe bilde"), small[i][0], small[i][1]);
        struct pixels q = drawn(arena, B("No photo, none at all"), small[i][0], small[i][1]);
        struct ink ink = ink_of(&p);
        CHECK(ink.pixels > 10 && ink.contrast > 2.5);
        CHECK(memcmp(pixel(&p, 0, 0), pixel(&q, 0, 0), (size_t)small[i][0] * 3) == 0);
        CHECK(abs(ink.left - (p.width - ink.right)) <= 1);
    }
    for (int32_t side = 1; side < 12; side++) { /* nothing to be seen, but no failure either */
        struct pixels p = drawn(arena, B("x"), side, 12 - side);
        CHECK_INT(p.width, side);
    }
    arena_free(arena);
}

TEST(long_words_and_long_texts_shrink_and_wrap)
{
    static const char word[] = "Donaudampfschifffahrtsgesellschaftskapitaensmuetzenabzeichen";
    static const char text[] = "A text of as many bytes as a drawing takes, which is one hundred "
                               "and twenty-eight, wraps into lines until it can be read.....";
    struct arena *arena = started();
    const struct bytes long_ones[] = { bytes_str(word), bytes_str(text) };

    CHECK(sizeof text - 1 <= DRAWING_TEXT_MAX);
    for (size_t i = 0; i < COUNT(long_ones); i++) {
        for (int32_t side = 150; side <= 600; side += 75) {
            struct pixels p = drawn(arena, long_ones[i], side, side);
            struct ink ink = ink_of(&p);
            CHECK(ink.contrast >= 4.5 && ink.pixels > 500);
            CHECK(ink.left >= side / 10 - 1 && ink.right <= side - side / 10 + 1);
            CHECK(ink.top >= side / 10 - 1 && ink.bottom <= side - side / 10 + 1);
        }
    }
    arena_free(arena);
}

TEST(texts_that_are_no_texts_are_drawn_or_replaced)
{
    struct arena *arena = started();
    const struct bytes odd[] = {
        B("   "),  B("\n\t"),    B("\xFF\xFE\x80"), B("a\xC3"), B("\xF0\x9F\x98\x80"),
        B("a\0b"), B("<b>&amp;")
    };

    for (size_t i = 0; i < COUNT(odd); i++) {
        struct pixels p = drawn(arena, odd[i], 130, 180);
        struct ink ink = ink_of(&p);
        CHECK(ink.pixels > 5);
    }
    arena_free(arena);
}

TEST(the_largest_drawing_is_made_within_bounds)
{
    struct arena *arena = started();
    struct drawing drawing = { .text = B("Ikke noe bilde"),
                               .border = true,
                               .width_px = DRAWING_SIDE_MAX,
                               .height_px = DRAWING_SIDE_MAX,
                               .type = PICTURE_PNG };
    struct bytes png = made(arena, drawing);
    struct picture_header header;
    struct err e = { 0 };

    CHECK_INT(image_read_header(png, &image_limits_default, &header, &e), ERR_NONE);
    CHECK_INT(header.width_px, DRAWING_SIDE_MAX);
    CHECK(png.len < 1 << 20);
    arena_free(arena);
}

/* A box cannot open files, nor make memory executable, nor start threads that could. */
TEST(nothing_is_opened_after_the_start)
{
    static const int calls[] = { SCMP_SYS(open),   SCMP_SYS(openat), SCMP_SYS(openat2),
                                 SCMP_SYS(access), SCMP_SYS(execve), SCMP_SYS(socket) };
    static const enum picture_type types[] = { PICTURE_PNG, PICTURE_JPEG, PICTURE_GIF };
    struct arena *arena = started();
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

    CHECK(filter != NULL);
    for (size_t i = 0; i < COUNT(calls); i++)
        CHECK_INT(seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, calls[i], 0), 0);
    CHECK_INT(seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, SCMP_SYS(mprotect), 1,
                               SCMP_A2(SCMP_CMP_MASKED_EQ, 4, 4)),
              0);
    CHECK_INT(seccomp_load(filter), 0);
    seccomp_release(filter);

    for (size_t t = 0; t < COUNT(texts); t++) {
        for (size_t s = 0; s < COUNT(sizes); s++) {
            struct drawing drawing = { .text = texts[t],
                                       .width_px = sizes[s][0],
                                       .height_px = sizes[s][1],
                                       .type = types[(t + s) % COUNT(types)] };
            CHECK(made(arena, drawing).len > 100);
            arena_reset(arena);
        }
    }
    _exit(0); /* a leak checker would open files and wait for itself for ever */
}

TEST_MAIN
