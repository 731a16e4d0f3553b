/* Pictures in, pixels out, by the renderer in this process: every pixel of what is made is held
 * against the scene that the picture was painted from. What a box adds is in render_test.c. */
#include "image/header_made.h"
#include "image/plan.h"
#include "image/renderer.h"
#include "image/vips/jpeg_made.h"
#include "image/vips/scene.h"
#include "support/pixels.h"

#include <dirent.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <vips/vips.h>

extern const struct renderer cameo_renderer;

#define ROOM (8 << 20)

struct bench {
    struct arena *arena;
    struct err e;
    struct rendered plan;
    struct bytes out;
};

static struct bench bench_new(void)
{
    struct bench b = { .arena = arena_new(1 << 30) };

    CHECK(b.arena != NULL);
    CHECK_INT(cameo_renderer.start(&b.e), ERR_NONE);
    atexit(vips_shutdown); /* a leak checker stumbles over what it keeps */
    return b;
}

static enum err_code try_render(struct bench *b, struct bytes bytes, struct render want)
{
    struct picture_header header;
    uint8_t *room = malloc(ROOM);
    char *copy = malloc(bytes.len ? bytes.len : 1); /* no longer: a sanitizer sees a step outside */
    size_t len = 0;

    CHECK(copy != NULL && room != NULL);
    if (bytes.len)
        memcpy(copy, bytes.at, bytes.len);
    if (image_read_header(bytes, &image_limits_default, &header, &b->e))
        test_fail(__FILE__, __LINE__, "%s", b->e.text);
    b->plan = render_plan(&header, &want);
    enum err_code rc = cameo_renderer.picture(bytes_of(copy, bytes.len), &header, &b->plan, room,
                                              ROOM, &len, &b->e);
    free(copy);
    if (rc == ERR_NONE)
        b->out = arena_copy(b->arena, bytes_of((const char *)room, len));
    free(room);
    return rc;
}

/* What libvips itself reads of it: red, green, blue and maybe alpha. */
static struct pixels decoded(struct bench *b, struct bytes bytes, enum picture_type type)
{
    void *at = (void *)(uintptr_t)bytes.at;
    VipsImage *loaded = NULL;
    VipsImage *image = NULL;
    size_t size;
    int failed = type == PICTURE_JPEG   ? vips_jpegload_buffer(at, bytes.len, &loaded, NULL)
                 : type == PICTURE_WEBP ? vips_webpload_buffer(at, bytes.len, &loaded, NULL)
                 : type == PICTURE_GIF  ? vips_gifload_buffer(at, bytes.len, &loaded, NULL)
                 : type == PICTURE_AVIF ? vips_heifload_buffer(at, bytes.len, &loaded, NULL)
                                        : vips_pngload_buffer(at, bytes.len, &loaded, NULL);

    if (failed || vips_colourspace(loaded, &image, VIPS_INTERPRETATION_sRGB, NULL))
        test_fail(__FILE__, __LINE__, "%s", vips_error_buffer());
    void *data = vips_image_write_to_memory(image, &size);
    CHECK(data != NULL);
    struct pixels p = pixels_new(b->arena, image->Xsize, image->Ysize, image->Bands);
    CHECK_INT(size, (size_t)p.width * (size_t)p.height * (size_t)p.bands);
    memcpy(p.at, data, size);
    g_free(data);
    g_object_unref(image);
    g_object_unref(loaded);
    return p;
}

static struct pixels render(struct bench *b, struct bytes bytes, struct render want)
{
    struct picture_header made;

    if (try_render(b, bytes, want))
        test_fail(__FILE__, __LINE__, "%s", b->e.text);
    if (b->plan.type != PICTURE_AVIF) {
        CHECK_INT(image_read_header(b->out, &image_limits_default, &made, &b->e), ERR_NONE);
        CHECK_INT(made.type, b->plan.type);
        CHECK_INT(made.orientation, 1);
        CHECK_INT(made.frames, 1);
    }
    struct pixels p = decoded(b, b->out, b->plan.type);
    CHECK_INT(p.width, b->plan.width_px);
    CHECK_INT(p.height, b->plan.height_px);
    return p;
}

