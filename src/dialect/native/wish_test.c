/* The parameters of a picture's address. */
#include "dialect/native/native.h"
#include "test.h"

static enum err_code read_wish(struct arena *arena, const char *query, struct native_wish *wish,
                               struct err *e)
{
    *e = (struct err){ 0 };
    return native_wish_read(arena, bytes_str(query), wish, e);
}

TEST(what_is_asked_for_is_read)
{
    static const struct {
        const char *query;
        struct render want;
        bool is_rendition;
    } cases[] = {
        { "", { 0 }, false },
        { "v=37.1", { 0 }, false },
        { "&&", { 0 }, false },
        { "w=1", { .width_px = 1 }, true },
        { "h=8192&w=8192", { .width_px = 8192, .height_px = 8192 }, true },
        { "w=100&h=50&fit=cover", { .width_px = 100, .height_px = 50, .fit = FIT_COVER }, true },
        { "fit=contain", { .fit = FIT_CONTAIN }, true },
        { "fit=fill&h=3", { .height_px = 3, .fit = FIT_FILL }, true },
        { "format=jpeg", { .type = PICTURE_JPEG }, true },
        { "format=png", { .type = PICTURE_PNG }, true },
        { "format=webp", { .type = PICTURE_WEBP }, true },
        { "format=avif&q=100", { .type = PICTURE_AVIF, .quality = 100 }, true },
        { "format=gif&q=1", { .type = PICTURE_GIF, .quality = 1 }, true },
        { "w=101&dpr=1.5", { .width_px = 152 }, true },
        { "w=100&h=33&dpr=2", { .width_px = 200, .height_px = 66 }, true },
        { "w=8192&dpr=4", { .width_px = 32768 }, true },
        { "w=3&dpr=1.333", { .width_px = 4 }, true },
        { "dpr=4.000", { 0 }, true },
        { "w=10&enlarge=1", { .width_px = 10, .enlarge = true }, true },
        { "enlarge=0", { 0 }, true },
        { "%77=%31%30", { .width_px = 10 }, true },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena *arena = arena_new(1 << 16);
        struct native_wish wish;
        struct err e;
        if (read_wish(arena, cases[i].query, &wish, &e))
            test_fail(__FILE__, __LINE__, "%s: %s", cases[i].query, e.text);
        const struct render *got = &wish.render;
        const struct render *want = &cases[i].want;
        if (got->width_px != want->width_px || got->height_px != want->height_px ||
            got->fit != want->fit || got->type != want->type || got->quality != want->quality ||
            got->enlarge != want->enlarge || wish.is_rendition != cases[i].is_rendition)
            test_fail(__FILE__, __LINE__, "%s: %d x %d", cases[i].query, got->width_px,
                      got->height_px);
        arena_free(arena);
    }
}

TEST(what_cannot_be_read_is_named)
{
    static const struct {
        const char *query;
        const char *text;
    } cases[] = {
        { "w=0", "w is a whole number from 1 to 8192" },
        { "w=8193", "w is a whole number from 1 to 8192" },
        { "w=-1", "w is a whole number from 1 to 8192" },
        { "w=+1", "w is a whole number from 1 to 8192" },
        { "w=1.5", "w is a whole number from 1 to 8192" },
        { "w=", "w is a whole number from 1 to 8192" },
        { "w", "w is a whole number from 1 to 8192" },
        { "h=99999999999999999999", "h is a whole number from 1 to 8192" },
        { "w=1&w=1", "w is given twice" },
        { "w=1&%77=1", "w is given twice" },
        { "W=1", "there is no parameter 'W'" },
        { "width=1", "there is no parameter 'width'" },
        { "=1", "there is no parameter ''" },
        { "fit=Cover", "fit is cover, contain or fill" },
        { "fit=", "fit is cover, contain or fill" },
        { "format=jpg", "format is jpeg, png, webp, avif or gif" },
        { "format=tiff", "format is jpeg, png, webp, avif or gif" },
        { "q=0", "q is a whole number from 1 to 100" },
        { "q=101", "q is a whole number from 1 to 100" },
        { "dpr=0.9", "dpr is a number from 1 to 4, as 1.5" },
        { "dpr=4.1", "dpr is a number from 1 to 4, as 1.5" },
        { "dpr=1.", "dpr is a number from 1 to 4, as 1.5" },
        { "dpr=1,5", "dpr is a number from 1 to 4, as 1.5" },
        { "dpr=1.2345", "dpr is a number from 1 to 4, as 1.5" },
        { "dpr=", "dpr is a number from 1 to 4, as 1.5" },
        { "dpr=nan", "dpr is a number from 1 to 4, as 1.5" },
        { "enlarge=yes", "enlarge is 0 or 1" },
        { "enlarge=", "enlarge is 0 or 1" },
        { "v=", "v is none of ours" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena *arena = arena_new(1 << 16);
        struct native_wish wish;
        struct err e;
        if (read_wish(arena, cases[i].query, &wish, &e) != ERR_INVALID)
            test_fail(__FILE__, __LINE__, "%s is taken", cases[i].query);
        CHECK_BYTES(bytes_str(e.text), bytes_str(cases[i].text));
        arena_free(arena);
    }
}

TEST(a_state_names_picture_version_and_focus)
{
    char out[NATIVE_STATE_MAX];

    CHECK_BYTES(native_state(37, 2, 0, 0, out), B("37.2"));
    CHECK_BYTES(native_state(37, 2, -500, 0, out), B("37.2.-500.0"));
    CHECK_BYTES(native_state(INT32_MAX, INT32_MAX, -500, -500, out),
                B("2147483647.2147483647.-500.-500"));
}

TEST_MAIN
