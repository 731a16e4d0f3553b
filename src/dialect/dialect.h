/* dialect/dialect.h - one vendor's way of talking.
 *
 * The server (src/nginx) asks every dialect in turn whether a path is its own, plans the request,
 * gets the body if one is wanted, and runs it: on the event loop when the endpoint may, else on a
 * thread. Handlers know nothing of where they run; on the event loop ERR_BLOCKS sends the whole
 * request to a thread, so they answer only when everything that can fail is done.
 */
#ifndef DIALECT_DIALECT_H
#define DIALECT_DIALECT_H

#include "base/arena.h"
#include "core/core.h"
#include "http/http.h"

/* One request on its way. Everything allocated for it lives in `arena`. */
struct call {
    const struct http_request *req;
    struct http_response *res;
    struct arena *arena;
    struct core *core; /* NULL while planning */
    const struct settings *settings;
    int64_t start_us;           /* when the request arrived */
    struct principal principal; /* after authentication */
    const void *endpoint;       /* the dialect's own, set by plan */
    void *state;                /* the dialect's own, set by plan; NULL at first */
};

enum dialect_plan {
    PLAN_ANSWERED, /* *c->res is the answer already; no body is read */
    PLAN_INLINE,   /* quick: may run on the event loop once the body (if any) is there */
    PLAN_THREAD,   /* writes, decodes or waits: run it on a thread */
};

struct dialect {
    const char *name;

    /* True when the path is this vendor's. Paths are decoded and have no doubled slashes. */
    bool (*claims)(const struct http_request *req);

    /* Finds the endpoint from method and path alone, before the body is read; no core yet. */
    enum dialect_plan (*plan)(struct call *c);

    /* Authenticates, checks the right, runs the endpoint and fills *c->res. Never fails: a failure
     * is an answer in the vendor's form. Returns ERR_BLOCKS when it must run on a thread (then
     * *c->res is to be forgotten), else ERR_NONE. */
    enum err_code (*serve)(struct call *c);

    /* Writes an error of the HTTP layer (400, 404, 405, 408, 413, 414, 431, 5xx …) in the vendor's
     * form. `req` may be nearly empty: the request line may not have been readable. */
    void (*fail)(struct call *c, int status, const char *text);
};

/* The dialect whose path it is; paths that are nobody's belong to the native dialect's fail. */
const struct dialect *dialect_of(const struct http_request *req);

/* What of a failure that is answered with `status` a client is told; the log has the rest. */
const char *dialect_public_text(const struct err *e, int status);

extern const struct dialect superoffice;
extern const struct dialect bitrix24;
extern const struct dialect native; /* everything else: 404 as plain JSON */

#endif
