/* What every database must do. */
#include "base/crypto.h"
#include "meta/sql.h"
#include "support/temp.h"
#include "test.h"

#define CHECK_OK(call)                                                                             \
    do {                                                                                           \
        enum err_code rc_ = (call);                                                                \
        if (rc_)                                                                                   \
            test_fail(__FILE__, __LINE__, "%s: %s (%s)", #call, e.text, err_name(rc_));            \
    } while (0)

static const char *url(void)
{
    static char text[100];

    snprintf(text, sizeof text, "sqlite:%s/meta.db", temp_dir());
    return text;
}

static struct meta *open_fresh(void)
{
    struct meta *meta = NULL;
    struct err e = { 0 };

    CHECK_OK(meta_open(url(), true, &meta, &e));
    CHECK_OK(meta_migrate(meta, &e));
    CHECK_OK(meta_migrate(meta, &e)); /* nothing left to do */
    return meta;
}

static struct record product(int32_t id, const char *name, const char *xml_id)
{
    return (struct record){ .kind = KIND_PRODUCT,
                            .id = id,
                            .subtype = SUBTYPE_SIMPLE,
                            .name = bytes_str(name),
                            .code = B(""),
                            .xml_id = bytes_str(xml_id),
                            .sort = 500 - id,
                            .active = id != 3,
                            .created_us = id * 1000000LL };
}

TEST(what_is_not_committed_is_not_there)
{
    struct meta *meta = open_fresh();
    struct record record = product(1, "Mug", "");
    struct err e = { 0 };
    bool exists;

    CHECK_OK(meta_begin(meta, &e));
    CHECK_OK(meta_record_insert(meta, 1, &record, &e));
    meta_rollback(meta);
    CHECK_OK(meta_record_exists(meta, 1, KIND_PRODUCT, 1, &exists, &e));
    CHECK(!exists);
    CHECK_OK(meta_begin(meta, &e));
    CHECK_OK(meta_record_insert(meta, 1, &record, &e));
    CHECK_OK(meta_commit(meta, &e));
    meta_close(meta);
    meta = open_fresh();
    CHECK_OK(meta_record_exists(meta, 1, KIND_PRODUCT, 1, &exists, &e));
    CHECK(exists);
    CHECK_OK(meta_record_exists(meta, 2, KIND_PRODUCT, 1, &exists, &e));
    CHECK(!exists); /* another tenant's */
    meta_close(meta);
}

TEST(a_part_of_a_transaction_is_taken_back_alone)
{
    struct meta *meta = open_fresh();
    struct record one = product(1, "One", "");
    struct record two = product(2, "Two", "");
    struct err e = { 0 };
    bool exists;

    CHECK_OK(meta_begin(meta, &e));
    CHECK_OK(meta_mark(meta, &e));
    CHECK_OK(meta_record_insert(meta, 1, &one, &e));
    CHECK_OK(meta_keep(meta, &e));
    CHECK_OK(meta_mark(meta, &e));
    CHECK_OK(meta_record_insert(meta, 1, &two, &e));
    CHECK_INT(meta_record_insert(meta, 1, &one, &e), ERR_CONFLICT);
    CHECK_OK(meta_undo(meta, &e));
    CHECK_OK(meta_commit(meta, &e));
    CHECK_OK(meta_record_exists(meta, 1, KIND_PRODUCT, 1, &exists, &e));
    CHECK(exists);
    CHECK_OK(meta_record_exists(meta, 1, KIND_PRODUCT, 2, &exists, &e));
    CHECK(!exists);
    meta_close(meta);
}

TEST(a_reader_sees_one_moment_until_it_ends_its_transaction)
{
    struct meta *writer = open_fresh();
    struct meta *reader;
    struct record record = product(1, "Mug", "");
    struct err e = { 0 };
    bool exists;

    CHECK_OK(meta_open(url(), false, &reader, &e));
    CHECK_OK(meta_begin_read(reader, &e));
    CHECK_OK(meta_record_exists(reader, 1, KIND_PRODUCT, 1, &exists, &e));
    CHECK_OK(meta_begin(writer, &e));
    CHECK_OK(meta_record_insert(writer, 1, &record, &e));
    CHECK_OK(meta_commit(writer, &e));
    CHECK_OK(meta_record_exists(reader, 1, KIND_PRODUCT, 1, &exists, &e));
    CHECK(!exists);
    meta_end_read(reader);
    CHECK_OK(meta_record_exists(reader, 1, KIND_PRODUCT, 1, &exists, &e));
    CHECK(exists);
    CHECK(meta_record_insert(reader, 1, &record, &e) != ERR_NONE); /* it may only read */
    CHECK_OK(meta_checkpoint(writer, &e));
    meta_close(reader);
    meta_close(writer);
}

TEST(counters_give_each_id_once_and_skip_those_given_from_outside)
{
    struct meta *meta = open_fresh();
    struct err e = { 0 };
    int64_t id;

    CHECK_OK(meta_next_id(meta, 1, "picture", 1, INT32_MAX, &id, &e));
    CHECK_INT(id, 1);
    CHECK_OK(meta_next_id(meta, 1, "picture", 10, INT32_MAX, &id, &e));
    CHECK_INT(id, 2);
    CHECK_OK(meta_skip_id(meta, 1, "picture", 5, &e));
    CHECK_OK(meta_next_id(meta, 1, "picture", 1, INT32_MAX, &id, &e));
    CHECK_INT(id, 12);
    CHECK_OK(meta_skip_id(meta, 1, "picture", 100, &e));
    CHECK_OK(meta_next_id(meta, 1, "picture", 1, INT32_MAX, &id, &e));
    CHECK_INT(id, 101);
    CHECK_OK(meta_skip_id(meta, 1, "picture", INT32_MAX, &e));
    CHECK_INT(meta_next_id(meta, 1, "picture", 1, INT32_MAX, &id, &e), ERR_TOO_LARGE);
    CHECK_OK(meta_next_id(meta, 2, "picture", 1, INT32_MAX, &id, &e));
    CHECK_INT(id, 1);
    meta_close(meta);
}

static void fill(struct meta *meta)
{
    static const char *const names[] = { "Mug", "Blue mug", "50% lamp", "under_score",
                                         "Caf\xc3\xa9" };
    struct err e = { 0 };

    CHECK_OK(meta_begin(meta, &e));
    for (int32_t i = 0; i < 5; i++) {
        struct record record = product(i + 1, names[i], i % 2 ? "" : names[i]);
        CHECK_OK(meta_record_insert(meta, 1, &record, &e));
    }
    CHECK_OK(meta_commit(meta, &e));
}

/* The ids of what a single condition finds, as a decimal number: 1 and 3 give 13. */
static int found(struct meta *meta, enum record_field field, enum record_op op,
                 const struct record_operand *operands, size_t count)
{
    struct arena *arena = arena_new(1 << 20);
    struct record_query query = { .kind = KIND_PRODUCT,
                                  .where = { RECORD_IS, { field, op, operands, count } },
                                  .want_total = true };
    struct record *records;
    struct err e = { 0 };
    size_t n;
    size_t total;
    int ids = 0;

    CHECK_OK(meta_record_list(meta, arena, 1, &query, &records, &n, &total, &e));
    CHECK_INT(total, n);
    for (size_t i = 0; i < n; i++)
        ids = ids * 10 + records[i].id;
    arena_free(arena);
    return ids;
}

#define TEXT(literal) &(struct record_operand){ .is_text = true, .text = B(literal) }, 1
#define NUMBER(value) &(struct record_operand){ .number = (value) }, 1
#define NUMBERS(a, b) (struct record_operand[]){ { .number = (a) }, { .number = (b) } }, 2

TEST(lists_filter_by_every_operator)
{
    struct meta *meta = open_fresh();

    fill(meta);
    CHECK_INT(found(meta, RECORD_ID, OP_EQ, NUMBER(2)), 2);
    CHECK_INT(found(meta, RECORD_ID, OP_NE, NUMBER(2)), 1345);
    CHECK_INT(found(meta, RECORD_ID, OP_LT, NUMBER(3)), 12);
    CHECK_INT(found(meta, RECORD_ID, OP_LE, NUMBER(3)), 123);
    CHECK_INT(found(meta, RECORD_ID, OP_GT, NUMBER(3)), 45);
    CHECK_INT(found(meta, RECORD_ID, OP_GE, NUMBER(3)), 345);
    CHECK_INT(found(meta, RECORD_ID, OP_IN, NUMBERS(5, 1)), 15);
    CHECK_INT(found(meta, RECORD_ID, OP_NOT_IN, NUMBERS(5, 1)), 234);
    CHECK_INT(found(meta, RECORD_ID, OP_IN, NULL, 0), 0);
    CHECK_INT(found(meta, RECORD_ID, OP_NOT_IN, NULL, 0), 12345);
    CHECK_INT(found(meta, RECORD_ACTIVE, OP_EQ, NUMBER(0)), 3);
    CHECK_INT(found(meta, RECORD_NAME, OP_CONTAINS, TEXT("MUG")), 12);
    CHECK_INT(found(meta, RECORD_NAME, OP_NOT_CONTAINS, TEXT("mug")), 345);
    CHECK_INT(found(meta, RECORD_NAME, OP_CONTAINS, TEXT("%")), 3);
    CHECK_INT(found(meta, RECORD_NAME, OP_CONTAINS, TEXT("_")), 4);
    CHECK_INT(found(meta, RECORD_NAME, OP_LIKE, TEXT("%mug")), 12);
    CHECK_INT(found(meta, RECORD_NAME, OP_LIKE, TEXT("m_g")), 0);
    CHECK_INT(found(meta, RECORD_NAME, OP_NOT_LIKE, TEXT("%mug%")), 345);
    CHECK_INT(found(meta, RECORD_XML_ID, OP_EQ, TEXT("")), 24);
    CHECK_INT(found(meta, RECORD_NAME, OP_EQ, TEXT("x' OR 1=1 --")), 0);
    meta_close(meta);
}

static int found_where(struct meta *meta, const struct record_query *query)
{
    struct arena *arena = arena_new(1 << 20);
    struct record *records;
    struct err e = { 0 };
    size_t n;
    size_t total;
    int ids = 0;

    CHECK_OK(meta_record_list(meta, arena, 1, query, &records, &n, &total, &e));
    for (size_t i = 0; i < n; i++)
        ids = ids * 10 + records[i].id;
    arena_free(arena);
    return ids;
}

#define IS(...)                                                                                    \
    {                                                                                              \
        .join = RECORD_IS, .is = { __VA_ARGS__ }                                                   \
    }
#define JOIN(how, ...)                                                                             \
    {                                                                                              \
        .join = (how), .parts = (struct record_where[]){ __VA_ARGS__ },                            \
        .part_count = sizeof((struct record_where[]){ __VA_ARGS__ }) / sizeof(struct record_where) \
    }
#define WHERE(...)                                                                                 \
    found_where(meta, &(struct record_query){ .kind = KIND_PRODUCT, .where = __VA_ARGS__ })

TEST(conditions_are_joined_to_any_depth)
{
    struct meta *meta = open_fresh();

    fill(meta);
    CHECK_INT(
        WHERE(JOIN(RECORD_OR, IS(RECORD_ID, OP_EQ, NUMBER(5)), IS(RECORD_ID, OP_EQ, NUMBER(2)))),
        25);
    CHECK_INT(WHERE(JOIN(RECORD_NOT, JOIN(RECORD_OR, IS(RECORD_ID, OP_EQ, NUMBER(5)),
                                          IS(RECORD_NAME, OP_BEGINS, TEXT("BLUE"))))),
              134);
    CHECK_INT(WHERE(JOIN(RECORD_AND, IS(RECORD_ID, OP_GT, NUMBER(1)),
                         JOIN(RECORD_OR, IS(RECORD_ID, OP_LT, NUMBER(3)),
                              IS(RECORD_NAME, OP_ENDS, TEXT("\xc3\x89"))))),
              25);
    CHECK_INT(WHERE({ RECORD_OR }), 0);
    CHECK_INT(WHERE({ RECORD_AND }), 12345);
    meta_close(meta);
}

TEST(a_filter_over_a_limit_is_refused)
{
    struct meta *meta = open_fresh();
    struct arena *arena = arena_new(1 << 20);
    struct record_where *deep = arena_zalloc(arena, RECORD_DEPTH_MAX + 2, sizeof *deep);
    struct record_operand *many = arena_zalloc(arena, RECORD_OPERANDS_MAX + 1, sizeof *many);
    struct record_query query = { .kind = KIND_PRODUCT };
    struct record *records;
    struct err e = { 0 };
    size_t n;
    size_t total;

    for (int i = 0; i <= RECORD_DEPTH_MAX; i++)
        deep[i] =
            (struct record_where){ .join = RECORD_NOT, .parts = &deep[i + 1], .part_count = 1 };
    query.where = deep[1];
    CHECK_OK(meta_record_list(meta, arena, 1, &query, &records, &n, &total, &e));
    query.where = deep[0];
    CHECK_INT(meta_record_list(meta, arena, 1, &query, &records, &n, &total, &e), ERR_TOO_LARGE);
    query.where = (struct record_where)IS(RECORD_ID, OP_IN, many, RECORD_OPERANDS_MAX + 1);
    CHECK_INT(meta_record_list(meta, arena, 1, &query, &records, &n, &total, &e), ERR_TOO_LARGE);
    query.where.is.operand_count--;
    CHECK_OK(meta_record_list(meta, arena, 1, &query, &records, &n, &total, &e));
    arena_free(arena);
    meta_close(meta);
}

TEST(names_are_found_and_ordered_without_regard_to_case)
{
    struct meta *meta = open_fresh();
    struct record_order order = { RECORD_NAME, false };
    struct record_query query = { .kind = KIND_PRODUCT, .order = &order, .order_count = 1 };

    fill(meta); /* Mug, Blue mug, 50% lamp, under_score, Café */
    CHECK_INT(found_where(meta, &query), 32514);
    order.descending = true;
    CHECK_INT(found_where(meta, &query), 41523);
#define FOLDED(op, text) WHERE(IS(RECORD_NAME, op, TEXT(text), .folded = true))
    CHECK_INT(FOLDED(OP_EQ, "mUG"), 1);
    CHECK_INT(FOLDED(OP_NE, "MUG"), 2345);
    CHECK_INT(FOLDED(OP_EQ, "CAF\xc3\x89"), 5);
    CHECK_INT(FOLDED(OP_GE, "MUG"), 14);
    CHECK_INT(FOLDED(OP_LT, "BLUE MUG"), 3);
    CHECK_INT(FOLDED(OP_CONTAINS, "F\xc3\x89"), 5);
    CHECK_INT(FOLDED(OP_BEGINS, "UNDER_"), 4);
    CHECK_INT(FOLDED(OP_BEGINS, "50%"), 3);
    CHECK_INT(FOLDED(OP_BEGINS, ""), 12345);
    CHECK_INT(FOLDED(OP_ENDS, "MUG"), 12);
    CHECK_INT(WHERE(IS(RECORD_CODE, OP_EQ, TEXT(""), .folded = true)), 12345);
    CHECK_INT(WHERE(IS(RECORD_XML_ID, OP_BEGINS, TEXT("MU"))), 1);
    CHECK_INT(WHERE(IS(RECORD_FIRST_NAME, OP_EQ, TEXT("Blue"))), 2);
    CHECK_INT(WHERE(IS(RECORD_FIRST_NAME, OP_EQ, TEXT(""))), 145);
    CHECK_INT(WHERE(IS(RECORD_LAST_NAME, OP_EQ, TEXT("MUG"), .folded = true)), 12);
    CHECK_INT(WHERE(IS(RECORD_LAST_NAME, OP_EQ, TEXT("Caf\xc3\xa9"))), 5);
    meta_close(meta);
}

static void set_members(struct meta *meta, int32_t id, const char *json)
{
    char sql[400];
    struct err e = { 0 };

    snprintf(sql, sizeof sql,
             "INSERT INTO record_members (tenant, kind, id, members) VALUES (1, 3, %d, '%s')", id,
             json);
    CHECK_OK(meta->driver->run(meta, sql, &e));
}

static void fill_members(struct meta *meta)
{
    fill(meta);
    set_members(meta, 1,
                "{\"Supplier\":\"Acme\",\"UnitListPrice\":19.5,\"InAssortment\":true,"
                "\"EndDate\":\"2026-03-04T10:00:00\",\"Contact\":{\"ContactId\":3},"
                "\"Emails\":[{\"Value\":\"a@b\"},{\"Value\":\"c@d\"}]}");
    set_members(meta, 2,
                "{\"Supplier\":\"\xc3\x85kers\",\"UnitListPrice\":100,"
                "\"InAssortment\":false,\"Contact\":null,\"Emails\":[]}");
    set_members(meta, 3, "{\"Supplier\":\"\",\"UnitListPrice\":9,\"EndDate\":null}");
}

static const struct record_member supplier = { { "Supplier" } };
static const struct record_member price = { { "UnitListPrice" }, RECORD_NUMBER };
static const struct record_member in_assortment = {
    { "InAssortment" }, RECORD_BOOL, .stands_in = true, .stand_in = RECORD_ACTIVE
};
static const struct record_member end_date = { { "EndDate" }, RECORD_DATE };
static const struct record_member contact_id = { { "Contact", "ContactId" }, RECORD_NUMBER };
static const struct record_member email = { { "Emails", "0", "Value" } };
static const struct record_member name_supplier = { { "Supplier" }, .after_name = true };

TEST(members_are_compared_by_their_types)
{
    struct meta *meta = open_fresh();

    fill_members(meta);
#define MEMBER(op, operand, which)                                                                 \
    WHERE(IS(RECORD_MEMBER, op, operand, .member = &(which), .folded = true))
    CHECK_INT(MEMBER(OP_EQ, TEXT("ACME"), supplier), 1);
    CHECK_INT(MEMBER(OP_EQ, TEXT("\xc3\xa5KERS"), supplier), 2);
    CHECK_INT(MEMBER(OP_EQ, TEXT(""), supplier), 345);
    CHECK_INT(MEMBER(OP_NE, TEXT("acme"), supplier), 2345);
    CHECK_INT(MEMBER(OP_CONTAINS, TEXT("K"), supplier), 2);
    CHECK_INT(MEMBER(OP_BEGINS, TEXT("a"), supplier), 1);
    CHECK_INT(WHERE(IS(RECORD_MEMBER, OP_EQ, TEXT("acme"), .member = &supplier)), 0);
    CHECK_INT(MEMBER(OP_GT, TEXT("10"), price), 12);
    CHECK_INT(MEMBER(OP_EQ, TEXT("19.50"), price), 1);
    CHECK_INT(MEMBER(OP_LT, TEXT("1"), price), 45);
    CHECK_INT(MEMBER(OP_EQ, NUMBER(1), in_assortment), 145); /* 4, 5 have no document: active */
    CHECK_INT(MEMBER(OP_GE, TEXT("2026-03-04T10:00:00"), end_date), 1);
    CHECK_INT(MEMBER(OP_LT, TEXT("0001-01-02T00:00:00"), end_date), 2345);
    CHECK_INT(MEMBER(OP_EQ, TEXT("3"), contact_id), 1);
    CHECK_INT(MEMBER(OP_EQ, TEXT("0"), contact_id), 2345);
    CHECK_INT(MEMBER(OP_EQ, TEXT("A@B"), email), 1);
    CHECK_INT(MEMBER(OP_EQ, TEXT("mug, acme"), name_supplier), 1);
    CHECK_INT(MEMBER(OP_EQ, TEXT("50% lamp"), name_supplier), 3);
    CHECK_INT(MEMBER(OP_EQ, TEXT("x'' OR 1=1 --"), supplier), 0);
    meta_close(meta);
}

TEST(members_order_a_list_and_are_read_with_it)
{
    struct meta *meta = open_fresh();
    struct arena *arena = arena_new(1 << 20);
    struct record_order order = { RECORD_MEMBER, true, &price };
    const struct record_member *const wanted[] = { &supplier,   &price, &in_assortment, &end_date,
                                                   &contact_id, &email, &name_supplier };
    struct record_query query = { .kind = KIND_PRODUCT,
                                  .order = &order,
                                  .order_count = 1,
                                  .limit = 4,
                                  .want_total = true,
                                  .members = wanted,
                                  .member_count = 7 };
    static const char *const want[][7] = {
        { "\xc3\x85kers", "100", "0", "0001-01-01T00:00:00", "0", "", "Blue mug, \xc3\x85kers" },
        { "Acme", "19.5", "1", "2026-03-04T10:00:00", "3", "a@b", "Mug, Acme" },
        { "", "9", "0", "0001-01-01T00:00:00", "0", "", "50% lamp" },
        { "", "0", "1", "0001-01-01T00:00:00", "0", "", "under_score" },
    };
    struct record *records;
    struct err e = { 0 };
    size_t n;
    size_t total;

    fill_members(meta);
    CHECK_OK(meta_record_list(meta, arena, 1, &query, &records, &n, &total, &e));
    CHECK_INT(n, 4);
    CHECK_INT(total, 5);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < 7; k++)
            CHECK_BYTES(records[i].wanted[k], bytes_str(want[i][k]));
    }
    arena_free(arena);
    meta_close(meta);
}

