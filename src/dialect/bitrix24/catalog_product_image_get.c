/* catalog.productImage.get (bitrix24 4.4) */
#include "dialect/bitrix24/bind.h"
#include "dialect/bitrix24/bitrix24.h"
#include "dialect/bitrix24/error.h"
#include "dialect/bitrix24/image_object.h"

enum err_code b24_catalog_product_image_get(struct call *c, const struct value *params,
                                            struct b24_result *out, struct err *e)
{
    int64_t id;
    int64_t product_id;
    enum err_code rc = b24_bind_int(params, B("id"), &id, e);

    if (!rc)
        rc = b24_bind_int(params, B("productId"), &product_id, e);
    if (rc)
        return rc;

    struct owner product = { KIND_PRODUCT, b24_to_id(product_id) };
    struct picture picture;
    bool product_exists = false;
    rc = picture_label(c->core, c->arena, product, b24_to_id(id), &picture, &product_exists, e);
    if (rc == ERR_NOT_FOUND)
        return product_exists ? b24_no_entity(e, "productImage")
                              : b24_error(e, B24_PRODUCT_NOT_FOUND);
    if (rc)
        return rc;

    strbuf_lit(out->json, "{\"productImage\":");
    b24_image_write(c, out->json, &picture, B24_IMAGE_ALL);
    strbuf_char(out->json, '}');
    return ERR_NONE;
}
