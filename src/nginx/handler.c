#include "nginx/module.h"

/* In a thread: everything that may wait. */
static void serve(struct exchange *x)
{
    struct lent_core *lent;

    if (!body_load(x)) {
        x->rc = err_set(&x->e, ERR_UNAVAILABLE, "read a body's temporary file");
        return;
    }
    x->rc = core_take(x->worker, &lent, &x->e);
    if (x->rc)
        return;
    x->call.core = lent->core;
    x->rc = x->dialect->serve(&x->call);
    x->call.core = NULL;
    core_give(x->worker, lent);
    body_drop(x);
    if (x->rc == ERR_BLOCKS)
        x->rc =
            err_set(&x->e, ERR_INTERNAL, "%s: an endpoint blocks on a thread", x->dialect->name);
}

static ngx_int_t served(struct exchange *x)
{
    if (x->rc) {
        log_line(LOG_LEVEL_ERROR, "%s", x->e.text);
        return error_respond(x, error_status(x->rc));
    }
    return respond(x);
}

ngx_int_t handler_admitted(struct exchange *x)
{
    ngx_thread_pool_t *pool = x->decodes ? x->worker->pictures : x->worker->pool;
    ngx_int_t rc = task_post(x, pool, serve, served);

    return rc == NGX_DONE ? rc : error_respond(x, 503);
}

ngx_int_t handler_run(struct exchange *x)
{
    if (x->plan == PLAN_INLINE && x->body_fd == NGX_INVALID_FILE) {
        x->call.core = x->worker->core;
        if (!x->worker->rest.timer_set)
            ngx_add_timer(&x->worker->rest, REST_MS);
        if (x->dialect->serve(&x->call) == ERR_NONE)
            return respond(x);
        x->decodes = core_would_decode(x->worker->core);
        x->res = (struct http_response){ 0 };
        x->call.core = NULL;
    }
    return body_admit(x) ? handler_admitted(x) : NGX_DONE;
}

static bool may_have_body(const struct exchange *x)
{
    return x->req.method != HTTP_GET && x->req.method != HTTP_HEAD;
}

ngx_int_t handler_content(ngx_http_request_t *r)
{
    struct exchange *x = exchange_new(r);

    if (!x || !request_read(x))
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    x->dialect = dialect_of(&x->req);
    x->plan = x->dialect->plan(&x->call);

    if (x->plan != PLAN_ANSWERED && may_have_body(x))
        return body_read(x);

    ngx_int_t rc = ngx_http_discard_request_body(r);
    if (rc != NGX_OK)
        return rc;
    return x->plan == PLAN_ANSWERED ? respond(x) : handler_run(x);
}
