#include "dialect/base_url.h"

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

bool base_url_is_https(const struct http_request *req, const struct settings *settings)
{
    return req->https || (settings->trust_forwarded &&
                          bytes_eq_nocase(http_header_find(req, "X-Forwarded-Proto"), B("https")));
}

/* Never makes http of https, whatever a proxy says. */
void base_url_write(struct call *c, struct strbuf *out)
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
