#include "base/clock.h"
#include "dialect/superoffice/local.h"
#include "locale/zone.h"
#include "test.h"

static struct so_local local_of(const char *zone, bool offsets)
{
    struct err e = { 0 };
    struct so_local local = { .offsets = offsets };

    if (zone && zone_find(bytes_str(zone), &local.zone, &e))
        test_fail(__FILE__, __LINE__, "%s", e.text);
    return local;
}

#define MARCH 1772618400000000 /* 2026-03-04T10:00:00Z */
#define JULY  1782900000000000 /* 2026-07-01T10:00:00Z */

TEST(dates_are_written_in_the_callers_zone)
{
    static const struct {
        const char *zone;
        bool offsets, utc;
        int64_t us;
        const char *want;
    } table[] = {
        { NULL, false, false, MARCH, "2026-03-04T10:00:00" },
        { NULL, true, false, MARCH, "2026-03-04T10:00:00Z" },
        { "UTC", true, false, MARCH, "2026-03-04T10:00:00Z" },
        { "NO", false, false, MARCH, "2026-03-04T11:00:00" },
        { "NO", true, false, MARCH, "2026-03-04T11:00:00+01:00" },
        { "NO", true, false, JULY, "2026-07-01T12:00:00+02:00" },
        { "NO", false, true, JULY, "2026-07-01T10:00:00" },
        { "NO", true, true, JULY, "2026-07-01T10:00:00Z" },
        { "US-NY", true, false, MARCH, "2026-03-04T05:00:00-05:00" },
        { "CA-NL", true, false, MARCH, "2026-03-04T06:30:00-03:30" },
        { "NP", true, false, MARCH, "2026-03-04T15:45:00+05:45" },
        { "NO", false, false, MARCH + 999999, "2026-03-04T11:00:00" },
        { "NO", false, false, -1, "1970-01-01T00:59:59" },
        { NULL, false, false, SO_NO_DATE, "0001-01-01T00:00:00" },
        { NULL, true, false, SO_NO_DATE, "0001-01-01T00:00:00Z" },
        { "NO", false, false, SO_NO_DATE, "0001-01-01T00:00:00" },
        { "NO", true, false, SO_NO_DATE, "0001-01-01T00:00:00Z" },
        { "US-NY", true, true, SO_NO_DATE, "0001-01-01T00:00:00Z" },
        { "NO", false, false, 253402300799000000, "9999-12-31T23:59:59" },
        { "NO", true, false, 253402300799000000, "9999-12-31T23:59:59Z" },
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        CLEANUP(arena_freep) struct arena *arena = arena_new(10000);
        struct so_local local = local_of(table[i].zone, table[i].offsets);
        struct strbuf out;
        strbuf_init(&out, arena, 0, 100);
        so_date_write(&out, &local, table[i].us, table[i].utc);
        CHECK_BYTES(strbuf_bytes(&out), bytes_str(table[i].want));
    }
}

