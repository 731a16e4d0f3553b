#include "image/draw.h"
#include "support/pixels.h"

static struct pixels drawn(struct arena *arena, struct drawing drawing)
{
    struct pixels p = pixels_new(arena, drawing.width_px, drawing.height_px, 3);

    draw_shape(&drawing, p.at);
    return p;
}

static int brightness(const uint8_t *rgb)
{
    return rgb[0] + rgb[1] + rgb[2];
}

TEST(every_shape_stands_in_the_middle_of_light_paper)
{
    static const int32_t sizes[][2] = { { 130, 180 }, { 64, 64 }, { 200, 50 }, { 16, 16 } };
    struct arena *arena = arena_new(16 << 20);

    for (int shape = DRAWING_PERSON; shape <= DRAWING_PICTURE; shape++) {
        for (size_t i = 0; i < COUNT(sizes); i++) {
            struct pixels p = drawn(arena, (struct drawing){ .shape = (enum drawing_shape)shape,
                                                             .width_px = sizes[i][0],
                                                             .height_px = sizes[i][1] });
            int dark = 0;
            int levels = 0;
            bool seen[766] = { 0 };
            for (int y = 0; y < p.height; y++) {
                for (int x = 0; x < p.width; x++) {
                    int b = brightness(pixel(&p, x, y));
                    dark += b < 560;
                    levels += !seen[b];
                    seen[b] = true;
                }
            }
            int side = p.width < p.height ? p.width : p.height;
            CHECK(dark > side * side / 6 && dark < side * side * 3 / 4);
            CHECK(shape == DRAWING_PRODUCT || levels > 2 || side < 20); /* smooth edges */
            CHECK(brightness(pixel(&p, 0, 0)) > 700);
            CHECK(brightness(pixel(&p, p.width - 1, p.height - 1)) > 700);
        }
    }
    arena_free(arena);
}

TEST(a_border_goes_all_around)
{
    struct arena *arena = arena_new(1 << 20);
    struct pixels p =
        drawn(arena, (struct drawing){ .border = true, .width_px = 250, .height_px = 210 });
    const uint8_t *line = pixel(&p, 0, 0);

    for (int i = 0; i < 3; i++) { /* 1 + 210 / 100 pixels */
        CHECK(memcmp(pixel(&p, 125, i), line, 3) == 0);
        CHECK(memcmp(pixel(&p, 125, 209 - i), line, 3) == 0);
        CHECK(memcmp(pixel(&p, i, 100), line, 3) == 0);
        CHECK(memcmp(pixel(&p, 249 - i, 100), line, 3) == 0);
    }
    CHECK(brightness(pixel(&p, 3, 3)) > brightness(line));
    arena_free(arena);
}

TEST(a_mask_covers_as_much_as_it_says_and_ends_at_the_edge)
{
    static const uint8_t mask[] = { 255, 128, 0, 255 };
    struct arena *arena = arena_new(1 << 20);
    struct drawing drawing = { .width_px = 4, .height_px = 4 };
    struct pixels p = drawn(arena, drawing);
    int paper = brightness(pixel(&p, 3, 3));

    draw_mask(&drawing, p.at, mask, 2, 2, 1, 1);
    int full = brightness(pixel(&p, 1, 1));
    CHECK(full < paper / 2);
    CHECK(abs(brightness(pixel(&p, 2, 1)) - (paper + full) / 2) < 6);
    CHECK_INT(brightness(pixel(&p, 1, 2)), paper);
    CHECK_INT(brightness(pixel(&p, 2, 2)), full);

    p = drawn(arena, drawing);
    draw_mask(&drawing, p.at, mask, 2, 2, -1, -1);
    draw_mask(&drawing, p.at, mask, 2, 2, 3, 3);
    CHECK_INT(brightness(pixel(&p, 0, 0)), full);
    CHECK_INT(brightness(pixel(&p, 3, 3)), full);
    arena_free(arena);
}

TEST_MAIN
