#include "meta/sql.h"

#define COLUMNS                                                                                    \
    "id, kind, user_id, read_only, scopes, label, created_us, expires_us, sliding_us, "            \
    "parent_id, application_id, used_us"

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
        .parent_id = sql_get_int32(q, 9),
        .application_id = sql_get_int32(q, 10),
        .used_us = sql_get_int(q, 11),
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

static const char INSERT[] =
    "INSERT INTO credential (tenant, " COLUMNS ", hash)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";

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
    sql_int(&q, credential->parent_id);
    sql_int(&q, credential->application_id);
    sql_int(&q, credential->used_us);
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

static const char USE[] =
    "UPDATE credential SET used_us = $3, expires_us = $4 WHERE tenant = $1 AND id = $2";

enum err_code meta_credential_use(struct meta *meta, int32_t tenant, int32_t id, int64_t used_us,
                                  int64_t expires_us, struct err *e)
{
    SQL(q, meta, USE, e);
    sql_int(&q, tenant);
    sql_int(&q, id);
    sql_int(&q, used_us);
    sql_int(&q, expires_us);
    return sql_done(&q);
}

static const char DELETE[] = "DELETE FROM credential WHERE tenant = $1 AND id = $2 RETURNING id";
static const char DELETE_MADE[] = "DELETE FROM credential WHERE tenant = $1 AND parent_id = $2";

static enum err_code delete_made(struct meta *meta, int32_t tenant, int32_t parent_id,
                                 struct err *e)
{
    SQL(q, meta, DELETE_MADE, e);
    sql_int(&q, tenant);
    sql_int(&q, parent_id);
    return sql_done(&q);
}

enum err_code meta_credential_delete(struct meta *meta, int32_t tenant, int32_t id, bool *found,
                                     struct err *e)
{
    enum err_code rc = delete_made(meta, tenant, id, e);
    if (rc)
        return rc;

    SQL(q, meta, DELETE, e);
    sql_int(&q, tenant);
    sql_int(&q, id);
    *found = sql_row(&q);
    return q.rc ? q.rc : sql_done(&q);
}

/* What was made with those (tokens of a session) first: one statement for both would look for
 * sessions that it has deleted already. */
static const char DELETE_BELOW_OF_USER[] =
    "DELETE FROM credential WHERE tenant = $1 AND parent_id IN (SELECT id FROM credential"
    " WHERE tenant = $1 AND user_id = $2 AND parent_id = $3)";
static const char DELETE_OF_USER[] =
    "DELETE FROM credential WHERE tenant = $1 AND user_id = $2 AND parent_id = $3";

static enum err_code delete_of_user(struct meta *meta, const char *statement, int32_t tenant,
                                    int32_t user_id, struct err *e)
{
    SQL(q, meta, statement, e);
    sql_int(&q, tenant);
    sql_int(&q, user_id);
    sql_int(&q, CREDENTIAL_OF_USER);
    return sql_done(&q);
}

enum err_code meta_credential_delete_of_user(struct meta *meta, int32_t tenant, int32_t user_id,
                                             struct err *e)
{
    enum err_code rc = delete_of_user(meta, DELETE_BELOW_OF_USER, tenant, user_id, e);

    return rc ? rc : delete_of_user(meta, DELETE_OF_USER, tenant, user_id, e);
}

static const char COUNT_MADE[] = "SELECT count(*) FROM credential"
                                 " WHERE tenant = $1 AND user_id = $2 AND kind = $3"
                                 " AND parent_id <> 0";

enum err_code meta_credential_count_made(struct meta *meta, int32_t tenant, int32_t user_id,
                                         enum credential_kind kind, int64_t *count, struct err *e)
{
    SQL(q, meta, COUNT_MADE, e);
    sql_int(&q, tenant);
    sql_int(&q, user_id);
    sql_int(&q, kind);
    if (sql_row(&q))
        *count = sql_get_int(&q, 0);
    return q.rc;
}

/* The lowest ids are the oldest. */
static const char DROP_MADE[] =
    "DELETE FROM credential WHERE tenant = $1 AND id IN (SELECT id FROM credential"
    " WHERE tenant = $1 AND user_id = $2 AND kind = $3 AND parent_id <> 0 ORDER BY id LIMIT $4)";

