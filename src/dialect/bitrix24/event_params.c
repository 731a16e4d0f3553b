#include "dialect/bitrix24/event_params.h"

#include "dialect/bitrix24/bind.h"
#include "dialect/bitrix24/error.h"
#include "dialect/bitrix24/event_call.h"

enum err_code b24_require_application(const struct call *c, struct err *e)
{
    return c->principal.application_id > 0 ? ERR_NONE : b24_error(e, B24_APPLICATION_CONTEXT);
}

static struct bytes text_of(struct call *c, const struct value *params, struct bytes name)
{
    const struct value *value = value_get_nocase(params, name);

    return value ? bytes_trim(b24_to_text(c->arena, value)) : B("");
}

static enum err_code read_auth_type(const struct value *params, int32_t *out, struct err *e)
{
    const struct value *value = value_get_nocase(params, B("auth_type"));
    int64_t number = 0;

    *out = -1;
    if (!value || value->type == VALUE_NULL)
        return ERR_NONE;
    if ((value->type != VALUE_STRING || value->string.len) && !b24_to_int(value, &number))
        return b24_wrong_argument(e, "Value of 'AUTH_TYPE' must be the id of a user");
    *out = number < 0 || number > INT32_MAX ? INT32_MAX : (int32_t)number;
    return ERR_NONE;
}

enum err_code b24_event_params_read(struct call *c, const struct value *params,
                                    struct b24_event_params *out, struct err *e)
{
    struct bytes event = text_of(c, params, B("event"));
    struct bytes type = text_of(c, params, B("event_type"));
    struct b24_event_params read = { .handler = text_of(c, params, B("handler")) };

    enum err_code rc = b24_require_application(c, e);
    if (rc)
        return rc;
    if (!event.at || !type.at || !read.handler.at)
        return err_set(e, ERR_NO_MEMORY, "event parameters");
    if (event.len == 0)
        return b24_wrong_argument(e, "Argument 'EVENT' is null or empty");
    if (type.len && !bytes_eq_nocase(type, B("online")))
        return b24_wrong_argument(e, bytes_eq_nocase(type, B("offline"))
                                         ? "Offline events are not available"
                                         : "Value of 'EVENT_TYPE' must be online");
    if (read.handler.len == 0)
        return b24_wrong_argument(e, "Argument 'HANDLER' is null or empty");
    rc = read_auth_type(params, &read.auth_type, e);
    if (rc)
        return rc;
    /* what the caller's scopes do not hold is not there for him */
    if (!b24_event_of_name(event, &read.event) || !c->principal.catalog)
        return b24_error(e, B24_EVENT_NOT_FOUND);
    *out = read;
    return ERR_NONE;
}
