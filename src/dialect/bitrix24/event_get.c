/* event.get (bitrix24 13): the handlers of the caller's application. */
#include "base/json.h"
#include "core/event.h"
#include "dialect/bitrix24/bitrix24.h"
#include "dialect/bitrix24/event_call.h"
#include "dialect/bitrix24/event_params.h"

enum err_code b24_event_get(struct call *c, const struct value *params, struct b24_result *out,
                            struct err *e)
{
    struct event_handler *handlers = NULL;
    size_t count = 0;

    (void)params;
    enum err_code rc = b24_require_application(c, e);
    if (!rc)
        rc = event_handlers(c->core, c->arena, c->principal.application_id, &handlers, &count, e);
    if (rc)
        return rc;
    strbuf_char(out->json, '[');
    for (size_t i = 0; i < count; i++) {
        strbuf_add(out->json, i ? B(",{\"event\":") : B("{\"event\":"));
        json_string(out->json, b24_event_name(handlers[i].event));
        strbuf_lit(out->json, ",\"handler\":");
        json_string(out->json, handlers[i].url);
        strbuf_printf(out->json, ",\"auth_type\":\"%d\",\"offline\":0}", handlers[i].user_id);
    }
    strbuf_char(out->json, ']');
    return ERR_NONE;
}
