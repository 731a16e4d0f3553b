/* The SQLite driver: one file in WAL mode, a commit is a flush. See meta/driver.h. */
#include "locale/locale.h"
#include "meta/driver.h"
#include "meta/sqlite/copy.h"
#include "meta/sqlite/log_file.h"
#include "meta/sqlite/page_sums.h"
#include "meta/sqlite/rows.h"
#include "meta/sqlite/schema.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#define MMAP_BYTES       (4LL * 1024 * 1024 * 1024) /* nobody truncates the file while it is open */
#define BUSY_MS          10000
#define RESTART_MS       250   /* more than an event loop keeps a transaction open */
#define AUTO_CHECKPOINT  16384 /* pages; the keeper does it long before, a lone command has none */
#define READER_CACHE_KIB 1024
#define WRITER_CACHE_KIB 16384
#define LITTLE_CACHE_KIB 256  /* of a connection that keeps little, … */
#define LITTLE_WRITE_KIB 2048 /* … and of one that writes: the pages of a transaction */
#define STATEMENTS_MAX   256  /* a power of two, well over the number of verbs */
#define PARAMETERS_MAX   24

struct meta_stmt {
    sqlite3_stmt *handle;
    const char *sql; /* identity */
    bool kept;
    int parameters;
    int index[PARAMETERS_MAX]; /* SQLite takes $n for a name: where it stands */
};

struct sqlite {
    struct meta base; /* first */
    sqlite3 *db;
    bool writable;
    struct rows_watch *watch;
    int moved; /* pages of the log that were in the database after the last checkpoint */
    struct meta_stmt statements[STATEMENTS_MAX];
};

static struct sqlite *sqlite_of(struct meta *meta)
{
    return (struct sqlite *)meta; /* base is first */
}

static enum err_code fail_by(int code, int why, const char *text, struct err *e)
{
    switch (code & 0xFF) {
    case SQLITE_FULL:
        return err_set(e, ERR_FULL, "database: %s", text);
    case SQLITE_IOERR:
        if (code == SQLITE_IOERR_DATA)
            return err_set(e, ERR_CORRUPT, ERR_INDEX_TEXT ": %s", text);
        if (why == ENOSPC)
            return err_set(e, ERR_FULL, "database: %s", text);
        return err_set(e, ERR_UNAVAILABLE, "database: %s (%d)", text, code);
    case SQLITE_CONSTRAINT:
        return err_set(e, ERR_CONFLICT, "database: %s", text);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return err_set(e, ERR_BUSY, "database: %s", text);
    case SQLITE_NOMEM:
        return err_set(e, ERR_NO_MEMORY, "database");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return err_set(e, ERR_CORRUPT, ERR_INDEX_TEXT ": %s", text);
    case SQLITE_ERROR:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
    case SQLITE_MISMATCH:
        return err_set(e, ERR_INTERNAL, "database: %s", text);
    default:
        return err_set(e, ERR_UNAVAILABLE, "database: %s (%d)", text, code);
    }
}

static enum err_code fail(struct sqlite *s, struct err *e)
{
    int code = sqlite3_extended_errcode(s->db);
    const char *text = sqlite3_errmsg(s->db);
    char why[PAGE_SUMS_TEXT_MAX];
    int64_t page = 0;

    if (code == SQLITE_IOERR_DATA) {
        page = page_sums_damage(s->db, why);
        text = why;
    }
    enum err_code rc = fail_by(code, sqlite3_system_errno(s->db), text, e);
    if (rc == ERR_CORRUPT && s->base.damaged)
        s->base.damaged(s->base.damaged_context, page, e);
    return rc;
}

static enum err_code sqlite_run(struct meta *meta, const char *sql, struct err *e)
{
    struct sqlite *s = sqlite_of(meta);

    return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK ? ERR_NONE : fail(s, e);
}

static void sqlite_close(struct meta *meta)
{
    struct sqlite *s = sqlite_of(meta);

    for (int i = 0; i < STATEMENTS_MAX; i++)
        sqlite3_finalize(s->statements[i].handle);
    sqlite3_close(s->db);
    sqlite_rows_unwatch(s->watch);
    free(s->base.rows.at);
    free(s);
}

