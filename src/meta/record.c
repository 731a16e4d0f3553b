#include "locale/locale.h"
#include "meta/record_row.h"

void meta_record_read(struct sql *q, struct arena *arena, struct record *out)
{
    *out = (struct record){
        .kind = (enum record_kind)sql_get_int(q, 0),
        .id = sql_get_int32(q, 1),
        .subtype = (enum record_subtype)sql_get_int(q, 2),
        .parent_id = sql_get_int32(q, 3),
        .name = sql_get_copy(q, 4, arena),
        .code = sql_get_copy(q, 5, arena),
        .xml_id = sql_get_copy(q, 6, arena),
        .sort = sql_get_int32(q, 7),
        .active = sql_get_int(q, 8) != 0,
        .created_us = sql_get_int(q, 9),
        .updated_us = sql_get_int(q, 10),
        .created_by = sql_get_int32(q, 11),
        .updated_by = sql_get_int32(q, 12),
    };
}

static const char FIND[] =
    "SELECT " RECORD_COLUMNS " FROM record WHERE tenant = $1 AND kind = $2 AND id = $3";

enum err_code meta_record_find(struct meta *meta, struct arena *arena, int32_t tenant,
                               enum record_kind kind, int32_t id, struct record *out, bool *found,
                               struct err *e)
{
    SQL(q, meta, FIND, e);
    sql_int(&q, tenant);
    sql_int(&q, kind);
    sql_int(&q, id);
    *found = sql_row(&q);
    if (*found)
        meta_record_read(&q, arena, out);
    return q.rc;
}

static const char EXISTS[] = "SELECT 1 FROM record WHERE tenant = $1 AND kind = $2 AND id = $3";

enum err_code meta_record_exists(struct meta *meta, int32_t tenant, enum record_kind kind,
                                 int32_t id, bool *exists, struct err *e)
{
    SQL(q, meta, EXISTS, e);
    sql_int(&q, tenant);
    sql_int(&q, kind);
    sql_int(&q, id);
    *exists = sql_row(&q);
    return q.rc;
}

static const char INSERT[] =
    "INSERT INTO record (tenant, " RECORD_COLUMNS ", name_folded) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";

/* The name as it is compared; `.at` NULL when out of memory. */
static struct bytes folded_name(struct arena *arena, const struct record *record)
{
    return arena ? locale_fold(arena, record->name) : (struct bytes){ 0 };
}

enum err_code meta_record_insert(struct meta *meta, int32_t tenant, const struct record *record,
                                 struct err *e)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 16);
    struct bytes folded = folded_name(arena, record);

    if (!folded.at)
        return err_set(e, ERR_NO_MEMORY, "insert a record");
    SQL(q, meta, INSERT, e);
    sql_int(&q, tenant);
    sql_int(&q, record->kind);
    sql_int(&q, record->id);
    sql_int(&q, record->subtype);
    sql_int(&q, record->parent_id);
    sql_text(&q, record->name);
    sql_text(&q, record->code);
    sql_text(&q, record->xml_id);
    sql_int(&q, record->sort);
    sql_int(&q, record->active);
    sql_int(&q, record->created_us);
    sql_int(&q, record->updated_us);
    sql_int(&q, record->created_by);
    sql_int(&q, record->updated_by);
    sql_text(&q, folded);
    return sql_done(&q);
}

static const char UPDATE[] =
    "UPDATE record SET name = $4, code = $5, xml_id = $6, sort = $7, active = $8, updated_us = $9,"
    " updated_by = $10, name_folded = $11, parent_id = $12 WHERE tenant = $1 AND kind = $2 AND id "
    "= $3";

enum err_code meta_record_update(struct meta *meta, int32_t tenant, const struct record *record,
                                 struct err *e)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 16);
    struct bytes folded = folded_name(arena, record);

    if (!folded.at)
        return err_set(e, ERR_NO_MEMORY, "update a record");
    SQL(q, meta, UPDATE, e);
    sql_int(&q, tenant);
    sql_int(&q, record->kind);
    sql_int(&q, record->id);
    sql_text(&q, record->name);
    sql_text(&q, record->code);
    sql_text(&q, record->xml_id);
    sql_int(&q, record->sort);
    sql_int(&q, record->active);
    sql_int(&q, record->updated_us);
    sql_int(&q, record->updated_by);
    sql_text(&q, folded);
    sql_int(&q, record->parent_id);
    return sql_done(&q);
}

static const char DELETE[] =
    "DELETE FROM record WHERE tenant = $1 AND kind = $2 AND id = $3 RETURNING id";

enum err_code meta_record_delete(struct meta *meta, int32_t tenant, enum record_kind kind,
                                 int32_t id, bool *found, struct err *e)
{
    enum err_code rc = meta_members_put(meta, tenant, kind, id, (struct bytes){ 0 }, e);
    if (rc == ERR_NONE)
        rc = meta_fields_put(meta, tenant, kind, id, (struct bytes){ 0 }, e);
    if (rc)
        return rc;
    SQL(q, meta, DELETE, e);
    sql_int(&q, tenant);
    sql_int(&q, kind);
    sql_int(&q, id);
    *found = sql_row(&q);
    return q.rc ? q.rc : sql_done(&q);
}

static const char CHILDREN[] = "SELECT id FROM record WHERE tenant = $1 AND kind = 3"
                               " AND parent_id = $2 AND parent_id > 0 ORDER BY id";

enum err_code meta_record_children(struct meta *meta, struct arena *arena, int32_t tenant,
                                   int32_t parent_id, int32_t **out, size_t *count, struct err *e)
{
    void *rows = NULL;
    size_t n = 0;
    size_t room = 0;

    SQL(q, meta, CHILDREN, e);
    sql_int(&q, tenant);
    sql_int(&q, parent_id);
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
