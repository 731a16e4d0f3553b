/* catalog.product.get, .sku.get, .offer.get, .service.get (bitrix24 10.1) */
#include "base/json.h"
#include "dialect/bitrix24/bind.h"
#include "dialect/bitrix24/bitrix24.h"
#include "dialect/bitrix24/error.h"
#include "dialect/bitrix24/product_object.h"

static enum err_code get(struct call *c, const struct b24_product_kind *kind,
                         const struct value *params, struct b24_result *out, struct err *e)
{
    struct record record;
    int64_t id;
    enum err_code rc = b24_bind_int(params, B("id"), &id, e);

    if (rc)
        return rc;
    struct owner product = { KIND_PRODUCT, b24_to_id(id) };
    rc = record_get(c->core, c->arena, product, &record, e);
    if (rc == ERR_NOT_FOUND || (!rc && record.subtype != kind->subtype))
        return b24_no_entity(e, kind->one);
    if (rc)
        return rc;

    strbuf_char(out->json, '{');
    json_string(out->json, bytes_str(kind->one));
    strbuf_char(out->json, ':');
    rc = b24_product_write(c, out->json, &record, B24_PRODUCT_ALL, e);
    strbuf_char(out->json, '}');
    return rc;
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
