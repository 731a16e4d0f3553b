#include "base/clock.h"
#include "base/json.h"
#include "base/value.h"
#include "test.h"

static void write_value(struct strbuf *out, const struct value *value)
{
    switch (value->type) {
    case VALUE_NULL:
        strbuf_lit(out, "null");
        break;
    case VALUE_BOOL:
        json_bool(out, value->boolean);
        break;
    case VALUE_INT:
        strbuf_int(out, value->integer);
        break;
    case VALUE_DOUBLE:
        strbuf_char(out, 'd');
        json_double(out, value->number);
        break;
    case VALUE_STRING:
        json_string(out, value->string);
        break;
    case VALUE_LIST:
    case VALUE_MAP:
        strbuf_char(out, value->type == VALUE_LIST ? '[' : '{');
        for (const struct value *child = value->first; child; child = child->next) {
            if (value->type == VALUE_MAP) {
                json_string(out, child->name);
                strbuf_char(out, ':');
            }
            write_value(out, child);
            if (child->next)
                strbuf_char(out, ',');
        }
        strbuf_char(out, value->type == VALUE_LIST ? ']' : '}');
        break;
    }
}

/* Doubles get a `d` in front, so that the type shows; NULL when refused. */
static const char *read_back(struct arena *arena, struct bytes text, struct err *e)
{
    struct value *value = NULL;
    struct strbuf out;

    enum err_code rc = json_read(arena, text, &value, e);
    if (rc) {
        CHECK(value == NULL);
        CHECK_INT(e->code, rc);
        CHECK(e->text[0] != '\0');
        return NULL;
    }
    CHECK_INT(e->code, 0);
    strbuf_init(&out, arena, 0, 1 << 20);
    write_value(&out, value);
    CHECK(!out.failed);
    return arena_str(arena, strbuf_bytes(&out));
}

#define T(literal)                                                                                 \
    {                                                                                              \
        literal, sizeof(literal) - 1                                                               \
    }

struct row {
    struct bytes text;
    const char *want; /* NULL: ERR_INVALID */
};

static void check_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 22);
        struct err e = { 0 };
        const char *got = read_back(arena, rows[i].text, &e);
        if (!got != !rows[i].want || (got && strcmp(got, rows[i].want) != 0))
            test_fail(__FILE__, __LINE__, "'%.*s' gives '%s' (%s), not '%s'", (int)rows[i].text.len,
                      rows[i].text.at, got ? got : "nothing", e.text,
                      rows[i].want ? rows[i].want : "nothing");
        if (!got)
            CHECK_INT(e.code, ERR_INVALID);
    }
}

#define CHECK_ROWS(rows) check_rows(rows, COUNT(rows))

TEST(json_is_read)
{
    static const struct row rows[] = {
        { T("{}"), "{}" },
        { T("[]"), "[]" },
        { T(" [1,-2, 3.5 ,true,false,null,\"a\"] \n"), "[1,-2,d3.5,true,false,null,\"a\"]" },
        { T("{\"a\":{\"b\":[{}]}}"), "{\"a\":{\"b\":[{}]}}" },
        { T("7"), "7" },
        { T("-0"), "0" },
        { T("1e3"), "d1000" },
        { T("\"x\""), "\"x\"" },
        { T("null"), "null" },
        { T("true "), "true" },
        { T("\"\\u00e9\\ud83d\\ude00\\/\\n\""), "\"\xC3\xA9\xF0\x9F\x98\x80/\\n\"" },
        { T("\"\xC3\xA9\""), "\"\xC3\xA9\"" },
        { T("{\"a\":1,\"b\":2,\"a\":3}"), "{\"a\":3,\"b\":2}" },
        { T("{\"\":1}"), "{\"\":1}" },
        { T("{\"a\\\\u0000\":1}"), "{\"a\\\\u0000\":1}" },
    };
    CHECK_ROWS(rows);
}

