/* The zygote: one thread, one socket, and the boxes that it forked. */
#include "box/box.h"
#include "image/box_wire.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* A box that was forked and whose end nobody has asked for yet. */
struct child {
    pid_t pid; /* 0: none */
    bool ended;
    int status;
    int64_t cpu_us; /* it took in all */
};

struct zygote {
    int control;
    int signals;
    const char *path;
    const struct renderer *renderer; /* NULL: not loaded yet */
    const struct confine *confine;
    struct child children[ZYGOTE_BOXES_MAX];
};

static struct child *find(struct zygote *z, pid_t pid)
{
    for (size_t i = 0; i < COUNT(z->children); i++) {
        if (z->children[i].pid == pid)
            return &z->children[i];
    }
    return NULL;
}

static int64_t us_of(struct timeval time)
{
    return (int64_t)time.tv_sec * 1000000 + time.tv_usec;
}

static void note_end(struct child *child, int status, const struct rusage *usage)
{
    child->ended = true;
    child->status = status;
    child->cpu_us = us_of(usage->ru_utime) + us_of(usage->ru_stime);
}

static void reap(struct zygote *z)
{
    struct signalfd_siginfo info;
    struct rusage usage;
    int status;
    pid_t pid;

    while (read(z->signals, &info, sizeof info) == sizeof info)
        ;
    while ((pid = wait4(-1, &status, WNOHANG, &usage)) > 0) {
        struct child *child = find(z, pid);
        if (child)
            note_end(child, status, &usage);
    }
}

static bool has_living(const struct zygote *z)
{
    for (size_t i = 0; i < COUNT(z->children); i++) {
        if (z->children[i].pid && !z->children[i].ended)
            return true;
    }
    return false;
}

/* ---- what it is asked for ---- */

static enum err_code open_box(struct zygote *z, const int fds[ZYGOTE_FDS], int32_t *pid,
                              struct err *e)
{
    struct child *child = find(z, 0);
    pid_t self = getpid();

    if (!child)
        return err_set(e, ERR_BUSY, "%d boxes are open", ZYGOTE_BOXES_MAX);
    if (!z->renderer) {
        enum err_code rc = renderer_load(z->path, &z->renderer, e);
        if (rc)
            return rc;
    }
    struct box box = { z->renderer, z->confine, fds[0], fds[1], fds[2] };
    pid_t forked = fork();
    if (forked == 0)
        box_run(&box, self);
    if (forked < 0)
        return err_errno(e, errno, "fork a box");
    *child = (struct child){ .pid = forked };
    *pid = forked;
    return ERR_NONE;
}

static enum err_code end_box(struct zygote *z, pid_t pid, struct zygote_reply *reply, struct err *e)
{
    struct child *child = pid > 0 ? find(z, pid) : NULL;
    struct rusage usage = { 0 };
    int status = 0;

    if (!child)
        return err_set(e, ERR_NOT_FOUND, "no box of that number");
    if (!child->ended) {
        kill(pid, SIGKILL);
        while (wait4(pid, &status, 0, &usage) < 0 && errno == EINTR)
            ;
        note_end(child, status, &usage);
    }
    reply->status = child->status;
    reply->cpu_us = child->cpu_us;
    *child = (struct child){ 0 };
    return ERR_NONE;
}

static void serve(struct zygote *z, const struct zygote_wish *wish, const int fds[ZYGOTE_FDS])
{
    struct zygote_reply reply = { .pid = wish->pid };
    struct err e = { 0 };

    if (wish->op == ZYGOTE_OPEN && fds[ZYGOTE_FDS - 1] >= 0)
        reply.code = (int32_t)open_box(z, fds, &reply.pid, &e);
    else if (wish->op == ZYGOTE_END)
        reply.code = (int32_t)end_box(z, wish->pid, &reply, &e);
    else
        reply.code = (int32_t)err_set(&e, ERR_INTERNAL, "no wish to a zygote");
    memcpy(reply.text, e.text, sizeof reply.text);
    if (send(z->control, &reply, sizeof reply, MSG_NOSIGNAL) != sizeof reply)
        _exit(1);
}

/* One message with its descriptors; false when the other end is closed. */
static bool take(struct zygote *z, struct zygote_wish *wish, int fds[ZYGOTE_FDS])
{
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int) * ZYGOTE_FDS)];
    } control;
    struct iovec part = { wish, sizeof *wish };
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control
    };

    if (recvmsg(z->control, &message, MSG_CMSG_CLOEXEC) != sizeof *wish)
        return false;
    const struct cmsghdr *cmsg = CMSG_FIRSTHDR(&message);
    for (int i = 0; i < ZYGOTE_FDS; i++)
        fds[i] = -1;
    if (cmsg && cmsg->cmsg_type == SCM_RIGHTS &&
        cmsg->cmsg_len == CMSG_LEN(sizeof(int) * ZYGOTE_FDS))
        memcpy(fds, CMSG_DATA(cmsg), sizeof(int) * ZYGOTE_FDS);
    return true;
}

static bool take_signals(struct zygote *z)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_SETMASK, &set, NULL);
    z->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return z->signals >= 0;
}

void zygote_run(int control, const char *renderer, const struct confine *confine)
{
    struct zygote z = { .control = control, .path = renderer, .confine = confine };
    struct zygote_wish wish;

    if (!take_signals(&z))
        return;
    for (;;) {
        struct pollfd fds[] = { { .fd = control, .events = POLLIN },
                                { .fd = z.signals, .events = POLLIN } };
        bool rests = z.renderer && !has_living(&z);
        int ready = poll(fds, COUNT(fds), rests ? ZYGOTE_IDLE_SECONDS * 1000 : -1);
        if (ready == 0)
            return; /* the memory is worth more than the time to start again */
        reap(&z);
        if (!fds[0].revents)
            continue;
        int with[ZYGOTE_FDS];
        if (!take(&z, &wish, with))
            return;
        serve(&z, &wish, with);
        for (int i = 0; i < ZYGOTE_FDS; i++)
            closep(&with[i]);
    }
}
