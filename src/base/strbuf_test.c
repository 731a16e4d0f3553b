#include "base/strbuf.h"
#include "test.h"

TEST(text_grows_and_keeps_what_it_has)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(100000);
    struct strbuf text;

    strbuf_init(&text, arena, 0, 10000);
    CHECK_INT(strbuf_bytes(&text).len, 0);
    for (int i = 0; i < 1000; i++)
        strbuf_char(&text, (char)('a' + i % 26));
    CHECK(!text.failed);
    CHECK_INT(text.len, 1000);
    for (int i = 0; i < 1000; i++)
        CHECK_INT(text.at[i], 'a' + i % 26);
}

TEST(all_ways_to_append)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(100000);
    struct strbuf text;

    strbuf_init(&text, arena, 10, 10000);
    strbuf_lit(&text, "a");
    strbuf_add(&text, B("bc"));
    strbuf_add(&text, (struct bytes){ 0 });
    strbuf_int(&text, 0);
    strbuf_char(&text, ' ');
    strbuf_int(&text, INT64_MIN);
    strbuf_char(&text, ' ');
    strbuf_int(&text, INT64_MAX);
    strbuf_printf(&text, " %s-%d", "x", 7);
    CHECK_BYTES(strbuf_bytes(&text), B("abc0 -9223372036854775808 9223372036854775807 x-7"));
}

TEST(what_is_asked_for_at_first_is_taken_and_no_more)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(100000);
    struct strbuf text;

    strbuf_init(&text, arena, 70000, 90000);
    CHECK(!text.failed);
    CHECK_INT(text.cap, 70000);
    CHECK(arena_given(arena) < 70100);
    strbuf_init(&text, arena, 2, 1);
    CHECK(text.failed);
}

TEST(the_limit_is_held_and_a_failure_stays)
{
    for (size_t limit = 0; limit < 600; limit += 37) {
        CLEANUP(arena_freep) struct arena *arena = arena_new(100000);
        struct strbuf text;
        strbuf_init(&text, arena, 0, limit);
        for (size_t i = 0; i < limit; i++)
            strbuf_char(&text, 'x');
        CHECK(!text.failed);
        CHECK_INT(text.len, limit);
        strbuf_lit(&text, "y");
        CHECK(text.failed);
        strbuf_lit(&text, "");
        CHECK(strbuf_room(&text, 0) == NULL);
        CHECK(text.failed);
        CHECK_INT(text.len, limit);
    }
}

TEST(a_full_arena_is_a_failure)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(300);
    struct strbuf text;

    strbuf_init(&text, arena, 0, 10000);
    strbuf_lit(&text, "kept");
    CHECK(strbuf_room(&text, 1000) == NULL);
    CHECK(text.failed);
    strbuf_int(&text, 1);
    CHECK_BYTES(strbuf_bytes(&text), B("kept"));
    strbuf_init(&text, arena, 0, SIZE_MAX);
    strbuf_char(&text, 'x');
    CHECK(strbuf_room(&text, SIZE_MAX) == NULL);
    CHECK(text.failed);
}

TEST_MAIN
