#include "meta/record_where.h"

#include "locale/locale.h"

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
    [RECORD_ELEMENT_TYPE] = { "CASE WHEN r.subtype = 4 AND r.parent_id = 0 THEN 5"
                              " ELSE r.subtype END" },
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
    [OP_EQ] = " = ",        [OP_NE] = " <> ",
    [OP_LT] = " < ",        [OP_LE] = " <= ",
    [OP_GT] = " > ",        [OP_GE] = " >= ",
    [OP_IN] = " IN (",      [OP_NOT_IN] = " NOT IN (",
    [OP_CONTAINS] = ", ",   [OP_NOT_CONTAINS] = ", ", /* of strpos */
    [OP_LIKE] = " LIKE ",   [OP_NOT_LIKE] = " NOT LIKE ",
    [OP_BEGINS] = " LIKE ", [OP_ENDS] = " LIKE ",
};

static void bind(struct record_sql *sql, const struct record_operand *operand)
{
    strbuf_printf(&sql->text, "$%zu", sql->count + RECORD_SQL_FIRST);
    sql->bound[sql->count++] = *operand;
}

/* ---- expressions ---- */

static void put(struct strbuf *out, const char *text)
{
    strbuf_add(out, bytes_str(text));
}

/* Both databases take `->` with a name or a place in a list, and `->>` for the last one. `each`: of
 * the element that put_any walks. */
static void put_path(struct strbuf *out, const struct record_member *member, bool each)
{
    put(out, each ? "v.value" : member->of_fields ? "f.fields" : "m.members");
    for (size_t i = each ? 2 : 0; i < RECORD_PATH_MAX && member->path[i]; i++) {
        const char *step = member->path[i];
        bool last = i + 1 == RECORD_PATH_MAX || !member->path[i + 1];
        bool place = step[0] >= '0' && step[0] <= '9';

        strbuf_printf(out, place ? " %s %s" : " %s '%s'", last ? "->>" : "->", step);
    }
}

/* The member as text (numbers and dates too), 0 or 1 for RECORD_BOOL. SQLite's `->>` gives numbers
 * and truth values as numbers, PostgreSQL's gives texts. */
static void put_one_member(struct strbuf *out, const struct record_member *member, bool each)
{
    static const char *const neutral[] = { [RECORD_TEXT] = "''",
                                           [RECORD_NUMBER] = "'0'",
                                           [RECORD_BOOL] = "",
                                           [RECORD_DATE] = "'0001-01-01T00:00:00'" };
    bool as_text = member->of_fields && member->type == RECORD_TEXT; /* a client's may be numbers */

    if (member->stands_in)
        strbuf_printf(out, "CASE WHEN m.id IS NULL THEN %s ELSE ", columns[member->stand_in].name);
    if (member->after_name)
        put(out, "r.name || coalesce(', ' || nullif(");
    put(out, member->type == RECORD_BOOL ? "CASE WHEN CAST("
             : as_text                   ? "coalesce(CAST("
                                         : "coalesce(");
    put_path(out, member, each);
    put(out, as_text ? " AS text)" : "");
    if (member->type == RECORD_BOOL)
        put(out, " AS text) IN ('1', 'true') THEN 1 ELSE 0 END");
    else if (member->absent)
        strbuf_printf(out, ", '%s')", member->absent);
    else
        strbuf_printf(out, ", %s)", neutral[member->type]);
    if (member->after_name)
        put(out, ", ''), '')");
    if (member->stands_in)
        put(out, " END");
}

void record_sql_member(struct strbuf *out, const struct record_member *member)
{
    put_one_member(out, member, false);
}

/* What is compared and sorted by; `as_text` for patterns. */
static void put_field(struct strbuf *out, enum record_field field,
                      const struct record_member *member, bool folded, bool as_text, bool each)
{
    if (field == RECORD_MEMBER) {
        bool number = member->type == RECORD_NUMBER && !as_text;
        put(out, number ? "CAST(" : member->type == RECORD_TEXT && folded ? "fold(" : "(");
        put_one_member(out, member, each);
        put(out, number ? " AS double precision)" : ")");
    } else if (field == RECORD_NAME && folded) {
        put(out, "r.name_folded");
    } else if (as_text && !columns[field].is_text) {
        strbuf_printf(out, "CAST(%s AS text)", columns[field].name);
    } else {
        strbuf_printf(out, columns[field].is_text && folded ? "fold(%s)" : "%s",
                      columns[field].name);
    }
}