static void set_fields(struct meta *meta, int32_t id, const char *json)
{
    struct err e = { 0 };

    CHECK_OK(meta_begin(meta, &e));
    CHECK_OK(meta_fields_put(meta, 1, KIND_PRODUCT, id, bytes_str(json), &e));
    CHECK_OK(meta_commit(meta, &e));
}

static const struct record_member quantity = { { "quantity" }, RECORD_NUMBER, .of_fields = true };
static const struct record_member format = { { "format" }, .of_fields = true, .absent = "text" };
static const struct record_member property = { { "property7", "0", "value" },
                                               .of_fields = true,
                                               .any = true };

static struct meta *open_with_fields(void)
{
    struct meta *meta = open_fresh();

    fill_members(meta);
    set_fields(meta, 1,
               "{\"quantity\":2.5,\"format\":\"html\","
               "\"property7\":[{\"value\":\"red\"},{\"value\":\"Blue\"}]}");
    set_fields(meta, 2, "{\"quantity\":10,\"property7\":[{\"value\":12}]}");
    set_fields(meta, 4, "{\"property7\":null}");
    return meta;
}

TEST(fields_are_compared_like_members_and_lists_by_any_element)
{
    struct meta *meta = open_with_fields();

    CHECK_INT(MEMBER(OP_GT, TEXT("2"), quantity), 12);
    CHECK_INT(MEMBER(OP_EQ, TEXT("0"), quantity), 345);
    CHECK_INT(MEMBER(OP_CONTAINS, TEXT("2"), quantity), 1);
    CHECK_INT(MEMBER(OP_EQ, TEXT("text"), format), 2345);
    CHECK_INT(MEMBER(OP_NE, TEXT("text"), format), 1);
    CHECK_INT(MEMBER(OP_EQ, TEXT("BLUE"), property), 1);
    CHECK_INT(WHERE(IS(RECORD_MEMBER, OP_EQ, TEXT("blue"), .member = &property)), 0);
    CHECK_INT(MEMBER(OP_EQ, TEXT("12"), property), 2);
    CHECK_INT(MEMBER(OP_EQ, TEXT(""), property), 345);
    CHECK_INT(MEMBER(OP_NE, TEXT(""), property), 12);
    CHECK_INT(MEMBER(OP_NE, TEXT("red"), property), 2345);
    CHECK_INT(MEMBER(OP_CONTAINS, TEXT("LU"), property), 1);
    CHECK_INT(MEMBER(OP_NOT_CONTAINS, TEXT("LU"), property), 2345);
    CHECK_INT(MEMBER(OP_LIKE, TEXT("R%"), property), 1);
    CHECK_INT(MEMBER(OP_NOT_LIKE, TEXT("%2"), property), 1345);
    CHECK_INT(MEMBER(OP_EQ, TEXT("ACME"), supplier), 1); /* and members are still found */
    meta_close(meta);
}

