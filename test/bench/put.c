/* bench_put STORE FIRST COUNT BYTES THREADS PUTS - replaces pictures without a server in between.
 *
 * Each of THREADS threads puts pictures of BYTES bytes that nobody has, one after the other, on
 * random products of the COUNT from FIRST on; PUTS in all. Prints what a put took, by the clock and
 * of the processor. What the store has to do by itself, for strace and valgrind to look at.
 */
#include "base/clock.h"
#include "core/picture.h"
#include "core/settings.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#define ARENA_MAX   (1UL << 20)
#define THREADS_MAX 256

/* A JPEG's head: frame of 640 x 480 in one component, then the scan. */
static const uint8_t head[] = {
    0xFF, 0xD8,                                                                      /* SOI */
    0xFF, 0xC0, 0, 11, 8, 480 >> 8, 480 & 0xFF, 640 >> 8, 640 & 0xFF, 1, 1, 0x11, 0, /* SOF0 */
    0xFF, 0xDA, 0, 8,  1, 1,        0,          0,        63,         0,             /* SOS */
};

static const struct principal putter = {
    .user_id = 1, .role = USER_ADMINISTRATOR, .may_write = true, .catalog = true
};

struct job {
    struct store *store;
    int32_t first;
    int32_t count;
    int32_t bytes;
    int32_t threads;
    int32_t puts;
    uint64_t number; /* of this run: no picture comes twice */
    atomic_int next;
    atomic_bool failed;
};

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
}

static enum err_code put_one(struct job *job, int32_t i, struct core *core, struct arena *arena,
                             char *picture, struct err *e)
{
    uint64_t number = job->number + (uint64_t)i;
    struct owner owner = { KIND_PRODUCT,
                           job->first + (int32_t)(mix(number) % (uint64_t)job->count) };
    struct picture_content content = { .bytes = bytes_of(picture, (size_t)job->bytes) };
    struct picture out;

    memcpy(picture + sizeof head, &number, sizeof number);
    return picture_put(core, &putter, arena, owner, &content, &out, e);
}

static void *put_some(void *context)
{
    struct job *job = context;
    struct err e = { 0 };
    CLEANUP(core_closep) struct core *core = NULL;
    CLEANUP(arena_freep) struct arena *arena = arena_new(ARENA_MAX);
    CLEANUP(freep) char *picture = calloc(1, (size_t)job->bytes);

    enum err_code rc = arena && picture ? core_open(job->store, true, &core, &e)
                                        : err_set(&e, ERR_NO_MEMORY, "put");
    if (!rc)
        memcpy(picture, head, sizeof head);
    while (!rc && !job->failed) {
        int32_t i = job->next++;
        if (i >= job->puts)
            break;
        arena_reset(arena);
        rc = put_one(job, i, core, arena, picture, &e);
    }
    if (rc && !atomic_exchange(&job->failed, true))
        fprintf(stderr, "bench_put: %s\n", e.text);
    return NULL;
}

static bool run(struct job *job)
{
    pthread_t threads[THREADS_MAX];
    int32_t started = 0;

    while (started < job->threads && pthread_create(&threads[started], NULL, put_some, job) == 0)
        started++;
    for (int32_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    return started && !job->failed;
}

static bool parse(char **argv, struct job *job)
{
    int32_t *const numbers[] = { &job->first, &job->count, &job->bytes, &job->threads, &job->puts };

    for (size_t i = 0; i < COUNT(numbers); i++) {
        if (!bytes_to_int32(bytes_str(argv[2 + i]), numbers[i]) || *numbers[i] <= 0)
            return false;
    }
    return job->bytes > (int32_t)(sizeof head + sizeof job->number) && job->threads <= THREADS_MAX;
}

static double seconds_used(void)
{
    struct rusage used;

    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

int main(int argc, char **argv)
{
    struct job job = { .number = (uint64_t)clock_now_us() << 20 };
    struct err e = { 0 };

    if (argc != 7 || !parse(argv, &job)) {
        fputs("usage: bench_put STORE FIRST COUNT BYTES THREADS PUTS\n", stderr);
        return 2;
    }
    struct store_options options = { .dir = argv[1], .settings = &settings_default };
    if (store_open(&options, &job.store, &e)) {
        fprintf(stderr, "bench_put: %s\n", e.text);
        return 1;
    }
    int64_t begun_us = clock_monotonic_us();
    double used = seconds_used();
    bool done = run(&job);
    double took = (double)(clock_monotonic_us() - begun_us) / 1e6;
    used = seconds_used() - used;
    store_close(job.store);
    if (done)
        printf("%d puts by %d threads: %.0f/s, %.3f ms and %.3f ms of the processor each\n",
               job.puts, job.threads, job.puts / took, took / job.puts * 1e3,
               used / job.puts * 1e3);
    return done ? 0 : 1;
}
