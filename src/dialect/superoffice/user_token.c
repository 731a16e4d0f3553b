/* GET /api/v1/User/currentToken, POST /api/v1/Agents/User/GetAccessToken (superoffice 6.2) */
#include "base/clock.h"
#include "dialect/superoffice/superoffice.h"

/* Nothing keeps a token but who asked for it. */
static enum err_code reply(struct call *c, struct bytes token, struct err *e)
{
    enum err_code rc = so_reply_string(c, token, e);

    if (rc == ERR_NONE)
        http_response_header(c->res, "Cache-Control", B("no-store"));
    return rc;
}

/* What is asked for with a credential may no more than it, and ends with it at the latest. */
static enum err_code make(struct call *c, const char *label, struct err *e)
{
    const struct principal *principal = &c->principal;
    struct credential token = {
        .kind = CREDENTIAL_TOKEN,
        .user_id = principal->user_id,
        .read_only = !principal->may_write,
        .label = bytes_str(label),
        .expires_us = clock_now_us() + so_settings(c)->token_seconds * SECOND_US,
        .parent_id = principal->root_id,
    };
    struct bytes secret;
    int32_t id;

    if (principal->expires_us && principal->expires_us < token.expires_us)
        token.expires_us = principal->expires_us;
    enum err_code rc =
        credential_add(c->core, c->arena, &token, (struct bytes){ 0 }, &secret, &id, e);
    return rc ? rc : reply(c, secret, e);
}

enum err_code so_token_get(struct call *c, struct err *e)
{
    /* the head of the answer, without a token that nobody would learn */
    if (c->req->method == HTTP_HEAD)
        return reply(c, B("8A:................................"), e);
    return make(c, "currentToken", e);
}

/* `AppToken` is looked at only where one is asked for (6.1); there is no service session that
 * IncludeCsSession could bring along. */
enum err_code so_access_token_post(struct call *c, struct err *e)
{
    const struct value *arguments;
    enum err_code rc = so_arguments_read(c, &arguments, e);
    if (rc)
        return rc;

    const struct value *app = value_get_nocase(arguments, B("AppToken"));
    if (so_settings(c)->app_token.len &&
        !so_is_app_token(c, app && app->type == VALUE_STRING ? app->string : B("")))
        return err_set(e, ERR_DENIED, "AppToken is none of those that this server knows");
    return make(c, "GetAccessToken", e);
}