TEST(fields_order_a_list_and_are_read_with_it)
{
    struct meta *meta = open_with_fields();
    struct arena *arena = arena_new(1 << 20);
    const struct record_order order[] = { { RECORD_MEMBER, true, &property },
                                          { RECORD_MEMBER, false, &quantity } };
    const struct record_member *const wanted[] = { &supplier };
    struct record_query query = { .kind = KIND_PRODUCT,
                                  .order = order,
                                  .order_count = 2,
                                  .limit = 3,
                                  .want_total = true,
                                  .members = wanted,
                                  .member_count = 1,
                                  .want_fields = true };
    struct record *records;
    struct err e = { 0 };
    size_t n;
    size_t total;

    CHECK_OK(meta_record_list(meta, arena, 1, &query, &records, &n, &total, &e));
    CHECK_INT(n, 3);
    CHECK_INT(total, 5);
    CHECK_INT(records[0].id, 1);
    CHECK_INT(records[1].id, 2);
    CHECK_INT(records[2].id, 3);
    CHECK_BYTES(records[0].wanted[0], B("Acme"));
    CHECK_BYTES(records[1].fields, B("{\"quantity\":10,\"property7\":[{\"value\":12}]}"));
    CHECK_BYTES(records[2].fields, B("{}"));
    arena_free(arena);
    meta_close(meta);
}

