/* From the words of a filter to conditions on records (superoffice 14.3). */
#include "base/clock.h"
#include "dialect/superoffice/odata.h"
#include "locale/locale.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct maker {
    struct call *c;
    struct arena *arena;
    const struct so_archive *archive;
    struct bytes text;
    const struct so_filter *test; /* being made */
    const struct so_column *column;
    struct err *e;
};

static enum err_code no_memory(struct maker *m)
{
    return err_set(m->e, ERR_NO_MEMORY, "filter");
}

/* A client's word in a message: not too much of it, whole characters. */
static struct bytes shown(struct bytes text)
{
    size_t len = text.len < 40 ? text.len : 40;

    while (len < text.len && len && (text.at[len] & 0xC0) == 0x80)
        len--;
    return bytes_first(text, len);
}

static enum err_code wrong_operator(struct maker *m)
{
    return err_set(m->e, ERR_INVALID,
                   "$filter: column '%.*s' has no operator '%s' (at character %d)",
                   (int)m->column->name.len, m->column->name.at, so_filter_op_name(m->test->op),
                   so_filter_place(m->text, m->test->at));
}

static enum err_code wrong_value(struct maker *m, const struct so_operand *operand,
                                 const char *wanted)
{
    struct bytes word = shown(operand->text);

    return err_set(m->e, ERR_INVALID,
                   "$filter: '%.*s' is not %s, which column '%.*s' needs (at character %d)",
                   (int)word.len, word.at, wanted, (int)m->column->name.len, m->column->name.at,
                   so_filter_place(m->text, operand->at));
}

/* ---- conditions ---- */

static struct record_where condition(const struct maker *m, enum record_op op,
                                     const struct record_operand *operands, size_t count)
{
    return (struct record_where){
        .join = RECORD_IS,
        .is = { .field = m->column->field,
                .op = op,
                .operands = operands,
                .operand_count = count,
                .member = m->column->field == RECORD_MEMBER ? &m->column->member : NULL,
                .folded = m->column->type == SO_COLUMN_TEXT },
    };
}

/* `first` and, if there is one, `second` both hold; turned round when `not`. */
static enum err_code both(struct maker *m, struct record_where first, struct record_where second,
                          bool not, struct record_where *out)
{
    struct record_where *parts = arena_zalloc(m->arena, 3, sizeof *parts);

    if (!parts)
        return no_memory(m);
    parts[0] = first;
    parts[1] = second;
    parts[2] = (struct record_where){ RECORD_AND, .parts = parts, .part_count = 2 };
    *out = parts[2];
    if (not )
        *out = (struct record_where){ RECORD_NOT, .parts = &parts[2], .part_count = 1 };
    return ERR_NONE;
}

static struct record_where always(bool yes)
{
    return (struct record_where){ .join = yes ? RECORD_AND : RECORD_OR };
}

/* The usual operators of values that have an order; false for others. */
static bool plain_op(enum so_filter_op op, enum record_op *out)
{
    static const struct {
        enum so_filter_op from;
        enum record_op to;
    } ops[] = {
        { SO_IS, OP_EQ },      { SO_IS_NOT, OP_NE },   { SO_LESS, OP_LT }, { SO_AT_MOST, OP_LE },
        { SO_GREATER, OP_GT }, { SO_AT_LEAST, OP_GE }, { SO_IN, OP_IN },   { SO_NOT_IN, OP_NOT_IN },
    };

    for (size_t i = 0; i < COUNT(ops); i++) {
        *out = ops[i].to;
        if (ops[i].from == op)
            return true;
    }
    return false;
}

static enum err_code make_ordered(struct maker *m, const struct record_operand *operands,
                                  struct record_where *out)
{
    size_t count = m->test->operand_count;
    enum record_op op;

    if (m->test->op == SO_BETWEEN)
        return both(m, condition(m, OP_GE, &operands[0], 1), condition(m, OP_LE, &operands[1], 1),
                    false, out);
    if (!plain_op(m->test->op, &op))
        return wrong_operator(m);
    *out = condition(m, op, operands, count);
    return ERR_NONE;
}

/* ---- numbers ---- */

/* A decimal number as both databases read it; no exponents, no words. */
static bool is_decimal(struct bytes text)
{
    size_t digits = 0;
    size_t points = 0;
    size_t i = text.len && (text.at[0] == '-' || text.at[0] == '+');

    for (; i < text.len; i++) {
        points += text.at[i] == '.';
        digits += text.at[i] >= '0' && text.at[i] <= '9';
        if (text.at[i] != '.' && (text.at[i] < '0' || text.at[i] > '9'))
            return false;
    }
    return digits && digits < 30 && points <= 1;
}

