/* Sums over all rows that must agree: what `cameo check` asks of the database. */
#include "meta/sql.h"

#include <stdio.h>

static const char BLOB_REFS[] =
    "WITH uses AS (SELECT blob_id, count(*) AS n FROM (SELECT blob_id FROM picture"
    " WHERE tenant = $1 UNION ALL SELECT blob_id FROM change_row WHERE tenant = $1) GROUP BY 1)"
    " SELECT b.id, b.refs, b.state, coalesce(u.n, 0) AS used FROM blob b LEFT JOIN uses u"
    " ON u.blob_id = b.id WHERE b.tenant = $1"
    " AND (b.refs <> used OR (b.state = 1) <> (used > 0))";
static const char KEYS[] = "SELECT min(id), max(id), key_no FROM blob WHERE tenant = $1"
                           " AND key_no > 0 GROUP BY key_no HAVING count(*) > 1";
static const char NO_BLOB_OF_HISTORY[] =
    "SELECT c.change_id, c.blob_id FROM change_row c WHERE c.tenant = $1 AND c.blob_id <> 0"
    " AND NOT EXISTS (SELECT 1 FROM blob b WHERE b.tenant = c.tenant AND b.id = c.blob_id)";
static const char NO_BLOB[] =
    "SELECT p.id, p.blob_id FROM picture p WHERE p.tenant = $1 AND p.blob_id <> 0 AND NOT EXISTS"
    " (SELECT 1 FROM blob b WHERE b.tenant = p.tenant AND b.id = p.blob_id)";
static const char NO_BYTES[] = "SELECT id, type, blob_id FROM picture WHERE tenant = $1"
                               " AND (type = 0) <> (blob_id = 0)";
static const char NO_BLOB_OF_APPEARANCE[] =
    "SELECT a.blob_id, a.state FROM appearance a WHERE a.tenant = $1 AND NOT EXISTS"
    " (SELECT 1 FROM blob b WHERE b.tenant = a.tenant AND b.id = a.blob_id)";
static const char NOT_AS_SEEN[] =
    "SELECT kind, record_id, picture_id FROM (SELECT * FROM seen WHERE tenant = $1 EXCEPT"
    " SELECT * FROM overview WHERE tenant = $1) UNION"
    " SELECT kind, record_id, picture_id FROM (SELECT * FROM overview WHERE tenant = $1 EXCEPT"
    " SELECT * FROM seen WHERE tenant = $1)";
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
static const char NO_OWNER_OF_FIELDS[] =
    "SELECT f.kind, f.id FROM record_fields f WHERE f.tenant = $1 AND NOT EXISTS"
    " (SELECT 1 FROM record r WHERE r.tenant = f.tenant AND r.kind = f.kind AND r.id = f.id)";
static const char NO_USER[] =
    "SELECT c.id, c.user_id FROM credential c WHERE c.tenant = $1 AND NOT EXISTS"
    " (SELECT 1 FROM user u WHERE u.tenant = c.tenant AND u.id = c.user_id)";
static const char NO_APPLICATION[] =
    "SELECT c.id, c.application_id FROM credential c WHERE c.tenant = $1"
    " AND (c.application_id > 0 OR c.kind IN (7, 8)) AND NOT EXISTS"
    " (SELECT 1 FROM application a WHERE a.tenant = c.tenant AND a.id = c.application_id)";
static const char SAME_ROLE[] =
    "SELECT kind, record_id, role FROM link WHERE tenant = $1 AND role <> 3"
    " GROUP BY kind, record_id, role HAVING count(*) > 1";
static const char SAME_PICTURE[] = "SELECT kind, record_id, picture_id FROM link WHERE tenant = $1"
                                   " GROUP BY picture_id, kind, record_id HAVING count(*) > 1";
static const char NO_HANDLER[] =
    "SELECT q.id, q.handler_id FROM event_queue q WHERE q.tenant = $1 AND NOT EXISTS"
    " (SELECT 1 FROM event_handler h WHERE h.tenant = q.tenant AND h.id = q.handler_id)";
static const char WAITING[] =
    "SELECT h.id, h.waiting, (SELECT count(*) FROM event_queue q WHERE q.tenant = h.tenant"
    " AND q.handler_id = h.id) AS there FROM event_handler h WHERE h.tenant = $1"
    " AND h.waiting <> there";
static const char NO_HANDLER_APPLICATION[] =
    "SELECT h.id, h.application_id FROM event_handler h WHERE h.tenant = $1"
    " AND h.application_id <> 0 AND NOT EXISTS (SELECT 1 FROM application a"
    " WHERE a.tenant = h.tenant AND a.id = h.application_id)";
static const char NO_HANDLER_USER[] =
    "SELECT h.id, h.user_id FROM event_handler h WHERE h.tenant = $1 AND h.user_id <> 0"
    " AND NOT EXISTS (SELECT 1 FROM user u WHERE u.tenant = h.tenant AND u.id = h.user_id)";

/* Each row of the statement is a problem; `format` takes its first three columns. */
static const struct {
    const char *sql;
    const char *format;
} checks[] = {
    { KEYS, "blobs %lld and %lld are sealed by the same key %lld" },
    { BLOB_REFS,
      "blob %lld counts %lld pictures and changes and is in state %lld: not what the rows say" },
    { NO_BLOB, "picture %lld names blob %lld, which is not there" },
    { NO_BLOB_OF_HISTORY, "change %lld holds blob %lld, which is not there" },
    { NO_BYTES, "picture %lld is of type %lld and names blob %lld: one of them must be 0 too" },
    { NO_BLOB_OF_APPEARANCE,
      "there is an appearance of blob %lld in state %lld, and no such blob" },
    { NOT_AS_SEEN, "the overview of record %lld:%lld and picture %lld is not what the rows say" },
    { NO_PICTURE, "a link of record %lld:%lld names picture %lld, which is not there" },
    { NO_RECORD, "a link names record %lld:%lld, which is not there, for picture %lld" },
    { NO_OWNER, "there are members of record %lld:%lld, which is not there" },
    { NO_OWNER_OF_FIELDS, "there are fields of record %lld:%lld, which is not there" },
    { NO_USER, "credential %lld belongs to user %lld, who is not there" },
    { NO_APPLICATION, "credential %lld belongs to application %lld, which is not there" },
    { SAME_PICTURE, "record %lld:%lld has picture %lld more than once" },
    { SAME_ROLE, "record %lld:%lld has more than one picture in role %lld" },
    { NO_HANDLER, "event %lld waits for handler %lld, which is not there" },
    { WAITING, "event handler %lld counts %lld events that wait, there are %lld" },
    { NO_HANDLER_APPLICATION,
      "event handler %lld belongs to application %lld, which is not there" },
    { NO_HANDLER_USER, "event handler %lld acts for user %lld, who is not there" },
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
