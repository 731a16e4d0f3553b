#include "dialect/superoffice/odata.h"

#include "base/uri.h"
#include "dialect/base_url.h"

#include <stdio.h>

/* Everything but what may stand in a path as it is. */
static void put_path(struct strbuf *out, struct bytes path)
{
    while (path.len) {
        size_t end = bytes_index(path, '/');
        uri_encode(out, bytes_first(path, end));
        if (end < path.len)
            strbuf_char(out, '/');
        path = bytes_from(path, end + 1);
    }
}

/* The path up to the slash before what the endpoint's pattern fits: "/crm/api". */
static struct bytes prefix_of(struct call *c)
{
    struct bytes pattern = so_call(c)->resource->pattern;
    struct bytes path = c->req->path;

    while (path.len && path.at[path.len - 1] == '/')
        path.len--;
    for (size_t i = 0; i <= pattern.len; i++) {
        if (i < pattern.len && pattern.at[i] != '/')
            continue;
        while (path.len && path.at[path.len - 1] != '/')
            path.len--;
        path.len -= path.len > 0;
    }
    return path;
}

struct bytes so_next_link(struct call *c, int64_t skip)
{
    struct bytes query = c->req->query;
    struct bytes name;
    struct bytes value;
    struct strbuf out;

    strbuf_init(&out, c->arena, 256, 1 << 18);
    base_url_write(c, &out);
    put_path(&out, c->req->path);
    strbuf_char(&out, '?');
    while (uri_query_next(c->arena, &query, &name, &value)) {
        if (!name.at || !value.at)
            return (struct bytes){ 0 };
        if (bytes_eq_nocase(name, B("$skip")))
            continue;
        if (bytes_starts(name, B("$"))) { /* may stand as it is, and reads better so */
            strbuf_char(&out, '$');
            name = bytes_from(name, 1);
        }
        uri_encode(&out, name);
        strbuf_char(&out, '=');
        uri_encode(&out, value);
        strbuf_char(&out, '&');
    }
    strbuf_lit(&out, "$skip=");
    strbuf_int(&out, skip);
    return out.failed ? (struct bytes){ 0 } : strbuf_bytes(&out);
}

enum err_code so_rows_begin(struct call *c, struct so_writer *w, struct bytes next_link,
                            struct err *e)
{
    struct strbuf metadata;

    strbuf_init(&metadata, c->arena, 128, 1 << 16);
    base_url_write(c, &metadata);
    put_path(&metadata, prefix_of(c));
    strbuf_lit(&metadata, "/v1/Archive//$metadata");
    if (metadata.failed)
        return err_set(e, ERR_NO_MEMORY, "answer");
    so_object(w, B("ODataResponse"));
    so_string(w, B("odata.metadata"), strbuf_bytes(&metadata));
    if (next_link.at)
        so_string(w, B("odata.nextLink"), next_link);
    else
        so_null(w, B("odata.nextLink"));
    so_list(w, B("value"));
    return ERR_NONE;
}

void so_rows_end(struct so_writer *w)
{
    so_list_end(w);
    so_object_end(w);
}

void so_row_begin(struct so_writer *w, int32_t key, struct bytes entity)
{
    char text[12];
    int len = snprintf(text, sizeof text, "%d", key);

    so_object(w, B("row"));
    so_string(w, B("PrimaryKey"), bytes_of(text, (size_t)len));
    so_string(w, B("EntityName"), entity);
}
