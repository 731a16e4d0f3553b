/* Bodies up to client_body_buffer_size lie in one buffer; larger ones nginx has written to a file
 * by the time they are whole, however slowly they came. Such a file is read into memory by the
 * thread that serves the request, and only so many at a time that the worker's memory is bounded.
 * Packed bodies count as what they may unpack to.
 */
#include "http/gzip.h"
#include "nginx/module.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define BODY_WEIGHT 4 /* a body in memory, and what is made of it: text, decoded, in between */

/* The body as one run of bytes, unless it is in a file. False when out of memory. */
static bool gather(struct exchange *x)
{
    const ngx_http_request_body_t *rb = x->r->request_body;
    const ngx_chain_t *first = rb ? rb->bufs : NULL;
    size_t size = 0;

    for (const ngx_chain_t *cl = first; cl; cl = cl->next) {
        if (cl->buf->in_file) {
            x->body_fd = cl->buf->file->fd;
            x->body_size = cl->buf->file_last;
            return true;
        }
        size += (size_t)(cl->buf->last - cl->buf->pos);
    }
    if (size == 0)
        return true;
    if (!first->next) {
        x->req.body = bytes_of((const char *)first->buf->pos, size);
        return true;
    }
    char *at = arena_alloc(x->call.arena, size);
    if (!at)
        return false;
    x->req.body = bytes_of(at, size);
    for (const ngx_chain_t *cl = first; cl; cl = cl->next) {
        size_t len = (size_t)(cl->buf->last - cl->buf->pos);
        if (len)
            at = (char *)ngx_cpymem(at, cl->buf->pos, len);
    }
    return true;
}

static void body_whole(ngx_http_request_t *r)
{
    struct exchange *x = exchange_of(r);

    x->body_event = NULL;
    ngx_http_finalize_request(r, gather(x) ? handler_run(x) : error_respond(x, 503));
}

/* nginx closes without a word when a body takes too long; the vendor's clients want to be told. */
static void body_event(ngx_http_request_t *r)
{
    struct exchange *x = exchange_of(r);
    ngx_event_t *read = r->connection->read;

    if (!x || !x->body_event) {
        ngx_http_block_reading(r);
    } else if (!read->timedout) {
        x->body_event(r);
    } else {
        read->timedout = 0;
        x->body_event = NULL;
        r->keepalive = 0;
        r->read_event_handler = ngx_http_block_reading;
        ngx_http_finalize_request(r, error_respond(x, 408));
    }
}

ngx_int_t body_read(struct exchange *x)
{
    ngx_http_request_t *r = x->r;

    r->request_body_in_single_buf = 1;
    r->request_body_file_log_level = 0; /* a large body is nothing to warn about */

    ngx_int_t rc = ngx_http_read_client_request_body(r, body_whole);
    if (rc >= NGX_HTTP_SPECIAL_RESPONSE)
        return rc;
    if (rc == NGX_AGAIN) {
        x->body_event = r->read_event_handler;
        r->read_event_handler = body_event;
    }
    return NGX_DONE;
}

bool body_load(struct exchange *x)
{
    if (x->body_fd == NGX_INVALID_FILE)
        return true;

    size_t size = (size_t)x->body_size;
    x->body = malloc(size ? size : 1);
    if (!x->body)
        return false;
    for (size_t at = 0; at < size;) {
        ssize_t got = pread(x->body_fd, x->body + at, size - at, (off_t)at);
        if (got <= 0 && errno != EINTR)
            return false;
        at += got > 0 ? (size_t)got : 0;
    }
    x->req.body = bytes_of(x->body, size);
    /* nobody reads it again, and what closing it costs is not the event loop's to pay */
    if (ftruncate(x->body_fd, 0))
        log_line(LOG_LEVEL_WARN, "a body's temporary file could not be cut off");
    return true;
}

static bool lies_in(const struct exchange *x, struct bytes text)
{
    return text.at >= x->body && text.at < x->body + x->body_size;
}

void body_drop(struct exchange *x)
{
    if (!x->body || lies_in(x, x->res.body) || lies_in(x, x->res.content_type))
        return;
    for (size_t i = 0; i < x->res.header_count; i++) {
        if (lies_in(x, x->res.headers[i].value))
            return;
    }
    free(TAKE(x->body));
    x->req.body = (struct bytes){ 0 };
}

static void take_room(struct exchange *x)
{
    x->worker->body_room -= x->body_weight;
    x->body_taken = true;
}

#define DEFLATE_RATIO_MAX 1032 /* nothing unpacks to more times its size */

/* What the body may come to take in memory; 0: nothing to speak of. */
static int64_t weight_of(const struct exchange *x)
{
    bool in_file = x->body_fd != NGX_INVALID_FILE;
    int64_t size = in_file ? x->body_size : (int64_t)x->req.body.len;

    if (coding_named(http_header_find(&x->req, "Content-Encoding")) != CODING_NONE)
        size += ngx_min(DEFLATE_RATIO_MAX * size, x->worker->settings.body_bytes_max);
    else if (!in_file)
        return 0;
    return ngx_min(BODY_WEIGHT * size, BODY_ROOM);
}

bool body_admit(struct exchange *x)
{
    struct worker *worker = x->worker;

    x->body_weight = weight_of(x);
    if (x->body_weight == 0)
        return true;
    if (x->body_weight <= worker->body_room && ngx_queue_empty(&worker->body_waiting)) {
        take_room(x);
        return true;
    }
    ngx_queue_insert_tail(&worker->body_waiting, &x->body_link);
    x->body_waits = true;
    x->r->main->count++;
    x->r->read_event_handler = ngx_http_block_reading;
    x->r->write_event_handler = ngx_http_request_empty_handler;
    return false;
}

/* The one that has waited longest, if there is room for it now. */
static struct exchange *next_admitted(struct worker *worker)
{
    if (ngx_queue_empty(&worker->body_waiting))
        return NULL;

    ngx_queue_t *first = ngx_queue_head(&worker->body_waiting);
    struct exchange *x = ngx_queue_data(first, struct exchange, body_link);
    if (x->body_weight > worker->body_room)
        return NULL;
    ngx_queue_remove(first);
    x->body_waits = false;
    take_room(x);
    return x;
}

void body_admit_next(ngx_event_t *event)
{
    struct worker *worker = event->data;
    struct exchange *x;

    while ((x = next_admitted(worker))) {
        ngx_connection_t *c = x->r->connection;
        ngx_http_set_log_request(c->log, x->r);
        ngx_http_finalize_request(x->r, handler_admitted(x));
        ngx_http_run_posted_requests(c);
    }
}

void body_release(struct exchange *x)
{
    struct worker *worker = x->worker;

    if (x->body_waits) {
        ngx_queue_remove(&x->body_link);
        x->body_waits = false;
    }
    free(TAKE(x->body));
    if (!x->body_taken)
        return;
    x->body_taken = false;
    worker->body_room += x->body_weight;
    if (!ngx_queue_empty(&worker->body_waiting)) {
        ngx_post_event(&worker->body_admit, &ngx_posted_events);
    }
}
