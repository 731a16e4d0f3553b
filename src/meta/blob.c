#include "meta/blob_row.h"

#define COLUMNS BLOB_COLUMNS("")

void blob_row_read(struct sql *q, struct arena *arena, struct blob_row *out)
{
    *out = (struct blob_row){
        .id = sql_get_int(q, 0),
        .hash = sql_get_copy(q, 1, arena),
        .plain_bytes = sql_get_int(q, 2),
        .stored_bytes = sql_get_int(q, 3),
        .volume = sql_get_int32(q, 4),
        .offset = sql_get_int(q, 5),
        .checksums = sql_get_copy(q, 6, arena),
        .refs = sql_get_int(q, 7),
        .state = (enum blob_state)sql_get_int(q, 8),
        .dead_us = sql_get_int(q, 9),
        .bad_us = sql_get_int(q, 10),
        .flags = (uint8_t)sql_get_int(q, 11),
        .key_no = (uint32_t)sql_get_int(q, 12),
    };
}

static enum err_code read_one(struct sql *q, struct arena *arena, struct blob_row *out, bool *found)
{
    struct blob_row row;

    *found = sql_row(q);
    if (*found) {
        blob_row_read(q, arena, &row);
        if (q->rc == ERR_NONE)
            *out = row;
    }
    return q->rc;
}

static enum err_code read_all(struct sql *q, struct arena *arena, struct blob_row **out,
                              size_t *count)
{
    void *rows = NULL;
    size_t n = 0;
    size_t room = 0;

    while (sql_row(q)) {
        struct blob_row *row = sql_grow(q, arena, &rows, &n, &room, sizeof *row);
        if (row)
            blob_row_read(q, arena, row);
    }
    if (q->rc == ERR_NONE) {
        *out = rows;
        *count = n;
    }
    return q->rc;
}

static const char BY_HASH[] =
    "SELECT " COLUMNS " FROM blob WHERE tenant = $1 AND hash = $2 AND state < 3";

enum err_code meta_blob_by_hash(struct meta *meta, struct arena *arena, int32_t tenant,
                                struct bytes hash, struct blob_row *out, bool *found, struct err *e)
{
    SQL(q, meta, BY_HASH, e);
    sql_int(&q, tenant);
    sql_blob(&q, hash);
    return read_one(&q, arena, out, found);
}

static const char BY_ID[] = "SELECT " COLUMNS " FROM blob WHERE tenant = $1 AND id = $2";

enum err_code meta_blob_by_id(struct meta *meta, struct arena *arena, int32_t tenant, int64_t id,
                              struct blob_row *out, bool *found, struct err *e)
{
    SQL(q, meta, BY_ID, e);
    sql_int(&q, tenant);
    sql_int(&q, id);
    return read_one(&q, arena, out, found);
}

static const char INSERT[] =
    "INSERT INTO blob (tenant, " COLUMNS
    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";

enum err_code meta_blob_insert(struct meta *meta, int32_t tenant, const struct blob_row *row,
                               struct err *e)
{
    SQL(q, meta, INSERT, e);
    sql_int(&q, tenant);
    sql_int(&q, row->id);
    sql_blob(&q, row->hash);
    sql_int(&q, row->plain_bytes);
    sql_int(&q, row->stored_bytes);
    sql_int(&q, row->volume);
    sql_int(&q, row->offset);
    sql_blob(&q, row->checksums);
    sql_int(&q, row->refs);
    sql_int(&q, row->state);
    sql_int(&q, row->dead_us);
    sql_int(&q, row->bad_us);
    sql_int(&q, row->flags);
    sql_int(&q, row->key_no);
    return sql_done(&q);
}

static const char SET_BAD[] =
    "UPDATE blob SET bad_us = $3 WHERE tenant = $1 AND id = $2 AND state < 3";

