#include "dialect/superoffice/superoffice.h"

#include "base/clock.h"

void so_cache_json(struct call *c)
{
    http_response_header(c->res, "Cache-Control", B("no-cache"));
    http_response_header(c->res, "Pragma", B("no-cache"));
    http_response_header(c->res, "Expires", B("-1"));
    http_response_header(c->res, "Vary", B("Accept-Encoding"));
}

void so_cache_picture(struct call *c)
{
    http_response_header(c->res, "Cache-Control", B("private, no-cache"));
}

void so_reply_json(struct call *c, int status, struct bytes json)
{
    c->res->status = status;
    c->res->content_type = B("application/json; charset=utf-8");
    c->res->body = json;
    so_cache_json(c);
}

/* ---- what was negotiated (superoffice 7.1) ---- */

void so_reply_text(struct call *c, int status, struct bytes text)
{
    c->res->status = status;
    c->res->content_type = so_call(c)->label;
    c->res->body = text;
    so_cache_json(c);
}

enum so_rights so_rights_of(const struct principal *principal)
{
    if (!principal->may_write)
        return SO_RIGHTS_READ;
    return principal->role == USER_ADMINISTRATOR ? SO_RIGHTS_FULL : SO_RIGHTS_UPDATE;
}

void so_reply_begin(struct call *c, struct so_writer *w, size_t limit)
{
    so_writer_init(w, c->arena, so_call(c)->format, &so_call(c)->local, limit);
    w->rights = so_rights_of(&c->principal);
}

enum err_code so_reply_writer(struct call *c, const struct so_writer *w, struct err *e)
{
    if (w->out.failed)
        return err_set(e, ERR_NO_MEMORY, "answer");
    so_reply_text(c, 200, strbuf_bytes(&w->out));
    return ERR_NONE;
}

#define SCALAR_MAX 256 /* with the XML element around it */

enum err_code so_reply_int(struct call *c, int32_t value, struct err *e)
{
    struct so_writer w;

    so_reply_begin(c, &w, SCALAR_MAX);
    so_int(&w, B(""), value);
    return so_reply_writer(c, &w, e);
}

enum err_code so_reply_string(struct call *c, struct bytes text, struct err *e)
{
    struct so_writer w;

    so_reply_begin(c, &w, SCALAR_MAX + 6 * text.len); /* \u0000 */
    so_string(&w, B(""), text);
    return so_reply_writer(c, &w, e);
}

enum err_code so_reply_null(struct call *c, const struct so_carrier *carrier, struct err *e)
{
    struct so_writer w;

    so_reply_begin(c, &w, SCALAR_MAX);
    so_null(&w, carrier ? carrier->name : B("anyType"));
    return so_reply_writer(c, &w, e);
}

void so_reply_empty(struct call *c)
{
    c->res->status = 204;
    so_cache_json(c);
}

enum err_code so_reply_validators(struct call *c, const struct http_validators *now, struct err *e)
{
    struct bytes etag = arena_copy(c->arena, now->etag);
    char *date = arena_alloc(c->arena, CLOCK_HTTP_LEN);

    if (!etag.at || !date)
        return err_set(e, ERR_NO_MEMORY, "answer");
    http_response_header(c->res, "ETag", etag);
    if (now->modified_us == SO_UNDATED)
        return ERR_NONE;
    clock_write_http(date, now->modified_us);
    http_response_header(c->res, "Last-Modified", bytes_of(date, CLOCK_HTTP_LEN));
    return ERR_NONE;
}