/* The mean difference of what was made from the scene, in levels of 255. */
static double off_scene(struct bench *b, const struct pixels *p, bool grey)
{
    const struct rendered *plan = &b->plan;
    double sum = 0;

    /* the scene is painted on the whole picture as seen: render() leaves its size in the plan */
    for (int y = 0; y < p->height; y++) {
        for (int x = 0; x < p->width; x++) {
            double colour[3];
            scene_colour((plan->cut_x + (x + 0.5) * plan->cut_width / plan->width_px) / SCENE_WIDTH,
                         (plan->cut_y + (y + 0.5) * plan->cut_height / plan->height_px) /
                             SCENE_HEIGHT,
                         grey, colour);
            for (int i = 0; i < 3; i++)
                sum += fabs(colour[i] - pixel(p, x, y)[p->bands < 3 ? 0 : i]);
        }
    }
    return sum / (p->width * p->height * 3);
}

static const struct render FITS[] = {
    { .width_px = 120, .height_px = 120 },
    { .width_px = 61, .height_px = 77, .fit = FIT_COVER },
    { .width_px = 140, .height_px = 41, .fit = FIT_COVER, .focus_y = -320 },
    { .width_px = 53, .height_px = 130, .fit = FIT_COVER, .focus_x = 281 },
    { .width_px = 99, .height_px = 51, .fit = FIT_FILL },
    { 0 },
    { .width_px = 403, .enlarge = true },
};

/* How far the mean may be off: GIF has 256 colours, and scatters them. */
static double tolerance_of(enum picture_type type)
{
    return type == PICTURE_PNG    ? 1.2
           : type == PICTURE_JPEG ? 2.4
           : type == PICTURE_WEBP ? 3.2
           : type == PICTURE_AVIF ? 5
                                  : 7;
}

static void check_scene(struct bench *b, const char *what, struct bytes picture, bool grey,
                        const struct render *fit, enum picture_type type, double extra)
{
    struct render want = *fit;

    want.type = type;
    struct pixels p = render(b, picture, want);
    double off = off_scene(b, &p, grey);
    if (getenv("PIXELS_SAY"))
        printf("%s to %s, %d x %d: off %.2f\n", what, picture_type_extension(type), p.width,
               p.height, off);
    if (off > tolerance_of(type) + extra)
        test_fail(__FILE__, __LINE__, "%s to %s, %d x %d: off by %.2f", what,
                  picture_type_extension(type), p.width, p.height, off);
}

static void check_all_fits(struct bench *b, const char *what, struct bytes picture, bool grey,
                           double extra)
{
    static const enum picture_type types[] = { PICTURE_JPEG, PICTURE_WEBP, PICTURE_PNG };

    for (size_t i = 0; i < COUNT(FITS); i++) {
        for (size_t k = 0; k < COUNT(types); k++)
            check_scene(b, what, picture, grey, &FITS[i], types[k], extra);
    }
    check_scene(b, what, picture, grey, &FITS[1], PICTURE_GIF, extra);
    check_scene(b, what, picture, grey, &FITS[1], PICTURE_AVIF, extra);
}

TEST(every_jpeg_in_every_fit)
{
    static const struct {
        const char *what;
        struct jpeg_form form;
    } forms[] = {
        { "4:2:0", { .h = 2, .v = 2 } },
        { "4:2:2", { .h = 2, .v = 1 } },
        { "4:4:0", { .h = 1, .v = 2 } },
        { "4:4:4", { .h = 1, .v = 1 } },
        { "4:1:1", { .h = 4, .v = 1 } },
        { "progressive", { .h = 2, .v = 2, .progressive = true } },
        { "with restarts", { .h = 2, .v = 2, .restart_rows = 1 } },
        { "stored as RGB", { .h = 1, .v = 1, .rgb = true } },
    };
    struct bench b = bench_new();
    struct pixels scene = scene_painted(b.arena, 1, 3);

    for (size_t i = 0; i < COUNT(forms); i++)
        check_all_fits(&b, forms[i].what, made_jpeg(b.arena, &scene, &forms[i].form), false, 0.5);
    struct pixels grey = scene_painted(b.arena, 1, 1);
    check_all_fits(&b, "grey", made_jpeg(b.arena, &grey, &(struct jpeg_form){ .h = 1, .v = 1 }),
                   true, 0.5);
    arena_free(b.arena);
}

