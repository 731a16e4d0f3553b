#include "dialect/superoffice/superoffice.h"

#include "base/base64.h"
#include "base/crypto.h"
#include "dialect/base_url.h"

/* header.claims.signature: none of our own tokens has a dot in it. */
static bool jwt_shaped(struct bytes token)
{
    size_t first = bytes_index(token, '.');
    size_t second = bytes_index(bytes_from(token, first + 1), '.');

    return bytes_starts(token, B("ey")) && first + 1 + second < token.len;
}

#define TICKET_PREFIX B("7T:")

/* Basic holds `user:password`; the user name may be a ticket with an empty password. Tickets have
 * a colon themselves, so that the first one does not end them (superoffice 6.1). */
static void split_basic(struct bytes text, struct so_credential *out)
{
    if (bytes_starts_nocase(text, TICKET_PREFIX)) {
        if (text.at[text.len - 1] == ':' && text.len > TICKET_PREFIX.len)
            text.len--;
        *out = (struct so_credential){ .kind = CREDENTIAL_TICKET, .secret = text };
        return;
    }
    size_t colon = bytes_index(text, ':');
    struct bytes user = bytes_first(text, colon);
    struct bytes password = bytes_from(text, colon + 1);
    if (password.len)
        *out = (struct so_credential){ CREDENTIAL_PASSWORD, user, password };
    else
        *out = (struct so_credential){ .kind = CREDENTIAL_TICKET, .secret = user };
}

static enum err_code read_basic(struct arena *arena, struct bytes text, struct so_credential *out,
                                struct err *e)
{
    char *at = arena_alloc(arena, text.len / 4 * 3 + 3);
    size_t len;

    if (!at)
        return err_set(e, ERR_NO_MEMORY, "Authorization header");
    if (!base64_read(text, at, &len) || len == 0)
        return err_set(e, ERR_UNAUTHENTICATED, "Basic credentials are not readable");
    struct so_credential credential;
    split_basic(bytes_of(at, len), &credential);
    if (credential.secret.len == 0)
        return err_set(e, ERR_UNAUTHENTICATED, "no credentials were given");
    *out = credential;
    return ERR_NONE;
}

enum err_code so_credential_read(struct arena *arena, struct bytes header,
                                 struct so_credential *out, struct err *e)
{
    header = bytes_trim(header);
    if (header.len == 0)
        return err_set(e, ERR_UNAUTHENTICATED, "no credentials were given");

    /* Only the first space parts: values hold `:`, `=`, `+`, `/` and `.`. */
    size_t space = bytes_index(header, ' ');
    struct bytes scheme = bytes_first(header, space);
    struct bytes value = bytes_trim(bytes_from(header, space));
    if (bytes_eq_nocase(scheme, B("Basic")))
        return read_basic(arena, value, out, e);

    struct so_credential credential = { .secret = value };
    if (bytes_eq_nocase(scheme, B("SoTicket")))
        credential.kind = CREDENTIAL_TICKET;
    else if (bytes_eq_nocase(scheme, B("Bearer")))
        credential.kind = CREDENTIAL_TOKEN;
    else
        return err_set(e, ERR_UNAUTHENTICATED, "unknown authorization scheme");
    if (value.len == 0)
        return err_set(e, ERR_UNAUTHENTICATED, "no credentials were given");
    *out = credential;
    return ERR_NONE;
}

/* A page can put a picture's address into an <img>, which sends no header of its own; what comes
 * back is nothing another site's script could read (superoffice 6.3). */
static bool cookie_will_do(const struct so_endpoint *endpoint)
{
    return endpoint->method == HTTP_GET && endpoint->out.kind == SO_BODY_PICTURE;
}

enum err_code so_credential_find(const struct call *c, const struct so_endpoint *endpoint,
                                 struct so_credential *out, struct err *e)
{
    struct bytes header = http_header_find(c->req, "Authorization");

