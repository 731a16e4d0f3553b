#include "dialect/bitrix24/params.h"

#include "dialect/bitrix24/error.h"
#include "http/accept.h"
#include "http/form.h"
#include "http/gzip.h"

static struct bytes body_type(const struct http_request *req)
{
    return media_type(http_header_find(req, "Content-Type"));
}

bool b24_body_is_json(const struct http_request *req)
{
    return bytes_eq_nocase(body_type(req), B("application/json"));
}

static enum err_code read_json(struct arena *arena, struct bytes body, struct value **out,
                               struct err *e)
{
    struct value *value;
    enum err_code rc = json_read(arena, body, &value, e);

    if (rc == ERR_INVALID)
        return ERR_NONE;
    if (rc)
        return rc;
    if (value->type == VALUE_MAP)
        *out = value;
    return ERR_NONE;
}

static enum err_code read_multipart(struct arena *arena, struct bytes body,
                                    struct bytes content_type, struct value *out, struct err *e)
{
    struct multipart_part *parts;
    size_t count;
    enum err_code rc = multipart_read(arena, body, media_parameter(content_type, B("boundary")),
                                      &parts, &count, e);

    if (rc == ERR_INVALID)
        return ERR_NONE;
    if (rc)
        return rc;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].filename.at)
            continue; /* a file is no parameter, as in PHP */
        rc = form_put(arena, out, parts[i].name, parts[i].body, e);
        if (rc)
            return rc;
    }
    form_lists(out);
    return ERR_NONE;
}

static enum err_code read_body(struct arena *arena, const struct http_request *req,
                               struct value **out, struct err *e)
{
    if (b24_body_is_json(req))
        return read_json(arena, req->body, out, e);
    if (bytes_eq_nocase(body_type(req), B("multipart/form-data")))
        return read_multipart(arena, req->body, http_header_find(req, "Content-Type"), *out, e);
    return form_read(arena, req->body, *out, e);
}

/* Adds the members of `query` that `map` lacks; their own members are shared. */
static bool add_missing(struct arena *arena, struct value *map, const struct value *query)
{
    for (const struct value *member = query->first; member; member = member->next) {
        if (value_get(map, member->name))
            continue;
        struct value *copy = value_new(arena, member->type);
        if (!copy)
            return false;
        copy->string = member->string;
        copy->first = member->first;
        copy->last = member->last;
        copy->count = member->count;
        value_put(map, member->name, copy);
    }
    return true;
}

enum err_code b24_params_read(struct arena *arena, const struct http_request *req,
                              struct value **out, struct err *e)
{
    struct value *query = value_new(arena, VALUE_MAP);
    struct value *params = query;
    enum err_code rc = ERR_NONE;

    if (!query)
        return err_set(e, ERR_NO_MEMORY, "parameters");
    if (req->query.len)
        rc = form_read(arena, req->query, query, e);
    if (!rc && req->method == HTTP_POST && req->body.len) {
        params = value_new(arena, VALUE_MAP);
        if (!params)
            return err_set(e, ERR_NO_MEMORY, "parameters");
        rc = read_body(arena, req, &params, e);
        if (!rc && !add_missing(arena, params, query))
            return err_set(e, ERR_NO_MEMORY, "parameters");
    }
    if (rc)
        return rc;
    *out = params;
    return ERR_NONE;
}

enum err_code b24_body_unpack(struct arena *arena, const struct http_request *req, size_t limit,
                              struct http_request *out, struct err *e)
{
    enum coding coding = CODING_NONE;
    enum err_code rc = ERR_NONE;

    *out = *req;
    if (req->body.len)
        coding = coding_named(http_header_find(req, "Content-Encoding"));
    if (coding == CODING_UNKNOWN)
        return b24_error(e, B24_CODING);
    if (coding != CODING_NONE)
        rc = unpack(arena, req->body, coding, limit, &out->body, e);
    if (rc == ERR_INVALID)
        return b24_reword(e, B24_CODING_BROKEN);
    return rc;
}
