#include "image/zygote.h"
#include "base/bytes.h"
#include "image/box_spawn.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_MS 30000 /* it loads a hundred libraries, from a slow disk perhaps */
#define ENDING_MS 1000

struct zygote {
    struct box_options options;
    char *renderer; /* NULL: to be looked for */
    pthread_mutex_t lock;
    int control; /* -1: there is none */
    uint64_t number;
};

enum err_code zygote_new(const struct box_options *options, struct zygote **out, struct err *e)
{
    CLEANUP(freep) struct zygote *zygote = calloc(1, sizeof *zygote);

    if (!zygote || (options->renderer && !(zygote->renderer = strdup(options->renderer))))
        return err_set(e, ERR_NO_MEMORY, "boxes");
    zygote->options = *options;
    zygote->control = -1;
    pthread_mutex_init(&zygote->lock, NULL);
    *out = TAKE(zygote);
    return ERR_NONE;
}

/* With the socket closed it ends, and its boxes with it. */
static void give_up(struct zygote *zygote)
{
    closep(&zygote->control);
}

void zygote_free(struct zygote *zygote)
{
    if (!zygote)
        return;
    if (zygote->control >= 0) {
        struct pollfd gone = { .fd = zygote->control, .events = POLLIN };
        shutdown(zygote->control, SHUT_WR);
        while (poll(&gone, 1, ENDING_MS) < 0 && errno == EINTR)
            ;
    }
    give_up(zygote);
    pthread_mutex_destroy(&zygote->lock);
    free(zygote->renderer);
    free(zygote);
}

/* ---- starting ---- */

static enum err_code spawn(struct zygote *zygote, int control, struct err *e)
{
    char program[PATH_MAX];
    char renderer[PATH_MAX];
    char memory[24];
    char cpu[24];
    const char *const arguments[ZYGOTE_ARGUMENTS + 1] = {
        BOX_PROGRAM,
        zygote->renderer ? zygote->renderer : renderer,
        memory,
        cpu,
        zygote->options.unconfined ? "1" : "0",
        zygote->options.background ? "1" : "0",
    };

    enum err_code rc = box_find_program(program, sizeof program, e);
    if (rc == ERR_NONE && !zygote->renderer)
        rc = box_find_renderer(renderer, sizeof renderer, e);
    if (rc)
        return rc;
    snprintf(memory, sizeof memory, "%lld", (long long)zygote->options.memory_max);
    snprintf(cpu, sizeof cpu, "%lld", (long long)zygote->options.cpu_seconds);
    return box_spawn(program, arguments, control, e);
}

static bool has_ended(const struct zygote *zygote)
{
    char byte;

    return recv(zygote->control, &byte, sizeof byte, MSG_PEEK | MSG_DONTWAIT) >= 0 ||
           (errno != EAGAIN && errno != EINTR); /* it never speaks first */
}

static enum err_code start_locked(struct zygote *zygote, struct err *e)
{
    int ends[2];

    if (zygote->control >= 0 && !has_ended(zygote))
        return ERR_NONE;
    give_up(zygote);
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return err_errno(e, errno, "start boxes");
    enum err_code rc = spawn(zygote, ends[1], e);
    close(ends[1]);
    if (rc) {
        close(ends[0]);
        return rc;
    }
    zygote->control = ends[0];
    zygote->number++;
    return ERR_NONE;
}

enum err_code zygote_start(struct zygote *zygote, struct err *e)
{
    pthread_mutex_lock(&zygote->lock);
    enum err_code rc = start_locked(zygote, e);
    pthread_mutex_unlock(&zygote->lock);
    return rc;
}

/* ---- asking ---- */

static bool send_wish(const struct zygote *zygote, const struct zygote_wish *wish, const int *fds)
{
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int) * ZYGOTE_FDS)];
    } control = { 0 };
    struct iovec part = { (void *)(uintptr_t)wish, sizeof *wish };
    struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

    if (fds) {
        message.msg_control = &control;
        message.msg_controllen = sizeof control;
        control.header.cmsg_level = SOL_SOCKET;
        control.header.cmsg_type = SCM_RIGHTS;
        control.header.cmsg_len = CMSG_LEN(sizeof(int) * ZYGOTE_FDS);
        memcpy(CMSG_DATA(&control.header), fds, sizeof(int) * ZYGOTE_FDS);
    }
    return sendmsg(zygote->control, &message, MSG_NOSIGNAL) == sizeof *wish;
}

static bool take_reply(const struct zygote *zygote, struct zygote_reply *reply)
{
    struct pollfd answer = { .fd = zygote->control, .events = POLLIN };
    int ready;

    while ((ready = poll(&answer, 1, ANSWER_MS)) < 0 && errno == EINTR)
        ;
    if (ready <= 0 || recv(zygote->control, reply, sizeof *reply, 0) != sizeof *reply)
        return false;
    reply->text[sizeof reply->text - 1] = '\0';
    return true;
}

/* False when it is gone, or as good as gone. */
static bool ask(struct zygote *zygote, const struct zygote_wish *wish, const int *fds,
                struct zygote_reply *reply)
{
    if (send_wish(zygote, wish, fds) && take_reply(zygote, reply))
        return true;
    give_up(zygote);
    return false;
}

static enum err_code open_locked(struct zygote *zygote, const int fds[ZYGOTE_FDS],
                                 struct zygote_child *out, struct err *e)
{
    const struct zygote_wish wish = { .op = ZYGOTE_OPEN };
    struct zygote_reply reply;

    for (int tries = 0; tries < 2; tries++) { /* one may end just now */
        enum err_code rc = start_locked(zygote, e);
        if (rc)
            return rc;
        if (!ask(zygote, &wish, fds, &reply))
            continue;
        if (reply.code)
            return err_set(e, ERR_UNAVAILABLE, "%s", reply.text);
        *out = (struct zygote_child){ reply.pid, zygote->number };
        return ERR_NONE;
    }
    return err_set(e, ERR_UNAVAILABLE, BOX_PROGRAM " ends as soon as it is started");
}

enum err_code zygote_open(struct zygote *zygote, const int fds[ZYGOTE_FDS],
                          struct zygote_child *out, struct err *e)
{
    pthread_mutex_lock(&zygote->lock);
    enum err_code rc = open_locked(zygote, fds, out, e);
    pthread_mutex_unlock(&zygote->lock);
    return rc;
}

bool zygote_end(struct zygote *zygote, const struct zygote_child *child, struct zygote_ending *out)
{
    const struct zygote_wish wish = { .op = ZYGOTE_END, .pid = child->pid };
    struct zygote_reply reply;

    pthread_mutex_lock(&zygote->lock);
    bool told = zygote->control >= 0 && child->zygote == zygote->number &&
                ask(zygote, &wish, NULL, &reply) && reply.code == ERR_NONE;
    pthread_mutex_unlock(&zygote->lock);
    if (told)
        *out = (struct zygote_ending){ reply.status, reply.cpu_us };
    return told;
}
