/* catalog.product.update, .sku.update, .offer.update, .service.update (bitrix24 10.1): what is not
 * among the fields stays. */
#include "dialect/bitrix24/bind.h"
#include "dialect/bitrix24/bitrix24.h"
#include "dialect/bitrix24/error.h"
#include "dialect/bitrix24/product_input.h"
#include "dialect/bitrix24/product_object.h"
#include "dialect/bitrix24/product_pictures.h"

struct change {
    const struct value *fields;
    int32_t photos;
};

static enum err_code edit(struct record *record, struct arena *arena, void *context, struct err *e)
{
    const struct change *change = context;

    return b24_product_apply(arena, change->fields, change->photos, record, e);
}

/* Everything that can be wrong with it, before anything is changed. */
static enum err_code check(struct call *c, const struct record *record, const struct change *change,
                           struct b24_product_pictures *pictures, struct err *e)
{
    const struct value *block = b24_get_folded(change->fields, B("iblockId"));
    struct owner owner = { KIND_PRODUCT, record->id };
    struct record trial = *record;
    enum err_code rc = ERR_NONE;

    if (!b24_is_empty(block))
        rc = b24_block_check(core_settings(c->core), block, record->subtype, e);
    if (!rc)
        rc = record_fields(c->core, c->arena, owner, &trial.fields, e);
    if (!rc)
        rc = b24_product_apply(c->arena, change->fields, change->photos, &trial, e);
    if (!rc)
        rc = record_check(c->core, c->arena, &trial, e);
    return rc ? rc : b24_product_pictures_read(c, change->fields, change->photos, pictures, e);
}

static enum err_code update(struct call *c, const struct b24_product_kind *kind,
                            const struct value *params, struct b24_result *out, struct err *e)
{
    struct change change = { .photos =
                                 b24_photo_property_of(core_settings(c->core), kind->subtype) };
    const struct record_edit record_change = { edit, &change };
    struct b24_product_pictures pictures;
    struct record record;
    int64_t id;
    enum err_code rc = b24_bind_int(params, B("id"), &id, e);

    if (!rc)
        rc = b24_bind_array(params, B("fields"), true, &change.fields, e);
    if (rc)
        return rc;
    if (!c->principal.may_write)
        return b24_error(e, B24_PRODUCT_DENIED);
    rc = b24_product_find(c, kind, id, &record, e);
    if (!rc)
        rc = check(c, &record, &change, &pictures, e);
    if (rc)
        return rc;
    struct owner product = { KIND_PRODUCT, record.id };
    rc = b24_product_pictures_store(c, product, &pictures, e);
    if (!rc)
        rc = record_edit(c->core, &c->principal, c->arena, product, &record_change, &record, e);
    if (rc == ERR_NOT_FOUND) /* deleted since we looked */
        return b24_no_entity(e, kind->one);
    return rc ? rc : b24_product_answer(c, out->json, kind->written, &record, e);
}

enum err_code b24_catalog_product_update(struct call *c, const struct value *params,
                                         struct b24_result *out, struct err *e)
{
    return update(c, &b24_kind_product, params, out, e);
}

enum err_code b24_catalog_product_sku_update(struct call *c, const struct value *params,
                                             struct b24_result *out, struct err *e)
{
    return update(c, &b24_kind_sku, params, out, e);
}

enum err_code b24_catalog_product_offer_update(struct call *c, const struct value *params,
                                               struct b24_result *out, struct err *e)
{
    return update(c, &b24_kind_offer, params, out, e);
}

enum err_code b24_catalog_product_service_update(struct call *c, const struct value *params,
                                                 struct b24_result *out, struct err *e)
{
    return update(c, &b24_kind_service, params, out, e);
}
