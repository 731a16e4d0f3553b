/* Stores of former schemas, made here as those programs made them. */
#include "meta/sql.h"
#include "meta/sqlite/schema.h"
#include "support/temp.h"
#include "test.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>

static void run(struct meta *meta, const char *sql)
{
    struct err e = { 0 };

    if (meta->driver->run(meta, sql, &e))
        test_fail(__FILE__, __LINE__, "%s: %s", sql, e.text);
}

/* A database at schema `version`, without what came later. */
static struct meta *open_old(int version)
{
    struct meta *meta = NULL;
    struct err e = { 0 };
    char text[100];

    snprintf(text, sizeof text, "sqlite:%s/meta.db", temp_dir());
    CHECK_INT(meta_open(text, true, &meta, &e), ERR_NONE);
    for (int i = 0; i < version; i++)
        run(meta, sqlite_migrations[i]);
    snprintf(text, sizeof text, "PRAGMA user_version = %d", version);
    run(meta, text);
    return meta;
}

static const char FOLDED[] = "SELECT name_folded FROM record WHERE tenant = $1 AND id = $2";

static struct bytes folded_name(struct meta *meta, struct arena *arena, int32_t id)
{
    struct err e = { 0 };

    SQL(q, meta, FOLDED, &e);
    sql_int(&q, 1);
    sql_int(&q, id);
    CHECK(sql_row(&q));
    return sql_get_copy(&q, 0, arena);
}

TEST(a_store_of_schema_1_opens_with_folded_names_and_no_members)
{
    struct meta *meta = open_old(1);
    struct arena *arena = arena_new(1 << 20);
    struct bytes members = { 0 };
    struct record record;
    struct err e = { 0 };
    bool found;

    run(meta, "INSERT INTO record VALUES"
              " (1, 3, 1, 1, 0, 'BLUE Mug', 'c', 'x', 500, 1, 10, 20, 2, 3),"
              " (1, 3, 2, 1, 0, 'STRASSE \xc3\x85', '', '', 500, 0, 10, 20, 2, 3)");
    CHECK_INT(meta_migrate(meta, &e), ERR_NONE);
    CHECK_BYTES(folded_name(meta, arena, 1), B("blue mug"));
    CHECK_BYTES(folded_name(meta, arena, 2), B("strasse \xc3\xa5"));

    CHECK_INT(meta_record_find(meta, arena, 1, KIND_PRODUCT, 1, &record, &found, &e), ERR_NONE);
    CHECK(found);
    CHECK_BYTES(record.name, B("BLUE Mug"));
    CHECK_INT(record.updated_us, 20);
    CHECK_INT(meta_members_find(meta, arena, 1, KIND_PRODUCT, 1, &members, &found, &e), ERR_NONE);
    CHECK(!found);
    record.name = B("Red MUG");
    CHECK_INT(meta_record_update(meta, 1, &record, &e), ERR_NONE);
    CHECK_BYTES(folded_name(meta, arena, 1), B("red mug"));
    arena_free(arena);
    meta_close(meta);
}

TEST(a_store_of_schema_2_lists_its_records_by_date)
{
    struct meta *meta = open_old(2);
    struct arena *arena = arena_new(1 << 20);
    struct record_order order = { RECORD_UPDATED_US, .descending = true };
    struct record_query query = { .kind = KIND_PRODUCT, .order = &order, .order_count = 1 };
    struct record *records;
    struct err e = { 0 };
    size_t count;
    size_t total;

    run(meta, "INSERT INTO record VALUES"
              " (1, 3, 1, 1, 0, 'Mug', 'c', 'x', 500, 1, 10, 20, 2, 3, 'mug'),"
              " (1, 3, 2, 1, 0, 'Lamp', '', '', 500, 0, 10, 30, 2, 3, 'lamp')");
    CHECK_INT(meta_migrate(meta, &e), ERR_NONE);
    CHECK_INT(meta_record_list(meta, arena, 1, &query, &records, &count, &total, &e), ERR_NONE);
    CHECK_INT(count, 2);
    CHECK_INT(records[0].id, 2);
    CHECK_INT(records[1].id, 1);
    arena_free(arena);
    meta_close(meta);
}

TEST(a_credential_of_schema_2_is_nobodys_and_unused)
{
    struct meta *meta = open_old(2);
    struct arena *arena = arena_new(1 << 20);
    struct credential credential;
    struct err e = { 0 };
    bool found;

    run(meta, "INSERT INTO credential VALUES"
              " (1, 7, 3, x'00', 2, 1, 'catalog', 'mine', 10, 20, 0, -1)");
    CHECK_INT(meta_migrate(meta, &e), ERR_NONE);
    CHECK_INT(meta_credential_find(meta, arena, 1, 7, &credential, &found, &e), ERR_NONE);
    CHECK(found);
    CHECK_INT(credential.kind, CREDENTIAL_AUTH);
    CHECK_INT(credential.parent_id, -1);
    CHECK_INT(credential.application_id, 0);
    CHECK_INT(credential.used_us, 0);
    arena_free(arena);
    meta_close(meta);
}