TEST(every_other_type_in_every_fit)
{
    struct bench b = bench_new();
    struct pixels scene = scene_painted(b.arena, 1, 3);
    struct pixels grey = scene_painted(b.arena, 1, 1);
    struct pixels alpha = scene_painted(b.arena, 1, 4);
    struct bytes png = rgb_png(b.arena, &scene);

    check_all_fits(&b, "png", png, false, 0);
    check_all_fits(&b, "png of 16 bits", made_png(b.arena, &scene, 2, 16, B(""), B("")), false, 0);
    check_all_fits(&b, "grey png", made_png(b.arena, &grey, 0, 8, B(""), B("")), true, 0);
    check_all_fits(&b, "grey png of 16 bits", made_png(b.arena, &grey, 0, 16, B(""), B("")), true,
                   0);
    check_all_fits(&b, "png with alpha", rgb_png(b.arena, &alpha), false, 0);
    check_all_fits(&b, "tiff", made_tiff(b.arena, &scene, 1, 2, 1), false, 0);
    check_all_fits(&b, "bmp", bmp_of(b.arena, &scene), false, 0);
    CHECK_INT(try_render(&b, png, (struct render){ .type = PICTURE_WEBP, .quality = 95 }), 0);
    check_all_fits(&b, "webp", b.out, false, 0.7);
    CHECK_INT(try_render(&b, png, (struct render){ .type = PICTURE_GIF }), ERR_NONE);
    check_all_fits(&b, "gif", b.out, false, 6);
    struct bytes palette;
    struct pixels indices = scene_indices(b.arena, &palette);
    check_all_fits(&b, "png with a palette", made_png(b.arena, &indices, 3, 8, palette, B("")),
                   true, 1.5);
    arena_free(b.arena);
}

TEST(every_orientation_in_every_fit)
{
    struct bench b = bench_new();

    for (int orientation = 1; orientation <= 8; orientation++) {
        struct pixels stored = scene_painted(b.arena, orientation, 3);
        struct file exif = { 0 };
        add_exif(&exif, orientation % 2, (uint64_t)orientation);
        struct jpeg_form form = { .h = 2, .v = 1 + orientation % 2, .exif = of(&exif) };
        check_all_fits(&b, "jpg", made_jpeg(b.arena, &stored, &form), false, 0.5);
        for (size_t i = 0; i < COUNT(FITS); i++) {
            struct bytes png = made_png(b.arena, &stored, 2, 8, B(""), of(&exif));
            struct bytes tiff = made_tiff(b.arena, &stored, 1, 2, orientation);
            check_scene(&b, "png", png, false, &FITS[i], PICTURE_PNG, 0);
            check_scene(&b, "tiff", tiff, false, &FITS[i], PICTURE_JPEG, 0);
        }
    }
    arena_free(b.arena);
}

/* JPEG to JPEG goes the short way, JPEG to PNG through libvips. */
TEST(both_ways_make_the_same_picture)
{
    struct bench b = bench_new();
    struct pixels detailed = detailed_painted(b.arena, 1100, 733);
    struct bytes jpeg = made_jpeg(b.arena, &detailed, &(struct jpeg_form){ .h = 2, .v = 2 });
    static const int32_t widths[] = { 90, 136, 137, 138, 200, 275, 276, 411, 550, 551, 800, 1100 };

    for (size_t i = 0; i < COUNT(widths); i++) {
        struct render want = { .width_px = widths[i], .type = PICTURE_JPEG, .quality = 95 };
        struct pixels quick = render(&b, jpeg, want);
        want.type = PICTURE_PNG;
        struct pixels slow = render(&b, jpeg, want);
        double error = 0;
        for (int k = 0; k < quick.width * quick.height * 3; k++)
            error += (quick.at[k] - slow.at[k]) * (quick.at[k] - slow.at[k]);
        double psnr = 10 * log10(255 * 255.0 * quick.width * quick.height * 3 / (error + 1e-9));
        if (getenv("PIXELS_SAY"))
            printf("%d px: %.1f dB\n", widths[i], psnr);
        if (psnr < 37)
            test_fail(__FILE__, __LINE__, "%d px: %.1f dB apart", widths[i], psnr);
    }
    arena_free(b.arena);
}

