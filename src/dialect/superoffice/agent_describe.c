#include "base/json.h"
#include "dialect/superoffice/superoffice.h"

#define TEXT_MAX 16384

/* GET /api/v1/Agents/<Agent>/<Method>: says what a POST would do, and does not do it (superoffice
 * 1.10). Serves all agents, from the rows of their tables. */
enum err_code so_agent_describe(struct call *c, struct err *e)
{
    const struct so_resource *resource = so_call(c)->resource;
    struct strbuf url;
    struct strbuf out;

    strbuf_init(&url, c->arena, 256, TEXT_MAX);
    so_url_write(c, &url, resource->pattern);
    strbuf_init(&out, c->arena, 512, 2 * TEXT_MAX);
    strbuf_lit(&out, "{");
    json_string(&out, strbuf_bytes(&url));
    strbuf_lit(&out, ":{");
    for (size_t i = 0; i < resource->count; i++) {
        if (i)
            strbuf_lit(&out, ",");
        json_string(&out, bytes_str(http_method_name(resource->endpoints[i].method)));
        strbuf_lit(&out, ":");
        json_string(&out, bytes_str(resource->endpoints[i].summary));
    }
    strbuf_lit(&out, "}}");
    if (url.failed || out.failed)
        return err_set(e, ERR_NO_MEMORY, "description of a method");
    so_reply_json(c, 200, strbuf_bytes(&out));
    return ERR_NONE;
}
