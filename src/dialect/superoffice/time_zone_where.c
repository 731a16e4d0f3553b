/* $filter on the list of time zones. There are a few hundred rows, made on the spot: they are
 * looked at one by one. */
#include "dialect/superoffice/time_zone.h"
#include "locale/locale.h"

static bool is_order(enum so_filter_op op)
{
    return op == SO_LESS || op == SO_AT_MOST || op == SO_GREATER || op == SO_AT_LEAST ||
           op == SO_BETWEEN;
}

static bool is_equality(enum so_filter_op op)
{
    return op == SO_IS || op == SO_IS_NOT || op == SO_IN || op == SO_NOT_IN;
}

static bool is_part(enum so_filter_op op)
{
    return op == SO_BEGINS || op == SO_NOT_BEGINS || op == SO_ENDS || op == SO_CONTAINS ||
           op == SO_NOT_CONTAINS;
}

static bool has_op(enum so_zone_column column, enum so_filter_op op)
{
    return is_equality(op) ||
           (column == SO_ZONE_ID ? is_order(op) : column != SO_ZONE_ACTIVE && is_part(op));
}

static enum err_code check_operand(struct arena *arena, enum so_zone_column column,
                                   struct so_operand *operand, struct err *e)
{
    int32_t number;

    if (column == SO_ZONE_ID && !bytes_to_int32(operand->text, &number))
        return err_set(e, ERR_INVALID, "$filter: id is a whole number");
    if (column == SO_ZONE_ACTIVE && bytes_eq(operand->text, B("1")))
        operand->text = B("true");
    operand->text = locale_fold(arena, operand->text);
    return operand->text.at ? ERR_NONE : err_set(e, ERR_NO_MEMORY, "$filter");
}

enum err_code so_zone_where_check(struct arena *arena, struct so_filter *filter, struct err *e)
{
    enum so_zone_column column;
    enum err_code rc = ERR_NONE;

    if (!filter)
        return ERR_NONE;
    if (filter->join != SO_TEST) {
        for (struct so_filter *part = filter->first; part && !rc; part = part->next)
            rc = so_zone_where_check(arena, part, e);
        return rc;
    }
    rc = so_zone_column(filter->column, "$filter", &column, e);
    if (!rc && !has_op(column, filter->op))
        return err_set(e, ERR_INVALID, "$filter: column '%.*s' has no operator '%s'",
                       (int)filter->column.len, filter->column.at, so_filter_op_name(filter->op));
    for (size_t i = 0; i < filter->operand_count && !rc; i++)
        rc = check_operand(arena, column, &filter->operands[i], e);
    return rc;
}

static int compare(enum so_zone_column column, const struct so_zone_row *row,
                   const struct so_operand *operand)
{
    int32_t number = 0;

    if (column != SO_ZONE_ID)
        return !bytes_eq(row->folded[column], operand->text);
    (void)!bytes_to_int32(operand->text, &number); /* was checked */
    return row->id < number ? -1 : row->id > number;
}

static bool is_in(enum so_zone_column column, const struct so_zone_row *row,
                  const struct so_filter *filter)
{
    for (size_t i = 0; i < filter->operand_count; i++) {
        if (compare(column, row, &filter->operands[i]) == 0)
            return true;
    }
    return false;
}

static bool ends_with(struct bytes text, struct bytes end)
{
    return text.len >= end.len && bytes_eq(bytes_from(text, text.len - end.len), end);
}

static bool holds_part(struct bytes text, struct bytes part)
{
    return part.len == 0 || (text.len && memmem(text.at, text.len, part.at, part.len) != NULL);
}

static bool test(const struct so_filter *filter, const struct so_zone_row *row)
{
    enum so_zone_column column = SO_ZONE_ID;
    struct err e = { 0 };
    const struct so_operand *first = &filter->operands[0];

    if (so_zone_column(filter->column, "$filter", &column, &e))
        return false; /* was checked */
    struct bytes text = row->folded[column];
    switch ((int)filter->op) {
    case SO_IS:
    case SO_IN:
        return is_in(column, row, filter);
    case SO_IS_NOT:
    case SO_NOT_IN:
        return !is_in(column, row, filter);
    case SO_LESS:
        return compare(column, row, first) < 0;
    case SO_AT_MOST:
        return compare(column, row, first) <= 0;
    case SO_GREATER:
        return compare(column, row, first) > 0;
    case SO_AT_LEAST:
        return compare(column, row, first) >= 0;
    case SO_BETWEEN:
        return compare(column, row, first) >= 0 && compare(column, row, first + 1) <= 0;
    case SO_BEGINS:
        return bytes_starts(text, first->text);
    case SO_NOT_BEGINS:
        return !bytes_starts(text, first->text);
    case SO_ENDS:
        return ends_with(text, first->text);
    case SO_CONTAINS:
        return holds_part(text, first->text);
    default: /* SO_NOT_CONTAINS */
        return !holds_part(text, first->text);
    }
}

bool so_zone_where(const struct so_filter *filter, const struct so_zone_row *row)
{
    bool any = false, all = true;

    if (!filter)
        return true;
    if (filter->join == SO_TEST)
        return test(filter, row);
    for (const struct so_filter *part = filter->first; part; part = part->next) {
        bool holds = so_zone_where(part, row);
        any |= holds;
        all &= holds;
    }
    return filter->join == SO_AND ? all : filter->join == SO_OR ? any : !any;
}
