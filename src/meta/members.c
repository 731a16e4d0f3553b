/* What dialects keep of a record beyond its columns. */
#include "meta/sql.h"

static const char FIND[] =
    "SELECT members FROM record_members WHERE tenant = $1 AND kind = $2 AND id = $3";

enum err_code meta_members_find(struct meta *meta, struct arena *arena, int32_t tenant,
                                enum record_kind kind, int32_t id, struct bytes *out, bool *found,
                                struct err *e)
{
    SQL(q, meta, FIND, e);
    sql_int(&q, tenant);
    sql_int(&q, kind);
    sql_int(&q, id);
    bool any = sql_row(&q);
    struct bytes members = { 0 };
    if (any)
        members = sql_get_copy(&q, 0, arena);
    if (q.rc)
        return q.rc;
    *found = any;
    if (any)
        *out = members;
    return ERR_NONE;
}

static const char PUT[] =
    "INSERT INTO record_members (tenant, kind, id, members) VALUES ($1, $2, $3, $4)"
    " ON CONFLICT (tenant, kind, id) DO UPDATE SET members = excluded.members";
static const char DELETE[] =
    "DELETE FROM record_members WHERE tenant = $1 AND kind = $2 AND id = $3";

enum err_code meta_members_put(struct meta *meta, int32_t tenant, enum record_kind kind, int32_t id,
                               struct bytes members, struct err *e)
{
    SQL(q, meta, members.len ? PUT : DELETE, e);
    sql_int(&q, tenant);
    sql_int(&q, kind);
    sql_int(&q, id);
    if (members.len)
        sql_text(&q, members);
    return sql_done(&q);
}
