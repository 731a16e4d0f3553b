/* Webhook secrets are part of the path, and nginx's error log shows the request line: so the line
 * is replaced by one that says who, how and roughly what. */
#include "app/mask.h"
#include "nginx/module.h"

#define PATH_SHOWN 256

void log_to_nginx(enum log_level level, const char *line)
{
    static const ngx_uint_t levels[] = { NGX_LOG_ERR, NGX_LOG_WARN, NGX_LOG_NOTICE };

    ngx_log_error(levels[level], ngx_cycle->log, 0, "cameo: %s", line);
}

static struct bytes masked(ngx_http_request_t *r, char *out, size_t room)
{
    char path[PATH_SHOWN];

    return mask_path(request_path(r, path, sizeof path), out, room);
}

/* What follows ", client: …" in a line of the error log. */
static u_char *describe(ngx_http_request_t *r, ngx_http_request_t *current, u_char *buf, size_t len)
{
    char path[PATH_SHOWN];
    char quoted[LOG_QUOTE_MAX];

    (void)current;
    if (!r->method_name.len)
        return buf;
    return ngx_snprintf(buf, len, ", request: %V %s", &r->method_name,
                        log_quote(masked(r, path, sizeof path), quoted));
}

ngx_int_t log_hide_secrets(ngx_http_request_t *r)
{
    r->log_handler = describe;
    return NGX_DECLINED;
}

ngx_int_t log_variable(ngx_http_request_t *r, ngx_http_variable_value_t *v, uintptr_t data)
{
    u_char *out = ngx_pnalloc(r->pool, PATH_SHOWN);

    (void)data;
    if (!out)
        return NGX_ERROR;
    struct bytes path = masked(r, (char *)out, PATH_SHOWN);
    v->data = out;
    v->len = (unsigned)path.len & 0xFFFFFFF;
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;
    return NGX_OK;
}
