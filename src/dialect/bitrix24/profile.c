/* profile (bitrix24 11); a user's time zone and gender are not known here. */
#include "base/json.h"
#include "core/access.h"
#include "dialect/bitrix24/bitrix24.h"
#include "dialect/bitrix24/user_object.h"

void b24_user_names_write(struct strbuf *out, const struct user *user)
{
    struct bytes full = bytes_trim(user->full_name.len ? user->full_name : user->name);
    size_t last = full.len;

    while (last > 0 && full.at[last - 1] != ' ')
        last--;
    strbuf_lit(out, "\"NAME\":");
    json_string(out, last ? bytes_trim(bytes_first(full, last)) : full);
    strbuf_lit(out, ",\"LAST_NAME\":");
    json_string(out, last ? bytes_from(full, last) : B(""));
}

enum err_code b24_profile(struct call *c, const struct value *params, struct b24_result *out,
                          struct err *e)
{
    struct user user;
    enum err_code rc = user_get(c->core, c->arena, c->principal.user_id, &user, e);

    (void)params;
    if (rc)
        return rc;
    strbuf_lit(out->json, "{\"ID\":\"");
    strbuf_int(out->json, user.id);
    strbuf_lit(out->json, "\",\"ADMIN\":");
    json_bool(out->json, c->principal.role == USER_ADMINISTRATOR);
    strbuf_char(out->json, ',');
    b24_user_names_write(out->json, &user);
    strbuf_lit(out->json, ",\"PERSONAL_GENDER\":\"\",\"TIME_ZONE\":\"\"}");
    return ERR_NONE;
}
