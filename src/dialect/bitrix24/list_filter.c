/* Filters of lists: names, operators and values become conditions of record_query. */
#include "base/clock.h"
#include "base/json.h"
#include "dialect/bitrix24/bind.h"
#include "dialect/bitrix24/list_query.h"

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

static const struct record_operand no_date = { .is_text = true, .text = B("0001-01-01T00:00:00") };

/* As struct record_member wants it. */
static struct record_operand member_operand(struct arena *arena, const struct value *value,
                                            enum record_type type)
{
    struct record_operand operand = { .is_text = type != RECORD_BOOL };
    struct strbuf out;
    double number;
    int64_t us;

    strbuf_init(&out, arena, 32, 64);
    switch (type) {
    case RECORD_BOOL:
        return operand_of(arena, value, B24_YES_NO);
    case RECORD_TEXT:
        operand.text = b24_to_text(arena, value);
        return operand;
    case RECORD_NUMBER: /* what is no number counts as 0, as PHP casts it */
        json_double(&out, b24_to_double(value, &number) ? number : 0);
        break;
    case RECORD_DATE:
        if (!b24_read_date(b24_to_text(arena, value), &us))
            return no_date;
        clock_write_plain(&out, us);
        break;
    }
    operand.text = out.failed ? B("") : strbuf_bytes(&out);
    return operand;
}

static void add(struct reader *r, const struct b24_list_field *field, enum record_op op,
                const struct record_operand *operands, size_t count)
{
    r->conditions[r->count++] =
        (struct record_where){ .join = RECORD_IS,
                               .is = { field->field, op, operands, count, field->member, false } };
}

/* Rows hold microseconds and show seconds: a comparison means the whole second. */
static bool add_date(struct reader *r, const struct b24_list_field *field, enum record_op op,
                     int64_t us)
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
    return true;
}

static struct record_where joined(enum record_join join, const struct record_where *parts,
                                  size_t count)
{
    return (struct record_where){ .join = join, .parts = parts, .part_count = count };
}

/* Within one of those seconds, or within none of them. */
static bool add_dates(struct reader *r, const struct b24_list_field *field, bool none,
                      const struct record_operand *dates, size_t count)
{
    struct record_operand *bounds = arena_zalloc(r->arena, count * 2, sizeof *bounds);
    struct record_where *ends = arena_zalloc(r->arena, count * 2, sizeof *ends);
    struct record_where *seconds = arena_zalloc(r->arena, count + 1, sizeof *seconds);

    if (!bounds || !ends || !seconds)
        return false;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < 2; k++) {
            bounds[2 * i + k].number = dates[i].number + (k ? SECOND_US : 0);
            ends[2 * i + k] = (struct record_where){ .join = RECORD_IS,
                                                     .is = { field->field, k ? OP_LT : OP_GE,
                                                             &bounds[2 * i + k], 1, NULL, false } };
        }
        seconds[i] = joined(RECORD_AND, &ends[2 * i], 2);
    }
    seconds[count] = joined(RECORD_OR, seconds, count);
    r->conditions[r->count++] = none ? joined(RECORD_NOT, &seconds[count], 1) : seconds[count];
    return true;
}

static bool is_ordering(enum record_op op)
{
    return op == OP_LT || op == OP_LE || op == OP_GT || op == OP_GE;
}

/* Nobody has said what a property holds: next to a number it is one. */
static const struct record_member *as_numbers(struct arena *arena,
                                              const struct record_member *member)
{
    struct record_member *copy = arena_zalloc(arena, 1, sizeof *copy);

    if (copy) {
        *copy = *member;
        copy->type = RECORD_NUMBER;
    }
    return copy;
}

/* `=` with a list is IN, `!` with a list NOT IN; the other operators compare with one value. */
static enum record_op list_op(enum record_op op, bool is_list)
{
    if (is_list)
        return op == OP_EQ ? OP_IN : op == OP_NE ? OP_NOT_IN : op;
    return op == OP_IN ? OP_EQ : op == OP_NOT_IN ? OP_NE : op;
}

static bool add_member(struct reader *r, const struct b24_list_field *field, enum record_op op,
                       const struct record_operand *operands, size_t count)
{
    const struct record_member *member = field->member;

    if (!member && field->type == B24_DATE) {
        if (op == OP_EQ || op == OP_IN || op == OP_NE || op == OP_NOT_IN)
            return add_dates(r, field, op == OP_NE || op == OP_NOT_IN, operands, count);
        return add_date(r, field, op, operands[0].number);
    }
    if (member && member->type == RECORD_DATE && (op == OP_LT || op == OP_LE))
        add(r, field, OP_GT, &no_date, 1); /* what has no date is not before another */
    add(r, field, op, operands, count);
    return true;
}

static enum err_code read_member(struct reader *r, struct b24_list_field field, enum record_op op,
                                 const struct value *value, struct err *e)
{
    bool is_list = value->type == VALUE_LIST || value->type == VALUE_MAP;
    bool many = is_list && (op == OP_EQ || op == OP_NE || op == OP_IN || op == OP_NOT_IN);
    size_t count = many ? value->count : 1;
    const struct value *item = is_list ? value->first : value;
    double number;

    op = list_op(op, many);
    if (!item) {
        r->nothing |= op == OP_IN; /* in nothing: no row; not in nothing: every row */
        return ERR_NONE;
    }
    if (count > RECORD_OPERANDS_MAX)
        return err_set(e, ERR_TOO_LARGE, "%zu values in a filter", count);
    if (field.member && field.member->any && is_ordering(op) && b24_to_double(item, &number))
        field.member = as_numbers(r->arena, field.member);

    struct record_operand *operands = arena_zalloc(r->arena, count, sizeof *operands);
    if (!operands || (field.field == RECORD_MEMBER && !field.member))
        return err_set(e, ERR_NO_MEMORY, "filter");
    for (size_t i = 0; i < count; i++, item = item->next)
        operands[i] = field.member ? member_operand(r->arena, item, field.member->type)
                                   : operand_of(r->arena, item, field.type);
    return add_member(r, &field, op, operands, count) ? ERR_NONE
                                                      : err_set(e, ERR_NO_MEMORY, "filter");
}

enum err_code b24_list_filter_read(struct arena *arena, struct b24_list_finder finder,
                                   const struct value *filter, struct b24_list_query *out,
                                   struct err *e)
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
        struct b24_list_field field;
        enum record_op op;
        struct bytes name = b24_filter_key(member->name, &op);
        enum err_code rc = ERR_NONE;
        if (finder.find(finder.context, arena, name, &field))
            rc = read_member(&r, field, op, member, e);
        if (rc)
            return rc;
    }
    out->query.where = (struct record_where){ .parts = r.conditions, .part_count = r.count };
    out->nothing = r.nothing;
    return ERR_NONE;
}
