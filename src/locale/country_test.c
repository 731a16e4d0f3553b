#include "locale/locale.h"
#include "test.h"

TEST(countries_have_names_in_every_language)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(10000);

    CHECK_BYTES(locale_country_name(arena, "NO", "en"), B("Norway"));
    CHECK_BYTES(locale_country_name(arena, "NO", "no"), B("Norge"));
    CHECK_BYTES(locale_country_name(arena, "DE", "sv"), B("Tyskland"));
    CHECK_BYTES(locale_country_name(arena, "US", "fr"), B("États-Unis"));
    CHECK_BYTES(locale_country_name(arena, "DE", ""), locale_country_name(arena, "DE", ""));
}

TEST(countries_have_numbers)
{
    CHECK_INT(locale_country_number("NO"), 578);
    CHECK_INT(locale_country_number("US"), 840);
    CHECK_INT(locale_country_number("QQ"), 0);
    CHECK_INT(locale_country_number(""), 0);
}

TEST(languages_are_known_by_two_letters)
{
    static const char *const known[] = { "en", "NB", "sv", "zh", "ru", "uk", "no" };
    static const char *const unknown[] = { "", "e", "qq", "eng", "e ", "*", "12", "fil" };

    for (size_t i = 0; i < COUNT(known); i++)
        CHECK(locale_is_language(bytes_str(known[i])));
    for (size_t i = 0; i < COUNT(unknown); i++)
        CHECK(!locale_is_language(bytes_str(unknown[i])));
}

TEST_MAIN
