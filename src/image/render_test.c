/* Pictures in, pixels out. */
#include "image/header_made.h"
#include "image/render.h"
#include "support/pixels.h"

#include <pthread.h>
#include <stdatomic.h>

/* What the test looks at; everything lives in its arena. */
struct bench {
    struct arena *arena;
    struct boxes *boxes;
    struct err e;
    struct bytes out;
    enum picture_type type;
};

static struct bench bench_new(void)
{
    static const struct box_options options = {
        .pictures_max = 64, .memory_max = 768 << 20, .cpu_seconds = 20, .seconds = 60
    };
    struct bench b = { .arena = arena_new(256 << 20) };

    CHECK(b.arena != NULL);
    CHECK_INT(boxes_new(&options, &b.boxes, &b.e), ERR_NONE);
    return b;
}

static void bench_free(struct bench *b)
{
    boxes_free(b->boxes);
    arena_free(b->arena);
}

static enum err_code try_render(struct bench *b, struct bytes bytes, struct render want)
{
    struct picture_header header;
    enum err_code rc = image_read_header(bytes, &image_limits_default, &header, &b->e);

    if (rc)
        test_fail(__FILE__, __LINE__, "%s", b->e.text);
    return render_picture(b->boxes, b->arena, bytes, &header, &image_limits_default, &want, &b->out,
                          &b->type, &b->e);
}

static void render(struct bench *b, struct bytes bytes, struct render want)
{
    if (try_render(b, bytes, want))
        test_fail(__FILE__, __LINE__, "%s", b->e.text);
    struct picture_header made;
    CHECK_INT(image_read_header(b->out, &image_limits_default, &made, &b->e), ERR_NONE);
    CHECK_INT(made.type, b->type);
    CHECK_INT(made.frames, 1);
    CHECK_INT(made.orientation, 1);
}

/* The pixels of what was made last, whatever its type. */
static struct pixels seen(struct bench *b)
{
    if (b->type != PICTURE_PNG) {
        struct bytes out = b->out;
        enum picture_type type = b->type;
        render(b, out, (struct render){ .type = PICTURE_PNG });
        struct pixels p = read_png(b->arena, b->out);
        b->out = out;
        b->type = type;
        return p;
    }
    return read_png(b->arena, b->out);
}

static void check_near(const uint8_t *got, const uint8_t *want, int bands, int tolerance)
{
    for (int i = 0; i < bands; i++) {
        if (abs(got[i] - want[i]) > tolerance)
            test_fail(__FILE__, __LINE__, "channel %d is %d, not %d", i, got[i], want[i]);
    }
}

static const uint8_t RED[] = { 220, 30, 20 };
static const uint8_t GREEN[] = { 20, 160, 40 };
static const uint8_t BLUE[] = { 30, 50, 210 };
static const uint8_t YELLOW[] = { 240, 210, 20 };

/* Four quarters: red, green over blue, yellow. */
static struct pixels quarters(struct arena *arena, int width, int height)
{
    struct pixels p = pixels_new(arena, width, height, 3);

    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            bool left = x < width / 2;
            bool top = y < height / 2;
            memcpy(pixel(&p, x, y), top ? left ? RED : GREEN : left ? BLUE : YELLOW, 3);
        }
    }
    return p;
}

static void check_quarters(const struct pixels *p, const uint8_t *const colours[4], int tolerance)
{
    for (int i = 0; i < 4; i++)
        check_near(pixel(p, p->width * (1 + i % 2 * 2) / 4, p->height * (1 + i / 2 * 2) / 4),
                   colours[i], 3, tolerance);
}

static const uint8_t *const UPRIGHT[4] = { RED, GREEN, BLUE, YELLOW };