TEST(odd_and_tiny_sizes_keep_their_colour)
{
    static const int sizes[][2] = { { 1, 1 },  { 2, 1 },    { 1, 3 },    { 7, 9 },
                                    { 8, 8 },  { 15, 17 },  { 17, 15 },  { 16, 16 },
                                    { 33, 1 }, { 8000, 1 }, { 1, 8000 }, { 65, 129 } };
    static const struct render wants[] = {
        { 0 },
        { .width_px = 1 },
        { .width_px = 1, .height_px = 1, .fit = FIT_COVER },
        { .width_px = 5, .height_px = 3, .fit = FIT_COVER },
        { .width_px = 7, .height_px = 5, .fit = FIT_FILL, .enlarge = true },
        { .width_px = 33, .height_px = 64, .fit = FIT_COVER, .focus_x = 500, .enlarge = true },
    };
    static const uint8_t colour[] = { 200, 90, 40 };
    struct bench b = bench_new();

    for (size_t i = 0; i < COUNT(sizes) * 4; i++) {
        const int *size = sizes[i / 4];
        struct pixels p = filled(b.arena, size[0], size[1], 3, colour);
        struct jpeg_form form = { .h = 1 + (int)i % 2, .v = 1 + (int)i / 2 % 2 };
        struct bytes jpeg = made_jpeg(b.arena, &p, &form);
        for (size_t k = 0; k < COUNT(wants) * 3; k++) {
            struct render want = wants[k / 3];
            want.type = k % 3 == 0 ? PICTURE_JPEG : k % 3 == 1 ? PICTURE_WEBP : PICTURE_PNG;
            struct pixels got = render(&b, jpeg, want);
            for (int at = 0; at < got.width * got.height; at++) {
                for (int c = 0; c < 3; c++) {
                    if (abs(got.at[at * got.bands + c] - colour[c]) > 7)
                        test_fail(__FILE__, __LINE__, "%d x %d, %zu: %d is %d", size[0], size[1], k,
                                  c, got.at[at * got.bands + c]);
                }
            }
        }
    }
    arena_free(b.arena);
}

/* ---- colour ---- */

static struct bytes profile_named(struct bench *b, const char *name)
{
    VipsBlob *blob;
    size_t len;

    CHECK_INT(vips_profile_load(name, &blob, NULL), 0);
    const void *at = vips_blob_get(blob, &len);
    struct bytes copy = arena_copy(b->arena, bytes_of(at, len));
    vips_area_unref(VIPS_AREA(blob));
    return copy;
}

static void check_colour(const struct pixels *p, const uint8_t want[3], int tolerance)
{
    const uint8_t *got = pixel(p, p->width / 2, p->height / 2);

    for (int i = 0; i < 3; i++) {
        if (abs(got[i] - want[i]) > tolerance)
            test_fail(__FILE__, __LINE__, "%d, %d, %d, not %d, %d, %d", got[0], got[1], got[2],
                      want[0], want[1], want[2]);
    }
}

TEST(a_wide_profile_is_converted_and_a_broken_one_is_not_there)
{
    /* by the matrices of both */
    static const uint8_t stored[] = { 200, 100, 60 };
    static const uint8_t seen[] = { 214, 93, 46 };
    struct bench b = bench_new();
    struct pixels p = filled(b.arena, 64, 48, 3, stored);
    struct bytes p3 = profile_named(&b, "p3");
    const struct {
        struct bytes profile;
        const uint8_t *want;
    } cases[] = {
        { B(""), stored },
        { profile_named(&b, "srgb"), stored },
        { p3, seen },
        { B("this is no profile, whatever its marker says"), stored },
        { bytes_first(p3, p3.len / 2), stored },
        { profile_named(&b, "cmyk"), stored }, /* not for a picture of three colours */
    };
    static const enum picture_type types[] = { PICTURE_JPEG, PICTURE_PNG, PICTURE_WEBP };

    for (size_t i = 0; i < COUNT(cases) * COUNT(types); i++) {
        struct jpeg_form form = { .h = 2, .v = 2, .profile = cases[i / COUNT(types)].profile };
        struct bytes jpeg = made_jpeg(b.arena, &p, &form);
        struct render want = { .width_px = i % 2 ? 30 : 0, .type = types[i % COUNT(types)] };
        struct pixels got = render(&b, jpeg, want);
        check_colour(&got, cases[i / COUNT(types)].want, 5);
    }
    arena_free(b.arena);
}

