#include "locale/zone.h"

#include "base/clock.h"
#include "test.h"

static const struct zone *zone(const char *code)
{
    struct err e = { 0 };
    const struct zone *found = NULL;

    if (zone_find(bytes_str(code), &found, &e))
        test_fail(__FILE__, __LINE__, "%s: %s", code, e.text);
    return found;
}

static int64_t at(int year, int month, int day, int hour, int minute)
{
    struct civil civil = { year, month, day, hour, minute };
    int64_t us = 0;

    CHECK(clock_of_civil(&civil, &us));
    return us;
}

TEST(published_ids_and_codes_name_the_same_zones)
{
    static const struct {
        int32_t id;
        const char *code, *tz;
    } table[] = {
        { 1, "UTC", "UTC" },
        { 36, "AU-ACT", "Australia/Sydney" },
        { 50, "BD", "Asia/Dhaka" },
        { 114, "CA-QC", "America/Toronto" },
        { 140, "DK", "Europe/Copenhagen" },
        { 156, "FR", "Europe/Paris" },
        { 261, "NO", "Europe/Oslo" },
        { 425, "US-CA", "America/Los_Angeles" },
        { 433, "US-HI", "Pacific/Honolulu" },
        { 460, "US-NY", "America/New_York" },
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        char id[12];
        snprintf(id, sizeof id, "%d", table[i].id);
        CHECK(zone(table[i].code) == zone(id));
        CHECK_INT(zone_id(zone(table[i].code)), table[i].id);
        CHECK_BYTES(zone_code(zone(id)), bytes_str(table[i].code));
        CHECK_BYTES(zone_tz(zone(id)), bytes_str(table[i].tz));
    }
}

TEST(codes_are_taken_in_any_case)
{
    CHECK(zone("utc") == zone("UTC"));
    CHECK(zone("no") == zone("NO"));
    CHECK(zone("us-ny") == zone("Us-nY"));
}

TEST(a_country_with_several_zones_is_its_capital_or_largest_city)
{
    static const char *const table[][2] = {
        { "US", "America/New_York" },
        { "CA", "America/Toronto" },
        { "AU", "Australia/Sydney" },
        { "BR", "America/Sao_Paulo" },
        { "RU", "Europe/Moscow" },
        { "DE", "Europe/Berlin" },
        { "ES", "Europe/Madrid" },
        { "PT", "Europe/Lisbon" },
        { "NZ", "Pacific/Auckland" },
        { "CN", "Asia/Shanghai" },
        { "MX", "America/Mexico_City" },
        { "UA", "Europe/Kyiv" },
        { "XK", "Europe/Belgrade" },
        { "AU-WA", "Australia/Perth" },
        { "US-IN", "America/Indiana/Indianapolis" },
    };

    for (size_t i = 0; i < COUNT(table); i++)
        CHECK_BYTES(zone_tz(zone(table[i][0])), bytes_str(table[i][1]));
}

TEST(what_is_no_code_is_refused)
{
    static const char *const table[] = {
        "",
        "ZZ",
        "N",
        "NOR",
        "NO-",
        "NO-03",
        "Europe/Oslo",
        "0",
        "-1",
        "2",
        "261x",
        "US-NYC",
        "US_NY",
        "../../etc/passwd",
        "UTC+1",
        "4294967557",
        "\xc3\x98",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    };
    const struct zone *found = NULL;

    for (size_t i = 0; i < COUNT(table); i++) {
        struct err e = { 0 };
        CHECK_INT(zone_find(bytes_str(table[i]), &found, &e), ERR_INVALID);
        CHECK(found == NULL);
    }
}

TEST(every_zone_has_a_code_and_an_id_of_its_own_and_rules)
{
    CHECK(zone_count() > 400 && zone_count() < 500);
    for (size_t i = 0; i < zone_count(); i++) {
        struct err e = { 0 };
        const struct zone *z, *other;
        char id[12];
        if (zone_at(i, &z, &e))
            test_fail(__FILE__, __LINE__, "%s", e.text);
        CHECK(zone(zone_code(z).at) == z);
        snprintf(id, sizeof id, "%d", zone_id(z));
        CHECK(zone(id) == z);
        for (size_t k = 0; k < i; k++) {
            CHECK_INT(zone_at(k, &other, &e), ERR_NONE);
            CHECK(zone_id(other) != zone_id(z));
        }
        CHECK(zone_offset(z, at(2026, 1, 1, 0, 0)) >= -12 * 60);
        CHECK(zone_offset(z, at(2026, 7, 1, 0, 0)) <= 14 * 60);
    }
}

