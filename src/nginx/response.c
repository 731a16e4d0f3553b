/* Answers go out of the memory they were made in. A picture is read piece by piece, and the first
 * piece before the header, so that a failing disk or a broken checksum is an error answer; when a
 * later piece fails the connection is cut, which a client with a Content-Length notices. */
#include "nginx/module.h"

static ngx_str_t str_of(struct bytes text)
{
    return (ngx_str_t){ text.len, (u_char *)(uintptr_t)text.at };
}

/* A line break in a value would be a header of the client's making. */
static bool is_clean(struct bytes value)
{
    for (size_t i = 0; i < value.len; i++) {
        if (value.at[i] == '\r' || value.at[i] == '\n' || value.at[i] == '\0')
            return false;
    }
    return true;
}

static bool add_header(ngx_http_request_t *r, const struct http_header *header)
{
    if (!is_clean(header->value)) {
        log_line(LOG_LEVEL_ERROR, "header %.*s left out: line break in its value",
                 (int)header->name.len, header->name.at);
        return true;
    }
    ngx_table_elt_t *out = ngx_list_push(&r->headers_out.headers);
    if (!out)
        return false;
    *out = (ngx_table_elt_t){ .hash = 1 };
    out->key = str_of(header->name);
    out->value = str_of(header->value);
    if (bytes_eq_nocase(header->name, B("Content-Encoding")))
        r->headers_out.content_encoding = out; /* for filters: do not pack it again */
    return true;
}

static bool set_head(struct exchange *x)
{
    ngx_http_request_t *r = x->r;
    const struct http_response *res = &x->res;

    r->headers_out.status = (ngx_uint_t)res->status;
    r->err_status = 0; /* after error_page the answer's own status counts */
    r->headers_out.status_line.len = 0;
    r->headers_out.content_length_n = (off_t)(res->source ? res->length : res->body.len);
    r->headers_out.content_type = str_of(res->content_type);
    r->headers_out.content_type_len = res->content_type.len;
    r->headers_out.content_type_lowcase = NULL;
    r->allow_ranges = 0; /* conditions and ranges are the dialect's */
    r->disable_not_modified = 1;
    for (size_t i = 0; i < res->header_count; i++) {
        if (!add_header(r, &res->headers[i]))
            return false;
    }
    return true;
}

static ngx_int_t send_memory(struct exchange *x, struct bytes bytes, bool last)
{
    ngx_chain_t out = { &x->buf, NULL };

    x->buf = (ngx_buf_t){ .memory = bytes.len > 0 };
    x->buf.pos = x->buf.start = (u_char *)(uintptr_t)bytes.at;
    x->buf.last = x->buf.end = x->buf.pos + bytes.len;
    x->buf.flush = !last;
    x->buf.last_buf = last;
    x->buf.last_in_chain = last;
    return ngx_http_output_filter(x->r, &out);
}

/* How long the piece at piece_at is: pieces end where the source likes them to. */
static size_t piece_len(const struct exchange *x)
{
    uint64_t rest = x->res.length - x->piece_at;
    uint64_t room = SOURCE_PIECE - (x->res.offset + x->piece_at) % SOURCE_PIECE;

    return (size_t)(rest < room ? rest : room);
}

static enum err_code read_piece(struct exchange *x, bool may_block)
{
    struct source *source = x->res.source;

    x->piece_len = piece_len(x);
    return source->read(source, x->res.offset + x->piece_at, x->piece, x->piece_len, may_block,
                        &x->e);
}

static void read_on_thread(struct exchange *x)
{
    x->rc = read_piece(x, true);
}

static void stream_event(ngx_http_request_t *r);

/* What one answer may send in a round of the event loop: the others wait meanwhile. */
#define PORTION (128 * 1024)

/* Goes on in the next round. */
static ngx_int_t stream_pause(struct exchange *x)
{
    ngx_http_request_t *r = x->r;

    ngx_post_event(r->connection->write, &ngx_posted_next_events);
    if (!r->discard_body)
        r->read_event_handler = ngx_http_test_reading;
    r->write_event_handler = stream_event;
    r->main->count++;
    return NGX_DONE;
}

/* Waits until the socket has taken all of the piece. */
static ngx_int_t stream_wait(struct exchange *x)
{
    ngx_http_request_t *r = x->r;
    ngx_event_t *write = r->connection->write;
    ngx_http_core_loc_conf_t *clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    if (!write->delayed)
        ngx_add_timer(write, clcf->send_timeout);
    if (ngx_handle_write_event(write, clcf->send_lowat) != NGX_OK)
        return NGX_ERROR;
    if (!r->discard_body)
        r->read_event_handler = ngx_http_test_reading;
    r->write_event_handler = stream_event;
    r->main->count++;
    return NGX_DONE;
}

static ngx_int_t stream_stuck(struct exchange *x);

static ngx_int_t stream_send(struct exchange *x)
{
    for (size_t sent = x->piece_len;; sent += x->piece_len) {
        bool last = x->piece_at + x->piece_len == x->res.length;
        ngx_int_t rc = send_memory(x, bytes_of(x->piece, x->piece_len), last);
        /* what nginx still holds of the last piece is its finalizer's business */
        if (rc == NGX_ERROR || last)
            return rc == NGX_ERROR ? rc : NGX_OK;
        x->piece_at += x->piece_len;
        if (rc == NGX_AGAIN || x->r->connection->buffered)
            return stream_wait(x);
        if (sent >= PORTION)
            return stream_pause(x);
        x->rc = read_piece(x, false);
        if (x->rc)
            return stream_stuck(x);
    }
}