enum err_code meta_blob_set_bad(struct meta *meta, int32_t tenant, int64_t id, int64_t bad_us,
                                struct err *e)
{
    SQL(q, meta, SET_BAD, e);
    sql_int(&q, tenant);
    sql_int(&q, id);
    sql_int(&q, bad_us);
    return sql_done(&q);
}

static const char BAD[] =
    "SELECT " COLUMNS " FROM blob WHERE tenant = $1 AND bad_us > 0 AND id > $2"
    " ORDER BY id LIMIT $3";

enum err_code meta_blob_bad(struct meta *meta, struct arena *arena, int32_t tenant,
                            int64_t after_id, size_t limit, struct blob_row **out, size_t *count,
                            struct err *e)
{
    SQL(q, meta, BAD, e);
    sql_int(&q, tenant);
    sql_int(&q, after_id);
    sql_int(&q, (int64_t)limit);
    return read_all(&q, arena, out, count);
}

static const char REF[] =
    "UPDATE blob SET refs = refs + 1, state = 1, dead_us = 0 WHERE tenant = $1 AND id = $2";

enum err_code meta_blob_ref(struct meta *meta, int32_t tenant, int64_t id, struct err *e)
{
    SQL(q, meta, REF, e);
    sql_int(&q, tenant);
    sql_int(&q, id);
    return sql_done(&q);
}

static const char UNREF[] = "UPDATE blob SET refs = refs - 1,"
                            " state = CASE WHEN refs > 1 THEN 1 ELSE 2 END,"
                            " dead_us = CASE WHEN refs > 1 THEN 0 ELSE $3 END"
                            " WHERE tenant = $1 AND id = $2";

enum err_code meta_blob_unref(struct meta *meta, int32_t tenant, int64_t id, int64_t now_us,
                              struct err *e)
{
    SQL(q, meta, UNREF, e);
    sql_int(&q, tenant);
    sql_int(&q, id);
    sql_int(&q, now_us);
    return sql_done(&q);
}

static const char MOVE[] = "UPDATE blob SET stored_bytes = $3, volume = $4, offset = $5,"
                           " checksums = $6, flags = $7, key_no = $8, bad_us = 0"
                           " WHERE tenant = $1 AND id = $2";

enum err_code meta_blob_move(struct meta *meta, int32_t tenant, const struct blob_row *row,
                             struct err *e)
{
    SQL(q, meta, MOVE, e);
    sql_int(&q, tenant);
    sql_int(&q, row->id);
    sql_int(&q, row->stored_bytes);
    sql_int(&q, row->volume);
    sql_int(&q, row->offset);
    sql_blob(&q, row->checksums);
    sql_int(&q, row->flags);
    sql_int(&q, row->key_no);
    return sql_done(&q);
}

static const char REMOVE_MARK[] =
    "UPDATE blob SET state = 3 WHERE tenant = $1 AND id IN (SELECT id FROM blob WHERE tenant = $1"
    " AND state > 1 AND dead_us < $2 ORDER BY dead_us LIMIT $3)";
/* The order has it found by the index of dead ones; else SQLite goes through all there are. */
static const char REMOVE_LIST[] = "SELECT " COLUMNS " FROM blob WHERE tenant = $1 AND state > 1"
                                  " AND state = 3 ORDER BY dead_us LIMIT $2";

enum err_code meta_blob_remove_begin(struct meta *meta, struct arena *arena, int32_t tenant,
                                     int64_t before_us, size_t limit, struct blob_row **out,
                                     size_t *count, struct err *e)
{
    SQL(mark, meta, REMOVE_MARK, e);
    sql_int(&mark, tenant);
    sql_int(&mark, before_us);
    sql_int(&mark, (int64_t)limit);
    enum err_code rc = sql_done(&mark);
    if (rc)
        return rc;

    SQL(list, meta, REMOVE_LIST, e);
    sql_int(&list, tenant);
    sql_int(&list, (int64_t)limit);
    return read_all(&list, arena, out, count);
}

static const char REMOVE_APPEARANCE[] =
    "DELETE FROM appearance WHERE tenant = $1 AND blob_id IN"
    " (SELECT id FROM blob WHERE tenant = $1 AND id = $2 AND state = 3)";
