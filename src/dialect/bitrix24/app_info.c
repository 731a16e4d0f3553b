/* app.info (bitrix24 11): the caller's application; of a webhook, and of an access token that an
 * operator made, what it may. */
#include "base/json.h"
#include "core/application.h"
#include "dialect/bitrix24/auth.h"
#include "dialect/bitrix24/bitrix24.h"
#include "dialect/bitrix24/scope.h"

/* A local application, which nobody sells. */
static enum err_code write_application(struct call *c, struct strbuf *out, struct err *e)
{
    struct application application;
    enum err_code rc =
        application_get(c->core, c->arena, c->principal.application_id, &application, e);

    if (rc)
        return rc;
    strbuf_lit(out, "\"ID\":");
    strbuf_int(out, application.id);
    strbuf_lit(out, ",\"CODE\":");
    json_string(out, application.client_id);
    strbuf_lit(out, ",\"VERSION\":1,\"STATUS\":\"L\",\"INSTALLED\":true,"
                    "\"PAYMENT_EXPIRED\":\"N\",\"DAYS\":null,\"LANGUAGE_ID\":\"en\","
                    "\"LICENSE_TYPE\":\"selfhosted\",\"LICENSE_FAMILY\":\"selfhosted\",");
    return ERR_NONE;
}

enum err_code b24_app_info(struct call *c, const struct value *params, struct b24_result *out,
                           struct err *e)
{
    struct bytes scopes;
    enum err_code rc = b24_scopes(c, &scopes, e);

    (void)params;
    strbuf_char(out->json, '{');
    if (!rc && c->principal.application_id)
        rc = write_application(c, out->json, e);
    if (rc)
        return rc;
    strbuf_lit(out->json, "\"SCOPE\":");
    b24_scopes_write(out->json, scopes, false);
    strbuf_lit(out->json, ",\"LICENSE\":\"en_selfhosted\"}");
    return ERR_NONE;
}