/* What is mapped counts as the process's memory as soon as it was looked at. */
static void sqlite_keep_little(struct meta *meta)
{
    struct sqlite *s = sqlite_of(meta);
    struct err ignored;
    char pragmas[100];

    snprintf(pragmas, sizeof pragmas, "PRAGMA mmap_size = 0; PRAGMA cache_size = -%d",
             s->writable ? LITTLE_WRITE_KIB : LITTLE_CACHE_KIB);
    (void)!sqlite_run(meta, pragmas, &ignored);
}

/* Memory statistics take a lock at every allocation: 1.4 to 1.8 times faster without on two
 * threads. Our connections are each used by one thread at a time. */
static void configure(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
    sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, -1); /* what a write may take back */
    sqlite3_initialize();
    log_file_register();
    page_sums_register(); /* without it no connection can be opened, and that says why */
}

/* Folds text without letters beyond ASCII; false when there are some, or when it is long. */
static bool fold_ascii(const char *text, size_t len, char *out, size_t room)
{
    if (len > room)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (text[i] & 0x80)
            return false;
        out[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] + 'a' - 'A') : text[i];
    }
    return true;
}

/* fold(text): see locale_fold. Lists call it for every row, so it has a quick way. */
static void sql_fold(sqlite3_context *context, int count, sqlite3_value **values)
{
    const char *text = (const char *)sqlite3_value_text(values[0]);
    size_t len = (size_t)sqlite3_value_bytes(values[0]);
    struct bytes folded = { 0 };
    char quick[256];

    (void)count;
    if (fold_ascii(text, len, quick, sizeof quick)) {
        sqlite3_result_text64(context, quick, len, SQLITE_TRANSIENT, SQLITE_UTF8);
        return;
    }
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 24);
    if (arena)
        folded = locale_fold(arena, bytes_of(text, len));
    if (folded.at)
        sqlite3_result_text64(context, folded.at, folded.len, SQLITE_TRANSIENT, SQLITE_UTF8);
    else
        sqlite3_result_error_nomem(context);
}

/* strpos(text, part) as PostgreSQL's, but counting bytes: 0 when `part` is not within. Finds in a
 * third of the time that LIKE takes. */
static void sql_strpos(sqlite3_context *context, int count, sqlite3_value **values)
{
    const char *text = (const char *)sqlite3_value_text(values[0]);
    const char *part = (const char *)sqlite3_value_text(values[1]);
    const char *found = NULL;

    (void)count;
    if (text && part)
        found = memmem(text, (size_t)sqlite3_value_bytes(values[0]), part,
                       (size_t)sqlite3_value_bytes(values[1]));
    sqlite3_result_int64(context, found ? found - text + 1 : 0);
}

static void rolled_back(void *context)
{
    log_file_drop(page_sums_log(context));
}

static enum err_code open_file(const char *path, int flags, const char *pragmas, struct meta **out,
                               struct err *e)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, configure);
    struct sqlite *s = calloc(1, sizeof *s);
    if (!s)
        return err_set(e, ERR_NO_MEMORY, "database connection");
    s->base.driver = &meta_sqlite_driver;

    enum err_code rc = ERR_NONE;
    if (sqlite3_open_v2(path, &s->db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                        PAGE_SUMS_VFS) != SQLITE_OK) {
        rc = s->db ? fail(s, e) : err_set(e, ERR_NO_MEMORY, "database connection");
    } else if (!(flags & SQLITE_OPEN_READONLY) && sqlite3_db_readonly(s->db, "main") != 0) {
        /* SQLite opens a file that it may not write, or for which there was no descriptor at that
         * moment, for reading: such a connection would refuse every write for as long as it lives
         */
        rc = err_set(e, ERR_UNAVAILABLE, "database: cannot be opened for writing");
    } else {
        sqlite3_busy_timeout(s->db, BUSY_MS);
        if (!(flags & SQLITE_OPEN_READONLY))
            page_sums_want(s->db);
        sqlite3_rollback_hook(s->db, rolled_back, s->db);
        rc = sqlite_run(&s->base, pragmas, e);
        sqlite3_create_function(s->db, "fold", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL,
                                sql_fold, NULL, NULL);
        sqlite3_create_function(s->db, "strpos", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL,
                                sql_strpos, NULL, NULL);
    }
    if (rc) {
        sqlite_close(&s->base);
        return err_context(e, "open '%s'", path);
    }
    *out = &s->base;
    return ERR_NONE;
}

static enum err_code sqlite_open(const char *path, bool writable, struct meta **out, struct err *e)
{
    char pragmas[400];

