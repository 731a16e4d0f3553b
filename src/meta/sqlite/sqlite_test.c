/* What is SQLite's own: its errors in our words, its functions, its log. */
#include "meta/contract_test.h"
#include "meta/driver.h"
#include "meta/sql.h"
#include "meta/sqlite/schema.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>

/* NOLINTBEGIN(bugprone-reserved-identifier): the linker's names */
struct arena *__real_arena_new(size_t limit);
struct arena *__wrap_arena_new(size_t limit);

static bool no_arena; /* there is no memory for one */

struct arena *__wrap_arena_new(size_t limit)
{
    return no_arena ? NULL : __real_arena_new(limit);
}
/* NOLINTEND(bugprone-reserved-identifier) */

static enum err_code run(struct meta *meta, const char *sql, struct err *e)
{
    return meta->driver->run(meta, sql, e);
}

/* One number or text, of a statement that is not kept. */
static enum err_code ask(struct meta *meta, const char *sql, int64_t *number, char text[100],
                         struct err *e)
{
    struct meta_stmt *stmt;
    bool row = false;

    enum err_code rc = meta->driver->prepare(meta, sql, false, &stmt, e);
    if (rc)
        return rc;
    rc = meta->driver->step(meta, stmt, &row, e);
    if (rc == ERR_NONE && row && number)
        *number = meta->driver->get_int(stmt, 0);
    if (rc == ERR_NONE && row && text) {
        struct bytes got = meta->driver->get_bytes(stmt, 0);
        snprintf(text, 100, "%.*s", (int)got.len, got.at);
    }
    meta->driver->discard(stmt);
    return rc;
}

TEST(failures_are_told_by_what_a_caller_can_do)
{
    struct meta *meta = open_fresh();
    struct meta *other = NULL;
    struct err e = { 0 };
    char path[200];

    CHECK_INT(run(meta, "SELECT nonsense", &e), ERR_INTERNAL);
    CHECK_INT(run(meta, "INSERT INTO setting VALUES ('a', 1), ('a', 2)", &e), ERR_CONFLICT);
    CHECK_OK(run(meta, "PRAGMA max_page_count = 1", &e));
    CHECK_INT(run(meta, "INSERT INTO setting VALUES ('a', zeroblob(1000000))", &e), ERR_FULL);
    meta_close(meta);
    CHECK_INT(meta_open("sqlite:/does/not/exist/meta.db", true, &other, &e), ERR_UNAVAILABLE);
    CHECK_INT(meta_open("sqlite", true, &other, &e), ERR_INVALID);
    CHECK_INT(meta_open("", true, &other, &e), ERR_INVALID);
    CHECK_INT(meta_open("postgres:/there", true, &other, &e), ERR_INVALID);
    snprintf(path, sizeof path, "sqlite-copy:%s/meta.db", temp_dir());
    CHECK_INT(meta_open(path, true, &other, &e), ERR_INVALID);
    CHECK(!other);
    meta_close(NULL);
}

TEST(who_waits_too_long_is_told_that_it_is_busy)
{
    struct meta *writer = open_fresh();
    struct meta *other = open_fresh();
    struct err e = { 0 };

    CHECK_OK(run(other, "PRAGMA busy_timeout = 10", &e));
    CHECK_OK(meta_begin(writer, &e));
    CHECK_INT(meta_begin(other, &e), ERR_BUSY);
    meta_rollback(writer);
    CHECK_OK(meta_begin(other, &e));
    meta_rollback(other);
    meta_close(writer);
    meta_close(other);
}

TEST(what_is_no_database_is_corrupt)
{
    struct meta *meta = NULL;
    struct err e = { 0 };
    char path[200];
    char noise[4096];

    snprintf(path, sizeof path, "%s/noise.db", temp_dir());
    memset(noise, 'x', sizeof noise);
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    CHECK(fd >= 0);
    CHECK(write(fd, noise, sizeof noise) == sizeof noise);
    close(fd);
    snprintf(path, sizeof path, "sqlite:%s/noise.db", temp_dir());
    CHECK_INT(meta_open(path, true, &meta, &e), ERR_CORRUPT);
    CHECK(!meta);
}

TEST(a_store_of_a_newer_program_is_refused)
{
    struct meta *meta = open_fresh();
    struct err e = { 0 };
    char text[64];

    snprintf(text, sizeof text, "PRAGMA user_version = %d", sqlite_migration_count + 1);
    CHECK_OK(run(meta, text, &e));
    CHECK_INT(meta_migrate(meta, &e), ERR_CONFLICT);
    meta_close(meta);
}

