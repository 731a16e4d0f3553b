/* Rows as bytes: 'P' (put) or 'D' (gone), the table's name, how many columns, and of each, or of
 * those of the key, a type and its value. Numbers as this machine writes them. */
#define SQLITE_ENABLE_PREUPDATE_HOOK /* Debian's library has it */
#include "meta/sqlite/rows.h"

#include <stdio.h>
#include <stdlib.h>

#define TABLES_MAX     40
#define COLUMNS_MAX    40
#define TABLE_NAME_MAX 40
#define BYTES_MAX      (256U << 20) /* of a transaction */

struct table {
    char name[TABLE_NAME_MAX];
    size_t name_len;
    int columns;
    uint64_t key; /* its columns, a bit each */
};

struct tables {
    struct table list[TABLES_MAX];
    int count;
};

struct rows_watch {
    struct tables tables;
    struct meta_rows *out;
};

static const char TABLES[] =
    "SELECT s.name, (SELECT count(*) FROM pragma_table_info(s.name)),"
    " (SELECT sum(1 << c.cid) FROM pragma_table_info(s.name) c WHERE c.pk > 0) FROM sqlite_schema s"
    " WHERE s.type = 'table' AND s.name NOT LIKE 'sqlite_%' AND s.name <> 'overview'";

static int read_tables(sqlite3 *db, struct tables *out)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(db, TABLES, -1, &stmt, NULL);

    out->count = 0;
    while (rc == SQLITE_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        struct table *table = &out->list[out->count];
        const char *name = (const char *)sqlite3_column_text(stmt, 0);
        rc = SQLITE_OK;
        if (!name || out->count == TABLES_MAX - 1 || strlen(name) >= TABLE_NAME_MAX ||
            sqlite3_column_int(stmt, 1) > COLUMNS_MAX) {
            rc = SQLITE_TOOBIG;
            break;
        }
        snprintf(table->name, sizeof table->name, "%s", name);
        table->name_len = strlen(name);
        table->columns = sqlite3_column_int(stmt, 1);
        table->key = (uint64_t)sqlite3_column_int64(stmt, 2);
        out->count++;
    }
    sqlite3_finalize(stmt);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static const struct table *find_table(const struct tables *tables, const char *name, size_t len)
{
    for (int i = 0; i < tables->count; i++) {
        const struct table *table = &tables->list[i];
        if (table->name_len == len && memcmp(table->name, name, len) == 0)
            return table;
    }
    return NULL;
}

/* Remembering. */

/* Where `len` more bytes go; NULL when there is no memory for them. */
static char *grow(struct meta_rows *rows, size_t len)
{
    if (rows->failed)
        return NULL;
    if (len > rows->room - rows->len) {
        size_t room = 2 * (rows->len + len) + 4096;
        char *at = room <= BYTES_MAX ? realloc(rows->at, room) : NULL;
        if (!at) {
            rows->failed = true;
            return NULL;
        }
        rows->at = at;
        rows->room = room;
    }
    char *at = rows->at + rows->len;
    rows->len += len;
    return at;
}

static void add_value(struct meta_rows *rows, sqlite3_value *value)
{
    int type = sqlite3_value_type(value);
    bool is_number = type == SQLITE_INTEGER || type == SQLITE_FLOAT;
    const void *bytes = is_number || type == SQLITE_NULL ? NULL : sqlite3_value_blob(value);
    uint32_t len = bytes ? (uint32_t)sqlite3_value_bytes(value) : 0;
    char *at = grow(rows, 1 + (is_number ? 8 : type == SQLITE_NULL ? 0 : sizeof len + len));

    if (!at)
        return;
    *at++ = (char)type;
    if (type == SQLITE_INTEGER) {
        int64_t number = sqlite3_value_int64(value);
        memcpy(at, &number, sizeof number);
    } else if (type == SQLITE_FLOAT) {
        double number = sqlite3_value_double(value);
        memcpy(at, &number, sizeof number);
    } else if (type != SQLITE_NULL) {
        memcpy(at, &len, sizeof len);
        if (len)
            memcpy(at + sizeof len, bytes, len);
    }
}

static void add_head(struct meta_rows *rows, char what, const struct table *table, int columns)
{
    char *at = grow(rows, 3 + table->name_len);

    if (!at)
        return;
    *at++ = what;
    *at++ = (char)table->name_len;
    memcpy(at, table->name, table->name_len);
    at[table->name_len] = (char)columns;
}

