#include "app/nginx_conf.h"
#include "app/config.h"
#include "app/ready.h"
#include "base/strbuf.h"

#define TEXT_MAX (64 * 1024)

/* Errors of nginx itself that get the vendor's form. 494 to 497 are nginx's own numbers. */
static const char error_pages[] =
    "    error_page 400 401 403 404 405 408 411 412 413 414 415 416 421 429 /cameo-error;\n"
    "    error_page 500 501 502 503 504 505 507 /cameo-error;\n"
    "    error_page 494 =431 /cameo-error;\n"
    "    error_page 495 496 497 =400 /cameo-error;\n";

/* What every listener shares. The user's own lines in nginx.d/server come inside `server`, so they
 * may set these again. */
static const char common[] =
    "    default_type application/octet-stream;\n"
    "    access_log off;\n"
    "    server_tokens off;\n"
    "    etag off;\n"
    "    gzip off;\n"
    "    merge_slashes on;\n"
    "    sendfile off;\n"
    "    sendfile_max_chunk 128k;\n" /* of an answer in a round of the event loop */
    "    tcp_nodelay on;\n"
    "    tcp_nopush off;\n"
    "    keepalive_timeout 75s;\n"
    "    keepalive_requests 1000000;\n"
    "    reset_timedout_connection on;\n"
    "    lingering_time 30s;\n"
    "    lingering_timeout 5s;\n"
    "    client_header_timeout 10s;\n"
    "    client_body_timeout 30s;\n"
    "    send_timeout 30s;\n"
    "    client_header_buffer_size 2k;\n"
    "    large_client_header_buffers 4 64k;\n"
    "    client_body_buffer_size 512k;\n"
    "    client_body_in_single_buffer on;\n"
    "    proxy_temp_path ../tmp/proxy;\n"
    "    fastcgi_temp_path ../tmp/fastcgi;\n"
    "    uwsgi_temp_path ../tmp/uwsgi;\n"
    "    scgi_temp_path ../tmp/scgi;\n"
    "    log_format cameo '$remote_addr [$time_iso8601] $request_method \"$cameo_uri\" '\n"
    "                     '$status $body_bytes_sent $request_time';\n";

static const char tls[] = "    ssl_protocols TLSv1.2 TLSv1.3;\n"
                          "    ssl_prefer_server_ciphers off;\n"
                          "    ssl_session_cache shared:cameo:1m;\n"
                          "    ssl_session_timeout 10m;\n"
                          "    ssl_session_tickets off;\n";

/* A quoted string of nginx's. A dollar sign begins a variable in some directives and cannot be
 * escaped; line breaks are refused for the sake of whoever reads the file. */
static enum err_code write_path(struct strbuf *out, const char *path, struct err *e)
{
    strbuf_char(out, '"');
    for (const char *at = path; *at; at++) {
        if ((unsigned char)*at < 0x20 || *at == 0x7F || *at == '$')
            return err_set(e, ERR_INVALID,
                           "'%.100s': nginx takes no path with a dollar sign or control characters",
                           path);
        if (*at == '"' || *at == '\\')
            strbuf_char(out, '\\');
        strbuf_char(out, *at);
    }
    strbuf_char(out, '"');
    return ERR_NONE;
}

static enum err_code write_directive(struct strbuf *out, const char *name, const char *path,
                                     struct err *e)
{
    strbuf_printf(out, "%s ", name);
    enum err_code rc = write_path(out, path, e);
    strbuf_lit(out, ";\n");
    return rc;
}

/* nginx clears its environment; the workers read their settings as the keeper does. */
static void write_environment(struct strbuf *out, const char *const *environment)
{
    strbuf_lit(out, "env " READY_ENVIRONMENT ";\nenv " CONFIG_CREDENTIALS ";\n");
    for (; *environment; environment++) {
        struct bytes name = bytes_str(*environment);
        name = bytes_first(name, bytes_index(name, '='));
        bool plain =
            bytes_starts(name, B("CAMEO_")) && !bytes_eq(name, bytes_str(READY_ENVIRONMENT));
        for (size_t i = 0; i < name.len; i++)
            plain &= name.at[i] == '_' || (name.at[i] >= 'A' && name.at[i] <= 'Z');
        if (plain)
            strbuf_printf(out, "env %.*s;\n", (int)name.len, name.at);
    }
}

