/* events (bitrix24 13): the names of what can be listened to. Without parameters those that the
 * credential's scopes open, with `full` all, with `scope` those of one. */
#include "base/json.h"
#include "dialect/bitrix24/bind.h"
#include "dialect/bitrix24/bitrix24.h"
#include "dialect/bitrix24/event_call.h"

enum err_code b24_events(struct call *c, const struct value *params, struct b24_result *out,
                         struct err *e)
{
    const struct value *scope = value_get_nocase(params, B("scope"));
    bool full = b24_to_bool(value_get_nocase(params, B("full")));
    bool shown = c->principal.catalog || full;

    if (scope) {
        struct bytes wanted = b24_to_text(c->arena, scope);
        if (!wanted.at)
            return err_set(e, ERR_NO_MEMORY, "events");
        shown = bytes_eq_nocase(bytes_trim(wanted), B("catalog"));
    }
    strbuf_char(out->json, '[');
    for (int event = 1; shown && event <= EVENT_COUNT; event++) {
        if (event > 1)
            strbuf_char(out->json, ',');
        json_string(out->json, b24_event_name((enum event)event));
    }
    strbuf_char(out->json, ']');
    return ERR_NONE;
}
