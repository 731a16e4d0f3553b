/* GET and POST /oauth/authorize (RFC 6749 4.1.1): a page that asks, and what it sends back. */
#include "base/uri.h"
#include "core/access.h"
#include "dialect/base_url.h"
#include "dialect/bitrix24/error.h"
#include "dialect/bitrix24/oauth.h"
#include "http/accept.h"
#include "http/form.h"

#define NAME_MAX_LEN     254
#define PASSWORD_MAX_LEN 1024
#define FORM_MAX_LEN     (64 * 1024)
#define STATE_MAX_LEN    4096
#define LOCATION_MAX     (32 * 1024)

/* Finds the application and where its users are sent. ERR_INVALID: *says is why not; nobody is sent
 * anywhere then (RFC 6749 4.1.2.1). */
static enum err_code read_grant(struct call *c, const struct value *params, struct b24_grant *out,
                                const char **says, struct err *e)
{
    struct b24_grant grant = { .redirect_uri = value_text(params, B("redirect_uri")),
                               .scope = value_text(params, B("scope")) };
    struct bytes client_id = value_text(params, B("client_id"));

    if (value_get(params, B("state")))
        grant.state = value_text(params, B("state"));
    *says = "The application that sent you here is not known here.";
    enum err_code rc = application_find(c->core, c->arena, client_id, &grant.application, e);
    if (rc)
        return rc == ERR_NOT_FOUND ? err_set(e, ERR_INVALID, "unknown client_id") : rc;
    *says = "The application that sent you here wants you to be sent to an address that is not"
            " its own.";
    if (grant.redirect_uri.len && !bytes_eq(grant.redirect_uri, grant.application.redirect_uri))
        return err_set(e, ERR_INVALID, "another redirect_uri");
    *says = "The application that sent you here sent too much with you.";
    if (grant.state.len > STATE_MAX_LEN)
        return err_set(e, ERR_INVALID, "state is too long");
    *out = grant;
    return ERR_NONE;
}

static void add_parameter(struct strbuf *out, struct bytes name, struct bytes value)
{
    strbuf_char(out, '&');
    strbuf_add(out, name);
    strbuf_char(out, '=');
    uri_encode(out, value);
}

/* `first`: the name and value that say how it went. */
static void begin_location(struct call *c, struct strbuf *out, const struct b24_grant *grant,
                           struct bytes name, struct bytes value)
{
    struct bytes uri = grant->application.redirect_uri;

    strbuf_init(out, c->arena, 512, LOCATION_MAX);
    strbuf_add(out, uri);
    strbuf_char(out, bytes_index(uri, '?') < uri.len ? '&' : '?');
    strbuf_add(out, name);
    strbuf_char(out, '=');
    uri_encode(out, value);
    if (grant->state.at)
        add_parameter(out, B("state"), grant->state);
}

static enum err_code send_back(struct call *c, const struct strbuf *location, struct err *e)
{
    if (location->failed)
        return err_set(e, ERR_NO_MEMORY, "redirect");
    c->res->status = 302;
    http_response_header(c->res, "Location", strbuf_bytes(location));
    http_response_header(c->res, "Cache-Control", B("no-store"));
    http_response_header(c->res, "Referrer-Policy", B("no-referrer"));
    return ERR_NONE;
}

static enum err_code send_error(struct call *c, const struct b24_grant *grant,
                                enum b24_reason reason, struct err *e)
{
    struct strbuf location;
    struct err why;

    b24_error(&why, reason);
    struct b24_failure failure = b24_failure_of(&why);
    begin_location(c, &location, grant, B("error"), failure.code);
    add_parameter(&location, B("error_description"), failure.text);
    return send_back(c, &location, e);
}

static enum err_code send_code(struct call *c, const struct b24_grant *grant, struct err *e)
{
    char member_id[MEMBER_ID_LEN];
    struct strbuf location;
    struct bytes code;
    enum err_code rc = application_code(c->core, c->arena, &grant->application,
                                        c->principal.user_id, grant->scopes, &code, e);

    if (rc == ERR_NOT_FOUND) /* removed a moment ago */
        return b24_page_error(c, 400, "The application that sent you here is not known here.", e);
    if (rc)
        return rc;
    store_member_id(c->core, member_id);
    begin_location(c, &location, grant, B("code"), code);
    add_parameter(&location, B("domain"), b24_domain(c));
    add_parameter(&location, B("member_id"), bytes_of(member_id, sizeof member_id));
    add_parameter(&location, B("scope"), grant->scopes);
    add_parameter(&location, B("server_domain"), b24_domain(c));
    return send_back(c, &location, e);
}

