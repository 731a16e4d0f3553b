/* What comes in on a connection, before nginx reads it:
 *
 * Request lines with literal spaces in their query, which nginx refuses, are mended (superoffice
 * 14.3). What nginx marks as `reusable` waits for a request: the next bytes begin one. Requests
 * that a client sends without waiting for the answer before stay as they are.
 *
 * One connection gives PORTION bytes a round of the event loop: nginx reads a body for as long as
 * there is more of it, and all others wait. */
#include "nginx/module.h"

#include "http/request_line.h"

#define PORTION (64 * 1024)

struct intake {
    struct request_line line;
    uint32_t taken;               /* of the portion */
    bool paused;                  /* there was more to read than the portion */
    ngx_event_handler_pt handler; /* of the connection, while `go_on` stands in its place */
};

static struct intake *intakes; /* one for each of the worker's connections, by its number */

static struct intake *intake_of(const ngx_connection_t *c)
{
    return &intakes[c - ngx_cycle->connections];
}

/* Its next turn. Whoever reads heads or throws bodies away looks at `ready` before he reads. */
static void go_on(ngx_event_t *event)
{
    struct intake *intake = intake_of(event->data);

    event->handler = intake->handler;
    if (intake->paused)
        event->ready = 1;
    event->handler(event);
}

/* The connection's turn is over: it goes on in the next round. */
static ssize_t enough(ngx_connection_t *c, struct intake *intake)
{
    intake->taken = 0;
    intake->paused = true;
    c->read->ready = 0;
    if (c->read->handler != go_on) {
        intake->handler = c->read->handler;
        c->read->handler = go_on;
    }
    ngx_post_event(c->read, &ngx_posted_next_events);
    return NGX_AGAIN;
}

static ssize_t take(ngx_connection_t *c, u_char *at, size_t room, ngx_recv_pt from)
{
    struct intake *intake = intake_of(c);

    if (intake->paused) { /* whichever event brings us here, what was there is still there */
        intake->paused = false;
        c->read->ready = 1;
    }
    if (intake->taken >= PORTION)
        return enough(c, intake);
    ssize_t got = from(c, at, ngx_min(room, PORTION - intake->taken));
    if (got > 0)
        intake->taken += (uint32_t)got;
    if (!c->read->ready)
        intake->taken = 0;
    return got;
}

/* The start of a request: see http/request_line.h. */
static ssize_t take_line(ngx_connection_t *c, u_char *at, size_t room, ngx_recv_pt from)
{
    struct request_line *line = &intake_of(c)->line;

    if (room <= REQUEST_LINE_HELD_MAX) { /* hardly any: no more mending */
        size_t some = ngx_min(line->held_len, room);
        if (!some)
            return take(c, at, room, from);
        memcpy(at, line->held, some);
        line->held_len = (unsigned char)(line->held_len - some);
        memmove(line->held, line->held + some, line->held_len);
        return (ssize_t)some;
    }
    for (;;) {
        size_t held = line->held_len;
        ssize_t got = take(c, at + held, room - held, from);
        if (got <= 0)
            return got;
        memcpy(at, line->held, held);
        size_t usable = request_line_mend(line, (char *)at, held + (size_t)got);
        if (usable)
            return (ssize_t)usable;
        if (!c->read->ready)
            return NGX_AGAIN;
    }
}

static ssize_t receive(ngx_connection_t *c, u_char *at, size_t room, ngx_recv_pt from)
{
    struct request_line *line = &intake_of(c)->line;

    if (c->reusable && !line->held_len)
        request_line_begin(line);
    return request_line_open(line) ? take_line(c, at, room, from) : take(c, at, room, from);
}

static ssize_t receive_plain(ngx_connection_t *c, u_char *at, size_t room)
{
    return receive(c, at, room, ngx_io.recv);
}

static ssize_t receive_tls(ngx_connection_t *c, u_char *at, size_t room)
{
    return receive(c, at, room, ngx_ssl_recv);
}

