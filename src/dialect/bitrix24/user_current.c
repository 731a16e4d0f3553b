/* user.current (bitrix24 11) */
#include "base/json.h"
#include "core/access.h"
#include "dialect/bitrix24/bitrix24.h"
#include "dialect/bitrix24/user_object.h"

enum err_code b24_user_current(struct call *c, const struct value *params, struct b24_result *out,
                               struct err *e)
{
    struct user user;
    enum err_code rc = user_get(c->core, c->arena, c->principal.user_id, &user, e);

    (void)params;
    if (rc)
        return rc;
    strbuf_lit(out->json, "{\"ID\":\"");
    strbuf_int(out->json, user.id);
    strbuf_lit(out->json, "\",\"ACTIVE\":");
    json_bool(out->json, !user.disabled);
    strbuf_char(out->json, ',');
    b24_user_names_write(out->json, &user);
    strbuf_lit(out->json, ",\"USER_TYPE\":\"employee\"}");
    return ERR_NONE;
}
