#include "drive_old.h"
#include "locale/locale.h"
#include "meta/sqlite/schema.h"

#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void fail(sqlite3 *db, const char *what)
{
    struct err e = { 0 };

    (void)!err_set(&e, ERR_UNAVAILABLE, "%s", sqlite3_errmsg(db));
    drive_fail(what, &e);
}

static void run(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail(db, sql);
}

/* Rows of every table that both have, in the columns that both have. */
static const char COMMON[] =
    "SELECT o.name, group_concat(c.name) FROM main.sqlite_schema o"
    " JOIN pragma_table_info(o.name, 'main') c JOIN now.sqlite_schema n ON n.name = o.name"
    " WHERE o.type = 'table' AND o.name NOT LIKE 'sqlite_%' AND o.name <> 'overview'"
    " AND c.name IN (SELECT name FROM pragma_table_info(o.name, 'now')) GROUP BY o.name";

static void copy_rows(sqlite3 *db)
{
    sqlite3_stmt *stmt = NULL;

    if (sqlite3_prepare_v2(db, COMMON, -1, &stmt, NULL) != SQLITE_OK)
        fail(db, "the tables of both");
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        const char *table = (const char *)sqlite3_column_text(stmt, 0);
        const char *columns = (const char *)sqlite3_column_text(stmt, 1);
        char *sql = sqlite3_mprintf("INSERT OR REPLACE INTO main.%s (%s) SELECT %s FROM now.%s",
                                    table, columns, columns, table);
        run(db, sql);
        sqlite3_free(sql);
    }
    sqlite3_finalize(stmt);
}

static void fold(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    sqlite3_result_value(context, values[0]); /* what it was is copied */
}

static void sync_at(const char *path, int flags)
{
    CLEANUP(closep) int fd = open(path, flags | O_CLOEXEC);
    struct err e = { .text = "sync" };

    if (fd < 0 || fsync(fd) != 0)
        drive_fail(path, &e);
}

void drive_make_old(struct drive *drive, int version)
{
    char old[PATH_MAX];
    char now[PATH_MAX];
    char sql[PATH_MAX + 100];
    sqlite3 *db = NULL;

    snprintf(old, sizeof old, "%s/old.db", drive->dir);
    snprintf(now, sizeof now, "%s/meta.db", drive->dir);
    if (sqlite3_open(old, &db) != SQLITE_OK)
        fail(db, "make a former store");
    sqlite3_create_function(db, "fold", 1, SQLITE_UTF8, NULL, fold, NULL, NULL);
    run(db, "PRAGMA journal_mode = WAL; BEGIN");
    for (int i = 0; i < version; i++)
        run(db, sqlite_migrations[i]);
    snprintf(sql, sizeof sql, "PRAGMA user_version = %d; COMMIT; ATTACH '%s' AS now", version, now);
    run(db, sql);
    run(db, "BEGIN");
    copy_rows(db);
    run(db, "DELETE FROM setting WHERE name = 'audit anchor'"); /* there was no such log */
    run(db, "COMMIT; DETACH now");
    sqlite3_close(db);
    sync_at(old, O_RDONLY);
    if (rename(old, now) != 0)
        drive_fail("rename", &(struct err){ .text = "the former store" });
    sync_at(drive->dir, O_RDONLY | O_DIRECTORY);
}
