/* methods (bitrix24 11): names in lower case. Without parameters those the credential opens and the
 * common ones; `full` all; `scope=catalog` those of one scope; `scope=` the common ones alone. */
#include "dialect/bitrix24/auth.h"
#include "dialect/bitrix24/bind.h"
#include "dialect/bitrix24/scope.h"

static void write_lower(struct strbuf *out, struct bytes name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.at[i];
        strbuf_char(out, c >= 'A' && c <= 'Z' ? (char)(c + 32) : c);
    }
}

enum err_code b24_methods_list(struct call *c, const struct value *params, struct b24_result *out,
                               struct err *e)
{
    const struct value *scope = value_get_nocase(params, B("scope"));
    bool full = !scope && b24_to_bool(value_get_nocase(params, B("full")));
    struct bytes granted = scope ? b24_to_text(c->arena, scope) : B("");
    bool common = !scope || granted.len == 0;
    bool first = true;

    if (!scope && !full) {
        enum err_code rc = b24_scopes(c, &granted, e);
        if (rc)
            return rc;
    }
    strbuf_char(out->json, '[');
    for (size_t i = 0; i < b24_method_count; i++) {
        const struct b24_method *method = &b24_methods[i];
        bool shown =
            method->scope == B24_COMMON ? common : b24_scope_granted(granted, method->scope);
        if (!shown && !full)
            continue;
        if (!first)
            strbuf_char(out->json, ',');
        strbuf_char(out->json, '"');
        write_lower(out->json, method->name);
        strbuf_char(out->json, '"');
        first = false;
    }
    strbuf_char(out->json, ']');
    return ERR_NONE;
}
