#include "meta/driver.h"
#include "meta/rows.h"
#include "support/store.h"
#include "test.h"

#include <stdio.h>

struct pair {
    struct meta *from;
    struct meta *to;
};

static struct meta *open_new(const char *name)
{
    struct meta *meta = NULL;
    struct err e = { 0 };
    char url[300];

    snprintf(url, sizeof url, "sqlite:%s/%s.db", temp_dir(), name);
    CHECK_OK(meta_open(url, true, &meta, &e));
    CHECK_OK(meta_migrate(meta, &e));
    return meta;
}

static struct pair open_pair(void)
{
    struct pair p = { open_new("from"), open_new("to") };
    struct err e = { 0 };

    CHECK_OK(meta_rows_watch(p.from, &e));
    return p;
}

static void close_pair(struct pair *p)
{
    meta_close(p->from);
    meta_close(p->to);
}

static void run(struct meta *meta, const char *sql)
{
    struct err e = { 0 };

    CHECK_OK(meta->driver->run(meta, sql, &e));
}

/* One transaction there, and its rows here. */
static void both(struct pair *p, const char *sql)
{
    struct err e = { 0 };
    bool whole;

    CHECK_OK(meta_begin(p->from, &e));
    run(p->from, sql);
    CHECK_OK(meta_commit(p->from, &e));
    struct bytes rows = meta_rows(p->from, &whole);
    CHECK(whole && rows.len > 0);
    CHECK_OK(meta_begin(p->to, &e));
    CHECK_OK(meta_rows_apply(p->to, rows, &e));
    CHECK_OK(meta_commit(p->to, &e));
}

static int64_t number(struct meta *meta, const char *sql)
{
    struct meta_stmt *stmt;
    struct err e = { 0 };
    bool row = false;

    CHECK_OK(meta->driver->prepare(meta, sql, false, &stmt, &e));
    CHECK_OK(meta->driver->step(meta, stmt, &row, &e));
    int64_t found = row ? meta->driver->get_int(stmt, 0) : -1;
    meta->driver->discard(stmt);
    return found;
}

#define EVENTS "SELECT count(*) FROM event_queue WHERE handler_id = 2 AND id = 7"

TEST(rows_that_are_made_changed_moved_and_gone_arrive)
{
    struct pair p = open_pair();

    both(&p,
         "INSERT INTO event_queue VALUES (1, 1, 7, 3, 4, 5, 6, 7, 8), (1, 1, 8, 3, 4, 5, 6, 7, 8);"
         "INSERT INTO setting VALUES ('a', x'00ff'), ('b', x'')");
    CHECK_INT(number(p.to, "SELECT count(*) FROM event_queue"), 2);
    CHECK_INT(number(p.to, "SELECT value = x'00ff' FROM setting WHERE name = 'a'"), 1);
    both(&p, "UPDATE event_queue SET handler_id = 2 WHERE id = 7; DELETE FROM setting");
    CHECK_INT(number(p.to, EVENTS), 1);
    CHECK_INT(number(p.to, "SELECT count(*) FROM event_queue"), 2);
    CHECK_INT(number(p.to, "SELECT count(*) FROM setting"), 0);
    close_pair(&p);
}

TEST(triggers_make_nothing_twice)
{
    struct pair p = open_pair();

    both(&p,
         "INSERT INTO record VALUES (1, 3, 1, 1, 0, 'Mug', 'c', 'x', 500, 1, 10, 20, 2, 3, 'mug')");
    CHECK_INT(number(p.from, "SELECT count(*) FROM change_row"), 1);
    CHECK_INT(number(p.to, "SELECT count(*) FROM change_row"), 1);
    CHECK_INT(number(p.to, "SELECT count(*) FROM record WHERE name = 'Mug'"), 1);
    close_pair(&p);
}

TEST(what_was_taken_back_is_not_among_them)
{
    struct pair p = open_pair();
    struct err e = { 0 };
    bool whole;

    CHECK_OK(meta_begin(p.from, &e));
    CHECK_OK(meta_mark(p.from, &e));
    run(p.from, "INSERT INTO setting VALUES ('kept', x'01')");
    CHECK_OK(meta_keep(p.from, &e));
    size_t len = meta_rows(p.from, &whole).len;
    CHECK(len > 0);
    CHECK_OK(meta_mark(p.from, &e));
    run(p.from, "INSERT INTO setting VALUES ('taken back', x'01')");
    CHECK(meta_rows(p.from, &whole).len > len);
    CHECK_OK(meta_undo(p.from, &e));
    CHECK_INT(meta_rows(p.from, &whole).len, len);
    CHECK_OK(meta_commit(p.from, &e));
    CHECK_OK(meta_begin(p.from, &e));
    CHECK_INT(meta_rows(p.from, &whole).len, 0);
    meta_rollback(p.from);
    close_pair(&p);
}

TEST(other_bytes_are_refused)
{
    static const struct bytes wrong[] = {
        { "X", 1 },
        { "P\x07setting", 9 },
        { "P\x07setting\x02", 10 },
        { "P\x07setting\x02\x03\xff\xff\xff\xff", 15 },
        { "P\x07nothing\x01\x05", 11 },
        { "P\x07setting\xff", 10 },
        { "D\x07setting\x05", 10 },
        { "P\x07setting\x02\x09\x09", 12 },
    };
    struct pair p = open_pair();
    struct err e = { 0 };

    for (size_t i = 0; i < COUNT(wrong); i++)
        CHECK_INT(meta_rows_apply(p.to, wrong[i], &e), ERR_CORRUPT);
    close_pair(&p);
}

TEST(transactions_are_numbered)
{
    struct pair p = open_pair();
    struct err e = { 0 };
    int64_t newest = -1;

    CHECK_OK(meta_rows_newest(p.from, &newest, &e));
    CHECK_INT(newest, 0);
    for (int64_t want = 1; want < 4; want++) {
        int64_t given;
        CHECK_OK(meta_begin(p.from, &e));
        CHECK_OK(meta_rows_number(p.from, &given, &e));
        CHECK_OK(meta_commit(p.from, &e));
        CHECK_OK(meta_rows_newest(p.from, &newest, &e));
        CHECK(given == want && newest == want);
    }
    close_pair(&p);
}

TEST(what_is_missing_is_settled)
{
    struct meta *meta = open_new("torn");
    struct err e = { 0 };
    int64_t dropped = 0;

    run(meta, "INSERT INTO link VALUES (1, 3, 1, 1, 1, 5);"
              "INSERT INTO blob VALUES (1, 1, x'01', 1, 1, 1, 1, x'', 4, 1, 0, 0, 0, 0)");
    CHECK_OK(meta_begin(meta, &e));
    CHECK_OK(meta_rows_apply(meta, (struct bytes){ 0 }, &e));
    CHECK_OK(meta_rows_settle(meta, true, 77, &dropped, &e));
    CHECK_OK(meta_commit(meta, &e));
    CHECK_INT(dropped, 1);
    CHECK_INT(number(meta, "SELECT count(*) FROM link"), 0);
    CHECK_INT(number(meta, "SELECT state FROM blob"), 2);
    CHECK_INT(number(meta, "SELECT dead_us FROM blob"), 77);
    meta_close(meta);
}

TEST_MAIN
