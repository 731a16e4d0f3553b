#include "app/keeper.h"
#include "app/ready.h"
#include "base/bytes.h"
#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define MODULE_NAME "ngx_http_cameo_module.so"
#ifndef CAMEO_MODULE_DIR
#define CAMEO_MODULE_DIR "/usr/lib/nginx/modules"
#endif

#define START_MS     60000 /* recovery of a store is quick; a machine may not be */
#define ENDING_MS    5000  /* for nginx to end by itself after a failure */
#define LOG_TAIL_MAX 200

static bool find_nginx(char *out, size_t room)
{
    const char *set = getenv("CAMEO_NGINX");
    const char *path = getenv("PATH");
    struct bytes rest = bytes_str(path ? path : "/usr/sbin:/usr/bin");
    struct bytes folder;

    if (set && *set)
        return (size_t)snprintf(out, room, "%s", set) < room && access(out, X_OK) == 0;
    if ((size_t)snprintf(out, room, "/usr/sbin/nginx") < room && access(out, X_OK) == 0)
        return true;
    while (bytes_split(&rest, ':', &folder)) {
        if ((size_t)snprintf(out, room, "%.*s/nginx", (int)folder.len, folder.at) < room &&
            folder.len && access(out, X_OK) == 0)
            return true;
    }
    return false;
}

static bool find_module(char *out, size_t room)
{
    char self[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);

    if (len > 0) {
        self[len] = '\0';
        *strrchr(self, '/') = '\0';
        if ((size_t)snprintf(out, room, "%s/" MODULE_NAME, self) < room && access(out, R_OK) == 0)
            return true;
    }
    return (size_t)snprintf(out, room, CAMEO_MODULE_DIR "/" MODULE_NAME) < room &&
           access(out, R_OK) == 0;
}

enum err_code keeper_find(char *nginx, char *module, size_t room, struct err *e)
{
    if (!find_nginx(nginx, room))
        return err_set(e, ERR_NOT_FOUND, "there is no nginx: install it, or set CAMEO_NGINX");
    if (!find_module(module, room))
        return err_set(e, ERR_NOT_FOUND,
                       "there is no " MODULE_NAME " beside this program or in " CAMEO_MODULE_DIR);
    return ERR_NONE;
}

enum err_code keeper_init(struct keeper *keeper, struct err *e)
{
    sigset_t set;

    *keeper = (struct keeper){ .signals = -1, .ready = -1 };
    prctl(PR_SET_CHILD_SUBREAPER, 1); /* in a container there may be nobody else to reap them */
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    keeper->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return keeper->signals < 0 ? err_errno(e, errno, "take signals") : ERR_NONE;
}

/* nginx takes over sockets whose numbers stand in the variable NGINX. */
static bool set_environment(const struct keeper_start *start, int ready)
{
    char sockets[16 * 64] = "";
    char number[16];
    size_t len = 0;

    for (size_t i = 0; i < start->listener_count; i++) {
        int fd = start->listeners[i].fd;
        len += (size_t)snprintf(sockets + len, sizeof sockets - len, "%d;", fd);
        if (len >= sizeof sockets || fcntl(fd, F_SETFD, 0) < 0)
            return false;
    }
    snprintf(number, sizeof number, "%d", ready);
    return fcntl(ready, F_SETFD, 0) == 0 && setenv("NGINX", sockets, 1) == 0 &&
           setenv(READY_ENVIRONMENT, number, 1) == 0;
}

/* In the child: the only thread there is. */
static void run_nginx(const struct keeper_start *start, int ready, pid_t parent)
{
    char conf[PATH_MAX + 16];
    sigset_t none;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    /* stdout is for ready lines alone */
    if (dup2(STDERR_FILENO, STDOUT_FILENO) < 0 || !set_environment(start, ready))
        _exit(1);
    snprintf(conf, sizeof conf, "%s/nginx.conf", start->prefix);
    execl(start->nginx, "nginx", "-p", start->prefix, "-c", conf, "-e", start->log, (char *)NULL);
    fprintf(stderr, "cameo: run '%s': %s\n", start->nginx, strerrordesc_np(errno));
    _exit(1);
}

/* The last line of the error log that is new since `from`, without its date; or nothing. */
static struct bytes last_line(const char *path, off_t from, char out[LOG_TAIL_MAX + 1])
{
    CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
    off_t size = fd < 0 ? 0 : lseek(fd, 0, SEEK_END);
    off_t at = size - from > LOG_TAIL_MAX ? size - LOG_TAIL_MAX : from;
    ssize_t got = size > from ? pread(fd, out, LOG_TAIL_MAX, at) : 0;
    struct bytes text = bytes_of(out, got > 0 ? (size_t)got : 0);
    struct bytes line = { 0 };

    for (struct bytes part; bytes_split(&text, '\n', &part);) {
        if (part.len)
            line = part;
    }
    size_t bracket = bytes_index(line, '[');
    return bytes_from(line, bracket < line.len ? bracket : 0);
}

static off_t size_of(const char *path)
{
    CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
    off_t size = fd < 0 ? 0 : lseek(fd, 0, SEEK_END);

    return size > 0 ? size : 0;
}