TEST(it_fits_inside_and_keeps_its_proportions)
{
    static const struct {
        int32_t width, height; /* of the picture */
        int32_t orientation;
        struct render want;
        int32_t got_width, got_height;
        bool same;
    } cases[] = {
        { 400, 300, 1, { 0 }, 400, 300, true },
        { 400, 300, 1, { .width_px = 200 }, 200, 150, false },
        { 400, 300, 1, { .height_px = 100 }, 133, 100, false },
        { 400, 300, 1, { .width_px = 100, .height_px = 100 }, 100, 75, false },
        { 300, 400, 1, { .width_px = 100, .height_px = 100 }, 75, 100, false },
        { 400, 300, 1, { .width_px = 4096, .height_px = 100 }, 133, 100, false },
        { 400, 300, 1, { .width_px = 500 }, 400, 300, true },
        { 400, 300, 1, { .width_px = 500, .height_px = 500 }, 400, 300, true },
        { 400, 300, 1, { .width_px = 400, .height_px = 300 }, 400, 300, true },
        { 400, 300, 1, { .width_px = 800, .enlarge = true }, 800, 600, false },
        { 400, 300, 6, { .width_px = 150 }, 150, 200, false },
        { 400, 300, 6, { 0 }, 300, 400, true },
        { 400, 300, 3, { .height_px = 150 }, 200, 150, false },
        { 8000, 1, 1, { .width_px = 10 }, 10, 1, false },
        { 1, 8000, 1, { .width_px = 10, .height_px = 10 }, 1, 10, false },
        { 400, 300, 1, { .type = PICTURE_GIF }, 400, 300, false },
        { 400, 300, 1, { .type = PICTURE_PNG }, 400, 300, true },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct picture_header header = { PICTURE_PNG, cases[i].width, cases[i].height,
                                         cases[i].orientation, 2 };
        struct rendered plan = render_plan(&header, &cases[i].want);
        if (plan.width_px != cases[i].got_width || plan.height_px != cases[i].got_height ||
            plan.same != cases[i].same)
            test_fail(__FILE__, __LINE__, "case %zu: %d x %d, same %d", i, plan.width_px,
                      plan.height_px, plan.same);
    }
}

TEST(types_that_browsers_do_not_show_become_png)
{
    static const enum picture_type types[][2] = {
        { PICTURE_JPEG, PICTURE_JPEG }, { PICTURE_PNG, PICTURE_PNG },  { PICTURE_GIF, PICTURE_GIF },
        { PICTURE_WEBP, PICTURE_WEBP }, { PICTURE_TIFF, PICTURE_PNG }, { PICTURE_BMP, PICTURE_PNG },
    };

    for (size_t i = 0; i < COUNT(types); i++) {
        struct picture_header header = { types[i][0], 10, 10, 1, 2 };
        struct rendered plan = render_plan(&header, &(struct render){ 0 });
        CHECK_INT(plan.type, types[i][1]);
        CHECK_INT(plan.same, types[i][0] == types[i][1]);
    }
}

TEST(a_picture_is_scaled_in_every_type)
{
    static const enum picture_type types[] = { PICTURE_PNG, PICTURE_JPEG, PICTURE_GIF,
                                               PICTURE_WEBP };
    struct bench b = bench_new();
    struct pixels p = quarters(b.arena, 320, 240);
    struct bytes png = rgb_png(b.arena, &p);

    for (size_t from = 0; from < COUNT(types); from++) {
        render(&b, png, (struct render){ .type = types[from] });
        struct bytes picture = b.out;
        for (size_t to = 0; to < COUNT(types); to++) {
            render(&b, picture, (struct render){ .width_px = 40, .type = types[to] });
            CHECK_INT(b.type, types[to]);
            struct pixels small = seen(&b);
            CHECK_INT(small.width, 40);
            CHECK_INT(small.height, 30);
            check_quarters(&small, UPRIGHT, 16);
        }
    }
    bench_free(&b);
}

/* What a viewer that knows orientation shows of quarters red, green, blue, yellow. */
static const uint8_t *const TURNED[9][4] = {
    [1] = { RED, GREEN, BLUE, YELLOW }, [2] = { GREEN, RED, YELLOW, BLUE },
    [3] = { YELLOW, BLUE, GREEN, RED }, [4] = { BLUE, YELLOW, RED, GREEN },
    [5] = { RED, BLUE, GREEN, YELLOW }, [6] = { BLUE, RED, YELLOW, GREEN },
    [7] = { YELLOW, GREEN, BLUE, RED }, [8] = { GREEN, YELLOW, RED, BLUE },
};

static void check_turned(struct bench *b, struct bytes picture, int orientation, int tolerance)
{
    for (int i = 0; i < 2; i++) {
        struct render want = { .width_px = i ? 0 : 24, .type = PICTURE_PNG };
        render(b, picture, want);
        struct pixels p = seen(b);
        if (i)
            CHECK_INT(p.width, orientation >= 5 ? 60 : 80);
        else
            CHECK_INT(p.height, orientation >= 5 ? 32 : 18);
        check_quarters(&p, TURNED[orientation], tolerance);
    }
}

