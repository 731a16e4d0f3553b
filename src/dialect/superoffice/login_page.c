#include "dialect/superoffice/login_page.h"
#include "base/base64.h"
#include "base/crypto.h"
#include "http/html.h"

#define PAGE_MAX 8192

static const char style[] =
    ":root{color-scheme:light dark}"
    "body{font:16px/1.5 system-ui,sans-serif;max-width:22em;margin:10vh auto;padding:0 1em}"
    "label,input,button{display:block;width:100%;box-sizing:border-box}"
    "input,button{font:inherit;padding:.5em;margin:.2em 0 1em}"
    "[role=alert]{border-left:.3em solid #c33;padding-left:.7em}";

static void begin(struct strbuf *out, struct arena *arena, const char *title)
{
    strbuf_init(out, arena, 2048, PAGE_MAX);
    strbuf_lit(out, "<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\">"
                    "<meta name=\"viewport\" content=\"width=device-width\"><title>");
    strbuf_add(out, bytes_str(title));
    strbuf_lit(out, "</title><style>");
    strbuf_add(out, bytes_str(style));
    strbuf_lit(out, "</style><main><h1>");
    strbuf_add(out, bytes_str(title));
    strbuf_lit(out, "</h1>");
}

/* No script, nothing from elsewhere, and our own style only. */
static struct bytes policy(struct arena *arena)
{
    struct strbuf text;
    struct hash hash;

    sha256(bytes_str(style), &hash);
    strbuf_init(&text, arena, 256, 256);
    strbuf_lit(&text, "default-src 'none'; style-src 'sha256-");
    base64_write(&text, bytes_of((const char *)hash.at, HASH_LEN));
    strbuf_lit(&text, "'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'");
    return text.failed ? B("default-src 'none'; form-action 'self'; frame-ancestors 'none'")
                       : strbuf_bytes(&text);
}

void login_page_headers(struct call *c)
{
    http_response_header(c->res, "Cache-Control", B("no-store"));
    http_response_header(c->res, "Content-Security-Policy", policy(c->arena));
    http_response_header(c->res, "X-Frame-Options", B("DENY"));
    http_response_header(c->res, "X-Content-Type-Options", B("nosniff"));
    http_response_header(c->res, "Referrer-Policy", B("same-origin"));
}

static enum err_code answer(struct call *c, int status, struct strbuf *page, struct err *e)
{
    strbuf_lit(page, "</main></html>\n");
    if (page->failed)
        return err_set(e, ERR_NO_MEMORY, "sign-in page");
    c->res->status = status;
    c->res->content_type = B("text/html; charset=utf-8");
    c->res->body = strbuf_bytes(page);
    login_page_headers(c);
    return ERR_NONE;
}

enum err_code login_page_form(struct call *c, int status, const char *says, bool closed,
                              struct err *e)
{
    struct strbuf page;

    begin(&page, c->arena, "Sign in");
    if (says) {
        strbuf_lit(&page, "<p role=\"alert\">");
        html_write(&page, bytes_str(says));
        strbuf_lit(&page, "</p>");
    }
    if (!closed)
        strbuf_lit(
            &page,
            "<form method=\"post\">"
            "<label for=\"user\">User name</label>"
            "<input id=\"user\" name=\"user\" autocomplete=\"username\" autocapitalize=\"none\""
            " maxlength=\"254\" required autofocus>"
            "<label for=\"password\">Password</label>"
            "<input id=\"password\" name=\"password\" type=\"password\""
            " autocomplete=\"current-password\" maxlength=\"1024\" required>"
            "<button>Sign in</button></form>");
    return answer(c, status, &page, e);
}

enum err_code login_page_user(struct call *c, const struct user *user, struct bytes xsrf,
                              struct err *e)
{
    struct strbuf page;

    begin(&page, c->arena, "Signed in");
    strbuf_lit(&page, "<p>You are signed in as <strong id=\"user\">");
    html_write(&page, user->full_name.len ? user->full_name : user->name);
    strbuf_lit(&page, "</strong>.</p><form method=\"post\">"
                      "<input type=\"hidden\" id=\"XSRF_TOKEN\" name=\"XSRF_TOKEN\" value=\"");
    html_write(&page, xsrf);
    strbuf_lit(&page, "\"><button name=\"action\" value=\"sign-out\">Sign out</button></form>");
    return answer(c, 200, &page, e);
}
