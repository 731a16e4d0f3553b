/* user.admin (bitrix24 11) */
#include "base/json.h"
#include "dialect/bitrix24/bitrix24.h"

enum err_code b24_user_admin(struct call *c, const struct value *params, struct b24_result *out,
                             struct err *e)
{
    (void)params;
    (void)e;
    json_bool(out->json, c->principal.role == USER_ADMINISTRATOR);
    return ERR_NONE;
}
