/* What history and the audit log know no more: it is too old, or was erased. */
#include "meta/change_hash.h"

static const char OLDEST_ROWS[] =
    "SELECT r.change_id, c.at_us FROM change_row r JOIN change c ON c.tenant = r.tenant"
    " AND c.id = r.change_id WHERE r.tenant = $1 ORDER BY r.change_id LIMIT 1";
static const char OLDEST_ENTRY[] =
    "SELECT id, at_us, hash FROM change WHERE tenant = $1 AND id < (SELECT max(id) FROM change"
    " WHERE tenant = $1) ORDER BY id LIMIT 1";

struct oldest {
    int64_t id; /* 0: there is none */
    int64_t at_us;
    struct hash hash;
};

static enum err_code find_oldest(struct meta *meta, int32_t tenant, const char *text, bool has_hash,
                                 struct oldest *out, struct err *e)
{
    SQL(q, meta, text, e);
    sql_int(&q, tenant);
    *out = (struct oldest){ 0 };
    if (sql_row(&q)) {
        out->id = sql_get_int(&q, 0);
        out->at_us = sql_get_int(&q, 1);
        struct bytes hash = has_hash ? meta->driver->get_bytes(q.stmt, 2) : (struct bytes){ 0 };
        if (hash.len == HASH_LEN)
            memcpy(out->hash.at, hash.at, HASH_LEN);
    }
    return q.rc;
}

static enum err_code oldest_rows(struct meta *meta, int32_t tenant, struct oldest *out,
                                 struct err *e)
{
    return find_oldest(meta, tenant, OLDEST_ROWS, false, out, e);
}

static enum err_code oldest_entry(struct meta *meta, int32_t tenant, struct oldest *out,
                                  struct err *e)
{
    return find_oldest(meta, tenant, OLDEST_ENTRY, true, out, e);
}

static bool is_old(const struct oldest *oldest, int64_t before_us)
{
    return oldest->id && oldest->at_us < before_us;
}

/* An entry stays as long as its rows do. */
static bool may_go(const struct oldest *entry, const struct oldest *rows, int64_t before_us)
{
    return is_old(entry, before_us) && (!rows->id || entry->id < rows->id);
}

enum err_code meta_change_has_old(struct meta *meta, int32_t tenant, int64_t rows_before_us,
                                  int64_t entries_before_us, bool *out, struct err *e)
{
    struct oldest rows;
    struct oldest entry;
    enum err_code rc;

    if ((rc = oldest_rows(meta, tenant, &rows, e)) || (rc = oldest_entry(meta, tenant, &entry, e)))
        return rc;
    *out = is_old(&rows, rows_before_us) || may_go(&entry, &rows, entries_before_us);
    return ERR_NONE;
}

static const char DELETE_ENTRY[] = "DELETE FROM change WHERE tenant = $1 AND id = $2";

static enum err_code delete_entry(struct meta *meta, int32_t tenant, const struct oldest *entry,
                                  struct change_anchor *anchor, struct err *e)
{
    SQL(q, meta, DELETE_ENTRY, e);
    sql_int(&q, tenant);
    sql_int(&q, entry->id);
    anchor->first_id = entry->id + 1;
    anchor->before = entry->hash;
    return sql_done(&q);
}

enum err_code meta_change_forget(struct meta *meta, int32_t tenant, int64_t rows_before_us,
                                 int64_t entries_before_us, int64_t now_us, size_t limit,
                                 struct change_anchor *anchor, bool *more, struct err *e)
{
    struct oldest rows = { 0 };
    struct oldest entry = { 0 };
    size_t done = 0;

    enum err_code rc = oldest_rows(meta, tenant, &rows, e);
    for (; rc == ERR_NONE && is_old(&rows, rows_before_us) && done < limit; done++) {
        anchor->rows_from = rows.id + 1;
        rc = change_drop_rows(meta, tenant, rows.id, now_us, e);
        if (rc == ERR_NONE)
            rc = oldest_rows(meta, tenant, &rows, e);
    }
    if (rc == ERR_NONE)
        rc = oldest_entry(meta, tenant, &entry, e);
    for (; rc == ERR_NONE && may_go(&entry, &rows, entries_before_us) && done < limit; done++) {
        rc = delete_entry(meta, tenant, &entry, anchor, e);
        if (rc == ERR_NONE)
            rc = oldest_entry(meta, tenant, &entry, e);
    }
    if (rc == ERR_NONE)
        *more = done == limit;
    return rc;
}