TEST(texts_are_folded_by_the_short_way_and_the_long)
{
    struct meta *meta = open_fresh();
    struct err e = { 0 };
    char text[100];
    int64_t n = 0;

    CHECK_OK(ask(meta, "SELECT fold('A Mug')", NULL, text, &e));
    CHECK(strcmp(text, "a mug") == 0);
    CHECK_OK(ask(meta, "SELECT fold('\xc3\x85 MUG')", NULL, text, &e));
    CHECK(strcmp(text, "\xc3\xa5 mug") == 0);
    CHECK_OK(ask(meta, "SELECT fold(hex(zeroblob(200))) = hex(zeroblob(200))", &n, NULL, &e));
    CHECK_INT(n, 1);
    CHECK_INT(
        ask(meta, "SELECT fold(replace(hex(zeroblob(9000000)), '00', '\xc3\x85'))", &n, NULL, &e),
        ERR_NO_MEMORY);
    meta_close(meta);
}

TEST(a_text_that_there_is_no_memory_to_fold_is_none)
{
    struct meta *meta = open_fresh();
    struct err e = { 0 };
    char text[100];

    no_arena = true;
    CHECK_INT(ask(meta, "SELECT fold('\xc3\x85 MUG')", NULL, text, &e), ERR_NO_MEMORY);
    no_arena = false;
    CHECK_OK(ask(meta, "SELECT fold('\xc3\x85 MUG')", NULL, text, &e));
    CHECK(strcmp(text, "\xc3\xa5 mug") == 0);
    meta_close(meta);
}

TEST(a_part_is_found_where_it_begins)
{
    struct meta *meta = open_fresh();
    struct err e = { 0 };
    int64_t n = -1;

    CHECK_OK(ask(meta, "SELECT strpos('blue mug', 'mug')", &n, NULL, &e));
    CHECK_INT(n, 6);
    CHECK_OK(ask(meta, "SELECT strpos('blue mug', 'cup')", &n, NULL, &e));
    CHECK_INT(n, 0);
    n = -1;
    CHECK_OK(ask(meta, "SELECT strpos(NULL, 'cup')", &n, NULL, &e));
    CHECK_INT(n, 0);
    n = -1;
    CHECK_OK(ask(meta, "SELECT strpos('cup', NULL)", &n, NULL, &e));
    CHECK_INT(n, 0);
    meta_close(meta);
}

#define KEPT 256

TEST(more_statements_than_there_are_verbs_are_refused)
{
    static char texts[KEPT + 1][16]; /* told apart by where they are */
    struct meta *meta = open_fresh();
    struct meta_stmt *first;
    struct meta_stmt *stmt;
    struct err e = { 0 };
    int refused = 0;

    for (int i = 0; i <= KEPT; i++) {
        snprintf(texts[i], sizeof texts[i], "SELECT %d", i);
        enum err_code rc = meta->driver->prepare(meta, texts[i], true, &stmt, &e);
        if (rc)
            CHECK_INT(rc, ERR_INTERNAL);
        refused += rc != ERR_NONE;
        if (i == 0)
            first = stmt;
    }
    CHECK(refused >= 1); /* migrations keep none */
    CHECK_OK(meta->driver->prepare(meta, texts[0], true, &stmt, &e));
    CHECK(stmt == first);
    meta_close(meta);
}

TEST(nothing_is_bound_as_an_empty_text_and_no_bytes)
{
    struct arena *arena = arena_new(1 << 16);
    struct meta *meta = open_fresh();
    struct err e = { 0 };
    struct bytes value;
    int64_t n = 0;
    bool found;

    CHECK_OK(meta_setting_put(meta, "nothing", (struct bytes){ 0 }, &e));
    CHECK_OK(meta_setting_get(meta, arena, "nothing", &value, &found, &e));
    CHECK(found && value.len == 0);
    CHECK_OK(
        ask(meta, "SELECT value IS NOT NULL FROM setting WHERE name = 'nothing'", &n, NULL, &e));
    CHECK_INT(n, 1);
    meta_close(meta);
    arena_free(arena);
}

static int64_t log_bytes(void)
{
    char path[200];
    struct stat st;

    snprintf(path, sizeof path, "%s/meta.db-wal", temp_dir());
    return stat(path, &st) == 0 ? st.st_size : -1;
}

/* The log is begun anew when it has become long, but not under a reader that stays. */
TEST(a_long_log_is_begun_anew_when_nobody_reads_it)
{
    struct meta *writer = open_fresh();
    struct meta *reader = open_fresh();
    struct err e = { 0 };
    int64_t n;

    CHECK_OK(meta_begin_read(reader, &e));
    CHECK_OK(ask(reader, "SELECT count(*) FROM setting", &n, NULL, &e));
    CHECK_OK(run(writer, "PRAGMA wal_autocheckpoint = 0", &e));
    CHECK_OK(run(writer, "INSERT INTO setting VALUES ('long', zeroblob(70000000))", &e));
    int64_t long_log = log_bytes();
    CHECK(long_log > 70000000);
    CHECK_OK(meta_checkpoint(writer, &e)); /* the reader is there */
    CHECK_OK(meta_checkpoint(writer, &e)); /* and stays: not waited for */
    meta_end_read(reader);
    CHECK_OK(meta_checkpoint(writer, &e));
    CHECK_OK(run(writer, "INSERT INTO setting VALUES ('short', zeroblob(1))", &e));
    CHECK(log_bytes() == long_log); /* written over from its beginning */
    meta_close(reader);
    meta_close(writer);
}