void record_sql_field(struct strbuf *out, enum record_field field,
                      const struct record_member *member)
{
    put_field(out, field, member, true, false, false);
}

/* ---- conditions ---- */

static bool is_contains(enum record_op op)
{
    return op == OP_CONTAINS || op == OP_NOT_CONTAINS;
}

static bool is_pattern(enum record_op op)
{
    switch (op) {
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
    case OP_CONTAINS:
    case OP_NOT_CONTAINS:
        break;
    }
    return false;
}

/* `%` stands for any run only where the caller asked for a pattern. */
static struct bytes pattern_of(struct arena *arena, enum record_op op, struct bytes text)
{
    bool literal = op == OP_BEGINS || op == OP_ENDS;
    struct strbuf out;

    strbuf_init(&out, arena, text.len * 2 + 2, SIZE_MAX / 4);
    if (op == OP_ENDS)
        strbuf_char(&out, '%');
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (c == '\\' || c == '_' || (c == '%' && literal))
            strbuf_char(&out, '\\');
        strbuf_char(&out, c);
    }
    if (op == OP_BEGINS)
        strbuf_char(&out, '%');
    return out.failed ? (struct bytes){ 0 } : strbuf_bytes(&out);
}

static enum err_code no_memory(struct err *e)
{
    return err_set(e, ERR_NO_MEMORY, "list records");
}

/* A name's beginning as a range, which an index can walk. */
static enum err_code put_name_begins(struct record_sql *sql, struct bytes folded, struct err *e)
{
    static const char last[] = "\xf4\x8f\xbf\xbf"; /* U+10FFFF sorts behind every letter */
    struct bytes end =
        bytes_of(arena_printf(sql->arena, "%.*s%s", (int)folded.len, folded.at, last),
                 folded.len + sizeof last - 1);

    if (!end.at)
        return no_memory(e);
    put(&sql->text, "(r.name_folded >= ");
    bind(sql, &(struct record_operand){ .is_text = true, .text = folded });
    put(&sql->text, " AND r.name_folded < ");
    bind(sql, &(struct record_operand){ .is_text = true, .text = end });
    strbuf_char(&sql->text, ')');
    return ERR_NONE;
}

static enum err_code put_operand(struct record_sql *sql, const struct record_condition *c,
                                 bool folded, const struct record_operand *operand, struct err *e)
{
    struct record_operand made = *operand;
    bool text = is_pattern(c->op) || is_contains(c->op);
    bool number = c->field == RECORD_MEMBER && c->member->type == RECORD_NUMBER && !text;

    if (!made.is_text && text) {
        made.text = bytes_str(arena_printf(sql->arena, "%lld", (long long)made.number));
        made.is_text = true;
    }
    if (made.is_text && folded && (c->field != RECORD_MEMBER || c->member->type == RECORD_TEXT))
        made.text = locale_fold(sql->arena, made.text);
    if (made.text.at && is_pattern(c->op))
        made.text = pattern_of(sql->arena, c->op, made.text);
    if (made.is_text && !made.text.at)
        return no_memory(e);
    put(&sql->text, number ? "CAST(" : "");
    bind(sql, &made);
    put(&sql->text, number ? " AS double precision)" : "");
    return ERR_NONE;
}

/* What is compared, the operator and what with. */
static enum err_code put_comparison(struct record_sql *sql, const struct record_condition *c,
                                    bool each, struct err *e)
{
    bool set = c->op == OP_IN || c->op == OP_NOT_IN;
    bool text = is_pattern(c->op) || is_contains(c->op);
    bool folded = c->folded || text;
    enum err_code rc = ERR_NONE;

    put(&sql->text, is_contains(c->op) ? "strpos(" : "");
    put_field(&sql->text, c->field, c->member, folded, text, each);
    put(&sql->text, operators[c->op]);
    for (size_t i = 0; !rc && i < (set ? c->operand_count : 1); i++) {
        put(&sql->text, i ? "," : "");
        rc = put_operand(sql, c, folded, &c->operands[i], e);
    }
    put(&sql->text, set                        ? ")"
                    : c->op == OP_CONTAINS     ? ") > 0"
                    : c->op == OP_NOT_CONTAINS ? ") = 0"
                    : is_pattern(c->op)        ? " ESCAPE '\\'"
                                               : "");
    return rc;
}

