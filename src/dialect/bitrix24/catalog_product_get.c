/* catalog.product.get, .sku.get, .offer.get, .service.get (bitrix24 10.1) */
#include "dialect/bitrix24/bind.h"
#include "dialect/bitrix24/bitrix24.h"
#include "dialect/bitrix24/product_object.h"

static enum err_code get(struct call *c, const struct b24_product_kind *kind,
                         const struct value *params, struct b24_result *out, struct err *e)
{
    struct record record;
    int64_t id;
    enum err_code rc = b24_bind_int(params, B("id"), &id, e);

    if (rc)
        return rc;
    rc = b24_product_find(c, kind, id, &record, e);
    return rc ? rc : b24_product_answer(c, out->json, kind->one, &record, e);
}

enum err_code b24_catalog_product_get(struct call *c, const struct value *params,
                                      struct b24_result *out, struct err *e)
{
    return get(c, &b24_kind_product, params, out, e);
}

enum err_code b24_catalog_product_sku_get(struct call *c, const struct value *params,
                                          struct b24_result *out, struct err *e)
{
    return get(c, &b24_kind_sku, params, out, e);
}

enum err_code b24_catalog_product_offer_get(struct call *c, const struct value *params,
                                            struct b24_result *out, struct err *e)
{
    return get(c, &b24_kind_offer, params, out, e);
}

enum err_code b24_catalog_product_service_get(struct call *c, const struct value *params,
                                              struct b24_result *out, struct err *e)
{
    return get(c, &b24_kind_service, params, out, e);
}
