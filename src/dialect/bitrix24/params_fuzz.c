/* First line: content type. Second line: query string. The rest: body. Whatever they are, the
 * parameters are a map whose names occur once, a name of the query is there unless the limits
 * refused all, and binding and filters end in a value or a worded failure. A product's fields end
 * in a document that is kept as it is when it is read again. */
#include "base/base.h"
#include "dialect/bitrix24/bind.h"
#include "dialect/bitrix24/error.h"
#include "dialect/bitrix24/params.h"
#include "dialect/bitrix24/product_input.h"
#include "dialect/bitrix24/product_object.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void check_value(const struct value *value, int depth)
{
    size_t count = 0;

    require(depth <= 2 * VALUE_DEPTH_MAX);
    for (const struct value *child = value->first; child; child = child->next, count++)
        check_value(child, depth + 1);
    require(count == value->count);
}

static void check_worded(enum err_code rc, const struct err *e)
{
    if (!rc)
        return;
    struct b24_failure failure = b24_failure_of(e);
    require(failure.status >= 400 && failure.code.len && failure.text.len);
}

static void check_binding(struct arena *arena, const struct value *params)
{
    static const struct bytes names[] = { B("id"), B("productId"), B("select"), B("filter") };
    const struct value *filter = value_get(params, B("filter"));
    struct b24_product_select select;
    struct b24_list_query query;
    const struct value *array;
    int64_t number;
    unsigned required;
    struct err e;

    for (size_t i = 0; i < COUNT(names); i++) {
        check_worded(b24_bind_int(params, names[i], &number, &e), &e);
        check_worded(b24_bind_array(params, names[i], true, &array, &e), &e);
    }
    enum err_code rc =
        b24_list_query_find(arena, b24_product_finder, filter, value_get(params, B("order")),
                            value_get(params, B("start")), &query, &e);
    check_worded(rc, &e);
    if (!rc) {
        require(query.query.offset % B24_PAGE == 0);
        require(!filter || query.query.where.part_count <= 2 * filter->count);
    }
    rc = b24_product_select_read(arena, value_get(params, B("select")), &select, &required, &e);
    check_worded(rc, &e);
    require(rc || required <= 3);
}

static void check_product(struct arena *arena, const struct value *params)
{
    static const struct value nothing = { .type = VALUE_MAP };
    struct record record = { .subtype = SUBTYPE_OFFER, .name = B("Mug"), .fields = B("{}") };
    const struct value *fields = value_get(params, B("fields"));
    struct err e;

    enum err_code rc = b24_product_apply(arena, fields ? fields : params, 44, &record, &e);
    check_worded(rc, &e);
    require(!rc || bytes_eq(record.fields, B("{}")));
    rc = b24_product_apply(arena, &nothing, 44, &record, &e); /* -0 is read as 0 */
    require(!rc || rc == ERR_NO_MEMORY);
    struct bytes kept = record.fields;
    rc = b24_product_apply(arena, &nothing, 44, &record, &e);
    require(rc == ERR_NO_MEMORY || bytes_eq(record.fields, kept));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes rest = bytes_of((const char *)data, size);
    struct bytes type = { 0 };
    struct bytes query = { 0 };
    struct err e;

    if (!bytes_split(&rest, '\n', &type) || !bytes_split(&rest, '\n', &query))
        return 0;
    struct arena *arena = arena_new(64 << 20);
    struct http_header header = { B("Content-Type"), type };
    struct http_request req = { .method = rest.len ? HTTP_POST : HTTP_GET,
                                .query = query,
                                .body = rest,
                                .headers = &header,
                                .header_count = 1 };
    struct value *params = NULL;
    enum err_code rc = b24_params_read(arena, &req, &params, &e);

    require(rc == ERR_NONE || rc == ERR_TOO_LARGE || rc == ERR_NO_MEMORY);
    if (!rc) {
        require(params->type == VALUE_MAP);
        check_value(params, 0);
        for (const struct value *member = params->first; member; member = member->next)
            require(value_get(params, member->name) == member);
        check_binding(arena, params);
        check_product(arena, params);
    }
    arena_free(arena);
    return 0;
}
