#include "dialect/bitrix24/links.h"

#include "base/uri.h"
#include "dialect/base_url.h"

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
    base_url_write(c, out);
    strbuf_lit(out, "/rest/download.json?token=");
    uri_encode(out, token);
}

void b24_detail_url_write(struct call *c, struct strbuf *out, const struct picture *picture)
{
    char key[PICTURE_KEY_LEN];

    picture_key(c->core, picture->id, picture->version, key);
    strbuf_add(out, core_settings(c->core)->detail_url_base);
    strbuf_lit(out, "/upload/c/");
    strbuf_int(out, picture->id);
    strbuf_char(out, '-');
    strbuf_add(out, bytes_of(key, sizeof key));
    strbuf_char(out, '/');
    uri_encode(out, picture->name);
}
