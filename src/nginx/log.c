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

/* nginx's own description of a request, quoted, as it is before the request's first phase and
 * whenever that could not begin, for want of memory. Ours has no quote there. */
static const char unmasked[] = ", request: \"";

static void write_masked(ngx_log_t *log, ngx_uint_t level, u_char *line, size_t len)
{
    u_char *rest = memmem(line, len, unmasked, sizeof unmasked - 1);

    (void)level;
    if (rest) {
        *rest = '\n';
        len = (size_t)(rest - line) + 1;
    }
    (void)!ngx_write_fd(log->file->fd, line, len);
}

static void mask_log(ngx_log_t *log)
{
    for (; log; log = log->next) {
        if (!log->writer && log->file) /* syslog has one already */
            log->writer = write_masked;
    }
}

void log_hide_requests(ngx_cycle_t *cycle)
{
    const ngx_http_core_main_conf_t *main =
        ngx_http_cycle_get_module_main_conf(cycle, ngx_http_core_module);
    ngx_http_core_srv_conf_t **servers = main->servers.elts;

    mask_log(cycle->log);
    for (ngx_uint_t i = 0; i < main->servers.nelts; i++) {
        const ngx_http_core_loc_conf_t *conf =
            servers[i]->ctx->loc_conf[ngx_http_core_module.ctx_index];
        mask_log(conf->error_log);
    }
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