static enum err_code allow(struct call *c, const struct value *form, const struct b24_grant *grant,
                           struct err *e)
{
    struct bytes name = value_text(form, B("user"));
    struct bytes password = value_text(form, B("password"));
    struct err refused = { 0 };
    enum err_code rc = ERR_UNAUTHENTICATED;

    if (name.len && name.len <= NAME_MAX_LEN && password.len && password.len <= PASSWORD_MAX_LEN)
        rc = access_by_password(c->core, name, password, &c->principal, &refused);
    if (rc == ERR_UNAUTHENTICATED) /* the same for all that is wrong */
        return b24_page_ask(c, 401, "User name or password is wrong.", grant, e);
    if (rc) {
        *e = refused;
        return rc;
    }
    return send_code(c, grant, e);
}

/* The form and what it says, or NULL when it is none (and that has been said). */
static enum err_code read_form(struct call *c, struct value **out, struct err *e)
{
    struct bytes type = media_type(http_header_find(c->req, "Content-Type"));
    struct value *form = value_new(c->arena, VALUE_MAP);

    if (!form)
        return err_set(e, ERR_NO_MEMORY, "form");
    if (!bytes_eq_nocase(type, B("application/x-www-form-urlencoded")) ||
        c->req->body.len > FORM_MAX_LEN)
        return err_set(e, ERR_INVALID, "no form of ours");
    enum err_code rc = form_read(c->arena, c->req->body, form, e);
    if (rc == ERR_NONE)
        *out = form;
    return rc == ERR_TOO_LARGE ? err_set(e, ERR_INVALID, "no form of ours") : rc;
}

static enum err_code read_query(struct call *c, struct value **out, struct err *e)
{
    struct value *query = value_new(c->arena, VALUE_MAP);

    if (!query)
        return err_set(e, ERR_NO_MEMORY, "query");
    enum err_code rc = form_read(c->arena, c->req->query, query, e);
    if (rc == ERR_NONE)
        *out = query;
    return rc == ERR_TOO_LARGE ? err_set(e, ERR_INVALID, "a query of too many fields") : rc;
}

/* Another site must not send this form, even if it got hold of one. */
static bool comes_from_elsewhere(const struct call *c)
{
    struct bytes site = http_header_find(c->req, "Sec-Fetch-Site");

    return site.len && !bytes_eq(site, B("same-origin")) && !bytes_eq(site, B("none"));
}

/* `params`: the query, or of a POST the form. */
static enum err_code decide(struct call *c, const struct value *params,
                            const struct b24_grant *grant, struct err *e)
{
    bool posted = c->req->method == HTTP_POST;

    if (posted &&
        (comes_from_elsewhere(c) || !b24_form_is_ours(c, grant, value_text(params, B("form")))))
        return b24_page_ask(c, 403, "The page was too old. Try again.", grant, e);
    if (!posted)
        return b24_page_ask(c, 200, NULL, grant, e);
    if (bytes_eq(value_text(params, B("action")), B("allow")))
        return allow(c, params, grant, e);
    return send_error(c, grant, B24_OAUTH_DENIED, e);
}

static enum err_code authorize(struct call *c, const struct value *params, struct err *e)
{
    const char *says = NULL;
    struct b24_grant grant;
    enum err_code rc = read_grant(c, params, &grant, &says, e);

    if (rc == ERR_INVALID)
        return b24_page_error(c, 400, says, e);
    if (rc)
        return rc;
    struct bytes type = value_text(params, B("response_type"));
    if (type.len && !bytes_eq(type, B("code"))) /* the vendor's own samples leave it out */
        return send_error(c, &grant, B24_OAUTH_RESPONSE_TYPE, e);
    grant.scopes = application_scopes(c->arena, grant.scope, grant.application.scopes);
    if (!grant.scopes.at)
        return err_set(e, ERR_NO_MEMORY, "scopes");
    if (!grant.scopes.len)
        return send_error(c, &grant, B24_OAUTH_SCOPE, e);
    return decide(c, params, &grant, e);
}

enum err_code b24_oauth_authorize(struct call *c, struct err *e)
{
    const struct settings *settings = core_settings(c->core);
    struct value *params = NULL;

    *c->res = (struct http_response){ 0 };
    if (!base_url_is_https(c->req, settings) && !c->req->local && !settings->basic_over_http)
        return b24_page_error(c, 403, "Passwords are taken over https only.", e);
    enum err_code rc =
        c->req->method == HTTP_POST ? read_form(c, &params, e) : read_query(c, &params, e);
    if (rc == ERR_INVALID)
        return b24_page_error(c, 400, "What was sent could not be read.", e);
    return rc ? rc : authorize(c, params, e);
}
