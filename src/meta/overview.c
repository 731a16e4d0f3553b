#include "meta/sql.h"

/* Twenty records a statement, by ascending id: more at once gain nothing. */
#define ASKED                                                                                      \
    "(0, $1), (1, $2), (2, $3), (3, $4), (4, $5), (5, $6), (6, $7), (7, $8), (8, $9), (9, $10),"   \
    " (10, $11), (11, $12), (12, $13), (13, $14), (14, $15), (15, $16), (16, $17), (17, $18),"     \
    " (18, $19), (19, $20)"
_Static_assert(OVERVIEW_CHUNK == 20, "as many as are asked for");

static const char OVERVIEW[] =
    "WITH asked (nth, place) AS (VALUES " ASKED ")"
    " SELECT o.picture_id, o.version, o.focus_x, o.focus_y, o.updated_us, o.type, o.width,"
    " o.height, o.orientation, o.description, o.colour, o.thumb_hash, asked.nth"
    " FROM asked CROSS JOIN overview o WHERE o.place = asked.place";

/* The key of its row, as PLACE of the schema says it. */
static int64_t overview_place(int32_t tenant, enum record_kind kind, int32_t record_id)
{
    return (int64_t)tenant << 36 | (int64_t)kind << 32 | (uint32_t)record_id;
}

static void read_appearance(struct sql *q, struct overview_row *out)
{
    struct bytes hash = q->meta->driver->get_bytes(q->stmt, 11);

    out->has_appearance = hash.len > 0;
    if (!out->has_appearance)
        return;
    if (hash.len > THUMB_HASH_MAX)
        hash.len = 0; /* not of ours */
    out->appearance.colour = (uint32_t)sql_get_int(q, 10);
    out->appearance.thumb_hash_len = (uint8_t)hash.len;
    if (hash.len)
        memcpy(out->appearance.thumb_hash, hash.at, hash.len);
}

static void read_row(struct sql *q, struct arena *arena, struct overview_row *out)
{
    *out = (struct overview_row){
        .picture_id = sql_get_int32(q, 0),
        .version = sql_get_int32(q, 1),
        .focus_x = sql_get_int32(q, 2),
        .focus_y = sql_get_int32(q, 3),
        .updated_us = sql_get_int(q, 4),
        .header = { .type = (enum picture_type)sql_get_int(q, 5),
                    .width_px = sql_get_int32(q, 6),
                    .height_px = sql_get_int32(q, 7),
                    .orientation = sql_get_int32(q, 8),
                    .frames = 1 },
        .description = sql_get_copy(q, 9, arena),
    };
    read_appearance(q, out);
}

enum err_code meta_overview(struct meta *meta, struct arena *arena, int32_t tenant,
                            enum record_kind kind, const int32_t *record_ids, size_t count,
                            struct overview_row *out, struct err *e)
{
    SQL(q, meta, OVERVIEW, e);
    for (size_t i = 0; i < OVERVIEW_CHUNK; i++)
        sql_int(&q, i < count ? overview_place(tenant, kind, record_ids[i]) : -1);
    memset(out, 0, count * sizeof *out);
    while (sql_row(&q)) {
        size_t nth = (size_t)sql_get_int(&q, 12);
        if (nth < count)
            read_row(&q, arena, &out[nth]);
    }
    return q.rc;
}
