#include "meta/sql.h"

#include <stdlib.h>

/* p: picture, b: its blob; behind them the link, where there is one. A picture without bytes has no
 * blob: its columns are NULL then, which read as 0 and empty. */
#define COLUMNS                                                                                    \
    "p.id, p.name, p.description, p.extra_info, p.conceptual_type, p.type, p.width, p.height, "    \
    "p.orientation, p.frames, p.created_us, p.updated_us, p.created_by, p.updated_by, p.version, " \
    "b.id, b.plain_bytes, b.stored_bytes, b.hash, b.volume, b.offset, b.checksums, p.mime_type, "  \
    "p.focus_x, p.focus_y, b.flags, b.key_no"
#define LINK_COLUMNS  ", l.kind, l.record_id, l.role, l.rank"
#define LINK_AT       27
#define FROM_LABEL    " FROM link l JOIN picture p ON p.tenant = l.tenant AND p.id = l.picture_id"
#define FROM_LINK     FROM_LABEL " LEFT JOIN blob b ON b.tenant = p.tenant AND b.id = p.blob_id"
#define LABEL_COLUMNS "p.id, p.name, p.created_us, p.version, l.kind, l.record_id, l.role"
#define ON_RECORD     " WHERE l.tenant = $1 AND l.kind = $2 AND l.record_id = $3"
#define NO_THUMBNAIL  " AND l.role < 4" /* neither seen nor listed: ROLE_THUMBNAIL */

static void read_bytes(struct sql *q, struct arena *arena, struct picture *out)
{
    out->blob_id = sql_get_int(q, 15);
    out->size_bytes = sql_get_int(q, 16);
    out->stored_bytes = sql_get_int(q, 17);
    out->hash = sql_get_copy(q, 18, arena);
    out->volume = sql_get_int32(q, 19);
    out->offset = sql_get_int(q, 20);
    out->checksums = sql_get_copy(q, 21, arena);
    int64_t flags = sql_get_int(q, 25);
    out->encrypted = flags & 1; /* enum blob_flag of blob/blob.h */
    out->zipped = flags & 2;
    out->key_no = (uint32_t)sql_get_int(q, 26);
    if (out->header.type == PICTURE_NONE)
        out->mime_type = sql_get_copy(q, 22, arena);
}

static void read_picture(struct sql *q, struct arena *arena, struct picture *out)
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
        .focus_x = sql_get_int32(q, 23),
        .focus_y = sql_get_int32(q, 24),
        .kind = (enum record_kind)sql_get_int(q, LINK_AT),
        .record_id = sql_get_int32(q, LINK_AT + 1),
        .role = (enum picture_role)sql_get_int(q, LINK_AT + 2),
        .rank = sql_get_int32(q, LINK_AT + 3),
    };
    read_bytes(q, arena, out);
}

static void read_label(struct sql *q, struct arena *arena, struct picture *out)
{
    *out = (struct picture){
        .id = sql_get_int32(q, 0),
        .name = sql_get_copy(q, 1, arena),
        .created_us = sql_get_int(q, 2),
        .version = sql_get_int32(q, 3),
        .kind = (enum record_kind)sql_get_int(q, 4),
        .record_id = sql_get_int32(q, 5),
        .role = (enum picture_role)sql_get_int(q, 6),
    };
}

static enum err_code read_one(struct sql *q, struct arena *arena,
                              void (*read)(struct sql *, struct arena *, struct picture *),
                              struct picture *out, bool *found)
{
    struct picture picture;