TEST(a_connection_that_keeps_little_maps_nothing)
{
    struct meta *writer = open_fresh();
    struct meta *reader = NULL;
    struct err e = { 0 };
    int64_t mapped = -1;
    int64_t kept = 0;
    int64_t write_kept = 0;

    CHECK_OK(meta_open(url(), false, &reader, &e));
    CHECK_OK(ask(reader, "PRAGMA mmap_size", &mapped, NULL, &e));
    CHECK(mapped > 0);
    meta_keep_little(reader);
    meta_keep_little(writer);
    CHECK_OK(ask(reader, "PRAGMA mmap_size", &mapped, NULL, &e));
    CHECK_INT(mapped, 0);
    CHECK_OK(ask(writer, "PRAGMA mmap_size", &mapped, NULL, &e));
    CHECK_INT(mapped, 0);
    CHECK_OK(ask(reader, "PRAGMA cache_size", &kept, NULL, &e));
    CHECK_OK(ask(writer, "PRAGMA cache_size", &write_kept, NULL, &e));
    CHECK(kept < 0 && write_kept < kept); /* KiB; a transaction's pages want more */
    meta_close(reader);
    meta_close(writer);
}

/* The most steps that a statement took. */
static int most_steps;

static int note_steps(unsigned what, void *context, void *stmt, void *time)
{
    (void)what;
    (void)context;
    (void)time;
    int steps = sqlite3_stmt_status(stmt, SQLITE_STMTSTATUS_VM_STEP, 1);
    if (steps > most_steps)
        most_steps = steps;
    return 0;
}

static int watch_steps(sqlite3 *db, const char **text, const struct sqlite3_api_routines *api)
{
    (void)text;
    (void)api;
    return sqlite3_trace_v2(db, SQLITE_TRACE_PROFILE, note_steps, NULL);
}

/* The keeper asks every few seconds, under the write lock. */
TEST(what_is_to_be_removed_is_found_without_going_through_all_blobs)
{
    CHECK_INT(sqlite3_auto_extension((void (*)(void))watch_steps), SQLITE_OK);
    struct meta *meta = open_fresh();
    struct arena *arena = arena_new(1 << 20);
    struct blob_row *rows = NULL;
    struct err e = { 0 };
    size_t count = 0;

    CHECK_OK(run(meta,
                 "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)"
                 " INSERT INTO blob (tenant, id, hash, plain_bytes, stored_bytes, volume, offset,"
                 " checksums, refs, state, dead_us) SELECT 1, i, CAST(printf('%032d', i) AS BLOB),"
                 " 1, 1, 1, i * 4096, x'', i > 3, iif(i > 3, 1, 2), iif(i > 3, 0, i) FROM n",
                 &e));
    most_steps = 0;
    CHECK_OK(meta_blob_remove_begin(meta, arena, 1, 3, 100, &rows, &count, &e));
    CHECK_INT(count, 2); /* the third is dead since 3 */
    CHECK(most_steps > 0 && most_steps < 500);
    arena_free(arena);
    meta_close(meta);
}

static void count_line(void *context, const char *line)
{
    CHECK(line[0] != '\0');
    ++*(int *)context;
}

TEST(a_damaged_index_is_a_problem)
{
    struct meta *meta = open_fresh();
    struct err e = { 0 };
    int lines = 0;

    CHECK_OK(meta_integrity(meta, count_line, &lines, &e));
    CHECK_INT(lines, 0);
    CHECK_OK(run(meta,
                 "CREATE TABLE t (a, b UNIQUE); INSERT INTO t VALUES (1, 2), (3, 4);"
                 "PRAGMA writable_schema = ON;"
                 "UPDATE sqlite_master SET sql = 'CREATE TABLE t (a, b NOT NULL CHECK (b > 9))'"
                 " WHERE name = 't'; DELETE FROM sqlite_master WHERE tbl_name = 't' AND"
                 " type = 'index'",
                 &e));
    meta_close(meta);
    CHECK_OK(meta_open(url(), true, &meta, &e));
    CHECK_OK(meta_integrity(meta, count_line, &lines, &e));
    CHECK(lines > 0);
    meta_close(meta);
}

TEST(a_database_is_made_smaller_in_any_folder_whose_name_is_not_too_long)
{
    struct meta *meta = open_fresh();
    struct err e = { 0 };
    char folder[200];
    char name[2 * 4096];

    snprintf(folder, sizeof folder, "%s/it's", temp_dir());
    CHECK(mkdir(folder, 0700) == 0);
    CHECK_OK(meta_compact(meta, folder, &e));
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    CHECK_INT(meta_compact(meta, name, &e), ERR_INVALID);
    meta_close(meta);
}

TEST_MAIN
