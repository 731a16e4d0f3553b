/* catalog.productImage.getFields (bitrix24 4.7) */
#include "dialect/bitrix24/bitrix24.h"
#include "dialect/bitrix24/image_object.h"

enum err_code b24_catalog_product_image_get_fields(struct call *c, const struct value *params,
                                                   struct b24_result *out, struct err *e)
{
    (void)c;
    (void)params;
    (void)e;
    strbuf_lit(out->json, "{\"productImage\":");
    b24_image_fields_write(out->json);
    strbuf_char(out->json, '}');
    return ERR_NONE;
}
