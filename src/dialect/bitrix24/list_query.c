#include "dialect/bitrix24/list_query.h"

#include "base/clock.h"
#include "dialect/bitrix24/bind.h"

#include <stdio.h>
#include <time.h>

/* Longer spellings first. */
static const struct {
    struct bytes text;
    enum record_op op;
} operators[] = {
    { B("!=%"), OP_NOT_LIKE }, { B("!%="), OP_NOT_LIKE }, { B("!%"), OP_NOT_CONTAINS },
    { B("!="), OP_NE },        { B("!@"), OP_NOT_IN },    { B("=%"), OP_LIKE },
    { B("%="), OP_LIKE },      { B(">="), OP_GE },        { B("<="), OP_LE },
    { B("!"), OP_NE },         { B("="), OP_EQ },         { B("%"), OP_CONTAINS },
    { B(">"), OP_GT },         { B("<"), OP_LT },         { B("@"), OP_IN },
};

struct bytes b24_filter_key(struct bytes key, enum record_op *op)
{
    for (size_t i = 0; i < COUNT(operators); i++) {
        if (bytes_starts(key, operators[i].text)) {
            *op = operators[i].op;
            return bytes_from(key, operators[i].text.len);
        }
    }
    *op = OP_EQ;
    return key;
}

/* The offset behind a time: nothing, Z, or +02:00 and its kin. */
static bool read_offset(struct bytes text, int64_t *seconds)
{
    char copy[8] = "";
    int hours;
    int minutes;
    int end = 0;

    *seconds = 0;
    if (text.len == 0 || bytes_eq(text, B("Z")))
        return true;
    if (text.len != 6)
        return false;
    memcpy(copy, text.at, text.len);
    /* in a query string an unescaped + arrives as a space */
    if ((copy[0] != '+' && copy[0] != '-' && copy[0] != ' ') ||
        sscanf(copy + 1, "%2d:%2d%n", &hours, &minutes, &end) != 2 || end != 5)
        return false;
    *seconds = (hours * 60 + minutes) * 60;
    if (copy[0] == '-')
        *seconds = -*seconds;
    return true;
}

