/* Names and texts of pictures. */
#include "core/picture_rows.h"
#include "test.h"

static const struct owner product = { KIND_PRODUCT, 7 };
static const struct owner nobody = { 0, 12 };

TEST(a_picture_has_a_name_that_fits_its_type)
{
    static const struct {
        struct bytes name;
        bool on_nothing;
        enum picture_type type;
        struct bytes want;
    } rows[] = {
        { B("mug.png"), false, PICTURE_PNG, B("mug.png") },
        { B("mug.jpeg"), false, PICTURE_JPEG, B("mug.jpeg") },
        { B("mug.png"), false, PICTURE_JPEG, B("mug.jpg") },
        { B(".png"), false, PICTURE_JPEG, B(".jpg") },
        { B("mug"), false, PICTURE_GIF, B("mug.gif") },
        { B("mug.old"), false, PICTURE_GIF, B("mug.old.gif") },
        { B("mug.txt"), false, PICTURE_NONE, B("mug.txt") },
        { B(""), false, PICTURE_JPEG, B("product-7.jpg") },
        { B(""), true, PICTURE_JPEG, B("picture-12.jpg") },
        { B(""), true, PICTURE_NONE, B("picture-12") },
    };
    struct arena *arena = arena_new(1 << 16);

    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK_BYTES(picture_make_name(arena, rows[i].name, rows[i].on_nothing ? nobody : product,
                                      rows[i].type),
                    rows[i].want);
    arena_free(arena);
}

TEST(a_long_name_is_cut_between_characters)
{
    struct arena *arena = arena_new(1 << 16);
    char name[PICTURE_NAME_MAX];

    for (size_t i = 0; i + 1 < sizeof name; i += 2)
        memcpy(name + i, "\xc3\xa5", 2);
    struct bytes made =
        picture_make_name(arena, bytes_of(name, sizeof name - 1), product, PICTURE_PNG);
    CHECK(made.len <= PICTURE_NAME_MAX);
    CHECK(bytes_is_utf8(made));
    CHECK(bytes_ends_nocase(made, B("\xc3\xa5.png")));
    arena_free(arena);
}

/* What is stored is UTF-8; what is not becomes a name all the same. */
TEST(of_a_name_without_a_whole_character_the_extension_is_left)
{
    struct arena *arena = arena_new(1 << 16);

    CHECK_BYTES(picture_make_name(arena, B("\xff\xff"), product, PICTURE_PNG), B(".png"));
    arena_free(arena);
}

TEST(every_kind_of_record_has_a_type_for_its_pictures)
{
    CHECK_BYTES(picture_default_type(KIND_PERSON), B("PERSONPHOTO"));
    CHECK_BYTES(picture_default_type(KIND_CONTACT), B("ContactImage"));
    CHECK_BYTES(picture_default_type(KIND_PROJECT), B("ProjectImage"));
    CHECK_BYTES(picture_default_type(KIND_PRODUCT), B("ProductImage"));
    CHECK_BYTES(picture_default_type((enum record_kind)0), B("ProductImage"));
}

static void must_be_refused(struct bytes name, struct bytes description, const char *field)
{
    struct err e = { 0 };

    CHECK_INT(picture_check_texts(name, description, &e), ERR_INVALID);
    CHECK(strcmp(e.field, field) == 0);
}

TEST(texts_that_cannot_be_kept_are_refused_by_their_field)
{
    char text[2 * 255 + 1];
    struct err e = { 0 };

    for (size_t i = 0; i < 2 * 255; i += 2)
        memcpy(text + i, "\xc3\xa5", 2);
    must_be_refused(bytes_of(text, 256), B(""), "name");
    must_be_refused(B("\xff"), B(""), "name");
    must_be_refused(B("a/b"), B(""), "name");
    must_be_refused(B("a\\b"), B(""), "name");
    must_be_refused(B("a\nb"), B(""), "name");
    must_be_refused(B("a\x7f"), B(""), "name");
    must_be_refused(B("a"), B("\xff"), "Description");
    must_be_refused(B("a"), bytes_of(text, 2 * 255), "Description");
    must_be_refused(B("a"), B("a\0b"), "Description");
    CHECK_INT(picture_check_texts(B("a.png"), bytes_of(text, 2 * 254), &e), ERR_NONE);
    CHECK_INT(picture_check_texts(B(""), B(""), &e), ERR_NONE);
}

TEST_MAIN
