/* GET and POST /oauth/token (bitrix24 12.1; RFC 6749 4.1.3, 5 and 6). */
#include "base/base64.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/uri.h"
#include "dialect/base_url.h"
#include "dialect/bitrix24/envelope.h"
#include "dialect/bitrix24/oauth.h"
#include "dialect/bitrix24/params.h"

#define ANSWER_MAX (64 * 1024)

struct bytes b24_domain(struct call *c)
{
    struct strbuf url;

    strbuf_init(&url, c->arena, 0, 4096);
    base_url_write(c, &url);
    if (url.failed)
        return (struct bytes){ 0 };
    struct bytes host = strbuf_bytes(&url);
    host = bytes_from(host, bytes_starts_nocase(host, B("https://"))  ? 8
                            : bytes_starts_nocase(host, B("http://")) ? 7
                                                                      : 0);
    return bytes_first(host, bytes_index(host, '/'));
}

struct client {
    struct bytes id;
    struct bytes secret;
};

/* RFC 6749 2.3.1: both halves are encoded as in a form. */
static bool read_basic(struct call *c, struct bytes header, struct client *out)
{
    struct bytes text = bytes_trim(bytes_from(header, sizeof "Basic " - 1));
    char *room = arena_alloc(c->arena, text.len / 4 * 3 + 3);
    size_t len;

    if (!room || !base64_read(text, room, &len))
        return false;
    struct bytes pair = bytes_of(room, len);
    size_t colon = bytes_index(pair, ':');
    out->id = uri_decode(c->arena, bytes_first(pair, colon), true);
    out->secret = uri_decode(c->arena, bytes_from(pair, colon + 1), true);
    return out->id.at && out->secret.at;
}

static enum err_code authenticate(struct call *c, const struct value *params,
                                  struct application *out, struct err *e)
{
    struct bytes header = bytes_trim(http_header_find(c->req, "Authorization"));
    struct client client = { value_text(params, B("client_id")),
                             value_text(params, B("client_secret")) };

    if (bytes_starts_nocase(header, B("Basic ")) && !read_basic(c, header, &client))
        return b24_error(e, B24_OAUTH_CLIENT);
    enum err_code rc = application_by_secret(c->core, c->arena, client.id, client.secret, out, e);
    return rc == ERR_UNAUTHENTICATED ? b24_error(e, B24_OAUTH_CLIENT) : rc;
}

/* What is presented, and as what. */
static enum err_code read_grant(const struct value *params, enum credential_kind *kind,
                                struct bytes *secret, struct err *e)
{
    struct bytes type = value_text(params, B("grant_type"));
    const char *name;

    if (bytes_eq(type, B("authorization_code"))) {
        *kind = CREDENTIAL_CODE;
        name = "code";
    } else if (bytes_eq(type, B("refresh_token"))) {
        *kind = CREDENTIAL_REFRESH;
        name = "refresh_token";
    } else {
        return type.len ? b24_error(e, B24_OAUTH_GRANT_TYPE) : b24_oauth_request(e, "grant_type");
    }
    *secret = value_text(params, bytes_str(name));
    return secret->len ? ERR_NONE : b24_oauth_request(e, name);
}

/* What may come along: both are checked and change nothing. */
static enum err_code check_rest(struct call *c, const struct value *params,
                                const struct application *application, struct err *e)
{
    struct bytes redirect_uri = value_text(params, B("redirect_uri"));
    struct bytes scope = value_text(params, B("scope"));

    if (redirect_uri.len && !bytes_eq(redirect_uri, application->redirect_uri))
        return b24_error(e, B24_OAUTH_GRANT);
    if (!application_scopes(c->arena, scope, application->scopes).len)
        return b24_error(e, B24_OAUTH_SCOPE);
    return ERR_NONE;
}

static void write_text(struct strbuf *out, struct bytes name, struct bytes text)
{
    strbuf_lit(out, ",\"");
    strbuf_add(out, name);
    strbuf_lit(out, "\":");
    json_string(out, text);
}

static void write_endpoint(struct call *c, struct strbuf *out, struct bytes name)
{
    strbuf_lit(out, ",\"");
    strbuf_add(out, name);
    strbuf_lit(out, "\":\"");
    base_url_write(c, out);
    strbuf_lit(out, "/rest/\"");
}

static void reply(struct call *c, const struct application_tokens *tokens)
{
    int64_t expires = tokens->access_expires_us / SECOND_US;
    char member_id[MEMBER_ID_LEN];
    struct strbuf out;

    store_member_id(c->core, member_id);
    strbuf_init(&out, c->arena, 1024, ANSWER_MAX);
    strbuf_lit(&out, "{\"access_token\":");
    json_string(&out, tokens->access);
    write_text(&out, B("refresh_token"), tokens->refresh);
    strbuf_lit(&out, ",\"expires\":");
    strbuf_int(&out, expires);
    strbuf_lit(&out, ",\"expires_in\":");
    strbuf_int(&out, core_settings(c->core)->oauth_access_seconds);
    write_endpoint(c, &out, B("client_endpoint"));
    write_endpoint(c, &out, B("server_endpoint"));
    write_text(&out, B("domain"), b24_domain(c));
    write_text(&out, B("member_id"), bytes_of(member_id, sizeof member_id));
    write_text(&out, B("scope"), tokens->scopes);
    strbuf_lit(&out, ",\"status\":\"L\",\"user_id\":");
    strbuf_int(&out, tokens->user_id);
    strbuf_char(&out, '}');
    b24_reply(c, 200, &out, false);
}

static enum err_code exchange(struct call *c, struct err *e)
{
    struct application application;
    struct application_tokens tokens;
    enum credential_kind kind;
    struct bytes secret;
    struct value *params;
    enum err_code rc = b24_params_read(c->arena, c->req, &params, e);

    if (rc || (rc = read_grant(params, &kind, &secret, e)) ||
        (rc = authenticate(c, params, &application, e)) ||
        (rc = check_rest(c, params, &application, e)))
        return rc;
    rc = application_exchange(c->core, c->arena, &application, kind, secret, &tokens, e);
    if (rc == ERR_UNAUTHENTICATED)
        return b24_error(e, B24_OAUTH_GRANT);
    if (rc == ERR_NONE)
        reply(c, &tokens);
    return rc;
}

/* A failure is answered here, for it must not be kept by anybody either (RFC 6749 5.1). */
enum err_code b24_oauth_token(struct call *c, struct err *e)
{
    enum err_code rc = exchange(c, e);

    if (rc && (rc == ERR_BLOCKS || b24_failure_is_ours(e)))
        return rc;
    if (rc) {
        struct b24_failure failure = b24_failure_of(e);
        b24_reply_failure(c, &failure, false);
        if (e->reason == B24_OAUTH_CLIENT && http_header_find(c->req, "Authorization").len)
            http_response_header(c->res, "WWW-Authenticate", B("Basic realm=\"oauth\""));
    }
    http_response_header(c->res, "Cache-Control", B("no-store"));
    http_response_header(c->res, "Pragma", B("no-cache"));
    return ERR_NONE;
}