static enum err_code write_main(struct strbuf *out, const struct nginx_conf *conf, struct err *e)
{
    strbuf_lit(out,
               "# Written by `cameo serve` at every start. Own lines belong into nginx.d/*.conf "
               "(http)\n# and nginx.d/server/*.conf (server).\n");
    strbuf_lit(out, "daemon off;\n");
    strbuf_printf(out, "worker_processes %d;\n", conf->workers);
    if (conf->user)
        strbuf_printf(out, "user %s;\n", conf->user);
    strbuf_lit(out, "worker_shutdown_timeout 30s;\n"
                    "pid nginx.pid;\n"
                    "error_log ../log/error.log warn;\n");
    write_environment(out, conf->environment);
    enum err_code rc = write_directive(out, "load_module", conf->module, e);
    strbuf_printf(out,
                  "thread_pool cameo threads=64 max_queue=1024;\n"
                  "thread_pool cameo_pictures threads=8 max_queue=4096;\n"
                  "events {\n    worker_connections %d;\n    accept_mutex off;\n"
                  "    multi_accept off;\n}\n",
                  conf->connections);
    return rc;
}

static enum err_code write_tls(struct strbuf *out, const struct nginx_conf *conf, struct err *e)
{
    strbuf_add(out, bytes_str(tls));
    enum err_code rc = write_directive(out, "    ssl_certificate", conf->cert, e);
    return rc ? rc : write_directive(out, "    ssl_certificate_key", conf->key, e);
}

static enum err_code write_server(struct strbuf *out, const struct nginx_conf *conf, struct err *e)
{
    strbuf_lit(out, "    server {\n");
    for (size_t i = 0; i < conf->listener_count; i++) {
        const struct listener *l = &conf->listeners[i];
        strbuf_printf(out, "        listen %s%s backlog=1024;\n", l->text,
                      l->tls ? " ssl http2" : "");
    }
    strbuf_lit(out, "        server_name _;\n"
                    "        include ../nginx.d/server/*.conf;\n"
                    "        location = /cameo-error {\n"
                    "            internal;\n"
                    "            client_max_body_size 0;\n" /* a 413 of HTTP/2 is none here */
                    "            cameo_error;\n"
                    "        }\n"
                    "        location / {\n");
    enum err_code rc = write_directive(out, "            cameo", conf->dir, e);
    strbuf_lit(out, "        }\n    }\n");
    return rc;
}

enum err_code nginx_conf_write(const struct nginx_conf *conf, struct arena *arena,
                               struct bytes *out, struct err *e)
{
    struct strbuf text;

    strbuf_init(&text, arena, 8192, TEXT_MAX);
    enum err_code rc = write_main(&text, conf, e);
    if (rc)
        return rc;
    strbuf_lit(&text, "http {\n");
    strbuf_add(&text, bytes_str(common));
    strbuf_printf(&text, "    client_max_body_size %lld;\n",
                  (long long)conf->settings->body_bytes_max);
    rc = write_directive(&text, "    client_body_temp_path",
                         conf->body_dir ? conf->body_dir : "../tmp/body", e);
    if (rc)
        return rc;
    strbuf_add(&text, bytes_str(error_pages));
    if (conf->cert)
        rc = write_tls(&text, conf, e);
    strbuf_lit(&text, "    include ../nginx.d/*.conf;\n");
    if (!rc)
        rc = write_server(&text, conf, e);
    strbuf_lit(&text, "}\n");
    if (rc)
        return rc;
    if (text.failed)
        return err_set(e, ERR_NO_MEMORY, "nginx's configuration");
    *out = strbuf_bytes(&text);
    return ERR_NONE;
}
