/* Reading the audit log and the history of records. */
#include "meta/change_hash.h"
#include "meta/change_values.h"

#define COLUMNS(c)                                                                                 \
    c "id, " c "at_us, " c "user_id, " c "credential_id, " c "wire, " c "what, " c "kind, " c      \
      "record_id, " c "subject, " c "text, " c "rows"

static void read_change(struct sql *q, struct arena *arena, struct change *out)
{
    *out = (struct change){
        .id = sql_get_int(q, 0),
        .at_us = sql_get_int(q, 1),
        .user_id = sql_get_int32(q, 2),
        .credential_id = sql_get_int32(q, 3),
        .wire = (enum wire)sql_get_int(q, 4),
        .what = (enum change_what)sql_get_int(q, 5),
        .kind = (enum record_kind)sql_get_int(q, 6),
        .record_id = sql_get_int32(q, 7),
        .subject = sql_get_int(q, 8),
        .text = sql_get_copy(q, 9, arena),
        .rows = sql_get_int32(q, 10),
    };
}

static enum err_code read_all(struct sql *q, struct arena *arena, struct change **out,
                              size_t *count)
{
    void *rows = NULL;
    size_t n = 0;
    size_t room = 0;

    while (sql_row(q)) {
        struct change *change = sql_grow(q, arena, &rows, &n, &room, sizeof *change);
        if (change)
            read_change(q, arena, change);
    }
    if (q->rc == ERR_NONE) {
        *out = rows;
        *count = n;
    }
    return q->rc;
}

static const char FIND[] = "SELECT " COLUMNS("") " FROM change WHERE tenant = $1 AND id = $2";

enum err_code meta_change_find(struct meta *meta, struct arena *arena, int32_t tenant, int64_t id,
                               struct change *out, bool *found, struct err *e)
{
    SQL(q, meta, FIND, e);
    sql_int(&q, tenant);
    sql_int(&q, id);
    *found = sql_row(&q);
    if (*found)
        read_change(&q, arena, out);
    return q.rc;
}

static const char LIST[] =
    "SELECT " COLUMNS("") " FROM change WHERE tenant = $1 AND id > $2 ORDER BY id LIMIT $3";

enum err_code meta_change_list(struct meta *meta, struct arena *arena, int32_t tenant,
                               int64_t after_id, size_t limit, struct change **out, size_t *count,
                               struct err *e)
{
    SQL(q, meta, LIST, e);
    sql_int(&q, tenant);
    sql_int(&q, after_id);
    sql_int(&q, (int64_t)limit);
    return read_all(&q, arena, out, count);
}

static const char RECENT[] = "SELECT " COLUMNS("") " FROM change WHERE tenant = $1 AND id < $2"
                                                   " AND rows > 0 ORDER BY id DESC LIMIT $3";

enum err_code meta_change_recent(struct meta *meta, struct arena *arena, int32_t tenant,
                                 int64_t before_id, size_t limit, struct change **out,
                                 size_t *count, struct err *e)
{
    SQL(q, meta, RECENT, e);
    sql_int(&q, tenant);
    sql_int(&q, before_id);
    sql_int(&q, (int64_t)limit);
    return read_all(&q, arena, out, count);
}

/* $1 tenant, $2 kind, $3 record, $4 the record as owner. */
#define PICTURES                                                                                   \
    "SELECT picture_id AS id FROM link WHERE tenant = $1 AND kind = $2 AND record_id = $3"         \
    " UNION SELECT CAST(before AS INTEGER) FROM change_row WHERE tenant = $1 AND table_no = 5"     \
    " AND owner = $4 AND before IS NOT NULL"

static const char OF_RECORD[] =
    "WITH pictures AS (" PICTURES "), touched AS ("
    "SELECT change_id AS id FROM change_row WHERE tenant = $1 AND table_no IN (1, 2, 3, 5)"
    " AND owner = $4 AND change_id < $5"
    " UNION SELECT r.change_id FROM pictures p CROSS JOIN change_row r WHERE r.tenant = $1"
    " AND r.table_no = 4 AND r.owner = p.id AND r.change_id < $5)"
    " SELECT " COLUMNS("c.") " FROM touched t CROSS JOIN change c WHERE c.tenant = $1"
                             " AND c.id = t.id ORDER BY t.id DESC LIMIT $6";