static const char REMOVE_END[] = "DELETE FROM blob WHERE tenant = $1 AND id = $2 AND state = 3";

enum err_code meta_blob_remove_end(struct meta *meta, int32_t tenant, int64_t id, struct err *e)
{
    SQL(looks, meta, REMOVE_APPEARANCE, e);
    sql_int(&looks, tenant);
    sql_int(&looks, id);
    enum err_code rc = sql_done(&looks);
    if (rc)
        return rc;

    SQL(q, meta, REMOVE_END, e);
    sql_int(&q, tenant);
    sql_int(&q, id);
    return sql_done(&q);
}

static const char WALK[] = "SELECT " COLUMNS " FROM blob WHERE tenant = $1 AND id > $2 ORDER BY id"
                           " LIMIT $3";

enum err_code meta_blob_walk(struct meta *meta, struct arena *arena, int32_t tenant,
                             int64_t after_id, size_t limit, struct blob_row **out, size_t *count,
                             struct err *e)
{
    SQL(q, meta, WALK, e);
    sql_int(&q, tenant);
    sql_int(&q, after_id);
    sql_int(&q, (int64_t)limit);
    return read_all(&q, arena, out, count);
}

static const char PLACES[] = "SELECT id, hash, stored_bytes, volume, offset, checksums FROM blob"
                             " WHERE tenant = $1 AND id > $2 AND state < 4 ORDER BY id LIMIT $3";

enum err_code meta_blob_places(struct meta *meta, struct arena *arena, int32_t tenant,
                               int64_t after_id, size_t limit, struct blob_row **out, size_t *count,
                               struct err *e)
{
    void *rows = NULL;
    size_t n = 0;
    size_t room = 0;

    SQL(q, meta, PLACES, e);
    sql_int(&q, tenant);
    sql_int(&q, after_id);
    sql_int(&q, (int64_t)limit);
    while (sql_row(&q)) {
        struct blob_row *row = sql_grow(&q, arena, &rows, &n, &room, sizeof *row);
        if (row)
            *row = (struct blob_row){ .id = sql_get_int(&q, 0),
                                      .hash = sql_get_copy(&q, 1, arena),
                                      .stored_bytes = sql_get_int(&q, 2),
                                      .volume = sql_get_int32(&q, 3),
                                      .offset = sql_get_int(&q, 4),
                                      .checksums = sql_get_copy(&q, 5, arena) };
    }
    if (q.rc == ERR_NONE) {
        *out = rows;
        *count = n;
    }
    return q.rc;
}

static const char VOLUMES[] = "SELECT no, state, end FROM volume ORDER BY no";

enum err_code meta_volume_list(struct meta *meta, struct arena *arena, struct volume_row **out,
                               size_t *count, struct err *e)
{
    void *rows = NULL;
    size_t n = 0;
    size_t room = 0;

    SQL(q, meta, VOLUMES, e);
    while (sql_row(&q)) {
        struct volume_row *row = sql_grow(&q, arena, &rows, &n, &room, sizeof *row);
        if (row)
            *row = (struct volume_row){ .no = sql_get_int32(&q, 0),
                                        .state = (enum volume_state)sql_get_int(&q, 1),
                                        .end = sql_get_int(&q, 2) };
    }
    if (q.rc == ERR_NONE) {
        *out = rows;
        *count = n;
    }
    return q.rc;
}

static const char VOLUME_PUT[] = "INSERT INTO volume (no, state, end) VALUES ($1, $2, $3)"
                                 " ON CONFLICT (no) DO UPDATE SET state = $2, end = $3";

enum err_code meta_volume_put(struct meta *meta, const struct volume_row *row, struct err *e)
{
    SQL(q, meta, VOLUME_PUT, e);
    sql_int(&q, row->no);
    sql_int(&q, row->state);
    sql_int(&q, row->end);
    return sql_done(&q);
}
