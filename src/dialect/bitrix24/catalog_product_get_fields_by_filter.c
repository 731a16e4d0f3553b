/* catalog.product.getFieldsByFilter, .sku., .offer., .service.getFieldsByFilter (bitrix24 10.1) */
#include "base/json.h"
#include "dialect/bitrix24/bind.h"
#include "dialect/bitrix24/bitrix24.h"
#include "dialect/bitrix24/error.h"
#include "dialect/bitrix24/product_fields.h"
#include "dialect/bitrix24/product_kind.h"

/* catalog.product wants to know of which kind: it may be any. */
static enum err_code read_subtype(const struct b24_product_kind *kind, const struct value *filter,
                                  enum record_subtype *out, struct err *e)
{
    static const char *const missing[] = { "", "iblockId", "productType", "iblockId, productType" };
    const struct value *type = b24_get_folded(filter, B("productType"));
    unsigned absent = b24_is_empty(b24_get_folded(filter, B("iblockId"))) ? 1U : 0;
    int64_t number = 0;

    *out = kind->subtype;
    if (kind == &b24_kind_product)
        absent |= b24_is_empty(type) ? 2U : 0;
    if (absent)
        return b24_required(e, "Required filter fields", missing[absent]);
    if (kind != &b24_kind_product)
        return ERR_NONE;
    if (b24_to_int(type, &number) && number == B24_TYPE_ORPHAN)
        number = SUBTYPE_OFFER;
    if (number == B24_TYPE_EMPTY)
        number = SUBTYPE_PARENT;
    if (number <= 0 || number > SUBTYPE_SERVICE || !(kind->subtypes & 1U << number))
        return b24_error(e, B24_WRONG_PRODUCT_TYPE);
    *out = (enum record_subtype)number;
    return ERR_NONE;
}

static enum err_code get_fields(struct call *c, const struct b24_product_kind *kind,
                                const struct value *params, struct b24_result *out, struct err *e)
{
    const struct settings *settings = core_settings(c->core);
    const struct value *filter;
    enum record_subtype subtype;
    enum err_code rc = b24_bind_array(params, B("filter"), true, &filter, e);

    if (!rc)
        rc = read_subtype(kind, filter, &subtype, e);
    if (!rc)
        rc = b24_block_check(settings, b24_get_folded(filter, B("iblockId")), subtype, e);
    if (rc)
        return rc;
    strbuf_char(out->json, '{');
    json_string(out->json, bytes_str(kind->one));
    strbuf_char(out->json, ':');
    b24_product_fields_write(out->json, subtype, b24_photo_property_of(settings, subtype));
    strbuf_char(out->json, '}');
    return ERR_NONE;
}

enum err_code b24_catalog_product_get_fields_by_filter(struct call *c, const struct value *params,
                                                       struct b24_result *out, struct err *e)
{
    return get_fields(c, &b24_kind_product, params, out, e);
}

enum err_code b24_catalog_product_sku_get_fields_by_filter(struct call *c,
                                                           const struct value *params,
                                                           struct b24_result *out, struct err *e)
{
    return get_fields(c, &b24_kind_sku, params, out, e);
}

enum err_code b24_catalog_product_offer_get_fields_by_filter(struct call *c,
                                                             const struct value *params,
                                                             struct b24_result *out, struct err *e)
{
    return get_fields(c, &b24_kind_offer, params, out, e);
}

enum err_code b24_catalog_product_service_get_fields_by_filter(struct call *c,
                                                               const struct value *params,
                                                               struct b24_result *out,
                                                               struct err *e)
{
    return get_fields(c, &b24_kind_service, params, out, e);
}
