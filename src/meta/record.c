#include "base/strbuf.h"
#include "meta/sql.h"

#define COLUMNS                                                                                    \
    "kind, id, subtype, parent_id, name, code, xml_id, sort, active, created_us, updated_us, "     \
    "created_by, updated_by"

static void read_record(struct sql *q, struct arena *arena, struct record *out)
{
    *out = (struct record){
        .kind = (enum record_kind)sql_get_int(q, 0),
        .id = sql_get_int32(q, 1),
        .subtype = (enum record_subtype)sql_get_int(q, 2),
        .parent_id = sql_get_int32(q, 3),
        .name = sql_get_copy(q, 4, arena),
        .code = sql_get_copy(q, 5, arena),
        .xml_id = sql_get_copy(q, 6, arena),
        .sort = sql_get_int32(q, 7),
        .active = sql_get_int(q, 8) != 0,
        .created_us = sql_get_int(q, 9),
        .updated_us = sql_get_int(q, 10),
        .created_by = sql_get_int32(q, 11),
        .updated_by = sql_get_int32(q, 12),
    };
}

static const char FIND[] =
    "SELECT " COLUMNS " FROM record WHERE tenant = $1 AND kind = $2 AND id = $3";

enum err_code meta_record_find(struct meta *meta, struct arena *arena, int32_t tenant,
                               enum record_kind kind, int32_t id, struct record *out, bool *found,
                               struct err *e)
{
    SQL(q, meta, FIND, e);
    sql_int(&q, tenant);
    sql_int(&q, kind);
    sql_int(&q, id);
    *found = sql_row(&q);
    if (*found)
        read_record(&q, arena, out);
    return q.rc;
}

static const char EXISTS[] = "SELECT 1 FROM record WHERE tenant = $1 AND kind = $2 AND id = $3";

enum err_code meta_record_exists(struct meta *meta, int32_t tenant, enum record_kind kind,
                                 int32_t id, bool *exists, struct err *e)
{
    SQL(q, meta, EXISTS, e);
    sql_int(&q, tenant);
    sql_int(&q, kind);
    sql_int(&q, id);
    *exists = sql_row(&q);
    return q.rc;
}

static const char INSERT[] = "INSERT INTO record (tenant, " COLUMNS ") "
                             "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";

enum err_code meta_record_insert(struct meta *meta, int32_t tenant, const struct record *record,
                                 struct err *e)
{
    SQL(q, meta, INSERT, e);
    sql_int(&q, tenant);
    sql_int(&q, record->kind);
    sql_int(&q, record->id);
    sql_int(&q, record->subtype);
    sql_int(&q, record->parent_id);
    sql_text(&q, record->name);
    sql_text(&q, record->code);
    sql_text(&q, record->xml_id);
    sql_int(&q, record->sort);
    sql_int(&q, record->active);
    sql_int(&q, record->created_us);
    sql_int(&q, record->updated_us);
    sql_int(&q, record->created_by);
    sql_int(&q, record->updated_by);
    return sql_done(&q);
}

static const char DELETE[] =
    "DELETE FROM record WHERE tenant = $1 AND kind = $2 AND id = $3 RETURNING id";

enum err_code meta_record_delete(struct meta *meta, int32_t tenant, enum record_kind kind,
                                 int32_t id, bool *found, struct err *e)
{
    SQL(q, meta, DELETE, e);
    sql_int(&q, tenant);
    sql_int(&q, kind);
    sql_int(&q, id);
    *found = sql_row(&q);
    return q.rc ? q.rc : sql_done(&q);
}

static const char CHILDREN[] = "SELECT id FROM record WHERE tenant = $1 AND kind = 3"
                               " AND parent_id = $2 AND parent_id > 0 ORDER BY id";

