#include "dialect/bitrix24/list_query.h"

#include "dialect/bitrix24/bind.h"

static bool ordered_by(const struct record_order *order, size_t count,
                       const struct b24_list_field *field)
{
    for (size_t i = 0; i < count; i++) {
        if (order[i].field == field->field && order[i].member == field->member)
            return true;
    }
    return false;
}

#define ORDERS_MAX 32

static enum err_code read_order(struct arena *arena, struct b24_list_finder finder,
                                const struct value *order, struct b24_list_query *out,
                                struct err *e)
{
    struct record_order *orders = arena_zalloc(arena, ORDERS_MAX, sizeof *orders);
    size_t count = 0;

    if (!orders)
        return err_set(e, ERR_NO_MEMORY, "order");
    const struct value *member = order && order->type == VALUE_MAP ? order->first : NULL;
    for (; member && count < ORDERS_MAX; member = member->next) {
        struct b24_list_field field;
        if (!finder.find(finder.context, arena, member->name, &field) ||
            ordered_by(orders, count, &field))
            continue;
        orders[count++] = (struct record_order){
            .field = field.field,
            .descending = bytes_starts_nocase(b24_to_text(arena, member), B("desc")),
            .member = field.member,
        };
    }
    out->query.order = orders;
    out->query.order_count = count;
    return ERR_NONE;
}

enum err_code b24_list_query_find(struct arena *arena, struct b24_list_finder finder,
                                  const struct value *filter, const struct value *order,
                                  const struct value *start, struct b24_list_query *out,
                                  struct err *e)
{
    struct b24_list_query query = { .query = { .limit = B24_PAGE } };
    int64_t offset = 0;

    if (!b24_to_int(start, &offset))
        offset = 0;
    query.counted = offset != -1;
    query.query.want_total = query.counted;
    if (offset > 0) /* a page is whole: start 75 gives the rows from 50 on */
        query.query.offset = (size_t)(offset / B24_PAGE * B24_PAGE);

    enum err_code rc = b24_list_filter_read(arena, finder, filter, &query, e);
    if (!rc)
        rc = read_order(arena, finder, order, &query, e);
    if (!rc)
        *out = query;
    return rc;
}

struct list_fields {
    const struct b24_list_field *fields;
    size_t count;
};

static bool find_in_table(const void *context, struct arena *arena, struct bytes name,
                          struct b24_list_field *out)
{
    const struct list_fields *table = context;

    (void)arena;
    for (size_t i = 0; i < table->count; i++) {
        if (b24_name_eq(table->fields[i].name, name)) {
            *out = table->fields[i];
            return true;
        }
    }
    return false;
}

enum err_code b24_list_query_read(struct arena *arena, const struct b24_list_field *fields,
                                  size_t field_count, const struct value *filter,
                                  const struct value *order, const struct value *start,
                                  struct b24_list_query *out, struct err *e)
{
    struct list_fields table = { fields, field_count };

    return b24_list_query_find(arena, (struct b24_list_finder){ find_in_table, &table }, filter,
                               order, start, out, e);
}