TEST(inks_become_red_green_and_blue)
{
    struct bench b = bench_new();
    struct pixels inks = filled(b.arena, 64, 48, 4, (const uint8_t[]){ 255, 0, 0, 0 });
    struct pixels inverted = filled(b.arena, 64, 48, 4, (const uint8_t[]){ 0, 255, 255, 255 });
    struct bytes profile = profile_named(&b, "cmyk");
    struct jpeg_form plain = { .h = 1, .v = 1, .cmyk = true };
    struct jpeg_form with = { .h = 1, .v = 1, .cmyk = true, .profile = profile };
    const struct bytes pictures[] = { made_tiff(b.arena, &inks, 1, 5, 1),
                                      made_jpeg(b.arena, &inverted, &plain),
                                      made_jpeg(b.arena, &inverted, &with) };

    for (size_t i = 0; i < COUNT(pictures) * 2; i++) {
        struct render want = { .width_px = 20, .type = i % 2 ? PICTURE_PNG : PICTURE_JPEG };
        struct pixels p = render(&b, pictures[i / 2], want);
        const uint8_t *colour = pixel(&p, 10, 7);
        CHECK_INT(p.bands, 3);
        if (colour[0] > 60 || colour[1] < 120 || colour[2] < 180)
            test_fail(__FILE__, __LINE__, "case %zu: %d, %d, %d", i, colour[0], colour[1],
                      colour[2]);
    }
    arena_free(b.arena);
}

TEST(what_is_transparent_is_white_in_a_jpeg)
{
    struct bench b = bench_new();
    struct pixels clear = filled(b.arena, 40, 40, 4, (const uint8_t[]){ 200, 10, 10, 0 });
    struct pixels pale = filled(b.arena, 40, 40, 4, (const uint8_t[]){ 200, 0, 0, 128 });
    struct pixels grey = filled(b.arena, 40, 40, 2, (const uint8_t[]){ 0, 128 });
    struct render jpeg = { .width_px = 10, .type = PICTURE_JPEG };

    struct pixels p = render(&b, rgb_png(b.arena, &clear), jpeg);
    check_colour(&p, (const uint8_t[]){ 255, 255, 255 }, 2);
    p = render(&b, rgb_png(b.arena, &pale), jpeg);
    check_colour(&p, (const uint8_t[]){ 227, 127, 127 }, 4);
    p = render(&b, made_png(b.arena, &grey, 4, 8, B(""), B("")), jpeg);
    check_colour(&p, (const uint8_t[]){ 127, 127, 127 }, 4);
    for (int type = PICTURE_PNG; type <= PICTURE_WEBP; type++) {
        p = render(&b, rgb_png(b.arena, &clear),
                   (struct render){ .type = (enum picture_type)type });
        CHECK_INT(p.bands, 4);
        CHECK_INT(pixel(&p, 5, 5)[3], 0);
    }
    arena_free(b.arena);
}

/* ---- what is not pixels ---- */

TEST(metadata_and_what_trails_are_gone)
{
    static const char *const secrets[] = { "Exif",        "http://ns.adobe.com",
                                           "ICC_PROFILE", "GPS",
                                           "52.5163",     "a remark",
                                           "trailing",    "acsp",
                                           "iCCP" };
    static const enum picture_type types[] = { PICTURE_JPEG, PICTURE_WEBP, PICTURE_PNG, PICTURE_GIF,
                                               PICTURE_AVIF };
    struct bench b = bench_new();
    struct pixels p = scene_painted(b.arena, 1, 3);
    const struct bytes profiles[] = { B(""), profile_named(&b, "srgb"), profile_named(&b, "p3") };
    struct file exif = { 0 };

    add_exif(&exif, true, 1);
    raw(&exif, B("GPS 52.5163, 13.3777"));
    for (size_t i = 0; i < COUNT(types) * COUNT(profiles) * 2; i++) {
        struct jpeg_form form = { .h = 2,
                                  .v = 2,
                                  .exif = of(&exif),
                                  .xmp = true,
                                  .remark = B("a remark"),
                                  .profile = profiles[i / 2 % COUNT(profiles)],
                                  .trailing = B("trailing <script>") };
        struct bytes jpeg = made_jpeg(b.arena, &p, &form);
        render(
            &b, jpeg,
            (struct render){ .width_px = i % 2 ? 50 : 0, .type = types[i / 2 / COUNT(profiles)] });
        for (size_t k = 0; k < COUNT(secrets); k++) {
            bool of_profile = strcmp(secrets[k], "ICC_PROFILE") == 0 || strlen(secrets[k]) == 4;
            CHECK(of_profile || memmem(jpeg.at, jpeg.len, secrets[k], strlen(secrets[k])));
            if (memmem(b.out.at, b.out.len, secrets[k], strlen(secrets[k])))
                test_fail(__FILE__, __LINE__, "case %zu: '%s' is in it", i, secrets[k]);
        }
    }
    arena_free(b.arena);
}

