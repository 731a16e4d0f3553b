/* catalog.productImage.delete (bitrix24 4.6) */
#include "dialect/bitrix24/bind.h"
#include "dialect/bitrix24/bitrix24.h"
#include "dialect/bitrix24/error.h"

enum err_code b24_catalog_product_image_delete(struct call *c, const struct value *params,
                                               struct b24_result *out, struct err *e)
{
    int64_t id;
    int64_t product_id;
    enum err_code rc = b24_bind_int(params, B("id"), &id, e);

    if (!rc)
        rc = b24_bind_int(params, B("productId"), &product_id, e);
    if (rc)
        return rc;
    if (!c->principal.may_write)
        return b24_error(e, B24_WRITE_DENIED);

    struct owner product = { KIND_PRODUCT, b24_to_id(product_id) };
    bool product_exists = false;
    rc = picture_delete(c->core, &c->principal, product, b24_to_id(id), &product_exists, e);
    if (rc == ERR_NOT_FOUND)
        return product_exists ? b24_no_entity(e, "productImage")
                              : b24_error(e, B24_PRODUCT_NOT_FOUND);
    if (rc == ERR_DENIED)
        return b24_reword(e, B24_WRITE_DENIED);
    if (rc == ERR_UNAVAILABLE || rc == ERR_FULL)
        return b24_reword(e, B24_DELETE_FAILED);
    if (rc)
        return rc;

    strbuf_lit(out->json, "true");
    return ERR_NONE;
}
