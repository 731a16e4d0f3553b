/* Errors of nginx itself, in the form of the vendor whose path was asked for. */
#include "nginx/module.h"

#define PATH_MAX_LOOKED_AT 512 /* of the path, to find whose it is */

static const char *text_of(int status)
{
    switch (status) {
    case 400:
        return "Bad Request";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 408:
        return "Request Timeout";
    case 411:
        return "Length Required";
    case 413:
        return "Request Entity Too Large";
    case 414:
        return "Request-URI Too Long";
    case 417:
        return "Expectation Failed";
    case 429:
        return "Too Many Requests";
    case 431:
        return "Request Header Fields Too Large";
    case 500:
        return "Internal Server Error";
    case 501:
        return "Not Implemented";
    case 503:
        return "Service Unavailable";
    case 505:
        return "HTTP Version Not Supported";
    case 507:
        return "Insufficient Storage";
    default:
        return status < 500 ? "Request Refused" : "Server Error";
    }
}

int error_status(enum err_code rc)
{
    if (rc == ERR_FULL)
        return 507;
    return rc == ERR_BUSY || rc == ERR_NO_MEMORY || rc == ERR_UNAVAILABLE ? 503 : 500;
}

void error_fill(struct exchange *x, int status)
{
    x->res = (struct http_response){ 0 };
    x->call.core = x->worker->core;
    x->dialect->fail(&x->call, status, text_of(status));
}

ngx_int_t error_respond(struct exchange *x, int status)
{
    error_fill(x, status);
    return respond(x);
}

ngx_int_t error_page(ngx_http_request_t *r)
{
    struct exchange *x = exchange_new(r);
    char path[PATH_MAX_LOOKED_AT];
    int status = r->err_status ? (int)r->err_status : 404; /* 404: nginx never asks on its own */

    if (!x || !request_read(x))
        return NGX_ERROR;
    if (status == 500) /* there was no memory, descriptor or room for the body; nothing was done */
        status = 503;
    log_hide_secrets(r);
    x->req.path = arena_copy(x->call.arena, request_path(r, path, sizeof path));
    x->dialect = dialect_of(&x->req);

    ngx_int_t rc = ngx_http_discard_request_body(r);
    if (rc == NGX_ERROR)
        return rc;
    return error_respond(x, status);
}