TEST(all_eight_orientations_are_turned_upright)
{
    struct bench b = bench_new();
    struct pixels p = quarters(b.arena, 80, 60);

    render(&b, rgb_png(b.arena, &p), (struct render){ .type = PICTURE_JPEG });
    struct bytes plain = b.out;
    for (int orientation = 1; orientation <= 8; orientation++) {
        struct file exif = { 0 };
        struct file app1 = { 0 };
        struct made jpeg = { .arena = b.arena };

        add_exif(&exif, orientation % 2, (uint64_t)orientation);
        add_app1(&app1, of(&exif));
        put_bytes(&jpeg, plain.at, 2);
        put_bytes(&jpeg, app1.at, app1.len);
        put_bytes(&jpeg, plain.at + 2, plain.len - 2);
        check_turned(&b, made_bytes(&jpeg), orientation, 12);
        check_turned(&b, made_png(b.arena, &p, 2, 8, B(""), of(&exif)), orientation, 2);
        check_turned(&b, made_tiff(b.arena, &p, 1, 2, orientation), orientation, 2);
    }
    bench_free(&b);
}

TEST(sixteen_bits_palettes_and_grey_become_eight_bits)
{
    struct bench b = bench_new();
    struct pixels p = quarters(b.arena, 80, 60);
    struct pixels indices = pixels_new(b.arena, 80, 60, 1);
    struct made palette = { .arena = b.arena };

    render(&b, made_png(b.arena, &p, 2, 16, B(""), B("")), (struct render){ .width_px = 20 });
    struct pixels got = seen(&b);
    check_quarters(&got, UPRIGHT, 2);

    for (int i = 0; i < 4; i++)
        put_bytes(&palette, UPRIGHT[i], 3);
    for (int y = 0; y < 60; y++) {
        for (int x = 0; x < 80; x++)
            *pixel(&indices, x, y) = (uint8_t)((x >= 40) + 2 * (y >= 30));
    }
    render(&b, made_png(b.arena, &indices, 3, 8, made_bytes(&palette), B("")),
           (struct render){ .width_px = 20 });
    got = seen(&b);
    check_quarters(&got, UPRIGHT, 2);

    struct pixels grey = filled(b.arena, 30, 30, 1, (const uint8_t[]){ 128 });
    render(&b, made_png(b.arena, &grey, 0, 8, B(""), B("")), (struct render){ .width_px = 10 });
    got = seen(&b);
    check_near(pixel(&got, 5, 5), (const uint8_t[]){ 128, 128, 128 }, 3, 2);
    bench_free(&b);
}

TEST(what_is_transparent_stays_so_and_is_white_in_a_jpeg)
{
    struct bench b = bench_new();
    struct pixels clear = filled(b.arena, 40, 40, 4, (const uint8_t[]){ 200, 10, 10, 0 });
    struct pixels pale = filled(b.arena, 40, 40, 4, (const uint8_t[]){ 200, 0, 0, 128 });

    render(&b, rgb_png(b.arena, &clear), (struct render){ .width_px = 10 });
    struct pixels p = seen(&b);
    CHECK_INT(p.bands, 4);
    CHECK_INT(pixel(&p, 5, 5)[3], 0);
    render(&b, rgb_png(b.arena, &clear), (struct render){ .type = PICTURE_JPEG });
    p = seen(&b);
    check_near(pixel(&p, 5, 5), (const uint8_t[]){ 255, 255, 255 }, 3, 2);
    render(&b, rgb_png(b.arena, &pale), (struct render){ .width_px = 10, .type = PICTURE_JPEG });
    p = seen(&b);
    check_near(pixel(&p, 5, 5), (const uint8_t[]){ 227, 127, 127 }, 3, 4);
    render(&b, rgb_png(b.arena, &clear), (struct render){ .width_px = 10, .type = PICTURE_GIF });
    p = seen(&b);
    CHECK_INT(pixel(&p, 5, 5)[p.bands - 1], 0);
    bench_free(&b);
}

TEST(of_several_pages_the_first_is_taken)
{
    struct bench b = bench_new();
    struct pixels pages[] = { quarters(b.arena, 80, 60), filled(b.arena, 30, 30, 3, GREEN) };

    render(&b, made_tiff(b.arena, pages, 2, 2, 1), (struct render){ .width_px = 40 });
    CHECK_INT(b.type, PICTURE_PNG);
    struct pixels p = seen(&b);
    CHECK_INT(p.height, 30);
    check_quarters(&p, UPRIGHT, 2);
    bench_free(&b);
}

TEST(inks_become_red_green_and_blue)
{
    struct bench b = bench_new();
    struct pixels cyan = filled(b.arena, 40, 40, 4, (const uint8_t[]){ 255, 0, 0, 0 });

    render(&b, made_tiff(b.arena, &cyan, 1, 5, 1), (struct render){ .type = PICTURE_JPEG });
    struct pixels p = seen(&b);
    const uint8_t *colour = pixel(&p, 20, 20);
    CHECK_INT(p.bands, 3);
    CHECK(colour[0] < 60 && colour[1] > 120 && colour[2] > 180);
    bench_free(&b);
}

