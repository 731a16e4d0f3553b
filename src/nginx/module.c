/* The module: its directives, and what a worker opens and closes.
 *
 *   cameo DIR;     location: serves the store in DIR, its settings read from there
 *   cameo_error;   location: answers nginx's own errors in the vendor's form (for error_page)
 */
#include "nginx/module.h"
#include "app/config.h"
#include "app/ready.h"

#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>

#define SETTINGS_MAX (1UL << 20)
#define STACK_BYTES  (512UL << 10) /* of a thread: recursion is bounded by VALUE_DEPTH_MAX */

struct worker *worker_of(ngx_http_request_t *r)
{
    return ngx_http_get_module_main_conf(r, ngx_http_cameo_module);
}

static void *make_main(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(struct worker));
}

static char *set_store(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    struct worker *worker = ngx_http_conf_get_module_main_conf(cf, ngx_http_cameo_module);
    ngx_http_core_loc_conf_t *clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    static ngx_str_t pool_name = ngx_string("cameo");
    ngx_str_t dir = ((ngx_str_t *)cf->args->elts)[1];

    (void)cmd;
    (void)conf;
    if (ngx_conf_full_name(cf->cycle, &dir, 0) != NGX_OK)
        return NGX_CONF_ERROR;
    if (worker->dir.len &&
        (worker->dir.len != dir.len || ngx_memcmp(worker->dir.data, dir.data, dir.len) != 0))
        return (char *)(uintptr_t) "names a second store: one nginx serves one";
    worker->dir = dir;
    worker->pool = ngx_thread_pool_add(cf, &pool_name);
    if (!worker->pool)
        return NGX_CONF_ERROR;
    clcf->handler = handler_content;
    return NGX_CONF_OK;
}

static char *set_error_page(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_core_loc_conf_t *clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    (void)cmd;
    (void)conf;
    clcf->handler = error_page;
    return NGX_CONF_OK;
}

static ngx_int_t add_variable(ngx_conf_t *cf)
{
    ngx_str_t name = ngx_string("cameo_uri");
    ngx_http_variable_t *variable = ngx_http_add_variable(cf, &name, 0);

    if (!variable)
        return NGX_ERROR;
    variable->get_handler = log_variable;
    return NGX_OK;
}

static ngx_int_t add_phase(ngx_conf_t *cf)
{
    ngx_http_core_main_conf_t *cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
    ngx_http_handler_pt *handler = ngx_array_push(&cmcf->phases[NGX_HTTP_POST_READ_PHASE].handlers);

    if (!handler)
        return NGX_ERROR;
    *handler = log_hide_secrets;
    return NGX_OK;
}

/* Threads that the store starts must leave nginx's signals to nginx. */
static enum err_code open_store(struct worker *worker, ngx_int_t workers, struct err *e)
{
    struct store_options options = { .dir = (const char *)worker->dir.data,
                                     .settings = &worker->settings };
    sigset_t all;
    sigset_t before;

    worker->arena = arena_new(SETTINGS_MAX);
    if (!worker->arena)
        return err_set(e, ERR_NO_MEMORY, "settings");
    enum err_code rc = config_load(worker->arena, options.dir, &worker->settings, e);
    if (rc)
        return rc;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    rc = store_open(&options, &worker->store, e);
    if (!rc)
        rc = core_open(worker->store, false, &worker->core, e);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!rc)
        core_hold_opened(worker->core, (size_t)(worker->settings.opened_bytes_max / workers));
    return rc;
}

/* After setuid, which clears it. Whoever ends the master ends its workers, kill -9 too. */
static void die_with_master(void)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (ngx_process == NGX_PROCESS_WORKER && getppid() != ngx_parent)
        _exit(1);
}

static ngx_int_t init_module(ngx_cycle_t *cycle)
{
    const struct worker *worker = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_cameo_module);
    pthread_attr_t attributes;

    if (worker && worker->dir.len)
        receive_configure(cycle);
    /* memory: many threads that mostly wait need neither heaps nor large stacks of their own */
    mallopt(M_ARENA_MAX, 2);
    mallopt(M_MMAP_THRESHOLD, 1 << 20); /* bodies and Argon2's memory go back at once */
    mallopt(M_TRIM_THRESHOLD, 4 << 20);
    if (pthread_attr_init(&attributes) == 0) {
        if (pthread_attr_setstacksize(&attributes, STACK_BYTES) == 0)
            pthread_setattr_default_np(&attributes);
        pthread_attr_destroy(&attributes);
    }
    return NGX_OK;
}

