#include "meta/driver.h"
#include "meta/sql.h"

#include <stdlib.h>

#define ROWS_KEPT (4 << 20) /* bytes of memory */

static const struct meta_driver *const drivers[] = { &meta_sqlite_driver,
                                                     &meta_sqlite_copy_driver };

enum err_code meta_open(const char *url, bool writable, struct meta **out, struct err *e)
{
    const char *colon = strchrnul(url, ':');
    struct bytes scheme = bytes_of(url, (size_t)(colon - url));

    for (size_t i = 0; *colon && i < COUNT(drivers); i++) {
        if (bytes_eq(scheme, bytes_str(drivers[i]->scheme)))
            return drivers[i]->open(colon + 1, writable, out, e);
    }
    return err_set(e, ERR_INVALID, "no kind of database is called '%s'", url);
}

void meta_close(struct meta *meta)
{
    if (meta)
        meta->driver->close(meta);
}

void meta_keep_little(struct meta *meta)
{
    meta->driver->keep_little(meta);
}

void meta_on_damage(struct meta *meta,
                    void (*damaged)(void *context, int64_t page, struct err *why), void *context)
{
    meta->damaged = damaged;
    meta->damaged_context = context;
}

enum err_code meta_migrate(struct meta *meta, struct err *e)
{
    return meta->driver->migrate(meta, e);
}

static enum err_code run(struct meta *meta, const char *text, struct err *e)
{
    SQL(q, meta, text, e);
    return sql_done(&q);
}

static const char BEGIN_WRITE[] = "BEGIN IMMEDIATE";
static const char BEGIN_READ[] = "BEGIN";
static const char COMMIT[] = "COMMIT";
static const char ROLLBACK[] = "ROLLBACK";
static const char MARK[] = "SAVEPOINT part";
static const char KEEP[] = "RELEASE part";
static const char UNDO[] = "ROLLBACK TO part";

/* With the way back at hand: a transaction that cannot be ended, because there is no memory for the
 * statement that ends it, would be open for ever. */
static enum err_code begin(struct meta *meta, const char *text, struct err *e)
{
    struct meta_stmt *way_back;
    enum err_code rc = meta->driver->prepare(meta, ROLLBACK, true, &way_back, e);

    return rc ? rc : run(meta, text, e);
}

enum err_code meta_begin(struct meta *meta, struct err *e)
{
    struct meta_rows *rows = &meta->rows;

    if (rows->room > ROWS_KEPT) { /* after a transaction that was large */
        free(rows->at);
        rows->at = NULL;
        rows->room = 0;
    }
    rows->len = rows->mark = 0;
    rows->failed = false;
    return begin(meta, BEGIN_WRITE, e);
}

enum err_code meta_commit(struct meta *meta, struct err *e)
{
    return run(meta, COMMIT, e);
}

void meta_rollback(struct meta *meta)
{
    struct err ignored;

    /* fails only when the database has rolled back by itself already */
    (void)!run(meta, ROLLBACK, &ignored);
}

enum err_code meta_begin_read(struct meta *meta, struct err *e)
{
    return begin(meta, BEGIN_READ, e);
}

void meta_end_read(struct meta *meta)
{
    meta_rollback(meta);
}

enum err_code meta_mark(struct meta *meta, struct err *e)
{
    meta->rows.mark = meta->rows.len;
    return run(meta, MARK, e);
}

enum err_code meta_keep(struct meta *meta, struct err *e)
{
    return run(meta, KEEP, e);
}

enum err_code meta_undo(struct meta *meta, struct err *e)
{
    enum err_code rc = run(meta, UNDO, e);
    meta->rows.len = meta->rows.mark;
    return rc ? rc : run(meta, KEEP, e);
}

enum err_code meta_checkpoint(struct meta *meta, struct err *e)
{
    return meta->driver->checkpoint(meta, e);
}

enum err_code meta_compact(struct meta *meta, const char *folder, struct err *e)
{
    return meta->driver->compact(meta, folder, e);
}

