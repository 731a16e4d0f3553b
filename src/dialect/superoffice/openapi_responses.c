/* What an operation may answer. */
#include "dialect/superoffice/openapi.h"

bool openapi_has_id(struct bytes path)
{
    return memmem(path.at, path.len, "{id}", 4) != NULL;
}

bool openapi_is_conditional_write(const struct so_endpoint *endpoint, struct bytes path)
{
    return openapi_has_id(path) &&
           (endpoint->method == HTTP_PUT || endpoint->method == HTTP_PATCH ||
            endpoint->method == HTTP_DELETE);
}

bool openapi_is_conditional_read(const struct so_endpoint *endpoint, struct bytes path)
{
    return openapi_has_id(path) && endpoint->method == HTTP_GET &&
           endpoint->out.kind != SO_BODY_ROWS;
}

static const struct failure {
    int status;
    const char *name;
    const char *text;
} failures[] = {
    { 304, "NotModified", "Nothing changed since the date or the tag given" },
    { 400, "BadRequest", "The message says what to change" },
    { 401, "Unauthenticated", "Say who you are" },
    { 403, "Forbidden", "You may not do this" },
    { 404, "NotFound", "There is nothing at this address" },
    { 409, "Conflict", "A test of the patch failed" },
    { 412, "PreconditionFailed", "Changed since the date or the tag given" },
};

void openapi_failures_write(struct strbuf *out)
{
    bool more = false;

    strbuf_lit(out, "\"responses\":{");
    for (size_t i = 0; i < COUNT(failures); i++) {
        openapi_comma(out, &more);
        openapi_name(out, bytes_str(failures[i].name));
        strbuf_lit(out, "{\"description\":");
        json_string(out, bytes_str(failures[i].text));
        if (failures[i].status >= 400)
            strbuf_lit(out, ",\"schema\":{\"$ref\":\"#/definitions/Error\"}");
        strbuf_lit(out, "}");
    }
    strbuf_lit(out, "},");
}

static bool may_fail_with(int status, const struct so_endpoint *endpoint, struct bytes path)
{
    switch (status) {
    case 304:
        return openapi_is_conditional_read(endpoint, path);
    case 400:
        return endpoint->in.kind != SO_BODY_NONE || endpoint->parameters;
    case 401:
        return endpoint->need != SO_ANYONE;
    case 403:
        return endpoint->need == SO_WRITER;
    case 404:
        return openapi_has_id(path);
    case 409:
        return endpoint->method == HTTP_PATCH;
    default:
        return openapi_is_conditional_write(endpoint, path);
    }
}

void openapi_responses_write(struct strbuf *out, const struct so_endpoint *endpoint,
                             struct bytes path)
{
    if (endpoint->out.kind == SO_BODY_NONE) {
        strbuf_lit(out, ",\"responses\":{\"204\":{\"description\":\"Done\"}");
    } else {
        strbuf_lit(out, ",\"responses\":{\"200\":{\"description\":\"OK\",\"schema\":");
        openapi_schema_write(out, &endpoint->out);
        strbuf_lit(out, "}");
    }
    for (size_t i = 0; i < COUNT(failures); i++) {
        if (may_fail_with(failures[i].status, endpoint, path))
            strbuf_printf(out, ",\"%d\":{\"$ref\":\"#/responses/%s\"}", failures[i].status,
                          failures[i].name);
    }
    strbuf_lit(out, "}");
}