static void let_rest(ngx_event_t *event)
{
    struct worker *worker = event->data;

    core_rest(worker->core);
}

static ngx_int_t init_process(ngx_cycle_t *cycle)
{
    struct worker *worker = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_cameo_module);
    static ngx_str_t pictures_name = ngx_string("cameo_pictures");
    const ngx_core_conf_t *core_conf =
        (ngx_core_conf_t *)ngx_get_conf(cycle->conf_ctx, ngx_core_module);
    struct lent_core *lent = NULL;
    struct err e = { 0 };

    if (!worker || !worker->dir.len ||
        (ngx_process != NGX_PROCESS_WORKER && ngx_process != NGX_PROCESS_SINGLE))
        return NGX_OK;
    if (ngx_process == NGX_PROCESS_WORKER)
        die_with_master();
    log_to(log_to_nginx);
    log_hide_requests(cycle);
    cores_init(worker);
    ngx_queue_init(&worker->body_waiting);
    worker->body_room = BODY_ROOM;
    worker->body_admit.handler = body_admit_next;
    worker->body_admit.data = worker;
    worker->body_admit.log = cycle->log;
    worker->pictures = ngx_thread_pool_get(cycle, &pictures_name);
    if (!worker->pictures)
        worker->pictures = worker->pool; /* nginx's own lines may do without */
    worker->rest.handler = let_rest;
    worker->rest.data = worker;
    worker->rest.log = cycle->log;
    worker->rest.cancelable = 1; /* a stopping worker does not wait for it */
    if (!receive_open(cycle))
        return NGX_ERROR;
    if (open_store(worker, core_conf->worker_processes, &e)) {
        ngx_log_error(NGX_LOG_EMERG, cycle->log, 0, "cameo: %s", e.text);
        ready_tell(READY_FAILED);
        return NGX_ERROR;
    }
    /* one for threads, too: later there may be no descriptor, and deletions shall go on */
    if (core_take(worker, &lent, &e) == ERR_NONE)
        core_give(worker, lent);
    if (store_start_boxes(worker->store, &e)) /* whoever wants one hears of it */
        ngx_log_error(NGX_LOG_WARN, cycle->log, 0, "cameo: %s", e.text);
    ready_tell(READY_YES);
    return NGX_OK;
}

static void exit_process(ngx_cycle_t *cycle)
{
    struct worker *worker = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_cameo_module);

    if (!worker || !worker->arena)
        return;
    cores_close(worker);
    core_close(worker->core);
    store_close(worker->store);
    exchange_free_spares(worker);
    arena_free(worker->arena);
    worker->arena = NULL;
}

static ngx_int_t before_configuration(ngx_conf_t *cf)
{
    return add_variable(cf);
}

static ngx_command_t commands[] = {
    { ngx_string("cameo"), NGX_HTTP_LOC_CONF | NGX_CONF_TAKE1, set_store, NGX_HTTP_LOC_CONF_OFFSET,
      0, NULL },
    { ngx_string("cameo_error"), NGX_HTTP_LOC_CONF | NGX_CONF_NOARGS, set_error_page,
      NGX_HTTP_LOC_CONF_OFFSET, 0, NULL },
    ngx_null_command,
};

static ngx_http_module_t context = {
    .preconfiguration = before_configuration,
    .postconfiguration = add_phase,
    .create_main_conf = make_main,
};

ngx_module_t ngx_http_cameo_module = {
    NGX_MODULE_V1,
    .ctx = &context,
    .commands = commands,
    .type = NGX_HTTP_MODULE,
    .init_module = init_module,
    .init_process = init_process,
    .exit_process = exit_process,
};

/* What nginx looks for in a dynamic module. */
extern char *ngx_module_order[];

ngx_module_t *ngx_modules[] = { &ngx_http_cameo_module, NULL };
char *ngx_module_names[] = { (char *)(uintptr_t) "ngx_http_cameo_module", NULL };
char *ngx_module_order[] = { NULL };