/* ---- broken ---- */

/* The upper rows are as in the scene. */
static void check_top(struct bench *b, const char *what, struct bytes whole, int eighths,
                      enum picture_type type)
{
    struct render want = { .width_px = 80, .type = type };
    struct bytes cut = bytes_first(whole, whole.len * (size_t)eighths / 8);

    struct pixels p = render(b, cut, want);
    p.height = p.height * (eighths - 2) / 8; /* compression differs from row to row */
    if (p.height > 0) {
        double off = off_scene(b, &p, false);
        if (off > 6)
            test_fail(__FILE__, __LINE__, "%s to %s, %d eighths: off by %.2f", what,
                      picture_type_extension(type), eighths, off);
    }
}

TEST(what_is_cut_off_is_made_as_far_as_it_goes)
{
    struct bench b = bench_new();
    struct pixels scene = scene_painted(b.arena, 1, 3);
    const struct jpeg_form baseline = { .h = 2, .v = 2 };
    const struct {
        const char *what;
        struct bytes whole;
    } cases[] = { { "jpg", made_jpeg(b.arena, &scene, &baseline) },
                  { "png", rgb_png(b.arena, &scene) } };

    for (size_t i = 0; i < COUNT(cases); i++) {
        for (int eighths = 2; eighths < 8; eighths++) {
            check_top(&b, cases[i].what, cases[i].whole, eighths, PICTURE_JPEG);
            check_top(&b, cases[i].what, cases[i].whole, eighths, PICTURE_PNG);
        }
    }
    arena_free(b.arena);
}

/* A few bytes into its third, fourth, fifth scan. */
TEST(a_progressive_jpeg_that_is_cut_off_is_blurred)
{
    struct bench b = bench_new();
    struct pixels scene = scene_painted(b.arena, 1, 3);
    struct jpeg_form form = { .h = 2, .v = 2, .progressive = true };
    struct bytes jpeg = made_jpeg(b.arena, &scene, &form);
    const char *at = jpeg.at;

    for (int scan = 1; scan <= 5; scan++) {
        at = memmem(at + 2, jpeg.len - (size_t)(at + 2 - jpeg.at), "\xFF\xDA", 2);
        CHECK(at != NULL);
        struct bytes cut = bytes_first(jpeg, (size_t)(at + 20 - jpeg.at));
        for (int type = PICTURE_JPEG; scan >= 2 && type <= PICTURE_PNG; type++) {
            struct render want = { .width_px = 80, .type = (enum picture_type)type };
            struct pixels p = render(&b, cut, want);
            double off = off_scene(&b, &p, false);
            if (off > 12)
                test_fail(__FILE__, __LINE__, "scan %d, type %d: off by %.2f", scan, type, off);
        }
    }
    arena_free(b.arena);
}