bool b24_read_date(struct bytes text, int64_t *us)
{
    struct tm tm = { 0 };
    char copy[32] = "";
    int64_t offset;
    int end = 0;

    if (text.len < 10 || text.len >= sizeof copy)
        return false;
    memcpy(copy, text.at, text.len);
    if (sscanf(copy, "%4d-%2d-%2d%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &end) != 3 || end != 10)
        return false;
    if (text.len > 10) {
        if ((copy[10] != 'T' && copy[10] != ' ') ||
            sscanf(copy + 11, "%2d:%2d:%2d%n", &tm.tm_hour, &tm.tm_min, &tm.tm_sec, &end) != 3)
            return false;
        end += 11;
    }
    if (!read_offset(bytes_from(text, (size_t)end), &offset))
        return false;
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    *us = ((int64_t)timegm(&tm) - offset) * SECOND_US;
    return true;
}

/* One condition on its way into the query. */
struct reader {
    struct arena *arena;
    struct record_where *conditions;
    size_t count;
    bool nothing;
};

static struct record_operand operand_of(struct arena *arena, const struct value *value,
                                        enum b24_field_type type)
{
    struct bytes text = b24_to_text(arena, value);
    struct record_operand operand = { .is_text = type == B24_TEXT };

    switch (type) {
    case B24_TEXT:
        operand.text = text;
        break;
    case B24_NUMBER: /* what is no number counts as 0, as PHP casts it */
        if (!b24_to_int(value, &operand.number))
            operand.number = 0;
        break;
    case B24_YES_NO:
        operand.number = bytes_eq_nocase(text, B("Y")) || bytes_eq(text, B("1"));
        break;
    case B24_DATE:
        if (!b24_read_date(text, &operand.number))
            operand.number = 0;
        break;
    }
    return operand;
}

static void add(struct reader *r, enum record_field field, enum record_op op,
                const struct record_operand *operands, size_t count)
{
    r->conditions[r->count++] =
        (struct record_where){ .join = RECORD_IS, .is = { field, op, operands, count } };
}

/* Rows hold microseconds and show seconds: a comparison means the whole second. */
static bool add_date(struct reader *r, enum record_field field, enum record_op op, int64_t us)
{
    struct record_operand *bounds = arena_zalloc(r->arena, 2, sizeof *bounds);

    if (!bounds)
        return false;
    bounds[0].number = us;
    bounds[1].number = us + SECOND_US;
    if (op == OP_GT)
        add(r, field, OP_GE, &bounds[1], 1);
    else if (op == OP_GE)
        add(r, field, OP_GE, &bounds[0], 1);
    else if (op == OP_LT)
        add(r, field, OP_LT, &bounds[0], 1);
    else if (op == OP_LE)
        add(r, field, OP_LT, &bounds[1], 1);
    else if (op == OP_EQ || op == OP_IN) {
        add(r, field, OP_GE, &bounds[0], 1);
        add(r, field, OP_LT, &bounds[1], 1);
    }
    return true;
}

/* `=` with a list is IN, `!` with a list NOT IN; the other operators compare with one value. */
static enum record_op list_op(enum record_op op, bool is_list)
{
    if (is_list)
        return op == OP_EQ ? OP_IN : op == OP_NE ? OP_NOT_IN : op;
    return op == OP_IN ? OP_EQ : op == OP_NOT_IN ? OP_NE : op;
}

static enum err_code add_member(struct reader *r, const struct b24_list_field *field,
                                enum record_op op, const struct value *value, struct err *e)
{
    bool is_list = value->type == VALUE_LIST || value->type == VALUE_MAP;
    bool many = is_list && (op == OP_EQ || op == OP_NE || op == OP_IN || op == OP_NOT_IN);
    size_t count = many ? value->count : 1;
    const struct value *item = is_list ? value->first : value;

    op = list_op(op, many);
    if (!item) {
        r->nothing |= op == OP_IN; /* in nothing: no row; not in nothing: every row */
        return ERR_NONE;
    }
    if (count > RECORD_OPERANDS_MAX)
        return err_set(e, ERR_TOO_LARGE, "%zu values in a filter", count);

    struct record_operand *operands = arena_zalloc(r->arena, count, sizeof *operands);
    if (!operands)
        return err_set(e, ERR_NO_MEMORY, "filter");
    for (size_t i = 0; i < count; i++, item = item->next)
        operands[i] = operand_of(r->arena, item, field->type);
    if (field->type != B24_DATE)
        add(r, field->field, op, operands, count);
    else if (!add_date(r, field->field, op, operands[0].number))
        return err_set(e, ERR_NO_MEMORY, "filter");
    return ERR_NONE;
}

static const struct b24_list_field *find(const struct b24_list_field *fields, size_t count,
                                         struct bytes name)
{
    for (size_t i = 0; i < count; i++) {
        if (b24_name_eq(fields[i].name, name))
            return &fields[i];
    }
    return NULL;
}

static enum err_code read_filter(struct arena *arena, const struct b24_list_field *fields,
                                 size_t field_count, const struct value *filter,
                                 struct b24_list_query *out, struct err *e)
{
    struct reader r = { .arena = arena };

    if (!filter || filter->type != VALUE_MAP)
        return ERR_NONE;
    /* every member adds at most two conditions */
    if (filter->count > RECORD_OPERANDS_MAX)
        return err_set(e, ERR_TOO_LARGE, "%zu conditions in a filter", filter->count);
    r.conditions = arena_zalloc(arena, filter->count * 2 + 1, sizeof *r.conditions);
    if (!r.conditions)
        return err_set(e, ERR_NO_MEMORY, "filter");

    for (const struct value *member = filter->first; member; member = member->next) {
        enum record_op op;
        struct bytes name = b24_filter_key(member->name, &op);
        const struct b24_list_field *field = find(fields, field_count, name);
        enum err_code rc = field ? add_member(&r, field, op, member, e) : ERR_NONE;
        if (rc)
            return rc;
    }
    out->query.where = (struct record_where){ .parts = r.conditions, .part_count = r.count };
    out->nothing = r.nothing;
    return ERR_NONE;
}

static bool ordered_by(const struct record_order *order, size_t count, enum record_field field)
{
    for (size_t i = 0; i < count; i++) {
        if (order[i].field == field)
            return true;
    }
    return false;
}

static enum err_code read_order(struct arena *arena, const struct b24_list_field *fields,
                                size_t field_count, const struct value *order,
                                struct b24_list_query *out, struct err *e)
{
    struct record_order *orders = arena_zalloc(arena, field_count, sizeof *orders);
    size_t count = 0;

    if (!orders)
        return err_set(e, ERR_NO_MEMORY, "order");
    const struct value *member = order && order->type == VALUE_MAP ? order->first : NULL;
    for (; member && count < field_count; member = member->next) {
        const struct b24_list_field *field = find(fields, field_count, member->name);
        if (!field || ordered_by(orders, count, field->field))
            continue;
        orders[count++] = (struct record_order){
            .field = field->field,
            .descending = bytes_starts_nocase(b24_to_text(arena, member), B("desc")),
        };
    }
    out->query.order = orders;
    out->query.order_count = count;
    return ERR_NONE;
}

enum err_code b24_list_query_read(struct arena *arena, const struct b24_list_field *fields,
                                  size_t field_count, const struct value *filter,
                                  const struct value *order, const struct value *start,
                                  struct b24_list_query *out, struct err *e)
{
    struct b24_list_query query = { .query = { .limit = B24_PAGE } };
    int64_t offset = 0;

    if (!b24_to_int(start, &offset))
        offset = 0;
    query.counted = offset != -1;
    query.query.want_total = query.counted;
    if (offset > 0) /* a page is whole: start 75 gives the rows from 50 on */
        query.query.offset = (size_t)(offset / B24_PAGE * B24_PAGE);

    enum err_code rc = read_filter(arena, fields, field_count, filter, &query, e);
    if (!rc)
        rc = read_order(arena, fields, field_count, order, &query, e);
    if (!rc)
        *out = query;
    return rc;
}