TEST(offsets_follow_the_clocks_at_every_instant)
{
    static const struct {
        const char *code;
        int year, month, day, hour, minute, offset;
    } table[] = {
        { "NO", 2026, 3, 29, 0, 59, 60 },
        { "NO", 2026, 3, 29, 1, 0, 120 },
        { "NO", 2026, 10, 25, 0, 59, 120 },
        { "NO", 2026, 10, 25, 1, 0, 60 },
        { "NO", 2099, 3, 29, 0, 59, 60 },
        { "NO", 2099, 3, 29, 1, 0, 120 }, /* by the rule */
        { "NO", 2099, 10, 25, 0, 59, 120 },
        { "NO", 2099, 10, 25, 1, 0, 60 },
        { "NO", 1975, 7, 1, 0, 0, 60 },
        { "UTC", 2026, 7, 1, 0, 0, 0 },
        { "US-NY", 2026, 7, 1, 0, 0, -240 },
        { "US-NY", 2026, 12, 24, 0, 0, -300 },
        { "US-HI", 2026, 7, 1, 0, 0, -600 },
        { "AU-ACT", 2026, 1, 1, 0, 0, 660 },
        { "AU-ACT", 2026, 7, 1, 0, 0, 600 },
        { "AU-ACT", 2080, 1, 1, 0, 0, 660 },
        { "AU-ACT", 2080, 12, 31, 23, 0, 660 },
        { "AU-ACT", 2080, 7, 1, 0, 0, 600 },
        { "AU-QLD", 2026, 1, 1, 0, 0, 600 },
        { "IN", 2026, 1, 1, 0, 0, 330 },
        { "NP", 2026, 1, 1, 0, 0, 345 },
        { "CA-NL", 2026, 7, 1, 0, 0, -150 },
        { "NZ-CIT", 2060, 1, 1, 0, 0, 825 },
        { "MX", 2026, 7, 1, 0, 0, -360 },
        { "EG", 2026, 7, 1, 0, 0, 180 }, /* since 2022, 2023 */
        { "IE", 2050, 7, 1, 0, 0, 60 },
        { "IE", 2050, 1, 1, 0, 0, 0 }, /* winter is its exception */
        { "GL", 2050, 7, 1, 0, 0, -60 },
        { "IL", 2050, 7, 1, 0, 0, 180 },
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        int32_t got =
            zone_offset(zone(table[i].code), at(table[i].year, table[i].month, table[i].day,
                                                table[i].hour, table[i].minute));
        if (got != table[i].offset)
            test_fail(__FILE__, __LINE__, "row %zu, %s: %d, not %d", i, table[i].code, got,
                      table[i].offset);
    }
    CHECK_INT(zone_offset(zone("NO"), at(2026, 3, 29, 1, 0) - 1), 60); /* a microsecond before */
}

TEST(wall_clocks_are_read_as_the_instants_they_mean)
{
    const struct zone *no = zone("NO"), *sydney = zone("AU-ACT"), *utc = zone("UTC");

    CHECK_INT(zone_to_utc(no, at(2026, 7, 1, 12, 0)), at(2026, 7, 1, 10, 0));
    CHECK_INT(zone_to_utc(no, at(2026, 1, 1, 12, 0)), at(2026, 1, 1, 11, 0));
    CHECK_INT(zone_to_utc(no, at(2026, 3, 29, 1, 59)), at(2026, 3, 29, 0, 59));
    CHECK_INT(zone_to_utc(no, at(2026, 3, 29, 2, 30)), at(2026, 3, 29, 1, 30)); /* there is none */
    CHECK_INT(zone_to_utc(no, at(2026, 3, 29, 3, 0)), at(2026, 3, 29, 1, 0));
    CHECK_INT(zone_to_utc(no, at(2026, 10, 25, 1, 59)), at(2026, 10, 24, 23, 59));
    CHECK_INT(zone_to_utc(no, at(2026, 10, 25, 2, 30)), at(2026, 10, 25, 1, 30)); /* the second */
    CHECK_INT(zone_to_utc(no, at(2026, 10, 25, 3, 0)), at(2026, 10, 25, 2, 0));
    CHECK_INT(zone_to_utc(sydney, at(2026, 4, 5, 2, 30)), at(2026, 4, 4, 16, 30));
    CHECK_INT(zone_to_utc(sydney, at(2026, 10, 4, 2, 30)), at(2026, 10, 3, 16, 30));
    CHECK_INT(zone_to_utc(utc, at(2026, 7, 1, 12, 0)), at(2026, 7, 1, 12, 0));
}

TEST(a_year_tells_when_daylight_saving_begins_and_ends)
{
    struct zone_year no = zone_year(zone("NO"), 2026), sydney = zone_year(zone("AU-ACT"), 2060);
    struct zone_year utc = zone_year(zone("UTC"), 2026), dublin = zone_year(zone("IE"), 2026);

    CHECK_INT(no.standard_min, 60);
    CHECK_INT(no.daylight_min, 120);
    CHECK_INT(no.starts_us, at(2026, 3, 29, 1, 0));
    CHECK_INT(no.ends_us, at(2026, 10, 25, 1, 0));
    CHECK_INT(sydney.standard_min, 600);
    CHECK_INT(sydney.daylight_min, 660);
    CHECK_INT(sydney.ends_us, at(2060, 4, 3, 16, 0));
    CHECK_INT(sydney.starts_us, at(2060, 10, 2, 16, 0));
    CHECK_INT(dublin.standard_min, 0);
    CHECK_INT(dublin.daylight_min, 60);
    CHECK_INT(utc.daylight_min, 0);
    CHECK_INT(utc.starts_us, 0);
}

TEST(countries_are_known_by_their_letters)
{
    char country[3];

    zone_country(zone("US-NY"), country);
    CHECK(strcmp(country, "US") == 0);
    zone_country(zone("UTC"), country);
    CHECK(strcmp(country, "") == 0);
    CHECK_BYTES(zone_region(zone("US-NY")), B("New York"));
    CHECK_BYTES(zone_region(zone("NO")), B(""));
    CHECK_BYTES(zone_region(zone("UTC")), B("UTC/GMT"));
}

TEST_MAIN
