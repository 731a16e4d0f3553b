#include "meta/sql.h"

/* p: picture, b: its blob; behind them the link, where there is one. A picture without bytes has no
 * blob: its columns are NULL then, which read as 0 and empty. */
#define COLUMNS                                                                                    \
    "p.id, p.name, p.description, p.extra_info, p.conceptual_type, p.type, p.width, p.height, "    \
    "p.orientation, p.frames, p.created_us, p.updated_us, p.created_by, p.updated_by, p.version, " \
    "b.id, b.plain_bytes, b.stored_bytes, b.hash, b.volume, b.offset, b.checksums, p.mime_type"
#define LINK_COLUMNS ", l.kind, l.record_id, l.role, l.rank"
#define LINK_AT      23
#define FROM_LINK                                                                                  \
    " FROM link l JOIN picture p ON p.tenant = l.tenant AND p.id = l.picture_id"                   \
    " LEFT JOIN blob b ON b.tenant = p.tenant AND b.id = p.blob_id"
#define ON_RECORD    " WHERE l.tenant = $1 AND l.kind = $2 AND l.record_id = $3"
#define NO_THUMBNAIL " AND l.role < 4" /* neither seen nor listed: ROLE_THUMBNAIL */

static void read_picture(struct sql *q, struct arena *arena, bool linked, struct picture *out)
{
    *out = (struct picture){
        .id = sql_get_int32(q, 0),
        .name = sql_get_copy(q, 1, arena),
        .description = sql_get_copy(q, 2, arena),
        .extra_info = sql_get_copy(q, 3, arena),
        .conceptual_type = sql_get_copy(q, 4, arena),
        .header = { .type = (enum picture_type)sql_get_int(q, 5),
                    .width_px = sql_get_int32(q, 6),
                    .height_px = sql_get_int32(q, 7),
                    .orientation = sql_get_int32(q, 8),
                    .frames = sql_get_int32(q, 9) },
        .created_us = sql_get_int(q, 10),
        .updated_us = sql_get_int(q, 11),
        .created_by = sql_get_int32(q, 12),
        .updated_by = sql_get_int32(q, 13),
        .version = sql_get_int32(q, 14),
        .blob_id = sql_get_int(q, 15),
        .size_bytes = sql_get_int(q, 16),
        .stored_bytes = sql_get_int(q, 17),
        .hash = sql_get_copy(q, 18, arena),
        .volume = sql_get_int32(q, 19),
        .offset = sql_get_int(q, 20),
        .checksums = sql_get_copy(q, 21, arena),
    };
    if (out->header.type == PICTURE_NONE)
        out->mime_type = sql_get_copy(q, 22, arena);
    if (linked) {
        out->kind = (enum record_kind)sql_get_int(q, LINK_AT);
        out->record_id = sql_get_int32(q, LINK_AT + 1);
        out->role = (enum picture_role)sql_get_int(q, LINK_AT + 2);
        out->rank = sql_get_int32(q, LINK_AT + 3);
    }
}

static enum err_code read_one(struct sql *q, struct arena *arena, bool linked, struct picture *out,
                              bool *found)
{
    struct picture picture;

    *found = sql_row(q);
    if (*found) {
        read_picture(q, arena, linked, &picture);
        if (q->rc == ERR_NONE)
            *out = picture;
    }
    return q->rc;
}

static void bind_record(struct sql *q, int32_t tenant, enum record_kind kind, int32_t record_id)
{
    sql_int(q, tenant);
    sql_int(q, kind);
    sql_int(q, record_id);
}

/* The key's own order is the rule "the picture you see": lowest role, then lowest rank. */
static const char SEEN[] = "SELECT " COLUMNS LINK_COLUMNS FROM_LINK ON_RECORD NO_THUMBNAIL
                           " ORDER BY l.role, l.rank LIMIT 1";

enum err_code meta_picture_seen(struct meta *meta, struct arena *arena, int32_t tenant,
                                enum record_kind kind, int32_t record_id, struct picture *out,
                                bool *found, struct err *e)
{
    SQL(q, meta, SEEN, e);
    bind_record(&q, tenant, kind, record_id);
    return read_one(&q, arena, true, out, found);
}

static const char ON[] =
    "SELECT " COLUMNS LINK_COLUMNS FROM_LINK ON_RECORD NO_THUMBNAIL " AND l.picture_id = $4";

enum err_code meta_picture_on(struct meta *meta, struct arena *arena, int32_t tenant,
                              enum record_kind kind, int32_t record_id, int32_t id,
                              struct picture *out, bool *found, struct err *e)
{
    SQL(q, meta, ON, e);
    bind_record(&q, tenant, kind, record_id);
    sql_int(&q, id);
    return read_one(&q, arena, true, out, found);
}

static const char IN_ROLE[] =
    "SELECT " COLUMNS LINK_COLUMNS FROM_LINK ON_RECORD " AND l.role = $4 ORDER BY l.rank LIMIT 1";

