#include "base/clock.h"
#include "base/value.h"
#include "test.h"

static struct value *put_int(struct arena *arena, struct value *parent, const char *name, int n)
{
    struct value *child = value_new(arena, VALUE_INT);

    CHECK(child != NULL);
    child->integer = n;
    value_put(parent, bytes_str(name), child);
    return child;
}

TEST(a_map_keeps_the_order_of_first_appearance_and_the_last_value)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(100000);
    struct value *map = value_new(arena, VALUE_MAP);

    put_int(arena, map, "b", 1);
    put_int(arena, map, "a", 2);
    put_int(arena, map, "c", 3);
    put_int(arena, map, "b", 4);
    put_int(arena, map, "a", 5);
    put_int(arena, map, "c", 6);

    CHECK_INT(map->count, 3);
    CHECK_BYTES(map->first->name, B("b"));
    CHECK_INT(map->first->integer, 4);
    CHECK_INT(map->first->next->integer, 5);
    CHECK_INT(map->first->next->next->integer, 6);
    CHECK(map->first->next->next->next == NULL);
    CHECK(map->last == value_get(map, B("c")));
    CHECK(map->last->prev->prev == map->first);
    CHECK_INT(value_get(map, B("a"))->integer, 5);
    CHECK(value_get(map, B("A")) == NULL);
    CHECK(value_get(map, B("")) == NULL);
}

TEST(the_last_of_two_names_that_differ_in_case_wins)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(100000);
    struct value *map = value_new(arena, VALUE_MAP);

    put_int(arena, map, "Name", 1);
    put_int(arena, map, "nAME", 2);
    CHECK_INT(value_get_nocase(map, B("name"))->integer, 2);
    CHECK_INT(value_get(map, B("Name"))->integer, 1);
    CHECK(value_get_nocase(map, B("nam")) == NULL);
}

TEST(a_list_takes_equal_names_and_counts_from_zero)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(100000);
    struct value *list = value_new(arena, VALUE_LIST);

    for (int i = 0; i < 5; i++)
        put_int(arena, list, "", i * i);
    CHECK_INT(list->count, 5);
    CHECK_INT(value_at(list, 0)->integer, 0);
    CHECK_INT(value_at(list, 4)->integer, 16);
    CHECK(value_at(list, 5) == NULL);
    CHECK(value_get(list, B("")) == NULL);
}

TEST(nothing_is_found_in_what_is_no_map)
{
    struct value text = { .type = VALUE_STRING, .string = B("a") };

    CHECK(value_get(NULL, B("a")) == NULL);
    CHECK(value_get(&text, B("a")) == NULL);
    CHECK(value_get_nocase(NULL, B("a")) == NULL);
    CHECK(value_get_nocase(&text, B("a")) == NULL);
    CHECK(value_at(NULL, 0) == NULL);
    CHECK(value_at(&text, 0) == NULL);
}

TEST(a_map_of_200000_members_takes_seconds_at_most)
{
    enum { MANY = VALUE_COUNT_MAX };
    CLEANUP(arena_freep) struct arena *arena = arena_new(200U << 20);
    struct value *map = value_new(arena, VALUE_MAP);
    int64_t start = clock_monotonic_us();

    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < MANY; i++)
            put_int(arena, map, arena_printf(arena, "name%d", i), i + round);
    }
    CHECK_INT(map->count, MANY);
    for (int i = 0; i < MANY; i++) {
        char name[32];
        snprintf(name, sizeof name, "name%d", i);
        const struct value *found = value_get(map, bytes_str(name));
        CHECK(found != NULL);
        CHECK_INT(found->integer, i + 1);
    }
    CHECK(clock_monotonic_us() - start < 20 * SECOND_US); /* a search one by one takes minutes */
}

TEST(integers_are_taken_in_every_spelling)
{
    static const struct {
        struct value value;
        bool ok;
        int32_t want;
    } table[] = {
        { { .type = VALUE_INT, .integer = 7 }, true, 7 },
        { { .type = VALUE_INT, .integer = INT32_MAX }, true, INT32_MAX },
        { { .type = VALUE_INT, .integer = INT32_MIN }, true, INT32_MIN },
        { { .type = VALUE_INT, .integer = 2147483648 }, false, 0 },
        { { .type = VALUE_INT, .integer = -2147483649 }, false, 0 },
        { { .type = VALUE_DOUBLE, .number = 7.0 }, true, 7 },
        { { .type = VALUE_DOUBLE, .number = 7.5 }, false, 0 },
        { { .type = VALUE_DOUBLE, .number = 1e300 }, false, 0 },
        { { .type = VALUE_DOUBLE, .number = -2147483648.0 }, true, INT32_MIN },
        { { .type = VALUE_DOUBLE, .number = __builtin_nan("") }, false, 0 },
        { { .type = VALUE_BOOL, .boolean = true }, true, 1 },
        { { .type = VALUE_BOOL }, true, 0 },
        { { .type = VALUE_STRING, .string = { "7", 1 } }, true, 7 },
        { { .type = VALUE_STRING, .string = { " -12 ", 5 } }, true, -12 },
        { { .type = VALUE_STRING, .string = { "7x", 2 } }, false, 0 },
        { { .type = VALUE_STRING, .string = { "", 0 } }, false, 0 },
        { { .type = VALUE_STRING, .string = { "99999999999", 11 } }, false, 0 },
        { { .type = VALUE_NULL }, false, 0 },
        { { .type = VALUE_LIST }, false, 0 },
        { { .type = VALUE_MAP }, false, 0 },
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        int32_t got = -99;
        CHECK_INT(value_to_int32(&table[i].value, &got), table[i].ok);
        CHECK_INT(got, table[i].ok ? table[i].want : -99);
    }
    int32_t got;
    CHECK(!value_to_int32(NULL, &got));
}

TEST(members_are_put_and_read_by_their_kind)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 16);
    struct value *map = value_new(arena, VALUE_MAP);

    CHECK(value_put_int(arena, map, B("number"), -7));
    CHECK(value_put_text(arena, map, B("text"), B("seven")));
    CHECK(value_put_bool(arena, map, B("truth"), true));

    CHECK_INT(value_get(map, B("number"))->integer, -7);
    CHECK(value_get(map, B("truth"))->boolean);
    CHECK_BYTES(value_text(map, B("text")), B("seven"));
    CHECK_INT(value_text(map, B("number")).len, 0);
    CHECK_INT(value_text(map, B("nothing")).len, 0);
}

TEST_MAIN
