/* Users, credentials, applications, links. */
#include "core/access.h"
#include "core/application.h"
#include "core/event.h"
#include "core/signed_link.h"
#include "crash/fail_scenarios.h"

static enum err_code add_user(struct lab *lab, struct err *e)
{
    struct user user = { .name = B("Grace"), .role = USER_EDITOR };
    int32_t id;

    return user_add(lab->core, &user, B("a password"), &id, e);
}

static enum err_code new_password(struct lab *lab, struct err *e)
{
    return user_set_password(lab->core, 2, B("another"), e);
}

static enum err_code disable(struct lab *lab, struct err *e)
{
    return user_set_disabled(lab->core, 2, true, e);
}

static enum err_code sign_in(struct lab *lab, struct err *e)
{
    struct principal out;

    enum err_code rc = access_by_password(lab->core, B("ada"), B("secret"), &out, e);
    if (rc == ERR_NONE)
        strbuf_printf(&lab->answer, "user %d may write %d", out.user_id, out.may_write);
    return rc;
}

static enum err_code add_ticket(struct lab *lab, struct err *e)
{
    struct credential credential = {
        .kind = CREDENTIAL_TICKET, .user_id = 2, .scopes = B("catalog"), .label = B("a label")
    };
    struct bytes shown;
    int32_t id;

    return credential_add(lab->core, lab->arena, &credential, B("7T:a-ticket"), &shown, &id, e);
}

static enum err_code use_ticket(struct lab *lab, struct err *e)
{
    struct principal out;

    enum err_code rc = access_by_secret(lab->core, CREDENTIAL_TICKET, B("7T:a-ticket"), 0, &out, e);
    if (rc == ERR_NONE)
        strbuf_printf(&lab->answer, "user %d", out.user_id);
    return rc;
}

static enum err_code revoke(struct lab *lab, struct err *e)
{
    struct credential *list = NULL;
    size_t count = 0;

    enum err_code rc = credential_list(lab->core, lab->arena, &list, &count, e);
    if (rc || count == 0)
        return rc;
    return credential_revoke(lab->core, list[count - 1].id, e);
}

static enum err_code find_app(struct lab *lab, struct application *out, struct err *e)
{
    return application_find(lab->core, lab->arena, B("local.lab"), out, e);
}

static enum err_code add_app(struct lab *lab, struct err *e)
{
    struct application app = { .client_id = B("local.lab"),
                               .name = B("Labels"),
                               .redirect_uri = B("https://labels.example.com/back"),
                               .scopes = B("catalog,user"),
                               .application_token = B("applicationtoken") };
    struct application out;
    struct bytes shown;

    return application_add(lab->core, lab->arena, &app, B("app secret"), &out, &shown, e);
}

static void with_app(struct lab *lab)
{
    struct err e = { 0 };

    lab_must(add_app(lab, &e), &e, "application");
}

/* A code and what it is exchanged for; the codes of failed attempts stay, so nothing is compared.
 */
static enum err_code let_in(struct lab *lab, struct err *e)
{
    struct application_tokens tokens;
    struct application app = { 0 };
    struct bytes code;

    enum err_code rc = find_app(lab, &app, e);
    if (rc == ERR_NONE)
        rc = application_code(lab->core, lab->arena, &app, 2, (struct bytes){ 0 }, &code, e);
    if (rc == ERR_NONE)
        rc = application_exchange(lab->core, lab->arena, &app, CREDENTIAL_CODE, code, &tokens, e);
    return rc;
}

static enum err_code bind(struct lab *lab, struct err *e)
{
    struct event_handler handler = { .event = EVENT_PRODUCT_UPDATE,
                                     .url = B("https://labels.example.com/hook") };
    struct application app = { 0 };
    int32_t id;

    enum err_code rc = find_app(lab, &app, e);
    handler.application_id = app.id;
    return rc ? rc : event_bind(lab->core, &handler, &id, e);
}

static enum err_code unbind(struct lab *lab, struct err *e)
{
    struct application app = { 0 };
    size_t count;

    enum err_code rc = find_app(lab, &app, e);
    return rc ? rc
              : event_unbind(lab->core, app.id, EVENT_PRODUCT_UPDATE, (struct bytes){ 0 }, -1,
                             &count, e);
}

static enum err_code remove_app(struct lab *lab, struct err *e)
{
    struct application app = { 0 };

    enum err_code rc = find_app(lab, &app, e);
    return rc ? rc : application_remove(lab->core, app.id, e);
}

static enum err_code rotate(struct lab *lab, struct err *e)
{
    return signed_link_rotate(lab->core, e);
}

const struct scenario scenarios_access[] = {
    { "user", .steps = { add_user, new_password, disable } },
    { "password", .steps = { sign_in } },
    { "credential", .steps = { add_ticket, use_ticket, revoke } },
    { "application", .steps = { add_app, remove_app } },
    { "let an application in", with_app, .steps = { let_in }, .partly = true, .loose = true },
    { "bind a handler", with_app, .steps = { bind, unbind } },
    { "rotate the links' key", .steps = { rotate } },
    { NULL },
};
