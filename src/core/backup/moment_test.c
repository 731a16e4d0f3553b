#include "base/clock.h"
#include "core/backup/moment.h"
#include "test.h"

#define MOMENT_US 1795288503123456LL /* 2026-11-21T19:15:03.123456Z */

TEST(a_moment_is_read_as_it_is_written)
{
    char name[MOMENT_MAX];
    int64_t us;

    moment_write(name, MOMENT_US);
    CHECK_BYTES(bytes_str(name), B("20261121T191503.123456Z"));
    CHECK(moment_read(bytes_str(name), &us));
    CHECK_INT(us, MOMENT_US);
}

TEST(other_names_are_no_moments)
{
    static const char *const names[] = {
        "",
        "20261121T191503.123456",
        "20261121T191503.123456Y",
        "20261121T191503,123456Z",
        "20261131T191503.123456Z",
        "20261121T241503.123456Z",
        "20261121 191503.123456Z",
        "2026-1121T19150.123456Z",
        "20261121T191503.123456ZZ",
        "2026112xT191503.123456Z",
    };

    for (size_t i = 0; i < COUNT(names); i++) {
        int64_t us = 7;
        if (moment_read(bytes_str(names[i]), &us) || us != 7)
            test_fail(__FILE__, __LINE__, "'%s' was read", names[i]);
    }
}

TEST(what_people_write_means_the_end_of_what_they_name)
{
    static const int64_t second_us = MOMENT_US - 123456;
    static const struct {
        const char *text;
        int64_t us;
    } cases[] = {
        { "20261121T191503.123456Z", MOMENT_US },
        { "2026-11-21T19:15:03.123456Z", MOMENT_US },
        { "2026-11-21 19:15:03.123", second_us + 123999 },
        { "2026-11-21 19:15:03", second_us + 999999 },
        { "20261121T191503Z", second_us + 999999 },
        { "2026-11-21T19:15", second_us - 3 * SECOND_US + 60 * SECOND_US - 1 },
        { "2026-11-21T1915Z", second_us - 3 * SECOND_US + 60 * SECOND_US - 1 },
        { "2026-11-21", 1795305600 * SECOND_US - 1 },
        { "20261121", 1795305600 * SECOND_US - 1 },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t us = 0;
        if (!moment_read_until(bytes_str(cases[i].text), &us) || us != cases[i].us)
            test_fail(__FILE__, __LINE__, "'%s' is %lld, not %lld", cases[i].text, (long long)us,
                      (long long)cases[i].us);
    }
}

TEST(what_is_no_time_is_refused)
{
    static const char *const texts[] = { "",
                                         "yesterday",
                                         "2026",
                                         "2026-11",
                                         "2026-11-21T",
                                         "2026-11-21T19",
                                         "2026-11-31",
                                         "2026-11-21T25:00",
                                         "2026-11-21T19:15:61",
                                         "2026-11-21T19:15:03.",
                                         "2026-11-21T19:15:03+01" };

    for (size_t i = 0; i < COUNT(texts); i++) {
        int64_t us;
        if (moment_read_until(bytes_str(texts[i]), &us))
            test_fail(__FILE__, __LINE__, "'%s' was read", texts[i]);
    }
}

TEST_MAIN
