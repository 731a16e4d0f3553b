#include "base/base64.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "dialect/base_url.h"
#include "dialect/bitrix24/oauth.h"

#define COOKIE      B("CAMEO_FORM")
#define NONCE_BYTES 24
#define NONCE_LEN   32
#define BOUND_MAX   (64 * 1024)

/* Each text with its length before it, so that nothing can pass for two. */
static void bind(struct strbuf *out, struct bytes text)
{
    strbuf_int(out, (int64_t)text.len);
    strbuf_char(out, ':');
    strbuf_add(out, text);
}

static struct bytes key_of(struct call *c, const struct b24_grant *grant, struct bytes nonce,
                           struct bytes until)
{
    struct strbuf bound;

    strbuf_init(&bound, c->arena, 256, BOUND_MAX);
    bind(&bound, nonce);
    bind(&bound, until);
    bind(&bound, grant->application.client_id);
    bind(&bound, grant->redirect_uri);
    bind(&bound, grant->scope);
    bind(&bound, grant->state);
    if (bound.failed)
        return (struct bytes){ 0 };
    return application_form_key(c->core, c->arena, strbuf_bytes(&bound));
}

static bool is_nonce(struct bytes text)
{
    char raw[NONCE_BYTES + 3];
    size_t len;

    return text.len == NONCE_LEN && base64_read(text, raw, &len);
}

/* The browser's, so that two pages in it do not void each other; else a new one. */
static struct bytes nonce_of(struct call *c)
{
    struct bytes nonce = http_cookie_find(c->req, COOKIE);
    char random[NONCE_BYTES];
    struct strbuf text;

    if (is_nonce(nonce))
        return nonce;
    random_bytes(random, sizeof random);
    strbuf_init(&text, c->arena, 0, NONCE_LEN);
    base64url_write(&text, bytes_of(random, sizeof random));
    return text.failed ? (struct bytes){ 0 } : strbuf_bytes(&text);
}

/* Without a Path it is for this folder alone, whatever a proxy calls it. Lax: the page is reached
 * from the application's site. */
static bool set_cookie(struct call *c, struct bytes nonce)
{
    struct strbuf text;

    strbuf_init(&text, c->arena, 0, 256);
    strbuf_add(&text, COOKIE);
    strbuf_char(&text, '=');
    strbuf_add(&text, nonce);
    strbuf_lit(&text, "; Max-Age=");
    strbuf_int(&text, B24_FORM_SECONDS);
    strbuf_lit(&text, "; HttpOnly; SameSite=Lax");
    if (base_url_is_https(c->req, core_settings(c->core)))
        strbuf_lit(&text, "; Secure");
    http_response_header(c->res, "Set-Cookie", strbuf_bytes(&text));
    return !text.failed;
}

struct bytes b24_form_make(struct call *c, const struct b24_grant *grant)
{
    struct bytes nonce = nonce_of(c);
    struct strbuf form;

    strbuf_init(&form, c->arena, 128, 256);
    strbuf_int(&form, clock_now_us() / SECOND_US + B24_FORM_SECONDS);
    struct bytes key = key_of(c, grant, nonce, strbuf_bytes(&form));
    strbuf_char(&form, '.');
    strbuf_add(&form, key);
    if (!nonce.at || !key.at || form.failed || !set_cookie(c, nonce))
        return (struct bytes){ 0 };
    return strbuf_bytes(&form);
}

bool b24_form_is_ours(struct call *c, const struct b24_grant *grant, struct bytes form)
{
    struct bytes nonce = http_cookie_find(c->req, COOKIE);
    struct bytes until = bytes_first(form, bytes_index(form, '.'));
    int64_t until_s;

    if (!is_nonce(nonce) || !bytes_to_int64(until, &until_s) ||
        clock_now_us() / SECOND_US >= until_s)
        return false;
    struct bytes key = key_of(c, grant, nonce, until);
    return key.at && secret_eq(key, bytes_from(form, until.len + 1));
}
