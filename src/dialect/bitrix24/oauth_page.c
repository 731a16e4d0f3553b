#include "base/base64.h"
#include "base/crypto.h"
#include "dialect/bitrix24/oauth.h"
#include "http/html.h"

#define PAGE_MAX (64 * 1024)

static const char style[] =
    ":root{color-scheme:light dark}"
    "body{font:16px/1.5 system-ui,sans-serif;max-width:24em;margin:8vh auto;padding:0 1em;"
    "overflow-wrap:anywhere}"
    "h1{font-size:1.4em;line-height:1.3}"
    "ul{padding-left:1.2em}"
    "small{display:block}"
    "label,input,button{display:block;width:100%;box-sizing:border-box}"
    "input,button{font:inherit;padding:.5em;margin:.2em 0 1em}"
    "button{margin-bottom:.5em;cursor:pointer}"
    "button[value=allow]{font-weight:bold}"
    "[role=alert]{border-left:.3em solid #c33;padding-left:.7em}";

/* Scopes in plain words; others go by their names. */
static const struct {
    struct bytes name;
    const char *words;
} scopes[] = {
    { B("catalog"), "See products and their pictures, and change them where you may" },
    { B("user"), "See your name and role" },
    { B("user_basic"), "See your name and role" },
    { B("user_brief"), "See your name and role" },
};

static void begin(struct strbuf *out, struct arena *arena, const char *title)
{
    strbuf_init(out, arena, 4096, PAGE_MAX);
    strbuf_lit(out, "<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\">"
                    "<meta name=\"viewport\" content=\"width=device-width\"><title>");
    strbuf_add(out, bytes_str(title));
    strbuf_lit(out, "</title><style>");
    strbuf_add(out, bytes_str(style));
    strbuf_lit(out, "</style><main>");
}

/* No script, nothing from elsewhere, and our own style only. Browsers hold form-action against the
 * redirect that answers the form, and against those that the application adds: so their hosts
 * cannot be named. */
static struct bytes policy(struct arena *arena, const struct b24_grant *grant)
{
    struct strbuf text;
    struct hash hash;

    sha256(bytes_str(style), &hash);
    strbuf_init(&text, arena, 256, 512);
    strbuf_lit(&text, "default-src 'none'; style-src 'sha256-");
    base64_write(&text, bytes_of((const char *)hash.at, HASH_LEN));
    strbuf_lit(&text, "'; frame-ancestors 'none'; base-uri 'none'; form-action ");
    if (!grant)
        strbuf_lit(&text, "'none'");
    else if (bytes_starts_nocase(grant->application.redirect_uri, B("http://")))
        strbuf_lit(&text, "'self' https: http:");
    else
        strbuf_lit(&text, "'self' https:");
    return text.failed ? B("default-src 'none'; frame-ancestors 'none'") : strbuf_bytes(&text);
}

static enum err_code answer(struct call *c, int status, struct strbuf *page,
                            const struct b24_grant *grant, struct err *e)
{
    strbuf_lit(page, "</main></html>\n");
    if (page->failed)
        return err_set(e, ERR_NO_MEMORY, "authorisation page");
    c->res->status = status;
    c->res->content_type = B("text/html; charset=utf-8");
    c->res->body = strbuf_bytes(page);
    http_response_header(c->res, "Cache-Control", B("no-store"));
    http_response_header(c->res, "Content-Security-Policy", policy(c->arena, grant));
    http_response_header(c->res, "X-Frame-Options", B("DENY"));
    http_response_header(c->res, "X-Content-Type-Options", B("nosniff"));
    http_response_header(c->res, "Referrer-Policy", B("no-referrer"));
    return ERR_NONE;
}

static void write_alert(struct strbuf *page, const char *says)
{
    strbuf_lit(page, "<p role=\"alert\">");
    html_write(page, bytes_str(says));
    strbuf_lit(page, "</p>");
}

