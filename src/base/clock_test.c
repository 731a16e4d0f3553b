#include "base/clock.h"
#include "test.h"

TEST(instants_are_written)
{
    static const struct {
        int64_t us;
        const char *plain, *http;
    } table[] = {
        { 0, "1970-01-01T00:00:00", "Thu, 01 Jan 1970 00:00:00 GMT" },
        { 1772618400999999, "2026-03-04T10:00:00", "Wed, 04 Mar 2026 10:00:00 GMT" },
        { 951782399000000, "2000-02-28T23:59:59", "Mon, 28 Feb 2000 23:59:59 GMT" },
        { 951782400000000, "2000-02-29T00:00:00", "Tue, 29 Feb 2000 00:00:00 GMT" },
        { 4107542400000000, "2100-03-01T00:00:00", "Mon, 01 Mar 2100 00:00:00 GMT" },
        { -1, "1969-12-31T23:59:59", "Wed, 31 Dec 1969 23:59:59 GMT" },
        { -62135596800000000, "0001-01-01T00:00:00", "Mon, 01 Jan 0001 00:00:00 GMT" },
        { 253402300799000000, "9999-12-31T23:59:59", "Fri, 31 Dec 9999 23:59:59 GMT" },
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        CLEANUP(arena_freep) struct arena *arena = arena_new(10000);
        struct strbuf out;
        char http[CLOCK_HTTP_LEN];
        strbuf_init(&out, arena, 0, 100);
        clock_write_plain(&out, table[i].us);
        CHECK_BYTES(strbuf_bytes(&out), bytes_str(table[i].plain));
        clock_write_http(http, table[i].us);
        CHECK_BYTES(bytes_of(http, sizeof http), bytes_str(table[i].http));
    }
}

TEST(the_offset_form_ends_in_zero)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(10000);
    struct strbuf out;

    strbuf_init(&out, arena, 0, 100);
    clock_write_offset(&out, 1772618400000000);
    CHECK_BYTES(strbuf_bytes(&out), B("2026-03-04T10:00:00+00:00"));
}

TEST(all_three_forms_of_a_date_are_read)
{
    static const struct {
        const char *text;
        int64_t want; /* seconds; -1: refused */
    } table[] = {
        { "Sun, 06 Nov 1994 08:49:37 GMT", 784111777 },
        { "Sunday, 06-Nov-94 08:49:37 GMT", 784111777 },
        { "Sun Nov  6 08:49:37 1994", 784111777 },
        { " Sun, 06 Nov 1994 08:49:37 GMT ", 784111777 },
        { "Thu, 01 Jan 1970 00:00:00 GMT", 0 },
        { "Friday, 01-Jan-38 00:00:00 GMT", 2145916800 },
        { "Sat, 31 Dec 2016 23:59:60 GMT", 1483228800 },
        { "Tue, 29 Feb 2000 00:00:00 GMT", 951782400 },
        { "Mon, 29 Feb 2100 00:00:00 GMT", -1 },
        { "Wed, 31 Apr 2026 00:00:00 GMT", -1 },
        { "Sun, 06 Nov 1994 08:49:37 G5T", -1 },
        { "Sun, 06 Nov 1994 08:49:37 CET", -1 },
        { "Sun, 06 Nov 1994 08:49:37", -1 },
        { "Sun, 06 Nov 1994 08:49:37 GMT x", -1 },
        { "Sun, 06 Nov 1994 24:00:00 GMT", -1 },
        { "Sun, 06 Nov 1994 08:60:37 GMT", -1 },
        { "Sun, 06 Nov 1994 08:49:61 GMT", -1 },
        { "Sun, 00 Nov 1994 08:49:37 GMT", -1 },
        { "Sun, 06 Nox 1994 08:49:37 GMT", -1 },
        { "Sun, 06 No 1994 08:49:37 GMT", -1 },
        { "Sunday, 06-Nov--1 08:49:37 GMT", -1 },
        { "1994-11-06T08:49:37Z", -1 },
        { "784111777", -1 },
        { "", -1 },
        { "Sun, 06 Nov 1994 08:49:37 GMT and so on and so on and so on and so on", -1 },
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        int64_t us = 77;
        bool ok = clock_read_http(bytes_str(table[i].text), &us);
        if (ok != (table[i].want >= 0) || us != (ok ? table[i].want * SECOND_US : 77))
            test_fail(__FILE__, __LINE__, "'%s' gives %lld", table[i].text, (long long)us);
    }
    int64_t us;
    CHECK(!clock_read_http(B("Sun, 06 Nov 1994 08:49:37 GMT\0x"), &us));
}

TEST(every_day_of_four_centuries_comes_back)
{
    for (int64_t day = -200000; day < 200000; day += 1) {
        char text[CLOCK_HTTP_LEN];
        int64_t us = day * 86400 * SECOND_US, back;
        clock_write_http(text, us);
        if (day % 97 == 0) {
            CHECK(clock_read_http(bytes_of(text, sizeof text), &back));
            CHECK_INT(back, us);
        }
    }
}

TEST(the_clocks_go_forward)
{
    int64_t start = clock_monotonic_us();

    CHECK(clock_now_us() > 1700000000 * SECOND_US);
    usleep(2000);
    CHECK(clock_monotonic_us() >= start + 2000);
}

TEST_MAIN