    snprintf(pragmas, sizeof pragmas,
             "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA mmap_size = %lld;"
             "PRAGMA wal_autocheckpoint = %d; PRAGMA cache_size = -%d;"
             /* secure_delete: free pages are written, too, and so have sums */
             "PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF; PRAGMA query_only = %d",
             MMAP_BYTES, AUTO_CHECKPOINT, writable ? WRITER_CACHE_KIB : READER_CACHE_KIB,
             writable ? 0 : 1);
    enum err_code rc = open_file(path, SQLITE_OPEN_READWRITE | (writable ? SQLITE_OPEN_CREATE : 0),
                                 pragmas, out, e);
    if (rc == ERR_NONE)
        sqlite_of(*out)->writable = writable;
    return rc;
}

static enum err_code sqlite_open_copy(const char *path, bool writable, struct meta **out,
                                      struct err *e)
{
    if (writable)
        return err_set(e, ERR_INVALID, "copies are read only");
    return open_file(path, SQLITE_OPEN_READONLY, "PRAGMA trusted_schema = OFF", out, e);
}

static enum err_code sqlite_copy(struct meta *meta, const char *path, struct err *e)
{
    char text[SQLITE_ERRMSG_MAX];
    int code = sqlite_copy_to(sqlite_of(meta)->db, path, text);

    return code == SQLITE_OK ? ERR_NONE : fail_by(code, 0, text, e);
}

static enum err_code user_version(struct sqlite *s, int *version, struct err *e)
{
    sqlite3_stmt *stmt = NULL;

    if (sqlite3_prepare_v2(s->db, "PRAGMA user_version", -1, &stmt, NULL) != SQLITE_OK ||
        sqlite3_step(stmt) != SQLITE_ROW) {
        enum err_code rc = fail(s, e);
        sqlite3_finalize(stmt);
        return rc;
    }
    *version = sqlite3_column_int(stmt, 0);
    sqlite3_finalize(stmt);
    return ERR_NONE;
}

/* A store of a former program has no page sums: it is written anew once, in one transaction, and a
 * power cut before its end leaves it as it was. */
static enum err_code add_page_sums(struct sqlite *s, struct err *e)
{
    if (page_sums_has(s->db))
        return ERR_NONE;
    enum err_code rc = sqlite_run(&s->base, "VACUUM", e);
    return rc ? err_context(e, "give checksums to the pages of the index") : ERR_NONE;
}

static enum err_code sqlite_migrate(struct meta *meta, struct err *e)
{
    struct sqlite *s = sqlite_of(meta);
    char set[64];
    int version = 0;
    bool cut;

    enum err_code rc = user_version(s, &version, e);
    if (rc)
        return rc;
    int code = page_sums_log_is_cut(s->db, &cut);
    if (code != SQLITE_OK)
        return fail_by(code, 0, sqlite3_errstr(code), e);
    if (cut)
        return err_set(e, ERR_CORRUPT,
                       ERR_INDEX_TEXT ": its log has committed writes behind a frame that is not "
                                      "what was written; cameo check --rebuild makes it again");
    if (version > sqlite_migration_count)
        return err_set(e, ERR_CONFLICT, "the store has schema %d, this program knows up to %d",
                       version, sqlite_migration_count);
    for (; version < sqlite_migration_count; version++) {
        snprintf(set, sizeof set, "PRAGMA user_version = %d", version + 1);
        if (sqlite_run(meta, "BEGIN IMMEDIATE", e) ||
            sqlite_run(meta, sqlite_migrations[version], e) || sqlite_run(meta, set, e) ||
            sqlite_run(meta, "COMMIT", e)) {
            sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
            return err_context(e, "migrate to schema %d", version + 1);
        }
    }
    return add_page_sums(s, e);
}

static enum err_code make(struct sqlite *s, const char *sql, bool keep, struct meta_stmt *stmt,
                          struct err *e)
{
    char name[16];

    *stmt = (struct meta_stmt){ .sql = sql, .kept = keep };
    if (sqlite3_prepare_v3(s->db, sql, -1, keep ? SQLITE_PREPARE_PERSISTENT : 0, &stmt->handle,
                           NULL) != SQLITE_OK) {
        stmt->sql = NULL;
        return fail(s, e);
    }
    stmt->parameters = sqlite3_bind_parameter_count(stmt->handle);
    for (int i = 0; i < stmt->parameters && i < PARAMETERS_MAX; i++) {
        snprintf(name, sizeof name, "$%d", i + 1);
        stmt->index[i] = sqlite3_bind_parameter_index(stmt->handle, name);
    }
    return ERR_NONE;
}