TEST(lists_are_ordered_and_paged_and_counted_whole)
{
    struct meta *meta = open_fresh();
    struct arena *arena = arena_new(1 << 20);
    struct record_order order = { RECORD_SORT, false };
    struct record_query query = { .kind = KIND_PRODUCT,
                                  .order = &order,
                                  .order_count = 1,
                                  .offset = 1,
                                  .limit = 2,
                                  .want_total = true };
    struct record *records;
    struct err e = { 0 };
    size_t count;
    size_t total;

    fill(meta);
    CHECK_OK(meta_record_list(meta, arena, 1, &query, &records, &count, &total, &e));
    CHECK_INT(count, 2);
    CHECK_INT(total, 5);
    CHECK_INT(records[0].id, 4); /* sort falls as the id grows */
    CHECK_INT(records[1].id, 3);
    query = (struct record_query){ .kind = KIND_PRODUCT, .subtypes = 1U << SUBTYPE_SERVICE };
    CHECK_OK(meta_record_list(meta, arena, 1, &query, &records, &count, &total, &e));
    CHECK_INT(count, 0);
    arena_free(arena);
    meta_close(meta);
}

TEST(a_changed_record_keeps_what_it_is_and_when_it_was_made)
{
    struct meta *meta = open_fresh();
    struct arena *arena = arena_new(1 << 20);
    struct record record = product(1, "Mug", "");
    struct record seen;
    struct err e = { 0 };
    bool found;

    record.created_by = 7;
    CHECK_OK(meta_begin(meta, &e));
    CHECK_OK(meta_record_insert(meta, 1, &record, &e));
    struct record changed = product(1, "Caf\xc3\xa9", "key");
    changed.subtype = SUBTYPE_OFFER;
    changed.parent_id = 9;
    changed.code = B("C-1");
    changed.sort = 3;
    changed.active = false;
    changed.created_us = 5;
    changed.updated_us = 6;
    changed.updated_by = 8;
    CHECK_OK(meta_record_update(meta, 1, &changed, &e));
    CHECK_OK(meta_commit(meta, &e));
    CHECK_OK(meta_record_find(meta, arena, 1, KIND_PRODUCT, 1, &seen, &found, &e));
    CHECK(found);
    CHECK_BYTES(seen.name, B("Caf\xc3\xa9"));
    CHECK_BYTES(seen.code, B("C-1"));
    CHECK_BYTES(seen.xml_id, B("key"));
    CHECK_INT(seen.sort, 3);
    CHECK(!seen.active);
    CHECK_INT(seen.updated_us, 6);
    CHECK_INT(seen.updated_by, 8);
    CHECK_INT(seen.subtype, SUBTYPE_SIMPLE);
    CHECK_INT(seen.parent_id, 9);
    CHECK_INT(seen.created_us, 1000000);
    CHECK_INT(seen.created_by, 7);
    arena_free(arena);
    meta_close(meta);
}

