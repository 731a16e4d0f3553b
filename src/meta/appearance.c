/* What pictures look like. */
#include "meta/blob_row.h"

#include <stdlib.h>

/* The blob may have gone while somebody looked at it. */
static const char PUT[] =
    "INSERT INTO appearance (tenant, blob_id, state, made_by, colour, thumb_hash, pixel_hash,"
    " perceptual_hash) SELECT tenant, id, $3, $4, $5, $6, $7, $8 FROM blob"
    " WHERE tenant = $1 AND id = $2 AND state < 3"
    " ON CONFLICT (tenant, blob_id) DO UPDATE SET state = $3, made_by = $4, colour = $5,"
    " thumb_hash = $6, pixel_hash = $7, perceptual_hash = $8";

enum err_code meta_appearance_put(struct meta *meta, int32_t tenant,
                                  const struct appearance_row *row, struct err *e)
{
    const struct appearance *a = &row->appearance;
    bool made = row->state == APPEARANCE_MADE;

    SQL(q, meta, PUT, e);
    sql_int(&q, tenant);
    sql_int(&q, row->blob_id);
    sql_int(&q, row->state);
    sql_int(&q, row->made_by);
    sql_int(&q, a->colour);
    sql_blob(&q, bytes_of((const char *)a->thumb_hash, made ? a->thumb_hash_len : 0));
    sql_blob(&q, bytes_of((const char *)a->pixel_hash, made ? PICTURE_HASH_LEN : 0));
    sql_int(&q, (int64_t)a->perceptual_hash);
    return sql_done(&q);
}

/* As much of it as there is room for; how much there was. */
static size_t read_bytes(struct sql *q, int column, uint8_t *out, size_t room)
{
    struct bytes bytes = q->meta->driver->get_bytes(q->stmt, column);
    size_t len = bytes.len < room ? bytes.len : room;

    if (len)
        memcpy(out, bytes.at, len);
    return len;
}

static const char FIND[] =
    "SELECT state, made_by, colour, thumb_hash, pixel_hash, perceptual_hash FROM appearance"
    " WHERE tenant = $1 AND blob_id = $2";

enum err_code meta_appearance_find(struct meta *meta, int32_t tenant, int64_t blob_id,
                                   struct appearance_row *out, bool *found, struct err *e)
{
    SQL(q, meta, FIND, e);
    sql_int(&q, tenant);
    sql_int(&q, blob_id);
    bool row = sql_row(&q);
    if (row) {
        *out = (struct appearance_row){
            .blob_id = blob_id,
            .state = (enum appearance_state)sql_get_int(&q, 0),
            .made_by = sql_get_int32(&q, 1),
            .appearance = { .colour = (uint32_t)sql_get_int(&q, 2),
                            .perceptual_hash = (uint64_t)sql_get_int(&q, 5) },
        };
        struct appearance *a = &out->appearance;
        a->thumb_hash_len = (uint8_t)read_bytes(&q, 3, a->thumb_hash, THUMB_HASH_MAX);
        read_bytes(&q, 4, a->pixel_hash, PICTURE_HASH_LEN);
    }
    if (q.rc == ERR_NONE)
        *found = row;
    return q.rc;
}

/* Dead ones too: one that is revived stands where nobody looks again. */
static const char MISSING[] =
    "SELECT " BLOB_COLUMNS("b.") " FROM blob b WHERE b.tenant = $1 AND b.id > $2 AND b.state < 3"
                                 " AND NOT EXISTS (SELECT 1 FROM appearance a WHERE a.tenant = "
                                 "b.tenant AND a.blob_id = b.id"
                                 " AND a.made_by >= $3) ORDER BY b.id LIMIT $4";

enum err_code meta_appearance_missing(struct meta *meta, struct arena *arena, int32_t tenant,
                                      int64_t after_id, int32_t made_by, size_t limit,
                                      struct blob_row **out, size_t *count, struct err *e)
{
    void *rows = NULL;
    size_t n = 0;
    size_t room = 0;

    SQL(q, meta, MISSING, e);
    sql_int(&q, tenant);
    sql_int(&q, after_id);
    sql_int(&q, made_by);
    sql_int(&q, (int64_t)limit);
    while (sql_row(&q)) {
        struct blob_row *row = sql_grow(&q, arena, &rows, &n, &room, sizeof *row);
        if (row)
            blob_row_read(&q, arena, row);
    }
    if (q.rc == ERR_NONE) {
        *out = rows;
        *count = n;
    }
    return q.rc;
}

static const char LIST[] =
    "SELECT p.id, p.blob_id, a.state, a.colour, a.pixel_hash, a.perceptual_hash FROM picture p"
    " LEFT JOIN appearance a ON a.tenant = p.tenant AND a.blob_id = p.blob_id"
    " WHERE p.tenant = $1 AND p.blob_id <> 0 ORDER BY p.id";

enum err_code meta_appearance_list(struct meta *meta, struct arena *arena, int32_t tenant,
                                   struct picture_looks **out, size_t *count, struct err *e)
{
    void *rows = NULL;
    size_t n = 0;
    size_t room = 0;

    SQL(q, meta, LIST, e);
    sql_int(&q, tenant);
    while (sql_row(&q)) {
        struct picture_looks *row = sql_grow(&q, arena, &rows, &n, &room, sizeof *row);
        if (!row)
            break;
        *row = (struct picture_looks){
            .picture_id = sql_get_int32(&q, 0),
            .blob_id = sql_get_int(&q, 1),
            .state = (enum appearance_state)sql_get_int(&q, 2), /* no row: NULL, which is 0 */
            .colour = (uint32_t)sql_get_int(&q, 3),
            .perceptual_hash = (uint64_t)sql_get_int(&q, 5),
        };
        read_bytes(&q, 4, row->pixel_hash, sizeof row->pixel_hash);
    }
    if (q.rc == ERR_NONE) {
        *out = rows;
        *count = n;
    }
    return q.rc;
}
