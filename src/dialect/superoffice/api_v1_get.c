/* GET /api/v1 (superoffice 12.2): every address that is there, with its methods, so that a client
 * can tell what it may use. */
#include "base/json.h"
#include "dialect/superoffice/superoffice.h"
#include "http/html.h"

#define LIST_MAX (2u << 20)

struct list {
    struct call *c;
    struct strbuf out;
    struct bytes base; /* https://HOST/crm/api/; for JSON with its opening quote */
    bool more;
};

static void add_json(void *context, const struct so_resource *resource, struct bytes path,
                     enum record_kind kind)
{
    struct list *list = context;
    struct strbuf *out = &list->out;

    (void)kind;
    if (list->more)
        strbuf_lit(out, ",");
    list->more = true;
    strbuf_add(out, list->base);
    strbuf_add(out, path);
    strbuf_lit(out, "\":{");
    for (size_t i = 0; i < resource->count; i++) {
        if (i)
            strbuf_lit(out, ",");
        json_string(out, bytes_str(http_method_name(resource->endpoints[i].method)));
        strbuf_lit(out, ":");
        json_string(out, bytes_str(resource->endpoints[i].summary));
    }
    strbuf_lit(out, "}");
}

static void add_html(void *context, const struct so_resource *resource, struct bytes path,
                     enum record_kind kind)
{
    struct list *list = context;
    struct strbuf *out = &list->out;

    (void)kind;
    for (size_t i = 0; i < resource->count; i++) {
        strbuf_lit(out, "<tr><td>");
        strbuf_add(out, bytes_str(http_method_name(resource->endpoints[i].method)));
        strbuf_lit(out, "</td><td>");
        html_write(out, list->base);
        html_write(out, path);
        strbuf_lit(out, "</td><td>");
        html_write(out, bytes_str(resource->endpoints[i].summary));
        strbuf_lit(out, "</td></tr>");
    }
}

enum err_code so_api_v1_get(struct call *c, struct err *e)
{
    struct list list = { .c = c };
    struct strbuf base;
    struct strbuf quoted;
    bool html = so_wants_html(c->req, false);

    strbuf_init(&base, c->arena, 128, 16384);
    so_url_write(c, &base, B(""));
    strbuf_init(&quoted, c->arena, 128, 32768);
    json_string(&quoted, strbuf_bytes(&base));
    list.base = html ? strbuf_bytes(&base)
                     : bytes_first(strbuf_bytes(&quoted), quoted.len ? quoted.len - 1 : 0);
    strbuf_init(&list.out, c->arena, 16384, LIST_MAX);
    strbuf_add(&list.out, html ? B("<h1>SuperOffice WebAPI v1</h1><table>") : B("{"));
    list.out.failed |= !so_addresses_visit(c->arena, html ? add_html : add_json, &list);
    strbuf_add(&list.out, html ? B("</table>") : B("}"));
    if (base.failed || quoted.failed || list.out.failed)
        return err_set(e, ERR_NO_MEMORY, "list of addresses");
    if (html)
        return so_page_reply(c,
                             &(struct so_page){ .title = B("SuperOffice WebAPI v1"),
                                                .body = strbuf_bytes(&list.out) },
                             e);
    so_reply_json(c, 200, strbuf_bytes(&list.out));
    return ERR_NONE;
}
