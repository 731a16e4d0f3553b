#include "app/scrubber.h"
#include "base/clock.h"
#include "base/log.h"
#include "core/scrub.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NICENESS     19
#define FAILED_US    (SECOND_US)
#define AWAY_MAX_US  (60 * SECOND_US)
#define IOPRIO_IDLE  (3 << 13) /* linux/ioprio.h: IOPRIO_CLASS_IDLE, which Debian's headers lack */
#define IOPRIO_OWNER 1         /* IOPRIO_WHO_PROCESS: 0 is this thread */

struct scrubbing {
    struct core *core;
    struct scrubber *scrubber;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool stopping;
    int failures; /* one after the other */
};

static bool is_stopping(struct scrubbing *s, int64_t wait_us)
{
    int64_t until_us = clock_monotonic_us() + wait_us;
    struct timespec until = { .tv_sec = until_us / SECOND_US,
                              .tv_nsec = until_us % SECOND_US * 1000 };

    pthread_mutex_lock(&s->lock);
    while (!s->stopping && clock_monotonic_us() < until_us)
        pthread_cond_clockwait(&s->changed, &s->lock, CLOCK_MONOTONIC, &until);
    bool stopping = s->stopping;
    pthread_mutex_unlock(&s->lock);
    return stopping;
}

/* Says the first failure of a row, and waits, each time twice as long. */
static int64_t failed(struct scrubbing *s, const struct err *e)
{
    int64_t away_us = FAILED_US << (s->failures < 6 ? s->failures : 6);

    if (s->failures++ == 0)
        log_line(LOG_LEVEL_WARN, "scrub: %s", e->text);
    return away_us < AWAY_MAX_US ? away_us : AWAY_MAX_US;
}

static void *run(void *context)
{
    struct scrubbing *s = context;
    int64_t wait_us = 0;

    setpriority(PRIO_PROCESS, (id_t)gettid(), NICENESS);
    syscall(SYS_ioprio_set, IOPRIO_OWNER, 0, IOPRIO_IDLE);
    while (!is_stopping(s, wait_us)) {
        struct err e = { 0 };
        if (scrubber_turn(s->scrubber, &wait_us, &e))
            wait_us = failed(s, &e);
        else
            s->failures = 0;
    }
    return NULL;
}

static void scrubbing_free(struct scrubbing *s)
{
    scrubber_free(s->scrubber);
    core_close(s->core);
    pthread_cond_destroy(&s->changed);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

enum err_code scrubbing_start(struct store *store, struct scrubbing **out, struct err *e)
{
    struct scrubbing *s = calloc(1, sizeof *s);

    if (!s)
        return err_set(e, ERR_NO_MEMORY, "scrub in the background");
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->changed, NULL);
    enum err_code rc = core_open(store, true, &s->core, e);
    if (!rc)
        rc = scrubber_new(s->core, &s->scrubber, e);
    if (!rc) {
        int why = pthread_create(&s->thread, NULL, run, s);
        rc = why ? err_errno(e, why, "start a thread") : ERR_NONE;
    }
    if (rc)
        scrubbing_free(s);
    else
        *out = s;
    return rc;
}

void scrubbing_stop(struct scrubbing *s)
{
    if (!s)
        return;
    pthread_mutex_lock(&s->lock);
    s->stopping = true;
    pthread_cond_signal(&s->changed);
    pthread_mutex_unlock(&s->lock);
    pthread_join(s->thread, NULL);
    scrubbing_free(s);
}
