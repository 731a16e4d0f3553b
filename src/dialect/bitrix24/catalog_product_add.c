/* catalog.product.add, .sku.add, .offer.add, .service.add (bitrix24 10.1) */
#include "dialect/bitrix24/bind.h"
#include "dialect/bitrix24/bitrix24.h"
#include "dialect/bitrix24/error.h"
#include "dialect/bitrix24/product_input.h"
#include "dialect/bitrix24/product_object.h"
#include "dialect/bitrix24/product_pictures.h"

static enum err_code check_required(const struct value *fields, struct err *e)
{
    static const char *const missing[] = { "", "iblockId", "name", "iblockId, name" };
    unsigned absent = b24_is_empty(b24_get_folded(fields, B("iblockId"))) ? 1U : 0;

    absent |= b24_is_empty(b24_get_folded(fields, B("name"))) ? 2U : 0;
    return absent ? b24_required(e, "Required fields", missing[absent]) : ERR_NONE;
}

/* With its pictures, or not at all. */
static enum err_code store(struct call *c, struct record *record,
                           struct b24_product_pictures *pictures, struct err *e)
{
    enum err_code rc = record_add(c->core, &c->principal, c->arena, record, record, e);

    if (rc)
        return rc;
    struct owner product = { KIND_PRODUCT, record->id };
    rc = b24_product_pictures_store(c, product, pictures, e);
    if (rc) {
        struct err other; /* what went wrong first is what counts */
        (void)!record_delete(c->core, &c->principal, product, &other);
    }
    return rc;
}

static enum err_code add(struct call *c, const struct b24_product_kind *kind,
                         const struct value *params, struct b24_result *out, struct err *e)
{
    const struct settings *settings = core_settings(c->core);
    int32_t photos = b24_photo_property_of(settings, kind->subtype);
    const struct value *fields;
    struct b24_product_pictures pictures;
    struct record record = { .kind = KIND_PRODUCT,
                             .subtype = kind->subtype,
                             .sort = 500,
                             .active = true,
                             .fields = B("{}") };
    enum err_code rc = b24_bind_array(params, B("fields"), true, &fields, e);

    if (rc)
        return rc;
    if (!c->principal.may_write)
        return b24_error(e, B24_PRODUCT_DENIED);
    rc = check_required(fields, e);
    if (!rc)
        rc = b24_block_check(settings, b24_get_folded(fields, B("iblockId")), kind->subtype, e);
    if (!rc)
        rc = b24_product_apply(c->arena, fields, photos, &record, e);
    if (!rc)
        rc = b24_product_pictures_read(c, fields, photos, &pictures, e);
    if (!rc)
        rc = store(c, &record, &pictures, e);
    return rc ? rc : b24_product_answer(c, out->json, kind->written, &record, e);
}

enum err_code b24_catalog_product_add(struct call *c, const struct value *params,
                                      struct b24_result *out, struct err *e)
{
    return add(c, &b24_kind_product, params, out, e);
}

enum err_code b24_catalog_product_sku_add(struct call *c, const struct value *params,
                                          struct b24_result *out, struct err *e)
{
    return add(c, &b24_kind_sku, params, out, e);
}

enum err_code b24_catalog_product_offer_add(struct call *c, const struct value *params,
                                            struct b24_result *out, struct err *e)
{
    return add(c, &b24_kind_offer, params, out, e);
}

enum err_code b24_catalog_product_service_add(struct call *c, const struct value *params,
                                              struct b24_result *out, struct err *e)
{
    return add(c, &b24_kind_service, params, out, e);
}
