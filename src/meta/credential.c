#include "meta/sql.h"

#define COLUMNS "id, kind, user_id, read_only, scopes, label, created_us, expires_us, sliding_us"

static void read_credential(struct sql *q, struct arena *arena, struct credential *out)
{
    *out = (struct credential){
        .id = sql_get_int32(q, 0),
        .kind = (enum credential_kind)sql_get_int(q, 1),
        .user_id = sql_get_int32(q, 2),
        .read_only = sql_get_int(q, 3) != 0,
        .scopes = sql_get_copy(q, 4, arena),
        .label = sql_get_copy(q, 5, arena),
        .created_us = sql_get_int(q, 6),
        .expires_us = sql_get_int(q, 7),
        .sliding_us = sql_get_int(q, 8),
    };
}

static const char BY_HASH[] =
    "SELECT " COLUMNS " FROM credential WHERE tenant = $1 AND kind = $2 AND hash = $3";

enum err_code meta_credential_by_hash(struct meta *meta, struct arena *arena, int32_t tenant,
                                      enum credential_kind kind, struct bytes hash,
                                      struct credential *out, bool *found, struct err *e)
{
    SQL(q, meta, BY_HASH, e);
    sql_int(&q, tenant);
    sql_int(&q, kind);
    sql_blob(&q, hash);
    *found = sql_row(&q);
    if (*found)
        read_credential(&q, arena, out);
    return q.rc;
}

static const char FIND[] = "SELECT " COLUMNS " FROM credential WHERE tenant = $1 AND id = $2";

enum err_code meta_credential_find(struct meta *meta, struct arena *arena, int32_t tenant,
                                   int32_t id, struct credential *out, bool *found, struct err *e)
{
    SQL(q, meta, FIND, e);
    sql_int(&q, tenant);
    sql_int(&q, id);
    *found = sql_row(&q);
    if (*found)
        read_credential(&q, arena, out);
    return q.rc;
}

static const char LIST[] = "SELECT " COLUMNS " FROM credential WHERE tenant = $1 ORDER BY id";

enum err_code meta_credential_list(struct meta *meta, struct arena *arena, int32_t tenant,
                                   struct credential **out, size_t *count, struct err *e)
{
    void *rows = NULL;
    size_t n = 0;
    size_t room = 0;

    SQL(q, meta, LIST, e);
    sql_int(&q, tenant);
    while (sql_row(&q)) {
        struct credential *one = sql_grow(&q, arena, &rows, &n, &room, sizeof *one);
        if (one)
            read_credential(&q, arena, one);
    }
    if (q.rc == ERR_NONE) {
        *out = rows;
        *count = n;
    }
    return q.rc;
}

static const char INSERT[] = "INSERT INTO credential (tenant, " COLUMNS ", hash)"
                             " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

enum err_code meta_credential_insert(struct meta *meta, int32_t tenant,
                                     const struct credential *credential, struct bytes hash,
                                     struct err *e)
{
    SQL(q, meta, INSERT, e);
    sql_int(&q, tenant);
    sql_int(&q, credential->id);
    sql_int(&q, credential->kind);
    sql_int(&q, credential->user_id);
    sql_int(&q, credential->read_only);
    sql_text(&q, credential->scopes);
    sql_text(&q, credential->label);
    sql_int(&q, credential->created_us);
    sql_int(&q, credential->expires_us);
    sql_int(&q, credential->sliding_us);
    sql_blob(&q, hash);
    return sql_done(&q);
}

static const char EXTEND[] =
    "UPDATE credential SET expires_us = $3 WHERE tenant = $1 AND id = $2 AND expires_us < $3";

enum err_code meta_credential_extend(struct meta *meta, int32_t tenant, int32_t id,
                                     int64_t expires_us, struct err *e)
{
    SQL(q, meta, EXTEND, e);
    sql_int(&q, tenant);
    sql_int(&q, id);
    sql_int(&q, expires_us);
    return sql_done(&q);
}

static const char DELETE[] = "DELETE FROM credential WHERE tenant = $1 AND id = $2 RETURNING id";

enum err_code meta_credential_delete(struct meta *meta, int32_t tenant, int32_t id, bool *found,
                                     struct err *e)
{
    SQL(q, meta, DELETE, e);
    sql_int(&q, tenant);
    sql_int(&q, id);
    *found = sql_row(&q);
    return q.rc ? q.rc : sql_done(&q);
}
