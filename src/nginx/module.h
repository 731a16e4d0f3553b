/* nginx/module.h - what the files of the module share: the worker, and one exchange.
 *
 * Everything here belongs to the event loop unless it says otherwise. nginx's idioms hold:
 * functions that end in an ngx_int_t give what ngx_http_finalize_request wants, and whoever returns
 * NGX_DONE has taken one of the request's counts.
 */
#ifndef NGINX_MODULE_H
#define NGINX_MODULE_H

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "base/log.h"
#include "dialect/dialect.h"

#include <pthread.h>

extern ngx_module_t ngx_http_cameo_module;

struct exchange;

/* A list of things kept for the next request instead of being freed. */
struct spare {
    struct spare *next;
};

/* One per worker process; lives in the module's main configuration. */
struct worker {
    ngx_str_t dir;               /* of the store; empty when no location uses it */
    ngx_thread_pool_t *pool;     /* named `cameo` */
    ngx_thread_pool_t *pictures; /* named `cameo_pictures`; the same where there is none */
    struct arena *arena;         /* holds the text of `settings` */
    struct settings settings;
    struct store *store;
    struct core *core; /* the event loop's: may not block */
    ngx_event_t rest;  /* lets its snapshot go, REST_MS after it was first used again */

    struct spare *exchanges;
    size_t exchange_count;
    struct spare *pieces;
    size_t piece_count;

    /* of bodies that came in files and are, or wait to be, in memory: see body.c */
    int64_t body_room;
    ngx_queue_t body_waiting;
    ngx_event_t body_admit;

    /* cores of the pool's threads: see task.c */
    pthread_mutex_t cores_lock;
    struct lent_core *cores; /* those nobody has */
    size_t core_count;
    size_t cores_unused;    /* the fewest of them since cores_rest last looked */
    ngx_event_t cores_rest; /* closes what a burst has opened */
};

/* A core that a thread has for the length of its task. */
struct lent_core {
    struct core *core;
    struct lent_core *next;
};

/* One request and its answer, from the content handler to the end of the request. */
struct exchange {
    struct spare spare; /* first: see exchange.c */
    ngx_http_request_t *r;
    struct worker *worker;
    const struct dialect *dialect;
    enum dialect_plan plan;
    struct http_request req;
    struct http_response res;
    struct call call;
    bool large; /* its arena is not kept */

    /* body.c */
    ngx_http_event_handler_pt body_event; /* nginx's own, while the body is being read */
    ngx_fd_t body_fd;                     /* of the temporary file, or NGX_INVALID_FILE */
    int64_t body_size;                    /* bytes of the file */
    char *body;                           /* the file in memory: malloc */
    int64_t body_weight;                  /* what it takes of worker->body_room */
    bool body_taken;
    bool body_waits; /* in worker->body_waiting */
    ngx_queue_t body_link;

    /* task.c */
    ngx_thread_task_t *task;
    bool on_thread;
    bool decodes; /* a picture has to be decoded for it */
    void (*work)(struct exchange *x);
    ngx_int_t (*after)(struct exchange *x);
    enum err_code rc; /* of the work */
    struct err e;

    /* response.c */
    const char *view;  /* the whole picture where it lies, or NULL */
    char *piece;       /* SOURCE_PIECE bytes, from worker->pieces */
    size_t piece_len;  /* read and on its way */
    uint64_t piece_at; /* where it begins, within the part to be sent */
    ngx_buf_t buf;
};

/* module.c */

struct worker *worker_of(ngx_http_request_t *r);

/* exchange.c */

/* A fresh exchange for `r`, given back with the request's pool; NULL when out of memory. */
struct exchange *exchange_new(ngx_http_request_t *r);
/* The one that is at work on `r`, or NULL. */
struct exchange *exchange_of(ngx_http_request_t *r);
void exchange_free_spares(struct worker *worker);

/* Room for one piece of a picture; NULL when out of memory. */
char *piece_take(struct worker *worker);
void piece_give(struct worker *worker, char *piece);

/* request.c */

/* nginx's request as plain data in x->req, nothing copied; false when out of memory. */
bool request_read(struct exchange *x);

/* The path the client asked for, percent-decoded, also when the request line could not be read as
 * a whole and after internal redirects; at most `room` bytes of it. */
struct bytes request_path(ngx_http_request_t *r, char *out, size_t room);

/* handler.c */

#define REST_MS 100

ngx_int_t handler_content(ngx_http_request_t *r);

/* Runs the planned endpoint, here or on a thread, and answers. */
ngx_int_t handler_run(struct exchange *x);
/* The rest of it for an exchange that waited in line for memory. */
ngx_int_t handler_admitted(struct exchange *x);

/* body.c */

/* Reads the body, then runs the endpoint; finalizes the request itself when it returns NGX_DONE. */
ngx_int_t body_read(struct exchange *x);

/* In the thread: brings a body that came in a file into memory. False: it could not be read. */
bool body_load(struct exchange *x);

/* Also in the thread, when the answer is made: frees what body_load took, unless the answer lies in
 * it, for that takes longer than the event loop has time. */
void body_drop(struct exchange *x);

/* True when there is memory for the body now; else the exchange waits in line and NGX_DONE is to be
 * returned. Bodies in memory always have room. */
bool body_admit(struct exchange *x);

/* Frees what body_load took and lets the next in line go on; at the end of the request, because an
 * answer may hold slices of the body. */
void body_release(struct exchange *x);

/* Handler of worker->body_admit. */
void body_admit_next(ngx_event_t *event);

/* Bytes of a worker's memory for bodies that came in files, with what is made of them. */
#define BODY_ROOM (256L << 20)

/* task.c */

/* Runs work(x) on a thread of the pool, then after(x) here and finalizes with what that returns.
 * NGX_DONE when it was queued, NGX_BUSY when the queue is full, NGX_ERROR when out of memory. */
ngx_int_t task_post(struct exchange *x, ngx_thread_pool_t *pool, void (*work)(struct exchange *x),
                    ngx_int_t (*after)(struct exchange *x));

/* From any thread: a core that may block; it goes back with core_give. */
enum err_code core_take(struct worker *worker, struct lent_core **out, struct err *e) MUST_CHECK;
void core_give(struct worker *worker, struct lent_core *lent);
void cores_init(struct worker *worker);
void cores_close(struct worker *worker);

/* response.c */

/* Sends x->res. */
ngx_int_t respond(struct exchange *x);

/* error_page.c */

/* Answers with an error of the HTTP layer in the vendor's form. */
ngx_int_t error_respond(struct exchange *x, int status);
/* The same, without sending: fills x->res. */
void error_fill(struct exchange *x, int status);
/* The status that stands for a failure which no dialect has worded. */
int error_status(enum err_code rc);
/* The handler of the location that `error_page` leads to. */
ngx_int_t error_page(ngx_http_request_t *r);

/* log.c */

/* log_line's destination: nginx's error log. Any thread. */
void log_to_nginx(enum log_level level, const char *line);
/* Phase handler: from here on no log line of the request shows its path as it is. */
ngx_int_t log_hide_secrets(ngx_http_request_t *r);
/* … and no line of nginx's shows what it was asked for before that phase. For init_process. */
void log_hide_requests(ngx_cycle_t *cycle);
/* $cameo_uri: the masked path, without the query. */
ngx_int_t log_variable(ngx_http_request_t *r, ngx_http_variable_value_t *v, uintptr_t data);

/* receive.c: what comes in on connections. For init_module, when a location serves a
 * store, and for init_process (false: out of memory). */
void receive_configure(ngx_cycle_t *cycle);
bool receive_open(ngx_cycle_t *cycle);

#endif
