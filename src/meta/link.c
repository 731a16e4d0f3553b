#include "meta/sql.h"

static void bind_record(struct sql *q, int32_t tenant, enum record_kind kind, int32_t record_id)
{
    sql_int(q, tenant);
    sql_int(q, kind);
    sql_int(q, record_id);
}

static const char INSERT[] = "INSERT INTO link (tenant, kind, record_id, role, rank, picture_id)"
                             " VALUES ($1, $2, $3, $4, $5, $6)";

enum err_code meta_link_insert(struct meta *meta, int32_t tenant, enum record_kind kind,
                               int32_t record_id, enum picture_role role, int32_t rank,
                               int32_t picture_id, struct err *e)
{
    SQL(q, meta, INSERT, e);
    bind_record(&q, tenant, kind, record_id);
    sql_int(&q, role);
    sql_int(&q, rank);
    sql_int(&q, picture_id);
    return sql_done(&q);
}

static const char DELETE[] = "DELETE FROM link WHERE tenant = $1 AND kind = $2 AND record_id = $3"
                             " AND picture_id = $4";

enum err_code meta_link_delete(struct meta *meta, int32_t tenant, enum record_kind kind,
                               int32_t record_id, int32_t picture_id, struct err *e)
{
    SQL(q, meta, DELETE, e);
    bind_record(&q, tenant, kind, record_id);
    sql_int(&q, picture_id);
    return sql_done(&q);
}

static const char DELETE_ALL[] = "DELETE FROM link WHERE tenant = $1 AND picture_id = $2";

enum err_code meta_link_delete_all(struct meta *meta, int32_t tenant, int32_t picture_id,
                                   struct err *e)
{
    SQL(q, meta, DELETE_ALL, e);
    sql_int(&q, tenant);
    sql_int(&q, picture_id);
    return sql_done(&q);
}

static const char COUNT_LINKS[] = "SELECT count(*) FROM link WHERE tenant = $1 AND picture_id = $2";

enum err_code meta_link_count(struct meta *meta, int32_t tenant, int32_t picture_id, int64_t *count,
                              struct err *e)
{
    SQL(q, meta, COUNT_LINKS, e);
    sql_int(&q, tenant);
    sql_int(&q, picture_id);
    if (sql_row(&q))
        *count = sql_get_int(&q, 0);
    return q.rc;
}

static const char LAST_RANK[] = "SELECT coalesce(max(rank), 0) FROM link WHERE tenant = $1"
                                " AND kind = $2 AND record_id = $3 AND role = $4";

enum err_code meta_link_last_rank(struct meta *meta, int32_t tenant, enum record_kind kind,
                                  int32_t record_id, enum picture_role role, int32_t *rank,
                                  struct err *e)
{
    SQL(q, meta, LAST_RANK, e);
    bind_record(&q, tenant, kind, record_id);
    sql_int(&q, role);
    if (sql_row(&q))
        *rank = sql_get_int32(&q, 0);
    return q.rc;
}

static const char PRODUCTS[] = "SELECT record_id FROM link"
                               " WHERE tenant = $1 AND picture_id = $2 AND kind = 3";

enum err_code meta_link_products(struct meta *meta, struct arena *arena, int32_t tenant,
                                 int32_t picture_id, int32_t **out, size_t *count, struct err *e)
{
    void *rows = NULL;
    size_t n = 0;
    size_t room = 0;

    SQL(q, meta, PRODUCTS, e);
    sql_int(&q, tenant);
    sql_int(&q, picture_id);
    while (sql_row(&q)) {
        int32_t *id = sql_grow(&q, arena, &rows, &n, &room, sizeof *id);
        if (id)
            *id = sql_get_int32(&q, 0);
    }
    if (q.rc == ERR_NONE) {
        *out = rows;
        *count = n;
    }
    return q.rc;
}

static const char LIST[] = "SELECT kind, record_id, role FROM link WHERE tenant = $1"
                           " AND picture_id = $2 ORDER BY kind, record_id, role";

enum err_code meta_link_list(struct meta *meta, struct arena *arena, int32_t tenant,
                             int32_t picture_id, struct picture **out, size_t *count, struct err *e)
{
    void *rows = NULL;
    size_t n = 0;
    size_t room = 0;

    SQL(q, meta, LIST, e);
    sql_int(&q, tenant);
    sql_int(&q, picture_id);
    while (sql_row(&q)) {
        struct picture *row = sql_grow(&q, arena, &rows, &n, &room, sizeof *row);
        if (row)
            *row = (struct picture){ .id = picture_id,
                                     .kind = (enum record_kind)sql_get_int(&q, 0),
                                     .record_id = sql_get_int32(&q, 1),
                                     .role = (enum picture_role)sql_get_int(&q, 2) };
    }
    if (q.rc == ERR_NONE) {
        *out = rows;
        *count = n;
    }
    return q.rc;
}
