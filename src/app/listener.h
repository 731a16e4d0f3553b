/* app/listener.h - the sockets `cameo serve` listens on. They are bound here and handed to nginx,
 * so that a free port is known before nginx starts. */
#ifndef APP_LISTENER_H
#define APP_LISTENER_H

#include "base/err.h"

#include <netinet/in.h>

#define LISTENER_TEXT_MAX 64

struct listener {
    bool tls;
    bool loopback; /* reached from this machine only */
    int fd;        /* -1 until bound */
    struct sockaddr_storage address;
    socklen_t address_len;
    char text[LISTENER_TEXT_MAX]; /* "127.0.0.1:8080", "[::1]:8080" */
};

/* ADDR:PORT; ADDR is an IPv4 address, an IPv6 address in brackets, `localhost` or `*` (all of
 * IPv4). ERR_INVALID otherwise. */
enum err_code listener_parse(const char *text, bool tls, struct listener *out,
                             struct err *e) MUST_CHECK;

/* Binds and listens; port 0 becomes a free one, and `text` says which.
 * ERR_CONFLICT     another socket has the address
 * ERR_UNAVAILABLE  not allowed, or no such address here */
enum err_code listener_bind(struct listener *listener, struct err *e) MUST_CHECK;

#endif
