/* app/nginx_conf.h - the configuration that `cameo serve` writes for nginx. */
#ifndef APP_NGINX_CONF_H
#define APP_NGINX_CONF_H

#include "app/listener.h"
#include "base/arena.h"
#include "core/settings.h"

struct nginx_conf {
    const char *dir;      /* of the store, absolute */
    const char *body_dir; /* for large uploads; NULL: tmp/body */
    const char *module;   /* path of ngx_http_cameo_module.so */
    const char *cert;     /* both NULL without a TLS listener */
    const char *key;
    const char *user; /* nginx's workers run as; NULL: as whoever starts it */
    int workers;
    int connections; /* of one worker */
    const struct listener *listeners;
    size_t listener_count;
    const struct settings *settings;
    const char *const *environment; /* "NAME=value" or "NAME", ends with NULL: names that begin with
                                       CAMEO_ reach the workers */
};

/* The whole text, in `arena`.
 * ERR_INVALID  a path holds what nginx's configuration cannot say */
enum err_code nginx_conf_write(const struct nginx_conf *conf, struct arena *arena,
                               struct bytes *out, struct err *e) MUST_CHECK;

#endif
