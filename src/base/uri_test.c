#include "base/uri.h"
#include "test.h"

TEST(everything_but_the_unreserved_is_encoded)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(10000);
    struct strbuf out;

    strbuf_init(&out, arena, 0, 1000);
    uri_encode(&out, B("aZ09-._~ /?&=+%\"\xC3\xA9\0"));
    CHECK_BYTES(strbuf_bytes(&out), B("aZ09-._~%20%2F%3F%26%3D%2B%25%22%C3%A9%00"));
}

TEST(percent_signs_are_decoded_and_lone_ones_kept)
{
    static const struct {
        const char *text;
        bool plus;
        const char *want;
    } table[] = {
        { "", true, "" },
        { "abc", true, "abc" },
        { "a%20b", false, "a b" },
        { "a+b", false, "a+b" },
        { "a+b", true, "a b" },
        { "%", false, "%" },
        { "%4", false, "%4" },
        { "%4g", false, "%4g" },
        { "%g4", false, "%g4" },
        { "%%41", false, "%A" },
        { "%2541", false, "%41" },
        { "%2b+", true, "+ " },
        { "%c3%A9", false, "\xC3\xA9" },
        { "x%41", false, "xA" },
        { "100%", true, "100%" },
        { "%+1", true, "% 1" },
        { "%`0", false, "%`0" },
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        CLEANUP(arena_freep) struct arena *arena = arena_new(10000);
        CHECK_BYTES(uri_decode(arena, bytes_str(table[i].text), table[i].plus),
                    bytes_str(table[i].want));
    }
}

TEST(what_needs_no_decoding_is_not_copied)
{
    struct bytes text = B("plain+text");

    CLEANUP(arena_freep) struct arena *arena = arena_new(0);
    CHECK(uri_decode(arena, text, false).at == text.at);
    CHECK(uri_decode(arena, text, true).at == NULL); /* no memory */
    CHECK(uri_decode(arena, (struct bytes){ 0 }, true).at != NULL);
}

TEST(a_query_is_taken_apart)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(10000);
    struct bytes query = B("&a=1&&b=x%26y=z&c&=d&e+f=%3D&");
    struct bytes name, value;
    static const struct {
        const char *name, *value;
    } want[] = { { "a", "1" }, { "b", "x&y=z" }, { "c", "" }, { "", "d" }, { "e f", "=" } };

    for (size_t i = 0; i < COUNT(want); i++) {
        CHECK(uri_query_next(arena, &query, &name, &value));
        CHECK_BYTES(name, bytes_str(want[i].name));
        CHECK_BYTES(value, bytes_str(want[i].value));
        CHECK(value.at != NULL);
    }
    CHECK(!uri_query_next(arena, &query, &name, &value));
    query = (struct bytes){ 0 };
    CHECK(!uri_query_next(arena, &query, &name, &value));
}

TEST(a_parameter_is_found_without_regard_to_case)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(10000);
    struct bytes query = B("x=0&Auth=one&auth=two&flag");

    CHECK_BYTES(uri_query_find(arena, query, B("AUTH")), B("one"));
    CHECK(uri_query_find(arena, query, B("flag")).at != NULL);
    CHECK_INT(uri_query_find(arena, query, B("flag")).len, 0);
    CHECK(uri_query_find(arena, query, B("none")).at == NULL);
    CHECK(uri_query_find(arena, (struct bytes){ 0 }, B("a")).at == NULL);
}

TEST_MAIN
