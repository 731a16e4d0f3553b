#include "dialect/bitrix24/batch_reference.h"

#include "base/json.h"
#include "http/form.h"
#include "test.h"

static void put(struct b24_batch_results *results, enum b24_batch_part part, const char *key,
                const char *text)
{
    CHECK(b24_batch_put(results, part, bytes_str(key), bytes_str(text)));
}

static struct b24_batch_results some_results(struct arena *arena)
{
    struct b24_batch_results results = { .arena = arena };

    put(&results, B24_BATCH_RESULT, "p",
        "{\"products\":[{\"id\":7,\"name\":\"Blue mug\",\"price\":1.5,\"active\":true,"
        "\"code\":null,\"tags\":[\"a\",\"b\"]},{\"id\":8}]}");
    put(&results, B24_BATCH_RESULT, "0", "true");
    put(&results, B24_BATCH_RESULT, "k.e y", "\"x\"");
    put(&results, B24_BATCH_ERROR, "bad", "{\"error\":\"100\",\"error_description\":\"no\"}");
    put(&results, B24_BATCH_TOTAL, "p", "62");
    put(&results, B24_BATCH_NEXT, "p", "50");
    put(&results, B24_BATCH_TIME, "p", "{\"duration\":0.25}");
    return results;
}

/* The value `v` of a command's query, as JSON, once its references are filled in. */
static struct bytes filled(struct arena *arena, struct b24_batch_results *results, const char *text)
{
    struct value *params = value_new(arena, VALUE_MAP);
    struct strbuf out;
    struct err e = { 0 };

    CHECK(value_put_text(arena, params, B("v"), bytes_str(text)));
    CHECK_INT(b24_batch_refer(arena, results, params, &e), ERR_NONE);
    strbuf_init(&out, arena, 64, 1 << 20);
    json_value(&out, value_get(params, B("v")));
    return strbuf_bytes(&out);
}

static const struct {
    const char *text;
    const char *want; /* as JSON */
} rows[] = {
    /* the whole value: the type is kept */
    { "$result[p][products][0][id]", "7" },
    { "$result[p][products][1][id]", "8" },
    { "$result[p][products][0][name]", "\"Blue mug\"" },
    { "$result[p][products][0][price]", "1.5" },
    { "$result[p][products][0][active]", "true" },
    { "$result[p][products][0][code]", "null" },
    { "$result[p][products][0][tags]", "[\"a\",\"b\"]" },
    { "$result[p][products][1]", "{\"id\":8}" },
    { "$result[0]", "true" },
    { "$error[bad][error]", "\"100\"" },
    { "$total[p]", "62" },
    { "$next[p]", "50" },
    { "$time[p][duration]", "0.25" },
    { "$RESULT[p][products][0][id]", "7" },
    { "$Total[p]", "62" },
    /* within text */
    { "id $result[p][products][0][id] and $total[p]", "\"id 7 and 62\"" },
    { " $total[p]", "\" 62\"" },
    { "$total[p]\n", "\"62\\n\"" },
    { "$result[p][products][0][price]\t$time[p][duration]", "\"1.5\\t0.25\"" },
    { "of-$result[p][products][0][name]", "\"of-Blue mug\"" },
    { "$result[p][products][0][id].png", "\"7.png\"" },
    { "$result[0] stays", "\"$result[0] stays\"" },
    { "$result[p][products][0][tags] stays", "\"$result[p][products][0][tags] stays\"" },
    { "$result[p][products][0][code] stays", "\"$result[p][products][0][code] stays\"" },
    /* nothing there */
    { "$result[q]", "\"\"" },
    { "$result[P]", "\"\"" },
    { "$result[p][products][2][id]", "\"\"" },
    { "$result[p][products][00][id]", "\"\"" },
    { "$result[p][products][-1]", "\"\"" },
    { "$result[p][products][+1]", "\"\"" },
    { "$result[p][products][99999999999]", "\"\"" },
    { "$result[p][products][id]", "\"\"" },
    { "$result[0][deeper]", "\"\"" },
    { "$error[p]", "\"\"" },
    { "$total[p]],[x]", "\"\"" },
    { "a $result[q] b", "\"a  b\"" },
    /* no reference */
    { "$result", "\"$result\"" },
    { "$result [p]", "\"$result [p]\"" },
    { "$result[]", "\"$result[]\"" },
    { "$result[p", "\"$result[p\"" },
    { "$results[p]", "\"$results[p]\"" },
    { "result[p]", "\"result[p]\"" },
    { "$$", "\"$$\"" },
    { "$$total[p]", "\"$62\"" },
    { "$result[k.e y]", "\"$result[k.e y]\"" }, /* white space ends it */
};

TEST(references_are_replaced_by_what_they_name)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
        struct b24_batch_results results = some_results(arena);

        CHECK_BYTES(filled(arena, &results, rows[i].text), bytes_str(rows[i].want));
    }
}

TEST(what_was_put_in_is_not_looked_at_again)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    struct b24_batch_results results = { .arena = arena };

    put(&results, B24_BATCH_RESULT, "a", "\"$result[b] $\"");
    put(&results, B24_BATCH_RESULT, "b", "\"secret\"");
    CHECK_BYTES(filled(arena, &results, "$result[a]"), B("\"$result[b] $\""));
    CHECK_BYTES(filled(arena, &results, "$result[a]result[b] x"), B("\" x\""));
    CHECK_BYTES(filled(arena, &results, "$result[a] result[b]"), B("\"$result[b] $ result[b]\""));
}