/* What it says the contrary of; itself when it is no negation. */
static enum record_op affirmed(enum record_op op)
{
    static const enum record_op of_negation[] = { [OP_NE] = OP_EQ,
                                                  [OP_NOT_IN] = OP_IN,
                                                  [OP_NOT_CONTAINS] = OP_CONTAINS,
                                                  [OP_NOT_LIKE] = OP_LIKE };
    bool negation = op == OP_NE || op == OP_NOT_IN || op == OP_NOT_CONTAINS || op == OP_NOT_LIKE;

    return negation ? of_negation[op] : op;
}

static bool is_ordering(enum record_op op)
{
    return op == OP_LT || op == OP_LE || op == OP_GT || op == OP_GE;
}

/* Any element of a list, or none. A list that is not there has one element, the empty text; but
 * nothing is not less than something. */
static enum err_code put_any(struct record_sql *sql, const struct record_condition *c,
                             struct err *e)
{
    struct record_condition one = *c;

    one.op = affirmed(c->op);
    strbuf_printf(&sql->text,
                  "%sEXISTS (SELECT 1 FROM json_each(coalesce(nullif(%s -> '%s', 'null'), "
                  "'[%s]')) v WHERE ",
                  one.op == c->op ? "" : "NOT ", c->member->of_fields ? "f.fields" : "m.members",
                  c->member->path[0], is_ordering(c->op) ? "" : "{}");
    enum err_code rc = put_comparison(sql, &one, true, e);
    strbuf_char(&sql->text, ')');
    return rc;
}

/* Asks for records by their keys in a foreign system. */
static bool is_foreign_key(const struct record_condition *c)
{
    bool keys = c->field == RECORD_XML_ID && !c->folded && (c->op == OP_EQ || c->op == OP_IN);

    for (size_t i = 0; keys && i < c->operand_count; i++)
        keys = c->operands[i].text.len > 0;
    return keys;
}

/* Out of the index of those that have one: without saying so SQLite walks all records. */
static void put_foreign_key(struct record_sql *sql, const struct record_condition *c)
{
    put(&sql->text, "r.id IN (SELECT k.id FROM record k WHERE k.tenant = $1 AND k.kind = $2"
                    " AND k.xml_id <> '' AND k.xml_id IN (");
    for (size_t i = 0; i < c->operand_count; i++) {
        put(&sql->text, i ? "," : "");
        bind(sql, &c->operands[i]);
    }
    put(&sql->text, "))");
}

static enum err_code put_condition(struct record_sql *sql, const struct record_condition *c,
                                   struct err *e)
{
    if (c->operand_count == 0) { /* nothing is in an empty set */
        put(&sql->text, c->op == OP_NOT_IN ? "1 = 1" : "1 = 0");
        return ERR_NONE;
    }
    if (c->operand_count > RECORD_OPERANDS_MAX - sql->operands)
        return err_set(e, ERR_TOO_LARGE, "a filter of more than %d values", RECORD_OPERANDS_MAX);
    sql->operands += c->operand_count;
    if (c->op == OP_BEGINS && c->field == RECORD_NAME) {
        struct bytes prefix = locale_fold(sql->arena, c->operands[0].text);
        return prefix.at ? put_name_begins(sql, prefix, e) : no_memory(e);
    }
    if (c->field == RECORD_MEMBER && c->member->any)
        return put_any(sql, c, e);
    if (is_foreign_key(c)) {
        put_foreign_key(sql, c);
        return ERR_NONE;
    }
    return put_comparison(sql, c, false, e);
}

static enum err_code put_where(struct record_sql *sql, const struct record_where *where, int depth,
                               struct err *e)
{
    enum err_code rc = ERR_NONE;

    if (depth > RECORD_DEPTH_MAX)
        return err_set(e, ERR_TOO_LARGE, "a filter of more than %d levels", RECORD_DEPTH_MAX);
    if (where->join == RECORD_IS)
        return put_condition(sql, &where->is, e);
    if (where->join != RECORD_NOT && where->part_count == 0) {
        put(&sql->text, where->join == RECORD_AND ? "1 = 1" : "1 = 0");
        return ERR_NONE;
    }
    put(&sql->text, where->join == RECORD_NOT ? "NOT (" : "(");
    for (size_t i = 0; !rc && i < where->part_count; i++) {
        if (i)
            strbuf_printf(&sql->text, where->join == RECORD_OR ? " OR " : " AND ");
        rc = put_where(sql, &where->parts[i], depth + 1, e);
    }
    strbuf_char(&sql->text, ')');
    return rc;
}

enum err_code record_sql_where(struct record_sql *sql, const struct record_where *where,
                               struct err *e)
{
    return put_where(sql, where, 0, e);
}
