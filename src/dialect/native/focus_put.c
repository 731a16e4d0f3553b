/* PUT and DELETE /pictures/{kind}/{id}/focus */
#include "base/value.h"
#include "dialect/native/native.h"

#include <math.h>

/* 0 to 1 of the picture as seen, as thousandths from its middle. */
static enum err_code read_part(const struct value *body, const char *name, int32_t *out,
                               struct err *e)
{
    const struct value *value = value_get(body, bytes_str(name));
    double number = -1;

    if (value && value->type == VALUE_INT && value->integer >= 0 && value->integer <= 1)
        number = (double)value->integer;
    else if (value && value->type == VALUE_DOUBLE)
        number = value->number;
    if (!(number >= 0 && number <= 1))
        return err_set(e, ERR_INVALID, "%s is a number from 0 to 1", name);
    *out = (int32_t)lround((number - 0.5) * 2 * FOCUS_MAX);
    return ERR_NONE;
}

static enum err_code set(struct call *c, int32_t x, int32_t y, struct err *e)
{
    bool record_exists;

    enum err_code rc =
        picture_set_focus(c->core, &c->principal, native_call(c)->owner, x, y, &record_exists, e);
    if (rc)
        return rc;
    c->res->status = 204;
    http_response_header(c->res, "Cache-Control", B("no-store"));
    return ERR_NONE;
}

enum err_code native_focus_put(struct call *c, struct err *e)
{
    struct value *body;
    int32_t x = 0, y = 0;
    enum err_code rc;

    if ((rc = native_params_read(c->arena, c->req->query, NULL, 0, NULL, e)) ||
        (rc = json_read(c->arena, c->req->body, &body, e)) || (rc = read_part(body, "x", &x, e)) ||
        (rc = read_part(body, "y", &y, e)))
        return rc;
    return set(c, x, y, e);
}

enum err_code native_focus_delete(struct call *c, struct err *e)
{
    enum err_code rc = native_params_read(c->arena, c->req->query, NULL, 0, NULL, e);

    return rc ? rc : set(c, 0, 0, e);
}