enum err_code meta_copy(struct meta *meta, const char *path, struct err *e)
{
    return meta->driver->copy(meta, path, e);
}

enum err_code meta_check_pages(struct meta *meta, void (*problem)(void *context, const char *line),
                               void *context, int64_t *bytes, struct err *e)
{
    return meta->driver->check_pages(meta, problem, context, bytes, e);
}

enum err_code meta_integrity(struct meta *meta, void (*problem)(void *context, const char *line),
                             void *context, struct err *e)
{
    return meta->driver->integrity(meta, problem, context, e);
}

static const char SETTING_GET[] = "SELECT value FROM setting WHERE name = $1";
static const char SETTING_PUT[] = "INSERT INTO setting (name, value) VALUES ($1, $2) "
                                  "ON CONFLICT (name) DO UPDATE SET value = excluded.value";

enum err_code meta_setting_get(struct meta *meta, struct arena *arena, const char *name,
                               struct bytes *value, bool *found, struct err *e)
{
    SQL(q, meta, SETTING_GET, e);
    sql_text(&q, bytes_str(name));
    *found = sql_row(&q);
    if (*found)
        *value = sql_get_copy(&q, 0, arena);
    return q.rc;
}

enum err_code meta_setting_put(struct meta *meta, const char *name, struct bytes value,
                               struct err *e)
{
    SQL(q, meta, SETTING_PUT, e);
    sql_text(&q, bytes_str(name));
    sql_blob(&q, value);
    return sql_done(&q);
}

/* RETURNING costs more than asking for it: it makes a table of its rows first. */
static const char COUNTER_TAKE[] =
    "UPDATE counter SET next = next + $3 WHERE tenant = $1 AND name = $2";
static const char COUNTER_MAKE[] =
    "INSERT INTO counter (tenant, name, next) VALUES ($1, $2, 1 + $3)";
static const char COUNTER_GET[] = "SELECT next FROM counter WHERE tenant = $1 AND name = $2";
static const char COUNTER_SKIP[] =
    "INSERT INTO counter (tenant, name, next) VALUES ($1, $2, $3 + 1) "
    "ON CONFLICT (tenant, name) DO UPDATE SET next = $3 + 1 WHERE counter.next <= $3";

enum err_code meta_counter(struct meta *meta, int32_t tenant, const char *counter, int64_t *next,
                           struct err *e)
{
    SQL(q, meta, COUNTER_GET, e);
    sql_int(&q, tenant);
    sql_text(&q, bytes_str(counter));
    int64_t value = sql_row(&q) ? sql_get_int(&q, 0) : 1;
    if (q.rc == ERR_NONE)
        *next = value;
    return q.rc;
}

static enum err_code count_up(struct meta *meta, const char *text, int32_t tenant,
                              const char *counter, int64_t count, struct err *e)
{
    SQL(q, meta, text, e);
    sql_int(&q, tenant);
    sql_text(&q, bytes_str(counter));
    sql_int(&q, count);
    return sql_done(&q);
}

enum err_code meta_next_id(struct meta *meta, int32_t tenant, const char *counter, int64_t count,
                           int64_t max, int64_t *first, struct err *e)
{
    int64_t next = 0;

    enum err_code rc = count_up(meta, COUNTER_TAKE, tenant, counter, count, e);
    if (rc == ERR_NONE && meta->driver->changed(meta) == 0)
        rc = count_up(meta, COUNTER_MAKE, tenant, counter, count, e);
    if (rc == ERR_NONE)
        rc = meta_counter(meta, tenant, counter, &next, e);
    if (rc)
        return rc;
    if (next - 1 > max)
        return err_set(e, ERR_TOO_LARGE, "no more ids for a new %s", counter);
    *first = next - count;
    return ERR_NONE;
}

enum err_code meta_skip_id(struct meta *meta, int32_t tenant, const char *counter, int64_t id,
                           struct err *e)
{
    SQL(q, meta, COUNTER_SKIP, e);
    sql_int(&q, tenant);
    sql_text(&q, bytes_str(counter));
    sql_int(&q, id);
    return sql_done(&q);
}