static enum err_code make_number(struct maker *m, struct record_where *out)
{
    const struct so_filter *test = m->test;
    struct record_operand *operands = arena_zalloc(m->arena, test->operand_count, sizeof *operands);

    if (!operands)
        return no_memory(m);
    for (size_t i = 0; i < test->operand_count; i++) {
        struct bytes text = bytes_trim(test->operands[i].text);
        bool whole = bytes_to_int64(text, &operands[i].number);
        if (m->column->type == SO_COLUMN_INT && !whole)
            return wrong_value(m, &test->operands[i], "a whole number");
        if (!is_decimal(text))
            return wrong_value(m, &test->operands[i], "a number");
        operands[i].is_text = m->column->field == RECORD_MEMBER;
        operands[i].text = text;
    }
    return make_ordered(m, operands, out);
}

/* ---- texts ---- */

static enum err_code make_text(struct maker *m, struct record_where *out)
{
    const struct so_filter *test = m->test;
    struct record_operand *operands = arena_zalloc(m->arena, test->operand_count, sizeof *operands);
    struct record_where *part;

    if (!operands)
        return no_memory(m);
    for (size_t i = 0; i < test->operand_count; i++) {
        const struct so_operand *operand = &test->operands[i];
        operands[i].is_text = true;
        operands[i].text = operand->text;
        if (!operand->quoted && bytes_eq_nocase(operand->text, B("null")))
            operands[i].text = B("");
    }
    switch ((int)test->op) {
    case SO_CONTAINS:
        *out = condition(m, OP_CONTAINS, operands, 1);
        return ERR_NONE;
    case SO_NOT_CONTAINS:
        *out = condition(m, OP_NOT_CONTAINS, operands, 1);
        return ERR_NONE;
    case SO_ENDS:
        *out = condition(m, OP_ENDS, operands, 1);
        return ERR_NONE;
    case SO_BEGINS:
        *out = condition(m, OP_BEGINS, operands, 1);
        return ERR_NONE;
    case SO_NOT_BEGINS:
        part = arena_zalloc(m->arena, 1, sizeof *part);
        if (!part)
            return no_memory(m);
        *part = condition(m, OP_BEGINS, operands, 1);
        *out = (struct record_where){ RECORD_NOT, .parts = part, .part_count = 1 };
        return ERR_NONE;
    default:
        return make_ordered(m, operands, out);
    }
}

/* ---- truth ---- */

static bool read_bool(struct bytes text, bool *out)
{
    *out = bytes_eq_nocase(text, B("true")) || bytes_eq(text, B("1"));
    return *out || bytes_eq_nocase(text, B("false")) || bytes_eq(text, B("0"));
}

static enum err_code make_bool(struct maker *m, struct record_where *out)
{
    struct record_operand *operand = arena_zalloc(m->arena, 1, sizeof *operand);
    bool wanted;

    if (!operand)
        return no_memory(m);
    if (m->test->op != SO_IS && m->test->op != SO_IS_NOT)
        return wrong_operator(m);
    if (!read_bool(bytes_trim(m->test->operands[0].text), &wanted))
        return wrong_value(m, &m->test->operands[0], "true or false");
    wanted = wanted == (m->test->op == SO_IS);
    operand->number = wanted != m->column->inverted;
    *out = m->column->type == SO_COLUMN_NEVER ? always(!wanted) : condition(m, OP_EQ, operand, 1);
    return ERR_NONE;
}

/* ---- dates ---- */

/* What a client wrote means everything from `from` to before `to`: a second, or a day. */
struct span {
    int64_t from;
    int64_t to;
};

static bool is_day(struct bytes text, int *year, int *month, int *day)
{
    char copy[11] = "";
    int end = 0;

    if (text.len != 10)
        return false;
    memcpy(copy, text.at, text.len);
    return sscanf(copy, "%4d-%2d-%2d%n", year, month, day, &end) == 3 && end == 10;
}

/* The day after, as the calendar has it: a day may have 23 or 25 hours. */
static bool read_day(const struct so_local *local, struct bytes text, struct span *out)
{
    struct tm next = { 0 };
    char copy[40];

    if (!is_day(text, &next.tm_year, &next.tm_mon, &next.tm_mday) ||
        !so_date_read(text, local, false, &out->from))
        return false;
    next.tm_year -= 1900;
    next.tm_mon -= 1;
    next.tm_mday += 1;
    (void)timegm(&next);
    snprintf(copy, sizeof copy, "%04d-%02d-%02d", next.tm_year + 1900, next.tm_mon + 1,
             next.tm_mday);
    if (!so_date_read(bytes_str(copy), local, false, &out->to))
        out->to = out->from + 86400 * SECOND_US;
    return true;
}

