/* Lists of records: the statement is put together from fixed parts, every value is a parameter. */
#include "base/strbuf.h"
#include "locale/locale.h"
#include "meta/record_row.h"

static const struct {
    const char *name;
    bool is_text;
} columns[] = {
    [RECORD_ID] = { "r.id" },
    [RECORD_NAME] = { "r.name", true },
    [RECORD_CODE] = { "r.code", true },
    [RECORD_XML_ID] = { "r.xml_id", true },
    [RECORD_SORT] = { "r.sort" },
    [RECORD_ACTIVE] = { "r.active" },
    [RECORD_SUBTYPE] = { "r.subtype" },
    [RECORD_PARENT_ID] = { "r.parent_id" },
    [RECORD_CREATED_US] = { "r.created_us" },
    [RECORD_UPDATED_US] = { "r.updated_us" },
    [RECORD_CREATED_BY] = { "r.created_by" },
    [RECORD_UPDATED_BY] = { "r.updated_by" },
    /* trimming all that is no space leaves what stands before the last one, and that one */
    [RECORD_FIRST_NAME] = { "trim(rtrim(r.name, replace(r.name, ' ', '')))", true },
    [RECORD_LAST_NAME] = { "substr(r.name, length(rtrim(r.name, replace(r.name, ' ', ''))) + 1)",
                           true },
};

static const char *const operators[] = {
    [OP_EQ] = "=",          [OP_NE] = "<>",
    [OP_LT] = "<",          [OP_LE] = "<=",
    [OP_GT] = ">",          [OP_GE] = ">=",
    [OP_IN] = "IN",         [OP_NOT_IN] = "NOT IN",
    [OP_CONTAINS] = "LIKE", [OP_NOT_CONTAINS] = "NOT LIKE",
    [OP_LIKE] = "LIKE",     [OP_NOT_LIKE] = "NOT LIKE",
    [OP_BEGINS] = "LIKE",   [OP_ENDS] = "LIKE",
};

/* The statement and its parameters, filled side by side. */
struct list {
    struct arena *arena;
    struct strbuf text;
    size_t count;
    struct record_operand bound[2 * RECORD_OPERANDS_MAX];
    size_t operands; /* of all conditions so far */
};

#define FIRST_BOUND 3 /* behind tenant and kind */

static void bind(struct list *list, const struct record_operand *operand)
{
    strbuf_printf(&list->text, "$%zu", list->count + FIRST_BOUND);
    list->bound[list->count++] = *operand;
}

/* ---- expressions ---- */

static void put(struct strbuf *out, const char *text)
{
    strbuf_add(out, bytes_str(text));
}

/* Both databases take `->` with a name or a place in a list, and `->>` for the last one. */
static void put_path(struct strbuf *out, const struct record_member *member)
{
    put(out, "m.members");
    for (size_t i = 0; i < RECORD_PATH_MAX && member->path[i]; i++) {
        const char *step = member->path[i];
        bool last = i + 1 == RECORD_PATH_MAX || !member->path[i + 1];
        bool place = step[0] >= '0' && step[0] <= '9';

        strbuf_printf(out, place ? " %s %s" : " %s '%s'", last ? "->>" : "->", step);
    }
}

/* The member as text (numbers and dates too), 0 or 1 for RECORD_BOOL. SQLite's `->>` gives numbers
 * and truth values as numbers, PostgreSQL's gives texts. */
static void put_member(struct strbuf *out, const struct record_member *member)
{
    static const char *const neutral[] = { [RECORD_TEXT] = "''",
                                           [RECORD_NUMBER] = "'0'",
                                           [RECORD_BOOL] = "",
                                           [RECORD_DATE] = "'0001-01-01T00:00:00'" };

    if (member->stands_in)
        strbuf_printf(out, "CASE WHEN m.id IS NULL THEN %s ELSE ", columns[member->stand_in].name);
    if (member->after_name)
        put(out, "r.name || coalesce(', ' || nullif(");
    put(out, member->type == RECORD_BOOL ? "CASE WHEN CAST(" : "coalesce(");
    put_path(out, member);
    if (member->type == RECORD_BOOL)
        put(out, " AS text) IN ('1', 'true') THEN 1 ELSE 0 END");
    else
        strbuf_printf(out, ", %s)", neutral[member->type]);
    if (member->after_name)
        put(out, ", ''), '')");
    if (member->stands_in)
        put(out, " END");
}

