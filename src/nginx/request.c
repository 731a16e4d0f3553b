#include "nginx/module.h"

static struct bytes bytes_ngx(ngx_str_t text)
{
    return bytes_of((const char *)text.data, text.len);
}

static enum http_method method_of(ngx_uint_t method)
{
    switch (method) {
    case NGX_HTTP_GET:
        return HTTP_GET;
    case NGX_HTTP_HEAD:
        return HTTP_HEAD;
    case NGX_HTTP_POST:
        return HTTP_POST;
    case NGX_HTTP_PUT:
        return HTTP_PUT;
    case NGX_HTTP_PATCH:
        return HTTP_PATCH;
    case NGX_HTTP_DELETE:
        return HTTP_DELETE;
    case NGX_HTTP_OPTIONS:
        return HTTP_OPTIONS;
    default:
        return HTTP_OTHER;
    }
}

static size_t header_count(const ngx_list_t *list)
{
    size_t count = 0;

    for (const ngx_list_part_t *part = &list->part; part; part = part->next)
        count += part->nelts;
    return count;
}

static bool read_headers(struct exchange *x)
{
    const ngx_list_t *list = &x->r->headers_in.headers;
    struct http_header *out;

    /* nothing may have been read of them when the request line was broken */
    size_t count = list->part.elts ? header_count(list) : 0;
    if (count == 0)
        return true;
    out = arena_alloc(x->call.arena, count * sizeof *out);
    if (!out)
        return false;
    x->req.headers = out;
    x->req.header_count = count;
    for (const ngx_list_part_t *part = &list->part; part; part = part->next) {
        const ngx_table_elt_t *header = part->elts;
        for (ngx_uint_t i = 0; i < part->nelts; i++)
            *out++ = (struct http_header){ bytes_ngx(header[i].key), bytes_ngx(header[i].value) };
    }
    return true;
}

static bool is_loopback(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)address;
        return ntohl(in->sin_addr.s_addr) >> 24 == 127;
    }
    if (address->sa_family == AF_INET6) {
        const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)(const void *)address;
        return IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr);
    }
    return address->sa_family == AF_UNIX;
}

bool request_read(struct exchange *x)
{
    const ngx_http_request_t *r = x->r;

    x->req.method = method_of(r->method);
    x->req.path = bytes_ngx(r->uri);
    x->req.target = bytes_ngx(r->unparsed_uri);
    x->req.query = bytes_ngx(r->args);
    x->req.https = r->connection->ssl != NULL;
    x->req.local = is_loopback(r->connection->sockaddr);
    if (r->headers_in.host)
        x->req.host = bytes_ngx(r->headers_in.host->value);
    else
        x->req.host = bytes_ngx(r->headers_in.server);
    return read_headers(x);
}

/* What stands behind the method in a request line that nginx could not take. */
static struct bytes broken_target(const ngx_http_request_t *r)
{
    struct bytes line = bytes_ngx(r->request_line);

    if (!line.len && r->request_start && r->header_in && r->header_in->last > r->request_start)
        line = bytes_of((const char *)r->request_start,
                        (size_t)(r->header_in->last - r->request_start));
    line = bytes_from(line, bytes_index(line, ' '));
    line = bytes_from(line, 1);
    return bytes_first(line, bytes_index(line, ' '));
}

struct bytes request_path(ngx_http_request_t *r, char *out, size_t room)
{
    struct bytes target = bytes_ngx(r->unparsed_uri);

    if (!target.len)
        target = broken_target(r);
    target = bytes_first(target, bytes_index(target, '?'));
    target = bytes_first(target, room);

    u_char *from = (u_char *)(uintptr_t)target.at;
    u_char *to = (u_char *)out;
    ngx_unescape_uri(&to, &from, target.len, 0);
    return bytes_of(out, (size_t)(to - (u_char *)out));
}
