/* GET and POST <prefix>/login: the sign-in page, and the session it makes (superoffice 6.3). */
#include "base/clock.h"
#include "base/crypto.h"
#include "dialect/superoffice/login_page.h"
#include "http/accept.h"
#include "http/form.h"

#define NAME_MAX_LEN     254
#define PASSWORD_MAX_LEN 1024
#define FORM_MAX_LEN     8192

bool so_is_login(struct bytes path)
{
    struct bytes rest = path;

    if (bytes_ends_nocase(path, B("/"))) /* superoffice 1.4 */
        path.len--;
    return bytes_ends_nocase(path, B("/login")) && !so_below_api(&rest);
}

bool so_login_is_small(const struct call *c)
{
    int64_t length;

    return bytes_to_int64(http_header_find(c->req, "Content-Length"), &length) &&
           length <= FORM_MAX_LEN;
}

/* The page's own address, whatever stands before it: nothing of the request goes into it. */
static void redirect(struct call *c)
{
    bool slash = bytes_ends_nocase(c->req->path, B("/"));

    c->res->status = 303;
    http_response_header(c->res, "Location", slash ? B("../login") : B("login"));
    login_page_headers(c);
}

/* What stands before `/login`, for the cookies' Path; "/" when it could not stand in a header. */
static struct bytes cookie_path(struct bytes path)
{
    static const char others[] = "-._~/";

    if (bytes_ends_nocase(path, B("/")))
        path.len--;
    path = bytes_first(path, path.len - (sizeof "/login" - 1));
    for (size_t i = 0; i < path.len; i++) {
        char c = path.at[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) &&
            (c == '\0' || !strchr(others, c)))
            return B("/");
    }
    return path.len ? path : B("/");
}

/* `value` empty: takes the cookie back. */
static bool set_cookie(struct call *c, const char *name, struct bytes value, bool readable)
{
    struct strbuf text;

    strbuf_init(&text, c->arena, 256, 1024);
    strbuf_add(&text, bytes_str(name));
    strbuf_char(&text, '=');
    strbuf_add(&text, value);
    strbuf_lit(&text, "; Path=");
    strbuf_add(&text, cookie_path(c->req->path));
    if (!value.len)
        strbuf_lit(&text, "; Max-Age=0");
    if (!readable)
        strbuf_lit(&text, "; HttpOnly");
    strbuf_lit(&text, "; SameSite=Lax");
    if (so_is_https(c))
        strbuf_lit(&text, "; Secure");
    http_response_header(c->res, "Set-Cookie", strbuf_bytes(&text));
    return !text.failed;
}

static enum err_code set_cookies(struct call *c, struct bytes session, struct bytes xsrf,
                                 struct err *e)
{
    if (!set_cookie(c, "SO_SESSION", session, false) || !set_cookie(c, "XSRF-TOKEN", xsrf, true))
        return err_set(e, ERR_NO_MEMORY, "session");
    redirect(c);
    return ERR_NONE;
}

/* Host and port of an absolute address. */
static struct bytes authority_of(struct bytes url)
{
    static const struct bytes schemes[] = { B("https://"), B("http://") };

    for (size_t i = 0; i < COUNT(schemes); i++) {
        if (bytes_starts_nocase(url, schemes[i])) {
            url = bytes_from(url, schemes[i].len);
            return bytes_first(url, bytes_index(url, '/'));
        }
    }
    return (struct bytes){ 0 };
}

/* Another site must not be able to sign somebody in under a name of its choice, nor out. Browsers
 * say where a form came from, and a program that does not say has no cookies of anybody. */
static bool comes_from_here(const struct call *c)
{
    struct bytes site = http_header_find(c->req, "Sec-Fetch-Site");
    struct bytes origin = http_header_find(c->req, "Origin");
    const struct settings *settings = so_settings(c);

    if (site.len && !bytes_eq(site, B("same-origin")) && !bytes_eq(site, B("none")))
        return false;
    if (!origin.len)
        return true;
    struct bytes from = authority_of(origin);
    return from.len && (bytes_eq_nocase(from, c->req->host) ||
                        bytes_eq_nocase(from, authority_of(settings->public_url)) ||
                        (settings->trust_forwarded &&
                         bytes_eq_nocase(from, http_header_find(c->req, "X-Forwarded-Host"))));
}

static bool is_refusal(enum err_code rc)
{
    return rc == ERR_UNAUTHENTICATED;
}

/* True when nobody may sign in this way; then it has been said. */
static bool is_closed(struct call *c, enum err_code *rc, struct err *e)
{
    const char *why = NULL;

    if (!so_is_covered(c))
        why = "Passwords are taken over https only.";
    else if (!so_settings(c)->authorize_with_username)
        why = "Signing in with name and password is switched off.";
    if (why)
        *rc = login_page_form(c, 403, why, true, e);
    return why != NULL;
}