/* What is compared and sorted by; `as_text` for patterns. */
static void put_field(struct strbuf *out, enum record_field field,
                      const struct record_member *member, bool folded, bool as_text)
{
    if (field == RECORD_MEMBER) {
        put(out, member->type == RECORD_NUMBER           ? "CAST("
                 : member->type == RECORD_TEXT && folded ? "fold("
                                                         : "(");
        put_member(out, member);
        put(out, member->type == RECORD_NUMBER ? " AS double precision)" : ")");
    } else if (field == RECORD_NAME && folded) {
        put(out, "r.name_folded");
    } else if (as_text && !columns[field].is_text) {
        strbuf_printf(out, "CAST(%s AS text)", columns[field].name);
    } else {
        strbuf_printf(out, columns[field].is_text && folded ? "fold(%s)" : "%s",
                      columns[field].name);
    }
}

/* ---- conditions ---- */

static bool is_pattern(enum record_op op)
{
    switch (op) {
    case OP_CONTAINS:
    case OP_NOT_CONTAINS:
    case OP_LIKE:
    case OP_NOT_LIKE:
    case OP_BEGINS:
    case OP_ENDS:
        return true;
    case OP_EQ:
    case OP_NE:
    case OP_LT:
    case OP_LE:
    case OP_GT:
    case OP_GE:
    case OP_IN:
    case OP_NOT_IN:
        break;
    }
    return false;
}

/* `%` stands for any run only where the caller asked for a pattern. */
static struct bytes pattern_of(struct arena *arena, enum record_op op, struct bytes text)
{
    bool contains = op == OP_CONTAINS || op == OP_NOT_CONTAINS;
    bool literal = contains || op == OP_BEGINS || op == OP_ENDS;
    struct strbuf out;

    strbuf_init(&out, arena, text.len * 2 + 2, SIZE_MAX / 4);
    if (contains || op == OP_ENDS)
        strbuf_char(&out, '%');
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (c == '\\' || c == '_' || (c == '%' && literal))
            strbuf_char(&out, '\\');
        strbuf_char(&out, c);
    }
    if (contains || op == OP_BEGINS)
        strbuf_char(&out, '%');
    return out.failed ? (struct bytes){ 0 } : strbuf_bytes(&out);
}

static enum err_code no_memory(struct err *e)
{
    return err_set(e, ERR_NO_MEMORY, "list records");
}

/* A name's beginning as a range, which an index can walk. */
static enum err_code put_name_begins(struct list *list, struct bytes folded, struct err *e)
{
    static const char last[] = "\xf4\x8f\xbf\xbf"; /* U+10FFFF sorts behind every letter */
    struct bytes end =
        bytes_of(arena_printf(list->arena, "%.*s%s", (int)folded.len, folded.at, last),
                 folded.len + sizeof last - 1);

    if (!end.at)
        return no_memory(e);
    put(&list->text, "(r.name_folded >= ");
    bind(list, &(struct record_operand){ .is_text = true, .text = folded });
    put(&list->text, " AND r.name_folded < ");
    bind(list, &(struct record_operand){ .is_text = true, .text = end });
    strbuf_char(&list->text, ')');
    return ERR_NONE;
}

static enum err_code put_operand(struct list *list, const struct record_condition *c, bool folded,
                                 const struct record_operand *operand, struct err *e)
{
    struct record_operand made = *operand;
    bool number = c->field == RECORD_MEMBER && c->member->type == RECORD_NUMBER;

    if (!made.is_text && is_pattern(c->op)) {
        made.text = bytes_str(arena_printf(list->arena, "%lld", (long long)made.number));
        made.is_text = true;
    }
    if (made.is_text && folded && (c->field != RECORD_MEMBER || c->member->type == RECORD_TEXT))
        made.text = locale_fold(list->arena, made.text);
    if (made.text.at && is_pattern(c->op))
        made.text = pattern_of(list->arena, c->op, made.text);
    if (made.is_text && !made.text.at)
        return no_memory(e);
    put(&list->text, number ? "CAST(" : "");
    bind(list, &made);
    put(&list->text, number ? " AS double precision)" : "");
    return ERR_NONE;
}

static enum err_code put_condition(struct list *list, const struct record_condition *c,
                                   struct err *e)
{
    bool set = c->op == OP_IN || c->op == OP_NOT_IN;
    bool folded = c->folded || is_pattern(c->op);
    enum err_code rc = ERR_NONE;