/* As the first program of that schema kept it. */
static const char OLD_OVERVIEW[] =
    "CREATE TABLE overview (tenant INTEGER NOT NULL, kind INTEGER NOT NULL,"
    " record_id INTEGER NOT NULL, picture_id INTEGER NOT NULL,"
    " PRIMARY KEY (tenant, kind, record_id)) STRICT, WITHOUT ROWID;"
    "CREATE VIEW seen AS SELECT tenant, kind, record_id, picture_id FROM link;"
    "CREATE TRIGGER link_made AFTER INSERT ON link BEGIN INSERT INTO overview SELECT * FROM seen"
    " WHERE record_id = NEW.record_id; END;"
    "CREATE TRIGGER link_gone AFTER DELETE ON link BEGIN SELECT 1; END;"
    "CREATE TRIGGER picture_changed AFTER UPDATE ON picture BEGIN SELECT 1; END;"
    "CREATE TRIGGER appearance_made AFTER INSERT ON appearance BEGIN SELECT 1; END;"
    "CREATE TRIGGER appearance_changed AFTER UPDATE ON appearance BEGIN SELECT 1; END;";

static void check_overview(struct meta *meta, struct arena *arena, const char *description)
{
    const int32_t ids[] = { 1, 2 };
    struct overview_row rows[2];
    struct err e = { 0 };

    CHECK_INT(meta_overview(meta, arena, 1, KIND_PRODUCT, ids, 2, rows, &e), ERR_NONE);
    CHECK_INT(rows[0].picture_id, 7);
    CHECK_BYTES(rows[0].description, bytes_str(description));
    CHECK_INT(rows[1].picture_id, 0);
}

TEST(a_store_of_schema_4_gets_its_overview_by_the_place_of_each_record)
{
    struct meta *meta = open_old(4);
    struct arena *arena = arena_new(1 << 20);
    struct err e = { 0 };

    run(meta, OLD_OVERVIEW);
    run(meta, "INSERT INTO picture (tenant, id, blob_id, name, description, extra_info,"
              " conceptual_type, type, width, height, orientation, frames, created_us, updated_us,"
              " created_by, updated_by, version) VALUES"
              " (1, 7, 0, '', 'front', '', '', 0, 0, 0, 0, 0, 1, 1, 1, 1, 1)");
    run(meta, "INSERT INTO link (tenant, kind, record_id, role, rank, picture_id) VALUES"
              " (1, 3, 1, 1, 1, 7)");
    CHECK_INT(meta_migrate(meta, &e), ERR_NONE);
    check_overview(meta, arena, "front");
    run(meta, "UPDATE picture SET description = 'back'");
    check_overview(meta, arena, "back");
    arena_free(arena);
    meta_close(meta);
}

/* A database of today's schema as programs made it that knew no checksums, with 4 MiB in it. */
static void make_without_sums(void)
{
    sqlite3 *db = NULL;
    char text[200];

    snprintf(text, sizeof text, "%s/meta.db", temp_dir());
    CHECK(sqlite3_open(text, &db) == SQLITE_OK);
    snprintf(text, sizeof text,
             "PRAGMA journal_mode = WAL; CREATE TABLE filler (x); INSERT INTO filler VALUES"
             " (zeroblob(4194304)); PRAGMA user_version = %d",
             sqlite_migration_count);
    CHECK(sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK);
    CHECK(sqlite3_close(db) == SQLITE_OK);
}

TEST(without_room_for_checksums_it_says_so_and_gets_them_later)
{
    struct rlimit before;
    struct rlimit small;
    struct meta *meta = NULL;
    struct err e = { 0 };
    char url[100];

    make_without_sums();
    snprintf(url, sizeof url, "sqlite:%s/meta.db", temp_dir());
    CHECK_INT(meta_open(url, true, &meta, &e), ERR_NONE);
    CHECK(getrlimit(RLIMIT_FSIZE, &before) == 0 && signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    small = before;
    small.rlim_cur = 1 << 20;
    CHECK(setrlimit(RLIMIT_FSIZE, &small) == 0);
    enum err_code rc = meta_migrate(meta, &e);
    CHECK(rc == ERR_UNAVAILABLE || rc == ERR_FULL);
    CHECK(strstr(e.text, "checksums") != NULL);
    CHECK(setrlimit(RLIMIT_FSIZE, &before) == 0);
    CHECK_INT(meta_migrate(meta, &e), ERR_NONE);
    meta_close(meta);
}

TEST_MAIN
