/* Whether the audit log is what was written: for `cameo check`. */
#include "meta/change_hash.h"

#include <stdio.h>

#define ANCHOR_ARENA (1 << 12)

struct audit {
    struct meta *meta;
    int32_t tenant;
    const uint8_t *key;
    void (*problem)(void *context, const char *line);
    void *context;
    struct err *e;
    struct change_anchor anchor;
    struct change_end last; /* entry that was looked at */
};

PRINTF(2, 3) static void say(struct audit *a, const char *fmt, ...)
{
    char text[200];
    char line[220];
    __builtin_va_list args;

    __builtin_va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    __builtin_va_end(args);
    snprintf(line, sizeof line, "audit log: %s", text);
    a->problem(a->context, line);
}

/* An entry as it is stored. */
#define ENTRY_COLUMNS                                                                              \
    "id, at_us, user_id, credential_id, wire, what, kind, record_id, subject, rows, rows_hash,"    \
    " text, salt, text_hash, hash, head"
enum { ROWS_HASH = 10, TEXT, SALT, TEXT_HASH, HASH, HEAD };

static const char ENTRIES[] = "SELECT " ENTRY_COLUMNS " FROM change WHERE tenant = $1 ORDER BY id";
static const char ROWS[] = "SELECT " CHANGE_ROW_COLUMNS
                           " FROM change_row WHERE tenant = $1 AND change_id = $2 ORDER BY seq";

static struct change read_entry(struct sql *q)
{
    return (struct change){
        .id = sql_get_int(q, 0),
        .at_us = sql_get_int(q, 1),
        .user_id = sql_get_int32(q, 2),
        .credential_id = sql_get_int32(q, 3),
        .wire = (enum wire)sql_get_int(q, 4),
        .what = (enum change_what)sql_get_int(q, 5),
        .kind = (enum record_kind)sql_get_int(q, 6),
        .record_id = sql_get_int32(q, 7),
        .subject = sql_get_int(q, 8),
        .rows = sql_get_int32(q, 9),
    };
}

static bool is_hash(struct bytes stored, const struct hash *hash)
{
    return bytes_eq(stored, hash_bytes(hash));
}

/* Those of forgotten changes are gone; any others have to be there. */
static enum err_code check_rows(struct audit *a, const struct change *change, struct bytes stored)
{
    struct sha256 all;
    struct hash hash;
    int32_t count = 0;
    bool fits = true;

    if (change->rows == 0 || change->id < a->anchor.rows_from)
        return ERR_NONE;
    SQL(q, a->meta, ROWS, a->e);
    sql_int(&q, a->tenant);
    sql_int(&q, change->id);
    sha256_begin(&all);
    for (; sql_row(&q); count++) {
        fits = change_hash_row(&q, &hash) && fits;
        sha256_add(&all, hash_bytes(&hash));
    }
    sha256_end(&all, &hash);
    if (q.rc == ERR_NONE && (!fits || count != change->rows || !is_hash(stored, &hash)))
        say(a, "the rows of change %lld are not what they were", (long long)change->id);
    return q.rc;
}

/* A text that is gone was erased: a later entry has to say so (ERASED_TEXTS). */
static bool text_fits(struct bytes text, struct bytes salt, struct bytes stored)
{
    struct hash hash;

    if (stored.len == 0)
        return text.len == 0 && salt.len == 0;
    if (text.len == 0)
        return salt.len == 0;
    change_hash_text(salt, text, &hash);
    return is_hash(stored, &hash);
}

static void check_order(struct audit *a, int64_t id)
{
    if (id == a->last.id + 1)
        return;
    if (id == a->last.id + 2)
        say(a, "change %lld is not there", (long long)id - 1);
    else
        say(a, "changes %lld to %lld are not there", (long long)a->last.id + 1, (long long)id - 1);
}

static enum err_code check_entry(struct audit *a, struct sql *q)
{
    const struct meta_driver *driver = q->meta->driver;
    struct change change = read_entry(q);
    struct change_hashes hashes = { .rows = driver->get_bytes(q->stmt, ROWS_HASH),
                                    .text = driver->get_bytes(q->stmt, TEXT_HASH) };
    struct bytes stored = driver->get_bytes(q->stmt, HASH);
    struct hash hash;

    check_order(a, change.id);
    change_hash_entry(&a->last.hash, a->tenant, &change, &hashes, &hash);
    if (!is_hash(stored, &hash) ||
        !text_fits(driver->get_bytes(q->stmt, TEXT), driver->get_bytes(q->stmt, SALT), hashes.text))
        say(a, "change %lld is not what it was, or does not follow the one before it",
            (long long)change.id);
    enum err_code rc = check_rows(a, &change, hashes.rows);
    a->last.id = change.id;
    if (stored.len == HASH_LEN)
        memcpy(a->last.hash.at, stored.at, HASH_LEN);
    return rc;
}

