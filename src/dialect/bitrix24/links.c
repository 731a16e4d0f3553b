#include "dialect/bitrix24/links.h"

#include "base/uri.h"

/* What may stand in a link as it is: name, address, [v6], port. */
static bool is_host(struct bytes host)
{
    for (size_t i = 0; i < host.len; i++) {
        char c = host.at[i];
        bool fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    c == '.' || c == '-' || c == '_' || c == ':' || c == '[' || c == ']';
        if (!fine)
            return false;
    }
    return host.len > 0;
}

/* The first of a comma list: what the outermost proxy saw. */
static struct bytes forwarded(const struct http_request *req, const char *name)
{
    struct bytes value = http_header_find(req, name);

    return bytes_trim(bytes_first(value, bytes_index(value, ',')));
}

/* Never makes http of https, whatever a proxy says. */
static void write_base(struct call *c, struct strbuf *out)
{
    const struct settings *settings = core_settings(c->core);
    struct bytes host = c->req->host;
    bool https = c->req->https;

    if (settings->public_url.len) {
        strbuf_add(out, settings->public_url);
        return;
    }
    if (settings->trust_forwarded) {
        struct bytes outer = forwarded(c->req, "X-Forwarded-Host");
        if (is_host(outer))
            host = outer;
        if (bytes_eq_nocase(forwarded(c->req, "X-Forwarded-Proto"), B("https")))
            https = true;
    }
    if (!is_host(host))
        return;
    if (https)
        strbuf_lit(out, "https://");
    else
        strbuf_lit(out, "http://");
    strbuf_add(out, host);
}

void b24_download_url_write(struct call *c, struct strbuf *out, const struct picture *picture)
{
    const struct settings *settings = core_settings(c->core);
    int64_t lifetime = c->principal.kind == CREDENTIAL_WEBHOOK ? settings->link_webhook_seconds
                                                               : settings->link_auth_seconds;
    struct bytes token = picture_token(c->core, c->arena, &c->principal, picture, lifetime);

    if (!token.at) {
        out->failed = true;
        return;
    }
    write_base(c, out);
    strbuf_lit(out, "/rest/download.json?token=");
    uri_encode(out, token);
}

void b24_detail_url_write(struct call *c, struct strbuf *out, const struct picture *picture)
{
    char key[PICTURE_KEY_LEN];

    picture_key(c->core, picture->id, picture->version, key);
    strbuf_lit(out, "/upload/c/");
    strbuf_int(out, picture->id);
    strbuf_char(out, '-');
    strbuf_add(out, bytes_of(key, sizeof key));
    strbuf_char(out, '/');
    uri_encode(out, picture->name);
}
