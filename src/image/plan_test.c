#include "image/plan.h"

#include "test.h"

/* Of an animation: nothing else goes out as it is. */
static struct rendered planned(int32_t width, int32_t height, int32_t orientation,
                               struct render want)
{
    struct picture_header header = { PICTURE_JPEG, width, height, orientation, 2 };

    return render_plan(&header, &want);
}

struct plan_case {
    int32_t width, height, orientation;
    struct render want;
    int32_t got_width, got_height;
    int32_t cut[4]; /* all 0: the whole picture */
    bool same;
};

static void check_plan(size_t number, const struct plan_case *c)
{
    struct rendered got = planned(c->width, c->height, c->orientation, c->want);
    int32_t seen_width = c->orientation >= 5 ? c->height : c->width;
    int32_t seen_height = c->orientation >= 5 ? c->width : c->height;
    bool whole = c->cut[2] == 0;

    if (got.width_px != c->got_width || got.height_px != c->got_height || got.same != c->same ||
        got.cut_x != c->cut[0] || got.cut_y != c->cut[1] ||
        got.cut_width != (whole ? seen_width : c->cut[2]) ||
        got.cut_height != (whole ? seen_height : c->cut[3]))
        test_fail(__FILE__, __LINE__, "case %zu: %d x %d of %d x %d at %d, %d, same %d", number,
                  got.width_px, got.height_px, got.cut_width, got.cut_height, got.cut_x, got.cut_y,
                  got.same);
}

static void check_plans(const struct plan_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++)
        check_plan(i, &cases[i]);
}

TEST(contained_it_fits_inside_and_keeps_its_proportions)
{
    static const struct plan_case cases[] = {
        { 400, 300, 1, { 0 }, 400, 300, { 0 }, true },
        { 400, 300, 1, { .width_px = 200 }, 200, 150, { 0 }, false },
        { 400, 300, 1, { .height_px = 100 }, 133, 100, { 0 }, false },
        { 400, 300, 1, { .width_px = 100, .height_px = 100 }, 100, 75, { 0 }, false },
        { 300, 400, 1, { .width_px = 100, .height_px = 100 }, 75, 100, { 0 }, false },
        { 400, 300, 1, { .width_px = 4096, .height_px = 100 }, 133, 100, { 0 }, false },
        { 400, 300, 1, { .width_px = 500 }, 400, 300, { 0 }, true },
        { 400, 300, 1, { .width_px = 500, .height_px = 500 }, 400, 300, { 0 }, true },
        { 400, 300, 1, { .width_px = 400, .height_px = 300 }, 400, 300, { 0 }, true },
        { 400, 300, 1, { .width_px = 800, .enlarge = true }, 800, 600, { 0 }, false },
        { 400, 300, 6, { .width_px = 150 }, 150, 200, { 0 }, false },
        { 400, 300, 6, { 0 }, 300, 400, { 0 }, true },
        { 400, 300, 3, { .height_px = 150 }, 200, 150, { 0 }, false },
        { 8000, 1, 1, { .width_px = 10 }, 10, 1, { 0 }, false },
        { 1, 8000, 1, { .width_px = 10, .height_px = 10 }, 1, 10, { 0 }, false },
        { 7999, 3, 1, { .width_px = 8000 }, 7999, 3, { 0 }, true },
        { 2725, 2225, 1, { .width_px = 720, .height_px = 588 }, 720, 588, { 0 }, false },
    };

    check_plans(cases, COUNT(cases));
}

