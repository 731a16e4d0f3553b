#include "base/bytes.h"
#include "test.h"

TEST(comparing_folds_ascii_only)
{
    CHECK(bytes_eq(B("a"), B("a")));
    CHECK(!bytes_eq(B("a"), B("A")));
    CHECK(bytes_eq((struct bytes){ 0 }, B("")));
    CHECK(bytes_eq_nocase(B("aZ[`{09"), B("Az[`{09")));
    CHECK(!bytes_eq_nocase(B("["), B("{")));
    CHECK(!bytes_eq_nocase(B("@"), B("`")));
    CHECK(!bytes_eq_nocase(B("\xC3\x84"), B("\xC3\xA4")));
    CHECK(!bytes_eq_nocase(B("a"), B("ab")));
    CHECK(bytes_eq_nocase((struct bytes){ 0 }, B("")));
}

TEST(starts_and_ends)
{
    CHECK(bytes_starts(B("abc"), B("ab")));
    CHECK(bytes_starts(B("abc"), B("")));
    CHECK(!bytes_starts(B("a"), B("ab")));
    CHECK(!bytes_starts(B("Abc"), B("ab")));
    CHECK(bytes_starts_nocase(B("Abc"), B("aB")));
    CHECK(!bytes_starts_nocase(B("A"), B("aB")));
    CHECK(bytes_ends_nocase(B("x.JSON"), B(".json")));
    CHECK(!bytes_ends_nocase(B("json"), B(".json")));
    CHECK(bytes_starts((struct bytes){ 0 }, (struct bytes){ 0 }));
}

TEST(parts_are_cut_within_bounds)
{
    struct bytes none = { 0 };

    CHECK_INT(bytes_index(B("abcb"), 'b'), 1);
    CHECK_INT(bytes_index(B("abc"), 'x'), 3);
    CHECK_INT(bytes_index(none, 'x'), 0);
    CHECK_BYTES(bytes_from(B("abc"), 1), B("bc"));
    CHECK_BYTES(bytes_from(B("abc"), 9), B(""));
    CHECK(bytes_from(none, 9).at == NULL);
    CHECK_BYTES(bytes_first(B("abc"), 2), B("ab"));
    CHECK_BYTES(bytes_first(B("abc"), 9), B("abc"));
    CHECK_BYTES(bytes_trim(B(" \t a b\t ")), B("a b"));
    CHECK_BYTES(bytes_trim(B(" \t ")), B(""));
    CHECK_BYTES(bytes_trim(B("\na\n")), B("\na\n"));
    CHECK_INT(bytes_trim(none).len, 0);
}

TEST(splitting_gives_every_part_once)
{
    static const struct {
        const char *text;
        const char *want[4];
    } table[] = {
        { "a,b", { "a", "b" } },      { "a", { "a" } }, { "", { "" } }, { ",", { "", "" } },
        { "a,,b", { "a", "", "b" } },
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        struct bytes rest = bytes_str(table[i].text);
        struct bytes part;
        for (size_t k = 0; table[i].want[k]; k++) {
            CHECK(bytes_split(&rest, ',', &part));
            CHECK_BYTES(part, bytes_str(table[i].want[k]));
        }
        CHECK(!bytes_split(&rest, ',', &part));
    }
}

TEST(numbers_are_whole_or_refused)
{
    static const struct {
        const char *text;
        bool ok;
        int64_t want;
    } table[] = {
        { "0", true, 0 },
        { "-0", true, 0 },
        { "+7", true, 7 },
        { "007", true, 7 },
        { "9223372036854775807", true, INT64_MAX },
        { "-9223372036854775808", true, INT64_MIN },
        { "9223372036854775808", false, 0 },
        { "-9223372036854775809", false, 0 },
        { "99999999999999999999999", false, 0 },
        { "", false, 0 },
        { "-", false, 0 },
        { "+-1", false, 0 },
        { " 1", false, 0 },
        { "1 ", false, 0 },
        { "1.0", false, 0 },
        { "0x1", false, 0 },
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        int64_t got = 77;
        CHECK_INT(bytes_to_int64(bytes_str(table[i].text), &got), table[i].ok);
        CHECK_INT(got, table[i].ok ? table[i].want : 77);
    }

    int32_t small = 77;
    CHECK(bytes_to_int32(B("2147483647"), &small));
    CHECK_INT(small, INT32_MAX);
    CHECK(bytes_to_int32(B("-2147483648"), &small));
    CHECK_INT(small, INT32_MIN);
    CHECK(!bytes_to_int32(B("2147483648"), &small));
    CHECK(!bytes_to_int32(B("-2147483649"), &small));
    CHECK_INT(small, INT32_MIN);
}

TEST(utf8_is_told_from_what_looks_like_it)
{
    static const struct {
        const char *text;
        bool want;
    } table[] = {
        { "", true },
        { "plain", true },
        { "\xC2\x80 \xDF\xBF", true },
        { "\xE0\xA0\x80 \xED\x9F\xBF \xEE\x80\x80 \xEF\xBF\xBF", true },
        { "\xF0\x90\x80\x80 \xF4\x8F\xBF\xBF", true },
        { "\x80", false },
        { "\xC0\x80", false },
        { "\xC1\xBF", false },
        { "\xC2", false },
        { "\xC2 ", false },
        { "\xE0\x9F\xBF", false },
        { "\xED\xA0\x80", false }, /* surrogate */
        { "\xE2\x82", false },
        { "\xF0\x8F\xBF\xBF", false },
        { "\xF4\x90\x80\x80", false },
        { "\xF5\x80\x80\x80", false },
        { "\xF0\x90\x80", false },
        { "\xFF", false },
        { "sixteen plain bytes and then \xFF", false },
        { "sixteen plain bytes \xC3\xA9 and more of it", true },
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        if (bytes_is_utf8(bytes_str(table[i].text)) != table[i].want)
            test_fail(__FILE__, __LINE__, "row %zu", i);
    }
    CHECK(bytes_is_utf8((struct bytes){ 0 }));
    CHECK(bytes_is_utf8(B("a\0b")));
}

TEST(numbers_are_written_in_decimal)
{
    static const struct {
        int64_t number;
        const char *want;
    } table[] = {
        { 0, "0" },
        { 7, "7" },
        { -10, "-10" },
        { 99, "99" },
        { 100, "100" },
        { 12345, "12345" },
        { -1000000, "-1000000" },
        { INT64_MAX, "9223372036854775807" },
        { INT64_MIN, "-9223372036854775808" },
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        char room[DECIMAL_MAX];
        CHECK_BYTES(bytes_decimal(table[i].number, room), bytes_str(table[i].want));
    }
}

TEST_MAIN
