/* app/serve.h - `cameo serve`: the keeper, which starts nginx on a store and stays beside it. */
#ifndef APP_SERVE_H
#define APP_SERVE_H

#include "app/listener.h"

#define SERVE_LISTENERS_MAX 16
#define SERVE_WORKERS_MAX   64

struct serve_options {
    const char *dir;
    struct listener *listeners; /* parsed, not bound */
    size_t listener_count;
    const char *cert; /* of the TLS listeners; NULL with `self_signed` or without one */
    const char *key;
    bool self_signed;
    bool demo;
    int workers;
};

/* Opens or makes the store, starts nginx, prints a ready line per listener to stdout, and returns
 * when it was told to stop (SIGTERM, SIGINT) and every request in flight has been answered.
 * ERR_CONFLICT     the store is being served already, holds something else, or an address is taken
 * ERR_INTERNAL     nginx did not start, or has ended by itself
 * ERR_UNAVAILABLE  a file or the store failed */
enum err_code serve(const struct serve_options *options, struct err *e) MUST_CHECK;

#endif
