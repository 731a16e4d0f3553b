#include "meta/change_values.h"
#include "test.h"

TEST(numbers_and_texts_are_read_in_their_order)
{
    struct arena *arena = arena_new(1 << 16);
    struct change_value values[5];

    CHECK(
        change_values_read(arena, B("7,'it''s, \"so\"','',-9223372036854775808,''''"), values, 5));
    CHECK(!values[0].is_text);
    CHECK_INT(values[0].number, 7);
    CHECK(values[1].is_text);
    CHECK_BYTES(values[1].text, B("it's, \"so\""));
    CHECK(values[2].is_text);
    CHECK_BYTES(values[2].text, B(""));
    CHECK(values[3].number == INT64_MIN);
    CHECK_BYTES(values[4].text, B("'"));
    arena_free(arena);
}

TEST(what_is_not_whole_is_refused)
{
    static const char *const texts[] = { "",     "1",      "1,2,3", "1,",     "1,'x",  "1,'x''",
                                         "1'x'", "1,'x'y", "x,'y'", "1 ,'x'", ",'x'",  "1,x",
                                         "1,'",  "1,'''",  "'x',",  "1;'x'",  "1,'x' " };
    struct arena *arena = arena_new(1 << 16);
    struct change_value values[2];

    for (size_t i = 0; i < COUNT(texts); i++) {
        if (change_values_read(arena, bytes_str(texts[i]), values, 2))
            test_fail(__FILE__, __LINE__, "%s", texts[i]);
    }
    arena_free(arena);
}

TEST_MAIN