static enum err_code read_span(struct maker *m, const struct so_operand *operand, bool whole_day,
                               struct span *out)
{
    const struct so_local *local = &so_call(m->c)->local;
    struct bytes text = bytes_trim(operand->text);
    struct strbuf day;
    int64_t us;

    if (read_day(local, text, out))
        return ERR_NONE;
    if (!so_date_read(text, local, false, &us))
        return wrong_value(m, operand, "a date like 2026-03-04 or 2026-03-04T10:00:00");
    us -= (us % SECOND_US + SECOND_US) % SECOND_US;
    *out = (struct span){ us, us + SECOND_US };
    if (!whole_day)
        return ERR_NONE;
    strbuf_init(&day, m->arena, 0, 64); /* the day it is for the caller */
    so_date_write(&day, local, us, false);
    if (day.failed)
        return no_memory(m);
    return read_day(local, bytes_first(strbuf_bytes(&day), 10), out)
               ? ERR_NONE
               : wrong_value(m, operand, "a date");
}

static enum err_code compare_date(struct maker *m, enum record_op op, int64_t us,
                                  struct record_where *out)
{
    struct record_operand *operand = arena_zalloc(m->arena, 1, sizeof *operand);
    struct strbuf text;

    if (!operand)
        return no_memory(m);
    operand->number = us;
    if (m->column->field == RECORD_MEMBER) {
        strbuf_init(&text, m->arena, 0, 64);
        clock_write_plain(&text, us);
        if (text.failed)
            return no_memory(m);
        operand->is_text = true;
        operand->text = strbuf_bytes(&text);
    }
    *out = condition(m, op, operand, 1);
    return ERR_NONE;
}

static enum err_code within(struct maker *m, int64_t from, int64_t to, bool not,
                            struct record_where *out)
{
    struct record_where first;
    struct record_where second;

    if (compare_date(m, OP_GE, from, &first) || compare_date(m, OP_LT, to, &second))
        return m->e->code;
    return both(m, first, second, not, out);
}

/* A date alone is its midnight where the time counts. */
static void drop_day(enum so_filter_op op, struct span *span)
{
    if (op == SO_AT_TIME || op == SO_BEFORE_TIME || op == SO_AFTER_TIME)
        span->to = span->from + SECOND_US;
}

static enum err_code make_date(struct maker *m, struct record_where *out)
{
    const struct so_filter *test = m->test;
    struct span span;
    struct span last;

    if (read_span(m, &test->operands[0], test->op == SO_ON_DAY, &span))
        return m->e->code;
    drop_day(test->op, &span);
    switch ((int)test->op) {
    case SO_IS:
    case SO_ON_DAY:
    case SO_AT_TIME:
        return within(m, span.from, span.to, false, out);
    case SO_IS_NOT:
        return within(m, span.from, span.to, true, out);
    case SO_LESS:
    case SO_BEFORE:
    case SO_BEFORE_TIME:
        return compare_date(m, OP_LT, span.from, out);
    case SO_AT_MOST:
    case SO_BEFORE_OR_EQUAL:
        return compare_date(m, OP_LT, span.to, out);
    case SO_GREATER:
    case SO_AFTER:
    case SO_AFTER_TIME:
        return compare_date(m, OP_GE, span.to, out);
    case SO_AT_LEAST:
    case SO_AFTER_OR_EQUAL:
        return compare_date(m, OP_GE, span.from, out);
    case SO_BETWEEN:
        if (read_span(m, &test->operands[1], false, &last))
            return m->e->code;
        return within(m, span.from, last.to, false, out);
    default:
        return wrong_operator(m);
    }
}

/* ---- users ---- */

static int compare_text(struct bytes a, struct bytes b)
{
    size_t len = a.len < b.len ? a.len : b.len;
    int order = len ? memcmp(a.at, b.at, len) : 0;

    return order ? order : (a.len > b.len) - (a.len < b.len);
}

static bool contains(struct bytes text, struct bytes part)
{
    return !part.len || (text.len && memmem(text.at, text.len, part.at, part.len) != NULL);
}

/* Whether a user is meant: by id or by name, which is folded already, as the operand is. */
static bool is_meant(enum so_filter_op op, int32_t id, struct bytes name,
                     const struct so_operand *operand)
{
    int64_t number;

    switch ((int)op) {
    case SO_BEGINS:
    case SO_NOT_BEGINS:
        return bytes_starts(name, operand->text);
    case SO_ENDS:
        return bytes_ends_nocase(name, operand->text);
    case SO_CONTAINS:
    case SO_NOT_CONTAINS:
        return contains(name, operand->text);
    default:
        return bytes_to_int64(bytes_trim(operand->text), &number)
                   ? number == id
                   : compare_text(name, operand->text) == 0;
    }
}

