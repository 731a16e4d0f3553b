#include "base/json.h"
#include "test.h"

#include <math.h>

TEST(strings_are_escaped_and_stay_utf8)
{
    static const struct {
        struct bytes text;
        const char *want;
    } table[] = {
        { { "", 0 }, "\"\"" },
        { { NULL, 0 }, "\"\"" },
        { { "plain/text", 10 }, "\"plain/text\"" },
        { { "\"\\\n\r\t", 5 }, "\"\\\"\\\\\\n\\r\\t\"" },
        { { "a\0\x1F\x7F", 4 }, "\"a\\u0000\\u001f\x7F\"" },
        { { "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", 9 },
          "\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\"" },
        { { "\xFF", 1 }, "\"\xEF\xBF\xBD\"" },
        { { "\xC3", 1 }, "\"\xEF\xBF\xBD\"" },
        { { "\xC3x", 2 }, "\"\xEF\xBF\xBDx\"" },
        { { "\xC3\xA9\x80x", 4 }, "\"\xC3\xA9\xEF\xBF\xBDx\"" },
        { { "\xED\xA0\x80", 3 }, "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"" },
        { { "\xE2\x82", 2 }, "\"\xEF\xBF\xBD\xEF\xBF\xBD\"" },
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        CLEANUP(arena_freep) struct arena *arena = arena_new(10000);
        struct strbuf out;
        strbuf_init(&out, arena, 0, 1000);
        json_string(&out, table[i].text);
        CHECK_BYTES(strbuf_bytes(&out), bytes_str(table[i].want));
    }
}

TEST(absent_text_is_null)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(10000);
    struct strbuf out;

    strbuf_init(&out, arena, 0, 1000);
    json_string_or_null(&out, (struct bytes){ 0 });
    json_string_or_null(&out, B(""));
    json_bool(&out, true);
    json_bool(&out, false);
    CHECK_BYTES(strbuf_bytes(&out), B("null\"\"truefalse"));
}

TEST(doubles_read_back_as_they_were)
{
    static const struct {
        double value;
        const char *want;
    } table[] = {
        { 0.0, "0" },
        { 1.5, "1.5" },
        { 0.1, "0.1" },
        { 1e300, "1e+300" },
        { -2.5e-7, "-2.5e-07" },
        { 0.1 + 0.2, "0.30000000000000004" },
        { 5e-324, "4.94065645841247e-324" },
        { (double)NAN, "null" },
        { (double)INFINITY, "null" },
        { (double)-INFINITY, "null" },
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        CLEANUP(arena_freep) struct arena *arena = arena_new(10000);
        struct strbuf out;
        strbuf_init(&out, arena, 0, 1000);
        json_double(&out, table[i].value);
        CHECK_BYTES(strbuf_bytes(&out), bytes_str(table[i].want));
        if (isfinite(table[i].value))
            CHECK(strtod(arena_str(arena, strbuf_bytes(&out)), NULL) == table[i].value);
    }
}

TEST(a_tree_is_written_as_it_was_read)
{
    static const char *const texts[] = {
        "null",
        "[]",
        "{}",
        "[1,-2,1.5,true,false,null,\"a\\u0000\\\"\"]",
        "{\"a\":{\"b\":[[],{}]},\"\\n\":\"\xC3\xA9\",\"A\":0}",
    };

    for (size_t i = 0; i < COUNT(texts); i++) {
        CLEANUP(arena_freep) struct arena *arena = arena_new(100000);
        struct value *value;
        struct strbuf out;
        struct err e = { 0 };

        CHECK_INT(json_read(arena, bytes_str(texts[i]), &value, &e), ERR_NONE);
        strbuf_init(&out, arena, 0, 1000);
        json_value(&out, value);
        CHECK_BYTES(strbuf_bytes(&out), bytes_str(texts[i]));
    }
}

TEST_MAIN