TEST(members_are_kept_beside_a_record_and_go_with_it)
{
    struct meta *meta = open_fresh();
    struct arena *arena = arena_new(1 << 20);
    struct record record = product(1, "Mug", "");
    struct bytes members = { 0 };
    struct err e = { 0 };
    bool found;

    CHECK_OK(meta_begin(meta, &e));
    CHECK_OK(meta_record_insert(meta, 1, &record, &e));
    CHECK_OK(meta_members_find(meta, arena, 1, KIND_PRODUCT, 1, &members, &found, &e));
    CHECK(!found);
    CHECK_OK(meta_members_put(meta, 1, KIND_PRODUCT, 1, B("{\"a\":1}"), &e));
    CHECK_OK(meta_members_put(meta, 1, KIND_PRODUCT, 1, B("{\"a\":2}"), &e));
    CHECK_OK(meta_commit(meta, &e));
    CHECK_OK(meta_members_find(meta, arena, 1, KIND_PRODUCT, 1, &members, &found, &e));
    CHECK(found);
    CHECK_BYTES(members, B("{\"a\":2}"));
    CHECK_OK(meta_members_find(meta, arena, 1, KIND_PROJECT, 1, &members, &found, &e));
    CHECK(!found);
    CHECK_OK(meta_members_find(meta, arena, 2, KIND_PRODUCT, 1, &members, &found, &e));
    CHECK(!found); /* another tenant's */

    CHECK_OK(meta_begin(meta, &e));
    CHECK_OK(meta_record_delete(meta, 1, KIND_PRODUCT, 1, &found, &e));
    CHECK(found);
    CHECK_OK(meta_commit(meta, &e));
    CHECK_OK(meta_members_find(meta, arena, 1, KIND_PRODUCT, 1, &members, &found, &e));
    CHECK(!found);
    arena_free(arena);
    meta_close(meta);
}