TEST(values_at_any_depth_are_filled_and_names_are_not)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    struct b24_batch_results results = some_results(arena);
    struct value *params = value_new(arena, VALUE_MAP);
    struct strbuf out;
    struct err e = { 0 };

    CHECK_INT(form_read(arena,
                        B("filter[id][]=$result[p][products][0][id]&filter[id][]=%24total%5Bp%5D&"
                          "$total[p]=1&select=%24result[p][products][0][tags]"),
                        params, &e),
              ERR_NONE);
    CHECK_INT(b24_batch_refer(arena, &results, params, &e), ERR_NONE);
    strbuf_init(&out, arena, 64, 1 << 20);
    json_value(&out, params);
    CHECK_BYTES(strbuf_bytes(&out), B("{\"filter\":{\"id\":[7,62]},\"$total\":{\"p\":\"1\"},"
                                      "\"select\":[\"a\",\"b\"]}"));
}

TEST(results_are_trees_only_once_somebody_asks)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    struct b24_batch_results results = some_results(arena);
    const struct b24_batch_entry *first = results.maps[B24_BATCH_RESULT].first;

    filled(arena, &results, "$total[p] 100 $");
    CHECK(first->value == NULL);
    filled(arena, &results, "$result[p]");
    CHECK(first->value != NULL);
    CHECK(first->next->value == NULL);
}

/* One text of `times` parts. */
static char *repeated(struct arena *arena, const char *part, size_t times)
{
    size_t len = strlen(part);
    char *text = arena_alloc(arena, len * times + 1);

    CHECK(text != NULL);
    for (size_t i = 0; i < times; i++)
        memcpy(text + i * len, part, len);
    text[len * times] = '\0';
    return text;
}

TEST(megabytes_of_text_take_linear_time)
{
    static const char *const parts[] = { "$", "$result[", "$result[]", "$result[p] ", "[", "]" };

    for (size_t i = 0; i < COUNT(parts); i++) {
        CLEANUP(arena_freep) struct arena *arena = arena_new(256 << 20);
        struct b24_batch_results results = { .arena = arena };
        struct value *params = value_new(arena, VALUE_MAP);
        struct err e = { 0 };
        struct bytes text = bytes_str(repeated(arena, parts[i], (4 << 20) / strlen(parts[i])));

        CHECK(value_put_text(arena, params, B("v"), text));
        enum err_code rc = b24_batch_refer(arena, &results, params, &e);
        CHECK_INT(rc, strcmp(parts[i], "$result[p] ") == 0 ? ERR_TOO_LARGE : ERR_NONE);
    }
}

TEST(one_command_takes_over_no_more_than_a_tree_holds)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(256 << 20);
    struct b24_batch_results results = { .arena = arena };
    struct value *params = value_new(arena, VALUE_MAP);
    struct err e = { 0 };
    char *list = repeated(arena, ",1", 10000);

    list[0] = '[';
    put(&results, B24_BATCH_RESULT, "a", arena_printf(arena, "%s]", list));
    for (int i = 0; i < 19; i++)
        CHECK(value_put_text(arena, params, bytes_str(arena_printf(arena, "v%d", i)),
                             B("$result[a]")));
    CHECK_INT(b24_batch_refer(arena, &results, params, &e), ERR_NONE);
    CHECK_INT(value_get(params, B("v18"))->count, 10000);

    params = value_new(arena, VALUE_MAP);
    for (int i = 0; i < 25; i++)
        CHECK(value_put_text(arena, params, bytes_str(arena_printf(arena, "v%d", i)),
                             B("$result[a][9999]")));
    CHECK_INT(b24_batch_refer(arena, &results, params, &e), ERR_TOO_LARGE);
}

TEST(a_few_references_do_not_make_endless_text)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(256 << 20);
    struct b24_batch_results results = { .arena = arena };
    struct value *params = value_new(arena, VALUE_MAP);
    struct err e = { 0 };
    char *text = repeated(arena, "x", 1 << 20);
    char *seven = repeated(arena, " $result[a]", 7);

    put(&results, B24_BATCH_RESULT, "a", arena_printf(arena, "\"%s\"", text));
    CHECK(value_put_text(arena, params, B("a"), bytes_str(seven)));
    CHECK(value_put_text(arena, params, B("b"), bytes_str(seven)));
    CHECK_INT(b24_batch_refer(arena, &results, params, &e), ERR_NONE);
    CHECK_INT(value_text(params, B("b")).len, 7 * ((1 << 20) + 1));

    params = value_new(arena, VALUE_MAP);
    CHECK(value_put_text(arena, params, B("a"), bytes_str(seven)));
    CHECK(value_put_text(arena, params, B("b"), bytes_str(seven)));
    CHECK(value_put_text(arena, params, B("c"), bytes_str(seven)));
    CHECK_INT(b24_batch_refer(arena, &results, params, &e), ERR_TOO_LARGE);
}

TEST(nothing_becomes_deeper_than_a_tree_may_be)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(64 << 20);
    struct b24_batch_results results = { .arena = arena };
    struct value *params = value_new(arena, VALUE_MAP);
    struct err e = { 0 };

    put(&results, B24_BATCH_RESULT, "a",
        arena_printf(arena, "%s1%s", repeated(arena, "[", 60), repeated(arena, "]", 60)));
    CHECK_BYTES(bytes_first(filled(arena, &results, "$result[a]"), 3), B("[[["));
    CHECK_INT(form_read(arena, B("a[b][c][d][e][f]=$result[a]"), params, &e), ERR_NONE);
    CHECK_INT(b24_batch_refer(arena, &results, params, &e), ERR_TOO_LARGE);
}

TEST_MAIN
