/* Putting rows back as history knows them. */
#include "meta/change_hash.h"
#include "meta/change_values.h"

static void bind_record(struct sql *q, int32_t tenant, int64_t owner)
{
    sql_int(q, tenant);
    sql_int(q, change_owner_kind(owner));
    sql_int(q, change_owner_id(owner));
}

static enum err_code unreadable(const struct change_row *row, struct err *e)
{
    return err_set(e, ERR_CORRUPT, "a row of change %lld is not readable",
                   (long long)row->change_id);
}

static void bind_values(struct sql *q, const struct change_value *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (values[i].is_text)
            sql_text(q, values[i].text);
        else
            sql_int(q, values[i].number);
    }
}

static const char PUT_RECORD[] =
    "INSERT INTO record (tenant, kind, id, parent_id, subtype, name, code, xml_id, sort, active,"
    " created_us, updated_us, created_by, updated_by, name_folded)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, fold($6))"
    " ON CONFLICT (tenant, kind, id) DO UPDATE SET"
    " subtype = excluded.subtype, parent_id = excluded.parent_id, name = excluded.name,"
    " code = excluded.code, xml_id = excluded.xml_id, sort = excluded.sort,"
    " active = excluded.active, updated_us = max(excluded.updated_us, record.updated_us + 1),"
    " updated_by = excluded.updated_by, name_folded = excluded.name_folded";
enum { RECORD_AT_UPDATED = 8, RECORD_AT_BY = 10 };

/* It changes now, at least one later than before: tags and dates are made of it. */
static void stamp(struct change_value *updated_us, struct change_value *updated_by, int64_t now_us,
                  int32_t user_id)
{
    updated_us->number = now_us > updated_us->number ? now_us : updated_us->number + 1;
    updated_by->number = user_id;
}

static enum err_code restore_record(struct meta *meta, struct arena *arena, int32_t tenant,
                                    const struct change_row *row, int64_t now_us, int32_t user_id,
                                    struct err *e)
{
    enum record_kind kind = change_owner_kind(row->key.owner);
    int32_t id = change_owner_id(row->key.owner);
    struct change_value values[CHANGE_RECORD_COLUMNS];
    bool found;

    if (!row->was_there)
        return meta_record_delete(meta, tenant, kind, id, &found, e);
    if (!change_values_read(arena, row->before, values, COUNT(values)))
        return unreadable(row, e);
    stamp(&values[RECORD_AT_UPDATED], &values[RECORD_AT_BY], now_us, user_id);
    SQL(q, meta, PUT_RECORD, e);
    bind_record(&q, tenant, row->key.owner);
    bind_values(&q, values, COUNT(values));
    return sql_done(&q);
}

static const char BYTES_CHANGE[] =
    "SELECT (SELECT count(*) FROM blob b WHERE b.tenant = $1 AND b.id = $3 AND b.state < 3)"
    " WHERE $3 <> 0 AND $3 <> coalesce((SELECT p.blob_id FROM picture p WHERE p.tenant = $1"
    " AND p.id = $2), 0)";

/* Its bytes are held by history: now they are the picture's again as well. */
static enum err_code take_bytes(struct meta *meta, int32_t tenant, const struct change_row *row,
                                int64_t blob_id, struct err *e)
{
    bool change;
    bool is_there = true;
    {
        SQL(q, meta, BYTES_CHANGE, e);
        sql_int(&q, tenant);
        sql_int(&q, row->key.owner);
        sql_int(&q, blob_id);
        change = sql_row(&q);
        if (change)
            is_there = sql_get_int(&q, 0) != 0;
        if (q.rc)
            return q.rc;
    }
    if (!is_there)
        return err_set(e, ERR_CORRUPT, "the bytes of change %lld are not there",
                       (long long)row->change_id);
    return change ? meta_blob_ref(meta, tenant, blob_id, e) : ERR_NONE;
}

static const char PUT_PICTURE[] =
    "INSERT INTO picture (tenant, id, blob_id, name, description, extra_info, conceptual_type,"
    " type, width, height, orientation, frames, created_us, updated_us, created_by, updated_by,"
    " version, mime_type, focus_x, focus_y) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,"
    " $12, $13, $14, $15, $16, $17, $18, $19, $20) ON CONFLICT (tenant, id) DO UPDATE SET"
    " blob_id = excluded.blob_id, name = excluded.name, description = excluded.description,"
    " extra_info = excluded.extra_info, conceptual_type = excluded.conceptual_type,"
    " type = excluded.type, width = excluded.width, height = excluded.height,"
    " orientation = excluded.orientation, frames = excluded.frames,"
    " updated_us = max(excluded.updated_us, picture.updated_us + 1),"
    " updated_by = excluded.updated_by,"
    " version = CASE WHEN picture.blob_id = excluded.blob_id THEN picture.version"
    " WHEN picture.version = 2147483647 THEN 1 ELSE picture.version + 1 END,"
    " mime_type = excluded.mime_type, focus_x = excluded.focus_x, focus_y = excluded.focus_y";