TEST(fields_are_kept_apart_from_members_and_go_with_the_record)
{
    struct meta *meta = open_fresh();
    struct arena *arena = arena_new(1 << 20);
    struct record record = product(1, "Mug", "");
    struct bytes text = { 0 };
    struct err e = { 0 };
    bool found;

    CHECK_OK(meta_begin(meta, &e));
    CHECK_OK(meta_record_insert(meta, 1, &record, &e));
    CHECK_OK(meta_members_put(meta, 1, KIND_PRODUCT, 1, B("{\"a\":1}"), &e));
    CHECK_OK(meta_fields_put(meta, 1, KIND_PRODUCT, 1, B("{\"b\":1}"), &e));
    CHECK_OK(meta_fields_put(meta, 1, KIND_PRODUCT, 1, B("{\"b\":2}"), &e));
    CHECK_OK(meta_commit(meta, &e));
    CHECK_OK(meta_fields_find(meta, arena, 1, KIND_PRODUCT, 1, &text, &found, &e));
    CHECK(found);
    CHECK_BYTES(text, B("{\"b\":2}"));
    CHECK_OK(meta_members_find(meta, arena, 1, KIND_PRODUCT, 1, &text, &found, &e));
    CHECK_BYTES(text, B("{\"a\":1}"));
    CHECK_OK(meta_fields_find(meta, arena, 2, KIND_PRODUCT, 1, &text, &found, &e));
    CHECK(!found); /* another tenant's */

    CHECK_OK(meta_begin(meta, &e));
    CHECK_OK(meta_record_delete(meta, 1, KIND_PRODUCT, 1, &found, &e));
    CHECK_OK(meta_commit(meta, &e));
    CHECK_OK(meta_fields_find(meta, arena, 1, KIND_PRODUCT, 1, &text, &found, &e));
    CHECK(!found);
    arena_free(arena);
    meta_close(meta);
}

