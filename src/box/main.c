/* cameo-box - the zygote of boxes: see image/box.h. Started by Cameo alone. */
#include "box/box.h"
#include "image/box_wire.h"

#include <fcntl.h>
#include <malloc.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static bool is_control(int fd)
{
    int type;
    socklen_t len = sizeof type;

    return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 && type == SOCK_SEQPACKET;
}

/* When memory is short, a box goes first; and what was in one is in no file afterwards. */
static void be_modest(void)
{
    static const struct rlimit none = { 0, 0 };
    CLEANUP(closep) int score = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

    if (score < 0 || write(score, "500", 3) != 3) {
        /* then it goes when it is the largest */
    }
    setrlimit(RLIMIT_CORE, &none);
    /* each takes 64 MiB of address space, and one thread works at a time */
    mallopt(M_ARENA_MAX, 1);
}

static void be_patient(void)
{
    static const struct sched_param none = { 0 };

    if (sched_setscheduler(0, SCHED_IDLE, &none) != 0) {
        /* then it takes its share */
    }
}

int main(int argc, char **argv)
{
    struct err e = { 0 };

    if (argc != ZYGOTE_ARGUMENTS || !is_control(ZYGOTE_CONTROL_FD)) {
        fputs("cameo-box is started by cameo, which decodes pictures in it\n", stderr);
        return 2;
    }
    fcntl(ZYGOTE_CONTROL_FD, F_SETFD, FD_CLOEXEC);
    be_modest();
    if (argv[ZYGOTE_BACKGROUND][0] == '1')
        be_patient();
    struct confine confine = {
        .memory_max = strtoll(argv[ZYGOTE_MEMORY], NULL, 10),
        .cpu_seconds = strtoll(argv[ZYGOTE_CPU], NULL, 10),
        .unconfined = argv[ZYGOTE_UNCONFINED][0] == '1',
    };
    /* without a filter no box opens, unless it may do without: then each says so */
    if (confine_prepare(&confine, &e))
        confine.filter.len = 0;
    zygote_run(ZYGOTE_CONTROL_FD, argv[ZYGOTE_RENDERER], &confine);
    _exit(0); /* the libraries have nothing to put away */
}
