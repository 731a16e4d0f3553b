/* scope (bitrix24 11): what the caller's credential holds, or with `full` all there is. */
#include "base/json.h"
#include "dialect/bitrix24/auth.h"
#include "dialect/bitrix24/bind.h"
#include "dialect/bitrix24/scope.h"

const struct bytes b24_scope_names[B24_SCOPE_COUNT] = { B("catalog"), B("user"), B("user_basic"),
                                                        B("user_brief") };

bool b24_scope_granted(struct bytes granted, enum b24_scope scope)
{
    switch (scope) {
    case B24_COMMON:
        return true;
    case B24_CATALOG:
        return b24_scopes_hold(granted, B("catalog"));
    case B24_USER:
        return b24_scopes_hold(granted, B("user")) || b24_scopes_hold(granted, B("user_basic")) ||
               b24_scopes_hold(granted, B("user_brief"));
    }
    return false;
}

enum err_code b24_scope_list(struct call *c, const struct value *params, struct b24_result *out,
                             struct err *e)
{
    bool full = b24_to_bool(value_get_nocase(params, B("full")));
    struct bytes granted = B("");
    bool first = true;

    if (!full) {
        enum err_code rc = b24_scopes(c, &granted, e);
        if (rc)
            return rc;
    }
    strbuf_char(out->json, '[');
    for (size_t i = 0; i < B24_SCOPE_COUNT; i++) {
        if (!full && !b24_scopes_hold(granted, b24_scope_names[i]))
            continue;
        if (!first)
            strbuf_char(out->json, ',');
        json_string(out->json, b24_scope_names[i]);
        first = false;
    }
    strbuf_char(out->json, ']');
    return ERR_NONE;
}