/* The header parser refuses it, too: the decoder does not rely on it. */
TEST(a_jpeg_of_too_many_scans_is_not_decoded)
{
    struct picture_header header;
    uint8_t out[1024];
    size_t len;

    struct bench b = bench_new();
    struct pixels scene = scene_painted(b.arena, 1, 3);
    struct jpeg_form form = { .h = 2, .v = 2, .progressive = true };
    struct bytes jpeg = made_jpeg(b.arena, &scene, &form);
    struct made bomb = { .arena = b.arena };
    const char *scan = memmem(jpeg.at, jpeg.len, "\xFF\xDA", 2);

    CHECK(scan != NULL);
    put_bytes(&bomb, jpeg.at, (size_t)(scan - jpeg.at));
    for (int i = 0; i < 200; i++) /* each a scan of its own, empty, of one component */
        put_bytes(&bomb, "\xFF\xDA\x00\x08\x01\x01\x00\x00\x00\x00", 10);
    struct bytes bytes = made_bytes(&bomb);
    CHECK_INT(image_read_header(bytes, &image_limits_default, &header, &b.e), ERR_TOO_LARGE);
    CHECK_INT(image_read_header(jpeg, &image_limits_default, &header, &b.e), ERR_NONE);
    struct rendered plan = render_plan(&header, &(struct render){ .width_px = 80 });
    CHECK_INT(cameo_renderer.picture(bytes, &header, &plan, out, sizeof out, &len, &b.e),
              ERR_UNSUPPORTED);
    arena_free(b.arena);
}

/* Nobody knows what comes out, but it is a picture or a plain refusal. */
TEST(damaged_jpegs_do_no_harm)
{
    struct bench b = bench_new();
    struct pixels scene = scene_painted(b.arena, 1, 3);
    uint32_t seed = 7;

    for (int i = 0; i < 240; i++) {
        struct jpeg_form form = { .h = 1 + i % 2, .v = 1 + i / 2 % 2, .progressive = i % 3 == 0 };
        struct bytes jpeg = made_jpeg(b.arena, &scene, &form);
        char *at = (char *)(uintptr_t)jpeg.at;
        for (int k = 0; k < 1 + i % 8; k++) {
            seed = seed * 1664525 + 1013904223;
            at[200 + (seed >> 8) % (jpeg.len - 200)] = (char)(seed >> 16);
        }
        struct picture_header header;
        if (image_read_header(jpeg, &image_limits_default, &header, &b.e))
            continue;
        struct render want = { .width_px = 100, .height_px = 60, .fit = FIT_COVER };
        want.type = i % 2 ? PICTURE_JPEG : PICTURE_WEBP;
        enum err_code rc = try_render(&b, jpeg, want);
        CHECK(rc == ERR_NONE || rc == ERR_UNSUPPORTED);
        if (rc == ERR_NONE) {
            struct pixels p = decoded(&b, b.out, b.plan.type);
            CHECK(p.width == b.plan.width_px && p.height == b.plan.height_px);
        }
    }
    arena_free(b.arena);
}

TEST(a_header_that_does_not_fit_the_bytes_is_not_believed)
{
    struct bench b = bench_new();
    struct pixels scene = scene_painted(b.arena, 1, 3);
    const struct bytes pictures[] = {
        rgb_png(b.arena, &scene), made_jpeg(b.arena, &scene, &(struct jpeg_form){ .h = 2, .v = 2 })
    };
    uint8_t out[10000];
    size_t len;

    for (size_t i = 0; i < COUNT(pictures); i++) {
        struct picture_header header = { image_sniff(pictures[i]), 60, 80, 1, 1 };
        struct render want = { .width_px = 20, .type = PICTURE_JPEG };
        struct rendered plan = render_plan(&header, &want);
        CHECK_INT(cameo_renderer.picture(pictures[i], &header, &plan, out, sizeof out, &len, &b.e),
                  ERR_UNSUPPORTED);
    }
    arena_free(b.arena);
}

TEST(what_does_not_fit_the_room_is_too_large)
{
    struct bench b = bench_new();
    struct pixels scene = scene_painted(b.arena, 1, 3);
    struct bytes jpeg = made_jpeg(b.arena, &scene, &(struct jpeg_form){ .h = 2, .v = 2 });
    struct picture_header header = { PICTURE_JPEG, SCENE_WIDTH, SCENE_HEIGHT, 1, 1 };
    uint8_t out[900];
    size_t len = 77;

    for (int type = PICTURE_JPEG; type <= PICTURE_WEBP; type++) {
        struct render want = { .type = (enum picture_type)type };
        struct rendered plan = render_plan(&header, &want);
        CHECK_INT(cameo_renderer.picture(jpeg, &header, &plan, out, sizeof out, &len, &b.e),
                  ERR_TOO_LARGE);
        CHECK_INT(len, 77);
    }
    arena_free(b.arena);
}