static void add_new(struct meta_rows *rows, sqlite3 *db, const struct table *table)
{
    sqlite3_value *value = NULL;

    add_head(rows, 'P', table, table->columns);
    for (int i = 0; i < table->columns && !rows->failed; i++) {
        if (sqlite3_preupdate_new(db, i, &value) == SQLITE_OK)
            add_value(rows, value);
        else
            rows->failed = true;
    }
}

static void add_gone(struct meta_rows *rows, sqlite3 *db, const struct table *table)
{
    sqlite3_value *value = NULL;

    add_head(rows, 'D', table, __builtin_popcountll(table->key));
    for (int i = 0; i < table->columns && !rows->failed; i++) {
        if (!(table->key >> i & 1))
            continue;
        if (sqlite3_preupdate_old(db, i, &value) == SQLITE_OK)
            add_value(rows, value);
        else
            rows->failed = true;
    }
}

static bool are_equal(sqlite3_value *a, sqlite3_value *b)
{
    if (sqlite3_value_type(a) != sqlite3_value_type(b))
        return false;
    if (sqlite3_value_type(a) == SQLITE_INTEGER)
        return sqlite3_value_int64(a) == sqlite3_value_int64(b);
    int len = sqlite3_value_bytes(a);
    return len == sqlite3_value_bytes(b) &&
           (len == 0 || memcmp(sqlite3_value_blob(a), sqlite3_value_blob(b), (size_t)len) == 0);
}

static bool has_moved(sqlite3 *db, const struct table *table)
{
    for (int i = 0; i < table->columns; i++) {
        sqlite3_value *before = NULL;
        sqlite3_value *after = NULL;
        if ((table->key >> i & 1) && sqlite3_preupdate_old(db, i, &before) == SQLITE_OK &&
            sqlite3_preupdate_new(db, i, &after) == SQLITE_OK && !are_equal(before, after))
            return true;
    }
    return false;
}

static void remember(void *context, sqlite3 *db, int what, const char *schema, const char *name,
                     sqlite3_int64 before, sqlite3_int64 after)
{
    struct rows_watch *watch = context;
    const struct table *table = find_table(&watch->tables, name, strlen(name));

    (void)before;
    (void)after;
    if (!table || strcmp(schema, "main") != 0)
        return;
    if (what == SQLITE_DELETE || (what == SQLITE_UPDATE && has_moved(db, table)))
        add_gone(watch->out, db, table);
    if (what != SQLITE_DELETE)
        add_new(watch->out, db, table);
}

int sqlite_rows_watch(sqlite3 *db, struct meta_rows *out, struct rows_watch **watch)
{
    struct rows_watch *made = calloc(1, sizeof *made);

    if (!made)
        return SQLITE_NOMEM;
    made->out = out;
    int rc = read_tables(db, &made->tables);
    if (rc != SQLITE_OK) {
        free(made);
        return rc;
    }
    *watch = made;
    sqlite3_preupdate_hook(db, remember, made);
    return SQLITE_OK;
}

void sqlite_rows_unwatch(struct rows_watch *watch)
{
    free(watch);
}

/* Putting them in. */

struct kept_statement {
    const struct table *table;
    char what;
    int columns;
    sqlite3_stmt *stmt;
};

struct replay {
    sqlite3 *db;
    struct tables tables;
    struct bytes left;
    struct kept_statement kept[2 * TABLES_MAX];
    int count;
};

static bool take(struct replay *a, void *out, size_t len)
{
    if (a->left.len < len)
        return false;
    memcpy(out, a->left.at, len);
    a->left = bytes_from(a->left, len);
    return true;
}