TEST(empty_members_leave_no_row)
{
    struct meta *meta = open_fresh();
    struct arena *arena = arena_new(1 << 20);
    struct record record = product(1, "Mug", "");
    struct bytes members = { 0 };
    struct err e = { 0 };
    bool found;

    CHECK_OK(meta_begin(meta, &e));
    CHECK_OK(meta_record_insert(meta, 1, &record, &e));
    CHECK_OK(meta_members_put(meta, 1, KIND_PRODUCT, 1, B("{\"a\":1}"), &e));
    CHECK_OK(meta_members_put(meta, 1, KIND_PRODUCT, 1, B(""), &e));
    CHECK_OK(meta_commit(meta, &e));
    CHECK_OK(meta_members_find(meta, arena, 1, KIND_PRODUCT, 1, &members, &found, &e));
    CHECK(!found);
    arena_free(arena);
    meta_close(meta);
}

TEST(a_store_of_a_newer_version_is_refused)
{
    struct meta *meta = open_fresh();
    struct err e = { 0 };
    char command[200];

    meta_close(meta);
    snprintf(command, sizeof command, "%s/meta.db", temp_dir());
    FILE *file = fopen(command, "r+b");
    CHECK(file != NULL);
    CHECK(fseek(file, 60, SEEK_SET) == 0); /* user_version in the file's header */
    CHECK(fwrite("\0\0\x27\x0f", 1, 4, file) == 4);
    CHECK(fclose(file) == 0);
    CHECK_OK(meta_open(url(), true, &meta, &e));
    CHECK_INT(meta_migrate(meta, &e), ERR_CONFLICT);
    meta_close(meta);
}

static void print_problem(void *context, const char *line)
{
    (*(int *)context)++;
    fprintf(stderr, "%s\n", line);
}

TEST(disagreeing_rows_are_found)
{
    struct meta *meta = open_fresh();
    struct err e = { 0 };
    int64_t records;
    int64_t pictures;
    int problems = 0;

    CHECK_OK(meta_begin(meta, &e));
    CHECK_OK(meta_link_insert(meta, 1, KIND_PRODUCT, 1, ROLE_MORE, 1, 77, &e));
    CHECK_OK(meta_blob_insert(
        meta, 1,
        &(struct blob_row){
            .id = 1, .hash = B("h"), .checksums = B(""), .refs = 2, .state = BLOB_LIVE },
        &e));
    CHECK_OK(meta_members_put(meta, 1, KIND_PERSON, 5, B("{\"a\":1}"), &e));
    CHECK_OK(meta_fields_put(meta, 1, KIND_PRODUCT, 5, B("{\"a\":1}"), &e));
    CHECK_OK(meta_commit(meta, &e));
    CHECK_OK(meta_check_counts(meta, 1, print_problem, &problems, &records, &pictures, &e));
    CHECK_INT(problems, 5); /* no picture, no record, a blob nobody uses, members and fields of
                               nobody */

    CHECK_OK(meta_begin(meta, &e));
    CHECK_OK(meta_picture_insert(meta, 1,
                                 &(struct picture){ .id = 78, .mime_type = B("image/png") },
                                 &e)); /* without bytes, on nothing: nothing wrong with it */
    CHECK_OK(meta_picture_insert(
        meta, 1, &(struct picture){ .id = 79, .header = { .type = PICTURE_GIF } }, &e));
    CHECK_OK(meta_link_insert(meta, 1, KIND_PRODUCT, 1, ROLE_THUMBNAIL, 1, 78, &e));
    CHECK_OK(meta_link_insert(meta, 1, KIND_PRODUCT, 1, ROLE_THUMBNAIL, 2, 78, &e));
    CHECK_OK(meta_commit(meta, &e));
    problems = 0;
    CHECK_OK(meta_check_counts(meta, 1, print_problem, &problems, &records, &pictures, &e));
    CHECK_INT(problems, 5 + 2 + 1 + 1 + 1); /* no record, twice; a type without bytes; the same
                                               picture twice; two in one role */
    problems = 0;
    CHECK_OK(meta_integrity(meta, print_problem, &problems, &e));
    CHECK_INT(problems, 0);
    meta_close(meta);
}

