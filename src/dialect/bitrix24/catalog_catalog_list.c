/* catalog.catalog.list (bitrix24 10.3): two catalogs, always the same. As records they are filtered
 * and ordered by the words of record_query, in memory. */
#include "dialect/bitrix24/bind.h"
#include "dialect/bitrix24/bitrix24.h"
#include "dialect/bitrix24/catalog_object.h"
#include "dialect/bitrix24/error.h"
#include "dialect/bitrix24/list_query.h"

#include <stdlib.h>

static const struct b24_list_field list_fields[] = {
    { B("id"), RECORD_ID, B24_NUMBER },
    { B("iblockId"), RECORD_ID, B24_NUMBER },
    { B("name"), RECORD_NAME, B24_TEXT },
    { B("productIblockId"), RECORD_PARENT_ID, B24_NUMBER },
};

static int64_t number_of(const struct record *catalog, enum record_field field)
{
    return field == RECORD_PARENT_ID ? catalog->parent_id : catalog->id;
}

static int compare_text(struct bytes a, struct bytes b)
{
    size_t len = a.len < b.len ? a.len : b.len;
    int order = len ? memcmp(a.at, b.at, len) : 0;

    return order ? order : (a.len > b.len) - (a.len < b.len);
}

static int compare(const struct record *catalog, enum record_field field,
                   const struct record_operand *operand)
{
    int64_t number;

    if (operand->is_text)
        return compare_text(catalog->name, operand->text);
    number = number_of(catalog, field);
    return (number > operand->number) - (number < operand->number);
}

static bool contains(struct bytes text, struct bytes part)
{
    for (; text.len >= part.len && text.len; text = bytes_from(text, 1)) {
        if (bytes_starts_nocase(text, part))
            return true;
    }
    return part.len == 0;
}

/* % stands for any run. */
static bool like(struct bytes text, struct bytes pattern)
{
    struct bytes part;
    bool anchored = true;

    while (bytes_split(&pattern, '%', &part)) {
        bool last = !pattern.at;
        if (last && !anchored)
            return bytes_ends_nocase(text, part);
        if (last)
            return bytes_eq_nocase(text, part);
        while (!anchored && text.len && !bytes_starts_nocase(text, part))
            text = bytes_from(text, 1);
        if (!bytes_starts_nocase(text, part))
            return false;
        text = bytes_from(text, part.len);
        anchored = false;
    }
    return text.len == 0;
}

static bool among(const struct record *catalog, const struct record_condition *condition)
{
    for (size_t i = 0; i < condition->operand_count; i++) {
        if (compare(catalog, condition->field, &condition->operands[i]) == 0)
            return true;
    }
    return false;
}

static bool meets(const struct record *catalog, const struct record_condition *condition)
{
    const struct record_operand *first = condition->operands;
    bool equal = among(catalog, condition);

    switch (condition->op) {
    case OP_EQ:
    case OP_IN:
        return equal;
    case OP_NE:
    case OP_NOT_IN:
        return !equal;
    case OP_LT:
        return compare(catalog, condition->field, first) < 0;
    case OP_LE:
        return compare(catalog, condition->field, first) <= 0;
    case OP_GT:
        return compare(catalog, condition->field, first) > 0;
    case OP_GE:
        return compare(catalog, condition->field, first) >= 0;
    case OP_CONTAINS:
        return first->is_text ? contains(catalog->name, first->text) : equal;
    case OP_NOT_CONTAINS:
        return !(first->is_text ? contains(catalog->name, first->text) : equal);
    case OP_LIKE:
        return first->is_text ? like(catalog->name, first->text) : equal;
    case OP_NOT_LIKE:
        return !(first->is_text ? like(catalog->name, first->text) : equal);
    case OP_BEGINS: /* not in this dialect's filters */
    case OP_ENDS:
        break;
    }
    return false;
}

static bool meets_all(const struct record *catalog, const struct b24_list_query *list)
{
    for (size_t i = 0; i < list->query.where.part_count; i++) {
        if (!meets(catalog, &list->query.where.parts[i].is))
            return false;
    }
    return !list->nothing;
}

static bool comes_before(const struct record *a, const struct record *b,
                         const struct record_query *query)
{
    for (size_t i = 0; i < query->order_count; i++) {
        enum record_field field = query->order[i].field;
        struct record_operand other = { field == RECORD_NAME, b->name, number_of(b, field) };
        int order = compare(a, field, &other);
        if (order)
            return query->order[i].descending ? order > 0 : order < 0;
    }
    return a->id < b->id;
}

static enum err_code read_wish(struct call *c, const struct value *params, unsigned *fields,
                               struct b24_list_query *list, struct err *e)
{
    const struct value *select;
    const struct value *filter;
    const struct value *order;
    enum err_code rc = b24_bind_array(params, B("select"), false, &select, e);

    if (!rc)
        rc = b24_bind_array(params, B("filter"), false, &filter, e);
    if (!rc)
        rc = b24_bind_array(params, B("order"), false, &order, e);
    if (!rc)
        rc = b24_list_query_read(c->arena, list_fields, COUNT(list_fields), filter, order,
                                 value_get(params, B("start")), list, e);
    if (rc)
        return rc == ERR_TOO_LARGE ? b24_reword(e, B24_FILTER_TOO_LARGE) : rc;
    *fields = b24_catalog_select(select);
    return ERR_NONE;
}

enum err_code b24_catalog_catalog_list(struct call *c, const struct value *params,
                                       struct b24_result *out, struct err *e)
{
    struct record all[B24_CATALOGS];
    const struct record *found[B24_CATALOGS];
    struct b24_list_query list;
    unsigned fields = 0;
    size_t count = 0;
    enum err_code rc = read_wish(c, params, &fields, &list, e);

    if (rc)
        return rc;
    b24_catalogs(core_settings(c->core), all);
    for (size_t i = 0; i < B24_CATALOGS; i++) {
        if (meets_all(&all[i], &list))
            found[count++] = &all[i];
    }
    if (count == B24_CATALOGS && comes_before(found[1], found[0], &list.query)) {
        found[0] = &all[1];
        found[1] = &all[0];
    }

    strbuf_lit(out->json, "{\"catalogs\":[");
    for (size_t i = list.query.offset; i < count; i++) {
        if (i > list.query.offset)
            strbuf_char(out->json, ',');
        b24_catalog_write(out->json, found[i], fields);
    }
    strbuf_lit(out->json, "]}");
    if (list.counted)
        out->total = (int64_t)count;
    return ERR_NONE;
}
