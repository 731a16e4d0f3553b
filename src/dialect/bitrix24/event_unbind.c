/* event.unbind (bitrix24 13). Administrators take off anybody's handlers of their application,
 * others their own. */
#include "core/event.h"
#include "dialect/bitrix24/bitrix24.h"
#include "dialect/bitrix24/event_params.h"

enum err_code b24_event_unbind(struct call *c, const struct value *params, struct b24_result *out,
                               struct err *e)
{
    struct b24_event_params read;
    size_t count = 0;

    enum err_code rc = b24_event_params_read(c, params, &read, e);
    if (rc)
        return rc;
    int32_t own = c->principal.user_id;
    int32_t wanted = read.auth_type > 0 ? read.auth_type : -1;
    bool others = c->principal.role == USER_ADMINISTRATOR;
    if (others || wanted == -1 || wanted == own)
        rc = event_unbind(c->core, c->principal.application_id, read.event, read.handler,
                          others ? wanted : own, &count, e);
    if (rc)
        return rc;
    strbuf_printf(out->json, "{\"count\":%zu}", count);
    return ERR_NONE;
}
