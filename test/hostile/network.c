/* Attacks by the network, and by the one socket that is there. */
#include "hostile/hostile.h"

#include <errno.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

ASK(socket_inet, SYS_socket, AF_INET, SOCK_STREAM, 0)
ASK(socket_inet6, SYS_socket, AF_INET6, SOCK_DGRAM, 0)
ASK(socket_unix, SYS_socket, AF_UNIX, SOCK_STREAM, 0)
ASK(socket_netlink, SYS_socket, AF_NETLINK, SOCK_RAW, NETLINK_ROUTE)
TOUCH(socket_packet, SYS_socket, AF_PACKET, SOCK_RAW, 0)
TOUCH(socket_vsock, SYS_socket, AF_VSOCK, SOCK_STREAM, 0)
TOUCH(socket_crypto, SYS_socket, AF_ALG, SOCK_SEQPACKET, 0)
ASK(socket_pair, SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, (int[2]){ 0 })
TOUCH(listen_on_channel, SYS_listen, 0, 1)
TOUCH(accept_on_channel, SYS_accept4, 0, NULL, NULL, 0)
TOUCH(shut_channel, SYS_shutdown, 0, 9)
TOUCH(option_of_channel, SYS_setsockopt, 0, SOL_SOCKET, SO_DEBUG, NULL, 0)
TOUCH(read_option, SYS_getsockopt, 0, SOL_SOCKET, SO_PEERCRED, NULL, NULL)
TOUCH(name_of_channel, SYS_getsockname, 0, NULL, NULL)
TOUCH(name_of_peer, SYS_getpeername, 0, NULL, NULL)
TOUCH(many_messages, SYS_sendmmsg, 0, NULL, 0, 0)
TOUCH(take_message, SYS_recvmsg, 0, NULL, 0)
TOUCH(send_elsewhere, SYS_sendto, 7, "x", 1, MSG_NOSIGNAL, NULL, 0)
TOUCH(receive_elsewhere, SYS_recvfrom, 7, NULL, 0, MSG_DONTWAIT, NULL, NULL)
TOUCH(receive_name, SYS_recvfrom, 0, NULL, 0, MSG_DONTWAIT, (char[128]){ 0 }, NULL)

static bool connect_to_server(const struct target *t)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)t->port),
                                   .sin_addr = { htonl(INADDR_LOOPBACK) } };

    return syscall(SYS_connect, 0, &address, sizeof address) == 0 || errno != ENOSYS;
}

static bool bind_abstract(const struct target *t)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "\0cameo-attack" };

    (void)t;
    return syscall(SYS_bind, 0, &address, sizeof address) == 0 || errno != ENOSYS;
}

static bool send_to_abstract(const struct target *t)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "\0cameo-attack" };

    (void)t;
    return syscall(SYS_sendto, 0, "x", 1, MSG_NOSIGNAL, &address, sizeof address) >= 0 ||
           errno != ENOSYS;
}

/* A descriptor in a message could be planted in the server. */
static bool send_descriptor(const struct target *t)
{
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int))];
    } control = { 0 };
    char byte = 0;
    struct iovec part = { &byte, 1 };
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control
    };

    (void)t;
    control.header = (struct cmsghdr){ CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS };
    return syscall(SYS_sendmsg, 0, &message, MSG_NOSIGNAL) >= 0 || errno != ENOSYS;
}

const struct attack hostile_network[] = {
    { "socket_inet", socket_inet, BY_FILTER },
    { "socket_inet6", socket_inet6, BY_FILTER },
    { "socket_unix", socket_unix, BY_FILTER },
    { "socket_netlink", socket_netlink, BY_FILTER },
    { "socket_packet", socket_packet, BY_FILTER },
    { "socket_vsock", socket_vsock, BY_FILTER },
    { "socket_crypto", socket_crypto, BY_FILTER },
    { "socket_pair", socket_pair, BY_FILTER },
    { "connect_to_server", connect_to_server, BY_FILTER },
    { "bind_abstract", bind_abstract, BY_FILTER },
    { "listen_on_channel", listen_on_channel, BY_FILTER },
    { "accept_on_channel", accept_on_channel, BY_FILTER },
    { "shut_channel", shut_channel, BY_FILTER },
    { "option_of_channel", option_of_channel, BY_FILTER },
    { "read_option", read_option, BY_FILTER },
    { "name_of_channel", name_of_channel, BY_FILTER },
    { "name_of_peer", name_of_peer, BY_FILTER },
    { "send_descriptor", send_descriptor, BY_FILTER },
    { "many_messages", many_messages, BY_FILTER },
    { "take_message", take_message, BY_FILTER },
    { "send_elsewhere", send_elsewhere, BY_FILTER },
    { "send_to_abstract", send_to_abstract, BY_FILTER },
    { "receive_elsewhere", receive_elsewhere, BY_FILTER },
    { "receive_name", receive_name, BY_FILTER },
    { 0 },
};
