/* w, h, type and ifBlank of a query. */
#include "dialect/superoffice/superoffice.h"
#include "test.h"

static struct so_wish read_wish(const char *query)
{
    struct arena *arena = arena_new(1 << 16);
    struct so_wish wish;
    struct err e = { 0 };

    if (so_wish_read(arena, bytes_str(query), &wish, &e))
        test_fail(__FILE__, __LINE__, "%s: %s", query, e.text);
    CHECK(!wish.render.enlarge);
    CHECK(wish.other == (wish.render.width_px || wish.render.height_px || wish.render.type));
    arena_free(arena);
    return wish;
}

TEST(sizes_are_clamped_and_what_is_no_size_is_ignored)
{
    static const struct {
        const char *query;
        int32_t width, height;
    } cases[] = {
        { "w=64", 64, 0 },
        { "W=64&H=32", 64, 32 },
        { "h=1&w=4096", 4096, 1 },
        { "w=4097&h=99999", 4096, 4096 },
        { "w=2147483648&h=99999999999999999999999", 4096, 4096 },
        { "w=0&h=-5", 0, 0 },
        { "w=&h=", 0, 0 },
        { "w", 0, 0 },
        { "w=+64+", 64, 0 },
        { "w=%2B64", 64, 0 },
        { "w=007", 7, 0 },
        { "w=64&w=abc", 64, 0 },
        { "width=64", 0, 0 },
        { "", 0, 0 },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct so_wish wish = read_wish(cases[i].query);
        if (wish.render.width_px != cases[i].width || wish.render.height_px != cases[i].height)
            test_fail(__FILE__, __LINE__, "%s: %d x %d", cases[i].query, wish.render.width_px,
                      wish.render.height_px);
    }
}

TEST(types_have_several_names)
{
    static const struct {
        const char *query;
        enum picture_type type;
    } cases[] = {
        { "type=JPEG", PICTURE_JPEG },         { "type=jpg", PICTURE_JPEG },
        { "type=image%2Fjpeg", PICTURE_JPEG }, { "type=image/PNG", PICTURE_PNG },
        { "Type=Png", PICTURE_PNG },           { "type=gif", PICTURE_GIF },
        { "type=+GIF+", PICTURE_GIF },         { "type=image/gif", PICTURE_GIF },
        { "type=WEBP", PICTURE_NONE },         { "type=tiff", PICTURE_NONE },
        { "type=earum", PICTURE_NONE },        { "type=", PICTURE_NONE },
        { "type=image/", PICTURE_NONE },
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        CHECK_INT(read_wish(cases[i].query).render.type, cases[i].type);
}

TEST(placeholders_have_names_and_numbers)
{
    static const struct {
        const char *query;
        enum so_blank blank;
    } cases[] = {
        { "ifBlank=Default", SO_BLANK_DEFAULT },
        { "ifblank=default", SO_BLANK_DEFAULT },
        { "IFBLANK=0", SO_BLANK_DEFAULT },
        { "ifBlank=ClearPixel", SO_BLANK_CLEAR_PIXEL },
        { "ifBlank=1", SO_BLANK_CLEAR_PIXEL },
        { "ifBlank=SRNOPHOTO", SO_BLANK_SR_NO_PHOTO },
        { "ifBlank=2", SO_BLANK_SR_NO_PHOTO },
        { "ifBlank=SrNoPhotoWithBorder", SO_BLANK_SR_NO_PHOTO_WITH_BORDER },
        { "ifBlank=3", SO_BLANK_SR_NO_PHOTO_WITH_BORDER },
        { "ifBlank=Null", SO_BLANK_NULL },
        { "ifBlank=4", SO_BLANK_NULL },
        { "ifBlank=GenericFileIcon", SO_BLANK_GENERIC_FILE_ICON },
        { "ifBlank=5", SO_BLANK_GENERIC_FILE_ICON },
        { "ifBlank=", SO_BLANK_NULL },
        { "w=5", SO_BLANK_NULL },
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        CHECK_INT(read_wish(cases[i].query).blank, cases[i].blank);
}

TEST(what_cannot_be_read_is_named)
{
    static const struct {
        const char *query;
        const char *text;
    } cases[] = {
        { "w=abc", "w is not a number: give pixels, or leave it out" },
        { "w=1.5", "w is not a number: give pixels, or leave it out" },
        { "w=64px", "w is not a number: give pixels, or leave it out" },
        { "w=10&h=0x10", "h is not a number: give pixels, or leave it out" },
        { "h=--1", "h is not a number: give pixels, or leave it out" },
        { "ifBlank=Something", "ifBlank is none of Default, ClearPixel, SrNoPhoto, "
                               "SrNoPhotoWithBorder, Null, GenericFileIcon and 0 to 5" },
        { "ifBlank=6", "ifBlank is none of Default, ClearPixel, SrNoPhoto, "
                       "SrNoPhotoWithBorder, Null, GenericFileIcon and 0 to 5" },
        { "ifBlank=-1", "ifBlank is none of Default, ClearPixel, SrNoPhoto, "
                        "SrNoPhotoWithBorder, Null, GenericFileIcon and 0 to 5" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena *arena = arena_new(1 << 16);
        struct so_wish wish;
        struct err e = { 0 };
        CHECK_INT(so_wish_read(arena, bytes_str(cases[i].query), &wish, &e), ERR_INVALID);
        CHECK_BYTES(bytes_str(e.text), bytes_str(cases[i].text));
        arena_free(arena);
    }
}

TEST_MAIN
