/* Lists of records, as every database must find and order them. */
#include "meta/contract_test.h"

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

TEST_MAIN