TEST(what_json_net_takes_is_taken)
{
    static const struct row rows[] = {
        { T("\xEF\xBB\xBF{}"), "{}" },
        { T("[1,2,]"), "[1,2]" },
        { T("{\"a\":1,}"), "{\"a\":1}" },
        { T("{\"a\":1, /* x */ }"), "{\"a\":1}" },
        { T("{'a':'b'}"), "{\"a\":\"b\"}" },
        { T("['it\\'s \"so\" \\\\ \\n']"), "[\"it's \\\"so\\\" \\\\ \\n\"]" },
        { T("{a:1,$b_2:[c_d]}"), NULL },
        { T("{a:1,$b_2 :[true]}"), "{\"a\":1,\"$b_2\":[true]}" },
        { T("{a/**/:1}"), "{\"a\":1}" },
        { T("{na\xC3\xAFve:1}"), "{\"na\xC3\xAFve\":1}" },
        { T("{true:true,null:null}"), "{\"true\":true,\"null\":null}" },
        { T("// first\n[1, // one\n 2]// last"), "[1,2]" },
        { T("/* a */[/* b */1/* c */]/* d */"), "[1]" },
        { T("[\"//\",\"/*\",'*/']"), "[\"//\",\"/*\",\"*/\"]" },
        { T("'a'"), "\"a\"" },
    };
    CHECK_ROWS(rows);
}

TEST(what_is_no_json_is_refused)
{
    static const struct row rows[] = {
        { { NULL, 0 }, NULL },
        { T(" "), NULL },
        { T("{"), NULL },
        { T("[1"), NULL },
        { T("[1}"), NULL },
        { T("]"), NULL },
        { T("[,]"), NULL },
        { T("{,}"), NULL },
        { T("[1,,2]"), NULL },
        { T("[1,,]"), NULL },
        { T("[1 2]"), NULL },
        { T("[1/**/2]"), NULL },
        { T("{\"a\" 1}"), NULL },
        { T("{a b:1}"), NULL },
        { T("{a-b:1}"), NULL },
        { T("{\"a\":}"), NULL },
        { T("{\"a\":,}"), NULL },
        { T("[1] 2"), NULL },
        { T("[1],"), NULL },
        { T("1,"), NULL },
        { T("{}{}"), NULL },
        { T("abc"), NULL },
        { T("TRUE"), NULL },
        { T("[1/*"), NULL },
        { T("[1/"), NULL },
        { T("'a"), NULL },
        { T("\"a"), NULL },
        { T("\"a\\\""), NULL },
        { T("'a\\'"), NULL },
        { T("\"\\x\""), NULL },
        { T("NaN"), NULL },
        { T("[Infinity]"), NULL },
        { T("[-Infinity]"), NULL },
        { T("1e999"), NULL },
        { T("01"), NULL },
        { T("1.2.3"), NULL },
        { T("-"), NULL },
        { T("\"\xFF\""), NULL },
        { T("\"\xED\xA0\x80\""), NULL },
        { T("\"\0\""), NULL },
        { T("[1]\0"), NULL },
        { T("{\"a\\u0000b\":1}"), NULL },
        { T("{'a\\u0000b':1}"), NULL },
        { T("\"\\u12\""), NULL },
        { T("a=1&b=2"), NULL },
        { T("<a/>"), NULL },
    };
    CHECK_ROWS(rows);
}

TEST(integers_beyond_int64_become_doubles)
{
    static const struct row rows[] = {
        { T("9223372036854775807"), "9223372036854775807" },
        { T("-9223372036854775808"), "-9223372036854775808" },
        { T("9223372036854775808"), "d9.223372036854776e+18" },
        { T("18446744073709551615"), "d1.8446744073709552e+19" },
        { T("[18446744073709551616]"), "[d1.8446744073709552e+19]" },
        { T("-9223372036854775809"), "d-9.223372036854776e+18" },
        { T("{a:123456789012345678901234567890}"), "{\"a\":d1.2345678901234568e+29}" },
    };
    CHECK_ROWS(rows);
}

