#include "base/clock.h"
#include "dialect/bitrix24/list_query.h"
#include "test.h"

static const struct {
    const char *key;
    const char *name;
    enum record_op op;
} keys[] = {
    { "id", "id", OP_EQ },
    { "=id", "id", OP_EQ },
    { "!id", "id", OP_NE },
    { "!=id", "id", OP_NE },
    { ">id", "id", OP_GT },
    { ">=id", "id", OP_GE },
    { "<id", "id", OP_LT },
    { "<=id", "id", OP_LE },
    { "%name", "name", OP_CONTAINS },
    { "!%name", "name", OP_NOT_CONTAINS },
    { "=%name", "name", OP_LIKE },
    { "%=name", "name", OP_LIKE },
    { "!=%name", "name", OP_NOT_LIKE },
    { "!%=name", "name", OP_NOT_LIKE },
    { "@id", "id", OP_IN },
    { "!@id", "id", OP_NOT_IN },
    { "", "", OP_EQ },
    { "><id", "<id", OP_GT },
};

TEST(every_operator_is_split_off_its_key)
{
    for (size_t i = 0; i < COUNT(keys); i++) {
        enum record_op op = OP_NOT_LIKE;
        struct bytes name = b24_filter_key(bytes_str(keys[i].key), &op);

        CHECK_BYTES(name, bytes_str(keys[i].name));
        CHECK_INT(op, keys[i].op);
    }
}

static const struct {
    const char *text;
    int64_t seconds; /* -1: refused */
} dates[] = {
    { "1970-01-02", 86400 },
    { "1970-01-01T00:01:00", 60 },
    { "1970-01-01 00:01:00", 60 },
    { "1970-01-01T02:01:00+02:00", 60 },
    { "1970-01-01T02:01:00 02:00", 60 },
    { "1969-12-31T22:01:00-02:00", 60 },
    { "1970-01-01T00:01:00Z", 60 },
    { "2026-09-21T13:33:20+00:00", 1789997600 },
    { "21.09.2026", -1 },
    { "1970-01-01T00:01", 60 },
    { "1970-01-01T02:01:00+0200", 60 },
    { "1970-01-01T02:01:00+02", 60 },
    { "1970-01-01T00:01:00.123Z", 60 },
    { "1970-01-01T00:01:00.5-00:00", 60 },
    { "2026-02-29", -1 },
    { "1970-01-01T24:00:00", -1 },
    { "1970-01-01T00:01:00+02:0", -1 },
    { "1970-01-01T00:01:00+15:00", -1 },
    { "1970-01-01T00:01:00 MSK", -1 },
    { "1970-01-01X00:01:00", -1 },
    { "", -1 },
    { "yesterday!", -1 },
};

TEST(dates_are_read_in_iso_form_only)
{
    for (size_t i = 0; i < COUNT(dates); i++) {
        int64_t us = 0;
        bool fine = b24_read_date(bytes_str(dates[i].text), &us);

        CHECK_INT(fine, dates[i].seconds >= 0);
        if (fine)
            CHECK_INT(us, dates[i].seconds * SECOND_US);
    }
}

TEST(a_date_is_written_as_it_was_read)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1000);
    struct strbuf text;
    int64_t us;

    CHECK(b24_read_date(B("2026-09-21T13:33:20+00:00"), &us));
    strbuf_init(&text, arena, 0, 100);
    clock_write_offset(&text, us);
    CHECK_BYTES(strbuf_bytes(&text), B("2026-09-21T13:33:20+00:00"));
}

static const struct b24_list_field fields[] = {
    { B("id"), RECORD_ID, B24_NUMBER },         { B("name"), RECORD_NAME, B24_TEXT },
    { B("active"), RECORD_ACTIVE, B24_YES_NO }, { B("dateCreate"), RECORD_CREATED_US, B24_DATE },
    { B("xmlId"), RECORD_XML_ID, B24_TEXT },
};

static struct b24_list_query query_of(struct arena *arena, const char *text)
{
    struct b24_list_query query = { 0 };
    struct value *params = NULL;
    struct err e = { 0 };

    CHECK_INT(json_read(arena, bytes_str(text), &params, &e), ERR_NONE);
    CHECK_INT(b24_list_query_read(arena, fields, COUNT(fields), value_get(params, B("filter")),
                                  value_get(params, B("order")), value_get(params, B("start")),
                                  &query, &e),
              ERR_NONE);
    return query;
}

