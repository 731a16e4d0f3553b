/* event.bind (bitrix24 13) */
#include "core/event.h"
#include "dialect/bitrix24/bitrix24.h"
#include "dialect/bitrix24/error.h"
#include "dialect/bitrix24/event_params.h"

/* The tokens that go with the events are those of whoever binds: nobody speaks for others. */
enum err_code b24_event_bind(struct call *c, const struct value *params, struct b24_result *out,
                             struct err *e)
{
    struct b24_event_params read;
    int32_t id;

    enum err_code rc = b24_event_params_read(c, params, &read, e);
    if (rc)
        return rc;
    if (read.auth_type > 0 && read.auth_type != c->principal.user_id)
        return b24_error(e, B24_EVENT_OTHER_USER);
    if (!event_url_is_good(read.handler))
        return b24_error(e, B24_EVENT_WRONG_URL);

    struct event_handler handler = {
        .application_id = c->principal.application_id,
        .user_id = c->principal.user_id,
        .event = read.event,
        .url = read.handler,
    };
    rc = event_bind(c->core, &handler, &id, e);
    if (rc == ERR_CONFLICT)
        return b24_error(e, B24_EVENT_BOUND);
    if (rc == ERR_TOO_LARGE)
        return b24_error(e, B24_EVENT_TOO_MANY);
    if (rc)
        return rc;
    strbuf_lit(out->json, "true");
    return ERR_NONE;
}
