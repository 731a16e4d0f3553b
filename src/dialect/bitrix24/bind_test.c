#include "dialect/bitrix24/bind.h"
#include "dialect/bitrix24/error.h"
#include "test.h"

static struct value *json(struct arena *arena, const char *text)
{
    struct value *value = NULL;
    struct err e;

    CHECK_INT(json_read(arena, bytes_str(text), &value, &e), ERR_NONE);
    return value;
}

static const struct {
    const char *params;
    const char *want; /* NULL: binds to `number` */
    int64_t number;
} integers[] = {
    { "{\"id\":7}", NULL, 7 },
    { "{\"id\":\"7\"}", NULL, 7 },
    { "{\"id\":\"-1\"}", NULL, -1 },
    { "{\"id\":7.0}", NULL, 7 },
    { "{\"id\":true}", NULL, 1 },
    { "{\"id\":2147483648}", NULL, 2147483648LL },
    { "{\"id\":\"9223372036854775807\"}", NULL, INT64_MAX },
    { "{}", "Could not find value for parameter {id}", 0 },
    { "{\"ID\":7}", "Could not find value for parameter {id}", 0 },
    { "{\"id\":\"\"}",
      "Invalid value {} to match with parameter {id}. Should be value of type int.", 0 },
    { "{\"id\":null}",
      "Invalid value {} to match with parameter {id}. Should be value of type int.", 0 },
    { "{\"id\":\"abc\"}",
      "Invalid value {abc} to match with parameter {id}. Should be value of type int.", 0 },
    { "{\"id\":7.5}",
      "Invalid value {7.5} to match with parameter {id}. Should be value of type int.", 0 },
    { "{\"id\":\"7.5\"}",
      "Invalid value {7.5} to match with parameter {id}. Should be value of type int.", 0 },
    { "{\"id\":[1]}",
      "Invalid value {Array} to match with parameter {id}. Should be value of type int.", 0 },
    { "{\"id\":1e300}",
      "Invalid value {1E+300} to match with parameter {id}. Should be value of type int.", 0 },
    { "{\"id\":\"9223372036854775808\"}",
      "Invalid value {9223372036854775808} to match with parameter {id}. Should be value of type "
      "int.",
      0 },
};

TEST(integers_bind_or_fail_with_the_exact_words)
{
    for (size_t i = 0; i < COUNT(integers); i++) {
        CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
        struct err e = { 0 };
        int64_t got = 0;
        enum err_code rc = b24_bind_int(json(arena, integers[i].params), B("id"), &got, &e);

        CHECK_INT(rc, integers[i].want ? ERR_INVALID : ERR_NONE);
        if (!integers[i].want) {
            CHECK_INT(got, integers[i].number);
            continue;
        }
        struct b24_failure failure = b24_failure_of(&e);
        CHECK_INT(failure.status, 400);
        CHECK_BYTES(failure.code, B("100"));
        CHECK_BYTES(failure.text, bytes_str(integers[i].want));
    }
}

TEST(a_long_wrong_value_is_cut_and_the_sentence_stays_whole)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    struct value *params = value_new(arena, VALUE_MAP);
    struct value *value = value_new(arena, VALUE_STRING);
    char text[3000];
    struct err e = { 0 };
    int64_t got;

    for (size_t i = 0; i < sizeof text; i += 3)
        memcpy(text + i, "\xE2\x82\xAC", 3);
    value->string = bytes_of(text, sizeof text);
    value_put(params, B("id"), value);
    CHECK_INT(b24_bind_int(params, B("id"), &got, &e), ERR_INVALID);
    CHECK(bytes_ends_nocase(bytes_str(e.text),
                            B("\xAC} to match with parameter {id}. Should be value of type int.")));
    CHECK(bytes_is_utf8(bytes_str(e.text)));
}

