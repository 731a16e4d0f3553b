#include "meta/rows.h"
#include "meta/driver.h"
#include "meta/sql.h"
#include "meta/sqlite/schema.h"

#define NOBODY  0 /* tenant */
#define COUNTER "index"

enum err_code meta_rows_watch(struct meta *meta, struct err *e)
{
    return meta->driver->watch(meta, e);
}

struct bytes meta_rows(const struct meta *meta, bool *whole)
{
    *whole = !meta->rows.failed;
    return bytes_of(meta->rows.at, meta->rows.len);
}

enum err_code meta_rows_number(struct meta *meta, int64_t *number, struct err *e)
{
    return meta_next_id(meta, NOBODY, COUNTER, 1, INT64_MAX - 1, number, e);
}

enum err_code meta_rows_newest(struct meta *meta, int64_t *number, struct err *e)
{
    enum err_code rc = meta_counter(meta, NOBODY, COUNTER, number, e);

    if (rc == ERR_NONE)
        --*number;
    return rc;
}

int meta_rows_schema(void)
{
    return sqlite_migration_count;
}

enum err_code meta_rows_apply(struct meta *meta, struct bytes rows, struct err *e)
{
    return meta->driver->apply(meta, rows, e);
}

static const char OVERVIEW[] = "DELETE FROM overview; INSERT INTO overview SELECT * FROM seen";
static const char REFS[] =
    "UPDATE blob SET refs = (SELECT count(*) FROM picture p WHERE p.tenant = blob.tenant"
    " AND p.blob_id = blob.id);"
    "UPDATE blob SET refs = refs + u.n FROM (SELECT tenant, blob_id, count(*) AS n FROM change_row"
    " WHERE blob_id <> 0 GROUP BY 1, 2) u WHERE u.tenant = blob.tenant AND u.blob_id = blob.id;"
    "UPDATE blob SET state = 1, dead_us = 0 WHERE refs > 0 AND state = 2";
static const char DEAD[] = "UPDATE blob SET state = 2, dead_us = $1 WHERE refs = 0 AND state = 1";
static const char LOOSE[] =
    "DELETE FROM link WHERE NOT EXISTS (SELECT 1 FROM picture p WHERE p.tenant = link.tenant"
    " AND p.id = link.picture_id) OR NOT EXISTS (SELECT 1 FROM record r WHERE r.tenant ="
    " link.tenant AND r.kind = link.kind AND r.id = link.record_id)";

static enum err_code settle_torn(struct meta *meta, int64_t now_us, int64_t *dropped, struct err *e)
{
    enum err_code rc = ERR_NONE;

    {
        SQL(loose, meta, LOOSE, e);
        rc = sql_done(&loose);
        *dropped = meta->driver->changed(meta);
    }
    if (rc == ERR_NONE)
        rc = meta->driver->run(meta, REFS, e);
    if (rc)
        return rc;
    SQL(dead, meta, DEAD, e);
    sql_int(&dead, now_us);
    return sql_done(&dead);
}

enum err_code meta_rows_settle(struct meta *meta, bool torn, int64_t now_us, int64_t *dropped,
                               struct err *e)
{
    *dropped = 0;
    enum err_code rc = torn ? settle_torn(meta, now_us, dropped, e) : ERR_NONE;
    return rc ? rc : meta->driver->run(meta, OVERVIEW, e);
}