TEST(covered_it_is_cut_to_the_wanted_proportions)
{
    static const struct plan_case cases[] = {
        { 400,
          300,
          1,
          { .width_px = 100, .height_px = 100, .fit = FIT_COVER },
          100,
          100,
          { 50, 0, 300, 300 },
          false },
        { 300,
          400,
          1,
          { .width_px = 100, .height_px = 100, .fit = FIT_COVER },
          100,
          100,
          { 0, 50, 300, 300 },
          false },
        { 400,
          300,
          6,
          { .width_px = 100, .height_px = 100, .fit = FIT_COVER },
          100,
          100,
          { 0, 50, 300, 300 },
          false },
        { 400,
          300,
          1,
          { .width_px = 200, .height_px = 150, .fit = FIT_COVER },
          200,
          150,
          { 0 },
          false },
        { 400,
          300,
          1,
          { .width_px = 400, .height_px = 300, .fit = FIT_COVER },
          400,
          300,
          { 0 },
          true },
        { 400,
          300,
          1,
          { .width_px = 400, .height_px = 100, .fit = FIT_COVER },
          400,
          100,
          { 0, 100, 400, 100 },
          false },
        /* not more pixels than there are, but the proportions */
        { 400,
          300,
          1,
          { .width_px = 800, .height_px = 800, .fit = FIT_COVER },
          300,
          300,
          { 50, 0, 300, 300 },
          false },
        { 400,
          300,
          1,
          { .width_px = 800, .height_px = 600, .fit = FIT_COVER },
          400,
          300,
          { 0 },
          true },
        { 400,
          300,
          1,
          { .width_px = 800, .height_px = 100, .fit = FIT_COVER },
          400,
          50,
          { 0, 125, 400, 50 },
          false },
        { 400,
          300,
          1,
          { .width_px = 800, .height_px = 800, .fit = FIT_COVER, .enlarge = true },
          800,
          800,
          { 50, 0, 300, 300 },
          false },
        /* one side only: nothing to cut */
        { 401, 300, 1, { .width_px = 100, .fit = FIT_COVER }, 100, 75, { 0 }, false },
        { 400, 300, 1, { .fit = FIT_COVER }, 400, 300, { 0 }, true },
        { 1,
          8000,
          1,
          { .width_px = 50, .height_px = 50, .fit = FIT_COVER },
          1,
          1,
          { 0, 4000, 1, 1 },
          false },
    };

    check_plans(cases, COUNT(cases));
}

TEST(the_focus_stays_in_sight)
{
    static const struct {
        int32_t focus, at;
    } cases[] = { { -500, 0 }, { -400, 0 },  { -100, 10 }, { 0, 50 },
                  { 60, 74 },  { 125, 100 }, { 400, 100 }, { 500, 100 } };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct render want = { .width_px = 30, .height_px = 30, .fit = FIT_COVER };
        want.focus_x = cases[i].focus;
        struct rendered wide = planned(400, 300, 1, want);
        want.focus_x = 0;
        want.focus_y = cases[i].focus;
        struct rendered high = planned(400, 300, 6, want);
        CHECK_INT(wide.cut_x, cases[i].at);
        CHECK_INT(wide.cut_y, 0);
        CHECK_INT(high.cut_x, 0);
        CHECK_INT(high.cut_y, cases[i].at);
    }
}

TEST(filled_it_is_exactly_so_large)
{
    static const struct plan_case cases[] = {
        { 400,
          300,
          1,
          { .width_px = 100, .height_px = 100, .fit = FIT_FILL },
          100,
          100,
          { 0 },
          false },
        { 400,
          300,
          8,
          { .width_px = 10, .height_px = 200, .fit = FIT_FILL },
          10,
          200,
          { 0 },
          false },
        { 400,
          300,
          1,
          { .width_px = 800, .height_px = 800, .fit = FIT_FILL },
          300,
          300,
          { 0 },
          false },
        { 400,
          300,
          1,
          { .width_px = 800, .height_px = 100, .fit = FIT_FILL },
          400,
          50,
          { 0 },
          false },
        { 400,
          300,
          1,
          { .width_px = 800, .height_px = 100, .fit = FIT_FILL, .enlarge = true },
          800,
          100,
          { 0 },
          false },
        { 400,
          300,
          1,
          { .width_px = 400, .height_px = 300, .fit = FIT_FILL },
          400,
          300,
          { 0 },
          true },
        { 400, 300, 1, { .height_px = 100, .fit = FIT_FILL }, 133, 100, { 0 }, false },
    };

    check_plans(cases, COUNT(cases));
}