enum err_code meta_change_of_record(struct meta *meta, struct arena *arena, int32_t tenant,
                                    enum record_kind kind, int32_t record_id, int64_t before_id,
                                    size_t limit, struct change **out, size_t *count, struct err *e)
{
    SQL(q, meta, OF_RECORD, e);
    sql_int(&q, tenant);
    sql_int(&q, kind);
    sql_int(&q, record_id);
    sql_int(&q, change_owner(kind, record_id));
    sql_int(&q, before_id);
    sql_int(&q, (int64_t)limit);
    return read_all(&q, arena, out, count);
}

static enum err_code read_ids(struct sql *q, struct arena *arena, int32_t **out, size_t *count)
{
    void *rows = NULL;
    size_t n = 0;
    size_t room = 0;

    while (sql_row(q)) {
        int32_t *id = sql_grow(q, arena, &rows, &n, &room, sizeof *id);
        if (id)
            *id = sql_get_int32(q, 0);
    }
    if (q->rc == ERR_NONE) {
        *out = rows;
        *count = n;
    }
    return q->rc;
}

static const char PICTURES_OF[] = "SELECT id FROM (" PICTURES ") WHERE id > 0 ORDER BY id";

enum err_code meta_change_pictures(struct meta *meta, struct arena *arena, int32_t tenant,
                                   enum record_kind kind, int32_t record_id, int32_t **out,
                                   size_t *count, struct err *e)
{
    SQL(q, meta, PICTURES_OF, e);
    sql_int(&q, tenant);
    sql_int(&q, kind);
    sql_int(&q, record_id);
    sql_int(&q, change_owner(kind, record_id));
    return read_ids(&q, arena, out, count);
}

static const char CHILDREN[] =
    "SELECT id FROM record WHERE tenant = $1 AND kind = 3 AND parent_id = $2 AND parent_id > 0"
    " UNION SELECT r.owner & 0xFFFFFFFF FROM change_row r WHERE r.tenant = $1 AND r.table_no = 1"
    " AND r.owner >> 32 = 3 AND CAST(r.before AS INTEGER) = $2 AND NOT EXISTS (SELECT 1"
    " FROM record n WHERE n.tenant = $1 AND n.kind = 3 AND n.id = r.owner & 0xFFFFFFFF)";

enum err_code meta_change_children(struct meta *meta, struct arena *arena, int32_t tenant,
                                   int32_t parent_id, int32_t **out, size_t *count, struct err *e)
{
    SQL(q, meta, CHILDREN, e);
    sql_int(&q, tenant);
    sql_int(&q, parent_id);
    return read_ids(&q, arena, out, count);
}

static const char ROWS[] = "SELECT " CHANGE_ROW_COLUMNS
                           " FROM change_row WHERE tenant = $1 AND change_id = $2 ORDER BY seq";

enum err_code meta_change_rows(struct meta *meta, struct arena *arena, int32_t tenant,
                               int64_t change_id, struct change_row **out, size_t *count,
                               struct err *e)
{
    void *rows = NULL;
    size_t n = 0;
    size_t room = 0;

    SQL(q, meta, ROWS, e);
    sql_int(&q, tenant);
    sql_int(&q, change_id);
    while (sql_row(&q)) {
        struct change_row *row = sql_grow(&q, arena, &rows, &n, &room, sizeof *row);
        if (row)
            *row = (struct change_row){
                .change_id = sql_get_int(&q, 0),
                .seq = sql_get_int32(&q, 1),
                .key = { (enum change_table)sql_get_int(&q, 2), sql_get_int(&q, 3),
                         sql_get_int(&q, 4) },
                .blob_id = sql_get_int(&q, 5),
                .was_there = sql_get_int(&q, 6) != 0,
                .before = sql_get_copy(&q, CHANGE_ROW_BEFORE, arena),
                .is_erased = meta->driver->get_bytes(q.stmt, CHANGE_ROW_HASH).len > 0,
            };
    }
    if (q.rc == ERR_NONE) {
        *out = rows;
        *count = n;
    }
    return q.rc;
}

