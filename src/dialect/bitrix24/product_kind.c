#include "dialect/bitrix24/product_kind.h"

#include "dialect/bitrix24/bind.h"
#include "dialect/bitrix24/error.h"

#define BIT(subtype) (1U << (subtype))

/* catalog.product.list shows every kind of its block (bitrix24 10.1) */
const struct b24_product_kind b24_kind_product = { "product", "products", "element",
                                                   BIT(SUBTYPE_SIMPLE) | BIT(SUBTYPE_PARENT) |
                                                       BIT(SUBTYPE_OFFER) | BIT(SUBTYPE_SERVICE),
                                                   SUBTYPE_SIMPLE };
const struct b24_product_kind b24_kind_sku = { "sku", "units", "sku", BIT(SUBTYPE_PARENT),
                                               SUBTYPE_PARENT };
const struct b24_product_kind b24_kind_offer = { "offer", "offers", "offer", BIT(SUBTYPE_OFFER),
                                                 SUBTYPE_OFFER };
const struct b24_product_kind b24_kind_service = { "service", "services", "service",
                                                   BIT(SUBTYPE_SERVICE), SUBTYPE_SERVICE };

int32_t b24_block_of(const struct settings *settings, enum record_subtype subtype)
{
    return subtype == SUBTYPE_OFFER ? settings->offers_iblock_id : settings->catalog_iblock_id;
}

int32_t b24_photo_property_of(const struct settings *settings, enum record_subtype subtype)
{
    return subtype == SUBTYPE_OFFER ? settings->offers_photo_property_id
                                    : settings->catalog_photo_property_id;
}

enum err_code b24_block_subtypes(const struct settings *settings, const struct value *iblock_id,
                                 unsigned *out, struct err *e)
{
    int64_t id;

    if (!b24_to_int(iblock_id, &id))
        id = 0;
    if (id == settings->offers_iblock_id)
        *out = BIT(SUBTYPE_OFFER);
    else if (id == settings->catalog_iblock_id)
        *out = BIT(SUBTYPE_SIMPLE) | BIT(SUBTYPE_PARENT) | BIT(SUBTYPE_SERVICE);
    else
        return b24_error(e, B24_IBLOCK_NOT_FOUND);
    return ERR_NONE;
}

enum err_code b24_block_check(const struct settings *settings, const struct value *iblock_id,
                              enum record_subtype subtype, struct err *e)
{
    unsigned subtypes = 0;
    enum err_code rc = b24_block_subtypes(settings, iblock_id, &subtypes, e);

    if (rc)
        return rc;
    return subtypes & BIT(subtype) ? ERR_NONE : b24_error(e, B24_WRONG_PRODUCT_TYPE);
}

enum err_code b24_product_find(struct call *c, const struct b24_product_kind *kind, int64_t id,
                               struct record *out, struct err *e)
{
    struct owner product = { KIND_PRODUCT, b24_to_id(id) };
    struct record record;
    enum err_code rc = record_get(c->core, c->arena, product, &record, e);

    if (rc == ERR_NOT_FOUND || (!rc && record.subtype != kind->subtype))
        return b24_no_entity(e, kind->one);
    if (!rc)
        *out = record;
    return rc;
}
