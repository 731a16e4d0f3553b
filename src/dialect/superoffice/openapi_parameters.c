/* What an operation takes besides its path. */
#include "dialect/superoffice/openapi.h"

static const struct parameter {
    unsigned when; /* enum so_parameter */
    struct bytes text;
} query[] = {
#define QUERY(when, name, type)                                                                    \
    {                                                                                              \
        when, B("{\"name\":\"" name "\",\"in\":\"query\",\"required\":false," type "}")            \
    }
#define TEXT    "\"type\":\"string\""
#define NUMBER  "\"type\":\"integer\",\"format\":\"int32\""
#define BOOLEAN "\"type\":\"boolean\""
    QUERY(SO_P_SELECT, "$select", TEXT),
    QUERY(SO_P_FK, "fk", BOOLEAN),
    QUERY(SO_P_ROWS, "$select", TEXT),
    QUERY(SO_P_ROWS, "$filter", TEXT),
    QUERY(SO_P_ROWS, "$orderBy", TEXT),
    QUERY(SO_P_ROWS, "$entities", TEXT),
    QUERY(SO_P_ROWS, "$top", NUMBER),
    QUERY(SO_P_ROWS, "$skip", NUMBER),
    QUERY(SO_P_ROWS, "$mode", TEXT ",\"enum\":[\"Slim\",\"Wide\",\"Full\"]"),
    QUERY(SO_P_ROWS, "$options", TEXT),
    QUERY(SO_P_ROWS, "$context", TEXT),
    QUERY(SO_P_ROWS, "$format", TEXT ",\"enum\":[\"json\",\"xml\"]"),
    QUERY(SO_P_ROWS, "$jsonSafe", BOOLEAN),
    QUERY(SO_P_ROWS, "$output", TEXT ",\"enum\":[\"Logical\",\"Display\"]"),
    QUERY(SO_P_IMAGE, "w", NUMBER),
    QUERY(SO_P_IMAGE, "h", NUMBER),
    QUERY(SO_P_IMAGE, "type", TEXT),
    QUERY(SO_P_IMAGE, "ifBlank",
          TEXT ",\"enum\":[\"Default\",\"ClearPixel\",\"SrNoPhoto\",\"SrNoPhotoWithBorder\","
               "\"Null\",\"GenericFileIcon\"]"),
};

/* Request headers that any operation takes, and those of some; each is described once. */
static const struct header {
    const char *name;
    const char *text;
    bool everywhere;
} headers[] = {
    { "Accept-Language", "Language of the texts in the answer", true },
    { "SO-Language", "As Accept-Language, and before it", true },
    { "SO-Culture", "Form of numbers and dates within texts", true },
    { "SO-TimeZone", "Time zone of the dates in the answer; includeTZOffset adds their offset",
      true },
    { "SO-AppToken", "The application that asks", true },
    { "X-XSRF-TOKEN", "Goes with a session cookie", true },
    { "If-Modified-Since", "304 when nothing changed since", false },
    { "If-Unmodified-Since", "412 when something changed since", false },
};

static void write_header_ref(struct strbuf *out, const char *name, bool *more)
{
    openapi_comma(out, more);
    strbuf_lit(out, "{\"$ref\":\"#/parameters/");
    strbuf_add(out, bytes_str(name));
    strbuf_lit(out, "\"}");
}

void openapi_headers_write(struct strbuf *out)
{
    bool more = false;

    strbuf_lit(out, "\"parameters\":{");
    for (size_t i = 0; i < COUNT(headers); i++) {
        openapi_comma(out, &more);
        openapi_name(out, bytes_str(headers[i].name));
        strbuf_lit(out, "{\"name\":");
        json_string(out, bytes_str(headers[i].name));
        strbuf_lit(out,
                   ",\"in\":\"header\",\"required\":false,\"type\":\"string\",\"description\":");
        json_string(out, bytes_str(headers[i].text));
        strbuf_lit(out, "}");
    }
    strbuf_lit(out, "},");
}

static void write_path_parameters(struct strbuf *out, struct bytes path, bool *more)
{
    struct bytes segment;

    while (bytes_split(&path, '/', &segment)) {
        if (!segment.len || segment.at[0] != '{')
            continue;
        struct bytes name = bytes_first(bytes_from(segment, 1), segment.len - 2);
        openapi_comma(out, more);
        strbuf_lit(out, "{\"name\":");
        json_string(out, name);
        strbuf_lit(out, ",\"in\":\"path\",\"required\":true,");
        if (bytes_eq(name, B("name")))
            strbuf_lit(out, "\"type\":\"string\"}");
        else
            strbuf_lit(out, "\"type\":\"integer\",\"format\":\"int32\"}");
    }
}

static void write_body_parameter(struct strbuf *out, const struct so_body *body, bool *more)
{
    if (body->kind == SO_BODY_NONE)
        return;
    openapi_comma(out, more);
    if (body->kind == SO_BODY_PICTURE) {
        strbuf_lit(out, "{\"name\":\"image\",\"in\":\"formData\",\"required\":true,"
                        "\"type\":\"file\"}");
        return;
    }
    strbuf_lit(out, "{\"name\":\"body\",\"in\":\"body\",\"required\":true,\"schema\":");
    openapi_schema_write(out, body);
    strbuf_lit(out, "}");
}

void openapi_parameters_write(struct strbuf *out, const struct so_endpoint *endpoint,
                              struct bytes path)
{
    bool more = false;

    strbuf_lit(out, ",\"parameters\":[");
    write_path_parameters(out, path, &more);
    if (endpoint->parameters & SO_P_ID) {
        openapi_comma(out, &more);
        strbuf_lit(out, "{\"name\":");
        json_string(out, bytes_str(endpoint->id_name));
        strbuf_lit(out, ",\"in\":\"query\",\"required\":true,\"type\":\"integer\","
                        "\"format\":\"int32\"}");
    }
    for (size_t i = 0; i < COUNT(query); i++) {
        if (endpoint->parameters & query[i].when) {
            openapi_comma(out, &more);
            strbuf_add(out, query[i].text);
        }
    }
    write_body_parameter(out, &endpoint->in, &more);
    for (size_t i = 0; i < COUNT(headers); i++) {
        if (headers[i].everywhere)
            write_header_ref(out, headers[i].name, &more);
    }
    if (openapi_is_conditional_read(endpoint, path))
        write_header_ref(out, "If-Modified-Since", &more);
    if (openapi_is_conditional_write(endpoint, path))
        write_header_ref(out, "If-Unmodified-Since", &more);
    strbuf_lit(out, "]");
}