TEST(events_without_their_handler_are_found)
{
    struct meta *meta = open_fresh();
    struct event_handler handler = { .id = 1, .event = EVENT_PRODUCT_ADD, .url = B("https://a") };
    struct event_delivery delivery = { .id = 1, .event = EVENT_PRODUCT_ADD, .record_id = 7 };
    struct err e = { 0 };
    int64_t records;
    int64_t pictures;
    int problems = 0;
    bool heard = true;

    CHECK_OK(meta_begin(meta, &e));
    CHECK_OK(meta_event_count(meta, 1, EVENT_PRODUCT_ADD, &heard, &e));
    CHECK(!heard);
    CHECK_OK(meta_handler_insert(meta, 1, &handler, &e));
    CHECK_OK(meta_event_count(meta, 2, EVENT_PRODUCT_ADD, &heard, &e));
    CHECK(!heard);
    CHECK_OK(meta_event_count(meta, 1, EVENT_PRODUCT_ADD, &heard, &e));
    CHECK(heard);
    CHECK_OK(meta_event_insert(meta, 1, &delivery, &e));
    CHECK_OK(meta_commit(meta, &e));
    CHECK_OK(meta_check_counts(meta, 1, print_problem, &problems, &records, &pictures, &e));
    CHECK_INT(problems, 0);

    CHECK_OK(meta_begin(meta, &e));
    CHECK_OK(meta->driver->run(meta,
                               "UPDATE event_handler SET waiting = 5, user_id = 3,"
                               " application_id = 4;"
                               "INSERT INTO event_queue VALUES (1, 9, 1, 1, 7, 1, 0, 0, 0)",
                               &e));
    CHECK_OK(meta_commit(meta, &e));
    CHECK_OK(meta_check_counts(meta, 1, print_problem, &problems, &records, &pictures, &e));
    CHECK_INT(problems, 4); /* no handler, a wrong count, no application, no user */
    meta_close(meta);
}

static int64_t count_rows(struct meta *meta, const char *text)
{
    struct err e = { 0 };
    int64_t count = -1;

    SQL(q, meta, text, &e);
    if (sql_row(&q))
        count = sql_get_int(&q, 0);
    return count;
}

TEST(an_application_goes_with_its_handlers_and_what_waits_for_them)
{
    struct meta *meta = open_fresh();
    struct application app = { .id = 4,
                               .client_id = B("c"),
                               .name = B("n"),
                               .redirect_uri = B("https://a"),
                               .scopes = B("catalog"),
                               .application_token = B("t") };
    char hash[HASH_LEN] = { 0 };
    struct err e = { 0 };
    bool found;

    CHECK_OK(meta_begin(meta, &e));
    CHECK_OK(meta_application_insert(meta, 1, &app, bytes_of(hash, sizeof hash), &e));
    CHECK_OK(meta->driver->run(meta,
                               "INSERT INTO event_handler VALUES"
                               " (1, 1, 4, 0, 1, 'https://a', '', 0, 1, 0),"
                               " (1, 2, 5, 0, 1, 'https://b', '', 0, 1, 0),"
                               " (2, 1, 4, 0, 1, 'https://c', '', 0, 1, 0);"
                               "INSERT INTO event_queue VALUES"
                               " (1, 1, 1, 1, 7, 1, 0, 0, 0), (1, 2, 2, 1, 7, 1, 0, 0, 0),"
                               " (2, 1, 3, 1, 7, 1, 0, 0, 0)",
                               &e));
    CHECK_OK(meta_application_delete(meta, 1, 4, &found, &e));
    CHECK(found);
    CHECK_INT(count_rows(meta, "SELECT count(*) FROM event_handler"), 2);
    CHECK_INT(count_rows(meta, "SELECT count(*) FROM event_queue"), 2);
    CHECK_INT(count_rows(meta, "SELECT count(*) FROM event_queue WHERE tenant = 1 AND id = 2"), 1);
    CHECK_OK(meta_application_delete(meta, 1, 4, &found, &e));
    CHECK(!found);
    CHECK_OK(meta_commit(meta, &e));
    meta_close(meta);
}

TEST_MAIN
