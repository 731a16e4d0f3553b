/* profile (bitrix24 11); a user's time zone and gender are not known here. */
#include "base/json.h"
#include "dialect/base_url.h"
#include "dialect/bitrix24/bitrix24.h"
#include "dialect/bitrix24/links.h"
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

enum err_code b24_user_photo_write(struct call *c, struct strbuf *out, const struct user *user,
                                   struct err *e)
{
    struct owner person = { KIND_PERSON, user->person_id };
    struct picture picture;
    bool exists;
    enum err_code rc = picture_seen(c->core, c->arena, person, &picture, &exists, e);

    if (rc)
        return rc == ERR_NOT_FOUND ? ERR_NONE : rc;
    strbuf_lit(out, ",\"PERSONAL_PHOTO\":\"");
    if (!core_settings(c->core)->detail_url_base.len)
        base_url_write(c, out);
    b24_detail_url_write(c, out, &picture);
    strbuf_char(out, '"');
    return ERR_NONE;
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
    strbuf_lit(out->json, ",\"PERSONAL_GENDER\":\"\",\"TIME_ZONE\":\"\"");
    rc = b24_user_photo_write(c, out->json, &user, e);
    strbuf_char(out->json, '}');
    return rc;
}