static ngx_int_t stream_after_read(struct exchange *x)
{
    return x->rc ? stream_stuck(x) : stream_send(x);
}

/* The next piece cannot be read here, or not at all. */
static ngx_int_t stream_stuck(struct exchange *x)
{
    if (x->rc == ERR_BLOCKS &&
        task_post(x, x->worker->pool, read_on_thread, stream_after_read) == NGX_DONE)
        return NGX_DONE;
    if (!x->e.told)
        log_line(LOG_LEVEL_ERROR, "answer cut off: %s", x->e.text);
    return NGX_ERROR;
}

static void stream_event(ngx_http_request_t *r)
{
    struct exchange *x = exchange_of(r);
    ngx_connection_t *c = r->connection;

    if (c->write->timedout) {
        c->timedout = 1;
        ngx_http_finalize_request(r, NGX_HTTP_REQUEST_TIME_OUT);
        return;
    }
    ngx_int_t rc = c->write->delayed ? NGX_AGAIN : ngx_http_output_filter(r, NULL);
    if (rc != NGX_ERROR && (rc == NGX_AGAIN || c->buffered)) {
        /* waits anew; the count it takes is the one that finalizing gives back */
        ngx_http_finalize_request(r, stream_wait(x));
        return;
    }
    if (c->write->timer_set)
        ngx_del_timer(c->write);
    r->write_event_handler = ngx_http_request_empty_handler;
    if (rc != NGX_ERROR) {
        x->rc = read_piece(x, false);
        rc = stream_after_read(x);
    }
    ngx_http_finalize_request(r, rc);
}

/* Sends a picture from where it lies in memory. What the socket does not take at once is copied and
 * checked again, for until it goes out anything may happen to that memory. */
static ngx_int_t send_view(struct exchange *x)
{
    ngx_int_t rc = send_memory(x, bytes_of(x->view, (size_t)x->res.length), true);
    size_t sent = (size_t)(x->buf.pos - x->buf.start);

    if (rc == NGX_ERROR || sent == x->res.length)
        return rc;
    x->piece = piece_take(x->worker);
    /* its pages were there a moment ago; a file system that cannot say so, or has let go of them,
     * is waited for, as the answer has begun */
    enum err_code read = x->piece ? read_piece(x, false) : ERR_NO_MEMORY;
    if (read == ERR_BLOCKS)
        read = read_piece(x, true);
    if (read) {
        log_line(LOG_LEVEL_ERROR, "answer cut off: %s", x->piece ? x->e.text : "out of memory");
        return NGX_ERROR;
    }
    x->buf.start = (u_char *)x->piece;
    x->buf.pos = x->buf.start + sent;
    x->buf.last = x->buf.end = x->buf.start + x->piece_len;
    return rc;
}

static ngx_int_t send_all(struct exchange *x)
{
    if (!set_head(x))
        return NGX_ERROR;
    ngx_int_t rc = ngx_http_send_header(x->r);
    if (rc == NGX_ERROR || rc > NGX_OK || x->r->header_only)
        return rc;
    if (x->view)
        return send_view(x);
    if (x->res.source && x->res.length > 0)
        return stream_send(x);
    return send_memory(x, x->res.body, true);
}

static ngx_int_t after_first_read(struct exchange *x)
{
    if (x->rc && !x->e.told)
        log_line(LOG_LEVEL_ERROR, "picture not sent: %s", x->e.text);
    if (x->rc == ERR_CORRUPT) {
        x->res = (struct http_response){ 0 };
        x->dialect->fail(&x->call, 500, dialect_public_text(&x->e, 500));
    } else if (x->rc) {
        error_fill(x, error_status(x->rc));
    }
    return send_all(x);
}

/* Below this a copy is as good: no difference could be measured. */
#define VIEW_MIN (32 * 1024)

/* TLS and HTTP/2 read the memory themselves, which only system calls may do. */
static bool view(struct exchange *x)
{
    struct source *source = x->res.source;

    if (!source->view || x->r->connection->ssl || x->r->stream || x->res.length < VIEW_MIN ||
        x->res.length > SOURCE_PIECE || piece_len(x) != x->res.length)
        return false;
    x->view = source->view(source, x->res.offset, (size_t)x->res.length);
    return x->view != NULL;
}

ngx_int_t respond(struct exchange *x)
{
    if (x->res.status == 0) {
        log_line(LOG_LEVEL_ERROR, "%s: an endpoint gave no answer", x->dialect->name);
        error_fill(x, 500);
    }
    if (!x->res.source || x->res.length == 0 || x->r->method == NGX_HTTP_HEAD)
        return send_all(x);

    if (view(x))
        return send_all(x);
    x->piece = piece_take(x->worker);
    if (!x->piece)
        x->rc = err_set(&x->e, ERR_NO_MEMORY, "out of memory");
    else
        x->rc = read_piece(x, false);
    if (x->rc != ERR_BLOCKS)
        return after_first_read(x);

    if (task_post(x, x->worker->pool, read_on_thread, after_first_read) == NGX_DONE)
        return NGX_DONE;
    error_fill(x, 503);
    return send_all(x);
}
