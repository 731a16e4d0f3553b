/* Who asks: a signed link, Basic with user name and password, Bearer with an access token. */
#include "base/base64.h"
#include "core/access.h"
#include "dialect/base_url.h"
#include "dialect/native/native.h"

bool native_has_credential(const struct http_request *req)
{
    return bytes_trim(http_header_find(req, "Authorization")).len > 0;
}

/* A password that crossed a network in the clear is everybody's. */
static bool is_covered(const struct call *c)
{
    const struct settings *settings = core_settings(c->core);

    return base_url_is_https(c->req, settings) || c->req->local || settings->basic_over_http;
}

static enum err_code by_password(struct call *c, struct bytes text, struct err *e)
{
    char *at = arena_alloc(c->arena, text.len / 4 * 3 + 3);
    size_t len;

    if (!at)
        return err_set(e, ERR_NO_MEMORY, "Authorization header");
    if (!base64_read(text, at, &len))
        return err_set(e, ERR_UNAUTHENTICATED, "Basic credentials are not readable");
    struct bytes pair = bytes_of(at, len);
    size_t colon = bytes_index(pair, ':');
    if (colon >= pair.len)
        return err_set(e, ERR_UNAUTHENTICATED, "Basic credentials are not readable");
    if (!core_settings(c->core)->authorize_with_username)
        return err_set(e, ERR_UNAUTHENTICATED,
                       "user name and password are not taken here: use a token");
    if (!is_covered(c))
        return err_set(e, ERR_DENIED, "passwords are taken over https only");
    return access_by_password(c->core, bytes_first(pair, colon), bytes_from(pair, colon + 1),
                              &c->principal, e);
}

/* header.claims.signature: none of our own tokens has a dot in it. */
static bool is_jwt(struct bytes token)
{
    size_t first = bytes_index(token, '.');
    size_t second = bytes_index(bytes_from(token, first + 1), '.');

    return bytes_starts(token, B("ey")) && first + 1 + second < token.len;
}

/* An access token of either vendor's form, or an issuer's. */
static enum err_code by_token(struct call *c, struct bytes token, struct err *e)
{
    struct err first = { 0 };

    if (core_settings(c->core)->oidc_issuer.len && is_jwt(token))
        return access_by_issuer(c->core, token, &c->principal, e);
    enum err_code rc = access_by_secret(c->core, CREDENTIAL_TOKEN, token, 0, &c->principal, &first);
    if (rc == ERR_UNAUTHENTICATED && first.reason == ACCESS_WRONG)
        return access_by_secret(c->core, CREDENTIAL_AUTH, token, 0, &c->principal, e);
    if (rc)
        *e = first;
    return rc;
}

static enum err_code by_header(struct call *c, struct err *e)
{
    struct bytes header = bytes_trim(http_header_find(c->req, "Authorization"));
    size_t space = bytes_index(header, ' ');
    struct bytes scheme = bytes_first(header, space);
    struct bytes value = bytes_trim(bytes_from(header, space));

    if (!header.len)
        return err_set(e, ERR_UNAUTHENTICATED, "no credentials were given");
    if (bytes_eq_nocase(scheme, B("Basic")) && value.len)
        return by_password(c, value, e);
    if (bytes_eq_nocase(scheme, B("Bearer")) && value.len)
        return by_token(c, value, e);
    return err_set(e, ERR_UNAUTHENTICATED,
                   "send Basic with user name and password, or Bearer with "
                   "an access token");
}

enum err_code native_authenticate(struct call *c, struct err *e)
{
    const struct native_endpoint *endpoint = c->endpoint;
    struct signed_link *link = &native_call(c)->link;

    enum err_code rc = signed_link_check(c->core, c->req->target, link, e);
    if (rc)
        return rc;
    if (!link->is_signed)
        return by_header(c, e);
    if (endpoint->need != NATIVE_LINK)
        return err_set(e, ERR_DENIED, "a signed link shows one picture, and does nothing else");
    return ERR_NONE;
}

enum err_code native_may_read(const struct call *c, enum record_kind kind, struct err *e)
{
    const struct principal *principal = &c->principal;

    if (principal->kind != CREDENTIAL_AUTH)
        return ERR_NONE;
    if (!principal->catalog || kind != KIND_PRODUCT) /* what its scope is about (bitrix24 5.1) */
        return err_set(e, ERR_DENIED, "the token's scope is %s",
                       principal->catalog ? "the catalog: it sees products only"
                                          : "not the catalog");
    return ERR_NONE;
}
