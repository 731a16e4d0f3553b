/* feature.get (bitrix24 11): the vendor's features that depend on what one pays. Of those it has
 * documented, extended offline events and the key auth_connector in events, there is none here. */
#include "dialect/bitrix24/bind.h"
#include "dialect/bitrix24/bitrix24.h"
#include "dialect/bitrix24/error.h"

enum err_code b24_feature_get(struct call *c, const struct value *params, struct b24_result *out,
                              struct err *e)
{
    (void)c;
    if (!b24_to_bool(value_get(params, B("CODE"))))
        return b24_error(e, B24_CODE_EMPTY);
    strbuf_lit(out->json, "{\"value\":\"N\"}");
    return ERR_NONE;
}