static enum err_code sqlite_prepare(struct meta *meta, const char *sql, bool keep,
                                    struct meta_stmt **out, struct err *e)
{
    struct sqlite *s = sqlite_of(meta);

    if (!keep) {
        struct meta_stmt *stmt = malloc(sizeof *stmt);
        if (!stmt)
            return err_set(e, ERR_NO_MEMORY, "statement");
        enum err_code rc = make(s, sql, false, stmt, e);
        if (rc)
            free(stmt);
        else
            *out = stmt;
        return rc;
    }

    size_t slot = ((uintptr_t)sql >> 4) * 0x9E3779B97F4A7C15ULL >> 56;
    for (int probe = 0; probe < STATEMENTS_MAX; probe++) {
        struct meta_stmt *stmt = &s->statements[(slot + (size_t)probe) % STATEMENTS_MAX];
        if (stmt->sql == sql) {
            *out = stmt;
            return ERR_NONE;
        }
        if (!stmt->sql) {
            enum err_code rc = make(s, sql, true, stmt, e);
            if (rc == ERR_NONE)
                *out = stmt;
            return rc;
        }
    }
    return err_set(e, ERR_INTERNAL, "more than %d statements", STATEMENTS_MAX);
}

static int where(const struct meta_stmt *stmt, int parameter)
{
    if (parameter <= PARAMETERS_MAX)
        return stmt->index[parameter - 1];

    char name[16];
    snprintf(name, sizeof name, "$%d", parameter);
    return sqlite3_bind_parameter_index(stmt->handle, name);
}

static void sqlite_bind_int(struct meta_stmt *stmt, int parameter, int64_t value)
{
    sqlite3_bind_int64(stmt->handle, where(stmt, parameter), value);
}

static void sqlite_bind_text(struct meta_stmt *stmt, int parameter, struct bytes value)
{
    sqlite3_bind_text64(stmt->handle, where(stmt, parameter), value.at ? value.at : "", value.len,
                        SQLITE_STATIC, SQLITE_UTF8);
}

static void sqlite_bind_blob(struct meta_stmt *stmt, int parameter, struct bytes value)
{
    sqlite3_bind_blob64(stmt->handle, where(stmt, parameter), value.at ? value.at : "", value.len,
                        SQLITE_STATIC);
}

static enum err_code sqlite_step(struct meta *meta, struct meta_stmt *stmt, bool *row,
                                 struct err *e)
{
    switch (sqlite3_step(stmt->handle)) {
    case SQLITE_ROW:
        *row = true;
        return ERR_NONE;
    case SQLITE_DONE:
        *row = false;
        return ERR_NONE;
    default:
        return fail(sqlite_of(meta), e);
    }
}

static int64_t sqlite_get_int(struct meta_stmt *stmt, int column)
{
    return sqlite3_column_int64(stmt->handle, column);
}

static struct bytes sqlite_get_bytes(struct meta_stmt *stmt, int column)
{
    const char *at = sqlite3_column_blob(stmt->handle, column); /* text too, without conversion */

    return bytes_of(at, (size_t)sqlite3_column_bytes(stmt->handle, column));
}

static void sqlite_reset(struct meta_stmt *stmt)
{
    sqlite3_reset(stmt->handle); /* bindings stay: every use binds all again */
}

static void sqlite_discard(struct meta_stmt *stmt)
{
    sqlite3_finalize(stmt->handle);
    free(stmt);
}

static int64_t sqlite_changed(struct meta *meta)
{
    return sqlite3_changes64(sqlite_of(meta)->db);
}

/* Without waiting for anyone, until the log is so long that its next writer had better begin it
 * anew: that waits for the readers of the moment, and writers wait for it. Not for one that was
 * there the last time already: a copy or a check may read for minutes. */
static enum err_code sqlite_checkpoint(struct meta *meta, struct err *e)
{
    struct sqlite *s = sqlite_of(meta);
    int pages = 0;
    int moved = 0;

    int rc = sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_PASSIVE, &pages, &moved);
    bool held = moved < pages && moved == s->moved;
    s->moved = moved;
    if (rc == SQLITE_OK && pages > AUTO_CHECKPOINT && !held) {
        sqlite3_busy_timeout(s->db, RESTART_MS);
        rc = sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_RESTART, NULL, NULL);
        sqlite3_busy_timeout(s->db, BUSY_MS);
    }
    return rc == SQLITE_OK || (rc & 0xFF) == SQLITE_BUSY ? ERR_NONE : fail(s, e);
}

