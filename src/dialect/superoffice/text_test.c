#include "dialect/superoffice/local.h"
#include "test.h"

#define SUPPLIER "US:\"Supplier\";NO:\"Leverandør\";GE:\"Lieferant\""

TEST(multi_language_strings_are_shown_in_the_callers_language)
{
    static const struct {
        const char *language, *text, *want;
    } table[] = {
        { "", SUPPLIER, SUPPLIER },
        { "en", SUPPLIER, "Supplier" },
        { "no", SUPPLIER, "Leverandør" },
        { "de", SUPPLIER, "Lieferant" },
        { "sv", SUPPLIER, "Supplier" },                               /* US is the default */
        { "sv", "NO:\"Leverandør\";GE:\"Lieferant\"", "Leverandør" }, /* else the first */
        { "sv", "NO:\"a\";EN:\"b\"", "b" },
        { "en", "UK:\"colour\"", "colour" },
        { "en", "en:\"x\";us:\"y\"", "x" },
        { "sv", "SW:\"Leverantör\";US:\"x\"", "Leverantör" },
        { "sv", "US:\"x\";SV:\"Leverantör\"", "Leverantör" },
        { "da", "US:\"x\";DA:\"y\"", "y" },
        { "da", "US:\"x\";DK:\"y\"", "y" },
        { "nl", "US:\"x\";NL:\"y\"", "y" },
        { "nl", "US:\"x\";DU:\"y\"", "y" },
        { "de", "US:\"x\";DE:\"y\"", "y" },
        { "fr", "US:\"x\";FR:\"y\"", "y" },
        { "no", "US:\"x\";NB:\"y\"", "y" },
        { "ru", "US:\"x\";RU:\"y\"", "y" },                         /* others by the same letters */
        { "no", "US:\"Supplier\"NO:\"Leverandør\"", "Leverandør" }, /* no separator */
        { "no", "US:\"Supplier\"; NO:\"Leverandør\"; ", "Leverandør" },
        { "no", " US : \"Supplier\" ;\r\n NO: \"Leverandør\";", "Leverandør" },
        { "no", "US:\"a;b\";NO:\"c:d;e\"", "c:d;e" },
        { "no", "US:\"\";NO:\"\"", "" },
        { "en", "US:\"[SR_NO_PHOTO]\"", "No photo" },
        /* not wholly a multi-language string: as it is */
        { "en", "US:\"Supplier\" and more", "US:\"Supplier\" and more" },
        { "en", "Note: US:\"Supplier\"", "Note: US:\"Supplier\"" },
        { "en", "US:\"Supplier", "US:\"Supplier" },
        { "en", "US:Supplier", "US:Supplier" },
        { "en", "USA:\"Supplier\"", "USA:\"Supplier\"" },
        { "en", "12:\"Supplier\"", "12:\"Supplier\"" },
        { "en", "US:\"say \"hi\"\"", "US:\"say \"hi\"\"" },
        { "en", "US:\"a\";;NO:\"b\"", "US:\"a\";;NO:\"b\"" },
        { "en", "", "" },
        { "en", "   ", "   " },
        { "en", "plain", "plain" },
        { "en", "\"", "\"" },
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        CLEANUP(arena_freep) struct arena *arena = arena_new(10000);
        struct so_local local = { 0 };
        memcpy(local.language, table[i].language, strlen(table[i].language));
        struct bytes seen = so_text_seen(arena, &local, bytes_str(table[i].text));
        if (!bytes_eq(seen, bytes_str(table[i].want)))
            test_fail(__FILE__, __LINE__, "%s in '%s' is '%.*s'", table[i].text, table[i].language,
                      (int)seen.len, seen.at);
    }
}

TEST(resource_tokens_are_replaced_when_there_is_a_language)
{
    static const struct {
        const char *language, *text, *want;
    } table[] = {
        { "", "[SR_NO_PHOTO]", "[SR_NO_PHOTO]" },
        { "en", "[SR_NO_PHOTO]", "No photo" },
        { "no", "[SR_NO_PHOTO]", "Ikke noe bilde" },
        { "sv", "[SR_NO_PHOTO]", "Inget foto" },
        { "da", "[SR_NO_PHOTO]", "Intet foto" },
        { "de", "[SR_NO_PHOTO]", "Kein Foto" },
        { "fr", "[SR_NO_PHOTO]", "Pas de photo" },
        { "nl", "[SR_NO_PHOTO]", "Geen foto" },
        { "ru", "[SR_NO_PHOTO]", "No photo" },
        { "en", "a [SR_NO_PHOTO], b [SR_NO_PHOTO]!", "a No photo, b No photo!" },
        { "en", "[SR_NO_PHOTO][SR_NO_PHOTO]", "No photoNo photo" },
        { "en", "[SR_UNHEARD_OF]", "[SR_UNHEARD_OF]" },
        { "en", "[SR_UNHEARD_OF] [SR_NO_PHOTO]", "[SR_UNHEARD_OF] No photo" },
        { "en", "[[SR_NO_PHOTO]]", "[No photo]" },
        { "en", "[SR_NO_PHOTO", "[SR_NO_PHOTO" },
        { "en", "[SR_no_photo]", "[SR_no_photo]" },
        { "en", "[SR_", "[SR_" },
        { "en", "SR_NO_PHOTO", "SR_NO_PHOTO" },
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        CLEANUP(arena_freep) struct arena *arena = arena_new(10000);
        struct so_local local = { 0 };
        memcpy(local.language, table[i].language, strlen(table[i].language));
        CHECK_BYTES(so_text_seen(arena, &local, bytes_str(table[i].text)),
                    bytes_str(table[i].want));
    }
}

TEST(a_text_that_is_given_back_as_it_was_shown_keeps_what_is_stored)
{
    static const struct {
        const char *language, *text, *stored, *want;
    } table[] = {
        { "no", "Leverandør", SUPPLIER, SUPPLIER },
        { "no", "Supplier", SUPPLIER, "Supplier" },
        { "sv", "Supplier", SUPPLIER, SUPPLIER },
        { "", "Supplier", SUPPLIER, "Supplier" },
        { "no", SUPPLIER, SUPPLIER, SUPPLIER },
        { "no", "other", SUPPLIER, "other" },
        { "no", "", SUPPLIER, "" },
        { "en", "No photo", "[SR_NO_PHOTO]", "[SR_NO_PHOTO]" },
        { "en", "x", "", "x" },
        { "en", "", "", "" },
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        CLEANUP(arena_freep) struct arena *arena = arena_new(10000);
        struct so_local local = { 0 };
        memcpy(local.language, table[i].language, strlen(table[i].language));
        CHECK_BYTES(
            so_text_kept(arena, &local, bytes_str(table[i].text), bytes_str(table[i].stored)),
            bytes_str(table[i].want));
    }
}

TEST(out_of_memory_is_no_text)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(16);
    struct so_local local = { .language = "en" };

    CHECK(!so_text_seen(arena, &local, B("[SR_NO_PHOTO] and more")).at);
    CHECK(!so_text_kept(arena, &local, B("x"), B("[SR_NO_PHOTO] and more")).at);
}

TEST(resources_are_found_by_name)
{
    CHECK_BYTES(so_resource_text("", B("SR_NO_PHOTO")), B("No photo"));
    CHECK_BYTES(so_resource_text("sv", B("SR_NO_PHOTO")), B("Inget foto"));
    CHECK(!so_resource_text("en", B("SR_")).at);
    CHECK(!so_resource_text("en", B("")).at);
}

TEST_MAIN