enum err_code meta_credential_drop_made(struct meta *meta, int32_t tenant, int32_t user_id,
                                        enum credential_kind kind, int64_t count, struct err *e)
{
    SQL(q, meta, DROP_MADE, e);
    sql_int(&q, tenant);
    sql_int(&q, user_id);
    sql_int(&q, kind);
    sql_int(&q, count);
    return sql_done(&q);
}

/* What is used up goes first. */
static const char DROP_BELOW[] =
    "DELETE FROM credential WHERE tenant = $1 AND id IN (SELECT id FROM credential"
    " WHERE tenant = $1 AND parent_id = $2 AND kind = $3"
    " ORDER BY used_us > 0, id DESC LIMIT $4 OFFSET $5)"
    " AND (SELECT count(*) FROM credential WHERE tenant = $1 AND parent_id = $2 AND kind = $3)"
    " >= $6 RETURNING id";

enum err_code meta_credential_drop_below(struct meta *meta, int32_t tenant, int32_t parent_id,
                                         enum credential_kind kind, int64_t max, bool *dropped,
                                         struct err *e)
{
    SQL(q, meta, DROP_BELOW, e);
    sql_int(&q, tenant);
    sql_int(&q, parent_id);
    sql_int(&q, kind);
    sql_int(&q, INT32_MAX);
    sql_int(&q, max / 2);
    sql_int(&q, max);
    *dropped = sql_row(&q);
    return q.rc ? q.rc : sql_done(&q);
}

/* What counts longest was used last: a code that was exchanged counts as long as what it made. */
#define OLD_CODES                                                                                  \
    "(SELECT id FROM credential WHERE tenant = $1 AND user_id = $2 AND kind = $3"                  \
    " AND parent_id <> 0 AND application_id = $4 ORDER BY expires_us DESC, id DESC"                \
    " LIMIT $5 OFFSET $6)"

static const char DROP_BELOW_CODES[] =
    "DELETE FROM credential WHERE tenant = $1 AND parent_id IN " OLD_CODES;
static const char DROP_CODES[] =
    "DELETE FROM credential WHERE tenant = $1 AND id IN " OLD_CODES " RETURNING id";

static enum err_code drop_codes(struct meta *meta, const char *statement, int32_t tenant,
                                int32_t user_id, int32_t application_id, int64_t keep,
                                bool *dropped, struct err *e)
{
    SQL(q, meta, statement, e);
    sql_int(&q, tenant);
    sql_int(&q, user_id);
    sql_int(&q, CREDENTIAL_CODE);
    sql_int(&q, application_id);
    sql_int(&q, INT32_MAX);
    sql_int(&q, keep);
    *dropped = sql_row(&q);
    return q.rc ? q.rc : sql_done(&q);
}

enum err_code meta_credential_drop_codes(struct meta *meta, int32_t tenant, int32_t user_id,
                                         int32_t application_id, int64_t keep, bool *dropped,
                                         struct err *e)
{
    enum err_code rc =
        drop_codes(meta, DROP_BELOW_CODES, tenant, user_id, application_id, keep, dropped, e);

    return rc ? rc
              : drop_codes(meta, DROP_CODES, tenant, user_id, application_id, keep, dropped, e);
}

static const char PURGE[] =
    "DELETE FROM credential WHERE tenant = $1 AND id IN (SELECT id FROM credential"
    " WHERE tenant = $1 AND expires_us > 0 AND expires_us < $2 LIMIT $3)";

enum err_code meta_credential_purge(struct meta *meta, int32_t tenant, int64_t before_us,
                                    size_t limit, struct err *e)
{
    SQL(q, meta, PURGE, e);
    sql_int(&q, tenant);
    sql_int(&q, before_us);
    sql_int(&q, (int64_t)limit);
    return sql_done(&q);
}

static const char EXPIRED[] = "SELECT id FROM credential"
                              " WHERE tenant = $1 AND expires_us > 0 AND expires_us < $2 LIMIT 1";

enum err_code meta_credential_has_expired(struct meta *meta, int32_t tenant, int64_t before_us,
                                          bool *out, struct err *e)
{
    SQL(q, meta, EXPIRED, e);
    sql_int(&q, tenant);
    sql_int(&q, before_us);
    *out = sql_row(&q);
    return q.rc;
}
