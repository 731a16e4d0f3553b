/* Sums over all rows that must agree: what `cameo check` asks of the database. */
#include "meta/sql.h"

#include <stdio.h>

static const char BLOB_REFS[] =
    "SELECT b.id, b.refs, b.state, (SELECT count(*) FROM picture p WHERE p.tenant = b.tenant"
    " AND p.blob_id = b.id) AS used FROM blob b WHERE b.tenant = $1"
    " AND (b.refs <> used OR (b.state = 1) <> (used > 0))";
static const char NO_BLOB[] =
    "SELECT p.id, p.blob_id FROM picture p WHERE p.tenant = $1 AND p.blob_id <> 0 AND NOT EXISTS"
    " (SELECT 1 FROM blob b WHERE b.tenant = p.tenant AND b.id = p.blob_id)";
static const char NO_BYTES[] = "SELECT id, type, blob_id FROM picture WHERE tenant = $1"
                               " AND (type = 0) <> (blob_id = 0)";
static const char NO_PICTURE[] =
    "SELECT l.kind, l.record_id, l.picture_id FROM link l WHERE l.tenant = $1 AND NOT EXISTS"
    " (SELECT 1 FROM picture p WHERE p.tenant = l.tenant AND p.id = l.picture_id)";
static const char NO_RECORD[] =
    "SELECT l.kind, l.record_id, l.picture_id FROM link l WHERE l.tenant = $1 AND NOT EXISTS"
    " (SELECT 1 FROM record r WHERE r.tenant = l.tenant AND r.kind = l.kind"
    " AND r.id = l.record_id)";
static const char NO_OWNER[] =
    "SELECT m.kind, m.id FROM record_members m WHERE m.tenant = $1 AND NOT EXISTS"
    " (SELECT 1 FROM record r WHERE r.tenant = m.tenant AND r.kind = m.kind AND r.id = m.id)";
static const char NO_USER[] =
    "SELECT c.id, c.user_id FROM credential c WHERE c.tenant = $1 AND NOT EXISTS"
    " (SELECT 1 FROM user u WHERE u.tenant = c.tenant AND u.id = c.user_id)";
static const char SAME_ROLE[] =
    "SELECT kind, record_id, role FROM link WHERE tenant = $1 AND role <> 3"
    " GROUP BY kind, record_id, role HAVING count(*) > 1";
static const char SAME_PICTURE[] = "SELECT kind, record_id, picture_id FROM link WHERE tenant = $1"
                                   " GROUP BY picture_id, kind, record_id HAVING count(*) > 1";

/* Each row of the statement is a problem; `format` takes its first three columns. */
static const struct {
    const char *sql;
    const char *format;
} checks[] = {
    { BLOB_REFS, "blob %lld counts %lld pictures and is in state %lld: not what the rows say" },
    { NO_BLOB, "picture %lld names blob %lld, which is not there" },
    { NO_BYTES, "picture %lld is of type %lld and names blob %lld: one of them must be 0 too" },
    { NO_PICTURE, "a link of record %lld:%lld names picture %lld, which is not there" },
    { NO_RECORD, "a link names record %lld:%lld, which is not there, for picture %lld" },
    { NO_OWNER, "there are members of record %lld:%lld, which is not there" },
    { NO_USER, "credential %lld belongs to user %lld, who is not there" },
    { SAME_PICTURE, "record %lld:%lld has picture %lld more than once" },
    { SAME_ROLE, "record %lld:%lld has more than one picture in role %lld" },
};

static const char COUNT_RECORDS[] = "SELECT count(*) FROM record WHERE tenant = $1";
static const char COUNT_PICTURES[] = "SELECT count(*) FROM picture WHERE tenant = $1";

static enum err_code count(struct meta *meta, const char *text, int32_t tenant, int64_t *out,
                           struct err *e)
{
    SQL(q, meta, text, e);
    sql_int(&q, tenant);
    if (sql_row(&q))
        *out = sql_get_int(&q, 0);
    return q.rc;
}

enum err_code meta_check_counts(struct meta *meta, int32_t tenant,
                                void (*problem)(void *context, const char *line), void *context,
                                int64_t *records, int64_t *pictures, struct err *e)
{
    char line[200];

    for (size_t i = 0; i < COUNT(checks); i++) {
        SQL(q, meta, checks[i].sql, e);
        sql_int(&q, tenant);
        while (sql_row(&q)) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* the formats stand in the table above */
            snprintf(line, sizeof line, checks[i].format, (long long)sql_get_int(&q, 0),
                     (long long)sql_get_int(&q, 1), (long long)sql_get_int(&q, 2));
#pragma GCC diagnostic pop
            problem(context, line);
        }
        if (q.rc)
            return q.rc;
    }
    enum err_code rc = count(meta, COUNT_RECORDS, tenant, records, e);
    return rc ? rc : count(meta, COUNT_PICTURES, tenant, pictures, e);
}