TEST(an_animation_gives_its_first_frame)
{
    struct bench b = bench_new();
    struct file animated = gif(1, 1, 3);

    render(&b, of(&animated), (struct render){ .type = PICTURE_PNG });
    struct pixels p = seen(&b);
    CHECK_INT(p.width, 1);
    CHECK_INT(p.height, 1);
    bench_free(&b);
}

TEST(a_bmp_is_read_without_a_library)
{
    struct bench b = bench_new();
    struct pixels p = quarters(b.arena, 80, 60);
    struct made rows = { .arena = b.arena };

    for (int y = 59; y >= 0; y--) {
        for (int x = 0; x < 80; x++) {
            for (int c = 2; c >= 0; c--)
                put_bytes(&rows, pixel(&p, x, y) + c, 1);
        }
    }
    struct bmp_form form = { .depth = 24, .header_len = 40 };
    render(&b, made_bmp(b.arena, 80, 60, form, made_bytes(&rows), 0),
           (struct render){ .width_px = 40 });
    CHECK_INT(b.type, PICTURE_PNG);
    struct pixels got = seen(&b);
    check_quarters(&got, UPRIGHT, 2);
    bench_free(&b);
}

TEST(what_is_cut_off_is_made_as_far_as_it_goes)
{
    struct bench b = bench_new();
    struct pixels p = quarters(b.arena, 320, 240);

    render(&b, rgb_png(b.arena, &p), (struct render){ .type = PICTURE_JPEG });
    struct bytes half = bytes_first(b.out, b.out.len * 3 / 4);
    render(&b, half, (struct render){ .width_px = 40, .type = PICTURE_PNG });
    struct pixels got = seen(&b);
    check_near(pixel(&got, 10, 5), RED, 3, 12);
    bench_free(&b);
}

TEST(what_is_no_picture_behind_its_header_is_told_so)
{
    struct bench b = bench_new();
    struct file fakes[] = { png(40, 30, 0, B("")), jpeg(40, 30, B("")), vp8x(0, 40, 30) };
    struct file broken_tiff = { 0 };

    add_tiff(&broken_tiff, false, 40, 30, 0, 1);
    for (size_t i = 0; i <= COUNT(fakes); i++) {
        struct file *f = i < COUNT(fakes) ? &fakes[i] : &broken_tiff;
        struct picture_header header;
        if (image_read_header(of(f), &image_limits_default, &header, &b.e))
            continue;
        enum err_code rc = try_render(&b, of(f), (struct render){ .width_px = 10 });
        if (rc != ERR_UNSUPPORTED)
            test_fail(__FILE__, __LINE__, "fake %zu: %d", i, rc);
        CHECK(strchr(b.e.text, '/') == NULL && strchr(b.e.text, '\n') == NULL);
    }
    bench_free(&b);
}

TEST(a_header_that_does_not_fit_the_bytes_is_not_believed)
{
    struct bench b = bench_new();
    struct pixels p = quarters(b.arena, 80, 60);
    struct bytes png = rgb_png(b.arena, &p);
    struct picture_header headers[] = { { PICTURE_PNG, 8, 6, 1, 1 },
                                        { PICTURE_JPEG, 80, 60, 1, 1 } };
    struct render want = { .width_px = 4 };

    for (size_t i = 0; i < COUNT(headers); i++)
        CHECK_INT(render_picture(b.boxes, b.arena, png, &headers[i], &image_limits_default, &want,
                                 &b.out, &b.type, &b.e),
                  ERR_UNSUPPORTED);
    bench_free(&b);
}

TEST(limits_hold_before_anything_is_decoded)
{
    static const struct {
        struct picture_header header;
        struct render want;
    } cases[] = {
        { { PICTURE_PNG, 8001, 1, 1, 1 }, { .width_px = 10 } },
        { { PICTURE_PNG, 8000, 8000, 1, 1 }, { .width_px = 10 } },
        { { PICTURE_PNG, 10, 10, 1, 1 }, { .width_px = 9000, .enlarge = true } },
        { { PICTURE_PNG, 4097, 4096, 1, 1 }, { .type = PICTURE_GIF } },
    };
    struct bench b = bench_new();

    for (size_t i = 0; i < COUNT(cases); i++)
        CHECK_INT(render_picture(b.boxes, b.arena, B("\x89PNG\r\n\x1A\n"), &cases[i].header,
                                 &image_limits_default, &cases[i].want, &b.out, &b.type, &b.e),
                  ERR_TOO_LARGE);
    bench_free(&b);
}