/* Without looking into what may be a megabyte. */
static const char KEPT[] = "SELECT count(*), coalesce(sum(hash <> x''), 0) FROM change_row"
                           " WHERE tenant = $1 AND change_id = $2";
static const char PICTURE_BEFORE[] =
    "SELECT before FROM change_row WHERE tenant = $1 AND change_id = $2 AND table_no = 4"
    " AND owner = $3 AND before IS NOT NULL ORDER BY seq LIMIT 1";

static enum err_code read_kept(struct meta *meta, int32_t tenant, int64_t change_id, bool *out,
                               struct err *e)
{
    SQL(q, meta, KEPT, e);
    sql_int(&q, tenant);
    sql_int(&q, change_id);
    if (sql_row(&q))
        *out = sql_get_int(&q, 0) > 0 && sql_get_int(&q, 1) == 0;
    return q.rc;
}

enum err_code meta_change_summary(struct meta *meta, struct arena *arena, int32_t tenant,
                                  int64_t change_id, int64_t picture_id, struct change_summary *out,
                                  struct err *e)
{
    struct change_value values[CHANGE_PICTURE_COLUMNS];
    struct change_summary summary = { 0 };

    enum err_code rc = read_kept(meta, tenant, change_id, &summary.is_kept, e);
    if (rc)
        return rc;
    SQL(q, meta, PICTURE_BEFORE, e);
    sql_int(&q, tenant);
    sql_int(&q, change_id);
    sql_int(&q, picture_id);
    if (sql_row(&q) &&
        change_values_read(arena, sql_get_copy(&q, 0, arena), values, COUNT(values))) {
        summary.name = values[CHANGE_PICTURE_NAME].text;
        summary.description = values[CHANGE_PICTURE_DESCRIPTION].text;
    }
    if (q.rc == ERR_NONE)
        *out = summary;
    return q.rc;
}

/* What was undone and what undid it cancel each other: newest first, so that what undid an undo is
 * seen before it. */
static const char LATER[] =
    "SELECT DISTINCT r.change_id, c.what, c.subject FROM change_row r CROSS JOIN change c"
    " WHERE r.tenant = $1 AND r.table_no = $2 AND r.owner = $3 AND r.part = $4"
    " AND r.change_id > $5 AND c.tenant = r.tenant AND c.id = r.change_id"
    " ORDER BY r.change_id DESC";

#define CANCELLED_MAX 1000 /* with more of them the change is refused */

static bool is_cancelled(const int64_t *cancelled, size_t count, int64_t id)
{
    for (size_t i = 0; i < count; i++) {
        if (cancelled[i] == id)
            return true;
    }
    return false;
}

enum err_code meta_change_later(struct meta *meta, int32_t tenant, const struct change_key *key,
                                int64_t after_id, int64_t *out, struct err *e)
{
    int64_t cancelled[CANCELLED_MAX];
    size_t count = 0;
    int64_t found = 0;

    SQL(q, meta, LATER, e);
    sql_int(&q, tenant);
    sql_int(&q, key->table);
    sql_int(&q, key->owner);
    sql_int(&q, key->part);
    sql_int(&q, after_id);
    while (!found && sql_row(&q)) {
        int64_t id = sql_get_int(&q, 0);
        if (is_cancelled(cancelled, count, id))
            continue;
        if (sql_get_int(&q, 1) == CHANGE_UNDO && sql_get_int(&q, 2) > after_id &&
            count < CANCELLED_MAX)
            cancelled[count++] = sql_get_int(&q, 2);
        else
            found = id;
    }
    if (q.rc == ERR_NONE)
        *out = found;
    return q.rc;
}