TEST(every_published_form_is_read)
{
    static const struct {
        const char *text, *zone;
        bool utc;
        int64_t want;
    } table[] = {
        { "2026-03-04T10:00:00", NULL, false, MARCH },
        { "2026-03-04T10:00:00.000Z", NULL, false, MARCH }, /* npm */
        { "2026-03-04T10:00:00Z", "NO", false, MARCH },
        { "2026-03-04T11:00:00", "NO", false, MARCH },
        { "2026-03-04T11:00:00", "no", false, MARCH },
        { "2026-03-04T10:00:00", "NO", true, MARCH },
        { "2026-03-04T11:00:00+01:00", "US-NY", false, MARCH },
        { "2026-03-04T11:00:00+01:00", "US-NY", true, MARCH },
        { "2026-03-04T05:00:00-0500", NULL, false, MARCH },
        { "2026-03-04T13:45:00+0345", NULL, false, MARCH },
        { "2026-03-04t10:00:00z", NULL, false, MARCH },
        { "2026-03-04 10:00:00", NULL, false, MARCH },
        { "2026-03-04T10:00", NULL, false, MARCH },
        { " 2026-03-04T10:00:00 ", NULL, false, MARCH },
        { "2026-03-04T10:00:00.9", NULL, false, MARCH + 900000 },
        { "2026-03-04T10:00:00.9670645", NULL, false, MARCH + 967064 },
        { "2026-03-04T11:00:00.9670645+01:00", NULL, false, MARCH + 967064 },
        { "2026-03-04T10:00:00.123456789012345678901234567890", NULL, false, MARCH + 123456 },
        { "2026-03-04", NULL, false, MARCH - 10 * 3600 * SECOND_US },
        { "2026-03-04", "NO", false, MARCH - 11 * 3600 * SECOND_US },
        { "2026-03-04", "NO", true, MARCH - 10 * 3600 * SECOND_US },
        { "0001-01-01T00:00:00", NULL, false, SO_NO_DATE },
        { "0001-01-01T00:00:00", "NO", false, SO_NO_DATE },
        { "0001-01-01T00:00:00Z", "US-NY", false, SO_NO_DATE },
        { "0001-01-01T00:00:00.000Z", NULL, true, SO_NO_DATE },
        { "0001-01-01T01:00:00+01:00", NULL, false, SO_NO_DATE },
        { "0001-01-01", "NO", false, SO_NO_DATE },
        { "0000-12-31T23:17:00.000Z", NULL, false, SO_NO_DATE }, /* a script in Oslo */
        { "0001-01-01T04:56:02.000Z", NULL, false, SO_NO_DATE }, /* … in New York */
        { "9999-12-31T23:59:59.9999999", NULL, false, 253402300799999999 },
        { "2024-02-29T00:00:00Z", NULL, false, 1709164800000000 },
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        struct so_local local = local_of(table[i].zone, false);
        int64_t us = 0;
        if (!so_date_read(bytes_str(table[i].text), &local, table[i].utc, &us))
            test_fail(__FILE__, __LINE__, "'%s' is not read", table[i].text);
        if (us != table[i].want)
            test_fail(__FILE__, __LINE__, "'%s' is %" PRId64 ", not %" PRId64, table[i].text, us,
                      table[i].want);
    }
}

TEST(what_is_no_date_is_refused)
{
    static const char *const table[] = {
        "",
        "2026",
        "2026-03",
        "2026-3-4",
        "26-03-04",
        "2026-02-29",
        "2026-04-31T00:00:00",
        "2026-13-01",
        "2026-00-01",
        "2026-01-00",
        "2026-03-04T",
        "2026-03-04T10",
        "2026-03-04T24:00:00",
        "2026-03-04T10:60:00",
        "2026-03-04T10:00:60",
        "2026-03-04T10:00:00.",
        "2026-03-04T10:00:00.Z",
        "2026-03-04T10:00:00+",
        "2026-03-04T10:00:00+01",
        "2026-03-04T10:00:00+1:00",
        "2026-03-04T10:00:00+24:00",
        "2026-03-04T10:00:00+01:60",
        "2026-03-04T10:00:00ZZ",
        "2026-03-04T10:00:00 Z",
        "2026-03-04Z",
        "2026-03-04T10:00:00x",
        "+2026-03-04",
        "12026-03-04",
        "0000-01-01",
        "9999-12-31T23:59:59-01:00",
        "-001-01-01",
        "today",
        "null",
        "1772618400",
    };
    struct so_local local = { 0 };
    int64_t us = 7;

    for (size_t i = 0; i < COUNT(table); i++) {
        if (so_date_read(bytes_str(table[i]), &local, false, &us))
            test_fail(__FILE__, __LINE__, "'%s' is read", table[i]);
    }
    CHECK(!so_date_read(bytes_of("2026-03-04\0", 11), &local, false, &us));
    CHECK(!so_date_read((struct bytes){ 0 }, &local, false, &us));
    CHECK_INT(us, 7);
}

TEST(where_clocks_leap_times_are_read_as_they_would_have_been)
{
    struct so_local local = local_of("NO", true);
    int64_t gap, twice;

    CHECK(so_date_read(B("2026-03-29T02:30:00"), &local, false, &gap));
    CHECK(so_date_read(B("2026-10-25T02:30:00"), &local, false, &twice));
    CLEANUP(arena_freep) struct arena *arena = arena_new(10000);
    struct strbuf out;
    strbuf_init(&out, arena, 0, 100);
    so_date_write(&out, &local, gap, false);
    so_date_write(&out, &local, twice, false);
    CHECK_BYTES(strbuf_bytes(&out), B("2026-03-29T03:30:00+02:002026-10-25T02:30:00+01:00"));
}

TEST_MAIN