/* Text of SQL: quotes in it doubled. */
static bool quote(struct bytes text, char *out, size_t room)
{
    size_t len = 0;

    for (size_t i = 0; i < text.len && len + 3 < room; i++) {
        if (text.at[i] == '\'')
            out[len++] = '\'';
        out[len++] = text.at[i];
    }
    out[len] = '\0';
    return len + 3 < room;
}

/* VACUUM writes a copy beside the database first; it belongs into the store's own folder. */
static enum err_code sqlite_compact(struct meta *meta, const char *folder, struct err *e)
{
    struct sqlite *s = sqlite_of(meta);
    char quoted[2 * PATH_MAX];
    char sql[2 * PATH_MAX + 100];

    if (!quote(bytes_str(folder), quoted, sizeof quoted))
        return err_set(e, ERR_INVALID, "the path of the store is too long");
    snprintf(sql, sizeof sql, "PRAGMA temp_store_directory = '%s'; VACUUM", quoted);
    enum err_code rc = sqlite_run(meta, sql, e);
    sqlite3_free(sqlite3_temp_directory); /* as the pragma would, which can fail */
    sqlite3_temp_directory = NULL;
    if (rc)
        return rc;
    int status = sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    return status == SQLITE_OK ? ERR_NONE : fail(s, e);
}

static enum err_code sqlite_check_pages(struct meta *meta,
                                        void (*problem)(void *context, const char *line),
                                        void *context, int64_t *bytes, struct err *e)
{
    int code = page_sums_walk(sqlite_of(meta)->db, problem, context, bytes);

    return code == SQLITE_OK ? ERR_NONE : fail_by(code, 0, sqlite3_errstr(code), e);
}

static enum err_code sqlite_watch(struct meta *meta, struct err *e)
{
    struct sqlite *s = sqlite_of(meta);
    int code = sqlite_rows_watch(s->db, &meta->rows, &s->watch);

    return code == SQLITE_OK ? ERR_NONE : fail_by(code, 0, sqlite3_errstr(code), e);
}

static enum err_code sqlite_apply(struct meta *meta, struct bytes rows, struct err *e)
{
    int code = sqlite_rows_apply(sqlite_of(meta)->db, rows);

    if (code == SQLITE_FORMAT)
        return err_set(e, ERR_CORRUPT, "these rows are not of this program");
    return code == SQLITE_OK ? ERR_NONE : fail(sqlite_of(meta), e);
}

static enum err_code sqlite_integrity(struct meta *meta,
                                      void (*problem)(void *context, const char *line),
                                      void *context, struct err *e)
{
    struct meta_stmt *stmt;
    char text[500];
    bool row = false;

    enum err_code rc = sqlite_prepare(meta, "PRAGMA integrity_check", false, &stmt, e);
    if (rc)
        return rc;
    while ((rc = sqlite_step(meta, stmt, &row, e)) == ERR_NONE && row) {
        struct bytes line = sqlite_get_bytes(stmt, 0);
        snprintf(text, sizeof text, "%.*s", (int)line.len, line.at);
        if (strcmp(text, "ok") != 0)
            problem(context, text);
    }
    sqlite_discard(stmt);
    return rc;
}

const struct meta_driver meta_sqlite_driver = {
    .scheme = "sqlite",
    .open = sqlite_open,
    .close = sqlite_close,
    .keep_little = sqlite_keep_little,
    .migrate = sqlite_migrate,
    .run = sqlite_run,
    .prepare = sqlite_prepare,
    .bind_int = sqlite_bind_int,
    .bind_text = sqlite_bind_text,
    .bind_blob = sqlite_bind_blob,
    .step = sqlite_step,
    .get_int = sqlite_get_int,
    .get_bytes = sqlite_get_bytes,
    .reset = sqlite_reset,
    .discard = sqlite_discard,
    .changed = sqlite_changed,
    .checkpoint = sqlite_checkpoint,
    .compact = sqlite_compact,
    .copy = sqlite_copy,
    .check_pages = sqlite_check_pages,
    .watch = sqlite_watch,
    .apply = sqlite_apply,
    .integrity = sqlite_integrity,
};

const struct meta_driver meta_sqlite_copy_driver = {
    .scheme = "sqlite-copy",
    .open = sqlite_open_copy,
};