TEST(the_arena_bounds_what_is_made)
{
    struct bench b = bench_new();
    struct arena *tight = arena_new(1000);
    struct pixels p = quarters(b.arena, 320, 240);
    struct bytes png = rgb_png(b.arena, &p);
    struct picture_header header = { PICTURE_PNG, 320, 240, 1, 1 };
    struct render want = { .width_px = 300, .type = PICTURE_JPEG };

    CHECK_INT(render_picture(b.boxes, tight, png, &header, &image_limits_default, &want, &b.out,
                             &b.type, &b.e),
              ERR_NO_MEMORY);
    arena_free(tight);
    bench_free(&b);
}

/* ---- many at once ---- */

#define CROWD 60

struct crowd {
    pthread_barrier_t gate;
    struct boxes *boxes; /* of them all */
    struct bytes png;
    atomic_int made;
    atomic_int busy;
};

static void *one_of_many(void *context)
{
    struct crowd *crowd = context;
    struct bench b = { .arena = arena_new(256 << 20), .boxes = crowd->boxes };

    pthread_barrier_wait(&crowd->gate);
    enum err_code rc = try_render(&b, crowd->png, (struct render){ .width_px = 100 });
    if (rc == ERR_BUSY) {
        atomic_fetch_add(&crowd->busy, 1);
    } else {
        CHECK_INT(rc, ERR_NONE);
        struct pixels p = read_png(b.arena, b.out);
        check_quarters(&p, UPRIGHT, 2);
        atomic_fetch_add(&crowd->made, 1);
    }
    arena_free(b.arena);
    return NULL;
}

TEST(of_many_at_once_some_wait_and_the_rest_is_told_to_come_again)
{
    struct bench b = bench_new();
    struct pixels p = quarters(b.arena, 1600, 1200);
    struct crowd crowd = { .boxes = b.boxes, .png = rgb_png(b.arena, &p) };
    pthread_t threads[CROWD];

    CHECK_INT(pthread_barrier_init(&crowd.gate, NULL, CROWD), 0);
    for (int i = 0; i < CROWD; i++)
        CHECK_INT(pthread_create(&threads[i], NULL, one_of_many, &crowd), 0);
    for (int i = 0; i < CROWD; i++)
        CHECK_INT(pthread_join(threads[i], NULL), 0);
    CHECK_INT(crowd.made + crowd.busy, CROWD);
    CHECK(crowd.made >= BOXES_AT_ONCE + RENDERS_WAITING);
    CHECK(crowd.busy > 0);
    pthread_barrier_destroy(&crowd.gate);
    bench_free(&b);
}

TEST(drawings_have_the_size_and_type_they_should_have)
{
    static const enum picture_type types[] = { PICTURE_PNG, PICTURE_JPEG, PICTURE_GIF };
    struct bench b = bench_new();

    for (int i = 0; i < 6; i++) {
        struct drawing drawing = { .shape =
                                       (enum drawing_shape)(i % 2 ? DRAWING_TEXT : DRAWING_FILE),
                                   .text = i % 2 ? B("A text <b>&amp; more") : B(""),
                                   .width_px = 40,
                                   .height_px = 60,
                                   .type = types[i / 2] };
        struct picture_header header;
        CHECK_INT(render_drawing(b.boxes, b.arena, &drawing, &b.out, &b.e), ERR_NONE);
        CHECK_INT(image_read_header(b.out, &image_limits_default, &header, &b.e), ERR_NONE);
        CHECK_INT(header.type, types[i / 2]);
        CHECK_INT(header.width_px, 40);
        CHECK_INT(header.height_px, 60);
    }
    bench_free(&b);
}

TEST(a_text_is_drawn_into_the_middle)
{
    struct bench b = bench_new();
    static const int sizes[][2] = { { 130, 180 }, { 40, 40 }, { 300, 60 }, { 20, 20 } };

    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct drawing drawing = { .text = B("Ikke noe bilde"),
                                   .width_px = sizes[i][0],
                                   .height_px = sizes[i][1],
                                   .type = PICTURE_PNG };
        CHECK_INT(render_drawing(b.boxes, b.arena, &drawing, &b.out, &b.e), ERR_NONE);
        struct pixels p = read_png(b.arena, b.out);
        int dark = 0;
        int outside = 0;
        for (int y = 0; y < p.height; y++) {
            for (int x = 0; x < p.width; x++) {
                bool ink = pixel(&p, x, y)[0] < 225;
                dark += ink;
                outside += ink && (x < p.width / 12 || x >= p.width - p.width / 12);
            }
        }
        CHECK(dark > 10);
        CHECK_INT(outside, 0);
    }
    bench_free(&b);
}

TEST_MAIN