enum err_code meta_record_children(struct meta *meta, struct arena *arena, int32_t tenant,
                                   int32_t parent_id, int32_t **out, size_t *count, struct err *e)
{
    void *rows = NULL;
    size_t n = 0;
    size_t room = 0;

    SQL(q, meta, CHILDREN, e);
    sql_int(&q, tenant);
    sql_int(&q, parent_id);
    while (sql_row(&q)) {
        int32_t *id = sql_grow(&q, arena, &rows, &n, &room, sizeof *id);
        if (id)
            *id = sql_get_int32(&q, 0);
    }
    if (q.rc == ERR_NONE) {
        *out = rows;
        *count = n;
    }
    return q.rc;
}

/* Lists: the statement is put together from fixed parts, every value is a parameter. */

static const char *const columns[] = {
    [RECORD_ID] = "id",
    [RECORD_NAME] = "name",
    [RECORD_CODE] = "code",
    [RECORD_XML_ID] = "xml_id",
    [RECORD_SORT] = "sort",
    [RECORD_ACTIVE] = "active",
    [RECORD_SUBTYPE] = "subtype",
    [RECORD_PARENT_ID] = "parent_id",
    [RECORD_CREATED_US] = "created_us",
    [RECORD_UPDATED_US] = "updated_us",
    [RECORD_CREATED_BY] = "created_by",
    [RECORD_UPDATED_BY] = "updated_by",
};

static const char *const operators[] = {
    [OP_EQ] = "=",          [OP_NE] = "<>",
    [OP_LT] = "<",          [OP_LE] = "<=",
    [OP_GT] = ">",          [OP_GE] = ">=",
    [OP_IN] = "IN",         [OP_NOT_IN] = "NOT IN",
    [OP_CONTAINS] = "LIKE", [OP_NOT_CONTAINS] = "NOT LIKE",
    [OP_LIKE] = "LIKE",     [OP_NOT_LIKE] = "NOT LIKE",
};

/* The statement and its parameters, filled side by side. */
struct list {
    struct strbuf text;
    const struct record_operand **operands;
    const enum record_op *ops[RECORD_OPERANDS_MAX];
    size_t count;
};

static bool is_pattern(enum record_op op)
{
    return op == OP_CONTAINS || op == OP_NOT_CONTAINS || op == OP_LIKE || op == OP_NOT_LIKE;
}

#define FIRST_OPERAND 3 /* behind tenant and kind */

static enum err_code add_condition(struct list *list, const struct record_condition *c,
                                   struct err *e)
{
    bool set = c->op == OP_IN || c->op == OP_NOT_IN;

    if (c->operand_count == 0) { /* nothing is in an empty set */
        strbuf_printf(&list->text, " AND %d", c->op == OP_NOT_IN);
        return ERR_NONE;
    }
    if (c->operand_count > RECORD_OPERANDS_MAX - list->count)
        return err_set(e, ERR_TOO_LARGE, "a filter of more than %d values", RECORD_OPERANDS_MAX);

    strbuf_printf(&list->text, is_pattern(c->op) ? " AND lower(%s) %s " : " AND %s %s ",
                  columns[c->field], operators[c->op]);
    if (set)
        strbuf_char(&list->text, '(');
    for (size_t i = 0; i < (set ? c->operand_count : 1); i++) {
        if (i)
            strbuf_char(&list->text, ',');
        strbuf_printf(&list->text, is_pattern(c->op) ? "lower($%zu) ESCAPE '\\'" : "$%zu",
                      list->count + FIRST_OPERAND);
        list->operands[list->count] = &c->operands[i];
        list->ops[list->count++] = &c->op;
    }
    if (set)
        strbuf_char(&list->text, ')');
    return ERR_NONE;
}

/* `%` stands for any run only where the caller asked for a pattern. */
static struct bytes pattern_of(struct arena *arena, enum record_op op, struct bytes text)
{
    bool contains = op == OP_CONTAINS || op == OP_NOT_CONTAINS;
    struct strbuf out;

    strbuf_init(&out, arena, text.len * 2 + 2, SIZE_MAX / 4);
    if (contains)
        strbuf_char(&out, '%');
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (c == '\\' || c == '_' || (c == '%' && contains))
            strbuf_char(&out, '\\');
        strbuf_char(&out, c);
    }
    if (contains)
        strbuf_char(&out, '%');
    return strbuf_bytes(&out);
}