    if (c->operand_count == 0) { /* nothing is in an empty set */
        put(&list->text, c->op == OP_NOT_IN ? "1 = 1" : "1 = 0");
        return ERR_NONE;
    }
    if (c->operand_count > RECORD_OPERANDS_MAX - list->operands)
        return err_set(e, ERR_TOO_LARGE, "a filter of more than %d values", RECORD_OPERANDS_MAX);
    list->operands += c->operand_count;
    if (c->op == OP_BEGINS && c->field == RECORD_NAME) {
        struct bytes prefix = locale_fold(list->arena, c->operands[0].text);
        return prefix.at ? put_name_begins(list, prefix, e) : no_memory(e);
    }

    put_field(&list->text, c->field, c->member, folded, is_pattern(c->op));
    strbuf_printf(&list->text, " %s ", operators[c->op]);
    put(&list->text, set ? "(" : "");
    for (size_t i = 0; !rc && i < (set ? c->operand_count : 1); i++) {
        put(&list->text, i ? "," : "");
        rc = put_operand(list, c, folded, &c->operands[i], e);
    }
    put(&list->text, set ? ")" : is_pattern(c->op) ? " ESCAPE '\\'" : "");
    return rc;
}

static enum err_code put_where(struct list *list, const struct record_where *where, int depth,
                               struct err *e)
{
    enum err_code rc = ERR_NONE;

    if (depth > RECORD_DEPTH_MAX)
        return err_set(e, ERR_TOO_LARGE, "a filter of more than %d levels", RECORD_DEPTH_MAX);
    if (where->join == RECORD_IS)
        return put_condition(list, &where->is, e);
    if (where->join != RECORD_NOT && where->part_count == 0) {
        put(&list->text, where->join == RECORD_AND ? "1 = 1" : "1 = 0");
        return ERR_NONE;
    }
    put(&list->text, where->join == RECORD_NOT ? "NOT (" : "(");
    for (size_t i = 0; !rc && i < where->part_count; i++) {
        if (i)
            strbuf_printf(&list->text, where->join == RECORD_OR ? " OR " : " AND ");
        rc = put_where(list, &where->parts[i], depth + 1, e);
    }
    strbuf_char(&list->text, ')');
    return rc;
}

/* ---- the statement ---- */

static bool needs_members(const struct record_where *where)
{
    bool needs = where->join == RECORD_IS && where->is.field == RECORD_MEMBER;

    for (size_t i = 0; !needs && where->join != RECORD_IS && i < where->part_count; i++)
        needs = needs_members(&where->parts[i]);
    return needs;
}

static void put_columns(struct strbuf *out, const struct record_query *query)
{
    struct bytes rest = B(RECORD_COLUMNS);
    struct bytes name;

    for (bool first = true; bytes_split(&rest, ',', &name); first = false) {
        put(out, first ? "r." : ", r.");
        strbuf_add(out, bytes_trim(name));
    }
    for (size_t i = 0; i < query->member_count; i++) {
        put(out, ", ");
        put_member(out, query->members[i]);
    }
}

static void put_order(struct strbuf *out, const struct record_query *query)
{
    put(out, " ORDER BY ");
    for (size_t i = 0; i < query->order_count; i++) {
        put_field(out, query->order[i].field, query->order[i].member, true, false);
        put(out, query->order[i].descending ? " DESC, " : ", ");
    }
    put(out, "r.id");
}

static void put_tables(struct strbuf *out, bool members)
{
    put(out, "record r");
    if (members)
        put(out, " LEFT JOIN record_members m"
                 " ON m.tenant = r.tenant AND m.kind = r.kind AND m.id = r.id");
}

/* Which records: the same for all forms of the statement. */
static enum err_code put_filter(struct list *list, const struct record_query *query, struct err *e)
{
    put(&list->text, " WHERE r.tenant = $1 AND r.kind = $2");
    if (query->subtypes) {
        put(&list->text, " AND r.subtype IN (-1");
        for (int subtype = 0; subtype < 32; subtype++) {
            if (query->subtypes & 1U << subtype)
                strbuf_printf(&list->text, ",%d", subtype);
        }
        strbuf_char(&list->text, ')');
    }
    if (query->where.join == RECORD_AND && query->where.part_count == 0)
        return ERR_NONE;
    put(&list->text, " AND ");
    return put_where(list, &query->where, 0, e);
}

static bool orders_by_member(const struct record_query *query)
{
    bool orders = false;

    for (size_t i = 0; !orders && i < query->order_count; i++)
        orders = query->order[i].field == RECORD_MEMBER;
    return orders;
}

