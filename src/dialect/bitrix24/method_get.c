/* method.get (bitrix24 11): is there a method of that name, and may the caller use it? */
#include "base/json.h"
#include "dialect/bitrix24/auth.h"
#include "dialect/bitrix24/bind.h"
#include "dialect/bitrix24/scope.h"

enum err_code b24_method_get(struct call *c, const struct value *params, struct b24_result *out,
                             struct err *e)
{
    struct bytes name = b24_to_text(c->arena, value_get(params, B("name")));
    const struct b24_method *method = b24_method_find(name);
    struct bytes granted;
    enum err_code rc = b24_scopes(c, &granted, e);

    if (rc)
        return rc;
    strbuf_lit(out->json, "{\"isExisting\":");
    json_bool(out->json, method != NULL);
    strbuf_lit(out->json, ",\"isAvailable\":");
    json_bool(out->json, method && b24_scope_granted(granted, method->scope));
    strbuf_char(out->json, '}');
    return ERR_NONE;
}