TEST(a_filter_becomes_conditions_and_unknown_names_are_dropped)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    struct b24_list_query q =
        query_of(arena, "{\"filter\":{\">ID\":\"10\",\"XML_ID\":5,\"active\":\"Y\",\"nonsense\":1,"
                        "\"id\":[1,\"2\",3],\"!name\":[\"a\"],\"><id\":1}}");
    const struct record_where *c = q.query.where.parts;

    CHECK_INT(q.query.where.part_count, 5);
    CHECK_INT(c[0].is.field, RECORD_ID);
    CHECK_INT(c[0].is.op, OP_GT);
    CHECK_INT(c[0].is.operands[0].number, 10);
    CHECK_INT(c[1].is.field, RECORD_XML_ID);
    CHECK(c[1].is.operands[0].is_text);
    CHECK_BYTES(c[1].is.operands[0].text, B("5"));
    CHECK_INT(c[2].is.operands[0].number, 1);
    CHECK_INT(c[3].is.op, OP_IN);
    CHECK_INT(c[3].is.operand_count, 3);
    CHECK_INT(c[3].is.operands[2].number, 3);
    CHECK_INT(c[4].is.op, OP_NOT_IN);
    CHECK(!q.nothing);
}

TEST(one_of_nothing_is_met_by_nothing)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);

    CHECK(query_of(arena, "{\"filter\":{\"@id\":[]}}").nothing);
    CHECK(query_of(arena, "{\"filter\":{\"id\":[]}}").nothing);
    CHECK(!query_of(arena, "{\"filter\":{\"!id\":[]}}").nothing);
}

TEST(a_date_in_a_filter_means_its_whole_second)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    struct b24_list_query q = query_of(
        arena, "{\"filter\":{\"dateCreate\":\"1970-01-02\",\">dateCreate\":\"1970-01-02\"}}");
    const struct record_where *c = q.query.where.parts;
    int64_t day_us = 86400 * SECOND_US;

    CHECK_INT(q.query.where.part_count, 2);
    CHECK_INT(c[0].join, RECORD_OR);
    CHECK_INT(c[0].part_count, 1);
    CHECK_INT(c[0].parts[0].parts[0].is.op, OP_GE);
    CHECK_INT(c[0].parts[0].parts[0].is.operands[0].number, day_us);
    CHECK_INT(c[0].parts[0].parts[1].is.op, OP_LT);
    CHECK_INT(c[0].parts[0].parts[1].is.operands[0].number, day_us + SECOND_US);
    CHECK_INT(c[1].is.op, OP_GE);
    CHECK_INT(c[1].is.operands[0].number, day_us + SECOND_US);

    q = query_of(arena, "{\"filter\":{\"!dateCreate\":[\"1970-01-02\",\"1970-01-03\"]}}");
    CHECK_INT(q.query.where.part_count, 1);
    CHECK_INT(q.query.where.parts[0].join, RECORD_NOT);
    CHECK_INT(q.query.where.parts[0].parts[0].part_count, 2);
}

TEST(order_names_each_field_once)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    struct b24_list_query q = query_of(
        arena, "{\"order\":{\"NAME\":\"DESC\",\"id\":\"asc\",\"ID\":\"DESC\",\"x\":\"ASC\"}}");

    CHECK_INT(q.query.order_count, 2);
    CHECK_INT(q.query.order[0].field, RECORD_NAME);
    CHECK(q.query.order[0].descending);
    CHECK_INT(q.query.order[1].field, RECORD_ID);
    CHECK(!q.query.order[1].descending);
}

TEST(start_gives_whole_pages_and_minus_one_counts_nothing)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);

    CHECK_INT(query_of(arena, "{}").query.offset, 0);
    CHECK(query_of(arena, "{}").counted);
    CHECK_INT(query_of(arena, "{\"start\":75}").query.offset, 50);
    CHECK_INT(query_of(arena, "{\"start\":\"100\"}").query.offset, 100);
    CHECK_INT(query_of(arena, "{\"start\":-1}").query.offset, 0);
    CHECK(!query_of(arena, "{\"start\":-1}").counted);
    CHECK(!query_of(arena, "{\"start\":\"-1\"}").query.want_total);
    CHECK_INT(query_of(arena, "{\"start\":-9}").query.offset, 0);
    CHECK(query_of(arena, "{\"start\":-9}").counted);
    CHECK_INT(query_of(arena, "{\"start\":\"x\"}").query.limit, 50);
}

TEST(a_filter_with_too_many_values_is_refused)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 22);
    struct value *filter = value_new(arena, VALUE_MAP);
    struct value *list = value_new(arena, VALUE_LIST);
    struct b24_list_query query;
    struct err e = { 0 };

    for (int i = 0; i <= RECORD_OPERANDS_MAX; i++)
        value_put(list, B(""), value_new(arena, VALUE_INT));
    value_put(filter, B("id"), list);
    CHECK_INT(b24_list_query_read(arena, fields, COUNT(fields), filter, NULL, NULL, &query, &e),
              ERR_TOO_LARGE);
}

TEST_MAIN
