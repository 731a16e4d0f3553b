/* user.current (bitrix24 11). What is not known of him is empty, as the vendor has it; dates that
 * are not known are left out, for clients parse them. */
#include "base/json.h"
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
    strbuf_lit(out->json, ",\"SECOND_NAME\":\"\",\"EMAIL\":");
    json_string(out->json, bytes_index(user.name, '@') < user.name.len ? user.name : B(""));
    strbuf_lit(out->json, ",\"IS_ONLINE\":\"Y\",\"TIME_ZONE\":\"\",\"PERSONAL_GENDER\":\"\","
                          "\"PERSONAL_BIRTHDAY\":\"\",\"WORK_POSITION\":\"\","
                          "\"UF_EMPLOYMENT_DATE\":\"\",\"UF_DEPARTMENT\":[],"
                          "\"USER_TYPE\":\"employee\"");
    rc = b24_user_photo_write(c, out->json, &user, e);
    strbuf_char(out->json, '}');
    return rc;
}
