/* An agent's picture: bytes, or base64 in JSON or XML, by Accept (superoffice 4.1). */
#include "base/base64.h"
#include "dialect/superoffice/base64_source.h"
#include "dialect/superoffice/superoffice.h"
#include "http/accept.h"

#define OCTET_STREAM B("application/octet-stream")

/* Base64 only for who asks for JSON or XML, or for nothing. Bytes are labelled octet-stream, as the
 * vendor does, unless a picture was asked for: then with what they are. */
static bool wants_bytes(const struct call *c, struct bytes mime, struct bytes *label)
{
    static const struct bytes offered[] = {
        { "application/octet-stream", 24 },
        { "application/json", 16 },
        { "text/json", 9 },
        { "application/xml", 15 },
        { "text/xml", 8 },
        { "application/json-patch+json", 27 },
        { "application/merge-patch+json", 28 },
        { "image/jpeg", 10 },
        { "image/png", 9 },
        { "image/gif", 9 },
        { "image/webp", 10 },
        { "image/tiff", 10 },
        { "image/bmp", 9 },
    };
    struct bytes accept = http_header_find(c->req, "Accept");
    int best = accept_best(accept, offered, COUNT(offered));

    *label = best >= 7 && mime.len ? mime : OCTET_STREAM;
    return bytes_trim(accept).len > 0 && (best < 1 || best > 6);
}

static void reply_bytes(struct call *c, struct bytes label)
{
    c->res->status = 200;
    c->res->content_type = label;
    http_response_header(c->res, "X-Content-Type-Options", B("nosniff"));
    so_cache_json(c); /* conditions do not apply to agents, so nothing may be kept */
}

enum err_code so_reply_binary(struct call *c, struct bytes bytes, struct bytes mime, struct err *e)
{
    struct bytes label;
    struct so_writer w;

    if (wants_bytes(c, mime, &label)) {
        c->res->body = bytes;
        reply_bytes(c, label);
        return ERR_NONE;
    }
    so_reply_begin(c, &w, 256 + BASE64_LEN(bytes.len));
    so_base64(&w, B(""), bytes);
    return so_reply_writer(c, &w, e);
}

enum err_code so_reply_picture(struct call *c, const struct picture *picture, struct err *e)
{
    struct bytes mime = picture_mime(picture);
    bool xml = so_call(c)->format == SO_FORMAT_XML;
    struct source *source;
    struct bytes label;

    if (picture->blob_id == 0)
        return so_reply_binary(c, B(""), mime, e);
    enum err_code rc = picture_open(c->core, c->arena, picture, &source, e);
    if (rc)
        return rc;
    if (!wants_bytes(c, mime, &label)) {
        rc = base64_source(c->arena, source,
                           xml ? B("<base64Binary xmlns=\"http://schemas.microsoft.com/2003/10/"
                                   "Serialization/\">")
                               : B("\""),
                           xml ? B("</base64Binary>") : B("\""), &source, e);
        if (rc)
            return rc;
        label = so_call(c)->label;
    }
    c->res->source = source;
    c->res->offset = 0;
    c->res->length = source->size;
    reply_bytes(c, label);
    return ERR_NONE;
}
