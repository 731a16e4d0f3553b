#include "dialect/bitrix24/auth.h"

#include "core/access.h"
#include "dialect/bitrix24/bind.h"
#include "dialect/bitrix24/error.h"

static enum err_code by_webhook(struct call *c, int32_t user_id, struct bytes secret, struct err *e)
{
    if (user_id <= 0)
        return b24_error(e, B24_INVALID_CREDENTIALS);

    enum err_code rc =
        access_by_secret(c->core, CREDENTIAL_WEBHOOK, secret, user_id, &c->principal, e);
    if (rc != ERR_UNAUTHENTICATED)
        return rc;
    return b24_error(e, e->reason == ACCESS_DISABLED ? B24_USER_DISABLED : B24_INVALID_CREDENTIALS);
}

static enum err_code by_token(struct call *c, struct bytes token, struct err *e)
{
    enum err_code rc = access_by_secret(c->core, CREDENTIAL_AUTH, token, 0, &c->principal, e);

    if (rc != ERR_UNAUTHENTICATED)
        return rc;
    if (e->reason == ACCESS_EXPIRED)
        return b24_error(e, B24_EXPIRED_TOKEN);
    if (e->reason == ACCESS_NO_APPLICATION)
        return b24_error(e, B24_APPLICATION_NOT_FOUND);
    return b24_error(e, e->reason == ACCESS_DISABLED ? B24_USER_DISABLED : B24_INVALID_TOKEN);
}

static struct bytes bearer(const struct http_request *req)
{
    struct bytes header = bytes_trim(http_header_find(req, "Authorization"));

    if (!bytes_starts_nocase(header, B("Bearer ")))
        return (struct bytes){ 0 };
    return bytes_trim(bytes_from(header, sizeof "Bearer " - 1));
}

static struct bytes text_of(const struct value *value)
{
    return value && value->type == VALUE_STRING ? value->string : (struct bytes){ 0 };
}

enum err_code b24_authenticate(struct call *c, const struct b24_route *route,
                               const struct value *params, struct err *e)
{
    int32_t user_id = 0;
    int64_t number;

    if (route->user.at) {
        if (!bytes_to_int32(route->user, &user_id))
            user_id = 0;
        return by_webhook(c, user_id, route->secret, e);
    }

    struct bytes token = bearer(c->req);
    if (token.len == 0)
        token = text_of(value_get(params, B("auth")));
    if (token.len == 0)
        token = text_of(value_get(params, B("access_token")));
    if (token.len)
        return by_token(c, token, e);

    struct bytes secret = text_of(value_get(params, B("ap"))); /* bitrix24 1.2 */
    if (secret.len == 0)
        return b24_error(e, B24_NO_AUTH);
    if (b24_to_int(value_get(params, B("aplogin")), &number))
        user_id = b24_to_id(number);
    return by_webhook(c, user_id, secret, e);
}

enum err_code b24_scopes(struct call *c, struct bytes *out, struct err *e)
{
    struct credential credential;
    enum err_code rc =
        credential_get(c->core, c->arena, c->principal.credential_id, &credential, e);

    if (rc && rc != ERR_NOT_FOUND)
        return rc;
    *out = rc ? B("") : credential.scopes; /* revoked a moment ago */
    return ERR_NONE;
}

bool b24_scopes_hold(struct bytes scopes, struct bytes scope)
{
    struct bytes part;

    while (bytes_split(&scopes, ',', &part)) {
        if (bytes_eq_nocase(bytes_trim(part), scope))
            return true;
    }
    return false;
}