static bool is_any_meant(enum so_filter_op op, int32_t id, struct bytes name,
                         const struct so_operand *operands, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (is_meant(op, id, name, &operands[i]))
            return true;
    }
    return false;
}

static enum err_code fold_operands(struct maker *m, struct so_operand **out)
{
    size_t count = m->test->operand_count;

    *out = arena_zalloc(m->arena, count, sizeof **out);
    if (!*out)
        return no_memory(m);
    for (size_t i = 0; i < count; i++) {
        (*out)[i] = m->test->operands[i];
        if (!(*out)[i].quoted && bytes_eq_nocase((*out)[i].text, B("null")))
            (*out)[i].text = B("");
        (*out)[i].text = locale_fold(m->arena, (*out)[i].text);
        if (!(*out)[i].text.at)
            return no_memory(m);
    }
    return ERR_NONE;
}

/* Who is meant is found out here: there are few users. User 0 is nobody, whose name is empty. */
static enum err_code make_user(struct maker *m, struct record_where *out)
{
    enum so_filter_op op = m->test->op;
    bool not = op == SO_IS_NOT || op == SO_NOT_IN || op == SO_NOT_BEGINS || op == SO_NOT_CONTAINS;
    struct so_operand *operands;
    struct user *users = NULL;
    size_t user_count = 0;
    size_t count = 0;

    if (!not &&op != SO_IS && op != SO_IN && op != SO_BEGINS && op != SO_ENDS && op != SO_CONTAINS)
        return wrong_operator(m);
    if (fold_operands(m, &operands) || user_list(m->c->core, m->arena, &users, &user_count, m->e))
        return m->e->code;
    struct record_operand *ids = arena_zalloc(m->arena, user_count + 1, sizeof *ids);
    if (!ids)
        return no_memory(m);
    if (is_any_meant(op, 0, B(""), operands, m->test->operand_count))
        ids[count++].number = 0;
    for (size_t i = 0; i < user_count; i++) {
        struct bytes name = locale_fold(m->arena, users[i].name);
        if (!name.at)
            return no_memory(m);
        if (is_any_meant(op, users[i].id, name, operands, m->test->operand_count))
            ids[count++].number = users[i].id;
    }
    *out = condition(m, not ? OP_NOT_IN : OP_IN, ids, count);
    return ERR_NONE;
}

/* ---- the tree ---- */

static enum err_code make_test(struct maker *m, const struct so_filter *test,
                               struct record_where *out)
{
    struct bytes name = shown(test->column);

    m->test = test;
    m->column = so_column_find(m->archive, test->column);
    if (!m->column)
        return err_set(m->e, ERR_INVALID, "$filter: there is no column '%.*s' (at character %d)",
                       (int)name.len, name.at, so_filter_place(m->text, test->at));
    switch (m->column->type) {
    case SO_COLUMN_INT:
    case SO_COLUMN_NUMBER:
        return make_number(m, out);
    case SO_COLUMN_TEXT:
        return make_text(m, out);
    case SO_COLUMN_BOOL:
    case SO_COLUMN_NEVER:
        return make_bool(m, out);
    case SO_COLUMN_DATE:
        return make_date(m, out);
    case SO_COLUMN_USER:
        return make_user(m, out);
    case SO_COLUMN_THUMBNAIL:
        break;
    }
    return wrong_operator(m);
}

static enum err_code make(struct maker *m, const struct so_filter *filter, struct record_where *out)
{
    static const enum record_join joins[] = {
        [SO_AND] = RECORD_AND, [SO_OR] = RECORD_OR, [SO_NOT] = RECORD_NOT
    };
    size_t count = 0;

    if (filter->join == SO_TEST)
        return make_test(m, filter, out);
    struct record_where *parts = arena_zalloc(m->arena, filter->count, sizeof *parts);
    if (!parts)
        return no_memory(m);
    for (const struct so_filter *part = filter->first; part; part = part->next) {
        enum err_code rc = make(m, part, &parts[count++]);
        if (rc)
            return rc;
    }
    *out = (struct record_where){ joins[filter->join], .parts = parts, .part_count = count };
    return ERR_NONE;
}

enum err_code so_where(struct call *c, const struct so_archive *archive, struct bytes text,
                       const struct so_filter *filter, struct record_where *out, struct err *e)
{
    struct maker m = { .c = c, .arena = c->arena, .archive = archive, .text = text, .e = e };

    if (!filter) {
        *out = always(true);
        return ERR_NONE;
    }
    return make(&m, filter, out);
}
