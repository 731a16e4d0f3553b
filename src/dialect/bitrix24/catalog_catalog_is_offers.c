/* catalog.catalog.isOffers (bitrix24 10.1): is it the one of variations? */
#include "base/json.h"
#include "dialect/bitrix24/bitrix24.h"
#include "dialect/bitrix24/catalog_object.h"

enum err_code b24_catalog_catalog_is_offers(struct call *c, const struct value *params,
                                            struct b24_result *out, struct err *e)
{
    struct record catalog;
    enum err_code rc = b24_catalog_bind(core_settings(c->core), params, &catalog, e);

    if (rc)
        return rc;
    json_bool(out->json, catalog.parent_id != 0);
    return ERR_NONE;
}