enum { PICTURE_AT_BLOB = 0, PICTURE_AT_UPDATED = 11, PICTURE_AT_BY = 13 };

static enum err_code restore_picture(struct meta *meta, struct arena *arena, int32_t tenant,
                                     const struct change_row *row, int64_t now_us, int32_t user_id,
                                     struct err *e)
{
    struct change_value values[CHANGE_PICTURE_COLUMNS];

    if (!row->was_there)
        return meta_picture_delete(meta, tenant, (int32_t)row->key.owner, e);
    if (!change_values_read(arena, row->before, values, COUNT(values)))
        return unreadable(row, e);
    stamp(&values[PICTURE_AT_UPDATED], &values[PICTURE_AT_BY], now_us, user_id);
    enum err_code rc = take_bytes(meta, tenant, row, values[PICTURE_AT_BLOB].number, e);
    if (rc)
        return rc;
    SQL(q, meta, PUT_PICTURE, e);
    sql_int(&q, tenant);
    sql_int(&q, row->key.owner);
    bind_values(&q, values, COUNT(values));
    return sql_done(&q);
}

int32_t meta_change_linked(const struct change_row *row)
{
    int32_t id;

    return bytes_to_int32(row->before, &id) ? id : 0;
}

static const char PUT_LINK[] = "INSERT INTO link (tenant, kind, record_id, role, rank, picture_id)"
                               " VALUES ($1, $2, $3, $4, $5, $6)";
static const char DELETE_LINK[] = "DELETE FROM link WHERE tenant = $1 AND kind = $2"
                                  " AND record_id = $3 AND role = $4 AND rank = $5";

static enum err_code restore_link(struct meta *meta, int32_t tenant, const struct change_row *row,
                                  struct err *e)
{
    int32_t picture_id = row->was_there ? meta_change_linked(row) : 0;

    if (row->was_there && !picture_id)
        return unreadable(row, e);
    SQL(q, meta, row->was_there ? PUT_LINK : DELETE_LINK, e);
    bind_record(&q, tenant, row->key.owner);
    sql_int(&q, row->key.part >> 32);
    sql_int(&q, row->key.part & 0xFFFFFFFF);
    if (row->was_there)
        sql_int(&q, picture_id);
    return sql_done(&q);
}

enum err_code meta_change_restore(struct meta *meta, struct arena *arena, int32_t tenant,
                                  const struct change_row *row, int64_t now_us, int32_t user_id,
                                  struct err *e)
{
    enum record_kind kind = change_owner_kind(row->key.owner);
    int32_t id = change_owner_id(row->key.owner);

    switch (row->key.table) {
    case CHANGE_OF_RECORD:
        return restore_record(meta, arena, tenant, row, now_us, user_id, e);
    case CHANGE_OF_MEMBERS: /* an empty text is no row */
        return meta_members_put(meta, tenant, kind, id, row->before, e);
    case CHANGE_OF_FIELDS:
        return meta_fields_put(meta, tenant, kind, id, row->before, e);
    case CHANGE_OF_PICTURE:
        return restore_picture(meta, arena, tenant, row, now_us, user_id, e);
    case CHANGE_OF_LINK:
        return restore_link(meta, tenant, row, e);
    }
    return err_set(e, ERR_CORRUPT, "change %lld names a table that is not there",
                   (long long)row->change_id);
}

static const char TOUCH[] = "UPDATE picture SET updated_us = max(updated_us + 1, $3),"
                            " updated_by = $4 WHERE tenant = $1 AND id = $2";

enum err_code meta_picture_touch(struct meta *meta, int32_t tenant, int32_t id, int64_t now_us,
                                 int32_t user_id, struct err *e)
{
    SQL(q, meta, TOUCH, e);
    sql_int(&q, tenant);
    sql_int(&q, id);
    sql_int(&q, now_us);
    sql_int(&q, user_id);
    return sql_done(&q);
}