    if (header.len)
        return so_credential_read(c->arena, header, out, e);
    struct so_credential session = { .kind = CREDENTIAL_SESSION,
                                     .secret = so_session_cookie(c->req) };
    if (!session.secret.len)
        return err_set(e, ERR_UNAUTHENTICATED, "no credentials were given");
    if (!cookie_will_do(endpoint)) {
        session.xsrf = http_header_find(c->req, "X-XSRF-TOKEN");
        if (!session.xsrf.len)
            return err_set(e, ERR_UNAUTHENTICATED,
                           "a session needs the header X-XSRF-TOKEN with the value of the cookie "
                           "XSRF-TOKEN");
    }
    *out = session;
    return ERR_NONE;
}

bool so_is_https(const struct call *c)
{
    return base_url_is_https(c->req, so_settings(c));
}

/* A password or ticket that crossed a network in the clear is everybody's (superoffice 16). */
bool so_is_covered(const struct call *c)
{
    return so_is_https(c) || c->req->local || so_settings(c)->basic_over_http;
}

/* Takes as long wherever they differ. */
bool so_is_app_token(const struct call *c, struct bytes token)
{
    struct bytes list = so_settings(c)->app_token;
    struct bytes word;
    bool found = false;

    while (bytes_split(&list, ' ', &word))
        found |= word.len > 0 && secret_eq(word, token);
    return found;
}

/* superoffice 6.1: the three schemes can be switched off one by one, and an installation may want
 * to know which application holds a ticket. */
static enum err_code check_settings(const struct call *c, const struct so_credential *credential,
                                    struct err *e)
{
    const struct settings *settings = so_settings(c);

    if (credential->kind == CREDENTIAL_PASSWORD && !settings->authorize_with_username)
        return err_set(e, ERR_UNAUTHENTICATED,
                       "user name and password are not taken here: use a ticket or a token");
    if (credential->kind != CREDENTIAL_TICKET)
        return ERR_NONE;
    if (!settings->authorize_with_ticket)
        return err_set(e, ERR_UNAUTHENTICATED, "tickets are not taken here: use a token");
    if (settings->app_token.len && !so_is_app_token(c, http_header_find(c->req, "SO-AppToken")))
        return err_set(e, ERR_UNAUTHENTICATED,
                       "a ticket must come with the application's token in the header SO-AppToken");
    return ERR_NONE;
}

static enum err_code check_xsrf(struct call *c, const struct so_credential *credential,
                                struct err *e)
{
    if (!credential->xsrf.at)
        return ERR_NONE;
    struct bytes right = session_xsrf(c->core, c->arena, credential->secret);
    if (!right.at)
        return err_set(e, ERR_NO_MEMORY, "check a session");
    if (!secret_eq(credential->xsrf, right))
        return err_set(e, ERR_UNAUTHENTICATED, "X-XSRF-TOKEN is not the session's");
    return ERR_NONE;
}

enum err_code so_authenticate(struct call *c, struct err *e)
{
    const struct so_credential *credential = &so_call(c)->credential;

    if (credential->kind != CREDENTIAL_TOKEN && !so_is_covered(c))
        return err_set(e, ERR_DENIED, "passwords, tickets and sessions are taken over https only");
    enum err_code rc = check_settings(c, credential, e);
    if (rc == ERR_NONE && credential->kind == CREDENTIAL_SESSION)
        rc = check_xsrf(c, credential, e);
    if (rc)
        return rc;
    if (credential->kind == CREDENTIAL_PASSWORD)
        return access_by_password(c->core, credential->user, credential->secret, &c->principal, e);
    if (credential->kind == CREDENTIAL_TOKEN && so_settings(c)->oidc_issuer.len &&
        jwt_shaped(credential->secret))
        return access_by_issuer(c->core, credential->secret, &c->principal, e);
    return access_by_secret(c->core, credential->kind, credential->secret, 0, &c->principal, e);
}