TEST(quality_is_worth_its_bytes)
{
    struct bench b = bench_new();
    struct pixels p = detailed_painted(b.arena, 500, 400);
    const struct bytes pictures[] = { made_jpeg(b.arena, &p, &(struct jpeg_form){ .h = 2, .v = 2 }),
                                      rgb_png(b.arena, &p) };
    static const enum picture_type types[] = { PICTURE_JPEG, PICTURE_WEBP, PICTURE_AVIF };

    for (size_t i = 0; i < COUNT(pictures) * COUNT(types); i++) {
        struct render want = { .width_px = 200, .type = types[i % COUNT(types)] };
        size_t before = 0;
        static const int32_t qualities[] = { 1, 30, 0, 95, 100 };
        for (size_t k = 0; k < COUNT(qualities); k++) {
            want.quality = qualities[k];
            render(&b, pictures[i / COUNT(types)], want);
            CHECK(b.out.len > before);
            before = b.out.len;
        }
    }
    arena_free(b.arena);
}

/* ---- in a box ---- */

static int threads_running(void)
{
    DIR *dir = opendir("/proc/self/task");
    int count = 0;

    CHECK(dir != NULL);
    while (readdir(dir))
        count++;
    closedir(dir);
    return count - 2; /* . and .. */
}

static void forbid_files_and_code(void)
{
    static const int calls[] = { SCMP_SYS(open),  SCMP_SYS(openat), SCMP_SYS(openat2),
                                 SCMP_SYS(creat), SCMP_SYS(execve), SCMP_SYS(socket) };
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

    CHECK(filter != NULL);
    for (size_t i = 0; i < COUNT(calls); i++)
        CHECK_INT(seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, calls[i], 0), 0);
    const struct scmp_arg_cmp executable = SCMP_A2(SCMP_CMP_MASKED_EQ, 4, 4); /* PROT_EXEC */
    CHECK_INT(seccomp_rule_add_array(filter, SCMP_ACT_KILL_PROCESS, SCMP_SYS(mmap), 1, &executable),
              0);
    CHECK_INT(
        seccomp_rule_add_array(filter, SCMP_ACT_KILL_PROCESS, SCMP_SYS(mprotect), 1, &executable),
        0);
    CHECK_INT(seccomp_load(filter), 0);
    seccomp_release(filter);
}

TEST(after_its_start_there_is_one_thread_and_no_file_is_wanted)
{
    struct bench b = bench_new();
    struct pixels p = scene_painted(b.arena, 6, 3);
    struct bytes p3 = profile_named(&b, "p3");
    struct file exif = { 0 };

    CHECK_INT(threads_running(), 1);
    add_exif(&exif, true, 6);
    const struct jpeg_form forms[] = { { .h = 2, .v = 2, .exif = of(&exif) },
                                       { .h = 2, .v = 2, .exif = of(&exif), .profile = p3 } };
    struct pixels inks = filled(b.arena, 64, 48, 4, (const uint8_t[]){ 0, 255, 255, 255 });
    const struct jpeg_form cmyk = { .h = 1, .v = 1, .cmyk = true };
    const struct bytes pictures[] = { made_jpeg(b.arena, &p, &forms[0]),
                                      made_jpeg(b.arena, &p, &forms[1]),
                                      made_jpeg(b.arena, &inks, &cmyk),
                                      rgb_png(b.arena, &p),
                                      made_png(b.arena, &p, 2, 16, B(""), B("")),
                                      made_tiff(b.arena, &p, 1, 2, 6),
                                      bmp_of(b.arena, &p) };
    forbid_files_and_code();
    for (size_t i = 0; i < COUNT(pictures); i++) {
        for (int type = PICTURE_JPEG; type <= PICTURE_AVIF; type++) {
            struct render want = { .width_px = 40, .height_px = 41, .fit = FIT_COVER };
            want.type =
                type == PICTURE_TIFF || type == PICTURE_BMP ? PICTURE_PNG : (enum picture_type)type;
            CHECK_INT(try_render(&b, pictures[i], want), ERR_NONE);
            struct bytes made = b.out;
            want.width_px = 20;
            want.type = PICTURE_PNG;
            if (type < PICTURE_TIFF)
                CHECK_INT(try_render(&b, made, want), ERR_NONE);
        }
    }
    _exit(0); /* a leak checker would open files and wait for itself for ever */
}

TEST_MAIN