/* Takes the end of nginx if it has come, and of orphans: what starts boxes is nobody's child. */
static bool reap(struct keeper *keeper)
{
    pid_t ended;

    while ((ended = waitpid(-1, NULL, WNOHANG)) > 0) {
        if (ended == keeper->nginx)
            keeper->nginx = 0;
    }
    return keeper->nginx == 0;
}

static void tell(struct keeper *keeper, int signal)
{
    if (keeper->nginx)
        kill(keeper->nginx, signal);
}

static void take_signals(struct keeper *keeper)
{
    struct signalfd_siginfo info;

    while (read(keeper->signals, &info, sizeof info) == sizeof info) {
        if (info.ssi_signo == SIGUSR1) {
            tell(keeper, SIGUSR1); /* opens its logs anew */
        } else if (info.ssi_signo != SIGCHLD) {
            /* the second time it is meant */
            tell(keeper, keeper->stopping ? SIGTERM : SIGQUIT);
            keeper->stopping = true;
        }
    }
    reap(keeper);
}

/* Waits for signals and words of workers; adds up those that are ready. */
static enum err_code wait_once(struct keeper *keeper, int timeout_ms, int *ready, struct err *e)
{
    struct pollfd fds[] = { { .fd = keeper->signals, .events = POLLIN },
                            { .fd = keeper->ready, .events = POLLIN } };
    char words[64];
    ssize_t got;

    if (poll(fds, COUNT(fds), timeout_ms) < 0 && errno != EINTR)
        return err_errno(e, errno, "wait for nginx");
    take_signals(keeper);
    while ((got = read(keeper->ready, words, sizeof words)) > 0) {
        for (ssize_t i = 0; i < got; i++) {
            if (words[i] != READY_YES)
                return err_set(e, ERR_INTERNAL, "a worker of nginx could not open the store");
            (*ready)++;
        }
    }
    return ERR_NONE;
}

static enum err_code why_ended(const struct keeper_start *start, off_t from, enum err_code rc,
                               struct err *e)
{
    char text[LOG_TAIL_MAX + 1];
    struct bytes line = last_line(start->log, from, text);

    if (line.len)
        return err_set(e, rc, "nginx did not start: %.*s", (int)line.len, line.at);
    return err_context(e, "nginx did not start");
}

static enum err_code wait_ready(struct keeper *keeper, const struct keeper_start *start,
                                struct err *e)
{
    int64_t until_us = clock_monotonic_us() + START_MS * 1000LL;
    int ready = 0;

    while (ready < start->workers) {
        int64_t left_us = until_us - clock_monotonic_us();
        if (left_us <= 0)
            return err_set(e, ERR_INTERNAL, "no answer from nginx in %d s", START_MS / 1000);
        enum err_code rc = wait_once(keeper, (int)(left_us / 1000) + 1, &ready, e);
        if (rc)
            return rc;
        if (!keeper->nginx)
            return keeper->stopping ? err_set(e, ERR_BUSY, "told to stop")
                                    : err_set(e, ERR_INTERNAL, "nginx has ended");
    }
    return ERR_NONE;
}

enum err_code keeper_start(struct keeper *keeper, const struct keeper_start *start, struct err *e)
{
    off_t log_size = size_of(start->log);
    pid_t self = getpid();
    int pipe_fds[2];

    if (pipe2(pipe_fds, O_CLOEXEC) < 0)
        return err_errno(e, errno, "start nginx");
    keeper->ready = pipe_fds[0];
    fcntl(keeper->ready, F_SETFL, O_NONBLOCK);
    fflush(NULL);
    keeper->nginx = fork();
    if (keeper->nginx == 0)
        run_nginx(start, pipe_fds[1], self);
    close(pipe_fds[1]);
    if (keeper->nginx < 0) {
        keeper->nginx = 0;
        return err_errno(e, errno, "start nginx");
    }
    for (size_t i = 0; i < start->listener_count; i++)
        close(start->listeners[i].fd);

    enum err_code rc = wait_ready(keeper, start, e);
    if (rc && rc != ERR_BUSY) {
        keeper_done(keeper);
        return why_ended(start, log_size, rc, e);
    }
    return rc;
}

enum err_code keeper_wait(struct keeper *keeper, int timeout_ms, bool *ended, struct err *e)
{
    int ready = 0;

    enum err_code rc = wait_once(keeper, timeout_ms, &ready, e);
    if (rc)
        return rc;
    *ended = keeper->nginx == 0;
    if (*ended && !keeper->stopping)
        return err_set(e, ERR_INTERNAL, "nginx has ended by itself: see its error log");
    return ERR_NONE;
}

void keeper_done(struct keeper *keeper)
{
    tell(keeper, SIGTERM);
    for (int waited_ms = 0; !reap(keeper) && waited_ms < ENDING_MS; waited_ms += 10)
        poll(NULL, 0, 10);
    if (keeper->nginx) {
        tell(keeper, SIGKILL);
        waitpid(keeper->nginx, NULL, 0);
        keeper->nginx = 0;
    }
    closep(&keeper->signals);
    closep(&keeper->ready);
}
