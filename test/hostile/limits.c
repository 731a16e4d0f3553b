/* Attacks by taking all there is, and by ending. */
#include "hostile/hostile.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MEMORY_FAR_OVER  (4UL << 30) /* the tests give a box much less */
#define THREADS_FAR_OVER 500
#define RW               (PROT_READ | PROT_WRITE)

static bool take_memory(const struct target *t)
{
    size_t step = 16UL << 20;
    size_t got = 0;

    (void)t;
    for (char *at; got < MEMORY_FAR_OVER && (at = malloc(step)) != NULL; got += step)
        memset(at, 1, step);
    return got >= MEMORY_FAR_OVER;
}

static bool take_memory_at_once(const struct target *t)
{
    (void)t;
    return mmap(NULL, MEMORY_FAR_OVER, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
                0) != MAP_FAILED;
}

static bool take_memory_by_growing(const struct target *t)
{
    void *at = mmap(NULL, 4096, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    (void)t;
    return mremap(at, 4096, MEMORY_FAR_OVER, MREMAP_MAYMOVE) != MAP_FAILED;
}

static bool take_memory_by_break(const struct target *t)
{
    (void)t;
    return sbrk((intptr_t)MEMORY_FAR_OVER) != (void *)-1;
}

/* Of two protections in turn, so that none is joined to its neighbour. */
static bool take_memory_in_crumbs(const struct target *t)
{
    size_t got = 0;

    (void)t;
    while (got < MEMORY_FAR_OVER / 4096 && mmap(NULL, 4096, got % 2 ? RW : PROT_READ,
                                                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED)
        got++;
    return got >= MEMORY_FAR_OVER / 4096;
}

static void *sleep_for_ever(void *context)
{
    pthread_mutex_t *never = context;

    pthread_mutex_lock(never);
    return NULL;
}

static bool take_threads(const struct target *t)
{
    static pthread_mutex_t never = PTHREAD_MUTEX_INITIALIZER;
    pthread_attr_t small;
    pthread_t thread;
    int got = 0;

    (void)t;
    pthread_mutex_lock(&never);
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 16384);
    while (got < THREADS_FAR_OVER && pthread_create(&thread, &small, sleep_for_ever, &never) == 0)
        got++;
    if (got < THREADS_FAR_OVER)
        _exit(77); /* the threads cannot be ended otherwise */
    return true;
}

__attribute__((noreturn)) static void *work_for_ever(void *context)
{
    for (volatile uint64_t *n = context;; (*n)++)
        ;
}

static bool take_time(const struct target *t)
{
    uint64_t n = 0;

    (void)t;
    work_for_ever(&n);
}

static bool take_time_twice(const struct target *t)
{
    static uint64_t n[2];
    pthread_t thread;
    sigset_t all;

    (void)t;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL); /* also what says that the time is over */
    if (pthread_create(&thread, NULL, work_for_ever, &n[0]) != 0)
        return false;
    work_for_ever(&n[1]);
}

static bool do_nothing_for_ever(const struct target *t)
{
    pthread_mutex_t never = PTHREAD_MUTEX_INITIALIZER;

    (void)t;
    pthread_mutex_lock(&never);
    sleep_for_ever(&never);
    return true;
}

#pragma GCC diagnostic ignored "-Winfinite-recursion"
static int dig(int depth)
{
    volatile char room[4096];

    room[0] = (char)depth;
    return dig(depth + 1) + room[0];
}

static bool take_stack(const struct target *t)
{
    (void)t;
    return dig(0) != 0;
}

static bool write_nowhere(const struct target *t)
{
    *(volatile char *)(uintptr_t)t->port = 1;
    return true;
}

static bool write_behind_output(const struct target *t)
{
    memset(t->out, 1, t->room + (64UL << 30));
    return true;
}

static bool read_behind_input(const struct target *t)
{
    volatile uint8_t sum = 0;

    for (size_t i = 0; i < (1UL << 40); i += 4096)
        sum = (uint8_t)(sum + t->input[i]);
    return true;
}

static bool give_up(const struct target *t)
{
    (void)t;
    abort();
}

static bool trap(const struct target *t)
{
    (void)t;
    __builtin_trap();
}

static bool end_well(const struct target *t)
{
    (void)t;
    _exit(0);
}

static bool end_badly(const struct target *t)
{
    (void)t;
    exit(1);
}

static bool end_this_thread(const struct target *t)
{
    (void)t;
    syscall(SYS_exit, 0);
    return true;
}

static bool stop_itself(const struct target *t)
{
    (void)t;
    raise(SIGSTOP);
    return true;
}

const struct attack hostile_limits[] = {
    { "take_memory", take_memory, BY_REFUSAL },
    { "take_memory_at_once", take_memory_at_once, BY_REFUSAL },
    { "take_memory_by_growing", take_memory_by_growing, BY_REFUSAL },
    { "take_memory_by_break", take_memory_by_break, BY_REFUSAL },
    { "take_memory_in_crumbs", take_memory_in_crumbs, BY_REFUSAL },
    { "take_threads", take_threads, BY_FAULT },
    { "take_time", take_time, BY_LIMIT },
    { "take_time_twice", take_time_twice, BY_LIMIT },
    { "do_nothing_for_ever", do_nothing_for_ever, BY_LIMIT },
    { "take_stack", take_stack, BY_FAULT },
    { "write_nowhere", write_nowhere, BY_FAULT },
    { "write_behind_output", write_behind_output, BY_FAULT },
    { "read_behind_input", read_behind_input, BY_FAULT },
    { "give_up", give_up, BY_FILTER },
    { "trap", trap, BY_FAULT },
    { "end_well", end_well, BY_FAULT },
    { "end_badly", end_badly, BY_FAULT },
    { "end_this_thread", end_this_thread, BY_FAULT },
    { "stop_itself", stop_itself, BY_FILTER },
    { 0 },
};
