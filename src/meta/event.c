/* The queue of events. New ones have next_us 0, so that they come before those to be repeated. */
#include "meta/sql.h"

static const char ONE_MORE[] =
    "UPDATE event_handler SET waiting = waiting + 1 WHERE tenant = $1 AND event = $2";

enum err_code meta_event_count(struct meta *meta, int32_t tenant, enum event event, bool *heard,
                               struct err *e)
{
    SQL(q, meta, ONE_MORE, e);
    sql_int(&q, tenant);
    sql_int(&q, event);
    enum err_code rc = sql_done(&q);
    if (rc == ERR_NONE)
        *heard = meta->driver->changed(meta) > 0;
    return rc;
}

static const char INSERT[] =
    "INSERT INTO event_queue (tenant, handler_id, id, event, record_id, subtype, happened_us,"
    " attempts, next_us) SELECT h.tenant, h.id, $3, h.event, $4, $5, $6, 0, 0"
    " FROM event_handler h WHERE h.tenant = $1 AND h.event = $2";

enum err_code meta_event_insert(struct meta *meta, int32_t tenant,
                                const struct event_delivery *delivery, struct err *e)
{
    SQL(q, meta, INSERT, e);
    sql_int(&q, tenant);
    sql_int(&q, delivery->event);
    sql_int(&q, delivery->id);
    sql_int(&q, delivery->record_id);
    sql_int(&q, delivery->subtype);
    sql_int(&q, delivery->happened_us);
    return sql_done(&q);
}

static const char OVER[] = "SELECT id, dropped FROM event_handler"
                           " WHERE tenant = $1 AND event = $2 AND waiting > $3 LIMIT 1";

enum err_code meta_event_over(struct meta *meta, int32_t tenant, enum event event, int64_t max,
                              int32_t *handler_id, int64_t *dropped, bool *found, struct err *e)
{
    SQL(q, meta, OVER, e);
    sql_int(&q, tenant);
    sql_int(&q, event);
    sql_int(&q, max);
    *found = sql_row(&q);
    if (*found) {
        *handler_id = sql_get_int32(&q, 0);
        *dropped = sql_get_int(&q, 1);
    }
    return q.rc;
}

/* Counts `count` less; `dropped` is added to, or with `arrived` begins anew. */
static const char FEWER[] =
    "UPDATE event_handler SET waiting = waiting - $3, dropped = dropped * $4 + $5"
    " WHERE tenant = $1 AND id = $2";

static enum err_code count_fewer(struct meta *meta, int32_t tenant, int32_t handler_id,
                                 int64_t count, bool arrived, int64_t dropped, struct err *e)
{
    SQL(q, meta, FEWER, e);
    sql_int(&q, tenant);
    sql_int(&q, handler_id);
    sql_int(&q, count);
    sql_int(&q, !arrived);
    sql_int(&q, dropped);
    return sql_done(&q);
}

static const char DROP[] =
    "DELETE FROM event_queue WHERE tenant = $1 AND handler_id = $2 AND id IN (SELECT id"
    " FROM event_queue WHERE tenant = $1 AND handler_id = $2 ORDER BY id LIMIT $3)";

static enum err_code drop(struct meta *meta, int32_t tenant, int32_t handler_id, int64_t *count,
                          struct err *e)
{
    SQL(q, meta, DROP, e);
    sql_int(&q, tenant);
    sql_int(&q, handler_id);
    sql_int(&q, *count);
    enum err_code rc = sql_done(&q);
    if (rc == ERR_NONE)
        *count = meta->driver->changed(meta);
    return rc;
}

enum err_code meta_event_drop(struct meta *meta, int32_t tenant, int32_t handler_id, int64_t count,
                              struct err *e)
{
    enum err_code rc = drop(meta, tenant, handler_id, &count, e);

    return rc ? rc : count_fewer(meta, tenant, handler_id, count, false, count, e);
}

static const char DUE[] =
    "SELECT id, event, record_id, subtype, happened_us, attempts FROM event_queue"
    " WHERE tenant = $1 AND handler_id = $2 AND next_us <= $3 ORDER BY next_us, id LIMIT $4";

enum err_code meta_event_due(struct meta *meta, struct arena *arena, int32_t tenant,
                             int32_t handler_id, int64_t now_us, size_t limit,
                             struct event_delivery **out, size_t *count, struct err *e)
{
    void *rows = NULL;
    size_t n = 0;
    size_t room = 0;

    SQL(q, meta, DUE, e);
    sql_int(&q, tenant);
    sql_int(&q, handler_id);
    sql_int(&q, now_us);
    sql_int(&q, (int64_t)limit);
    while (sql_row(&q)) {
        struct event_delivery *one = sql_grow(&q, arena, &rows, &n, &room, sizeof *one);
        if (!one)
            break;
        *one = (struct event_delivery){
            .id = sql_get_int(&q, 0),
            .handler_id = handler_id,
            .event = (enum event)sql_get_int(&q, 1),
            .record_id = sql_get_int32(&q, 2),
            .subtype = (enum record_subtype)sql_get_int(&q, 3),
            .happened_us = sql_get_int(&q, 4),
            .attempts = sql_get_int32(&q, 5),
        };
    }
    if (q.rc == ERR_NONE) {
        *out = rows;
        *count = n;
    }
    return q.rc;
}

static const char DELETE[] =
    "DELETE FROM event_queue WHERE tenant = $1 AND handler_id = $2 AND id = $3";

static enum err_code delete_one(struct meta *meta, int32_t tenant, int32_t handler_id, int64_t id,
                                bool *was_there, struct err *e)
{
    SQL(q, meta, DELETE, e);
    sql_int(&q, tenant);
    sql_int(&q, handler_id);
    sql_int(&q, id);
    enum err_code rc = sql_done(&q);
    if (rc == ERR_NONE)
        *was_there = meta->driver->changed(meta) > 0;
    return rc;
}

enum err_code meta_event_delete(struct meta *meta, int32_t tenant, int32_t handler_id, int64_t id,
                                bool arrived, struct err *e)
{
    bool was_there;

    enum err_code rc = delete_one(meta, tenant, handler_id, id, &was_there, e);
    return rc || !was_there ? rc : count_fewer(meta, tenant, handler_id, 1, arrived, !arrived, e);
}

static const char DELAY[] = "UPDATE event_queue SET attempts = attempts + 1, next_us = $4"
                            " WHERE tenant = $1 AND handler_id = $2 AND id = $3";

enum err_code meta_event_delay(struct meta *meta, int32_t tenant, int32_t handler_id, int64_t id,
                               int64_t next_us, struct err *e)
{
    SQL(q, meta, DELAY, e);
    sql_int(&q, tenant);
    sql_int(&q, handler_id);
    sql_int(&q, id);
    sql_int(&q, next_us);
    return sql_done(&q);
}
