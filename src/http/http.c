#include "http/http.h"

#include <assert.h>

const char *http_method_name(enum http_method method)
{
    static const char *const names[] = {
        [HTTP_GET] = "GET",         [HTTP_HEAD] = "HEAD",   [HTTP_POST] = "POST",
        [HTTP_PUT] = "PUT",         [HTTP_PATCH] = "PATCH", [HTTP_DELETE] = "DELETE",
        [HTTP_OPTIONS] = "OPTIONS", [HTTP_OTHER] = "OTHER",
    };
    return (size_t)method < COUNT(names) ? names[method] : "OTHER";
}

struct bytes http_header_find(const struct http_request *req, const char *name)
{
    struct bytes wanted = bytes_str(name);

    for (size_t i = 0; i < req->header_count; i++) {
        struct bytes value = req->headers[i].value;
        if (bytes_eq_nocase(req->headers[i].name, wanted))
            return value.at ? value : B("");
    }
    return (struct bytes){ 0 };
}

void http_response_header(struct http_response *res, const char *name, struct bytes value)
{
    assert(res->header_count < HTTP_HEADERS_MAX);
    res->headers[res->header_count++] =
        (struct http_header){ .name = bytes_str(name), .value = value };
}
