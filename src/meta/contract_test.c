/* What every database must do. */
#include "meta/meta.h"
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
    struct record_condition condition = { field, op, operands, count };
    struct record_query query = {
        .kind = KIND_PRODUCT, .conditions = &condition, .condition_count = 1, .want_total = true
    };
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
    CHECK_OK(meta_commit(meta, &e));
    CHECK_OK(meta_check_counts(meta, 1, print_problem, &problems, &records, &pictures, &e));
    CHECK_INT(problems, 3); /* no picture, no record, a blob nobody uses */
    problems = 0;
    CHECK_OK(meta_integrity(meta, print_problem, &problems, &e));
    CHECK_INT(problems, 0);
    meta_close(meta);
}

TEST_MAIN
