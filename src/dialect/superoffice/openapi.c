/* /api/swagger/v1.json (superoffice 12.3): what is implemented as Swagger 2.0, made of the tables
 * that route and of the carriers that are read and written, so that it cannot say anything else. */
#include "dialect/superoffice/openapi.h"

#include "dialect/base_url.h"

#define OPENAPI_MAX (8u << 20)

struct api {
    struct strbuf *out;
    bool more; /* something stands before in the list that is being written */
};

#define JSON_TYPES   "\"application/json\",\"text/json\""
#define PATCH_TYPES  "\"application/json-patch+json\",\"application/merge-patch+json\""
#define ENTITY_TYPES JSON_TYPES ",\"application/xml\",\"text/xml\""

static void write_types(struct strbuf *out, const struct so_endpoint *endpoint)
{
    if (endpoint->in.kind == SO_BODY_PICTURE)
        strbuf_lit(out, ",\"consumes\":[\"multipart/form-data\",\"image/png\",\"image/jpeg\","
                        "\"image/gif\",\"image/tiff\",\"image/webp\",\"image/bmp\"]");
    else if (endpoint->in.kind == SO_BODY_PATCH)
        strbuf_lit(out, ",\"consumes\":[" JSON_TYPES "," PATCH_TYPES "]");
    if (endpoint->out.kind == SO_BODY_PICTURE)
        strbuf_lit(out, ",\"produces\":[\"image/png\",\"image/jpeg\",\"image/gif\",\"image/tiff\","
                        "\"image/webp\",\"image/bmp\"]");
    else if (endpoint->out.kind == SO_BODY_BINARY)
        strbuf_lit(out, ",\"produces\":[\"application/octet-stream\"," ENTITY_TYPES "]");
}

/* "Contact" of v1/Contact/…, "BLOB" of v1/Agents/BLOB/… */
static struct bytes tag_of(struct bytes path)
{
    struct bytes segment = { 0 };

    while (bytes_split(&path, '/', &segment)) {
        if (!bytes_eq(segment, B("v1")) && !bytes_eq(segment, B("Agents")))
            break;
    }
    return segment;
}

/* "get_Contact_id_Image": the method and the address say it all, and only once. */
static void write_operation_id(struct strbuf *out, enum http_method method, struct bytes path)
{
    const char *name = http_method_name(method);
    struct bytes segment;

    strbuf_lit(out, "\"operationId\":\"");
    for (; *name; name++)
        strbuf_char(out, (char)(*name | 0x20)); /* lower case */
    while (bytes_split(&path, '/', &segment)) {
        if (bytes_eq(segment, B("v1")))
            continue;
        strbuf_lit(out, "_");
        if (segment.len > 2 && segment.at[0] == '{')
            segment = bytes_first(bytes_from(segment, 1), segment.len - 2);
        strbuf_add(out, segment);
    }
    strbuf_lit(out, "\"");
}

static void write_operation(struct strbuf *out, const struct so_endpoint *endpoint,
                            struct bytes path)
{
    strbuf_lit(out, "{\"tags\":[");
    json_string(out, tag_of(path));
    strbuf_lit(out, "],\"summary\":");
    json_string(out, bytes_str(endpoint->summary));
    strbuf_lit(out, ",");
    write_operation_id(out, endpoint->method, path);
    write_types(out, endpoint);
    openapi_parameters_write(out, endpoint, path);
    openapi_responses_write(out, endpoint, path);
    if (endpoint->need == SO_ANYONE)
        strbuf_lit(out, ",\"security\":[]");
    strbuf_lit(out, "}");
}

static void write_method(struct strbuf *out, enum http_method method)
{
    strbuf_lit(out, "\"");
    for (const char *name = http_method_name(method); *name; name++)
        strbuf_char(out, (char)(*name | 0x20));
    strbuf_lit(out, "\":");
}

static void add_address(void *context, const struct so_resource *resource, struct bytes path,
                        enum record_kind kind)
{
    struct api *api = context;
    struct strbuf *out = api->out;
    bool more = false;

    (void)kind;
    openapi_comma(out, &api->more);
    strbuf_lit(out, "\"/api/");
    strbuf_add(out, path);
    strbuf_lit(out, "\":{");
    for (size_t i = 0; i < resource->count; i++) {
        openapi_comma(out, &more);
        write_method(out, resource->endpoints[i].method);
        write_operation(out, &resource->endpoints[i], path);
    }
    strbuf_lit(out, "}");
}

/* `own` is where we are reached: https://HOST or, behind a proxy, https://HOST/crm. */
static void write_info(struct call *c, struct strbuf *out, struct bytes own)
{
    strbuf_lit(out, "\"swagger\":\"2.0\",\"info\":{\"title\":\"Cameo: SuperOffice WebAPI v1\","
                    "\"version\":\"" CAMEO_VERSION "\",\"description\":\"Pictures of contacts, "
                    "people, products and projects, and the records they hang on\"},");
    struct bytes host = own.at ? bytes_from(own, bytes_index(own, ':') + 3) : own;
    struct bytes path = bytes_from(host, bytes_index(host, '/'));
    host.len -= path.len;
    if (host.len) {
        strbuf_lit(out, "\"host\":");
        json_string(out, host);
        strbuf_lit(out, ",");
    }
    strbuf_lit(out, "\"basePath\":\"");
    strbuf_add(out, path);
    so_prefix_write(c, out);
    if (!path.len && !so_call(c)->prefix.len)
        strbuf_lit(out, "/");
    strbuf_lit(out, "\",\"schemes\":[");
    strbuf_add(out, bytes_starts(own, B("https:")) ? B("\"https\"") : B("\"http\""));
    strbuf_lit(out, "],\"consumes\":[" ENTITY_TYPES ",\"application/x-www-form-urlencoded\"],"
                    "\"produces\":[" ENTITY_TYPES "],");
    strbuf_lit(
        out,
        "\"securityDefinitions\":{\"Password\":{\"type\":\"basic\",\"description\":\"User and "
        "password; a ticket as the user works too\"},\"Ticket\":{\"type\":\"apiKey\",\"in\":"
        "\"header\",\"name\":\"Authorization\",\"description\":\"SoTicket 7T:…\"},\"Token\":{"
        "\"type\":\"apiKey\",\"in\":\"header\",\"name\":\"Authorization\",\"description\":\"Bearer "
        "8A:…, from User/currentToken\"}},\"security\":[{\"Password\":[]},{\"Ticket\":[]},{"
        "\"Token\":[]}],");
}

void so_openapi_write(struct call *c, struct strbuf *out)
{
    struct api api = { .out = out };
    struct strbuf own;

    strbuf_init(&own, c->arena, 128, 4096);
    base_url_write(c, &own);
    strbuf_lit(out, "{");
    write_info(c, out, strbuf_bytes(&own));
    strbuf_lit(out, "\"paths\":{");
    out->failed |= own.failed || !so_addresses_visit(c->arena, add_address, &api);
    strbuf_lit(out, "},");
    openapi_headers_write(out);
    openapi_failures_write(out);
    openapi_definitions_write(out);
    strbuf_lit(out, "}");
}

/* GET /api/swagger/v1.json */
enum err_code so_openapi_get(struct call *c, struct err *e)
{
    struct strbuf out;

    strbuf_init(&out, c->arena, 256 << 10, OPENAPI_MAX);
    so_openapi_write(c, &out);
    if (out.failed)
        return err_set(e, ERR_NO_MEMORY, "description");
    so_reply_json(c, 200, strbuf_bytes(&out));
    return ERR_NONE;
}