static enum err_code build(struct list *list, struct arena *arena, const struct record_query *query,
                           bool counting, struct err *e)
{
    strbuf_init(&list->text, arena, 512, 1 << 20);
    strbuf_printf(&list->text, "SELECT %s FROM record WHERE tenant = $1 AND kind = $2",
                  counting ? "count(*)" : COLUMNS);
    if (query->subtypes) {
        strbuf_lit(&list->text, " AND subtype IN (-1");
        for (int subtype = 0; subtype < 32; subtype++) {
            if (query->subtypes & 1U << subtype)
                strbuf_printf(&list->text, ",%d", subtype);
        }
        strbuf_char(&list->text, ')');
    }
    for (size_t i = 0; i < query->condition_count; i++) {
        enum err_code rc = add_condition(list, &query->conditions[i], e);
        if (rc)
            return rc;
    }
    if (!counting) {
        strbuf_lit(&list->text, " ORDER BY ");
        for (size_t i = 0; i < query->order_count; i++)
            strbuf_printf(&list->text, "%s%s, ", columns[query->order[i].field],
                          query->order[i].descending ? " DESC" : "");
        strbuf_lit(&list->text, "id");
        if (query->limit || query->offset)
            strbuf_printf(&list->text, " LIMIT %lld OFFSET %zu",
                          query->limit ? (long long)query->limit : -1LL, query->offset);
    }
    strbuf_char(&list->text, '\0');
    return list->text.failed ? err_set(e, ERR_NO_MEMORY, "list records") : ERR_NONE;
}

static enum err_code run_list(struct meta *meta, struct arena *arena, int32_t tenant,
                              const struct record_query *query, bool counting, struct sql *q,
                              struct err *e)
{
    struct list *list = arena_zalloc(arena, 1, sizeof *list);
    size_t most = 0;

    for (size_t i = 0; i < query->condition_count; i++)
        most += query->conditions[i].operand_count;
    if (list)
        list->operands = arena_zalloc(arena, most + 1, sizeof *list->operands);
    if (!list || !list->operands)
        return err_set(e, ERR_NO_MEMORY, "list records");
    enum err_code rc = build(list, arena, query, counting, e);
    if (rc)
        return rc;

    *q = (struct sql){ .meta = meta, .e = e };
    q->rc = meta->driver->prepare(meta, list->text.at, false, &q->stmt, e);
    sql_int(q, tenant);
    sql_int(q, query->kind);
    for (size_t i = 0; i < list->count; i++) {
        const struct record_operand *operand = list->operands[i];
        enum record_op op = *list->ops[i];
        if (operand->is_text)
            sql_text(q, is_pattern(op) ? pattern_of(arena, op, operand->text) : operand->text);
        else
            sql_int(q, operand->number);
    }
    return q->rc;
}

enum err_code meta_record_list(struct meta *meta, struct arena *arena, int32_t tenant,
                               const struct record_query *query, struct record **out, size_t *count,
                               size_t *total, struct err *e)
{
    struct sql q = { 0 };
    void *rows = NULL;
    size_t n = 0;
    size_t room = 0;

    enum err_code rc = run_list(meta, arena, tenant, query, false, &q, e);
    while (rc == ERR_NONE && sql_row(&q)) {
        struct record *record = sql_grow(&q, arena, &rows, &n, &room, sizeof *record);
        if (record)
            read_record(&q, arena, record);
    }
    rc = rc ? rc : q.rc;
    if (q.stmt)
        meta->driver->discard(q.stmt);
    q.stmt = NULL;

    size_t all = 0;
    if (rc == ERR_NONE && query->want_total) {
        rc = run_list(meta, arena, tenant, query, true, &q, e);
        if (rc == ERR_NONE && sql_row(&q))
            all = (size_t)sql_get_int(&q, 0);
        rc = rc ? rc : q.rc;
        if (q.stmt)
            meta->driver->discard(q.stmt);
    }
    if (rc)
        return rc;
    *out = rows;
    *count = n;
    if (query->want_total)
        *total = all;
    return ERR_NONE;
}
