/* What dialects keep of a record beyond its columns: SuperOffice's members, Bitrix24's fields. */
#include "meta/sql.h"

#define FIND(table, column)                                                                        \
    "SELECT " column " FROM " table " WHERE tenant = $1 AND kind = $2 AND id = $3"
#define PUT(table, column)                                                                         \
    "INSERT INTO " table " (tenant, kind, id, " column ") VALUES ($1, $2, $3, $4)"                 \
    " ON CONFLICT (tenant, kind, id) DO UPDATE SET " column " = excluded." column
#define DELETE(table) "DELETE FROM " table " WHERE tenant = $1 AND kind = $2 AND id = $3"

static const char FIND_MEMBERS[] = FIND("record_members", "members");
static const char PUT_MEMBERS[] = PUT("record_members", "members");
static const char DELETE_MEMBERS[] = DELETE("record_members");
static const char FIND_FIELDS[] = FIND("record_fields", "fields");
static const char PUT_FIELDS[] = PUT("record_fields", "fields");
static const char DELETE_FIELDS[] = DELETE("record_fields");

static void bind_record(struct sql *q, int32_t tenant, enum record_kind kind, int32_t id)
{
    sql_int(q, tenant);
    sql_int(q, kind);
    sql_int(q, id);
}

static enum err_code find(struct sql *q, struct arena *arena, struct bytes *out, bool *found)
{
    bool any = sql_row(q);
    struct bytes text = { 0 };

    if (any)
        text = sql_get_copy(q, 0, arena);
    if (q->rc)
        return q->rc;
    *found = any;
    if (any)
        *out = text;
    return ERR_NONE;
}

static enum err_code put(struct sql *q, struct bytes text)
{
    if (text.len)
        sql_text(q, text);
    return sql_done(q);
}

enum err_code meta_members_find(struct meta *meta, struct arena *arena, int32_t tenant,
                                enum record_kind kind, int32_t id, struct bytes *out, bool *found,
                                struct err *e)
{
    SQL(q, meta, FIND_MEMBERS, e);
    bind_record(&q, tenant, kind, id);
    return find(&q, arena, out, found);
}

enum err_code meta_members_put(struct meta *meta, int32_t tenant, enum record_kind kind, int32_t id,
                               struct bytes members, struct err *e)
{
    SQL(q, meta, members.len ? PUT_MEMBERS : DELETE_MEMBERS, e);
    bind_record(&q, tenant, kind, id);
    return put(&q, members);
}

enum err_code meta_fields_find(struct meta *meta, struct arena *arena, int32_t tenant,
                               enum record_kind kind, int32_t id, struct bytes *out, bool *found,
                               struct err *e)
{
    SQL(q, meta, FIND_FIELDS, e);
    bind_record(&q, tenant, kind, id);
    return find(&q, arena, out, found);
}

enum err_code meta_fields_put(struct meta *meta, int32_t tenant, enum record_kind kind, int32_t id,
                              struct bytes fields, struct err *e)
{
    SQL(q, meta, fields.len ? PUT_FIELDS : DELETE_FIELDS, e);
    bind_record(&q, tenant, kind, id);
    return put(&q, fields);
}