static enum err_code login_get(struct call *c, struct err *e)
{
    struct bytes secret = so_session_cookie(c->req);
    struct err refused = { 0 };
    enum err_code rc = ERR_UNAUTHENTICATED;
    struct user user;

    if (is_closed(c, &rc, e))
        return rc;
    if (secret.len)
        rc = access_by_secret(c->core, CREDENTIAL_SESSION, secret, 0, &c->principal, &refused);
    if (is_refusal(rc))
        return login_page_form(c, 200, NULL, false, e);
    if (rc) {
        *e = refused;
        return rc;
    }
    rc = user_get(c->core, c->arena, c->principal.user_id, &user, e);
    if (rc)
        return rc;
    struct bytes xsrf = session_xsrf(c->core, c->arena, secret);
    return xsrf.at ? login_page_user(c, &user, xsrf, e) : err_set(e, ERR_NO_MEMORY, "session");
}

static struct bytes field(const struct value *form, struct bytes name)
{
    const struct value *value = value_get(form, name);

    return value && value->type == VALUE_STRING ? value->string : (struct bytes){ 0 };
}

static enum err_code sign_in(struct call *c, const struct value *form, struct err *e)
{
    struct bytes name = field(form, B("user"));
    struct bytes password = field(form, B("password"));
    struct err refused = { 0 };
    struct bytes secret;
    int32_t id;
    enum err_code rc = err_set(&refused, ERR_UNAUTHENTICATED, "nothing that could be right");

    if (name.len && name.len <= NAME_MAX_LEN && password.len && password.len <= PASSWORD_MAX_LEN)
        rc = access_by_password(c->core, name, password, &c->principal, &refused);
    if (is_refusal(rc)) /* the same for all that is wrong */
        return login_page_form(c, 401, "User name or password is wrong.", false, e);
    if (rc) {
        *e = refused;
        return rc;
    }
    int64_t life_us = so_settings(c)->session_seconds * SECOND_US;
    struct credential session = { .kind = CREDENTIAL_SESSION,
                                  .user_id = c->principal.user_id,
                                  .parent_id = c->principal.root_id,
                                  .label = B("signed in"),
                                  .expires_us = clock_now_us() + life_us,
                                  .sliding_us = life_us };
    rc = credential_add(c->core, c->arena, &session, (struct bytes){ 0 }, &secret, &id, e);
    if (rc)
        return rc;
    struct bytes xsrf = session_xsrf(c->core, c->arena, secret);
    return xsrf.at ? set_cookies(c, secret, xsrf, e) : err_set(e, ERR_NO_MEMORY, "session");
}

static enum err_code sign_out(struct call *c, const struct value *form, struct err *e)
{
    struct bytes secret = so_session_cookie(c->req);
    struct bytes xsrf = session_xsrf(c->core, c->arena, secret);
    struct err refused = { 0 };

    if (!xsrf.at)
        return err_set(e, ERR_NO_MEMORY, "session");
    if (!secret_eq(field(form, B("XSRF_TOKEN")), xsrf))
        return login_page_form(c, 403, "This form is not of your session: load the page again.",
                               true, e);
    enum err_code rc =
        access_by_secret(c->core, CREDENTIAL_SESSION, secret, 0, &c->principal, &refused);
    if (rc == ERR_NONE)
        rc = credential_revoke(c->core, c->principal.credential_id, &refused);
    if (rc && !is_refusal(rc) && rc != ERR_NOT_FOUND) { /* those are signed out already */
        *e = refused;
        return rc;
    }
    return set_cookies(c, (struct bytes){ 0 }, (struct bytes){ 0 }, e);
}

static enum err_code login_post(struct call *c, struct err *e)
{
    struct bytes type = media_type(http_header_find(c->req, "Content-Type"));
    enum err_code rc;

    if (!comes_from_here(c))
        return login_page_form(c, 403, "This form was sent by another site.", true, e);
    if (is_closed(c, &rc, e))
        return rc;
    if (!bytes_eq_nocase(type, B("application/x-www-form-urlencoded")))
        return err_set(e, ERR_UNSUPPORTED, "send a form: application/x-www-form-urlencoded");
    struct value *form = value_new(c->arena, VALUE_MAP);
    if (!form)
        return err_set(e, ERR_NO_MEMORY, "form");
    rc = form_read(c->arena, c->req->body, form, e);
    if (rc)
        return rc;
    return bytes_eq(field(form, B("action")), B("sign-out")) ? sign_out(c, form, e)
                                                             : sign_in(c, form, e);
}

static const struct so_endpoint endpoints[] = {
    { HTTP_GET, PLAN_INLINE, SO_ANYONE, login_get, "Sign in", .out = { SO_BODY_ANY } },
    { HTTP_POST, PLAN_THREAD, SO_ANYONE, login_post, "Sign in or out", .in = { SO_BODY_ANY },
      .out = { SO_BODY_ANY } },
};

const struct so_resource so_login = { B("login"), endpoints, COUNT(endpoints),
                                      B("GET, HEAD, POST, OPTIONS"), true };
