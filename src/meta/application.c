#include "meta/sql.h"

#define COLUMNS "id, client_id, name, redirect_uri, scopes, application_token, created_us"
#define HASH_AT 7

static void read_application(struct sql *q, struct arena *arena, struct application *out)
{
    *out = (struct application){
        .id = sql_get_int32(q, 0),
        .client_id = sql_get_copy(q, 1, arena),
        .name = sql_get_copy(q, 2, arena),
        .redirect_uri = sql_get_copy(q, 3, arena),
        .scopes = sql_get_copy(q, 4, arena),
        .application_token = sql_get_copy(q, 5, arena),
        .created_us = sql_get_int(q, 6),
    };
}

static const char FIND[] = "SELECT " COLUMNS " FROM application WHERE tenant = $1 AND id = $2";

enum err_code meta_application_find(struct meta *meta, struct arena *arena, int32_t tenant,
                                    int32_t id, struct application *out, bool *found, struct err *e)
{
    SQL(q, meta, FIND, e);
    sql_int(&q, tenant);
    sql_int(&q, id);
    *found = sql_row(&q);
    if (*found)
        read_application(&q, arena, out);
    return q.rc;
}

static const char BY_CLIENT[] =
    "SELECT " COLUMNS ", hash FROM application WHERE tenant = $1 AND client_id = $2";

enum err_code meta_application_by_client(struct meta *meta, struct arena *arena, int32_t tenant,
                                         struct bytes client_id, struct application *out,
                                         struct bytes *hash, bool *found, struct err *e)
{
    SQL(q, meta, BY_CLIENT, e);
    sql_int(&q, tenant);
    sql_text(&q, client_id);
    *found = sql_row(&q);
    if (*found) {
        read_application(&q, arena, out);
        *hash = sql_get_copy(&q, HASH_AT, arena);
    }
    return q.rc;
}

static const char LIST[] = "SELECT " COLUMNS " FROM application WHERE tenant = $1 ORDER BY id";

enum err_code meta_application_list(struct meta *meta, struct arena *arena, int32_t tenant,
                                    struct application **out, size_t *count, struct err *e)
{
    void *rows = NULL;
    size_t n = 0;
    size_t room = 0;

    SQL(q, meta, LIST, e);
    sql_int(&q, tenant);
    while (sql_row(&q)) {
        struct application *one = sql_grow(&q, arena, &rows, &n, &room, sizeof *one);
        if (one)
            read_application(&q, arena, one);
    }
    if (q.rc == ERR_NONE) {
        *out = rows;
        *count = n;
    }
    return q.rc;
}

static const char INSERT[] = "INSERT INTO application (tenant, " COLUMNS ", hash)"
                             " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

enum err_code meta_application_insert(struct meta *meta, int32_t tenant,
                                      const struct application *application, struct bytes hash,
                                      struct err *e)
{
    SQL(q, meta, INSERT, e);
    sql_int(&q, tenant);
    sql_int(&q, application->id);
    sql_text(&q, application->client_id);
    sql_text(&q, application->name);
    sql_text(&q, application->redirect_uri);
    sql_text(&q, application->scopes);
    sql_text(&q, application->application_token);
    sql_int(&q, application->created_us);
    sql_blob(&q, hash);
    return sql_done(&q);
}

static const char DELETE[] = "DELETE FROM application WHERE tenant = $1 AND id = $2 RETURNING id";

/* Each takes the tenant and the application; the queue before the handlers it is found by. 3 is
 * CREDENTIAL_AUTH. */
static const char DELETE_QUEUE[] =
    "DELETE FROM event_queue WHERE tenant = $1 AND handler_id IN"
    " (SELECT id FROM event_handler WHERE tenant = $1 AND application_id = $2)";
static const char DELETE_HANDLERS[] =
    "DELETE FROM event_handler WHERE tenant = $1 AND application_id = $2";
static const char DELETE_CREDENTIALS[] =
    "DELETE FROM credential WHERE tenant = $1 AND application_id = $2 AND kind <> 3";
static const char DISOWN_TOKENS[] =
    "UPDATE credential SET application_id = -1 WHERE tenant = $1 AND application_id = $2";

static enum err_code delete_rows(struct meta *meta, const char *statement, int32_t tenant,
                                 int32_t id, struct err *e)
{
    SQL(q, meta, statement, e);
    sql_int(&q, tenant);
    sql_int(&q, id);
    return sql_done(&q);
}

enum err_code meta_application_delete(struct meta *meta, int32_t tenant, int32_t id, bool *found,
                                      struct err *e)
{
    static const char *const statements[] = { DELETE_QUEUE, DELETE_HANDLERS, DELETE_CREDENTIALS,
                                              DISOWN_TOKENS };

    for (size_t i = 0; i < COUNT(statements); i++) {
        enum err_code rc = delete_rows(meta, statements[i], tenant, id, e);
        if (rc)
            return rc;
    }
    SQL(q, meta, DELETE, e);
    sql_int(&q, tenant);
    sql_int(&q, id);
    *found = sql_row(&q);
    return q.rc ? q.rc : sql_done(&q);
}