enum err_code meta_picture_in_role(struct meta *meta, struct arena *arena, int32_t tenant,
                                   enum record_kind kind, int32_t record_id, enum picture_role role,
                                   struct picture *out, bool *found, struct err *e)
{
    SQL(q, meta, IN_ROLE, e);
    bind_record(&q, tenant, kind, record_id);
    sql_int(&q, role);
    return read_one(&q, arena, true, out, found);
}

static const char BY_ID[] =
    "SELECT " COLUMNS ", coalesce(l.kind, 0), coalesce(l.record_id, 0),"
    " coalesce(l.role, 0), coalesce(l.rank, 0)"
    " FROM picture p LEFT JOIN blob b ON b.tenant = p.tenant AND b.id = p.blob_id"
    " LEFT JOIN link l ON l.tenant = p.tenant AND l.picture_id = p.id"
    " WHERE p.tenant = $1 AND p.id = $2 LIMIT 1";

enum err_code meta_picture_by_id(struct meta *meta, struct arena *arena, int32_t tenant, int32_t id,
                                 struct picture *out, bool *found, struct err *e)
{
    SQL(q, meta, BY_ID, e);
    sql_int(&q, tenant);
    sql_int(&q, id);
    return read_one(&q, arena, true, out, found);
}

/* The pluses keep SQLite from walking all pictures in the order of their ids, which would spare it
 * sorting the record's few. */
static const char LIST[] = "SELECT " COLUMNS LINK_COLUMNS FROM_LINK ON_RECORD NO_THUMBNAIL
                           " AND +p.id > $4 ORDER BY +p.id LIMIT $5";

enum err_code meta_picture_list(struct meta *meta, struct arena *arena, int32_t tenant,
                                enum record_kind kind, int32_t record_id, int32_t after_id,
                                size_t limit, struct picture **out, size_t *count, struct err *e)
{
    void *rows = NULL;
    size_t n = 0;
    size_t room = 0;

    SQL(q, meta, LIST, e);
    bind_record(&q, tenant, kind, record_id);
    sql_int(&q, after_id);
    sql_int(&q, limit ? (int64_t)limit : INT64_MAX);
    while (sql_row(&q)) {
        struct picture *picture = sql_grow(&q, arena, &rows, &n, &room, sizeof *picture);
        if (picture)
            read_picture(&q, arena, true, picture);
    }
    if (q.rc == ERR_NONE) {
        *out = rows;
        *count = n;
    }
    return q.rc;
}

static void bind_rest(struct sql *q, const struct picture *picture)
{
    sql_int(q, picture->blob_id);
    sql_text(q, picture->name);
    sql_text(q, picture->description);
    sql_text(q, picture->extra_info);
    sql_text(q, picture->conceptual_type);
    sql_int(q, picture->header.type);
    sql_int(q, picture->header.width_px);
    sql_int(q, picture->header.height_px);
    sql_int(q, picture->header.orientation);
    sql_int(q, picture->header.frames);
    sql_int(q, picture->updated_us);
    sql_int(q, picture->updated_by);
    sql_int(q, picture->version);
    sql_text(q, picture->mime_type);
}

static const char INSERT[] =
    "INSERT INTO picture (tenant, id, blob_id, name, description, extra_info, conceptual_type, "
    "type,"
    " width, height, orientation, frames, updated_us, updated_by, version, mime_type, created_us,"
    " created_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,"
    " $17, $18)";

enum err_code meta_picture_insert(struct meta *meta, int32_t tenant, const struct picture *picture,
                                  struct err *e)
{
    SQL(q, meta, INSERT, e);
    sql_int(&q, tenant);
    sql_int(&q, picture->id);
    bind_rest(&q, picture);
    sql_int(&q, picture->created_us);
    sql_int(&q, picture->created_by);
    return sql_done(&q);
}

static const char UPDATE[] =
    "UPDATE picture SET blob_id = $3, name = $4, description = $5, extra_info = $6,"
    " conceptual_type = $7, type = $8, width = $9, height = $10, orientation = $11, frames = $12,"
    " updated_us = $13, updated_by = $14, version = $15, mime_type = $16 WHERE tenant = $1 AND id "
    "= $2";

enum err_code meta_picture_update(struct meta *meta, int32_t tenant, const struct picture *picture,
                                  struct err *e)
{
    SQL(q, meta, UPDATE, e);
    sql_int(&q, tenant);
    sql_int(&q, picture->id);
    bind_rest(&q, picture);
    return sql_done(&q);
}

static const char DELETE[] = "DELETE FROM picture WHERE tenant = $1 AND id = $2";

enum err_code meta_picture_delete(struct meta *meta, int32_t tenant, int32_t id, struct err *e)
{
    SQL(q, meta, DELETE, e);
    sql_int(&q, tenant);
    sql_int(&q, id);
    return sql_done(&q);
}