TEST(whatever_is_wanted_the_cut_is_inside_and_nothing_grows_unasked)
{
    static const int32_t sides[] = { 1, 2, 3, 7, 100, 101, 2725, 7999, 8000 };
    static const int32_t wanted[] = { 0, 1, 2, 99, 588, 8000 };

    for (size_t i = 0; i < COUNT(sides) * COUNT(sides) * COUNT(wanted) * COUNT(wanted) * 48; i++) {
        size_t n = i / 48;
        int32_t width = sides[n % COUNT(sides)];
        int32_t height = sides[n / COUNT(sides) % COUNT(sides)];
        struct render want = {
            .width_px = wanted[n / COUNT(sides) / COUNT(sides) % COUNT(wanted)],
            .height_px = wanted[n / COUNT(sides) / COUNT(sides) / COUNT(wanted)],
            .fit = (enum render_fit)(i % 3),
            .enlarge = i / 3 % 2,
            .focus_x = (int32_t)(i / 6 % 4) * 333 - 500,
            .focus_y = 500 - (int32_t)(i / 6 % 4) * 333,
        };
        struct rendered p = planned(width, height, i / 24 % 2 ? 6 : 1, want);
        int32_t seen_width = i / 24 % 2 ? height : width;
        int32_t seen_height = i / 24 % 2 ? width : height;
        CHECK(p.width_px >= 1 && p.height_px >= 1 && p.cut_width >= 1 && p.cut_height >= 1);
        CHECK(p.cut_x >= 0 && p.cut_x <= seen_width - p.cut_width);
        CHECK(p.cut_y >= 0 && p.cut_y <= seen_height - p.cut_height);
        CHECK(want.enlarge || (p.width_px <= p.cut_width && p.height_px <= p.cut_height));
        CHECK(!p.same || (p.width_px == seen_width && p.height_px == seen_height &&
                          p.cut_width == seen_width && p.cut_height == seen_height));
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

TEST(a_type_that_loses_has_a_quality)
{
    static const struct {
        enum picture_type type;
        int32_t asked, got;
        bool same;
    } cases[] = {
        { PICTURE_NONE, 0, 85, true },   { PICTURE_JPEG, 0, 85, true },
        { PICTURE_JPEG, 55, 55, false }, { PICTURE_WEBP, 0, 80, false },
        { PICTURE_WEBP, 1, 1, false },   { PICTURE_AVIF, 0, 60, false },
        { PICTURE_AVIF, 99, 99, false }, { PICTURE_PNG, 0, 0, false },
        { PICTURE_PNG, 70, 0, false },   { PICTURE_GIF, 70, 0, false },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct render want = { .type = cases[i].type, .quality = cases[i].asked };
        struct rendered plan = planned(40, 30, 1, want);
        CHECK_INT(plan.quality, cases[i].got);
        CHECK_INT(plan.same, cases[i].same);
    }
}

TEST(a_still_picture_never_goes_out_as_it_is)
{
    static const enum picture_type types[] = { PICTURE_JPEG, PICTURE_PNG, PICTURE_GIF,
                                               PICTURE_WEBP };
    static const int32_t qualities[] = { 85, 0, 0, 85 };

    for (size_t i = 0; i < COUNT(types); i++) {
        struct picture_header header = { types[i], 40, 30, 6, 1 };
        struct rendered plan = render_plan(&header, &(struct render){ .width_px = 30 });
        CHECK(!plan.same);
        CHECK_INT(plan.width_px, 30);
        CHECK_INT(plan.quality, qualities[i]);
    }
}

/* Of a picture of 40 x 30 with orientations 1 to 8, what lies 1 from the left and 2 from the top of
 * what is seen, 3 wide and 4 high. */
TEST(a_cut_is_found_in_what_is_stored)
{
    static const double want[][4] = {
        [1] = { 1, 2, 3, 4 }, [2] = { 36, 2, 3, 4 }, [3] = { 36, 24, 3, 4 }, [4] = { 1, 24, 3, 4 },
        [5] = { 2, 1, 4, 3 }, [6] = { 2, 26, 4, 3 }, [7] = { 34, 26, 4, 3 }, [8] = { 34, 1, 4, 3 }
    };
    struct rendered plan = {
        .width_px = 3, .height_px = 4, .cut_x = 1, .cut_y = 2, .cut_width = 3, .cut_height = 4
    };

    for (int orientation = 1; orientation <= 8; orientation++) {
        struct picture_header header = { PICTURE_JPEG, 40, 30, orientation, 1 };
        struct plan_part part = plan_stored_cut(&header, &plan, 0, 0);
        const double got[] = { part.x, part.y, part.width, part.height };
        for (int i = 0; i < 4; i++) {
            if (got[i] != want[orientation][i])
                test_fail(__FILE__, __LINE__, "orientation %d, %d: %g", orientation, i, got[i]);
        }
        part = plan_stored_cut(&header, &plan, 1, 0);
        CHECK(orientation >= 5 ? part.height == 4 && part.width == 4
                               : part.width == 4 && part.height == 4);
    }
}

TEST_MAIN
