/* catalog.catalog.get (bitrix24 10.1, 10.3) */
#include "dialect/bitrix24/bitrix24.h"
#include "dialect/bitrix24/catalog_object.h"

enum err_code b24_catalog_catalog_get(struct call *c, const struct value *params,
                                      struct b24_result *out, struct err *e)
{
    struct record catalog;
    enum err_code rc = b24_catalog_bind(core_settings(c->core), params, &catalog, e);

    if (rc)
        return rc;
    strbuf_lit(out->json, "{\"catalog\":");
    b24_catalog_write(out->json, &catalog, B24_CATALOG_ALL);
    strbuf_char(out->json, '}');
    return ERR_NONE;
}
