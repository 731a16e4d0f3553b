/* catalog.catalog.getFields (bitrix24 10.1) */
#include "dialect/bitrix24/bitrix24.h"
#include "dialect/bitrix24/catalog_object.h"

enum err_code b24_catalog_catalog_get_fields(struct call *c, const struct value *params,
                                             struct b24_result *out, struct err *e)
{
    (void)c;
    (void)params;
    (void)e;
    strbuf_lit(out->json, "{\"catalog\":");
    b24_catalog_fields_write(out->json);
    strbuf_char(out->json, '}');
    return ERR_NONE;
}