    *found = sql_row(q);
    if (*found) {
        read(q, arena, &picture);
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
    return read_one(&q, arena, read_picture, out, found);
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
    return read_one(&q, arena, read_picture, out, found);
}

static const char LABEL[] =
    "SELECT " LABEL_COLUMNS FROM_LABEL ON_RECORD NO_THUMBNAIL " AND l.picture_id = $4";

enum err_code meta_picture_label(struct meta *meta, struct arena *arena, int32_t tenant,
                                 enum record_kind kind, int32_t record_id, int32_t id,
                                 struct picture *out, bool *found, struct err *e)
{
    SQL(q, meta, LABEL, e);
    bind_record(&q, tenant, kind, record_id);
    sql_int(&q, id);
    return read_one(&q, arena, read_label, out, found);
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
    return read_one(&q, arena, read_picture, out, found);
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
    return read_one(&q, arena, read_picture, out, found);
}

/* The plus keeps SQLite from walking all pictures in the order of their ids. The record's few are
 * sorted here: carrying their columns through SQLite's sorter takes longer than finding them. */
#define ABOVE " AND +p.id > $4"
static const char LIST[] = "SELECT " COLUMNS LINK_COLUMNS FROM_LINK ON_RECORD NO_THUMBNAIL ABOVE;
static const char LABELS[] = "SELECT " LABEL_COLUMNS FROM_LABEL ON_RECORD NO_THUMBNAIL ABOVE;

static int by_id(const void *a, const void *b)
{
    const struct picture *left = a;
    const struct picture *right = b;

    return (left->id > right->id) - (left->id < right->id);
}

/* Pictures of any number, collected behind each other. */
struct pictures {
    void *rows;
    size_t count;
    size_t room;
};

static enum err_code read_all(struct sql *q, struct arena *arena,
                              void (*read)(struct sql *, struct arena *, struct picture *),
                              struct pictures *out)
{
    while (sql_row(q)) {
        struct picture *picture =
            sql_grow(q, arena, &out->rows, &out->count, &out->room, sizeof *picture);
        if (picture)
            read(q, arena, picture);
    }
    return q->rc;
}

static enum err_code read_list(struct sql *q, struct arena *arena, size_t limit,
                               void (*read)(struct sql *, struct arena *, struct picture *),
                               struct picture **out, size_t *count)
{
    struct pictures pictures = { 0 };

    if (read_all(q, arena, read, &pictures))
        return q->rc;
    if (pictures.count > 1)
        qsort(pictures.rows, pictures.count, sizeof(struct picture), by_id);
    *out = pictures.rows;
    *count = limit && pictures.count > limit ? limit : pictures.count;
    return ERR_NONE;
}

enum err_code meta_picture_list(struct meta *meta, struct arena *arena, int32_t tenant,
                                enum record_kind kind, int32_t record_id, int32_t after_id,
                                size_t limit, struct picture **out, size_t *count, struct err *e)
{
    SQL(q, meta, LIST, e);
    bind_record(&q, tenant, kind, record_id);
    sql_int(&q, after_id);
    return read_list(&q, arena, limit, read_picture, out, count);
}

enum err_code meta_picture_labels(struct meta *meta, struct arena *arena, int32_t tenant,
                                  enum record_kind kind, int32_t record_id, int32_t after_id,
                                  struct picture **out, size_t *count, struct err *e)
{
    SQL(q, meta, LABELS, e);
    bind_record(&q, tenant, kind, record_id);
    sql_int(&q, after_id);
    return read_list(&q, arena, 0, read_label, out, count);
}

#define LIST_OF_MAX 10 /* records a statement; ids are above 0, so 0 stands for none */
static const char LIST_OF[] =
    "SELECT " COLUMNS LINK_COLUMNS FROM_LINK
    " WHERE l.tenant = $1 AND l.kind = $2 AND l.record_id IN"
    " ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12)" NO_THUMBNAIL " ORDER BY l.record_id, +p.id";

enum err_code meta_picture_list_of(struct meta *meta, struct arena *arena, int32_t tenant,
                                   enum record_kind kind, const int32_t *record_ids,
                                   size_t record_count, struct picture **out, size_t *count,
                                   struct err *e)
{
    struct pictures pictures = { 0 };

    for (size_t at = 0; at < record_count; at += LIST_OF_MAX) {
        SQL(q, meta, LIST_OF, e);
        sql_int(&q, tenant);
        sql_int(&q, kind);
        for (size_t i = at; i < at + LIST_OF_MAX; i++)
            sql_int(&q, i < record_count ? record_ids[i] : 0);
        if (read_all(&q, arena, read_picture, &pictures))
            return q.rc;
    }
    *out = pictures.rows;
    *count = pictures.count;
    return ERR_NONE;
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
    sql_int(q, picture->focus_x);
    sql_int(q, picture->focus_y);
}

static const char INSERT[] =
    "INSERT INTO picture (tenant, id, blob_id, name, description, extra_info, conceptual_type, "
    "type,"
    " width, height, orientation, frames, updated_us, updated_by, version, mime_type, focus_x,"
    " focus_y, created_us, created_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,"
    " $13, $14, $15, $16, $17, $18, $19, $20)";

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
    " updated_us = $13, updated_by = $14, version = $15, mime_type = $16, focus_x = $17,"
    " focus_y = $18 WHERE tenant = $1 AND id "
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
