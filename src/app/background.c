#include "app/background.h"
#include "base/clock.h"
#include "base/log.h"
#include "core/appearance.h"
#include "core/check.h"
#include "core/rendition.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#define ROUND_US       (SECOND_US / 4) /* how often the store is asked whether it has changed */
#define TIDY_US        (60 * SECOND_US)
#define INDEX_US       SECOND_US
#define AWAY_MAX_US    (60 * SECOND_US)
#define BEHIND_US      (10 * SECOND_US) /* how long others' writes come first */
#define REST           9                /* then it rests so many times as long as it worked */
#define PICTURES_MAX   64               /* looked at in one transaction */
#define RENDITIONS     4                /* made in a turn */
#define NICENESS       10
#define TRIES          3                 /* then the picture at fault is passed over, … */
#define PASSED_OVER_US (600 * SECOND_US) /* … until all are gone through again */

/* One kind of work. After a failure it waits, each time twice as long. */
struct chore {
    const char *name;
    int failures; /* one after the other */
    int64_t away_until_us;
};

struct background {
    struct core *core;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool stopping;

    struct chore looks;
    struct chore renditions;
    struct chore tidying;
    struct chore index;
    int64_t after;       /* blob up to which all was looked at */
    uint64_t generation; /* of the store then; 0: not known */
    int64_t again_us;    /* when to begin anew; 0: nothing was passed over */
    uint64_t heard;      /* generation that the store had lately, … */
    int64_t heard_us;    /* … and since when */
    int64_t behind_us;   /* since when there may be pictures to look at; 0: there are none */
    int64_t rest_us;     /* until then, unless nobody writes */
    int64_t tidied_us;
    int64_t index_us;
    int64_t index_flushed; /* see store_keep_index */
};

static bool may_begin(const struct chore *chore)
{
    return clock_monotonic_us() >= chore->away_until_us;
}

/* Says the first failure of a row; boxes that are busy are none. */
static void end_chore(struct chore *chore, enum err_code rc, const struct err *e)
{
    if (rc == ERR_NONE) {
        chore->failures = 0;
        return;
    }
    int64_t away_us = SECOND_US << (chore->failures < 6 ? chore->failures : 6);
    chore->away_until_us = clock_monotonic_us() + (away_us < AWAY_MAX_US ? away_us : AWAY_MAX_US);
    if (rc == ERR_BUSY)
        return;
    if (chore->failures++ == 0)
        log_line(LOG_LEVEL_WARN, "%s: %s", chore->name, e->text);
}

/* A picture that fails again and again must not hold up those behind it. */
static void pass_over(struct background *b)
{
    b->after++;
    b->again_us = clock_monotonic_us() + PASSED_OVER_US;
}

/* Who writes comes first: looking begins when nothing was committed for a round. For ever it does
 * not wait. */
static bool has_turn(struct background *b, uint64_t generation)
{
    int64_t now_us = clock_monotonic_us();

    if (!b->behind_us)
        b->behind_us = now_us;
    if (generation == 0 || generation != b->heard) {
        b->heard = generation;
        b->heard_us = now_us;
    }
    return now_us - b->heard_us >= ROUND_US ||
           (now_us - b->behind_us >= BEHIND_US && now_us >= b->rest_us);
}

static void end_turn(struct background *b, int64_t begun_us, bool more)
{
    int64_t now_us = clock_monotonic_us();

    b->heard = core_generation(b->core); /* its own commit is nobody else's write */
    b->rest_us = now_us + REST * (now_us - begun_us);
    if (!more)
        b->behind_us = 0;
}

/* True when there is more to do at once. Nothing is asked of the database while nothing was
 * committed. */
static bool look(struct background *b)
{
    uint64_t generation = core_generation(b->core);
    int64_t begun_us = clock_monotonic_us();
    struct err e = { 0 };
    bool more = false;

    if (b->again_us && clock_monotonic_us() >= b->again_us) {
        b->after = b->again_us = 0;
        b->generation = 0;
    }
    if (!may_begin(&b->looks) || (generation && generation == b->generation) ||
        !has_turn(b, generation))
        return false;
    enum err_code rc = appearance_make(b->core, &b->after, PICTURES_MAX, &more, &e);
    end_chore(&b->looks, rc, &e);
    if (b->looks.failures >= TRIES && b->looks.failures % TRIES == 0)
        pass_over(b);
    b->generation = rc || more ? 0 : generation;
    end_turn(b, begun_us, more);
    return more;
}

static bool make_renditions(struct background *b)
{
    struct err e = { 0 };
    bool more = false;

    if (may_begin(&b->renditions))
        end_chore(&b->renditions, renditions_make_wished(b->core, RENDITIONS, &more, &e), &e);
    return more;
}

static void tidy(struct background *b)
{
    int64_t now_us = clock_monotonic_us();
    struct err e = { 0 };

    if (now_us - b->tidied_us < TIDY_US || !may_begin(&b->tidying))
        return;
    b->tidied_us = now_us;
    end_chore(&b->tidying, renditions_tidy(b->core, &e), &e);
}

static void keep_index(struct background *b)
{
    int64_t now_us = clock_monotonic_us();
    struct err e = { 0 };

    if (now_us - b->index_us < INDEX_US || !may_begin(&b->index))
        return;
    b->index_us = now_us;
    end_chore(&b->index, store_keep_index(b->core, &b->index_flushed, &e), &e);
}

static bool is_stopping(struct background *b, int64_t wait_us)
{
    int64_t until_us = clock_monotonic_us() + wait_us;
    struct timespec until = { .tv_sec = until_us / SECOND_US,
                              .tv_nsec = until_us % SECOND_US * 1000 };

    pthread_mutex_lock(&b->lock);
    while (!b->stopping && clock_monotonic_us() < until_us)
        pthread_cond_clockwait(&b->changed, &b->lock, CLOCK_MONOTONIC, &until);
    bool stopping = b->stopping;
    pthread_mutex_unlock(&b->lock);
    return stopping;
}

static void *run(void *context)
{
    struct background *b = context;
    bool more = true;

    setpriority(PRIO_PROCESS, (id_t)gettid(), NICENESS);
    while (!is_stopping(b, more ? 0 : ROUND_US)) {
        more = make_renditions(b);
        tidy(b);
        keep_index(b);
        more |= look(b);
    }
    return NULL;
}

static void background_free(struct background *b)
{
    core_close(b->core);
    pthread_cond_destroy(&b->changed);
    pthread_mutex_destroy(&b->lock);
    free(b);
}

enum err_code background_start(struct store *store, struct background **out, struct err *e)
{
    struct background *b = calloc(1, sizeof *b);

    if (!b)
        return err_set(e, ERR_NO_MEMORY, "work in the background");
    b->looks.name = "look at pictures";
    b->renditions.name = "make renditions";
    b->tidying.name = "tidy renditions";
    b->index.name = "keep the second index";
    b->tidied_us = clock_monotonic_us();
    pthread_mutex_init(&b->lock, NULL);
    pthread_cond_init(&b->changed, NULL);
    enum err_code rc = core_open(store, true, &b->core, e);
    if (!rc) {
        int failed = pthread_create(&b->thread, NULL, run, b);
        rc = failed ? err_errno(e, failed, "start a thread") : ERR_NONE;
    }
    if (rc)
        background_free(b);
    else
        *out = b;
    return rc;
}

void background_stop(struct background *b)
{
    if (!b)
        return;
    pthread_mutex_lock(&b->lock);
    b->stopping = true;
    pthread_cond_signal(&b->changed);
    pthread_mutex_unlock(&b->lock);
    pthread_join(b->thread, NULL);
    background_free(b);
}
