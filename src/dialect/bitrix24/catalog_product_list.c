/* catalog.product.list, .sku.list, .offer.list, .service.list (bitrix24 9, 10.1): one list of
 * records that differ in the key of their result and in the kinds they show. */
#include "base/json.h"
#include "dialect/bitrix24/bind.h"
#include "dialect/bitrix24/bitrix24.h"
#include "dialect/bitrix24/error.h"
#include "dialect/bitrix24/product_object.h"

/* iblockId alone, with `=`, or with `@`. */
static const struct value *find_iblock(const struct value *filter)
{
    for (const struct value *member = filter ? filter->first : NULL; member;
         member = member->next) {
        enum record_op op;
        struct bytes name = b24_filter_key(member->name, &op);
        if ((op == OP_EQ || op == OP_IN) && b24_name_eq(name, B("iblockId")))
            return member;
    }
    return NULL;
}

static enum err_code read_blocks(const struct settings *settings,
                                 const struct b24_product_kind *kind, const struct value *filter,
                                 unsigned *subtypes, struct err *e)
{
    const struct value *iblock = find_iblock(filter);
    unsigned found = 0;

    if (!iblock)
        return b24_required(e, "Required filter fields", "iblockId");
    bool is_list = iblock->type == VALUE_LIST || iblock->type == VALUE_MAP;
    const struct value *item = is_list ? iblock->first : iblock;
    for (; item; item = is_list ? item->next : NULL) {
        unsigned more = 0;
        enum err_code rc = b24_block_subtypes(settings, item, &more, e);
        if (rc)
            return rc;
        found |= more;
    }
    if (!found)
        return b24_error(e, B24_IBLOCK_NOT_FOUND);
    if (!(found & kind->subtypes))
        return b24_error(e, B24_WRONG_PRODUCT_TYPE);
    *subtypes = found & kind->subtypes;
    return ERR_NONE;
}

static enum err_code check_select(unsigned required, struct err *e)
{
    static const char *const missing[] = { "id, iblockId", "iblockId", "id" };

    return required == 3 ? ERR_NONE : b24_required(e, "Required select fields", missing[required]);
}

struct wish {
    struct b24_product_select select;
    struct b24_list_query list;
};

static enum err_code read_wish(struct call *c, const struct b24_product_kind *kind,
                               const struct value *params, struct wish *out, struct err *e)
{
    const struct value *select;
    const struct value *filter;
    const struct value *order;
    unsigned required;
    unsigned subtypes = 0;
    enum err_code rc = b24_bind_array(params, B("select"), false, &select, e);

    if (!rc)
        rc = b24_bind_array(params, B("filter"), false, &filter, e);
    if (!rc)
        rc = b24_bind_array(params, B("order"), false, &order, e);
    if (rc)
        return rc;
    rc = b24_product_select_read(c->arena, select, &out->select, &required, e);
    if (!rc)
        rc = check_select(required, e);
    if (!rc)
        rc = read_blocks(core_settings(c->core), kind, filter, &subtypes, e);
    if (!rc)
        rc = b24_list_query_find(c->arena, b24_product_finder, filter, order,
                                 value_get(params, B("start")), &out->list, e);
    if (rc)
        return rc == ERR_TOO_LARGE ? b24_reword(e, B24_FILTER_TOO_LARGE) : rc;
    out->list.query.kind = KIND_PRODUCT;
    out->list.query.subtypes = subtypes;
    out->list.query.want_fields = b24_product_select_has(&out->select, B24_IN_DOCUMENT);
    return ERR_NONE;
}

static enum err_code list(struct call *c, const struct b24_product_kind *kind,
                          const struct value *params, struct b24_result *out, struct err *e)
{
    struct wish wish;
    struct record *records = NULL;
    size_t count = 0;
    size_t total = 0;
    enum err_code rc = read_wish(c, kind, params, &wish, e);

    if (!rc && !wish.list.nothing)
        rc = record_list(c->core, c->arena, &wish.list.query, &records, &count, &total, e);
    if (rc)
        return rc == ERR_TOO_LARGE ? b24_reword(e, B24_FILTER_TOO_LARGE) : rc;

    strbuf_char(out->json, '{');
    json_string(out->json, bytes_str(kind->many));
    strbuf_lit(out->json, ":[");
    rc = b24_products_write(c, out->json, records, count, &wish.select, e);
    if (rc)
        return rc;
    strbuf_lit(out->json, "]}");
    if (wish.list.counted) {
        size_t end = wish.list.query.offset + count;
        out->total = (int64_t)total;
        out->next = count && end < total ? (int64_t)end : -1;
    }
    return ERR_NONE;
}

enum err_code b24_catalog_product_list(struct call *c, const struct value *params,
                                       struct b24_result *out, struct err *e)
{
    return list(c, &b24_kind_product, params, out, e);
}

enum err_code b24_catalog_product_sku_list(struct call *c, const struct value *params,
                                           struct b24_result *out, struct err *e)
{
    return list(c, &b24_kind_sku, params, out, e);
}

enum err_code b24_catalog_product_offer_list(struct call *c, const struct value *params,
                                             struct b24_result *out, struct err *e)
{
    return list(c, &b24_kind_offer, params, out, e);
}

enum err_code b24_catalog_product_service_list(struct call *c, const struct value *params,
                                               struct b24_result *out, struct err *e)
{
    return list(c, &b24_kind_service, params, out, e);
}
