/* catalog.product.delete, .sku.delete, .offer.delete, .service.delete (bitrix24 10.1): the pictures
 * go with it, and a parent's variations. */
#include "dialect/bitrix24/bind.h"
#include "dialect/bitrix24/bitrix24.h"
#include "dialect/bitrix24/error.h"
#include "dialect/bitrix24/product_kind.h"

static enum err_code delete_product(struct call *c, const struct b24_product_kind *kind,
                                    const struct value *params, struct b24_result *out,
                                    struct err *e)
{
    struct record record;
    int64_t id;
    enum err_code rc = b24_bind_int(params, B("id"), &id, e);

    if (rc)
        return rc;
    if (!c->principal.may_write)
        return b24_error(e, B24_PRODUCT_DENIED);
    rc = b24_product_find(c, kind, id, &record, e);
    if (rc)
        return rc;
    struct owner product = { KIND_PRODUCT, record.id };
    rc = record_delete(c->core, &c->principal, product, e);
    if (rc == ERR_NOT_FOUND) /* somebody else was quicker */
        return b24_no_entity(e, kind->one);
    if (rc)
        return rc;
    strbuf_lit(out->json, "true");
    return ERR_NONE;
}

enum err_code b24_catalog_product_delete(struct call *c, const struct value *params,
                                         struct b24_result *out, struct err *e)
{
    return delete_product(c, &b24_kind_product, params, out, e);
}

enum err_code b24_catalog_product_sku_delete(struct call *c, const struct value *params,
                                             struct b24_result *out, struct err *e)
{
    return delete_product(c, &b24_kind_sku, params, out, e);
}

enum err_code b24_catalog_product_offer_delete(struct call *c, const struct value *params,
                                               struct b24_result *out, struct err *e)
{
    return delete_product(c, &b24_kind_offer, params, out, e);
}

enum err_code b24_catalog_product_service_delete(struct call *c, const struct value *params,
                                                 struct b24_result *out, struct err *e)
{
    return delete_product(c, &b24_kind_service, params, out, e);
}