TEST(arrays_bind_or_fail_with_the_exact_words)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    struct value *params = json(arena, "{\"a\":[1],\"m\":{},\"s\":\"x\",\"n\":null,\"e\":\"\"}");
    const struct value *got;
    struct err e = { 0 };

    CHECK_INT(b24_bind_array(params, B("a"), true, &got, &e), ERR_NONE);
    CHECK_INT(got->type, VALUE_LIST);
    CHECK_INT(b24_bind_array(params, B("m"), true, &got, &e), ERR_NONE);
    CHECK_INT(got->type, VALUE_MAP);
    CHECK_INT(b24_bind_array(params, B("absent"), false, &got, &e), ERR_NONE);
    CHECK(got == NULL);
    CHECK_INT(b24_bind_array(params, B("n"), false, &got, &e), ERR_NONE);
    CHECK(got == NULL);
    CHECK_INT(b24_bind_array(params, B("absent"), true, &got, &e), ERR_INVALID);
    CHECK_BYTES(bytes_str(e.text), B("Could not find value for parameter {absent}"));
    CHECK_INT(b24_bind_array(params, B("s"), true, &got, &e), ERR_INVALID);
    CHECK_BYTES(bytes_str(e.text),
                B("Invalid value {x} to match with parameter {s}. Should be value of type array."));
    CHECK_INT(b24_bind_array(params, B("e"), false, &got, &e), ERR_INVALID);
    CHECK_BYTES(bytes_str(e.text),
                B("Invalid value {} to match with parameter {e}. Should be value of type array."));
}

TEST(truth_is_php_truth)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    struct value *no = json(arena, "[null,false,0,0.0,\"\",\"0\",[],{}]");
    struct value *yes = json(arena, "[true,1,-1,0.5,\"false\",\"00\",[0],{\"a\":0}]");

    CHECK(!b24_to_bool(NULL));
    for (const struct value *v = no->first; v; v = v->next)
        CHECK(!b24_to_bool(v));
    for (const struct value *v = yes->first; v; v = v->next)
        CHECK(b24_to_bool(v));
}

TEST(what_cannot_be_an_id_is_zero)
{
    CHECK_INT(b24_to_id(1), 1);
    CHECK_INT(b24_to_id(INT32_MAX), INT32_MAX);
    CHECK_INT(b24_to_id(0), 0);
    CHECK_INT(b24_to_id(-1), 0);
    CHECK_INT(b24_to_id(2147483648LL), 0);
    CHECK_INT(b24_to_id(INT64_MIN), 0);
}

TEST(camel_case_and_upper_snake_are_one_name)
{
    static const char *const same[] = { "iblockId", "IBLOCK_ID", "iblock_id", "iblockID",
                                        "IblockId" };

    for (size_t i = 0; i < COUNT(same); i++)
        CHECK(b24_name_eq(bytes_str(same[i]), B("iblockId")));
    CHECK(b24_name_eq(B("ID"), B("id")));
    CHECK(!b24_name_eq(B("iblock"), B("iblockId")));
    CHECK(!b24_name_eq(B("iblockIdx"), B("iblockId")));
    CHECK(!b24_name_eq(B(""), B("id")));
    CHECK(b24_name_eq(B("_id_"), B("id")));
}

TEST(the_last_spelling_of_a_folded_name_wins)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    struct value *map = json(arena, "{\"productId\":1,\"PRODUCT_ID\":2}");

    CHECK_INT(b24_get_folded(map, B("productId"))->integer, 2);
    CHECK(b24_get_folded(map, B("type")) == NULL);
    CHECK(b24_get_folded(json(arena, "[1]"), B("type")) == NULL);
    CHECK(b24_get_folded(NULL, B("type")) == NULL);
}

static const struct {
    const char *json;
    double want; /* 0: refused */
} doubles[] = {
    { "7", 7 },         { "7.5", 7.5 },   { "\"7.5\"", 7.5 }, { "\"-1e3\"", -1000 },
    { "true", 1 },      { "\"\"", 0 },    { "\"0x10\"", 0 },  { "\"nan\"", 0 },
    { "\"1e999\"", 0 }, { "\"7,5\"", 0 }, { "\"7.5.1\"", 0 }, { "\" 7\"", 0 },
    { "null", 0 },      { "[7]", 0 },     { "{\"a\":1}", 0 },
};

TEST(fractions_are_read_as_decimals)
{
    for (size_t i = 0; i < COUNT(doubles); i++) {
        CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 16);
        double got = 0;

        CHECK(b24_to_double(json(arena, doubles[i].json), &got) == (doubles[i].want != 0));
        CHECK(got == doubles[i].want || doubles[i].want == 0);
    }
}

TEST(empty_is_what_says_nothing)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 16);

    CHECK(b24_is_empty(NULL));
    CHECK(b24_is_empty(json(arena, "null")));
    CHECK(b24_is_empty(json(arena, "\"\"")));
    CHECK(b24_is_empty(json(arena, "[]")));
    CHECK(b24_is_empty(json(arena, "{}")));
    CHECK(!b24_is_empty(json(arena, "0")));
    CHECK(!b24_is_empty(json(arena, "false")));
    CHECK(!b24_is_empty(json(arena, "[0]")));
}

TEST_MAIN
