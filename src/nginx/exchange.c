#include "base/clock.h"
#include "nginx/module.h"

#include <stdlib.h>

#define SPARES_MAX      64           /* exchanges kept, each with its arena's first block */
#define PIECES_MAX      4            /* pieces kept: the memory an idle worker holds on to */
#define ARENA_MAX       (48UL << 20) /* a tree of VALUE_COUNT_MAX values and a long list fit */
#define BODY_COPIES_MAX 4 /* of a large body: unpacked, as text, decoded and in between */
#define BODY_BUFFER_MAX (512L << 10) /* client_body_buffer_size: above it a body is large */

static void put(struct spare **list, size_t *count, struct spare *spare)
{
    spare->next = *list;
    *list = spare;
    (*count)++;
}

static void *take(struct spare **list, size_t *count)
{
    struct spare *spare = *list;

    if (spare) {
        *list = spare->next;
        (*count)--;
    }
    return spare;
}

char *piece_take(struct worker *worker)
{
    void *piece = take(&worker->pieces, &worker->piece_count);

    return piece ? piece : malloc(SOURCE_PIECE);
}

void piece_give(struct worker *worker, char *piece)
{
    if (!piece)
        return;
    if (worker->piece_count < PIECES_MAX)
        put(&worker->pieces, &worker->piece_count, (struct spare *)(void *)piece);
    else
        free(piece);
}

/* Giving much memory back takes longer than the event loop has time: a thread does it. */
#define ARENA_HEAVY (1UL << 20)

struct burial {
    ngx_thread_task_t task; /* first */
    struct arena *arena;
};

static void bury(void *data, ngx_log_t *log)
{
    struct burial *burial = data;

    (void)log;
    arena_free(burial->arena);
}

static void buried(ngx_event_t *event)
{
    free(event->data);
}

static void free_heavy(struct worker *worker, struct arena *arena)
{
    struct burial *burial = calloc(1, sizeof *burial);

    if (burial) {
        burial->arena = arena;
        burial->task.ctx = burial;
        burial->task.handler = bury;
        burial->task.event.data = burial;
        burial->task.event.handler = buried;
        burial->task.event.log = ngx_cycle->log;
        if (ngx_thread_task_post(worker->pool, &burial->task) == NGX_OK)
            return;
        free(burial);
    }
    arena_free(arena);
}

/* Runs when the request's pool goes: whatever became of the request, no thread has it any more. */
static void exchange_free(void *data)
{
    struct exchange *x = data;
    struct worker *worker = x->worker;

    body_release(x);
    piece_give(worker, TAKE(x->piece));
    if (arena_given(x->call.arena) > ARENA_HEAVY) {
        free_heavy(worker, x->call.arena);
        free(x);
    } else if (!x->large && worker->exchange_count < SPARES_MAX) {
        arena_reset(x->call.arena);
        put(&worker->exchanges, &worker->exchange_count, &x->spare);
    } else {
        arena_free(x->call.arena);
        free(x);
    }
}

static struct exchange *fresh(size_t limit)
{
    struct exchange *x = malloc(sizeof *x);

    if (x)
        x->call.arena = arena_new(limit);
    if (x && !x->call.arena) {
        free(x);
        return NULL;
    }
    return x;
}

/* A small body may become a large one when it is unpacked. */
static bool is_encoded(const ngx_http_request_t *r)
{
    static const char name[] = "content-encoding";

    for (const ngx_list_part_t *part = &r->headers_in.headers.part; part && part->elts;
         part = part->next) {
        const ngx_table_elt_t *headers = part->elts;
        for (ngx_uint_t i = 0; i < part->nelts; i++) {
            if (headers[i].key.len == sizeof name - 1 &&
                ngx_strncmp(headers[i].lowcase_key, name, sizeof name - 1) == 0)
                return true;
        }
    }
    return false;
}

struct exchange *exchange_new(ngx_http_request_t *r)
{
    struct worker *worker = worker_of(r);
    bool large = r->headers_in.content_length_n > BODY_BUFFER_MAX || is_encoded(r) ||
                 (r->headers_in.content_length_n < 0 && r->headers_in.chunked);
    ngx_pool_cleanup_t *cleanup = ngx_pool_cleanup_add(r->pool, 0);
    struct exchange *x = NULL;

    if (!cleanup)
        return NULL;
    if (large)
        x = fresh(ARENA_MAX + BODY_COPIES_MAX * (size_t)worker->settings.body_bytes_max);
    else if (!(x = take(&worker->exchanges, &worker->exchange_count)))
        x = fresh(ARENA_MAX);
    if (!x)
        return NULL;

    struct arena *arena = x->call.arena;
    *x = (struct exchange){ .r = r, .worker = worker, .large = large };
    x->body_fd = NGX_INVALID_FILE;
    x->call.req = &x->req;
    x->call.res = &x->res;
    x->call.arena = arena;
    x->call.settings = &worker->settings;
    x->call.start_us = clock_now_us();
    cleanup->handler = exchange_free;
    cleanup->data = x;
    ngx_http_set_ctx(r, x, ngx_http_cameo_module);
    return x;
}

struct exchange *exchange_of(ngx_http_request_t *r)
{
    return ngx_http_get_module_ctx(r, ngx_http_cameo_module);
}

void exchange_free_spares(struct worker *worker)
{
    struct exchange *x;
    char *piece;

    while ((x = take(&worker->exchanges, &worker->exchange_count))) {
        arena_free(x->call.arena);
        free(x);
    }
    while ((piece = take(&worker->pieces, &worker->piece_count)))
        free(piece);
}