/* What contradicts a row that is there, or that is not any more. */
#define LINK_KEY(l) "5, " l ".kind << 32 | " l ".record_id, " l ".role << 32 | " l ".rank"
#define NO_RECORD(kind, id)                                                                        \
    " NOT EXISTS (SELECT 1 FROM record r WHERE r.tenant = $1 AND r.kind = " kind " AND r.id = " id \
    ")"
#define NO_PICTURE(id) " NOT EXISTS (SELECT 1 FROM picture p WHERE p.tenant = $1 AND p.id = " id ")"

/* $2 kind, $3 id */
static const char OF_RECORD[] = "SELECT " LINK_KEY(
    "l") " FROM link l WHERE l.tenant = $1 AND l.kind = $2"
         " AND l.record_id = $3 AND" NO_RECORD(
             "$2",
             "$3") " UNION ALL SELECT 2, $2 << 32 | $3, 0 FROM record_members m WHERE m.tenant = $1"
                   " AND m.kind = $2 AND m.id = $3 AND" NO_RECORD(
                       "$2",
                       "$3") " UNION ALL SELECT 3, $2 << 32 | $3, 0 FROM record_fields f WHERE "
                             "f.tenant = $1"
                             " AND f.kind = $2 AND f.id = $3 AND" NO_RECORD(
                                 "$2",
                                 "$3") " UNION ALL SELECT 1, 3 << 32 | c.id, 0 FROM record c WHERE "
                                       "c.tenant = $1 AND c.kind = 3"
                                       " AND c.parent_id = $3 AND c.parent_id > 0 AND $2 = 3 "
                                       "AND" NO_RECORD(
                                           "$2",
                                           "$3") " UNION ALL SELECT 1, 3 << 32 | o.parent_id, 0 "
                                                 "FROM record o WHERE o.tenant = $1"
                                                 " AND o.kind = $2 AND o.id = $3 AND o.parent_id > "
                                                 "0 AND NOT EXISTS (SELECT 1 FROM record p"
                                                 " WHERE p.tenant = $1 AND p.kind = 3 AND p.id = "
                                                 "o.parent_id AND p.subtype = 3) LIMIT 1";
/* $2 id */
static const char OF_PICTURE[] =
    "SELECT " LINK_KEY("l") " FROM link l WHERE l.tenant = $1 AND l.picture_id = $2"
                            " AND" NO_PICTURE("$2") " LIMIT 1";
/* $2 kind, $3 id, $4 role, $5 rank */
#define THIS_LINK                                                                                  \
    " FROM link l WHERE l.tenant = $1 AND l.kind = $2 AND l.record_id = $3 AND l.role = $4"        \
    " AND l.rank = $5"
static const char OF_LINK[] =
    "SELECT 1, $2 << 32 | $3, 0" THIS_LINK
    " AND" NO_RECORD("$2", "$3") " UNION ALL SELECT 4, l.picture_id, 0" THIS_LINK
                                 " AND" NO_PICTURE("l.picture_id") " UNION ALL SELECT " LINK_KEY(
                                     "o") " FROM link o WHERE o.tenant = $1 AND o.kind = $2"
                                          " AND o.record_id = $3 AND (o.role, o.rank) <> ($4, $5)"
                                          " AND o.picture_id = (SELECT l.picture_id" THIS_LINK
                                          ") LIMIT 1";

static enum err_code read_key(struct sql *q, struct change_key *out, bool *found)
{
    *found = sql_row(q);
    if (*found)
        *out = (struct change_key){ (enum change_table)sql_get_int(q, 0), sql_get_int(q, 1),
                                    sql_get_int(q, 2) };
    return q->rc;
}

enum err_code meta_change_misfit(struct meta *meta, int32_t tenant, const struct change_key *key,
                                 struct change_key *out, bool *found, struct err *e)
{
    if (key->table == CHANGE_OF_PICTURE) {
        SQL(q, meta, OF_PICTURE, e);
        sql_int(&q, tenant);
        sql_int(&q, key->owner);
        return read_key(&q, out, found);
    }
    if (key->table == CHANGE_OF_LINK) {
        SQL(q, meta, OF_LINK, e);
        bind_record(&q, tenant, key->owner);
        sql_int(&q, key->part >> 32);
        sql_int(&q, key->part & 0xFFFFFFFF);
        return read_key(&q, out, found);
    }
    SQL(q, meta, OF_RECORD, e);
    bind_record(&q, tenant, key->owner);
    return read_key(&q, out, found);
}
