/* loop_watch.c - how long an event loop works between two waits: to be preloaded into nginx.
 *
 * CAMEO_LOOP_WATCH names a file that is shared with who measures; it holds the longest time since
 * it was last cleared. CPU time is what the loop's own thread used: on a busy machine the wall's
 * clock also counts what others took.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

struct watch {
    _Atomic uint64_t cpu_ns;  /* the longest */
    _Atomic uint64_t wall_ns; /* the longest, waiting for a disk included */
    _Atomic uint64_t count;   /* of rounds */
};

static struct watch *watch;
static int (*real_wait)(int, struct epoll_event *, int, int);

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("CAMEO_LOOP_WATCH");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;

    real_wait = (int (*)(int, struct epoll_event *, int, int))dlsym(RTLD_NEXT, "epoll_wait");
    if (fd < 0)
        return;
    void *at = mmap(NULL, sizeof *watch, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (at != MAP_FAILED)
        watch = at;
    close(fd);
}

static uint64_t now(clockid_t clock)
{
    struct timespec time;

    clock_gettime(clock, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static void longest(_Atomic uint64_t *most, uint64_t value)
{
    uint64_t before = atomic_load(most);

    while (value > before && !atomic_compare_exchange_weak(most, &before, value))
        ;
}

/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): libc's names are its own */
int epoll_wait(int fd, struct epoll_event *events, int room, int timeout)
{
    static _Thread_local uint64_t cpu, wall; /* when this thread's last wait ended */

    if (watch && cpu) {
        longest(&watch->cpu_ns, now(CLOCK_THREAD_CPUTIME_ID) - cpu);
        longest(&watch->wall_ns, now(CLOCK_MONOTONIC) - wall);
        atomic_fetch_add(&watch->count, 1);
    }
    int got = real_wait(fd, events, room, timeout);
    if (watch) {
        cpu = now(CLOCK_THREAD_CPUTIME_ID);
        wall = now(CLOCK_MONOTONIC);
    }
    return got;
}
