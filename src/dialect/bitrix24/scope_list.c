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

void b24_scopes_write(struct strbuf *out, struct bytes scopes, bool all)
{
    bool first = true;

    strbuf_char(out, '[');
    for (size_t i = 0; i < B24_SCOPE_COUNT; i++) {
        if (!all && !b24_scopes_hold(scopes, b24_scope_names[i]))
            continue;
        if (!first)
            strbuf_char(out, ',');
        json_string(out, b24_scope_names[i]);
        first = false;
    }
    strbuf_char(out, ']');
}

enum err_code b24_scope_list(struct call *c, const struct value *params, struct b24_result *out,
                             struct err *e)
{
    bool full = b24_to_bool(value_get_nocase(params, B("full")));
    struct bytes scopes = B("");

    if (!full) {
        enum err_code rc = b24_scopes(c, &scopes, e);
        if (rc)
            return rc;
    }
    b24_scopes_write(out->json, scopes, full);
    return ERR_NONE;
}
