#include "meta/sql.h"

static const char INSERT[] =
    "INSERT INTO event_handler (tenant, id, application_id, user_id, event, url, token, created_us,"
    " waiting, dropped) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0)";

enum err_code meta_handler_insert(struct meta *meta, int32_t tenant,
                                  const struct event_handler *handler, struct err *e)
{
    SQL(q, meta, INSERT, e);
    sql_int(&q, tenant);
    sql_int(&q, handler->id);
    sql_int(&q, handler->application_id);
    sql_int(&q, handler->user_id);
    sql_int(&q, handler->event);
    sql_text(&q, handler->url);
    sql_text(&q, handler->token);
    sql_int(&q, handler->created_us);
    return sql_done(&q);
}

#define COLUMNS "h.id, h.application_id, h.user_id, h.event, h.url, h.token, h.created_us"

static void read_handler(struct sql *q, struct arena *arena, struct event_handler *out)
{
    *out = (struct event_handler){
        .id = sql_get_int32(q, 0),
        .application_id = sql_get_int32(q, 1),
        .user_id = sql_get_int32(q, 2),
        .event = (enum event)sql_get_int(q, 3),
        .url = sql_get_copy(q, 4, arena),
        .token = sql_get_copy(q, 5, arena),
        .created_us = sql_get_int(q, 6),
    };
}

static const char LIST[] = "SELECT " COLUMNS " FROM event_handler h WHERE h.tenant = $1"
                           " ORDER BY h.id";

enum err_code meta_handler_list(struct meta *meta, struct arena *arena, int32_t tenant,
                                struct event_handler **out, size_t *count, struct err *e)
{
    void *rows = NULL;
    size_t n = 0;
    size_t room = 0;

    SQL(q, meta, LIST, e);
    sql_int(&q, tenant);
    while (sql_row(&q)) {
        struct event_handler *one = sql_grow(&q, arena, &rows, &n, &room, sizeof *one);
        if (one)
            read_handler(&q, arena, one);
    }
    if (q.rc == ERR_NONE) {
        *out = rows;
        *count = n;
    }
    return q.rc;
}

static const char SET_TOKEN[] = "UPDATE event_handler SET token = $3 WHERE tenant = $1 AND id = $2";

enum err_code meta_handler_set_token(struct meta *meta, int32_t tenant, int32_t id,
                                     struct bytes token, struct err *e)
{
    SQL(q, meta, SET_TOKEN, e);
    sql_int(&q, tenant);
    sql_int(&q, id);
    sql_text(&q, token);
    return sql_done(&q);
}

static const char DELETE_WAITING[] =
    "DELETE FROM event_queue WHERE tenant = $1 AND handler_id = $2";
static const char DELETE[] = "DELETE FROM event_handler WHERE tenant = $1 AND id = $2";

static enum err_code run_of(struct meta *meta, const char *statement, int32_t tenant, int32_t id,
                            struct err *e)
{
    SQL(q, meta, statement, e);
    sql_int(&q, tenant);
    sql_int(&q, id);
    return sql_done(&q);
}

enum err_code meta_handler_delete(struct meta *meta, int32_t tenant, int32_t id, struct err *e)
{
    enum err_code rc = run_of(meta, DELETE_WAITING, tenant, id, e);

    return rc ? rc : run_of(meta, DELETE, tenant, id, e);
}

#define OF_QUEUE " FROM event_queue q WHERE q.tenant = h.tenant AND q.handler_id = h.id"
#define BACKLOG                                                                                    \
    "SELECT " COLUMNS ", h.waiting, h.dropped,"                                                    \
    " coalesce((SELECT q.happened_us" OF_QUEUE " ORDER BY q.id LIMIT 1), 0),"                      \
    " coalesce((SELECT min(q.next_us)" OF_QUEUE "), 0), "
#define OF_HANDLERS " FROM event_handler h WHERE h.tenant = $1"

static const char ALL[] =
    BACKLOG "coalesce((SELECT max(q.attempts)" OF_QUEUE "), 0)" OF_HANDLERS " ORDER BY h.id";
static const char BUSY[] = BACKLOG "0" OF_HANDLERS " AND h.waiting > 0 ORDER BY h.id";

enum err_code meta_event_backlog(struct meta *meta, struct arena *arena, int32_t tenant, bool busy,
                                 struct event_backlog **out, size_t *count, struct err *e)
{
    void *rows = NULL;
    size_t n = 0;
    size_t room = 0;

    SQL(q, meta, busy ? BUSY : ALL, e);
    sql_int(&q, tenant);
    while (sql_row(&q)) {
        struct event_backlog *one = sql_grow(&q, arena, &rows, &n, &room, sizeof *one);
        if (!one)
            break;
        read_handler(&q, arena, &one->handler);
        one->waiting = sql_get_int(&q, 7);
        one->dropped = sql_get_int(&q, 8);
        one->oldest_us = sql_get_int(&q, 9);
        one->next_us = sql_get_int(&q, 10);
        one->attempts = sql_get_int32(&q, 11);
    }
    if (q.rc == ERR_NONE) {
        *out = rows;
        *count = n;
    }
    return q.rc;
}