/* Erasing. */

#define ARENA_MAX (256UL << 20) /* 100 bytes of each row that is erased */

struct erased {
    int64_t change_id;
    int64_t seq;
    int64_t part;
    int64_t blob_id;
    bool is_entered; /* else of the change that is being made */
    struct hash hash;
};

static const char TO_ERASE[] =
    "SELECT " CHANGE_ROW_COLUMNS ", change_id <= (SELECT coalesce(max(id), 0) FROM change"
    " WHERE tenant = $1) FROM change_row WHERE tenant = $1 AND table_no = $2 AND owner = $3"
    " AND hash = x''";

static enum err_code list_rows(struct meta *meta, struct arena *arena, int32_t tenant,
                               enum change_table table, int64_t owner, struct erased **out,
                               size_t *count, struct err *e)
{
    void *rows = NULL;
    size_t n = 0;
    size_t room = 0;

    SQL(q, meta, TO_ERASE, e);
    sql_int(&q, tenant);
    sql_int(&q, table);
    sql_int(&q, owner);
    while (sql_row(&q)) {
        struct erased *row = sql_grow(&q, arena, &rows, &n, &room, sizeof *row);
        if (!row)
            break;
        *row = (struct erased){ .change_id = sql_get_int(&q, 0),
                                .seq = sql_get_int(&q, 1),
                                .part = sql_get_int(&q, 4),
                                .blob_id = sql_get_int(&q, 5),
                                .is_entered = sql_get_int(&q, CHANGE_ROW_HASH + 1) != 0 };
        (void)!change_hash_row(&q, &row->hash); /* it has none yet: that is what was asked for */
    }
    *out = rows;
    *count = n;
    return q.rc;
}

static const char ERASE[] =
    "UPDATE change_row SET before = NULL, salt = x'', blob_id = 0, hash = $4"
    " WHERE tenant = $1 AND change_id = $2 AND seq = $3";

static enum err_code erase_row(struct meta *meta, int32_t tenant, const struct erased *row,
                               int64_t now_us, struct err *e)
{
    SQL(q, meta, ERASE, e);
    sql_int(&q, tenant);
    sql_int(&q, row->change_id);
    sql_int(&q, row->seq);
    sql_blob(&q, row->is_entered ? hash_bytes(&row->hash) : (struct bytes){ 0 });
    enum err_code rc = sql_done(&q);
    return rc || !row->blob_id ? rc : meta_blob_unref(meta, tenant, row->blob_id, now_us, e);
}

static const char NAME[] =
    "INSERT INTO change_row (tenant, change_id, seq, table_no, owner, part, blob_id, before, salt,"
    " hash) SELECT $1, n.id, (SELECT coalesce(max(r.seq), 0) + 1 FROM change_row r"
    " WHERE r.tenant = $1 AND r.change_id = n.id), $2, $3, $4, 0, NULL, x'', x''"
    " FROM (SELECT coalesce(max(id), 0) + 1 AS id FROM change WHERE tenant = $1) n"
    " WHERE NOT EXISTS (SELECT 1 FROM change_row r WHERE r.tenant = $1 AND r.table_no = $2"
    " AND r.owner = $3 AND r.part = $4 AND r.change_id = n.id)";

enum err_code meta_change_erase(struct meta *meta, int32_t tenant, enum change_table table,
                                int64_t owner, int64_t now_us, struct err *e)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(ARENA_MAX);
    struct erased *rows = NULL;
    size_t count = 0;

    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "erase from history");
    enum err_code rc = list_rows(meta, arena, tenant, table, owner, &rows, &count, e);
    for (size_t i = 0; rc == ERR_NONE && i < count; i++) {
        rc = erase_row(meta, tenant, &rows[i], now_us, e);
        if (rc)
            break;
        SQL(q, meta, NAME, e);
        sql_int(&q, tenant);
        sql_int(&q, table);
        sql_int(&q, owner);
        sql_int(&q, rows[i].part);
        rc = sql_done(&q);
    }
    return rc;
}

static const char ERASE_USER[] = "UPDATE change SET text = '', salt = x'' WHERE tenant = $1"
                                 " AND kind = 0 AND record_id = $2 AND text <> ''";

enum err_code meta_change_erase_user(struct meta *meta, int32_t tenant, int32_t user_id,
                                     struct err *e)
{
    SQL(q, meta, ERASE_USER, e);
    sql_int(&q, tenant);
    sql_int(&q, user_id);
    return sql_done(&q);
}
