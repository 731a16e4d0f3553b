#include "dialect/superoffice/superoffice.h"

#include "base/base64.h"

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

/* A password or ticket that crossed a network in the clear is everybody's (superoffice 16). */
static bool is_covered(const struct call *c)
{
    const struct settings *settings = core_settings(c->core);

    return c->req->https || c->req->local || settings->basic_over_http ||
           (settings->trust_forwarded &&
            bytes_eq_nocase(http_header_find(c->req, "X-Forwarded-Proto"), B("https")));
}

enum err_code so_authenticate(struct call *c, struct err *e)
{
    const struct so_credential *credential = &so_call(c)->credential;

    if (credential->kind != CREDENTIAL_TOKEN && !is_covered(c))
        return err_set(e, ERR_DENIED, "passwords and tickets are taken over https only");
    if (credential->kind == CREDENTIAL_PASSWORD)
        return access_by_password(c->core, credential->user, credential->secret, &c->principal, e);
    return access_by_secret(c->core, credential->kind, credential->secret, 0, &c->principal, e);
}
