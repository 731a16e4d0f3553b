/* Pages for people: HTML of our own, which may load nothing and run only what it brings along. */
#include "base/base64.h"
#include "base/crypto.h"
#include "dialect/superoffice/superoffice.h"
#include "http/html.h"

#define PAGE_MAX (4u << 20)

static void write_source(struct strbuf *out, struct bytes name, struct bytes text)
{
    struct hash hash;

    if (!text.len)
        return;
    sha256(text, &hash);
    strbuf_lit(out, "; ");
    strbuf_add(out, name);
    strbuf_lit(out, "-src 'sha256-");
    base64_write(out, bytes_of((const char *)hash.at, HASH_LEN));
    strbuf_lit(out, "'");
}

/* The style and the script are named by their hashes, so nothing else can be slipped in. */
static enum err_code set_policy(struct call *c, const struct so_page *page, struct err *e)
{
    struct strbuf policy;

    strbuf_init(&policy, c->arena, 256, 512);
    strbuf_lit(&policy, "default-src 'none'; base-uri 'none'; form-action 'none'; "
                        "frame-ancestors 'none'; connect-src 'self'");
    write_source(&policy, B("style"), page->style);
    write_source(&policy, B("script"), page->script);
    if (policy.failed)
        return err_set(e, ERR_NO_MEMORY, "page");
    http_response_header(c->res, "Content-Security-Policy", strbuf_bytes(&policy));
    http_response_header(c->res, "X-Content-Type-Options", B("nosniff"));
    http_response_header(c->res, "Referrer-Policy", B("no-referrer"));
    return ERR_NONE;
}

static void write_page(struct strbuf *out, const struct so_page *page)
{
    strbuf_lit(out, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                    "<meta name=\"viewport\" content=\"width=device-width\"><title>");
    html_write(out, page->title);
    strbuf_lit(out, "</title>");
    if (page->style.len) {
        strbuf_lit(out, "<style>");
        strbuf_add(out, page->style);
        strbuf_lit(out, "</style>");
    }
    strbuf_lit(out, "</head><body>");
    strbuf_add(out, page->body);
    if (page->script.len) {
        strbuf_lit(out, "<script>");
        strbuf_add(out, page->script);
        strbuf_lit(out, "</script>");
    }
    strbuf_lit(out, "</body></html>\n");
}

enum err_code so_page_reply(struct call *c, const struct so_page *page, struct err *e)
{
    struct strbuf out;

    strbuf_init(&out, c->arena, 1024 + page->body.len + page->script.len, PAGE_MAX);
    write_page(&out, page);
    if (out.failed)
        return err_set(e, ERR_NO_MEMORY, "page");
    enum err_code rc = set_policy(c, page, e);
    if (rc)
        return rc;
    so_reply_json(c, 200, strbuf_bytes(&out));
    c->res->content_type = B("text/html; charset=utf-8");
    return ERR_NONE;
}