static void write_scopes(struct strbuf *page, struct bytes list)
{
    const char *said = NULL;
    struct bytes scope;

    strbuf_lit(page, "<ul>");
    while (bytes_split(&list, ',', &scope)) {
        const char *words = NULL;
        for (size_t i = 0; i < COUNT(scopes); i++) {
            if (bytes_eq_nocase(scope, scopes[i].name))
                words = scopes[i].words;
        }
        if (words && said && strcmp(words, said) == 0)
            continue;
        said = words;
        strbuf_lit(page, "<li>");
        if (!words)
            strbuf_lit(page, "Use ");
        html_write(page, words ? bytes_str(words) : scope);
        strbuf_lit(page, "</li>");
    }
    strbuf_lit(page, "</ul>");
}

static void write_hidden(struct strbuf *page, const char *name, struct bytes value)
{
    if (!value.at)
        return;
    strbuf_lit(page, "<input type=\"hidden\" name=\"");
    strbuf_add(page, bytes_str(name));
    strbuf_lit(page, "\" value=\"");
    html_write(page, value);
    strbuf_lit(page, "\">");
}

/* What was asked for goes back with the answer; the address alone says nothing any more. */
static void write_form(struct strbuf *page, const struct b24_grant *grant, struct bytes form)
{
    strbuf_lit(page, "<form method=\"post\" action=\"?\">");
    write_hidden(page, "form", form);
    write_hidden(page, "response_type", B("code"));
    write_hidden(page, "client_id", grant->application.client_id);
    write_hidden(page, "redirect_uri", grant->redirect_uri);
    write_hidden(page, "scope", grant->scope);
    write_hidden(page, "state", grant->state);
    strbuf_lit(page,
               "<label for=\"user\">User name</label>"
               "<input id=\"user\" name=\"user\" autocomplete=\"username\" autocapitalize=\"none\""
               " maxlength=\"254\" required autofocus>"
               "<label for=\"password\">Password</label>"
               "<input id=\"password\" name=\"password\" type=\"password\""
               " autocomplete=\"current-password\" maxlength=\"1024\" required>"
               "<button name=\"action\" value=\"allow\">Allow</button>"
               "<button name=\"action\" value=\"deny\" formnovalidate>Deny</button></form>");
}

/* Host and port of the application's address: where the user will be sent. */
static struct bytes host_of(struct bytes url)
{
    struct bytes host = bytes_from(url, bytes_index(url, ':') + sizeof "//");
    size_t end = 0;

    while (end < host.len && host.at[end] != '/' && host.at[end] != '?')
        end++;
    return bytes_first(host, end);
}

enum err_code b24_page_ask(struct call *c, int status, const char *says,
                           const struct b24_grant *grant, struct err *e)
{
    struct bytes form = b24_form_make(c, grant);
    struct strbuf page;

    if (!form.at)
        return err_set(e, ERR_NO_MEMORY, "authorisation page");
    begin(&page, c->arena, "Allow access");
    strbuf_lit(&page, "<h1>Allow \xE2\x80\x9C<span id=\"application\">");
    html_write(&page, grant->application.name);
    strbuf_lit(&page, "</span>\xE2\x80\x9D to act for you?</h1>");
    if (says)
        write_alert(&page, says);
    strbuf_lit(&page, "<p>It asks to:</p>");
    write_scopes(&page, grant->scopes);
    strbuf_lit(&page, "<p>Sign in to allow it. Your password is not shown to it. You are sent back"
                      " to <strong>");
    html_write(&page, host_of(grant->application.redirect_uri));
    strbuf_lit(&page, "</strong>.</p>");
    write_form(&page, grant, form);
    return answer(c, status, &page, grant, e);
}

enum err_code b24_page_error(struct call *c, int status, const char *says, struct err *e)
{
    struct strbuf page;

    begin(&page, c->arena, "No access");
    strbuf_lit(&page, "<h1>This does not work</h1>");
    write_alert(&page, says);
    return answer(c, status, &page, NULL, e);
}