/* nginx's own, as they were found on a connection; the same for all. */
static ngx_event_handler_pt first_event;
static void (*handshake_done)(ngx_connection_t *c);

static void after_handshake(ngx_connection_t *c)
{
    if (c->ssl->handshaked)
        c->recv = receive_tls;
    handshake_done(c);
}

/* The first event of a TLS connection begins its handshake. The client's last words of it may come
 * so soon that this event finds them too, and a request behind them, which nginx would read before
 * we are there: from the end of such a handshake to the end of the event there is nothing to read.
 */
static bool first_round;
static int read_ahead;                                            /* nginx's wish */
static void (*info_callback)(const SSL *ssl, int where, int ret); /* nginx's own */

static void after_first_flight(const SSL *ssl, int where, int ret)
{
    if (info_callback)
        info_callback(ssl, where, ret);
    if (!first_round)
        return;
    SSL *own = (SSL *)(uintptr_t)ssl;
    if ((where & SSL_CB_HANDSHAKE_START) && SSL_get_read_ahead(own)) {
        read_ahead = SSL_get_read_ahead(own);
        SSL_set_read_ahead(own, 0); /* not a byte behind the handshake */
    }
    BIO *nothing = where & SSL_CB_HANDSHAKE_DONE ? BIO_new(BIO_s_mem()) : NULL;
    if (nothing)
        SSL_set0_rbio(own, nothing); /* gives "try again" */
}

/* The server's context is where SSL objects take their callback from. */
static void watch_handshakes(const ngx_http_connection_t *hc)
{
    const ngx_http_ssl_srv_conf_t *conf =
        ngx_http_get_module_srv_conf(hc->conf_ctx, ngx_http_ssl_module);
    SSL_CTX *ctx = conf->ssl.ctx;

    if (!ctx || SSL_CTX_get_info_callback(ctx) == after_first_flight)
        return;
    info_callback = SSL_CTX_get_info_callback(ctx);
    SSL_CTX_set_info_callback(ctx, after_first_flight);
}

static void begin_handshake(ngx_event_t *event)
{
    ngx_connection_t *c = event->data;

    event->handler = first_event;
    watch_handshakes(c->data);
    first_round = true;
    first_event(event);
    first_round = false;
    if (c->fd == (ngx_socket_t)-1 || !c->ssl)
        return;
    SSL_set_read_ahead(c->ssl->connection, read_ahead);
    if (c->ssl->handshaked) {
        c->recv = receive_tls;
        SSL_set_rfd(c->ssl->connection, c->fd);
        c->read->ready = 1;
        ngx_post_event(c->read, &ngx_posted_events);
    } else if (c->ssl->handler) {
        handshake_done = c->ssl->handler;
        c->ssl->handler = after_handshake;
    }
}

static void init_connection(ngx_connection_t *c)
{
    if (!intakes) {
        ngx_http_init_connection(c);
        return;
    }
    bool waits = !c->read->ready; /* else all of the following happens within init_connection */
    *intake_of(c) = (struct intake){ 0 };
    c->recv = receive_plain;
    ngx_http_init_connection(c);
    if (c->fd == (ngx_socket_t)-1 || !c->data)
        return;
    if (!waits)
        return;

    const ngx_http_connection_t *hc = c->data;
    if (hc->addr_conf && hc->ssl && !c->ssl) {
        first_event = c->read->handler;
        c->read->handler = begin_handshake;
    }
}

void receive_configure(ngx_cycle_t *cycle)
{
    ngx_listening_t *listening = cycle->listening.elts;

    for (ngx_uint_t i = 0; i < cycle->listening.nelts; i++) {
        if (listening[i].handler == ngx_http_init_connection)
            listening[i].handler = init_connection;
    }
}

bool receive_open(ngx_cycle_t *cycle)
{
    intakes = ngx_pcalloc(cycle->pool, cycle->connection_n * sizeof *intakes);
    return intakes != NULL;
}