/* The page is found first, by as little of each record as that takes: mostly an index alone. */
static enum err_code put_page(struct list *list, const struct record_query *query, struct err *e)
{
    struct strbuf *out = &list->text;

    put(out, "(SELECT r.id AS found FROM ");
    put_tables(out, needs_members(&query->where) || orders_by_member(query));
    enum err_code rc = put_filter(list, query, e);
    put_order(out, query);
    strbuf_printf(out, " LIMIT %lld OFFSET %zu) p CROSS JOIN ",
                  query->limit ? (long long)query->limit : -1LL, query->offset);
    return rc;
}

static enum err_code build(struct list *list, const struct record_query *query, bool counting,
                           struct err *e)
{
    struct strbuf *out = &list->text;
    bool members = query->member_count || orders_by_member(query);
    bool paged = !counting && (query->limit || query->offset);
    enum err_code rc = ERR_NONE;

    strbuf_init(out, list->arena, 2048, 1 << 20);
    put(out, "SELECT ");
    if (counting)
        put(out, "count(*)");
    else
        put_columns(out, query);
    put(out, " FROM ");
    if (paged)
        rc = put_page(list, query, e);
    put_tables(out, (!counting && members) || (!paged && needs_members(&query->where)));
    if (paged)
        put(out, " WHERE r.tenant = $1 AND r.kind = $2 AND r.id = p.found");
    else if (!rc)
        rc = put_filter(list, query, e);
    if (!counting)
        put_order(out, query);
    strbuf_char(out, '\0');
    return rc ? rc : out->failed ? no_memory(e) : ERR_NONE;
}

static enum err_code run_list(struct meta *meta, struct arena *arena, int32_t tenant,
                              const struct record_query *query, bool counting, struct sql *q,
                              struct err *e)
{
    struct list *list = arena_zalloc(arena, 1, sizeof *list);

    if (!list)
        return no_memory(e);
    list->arena = arena;
    enum err_code rc = build(list, query, counting, e);
    if (rc)
        return rc;

    *q = (struct sql){ .meta = meta, .e = e };
    q->rc = meta->driver->prepare(meta, list->text.at, false, &q->stmt, e);
    sql_int(q, tenant);
    sql_int(q, query->kind);
    for (size_t i = 0; i < list->count; i++) {
        if (list->bound[i].is_text)
            sql_text(q, list->bound[i].text);
        else
            sql_int(q, list->bound[i].number);
    }
    return q->rc;
}

static void end_list(struct meta *meta, struct sql *q)
{
    if (q->stmt)
        meta->driver->discard(q->stmt);
    q->stmt = NULL;
}

static void read_wanted(struct sql *q, struct arena *arena, size_t count, struct record *record)
{
    if (!count)
        return;
    struct bytes *wanted = arena_zalloc(arena, count, sizeof *wanted);
    if (!wanted)
        q->rc = no_memory(q->e);
    for (size_t i = 0; q->rc == ERR_NONE && i < count; i++)
        wanted[i] = sql_get_copy(q, RECORD_COLUMN_COUNT + (int)i, arena);
    record->wanted = wanted;
}

enum err_code meta_record_list(struct meta *meta, struct arena *arena, int32_t tenant,
                               const struct record_query *query, struct record **out, size_t *count,
                               size_t *total, struct err *e)
{
    struct sql q = { 0 };
    void *rows = NULL;
    size_t n = 0;
    size_t room = 0;

    size_t bytes = 0;

    enum err_code rc = run_list(meta, arena, tenant, query, false, &q, e);
    while (rc == ERR_NONE && (!query->bytes_max || bytes <= query->bytes_max) && sql_row(&q)) {
        struct record *record = sql_grow(&q, arena, &rows, &n, &room, sizeof *record);
        if (record) {
            meta_record_read(&q, arena, record);
            read_wanted(&q, arena, query->member_count, record);
            bytes += record_bytes(record, query);
        }
    }
    rc = rc ? rc : q.rc;
    end_list(meta, &q);

    size_t all = 0;
    if (rc == ERR_NONE && query->want_total) {
        rc = run_list(meta, arena, tenant, query, true, &q, e);
        if (rc == ERR_NONE && sql_row(&q))
            all = (size_t)sql_get_int(&q, 0);
        rc = rc ? rc : q.rc;
        end_list(meta, &q);
    }
    if (rc)
        return rc;
    *out = rows;
    *count = n;
    if (query->want_total)
        *total = all;
    return ERR_NONE;
}