TEST(a_text_without_escapes_is_not_copied)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    struct bytes text = B("{\"a\":\"plain\",'b':'\\u0061'}");
    struct value *value;
    struct err e = { 0 };

    CHECK_INT(json_read(arena, text, &value, &e), 0);
    CHECK(value->first->name.at == text.at + 2);
    CHECK(value->first->string.at == text.at + 6);
    CHECK_BYTES(value->last->string, B("a"));
}

TEST(numbers_are_those_of_rfc_8259)
{
    static const struct row rows[] = {
        { T("-1.5E+2"), "d-150" }, { T("0.25e-1"), "d0.025" }, { T("-0.0"), "d-0" },
        { T("0e0"), "d0" },        { T("1."), NULL },          { T("-.5"), NULL },
        { T(".5"), NULL },         { T("+1"), NULL },          { T("-01"), NULL },
        { T("00"), NULL },         { T("1e"), NULL },          { T("1e+"), NULL },
        { T("1.e5"), NULL },       { T("1e5.0"), NULL },       { T("0x10"), NULL },
        { T("1a"), NULL },         { T("1-"), NULL },
    };
    CHECK_ROWS(rows);
}

TEST(halves_of_surrogate_pairs_become_replacement_characters)
{
    static const struct row rows[] = {
        { T("\"\\ud83d\""), "\"\xEF\xBF\xBD\"" },
        { T("\"\\ude00a\""), "\"\xEF\xBF\xBD"
                             "a\"" },
        { T("\"\\ud83d\\n\""), "\"\xEF\xBF\xBD\\n\"" },
        { T("\"\\ud83d\\u0041\""), "\"\xEF\xBF\xBD"
                                   "A\"" },
        { T("\"\\ud83d\\ud83d\\ude00\""), "\"\xEF\xBF\xBD\xF0\x9F\x98\x80\"" },
        { T("\"\\uD83D\\uDE0\""), NULL },
        { T("\"\\u00g0\""), NULL },
    };
    CHECK_ROWS(rows);
}

TEST(a_nul_inside_a_string_is_kept)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    struct value *value;
    struct err e = { 0 };

    CHECK_INT(json_read(arena, B("[\"a\\u0000b\"]"), &value, &e), 0);
    CHECK_BYTES(value->first->string, bytes_of("a\0b", 3));
}

static struct bytes repeat(struct arena *arena, struct bytes part, size_t count, struct bytes head,
                           struct bytes tail)
{
    struct strbuf out;

    strbuf_init(&out, arena, part.len * count + head.len + tail.len, 1U << 30);
    strbuf_add(&out, head);
    for (size_t i = 0; i < count; i++)
        strbuf_add(&out, part);
    strbuf_add(&out, tail);
    CHECK(!out.failed);
    return strbuf_bytes(&out);
}

TEST(depth_and_number_of_values_are_limited)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(200U << 20);
    struct bytes none = { 0 };
    struct value *value;
    struct err e = { 0 };

    struct bytes open = repeat(arena, B("["), VALUE_DEPTH_MAX, none, none);
    struct bytes shut = repeat(arena, B("]"), VALUE_DEPTH_MAX, none, none);
    CHECK_INT(json_read(arena, repeat(arena, none, 0, open, shut), &value, &e), 0);
    struct bytes deeper = repeat(arena, B("]"), 1, shut, none);
    open = repeat(arena, B("["), 1, open, none);
    CHECK_INT(json_read(arena, repeat(arena, none, 0, open, deeper), &value, &e), ERR_INVALID);
    CHECK(strstr(e.text, "deeper") != NULL);

    struct bytes many = repeat(arena, B("1,"), VALUE_COUNT_MAX - 2, B("["), B("1]"));
    e = (struct err){ 0 };
    CHECK_INT(json_read(arena, many, &value, &e), 0);
    CHECK_INT(value->count, VALUE_COUNT_MAX - 1);
    many = repeat(arena, B("1,"), VALUE_COUNT_MAX, B("["), B("1]"));
    CHECK_INT(json_read(arena, many, &value, &e), ERR_INVALID);
    many = repeat(arena, B("{},"), VALUE_GROUPS_MAX, B("["), B("{}]"));
    CHECK_INT(json_read(arena, many, &value, &e), ERR_INVALID);
    many = repeat(arena, B("["), 100, B("'"), B("'")); /* brackets in text do not count */
    CHECK_INT(json_read(arena, many, &value, &e), 0);
}

