/* Work that may wait runs on the threads of nginx's pool `cameo`, and what has to be decoded on
 * those of `cameo_pictures`: it may wait for seconds, and for others who make the same. A thread
 * touches its exchange and the store, nothing of nginx. */
#include "nginx/module.h"

#include <malloc.h>
#include <stdlib.h>

#define STILL_WORKING_MS 60000

/* A core is a connection to the database, 400 KB once it has worked. */
#define CORES_KEPT           4
#define CORES_CLOSED_AT_ONCE 8
#define CORES_REST_MS        1000

static void in_thread(void *data, ngx_log_t *log)
{
    struct exchange *x = *(struct exchange **)data;

    (void)log;
    x->work(x);
}

static void go_on(ngx_http_request_t *r)
{
    struct exchange *x = exchange_of(r);

    /* the socket may have become writable while the thread works */
    if (x->on_thread)
        return;
    r->write_event_handler = ngx_http_request_empty_handler;
    ngx_http_finalize_request(r, x->after(x));
}

static void worked(ngx_event_t *event)
{
    struct exchange *x = event->data;
    ngx_http_request_t *r = x->r;
    ngx_connection_t *c = r->connection;

    if (event->timedout) {
        event->timedout = 0;
        ngx_add_timer(event, STILL_WORKING_MS);
        return;
    }
    if (event->timer_set)
        ngx_del_timer(event);
    ngx_http_set_log_request(c->log, r);
    x->on_thread = false;
    if (!x->worker->cores_rest.timer_set)
        ngx_add_timer(&x->worker->cores_rest, CORES_REST_MS);
    r->main->blocked--;
    r->aio = 0;
    if (r->done) {
        c->write->handler(c->write);
    } else {
        /* go_on, unless nginx ended the request meanwhile */
        r->write_event_handler(r);
        ngx_http_run_posted_requests(c);
    }
}

ngx_int_t task_post(struct exchange *x, ngx_thread_pool_t *pool, void (*work)(struct exchange *x),
                    ngx_int_t (*after)(struct exchange *x))
{
    ngx_http_request_t *r = x->r;

    if (!x->task) {
        x->task = ngx_thread_task_alloc(r->pool, sizeof(struct exchange *));
        if (!x->task)
            return NGX_ERROR;
        *(struct exchange **)x->task->ctx = x;
        x->task->handler = in_thread;
        x->task->event.data = x;
        x->task->event.handler = worked;
        x->task->event.log = ngx_cycle->log;
    }
    x->work = work;
    x->after = after;
    x->rc = ERR_NONE;
    x->on_thread = true;
    if (ngx_thread_task_post(pool, x->task) != NGX_OK) {
        x->on_thread = false;
        return NGX_BUSY;
    }
    /* a worker that is told to stop waits for its timers, not for its threads */
    ngx_add_timer(&x->task->event, STILL_WORKING_MS);
    r->main->blocked++;
    r->main->count++;
    r->aio = 1;
    if (!r->discard_body)
        r->read_event_handler = ngx_http_block_reading;
    r->write_event_handler = go_on;
    return NGX_DONE;
}

enum err_code core_take(struct worker *worker, struct lent_core **out, struct err *e)
{
    pthread_mutex_lock(&worker->cores_lock);
    struct lent_core *lent = worker->cores;
    if (lent) {
        worker->cores = lent->next;
        worker->core_count--;
        worker->cores_unused = ngx_min(worker->cores_unused, worker->core_count);
    }
    pthread_mutex_unlock(&worker->cores_lock);

    if (!lent) {
        lent = malloc(sizeof *lent);
        if (!lent)
            return err_set(e, ERR_NO_MEMORY, "a thread's way into the store");
        enum err_code rc = core_open(worker->store, true, &lent->core, e);
        if (rc) {
            free(lent);
            return rc;
        }
    }
    *out = lent;
    return ERR_NONE;
}

void core_give(struct worker *worker, struct lent_core *lent)
{
    pthread_mutex_lock(&worker->cores_lock);
    lent->next = worker->cores;
    worker->cores = lent;
    worker->core_count++;
    pthread_mutex_unlock(&worker->cores_lock);
}

/* One that nobody has needed since the last look, or NULL. */
static struct lent_core *unused_core(struct worker *worker)
{
    struct lent_core *lent = NULL;

    pthread_mutex_lock(&worker->cores_lock);
    if (worker->cores_unused > 0 && worker->core_count > CORES_KEPT) {
        lent = worker->cores;
        worker->cores = lent->next;
        worker->core_count--;
        worker->cores_unused--;
    }
    pthread_mutex_unlock(&worker->cores_lock);
    return lent;
}

/* A few at a time: requests wait meanwhile. */
static void cores_rest(ngx_event_t *event)
{
    struct worker *worker = event->data;
    struct lent_core *lent = NULL;

    for (size_t i = 0; i < CORES_CLOSED_AT_ONCE && (lent = unused_core(worker)); i++) {
        core_close(lent->core);
        free(lent);
    }
    if (!lent)
        malloc_trim(0);
    pthread_mutex_lock(&worker->cores_lock);
    worker->cores_unused = worker->core_count;
    bool more = worker->core_count > CORES_KEPT;
    pthread_mutex_unlock(&worker->cores_lock);
    if (more)
        ngx_add_timer(event, CORES_REST_MS);
}

void cores_init(struct worker *worker)
{
    pthread_mutex_init(&worker->cores_lock, NULL);
    worker->cores_rest.handler = cores_rest;
    worker->cores_rest.data = worker;
    worker->cores_rest.log = ngx_cycle->log;
    worker->cores_rest.cancelable = 1;
}

void cores_close(struct worker *worker)
{
    while (worker->cores) {
        struct lent_core *lent = worker->cores;
        worker->cores = lent->next;
        core_close(lent->core);
        free(lent);
    }
    pthread_mutex_destroy(&worker->cores_lock);
}
