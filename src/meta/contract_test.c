/* What every database must do. */
#include "meta/contract_test.h"
#include "base/crypto.h"
#include "meta/driver.h"

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

    CHECK_OK(meta->driver->run(meta, "PRAGMA user_version = 9999", &e));
    meta_close(meta);
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
