#include "box/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define NOBODY      65534
#define THREADS_MAX 64 /* an encoder of AVIF takes one a processor, at most 16 */
#define STACK_MAX   (8 << 20)

/* ---- in the zygote ---- */

static void *do_nothing(void *context)
{
    return context;
}

static int compare(const void *a, const void *b)
{
    return *(const char *)a - *(const char *)b;
}

/* The first thread makes glibc set a signal's handler, the first large sort has it ask for the size
 * of the memory, a second heap for the system's way to promise memory, and local time for a file.
 */
static bool warm_libc(void)
{
    char large[4096] = "";
    pthread_t thread;

    qsort(large, sizeof large, 1, compare);
    if (setenv("TZ", "UTC0", 1) != 0)
        return false;
    tzset();
    return mallopt(M_ARENA_MAX, 1) && pthread_create(&thread, NULL, do_nothing, NULL) == 0 &&
           pthread_join(thread, NULL) == 0;
}

enum err_code confine_prepare(struct confine *options, struct err *e)
{
    if (!warm_libc())
        return err_set(e, ERR_NO_MEMORY, "prepare boxes");
    return filter_make(&options->filter, e);
}

/* ---- in a box ---- */

/* Bytes of address space; 0 when they cannot be read. */
static int64_t memory_now(void)
{
    char text[32] = "";
    CLEANUP(closep) int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);

    if (fd < 0 || read(fd, text, sizeof text - 1) <= 0)
        return 0;
    return strtoll(text, NULL, 10) * sysconf(_SC_PAGESIZE);
}

/* Never more than there was. */
static bool bound(int what, int64_t most)
{
    struct rlimit limit;

    if (getrlimit((__rlimit_resource_t)what, &limit) != 0)
        return false;
    if (limit.rlim_max > (rlim_t)most)
        limit.rlim_max = (rlim_t)most;
    limit.rlim_cur = limit.rlim_max;
    return setrlimit((__rlimit_resource_t)what, &limit) == 0;
}

/* Threads are counted per user: in a user namespace of its own a box counts alone. Root's are never
 * counted, and root is more than a decoder needs. Where none of this is allowed the memory bounds
 * the threads. */
static void become_nobody(void)
{
    if (geteuid() == 0 && (setgroups(0, NULL) != 0 || setresgid(NOBODY, NOBODY, NOBODY) != 0 ||
                           setresuid(NOBODY, NOBODY, NOBODY) != 0))
        return;
    if (unshare(CLONE_NEWUSER) == 0)
        bound(RLIMIT_NPROC, THREADS_MAX);
}

/* A handler for SIGXCPU cannot be set in a box: the first of the two ends it. */
static bool bound_cpu(int64_t seconds)
{
    const struct rlimit limit = { (rlim_t)seconds, (rlim_t)seconds + 1 };

    return setrlimit(RLIMIT_CPU, &limit) == 0;
}

static bool bound_all(const struct confine *options, int64_t memory)
{
    return memory > 0 && bound(RLIMIT_AS, memory + options->memory_max) &&
           bound_cpu(options->cpu_seconds) && bound(RLIMIT_FSIZE, 0) && bound(RLIMIT_CORE, 0) &&
           bound(RLIMIT_STACK, STACK_MAX) && bound(RLIMIT_MEMLOCK, 0) &&
           bound(RLIMIT_MSGQUEUE, 0) && bound(RLIMIT_NOFILE, 0);
}

/* Nobody looks into it, it gets no rights back, and it goes with its parent; the kernel forgets the
 * last when the user changes. */
static bool shut_process(int death_signal)
{
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 &&
           prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0) == 0;
}

enum err_code confine(const struct confine *options, struct err *e)
{
    int64_t memory = memory_now();
    int death_signal = 0;

    if (close_range(CONFINE_CHANNEL + 1, ~0U, 0) != 0 ||
        prctl(PR_GET_PDEATHSIG, &death_signal, 0, 0, 0) != 0)
        return err_errno(e, errno, "confine a box");
    become_nobody();
    if (!shut_process(death_signal))
        return err_errno(e, errno, "confine a box");
    if (!landlock_shut() && !options->unconfined)
        return err_set(e, ERR_UNSUPPORTED, "Landlock: %s", strerrordesc_np(errno));
    if (!bound_all(options, memory))
        return err_errno(e, errno, "confine a box");
    enum err_code rc = filter_install(&options->filter, e);
    return options->unconfined ? ERR_NONE : rc;
}
