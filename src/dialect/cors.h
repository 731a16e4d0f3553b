/* dialect/cors.h - pages of other origins (superoffice 12.5). */
#ifndef DIALECT_CORS_H
#define DIALECT_CORS_H

#include "core/settings.h"
#include "http/http.h"

enum cors_match {
    CORS_NONE,
    CORS_ANY,   /* may read what it can show a credential for */
    CORS_NAMED, /* … and use the log-in that the browser remembers */
};

/* The Origin header; empty when there is none that is worth an echo. */
struct bytes cors_origin(const struct http_request *req);

/* Whether the settings `cors` and `cors_origin` let that origin read. */
enum cors_match cors_match(const struct settings *settings, struct bytes origin);

#endif
