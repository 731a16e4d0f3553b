#include "dialect/superoffice/superoffice.h"

#include "http/accept.h"
#include "http/form.h"

enum err_code so_body_is_plain(const struct http_request *req, struct err *e)
{
    struct bytes encoding = bytes_trim(http_header_find(req, "Content-Encoding"));

    if (encoding.len && !bytes_eq_nocase(encoding, B("identity")))
        return err_set(e, ERR_UNSUPPORTED, "a body with Content-Encoding is not taken");
    return ERR_NONE;
}

enum form { FORM_JSON, FORM_FIELDS, FORM_UNKNOWN };

/* The first byte that is no white space and no byte order mark, 0 for none. */
static char first_char(struct bytes body)
{
    if (bytes_starts(body, B("\xEF\xBB\xBF")))
        body = bytes_from(body, 3);
    while (body.len && (body.at[0] == ' ' || (body.at[0] >= '\t' && body.at[0] <= '\r')))
        body = bytes_from(body, 1);
    return body.len ? body.at[0] : '\0';
}

static enum form form_of(const struct http_request *req)
{
    struct bytes type = media_type(http_header_find(req, "Content-Type"));
    char first = first_char(req->body);

    if (bytes_eq_nocase(type, B("application/json")) || bytes_eq_nocase(type, B("text/json")) ||
        bytes_ends_nocase(type, B("+json")))
        return FORM_JSON;
    /* curl calls every -d a form, and no form begins like an object */
    if (bytes_eq_nocase(type, B("application/x-www-form-urlencoded")))
        return first == '{' ? FORM_JSON : FORM_FIELDS;
    if (type.len == 0)
        return first == '<' ? FORM_UNKNOWN : FORM_JSON;
    return FORM_UNKNOWN;
}

static enum err_code read_fields(struct call *c, const struct value **out, struct err *e)
{
    struct value *map = value_new(c->arena, VALUE_MAP);
    if (!map)
        return err_set(e, ERR_NO_MEMORY, "form");

    enum err_code rc = form_read(c->arena, c->req->body, map, e);
    if (rc)
        return rc;
    *out = map;
    return ERR_NONE;
}

static enum err_code read_json(struct call *c, const struct value **out, struct err *e)
{
    struct value *value;
    enum err_code rc = json_read(c->arena, c->req->body, &value, e);
    if (rc)
        return rc;

    if (value->type == VALUE_NULL)
        return err_set(e, ERR_INVALID, "no entity in the request body");
    if (value->type != VALUE_MAP)
        return err_set(e, ERR_INVALID, "the request body is not an object");
    *out = value;
    return ERR_NONE;
}

enum err_code so_body_read(struct call *c, const struct value **out, struct err *e)
{
    enum err_code rc = so_body_is_plain(c->req, e);
    if (rc)
        return rc;

    if (first_char(c->req->body) == '\0')
        return err_set(e, ERR_INVALID, "no entity in the request body");
    switch (form_of(c->req)) {
    case FORM_JSON:
        return read_json(c, out, e);
    case FORM_FIELDS:
        return read_fields(c, out, e);
    case FORM_UNKNOWN:
        break;
    }
    return err_set(e, ERR_UNSUPPORTED, "the request body must be JSON or a form");
}