/* The first `columns` columns, or those of the key: joined with `between`, each with `behind`. */
static int make_statement(struct replay *a, const struct table *table, char what, int columns,
                          sqlite3_stmt **out)
{
    char query[100];
    char sql[COLUMNS_MAX * 64 + 200];
    sqlite3_stmt *names = NULL;
    int n = 0;

    snprintf(query, sizeof query, "SELECT name, pk FROM pragma_table_info('%s') ORDER BY cid",
             table->name);
    int rc = sqlite3_prepare_v2(a->db, query, -1, &names, NULL);
    int len = snprintf(
        sql, sizeof sql,
        what == 'P' ? "INSERT OR REPLACE INTO \"%s\" (" : "DELETE FROM \"%s\" WHERE ", table->name);
    while (rc == SQLITE_OK && n < columns && (rc = sqlite3_step(names)) == SQLITE_ROW) {
        rc = SQLITE_OK;
        if (what == 'D' && sqlite3_column_int(names, 1) == 0)
            continue;
        const char *between = n == 0 ? "" : what == 'P' ? ", " : " AND ";
        len += snprintf(sql + len, sizeof sql - (size_t)len, "%s\"%s\"%s", between,
                        (const char *)sqlite3_column_text(names, 0), what == 'P' ? "" : " = ?");
        n++;
    }
    sqlite3_finalize(names);
    if (what == 'P')
        len += snprintf(sql + len, sizeof sql - (size_t)len, ") VALUES (?");
    for (int i = 1; what == 'P' && i < n; i++)
        len += snprintf(sql + len, sizeof sql - (size_t)len, ", ?");
    if (what == 'P')
        snprintf(sql + len, sizeof sql - (size_t)len, ")");
    if (rc == SQLITE_DONE)
        return SQLITE_FORMAT; /* fewer columns: of a newer schema */
    return rc == SQLITE_OK ? sqlite3_prepare_v2(a->db, sql, -1, out, NULL) : rc;
}

static int statement(struct replay *a, const struct table *table, char what, int columns,
                     sqlite3_stmt **out)
{
    for (int i = 0; i < a->count; i++) {
        const struct kept_statement *kept = &a->kept[i];
        if (kept->table == table && kept->what == what && kept->columns == columns) {
            *out = kept->stmt;
            return SQLITE_OK;
        }
    }
    if (a->count == (int)COUNT(a->kept))
        return SQLITE_FORMAT;
    int rc = make_statement(a, table, what, columns, out);
    if (rc == SQLITE_OK)
        a->kept[a->count++] = (struct kept_statement){ table, what, columns, *out };
    return rc;
}

static int bind(struct replay *a, sqlite3_stmt *stmt, int column)
{
    uint8_t type;
    int64_t number;
    double real;
    uint32_t len;

    if (!take(a, &type, 1))
        return SQLITE_FORMAT;
    if (type == SQLITE_NULL)
        return sqlite3_bind_null(stmt, column);
    if (type == SQLITE_INTEGER)
        return take(a, &number, sizeof number) ? sqlite3_bind_int64(stmt, column, number)
                                               : SQLITE_FORMAT;
    if (type == SQLITE_FLOAT)
        return take(a, &real, sizeof real) ? sqlite3_bind_double(stmt, column, real)
                                           : SQLITE_FORMAT;
    if ((type != SQLITE_TEXT && type != SQLITE_BLOB) || !take(a, &len, sizeof len) ||
        a->left.len < len)
        return SQLITE_FORMAT;
    const char *at = a->left.at;
    a->left = bytes_from(a->left, len);
    return type == SQLITE_TEXT
               ? sqlite3_bind_text64(stmt, column, at, len, SQLITE_STATIC, SQLITE_UTF8)
               : sqlite3_bind_blob64(stmt, column, at, len, SQLITE_STATIC);
}

static int apply_one(struct replay *a)
{
    sqlite3_stmt *stmt = NULL;
    uint8_t head[2];
    uint8_t columns;

    if (!take(a, head, sizeof head) || (head[0] != 'P' && head[0] != 'D') || a->left.len < head[1])
        return SQLITE_FORMAT;
    const struct table *table = find_table(&a->tables, a->left.at, head[1]);
    a->left = bytes_from(a->left, head[1]);
    if (!table || !take(a, &columns, 1) || columns > COLUMNS_MAX)
        return SQLITE_FORMAT;
    int rc = statement(a, table, (char)head[0], columns, &stmt);
    for (int i = 1; rc == SQLITE_OK && i <= columns; i++)
        rc = bind(a, stmt, i);
    if (rc)
        return rc;
    rc = sqlite3_step(stmt);
    sqlite3_reset(stmt);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

int sqlite_rows_apply(sqlite3 *db, struct bytes rows)
{
    struct replay a = { .db = db, .left = rows };

    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    int rc = read_tables(db, &a.tables);
    while (rc == SQLITE_OK && a.left.len)
        rc = apply_one(&a);
    for (int i = 0; i < a.count; i++)
        sqlite3_finalize(a.kept[i].stmt);
    return rc;
}