static enum err_code check_entries(struct audit *a)
{
    enum err_code rc = ERR_NONE;
    bool is_signed = false;
    struct hash head;

    SQL(q, a->meta, ENTRIES, a->e);
    sql_int(&q, a->tenant);
    while (rc == ERR_NONE && sql_row(&q)) {
        rc = check_entry(a, &q);
        change_hash_head(a->key, &a->last, &head);
        is_signed = is_hash(a->meta->driver->get_bytes(q.stmt, HEAD), &head);
    }
    if (rc == ERR_NONE && q.rc == ERR_NONE && !is_signed)
        say(a, "change %lld is not the newest that was entered", (long long)a->last.id);
    return rc ? rc : q.rc;
}

static const char STRAY_ROWS[] =
    "SELECT DISTINCT r.change_id FROM change_row r LEFT JOIN change c ON c.tenant = r.tenant"
    " AND c.id = r.change_id WHERE r.tenant = $1 AND (c.id IS NULL OR c.rows = 0)";
/* The second parameter is not used by all, but each has it. */
static const char FORGOTTEN_ROWS[] =
    "SELECT DISTINCT change_id FROM change_row WHERE tenant = $1 AND change_id < $2";
static const char ERASED_ROWS[] =
    "SELECT DISTINCT r.change_id FROM change_row r WHERE r.tenant = $1 AND r.hash <> x''"
    " AND (r.before IS NOT NULL OR r.salt <> x'' OR NOT EXISTS (SELECT 1 FROM change_row n"
    " JOIN change c ON c.tenant = n.tenant AND c.id = n.change_id WHERE n.tenant = r.tenant"
    " AND n.table_no = r.table_no AND n.owner = r.owner AND n.part = r.part"
    " AND n.change_id > r.change_id AND c.what = 31))";
static const char ERASED_TEXTS[] =
    "SELECT t.id FROM change t WHERE t.tenant = $1 AND t.text = '' AND t.text_hash <> x''"
    " AND NOT EXISTS (SELECT 1 FROM change c WHERE c.tenant = t.tenant AND c.id > t.id"
    " AND c.what = 31 AND c.kind = 0 AND c.record_id = t.record_id)";

static const struct {
    const char *sql;
    bool has_from;
    const char *what;
} strays[] = {
    { STRAY_ROWS, false, "there are rows of change %lld, which has none" },
    { FORGOTTEN_ROWS, true, "there are rows of change %lld, which were forgotten" },
    { ERASED_ROWS, false, "rows of change %lld look erased and are not" },
    { ERASED_TEXTS, false, "the text of change %lld is gone and was not erased" },
};

static enum err_code check_strays(struct audit *a)
{
    char text[100];

    for (size_t i = 0; i < COUNT(strays); i++) {
        SQL(q, a->meta, strays[i].sql, a->e);
        sql_int(&q, a->tenant);
        if (strays[i].has_from)
            sql_int(&q, a->anchor.rows_from);
        while (sql_row(&q)) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* the formats stand in the table above */
            snprintf(text, sizeof text, strays[i].what, (long long)sql_get_int(&q, 0));
#pragma GCC diagnostic pop
            say(a, "%s", text);
        }
        if (q.rc)
            return q.rc;
    }
    return ERR_NONE;
}

/* What is known of the log without the log. */
static enum err_code read_anchor(struct audit *a, bool *found)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(ANCHOR_ARENA);
    struct err why = { 0 };

    if (!arena)
        return err_set(a->e, ERR_NO_MEMORY, "check the audit log");
    *found = false;
    enum err_code rc = meta_change_anchor_get(a->meta, arena, a->key, &a->anchor, found, &why);
    if (rc == ERR_CORRUPT || (rc == ERR_NONE && !*found)) {
        say(a, "%s", rc ? why.text : "its anchor is not there");
        *found = false;
        return ERR_NONE;
    }
    if (rc)
        *a->e = why;
    return rc;
}

enum err_code meta_change_check(struct meta *meta, int32_t tenant, const uint8_t key[HASH_LEN],
                                void (*problem)(void *context, const char *line), void *context,
                                struct err *e)
{
    struct audit a = {
        .meta = meta, .tenant = tenant, .key = key, .problem = problem, .context = context, .e = e
    };
    bool found;

    enum err_code rc = read_anchor(&a, &found);
    if (rc || !found)
        return rc;
    a.last = (struct change_end){ .id = a.anchor.first_id - 1, .hash = a.anchor.before };
    rc = check_entries(&a);
    return rc ? rc : check_strays(&a);
}