TEST(a_full_arena_is_no_memory)
{
    CLEANUP(arena_freep) struct arena *big = arena_new(1 << 24);
    struct bytes text = repeat(big, B("\\n"), 50000, B("[\""), B("\"]"));
    struct value *value = NULL;

    for (size_t limit = 0; limit < 1000; limit += 16) {
        CLEANUP(arena_freep) struct arena *arena = arena_new(limit);
        struct err e = { 0 };
        CHECK_INT(json_read(arena, text, &value, &e), ERR_NO_MEMORY);
        CHECK_INT(e.code, ERR_NO_MEMORY);
        CHECK(value == NULL);
    }
}

TEST(large_and_hostile_texts_are_done_in_time)
{
    enum { SIZE = 3 << 20 };
    static const struct {
        const char *head, *part, *tail;
        enum err_code want;
    } table[] = {
        { "{\"a\":\"", "iVBO", "\"}", 0 },  { "{'a':'", "iVBO", "'}", 0 },
        { "\"", "\\\\", "\"", 0 },          { "\"", "\\\\", "", ERR_INVALID },
        { "", "a/*", "", ERR_INVALID },     { "", "/**/", "1", 0 },
        { "", "a//\n", "", ERR_INVALID },   { "", "'", "", ERR_INVALID },
        { "", "\\\"", "", ERR_INVALID },    { "", "1", "", ERR_INVALID },
        { "", "a /**/", "", ERR_INVALID },  { "[", ",", "]", ERR_INVALID },
        { "[", "\"\",", "]", ERR_INVALID }, { "", "[", "", ERR_INVALID },
        { "{", "a:1,", "}", ERR_INVALID },  { "", "    ", "", ERR_INVALID },
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        CLEANUP(arena_freep) struct arena *arena = arena_new(100U << 20);
        struct bytes part = bytes_str(table[i].part);
        struct bytes text = repeat(arena, part, SIZE / part.len, bytes_str(table[i].head),
                                   bytes_str(table[i].tail));
        struct value *value;
        struct err e = { 0 };
        int64_t start = clock_monotonic_us();

        CHECK_INT(json_read(arena, text, &value, &e), table[i].want);
        int64_t took = clock_monotonic_us() - start;
        if (took > 5 * SECOND_US)
            test_fail(__FILE__, __LINE__, "row %zu takes %lld us", i, (long long)took);
    }
}

TEST(many_members_with_equal_and_different_names_are_done_in_time)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(400U << 20);
    struct strbuf out;
    struct value *value;
    struct err e = { 0 };
    int64_t start = clock_monotonic_us();

    strbuf_init(&out, arena, 8U << 20, 16U << 20);
    strbuf_char(&out, '{');
    for (int i = 0; i < VALUE_COUNT_MAX - 2; i++)
        strbuf_printf(&out, "\"name%d\":%d,", i / 2 * 2, i);
    strbuf_lit(&out, "\"z\":0}");
    CHECK_INT(json_read(arena, strbuf_bytes(&out), &value, &e), 0);
    CHECK_INT(value->count, VALUE_COUNT_MAX / 2);
    CHECK_INT(value_get(value, B("name1000"))->integer, 1001);
    CHECK(clock_monotonic_us() - start < 20 * SECOND_US);
}

TEST_MAIN
