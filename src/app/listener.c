#include "app/listener.h"
#include "base/bytes.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>

#define BACKLOG 1024

static enum err_code not_an_address(const char *text, struct err *e)
{
    return err_set(e, ERR_INVALID, "'%.60s' is not ADDR:PORT, such as 127.0.0.1:8080 or [::1]:0",
                   text);
}

static void write_text(struct listener *l)
{
    char host[INET6_ADDRSTRLEN];

    if (l->address.ss_family == AF_INET6) {
        const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)&l->address;
        inet_ntop(AF_INET6, &six->sin6_addr, host, sizeof host);
        snprintf(l->text, sizeof l->text, "[%s]:%d", host, ntohs(six->sin6_port));
        l->loopback = IN6_IS_ADDR_LOOPBACK(&six->sin6_addr);
    } else {
        const struct sockaddr_in *four = (const struct sockaddr_in *)&l->address;
        inet_ntop(AF_INET, &four->sin_addr, host, sizeof host);
        snprintf(l->text, sizeof l->text, "%s:%d", host, ntohs(four->sin_port));
        l->loopback = ntohl(four->sin_addr.s_addr) >> 24 == 127;
    }
}

static bool set_address(struct listener *l, struct bytes host, uint16_t port)
{
    char text[INET6_ADDRSTRLEN];
    bool six = host.len > 2 && host.at[0] == '[' && host.at[host.len - 1] == ']';

    if (six)
        host = bytes_of(host.at + 1, host.len - 2);
    else if (bytes_eq(host, B("*")))
        host = B("0.0.0.0");
    else if (bytes_eq(host, B("localhost")))
        host = B("127.0.0.1");
    if (host.len >= sizeof text)
        return false;
    memcpy(text, host.at, host.len);
    text[host.len] = '\0';

    struct sockaddr_in6 *to6 = (struct sockaddr_in6 *)&l->address;
    struct sockaddr_in *to4 = (struct sockaddr_in *)&l->address;
    if (six) {
        *to6 = (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_port = htons(port) };
        l->address_len = sizeof *to6;
        return inet_pton(AF_INET6, text, &to6->sin6_addr) == 1;
    }
    *to4 = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(port) };
    l->address_len = sizeof *to4;
    return inet_pton(AF_INET, text, &to4->sin_addr) == 1;
}

enum err_code listener_parse(const char *text, bool tls, struct listener *out, struct err *e)
{
    struct listener l = { .tls = tls, .fd = -1 };
    const char *colon = strrchr(text, ':');
    int32_t port;

    if (!colon || !bytes_to_int32(bytes_str(colon + 1), &port) || port < 0 || port > 65535 ||
        !set_address(&l, bytes_of(text, (size_t)(colon - text)), (uint16_t)port))
        return not_an_address(text, e);
    write_text(&l);
    *out = l;
    return ERR_NONE;
}

enum err_code listener_bind(struct listener *l, struct err *e)
{
    int one = 1;

    /* nginx leaves inherited sockets as they are: a worker whose connection another one has taken
     * would wait in accept() and serve nobody */
    CLEANUP(closep)
    int fd = socket(l->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return err_errno(e, errno, "listen on %s", l->text);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (l->address.ss_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)&l->address, l->address_len) < 0 || listen(fd, BACKLOG) < 0) {
        if (errno == EADDRINUSE)
            return err_set(e, ERR_CONFLICT, "listen on %s: another program does already", l->text);
        return err_errno(e, errno, "listen on %s", l->text);
    }
    if (getsockname(fd, (struct sockaddr *)&l->address, &l->address_len) < 0)
        return err_errno(e, errno, "listen on %s", l->text);
    write_text(l);
    l->fd = take_fd(&fd);
    return ERR_NONE;
}
