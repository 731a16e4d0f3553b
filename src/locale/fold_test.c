#include "locale/locale.h"
#include "test.h"

TEST(folds_letters_of_any_script)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        { "", "" },
        { "Example AS 12", "example as 12" },
        { "ÆRLIG Øl", "ærlig øl" },
        { "STRASSE", "strasse" },
        { "Straße", "strasse" },
        { "ΣΊΣΥΦΟΣ", "σίσυφοσ" },
        { "İ", "i̇" },
    };
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 16);

    for (size_t i = 0; i < COUNT(cases); i++)
        CHECK_BYTES(locale_fold(arena, bytes_str(cases[i].text)), bytes_str(cases[i].want));
}

TEST(a_text_that_grows_is_whole)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 16);
    char text[600];
    for (size_t i = 0; i < sizeof text; i += 2)
        memcpy(text + i, "\xce\x90", 2); /* folds to three letters, six bytes */

    struct bytes folded = locale_fold(arena, bytes_of(text, sizeof text));

    CHECK_INT(folded.len, 1800);
    CHECK(locale_fold(arena, (struct bytes){ 0 }).at != NULL);
}

TEST_MAIN
