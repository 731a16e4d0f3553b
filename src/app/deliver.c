#include "app/deliver.h"
#include "app/deliver_turn.h"
#include "base/clock.h"
#include "base/log.h"

#include <stdlib.h>

#define LOOK_MS       250       /* how often the store is asked whether it has changed */
#define STORE_AWAY_US SECOND_US /* after a failure of the store */
#define STOPPING_US   SECOND_US
#define ARENA_MAX     (16UL << 20)

/* Of one application; what stands in the settings is trusted. */
#define APPLICATION_TURNS_MAX (POST_PARALLEL_MAX / 2)

void deliver_store_fails(struct deliver *d, const struct err *e)
{
    if (!d->store_failed)
        log_line(LOG_LEVEL_WARN, "events: %s", e->text);
    d->store_failed = true;
    d->away_until_us = clock_monotonic_us() + STORE_AWAY_US;
    d->generation = 0;
}

/* Its address has a turn, or its application so many that others would have to wait for it. */
static bool must_wait(const struct deliver *d, const struct event_handler *handler)
{
    int of_application = 0;

    for (size_t i = 0; i < COUNT(d->turns); i++) {
        const struct turn *t = &d->turns[i];
        if (!t->busy || t->application_id != handler->application_id)
            continue;
        if (bytes_eq(bytes_str(t->url), handler->url))
            return true;
        of_application++;
    }
    return handler->application_id && of_application >= APPLICATION_TURNS_MAX;
}

static struct turn *free_turn(struct deliver *d)
{
    for (size_t i = 0; i < COUNT(d->turns); i++) {
        if (!d->turns[i].busy)
            return &d->turns[i];
    }
    return NULL;
}

/* Gives turns to those that wait, from the one behind the last on, round and round. */
static enum err_code begin_turns(struct deliver *d, int64_t now_us, struct err *e)
{
    struct event_backlog *all = NULL;
    enum err_code rc;
    size_t count = 0;
    size_t first = 0;

    arena_reset(d->arena);
    rc = event_backlog(d->core, d->arena, true, &all, &count, e);
    d->next_us = INT64_MAX;
    while (first < count && all[first].handler.id <= d->last_id)
        first++;
    for (size_t i = 0; rc == ERR_NONE && i < count; i++) {
        const struct event_backlog *one = &all[(first + i) % count];
        struct turn *t = free_turn(d);
        if (must_wait(d, &one->handler))
            continue;
        if (one->next_us > now_us)
            d->next_us = one->next_us < d->next_us ? one->next_us : d->next_us;
        else if (t)
            rc = turn_begin(d, t, all, count, &one->handler, e);
    }
    return rc;
}

/* Nothing is asked of the database while nothing was committed and nothing is due. */
static void look(struct deliver *d)
{
    uint64_t generation = core_generation(d->core);
    int64_t now_us = clock_now_us();
    struct err e = { 0 };

    if (clock_monotonic_us() < d->away_until_us ||
        (generation && generation == d->generation && now_us < d->next_us))
        return;
    d->generation = generation;
    if (begin_turns(d, now_us, &e))
        deliver_store_fails(d, &e);
}

/* Turns that are over, all in one transaction. A failure leaves them for the next round. */
static void settle(struct deliver *d)
{
    struct event_outcome outcomes[POST_PARALLEL_MAX * TURN_EVENTS];
    size_t count = 0;
    struct err e = { 0 };

    for (size_t i = 0; i < COUNT(d->turns); i++) {
        const struct turn *t = &d->turns[i];
        for (size_t j = 0; t->busy && t->at == t->count && j < t->count; j++)
            outcomes[count++] = t->outcomes[j];
    }
    if (count && event_settle(d->core, outcomes, count, &e)) {
        deliver_store_fails(d, &e);
        return;
    }
    d->store_failed &= count == 0;
    for (size_t i = 0; i < COUNT(d->turns); i++) {
        struct turn *t = &d->turns[i];
        if (t->busy && t->at == t->count) {
            t->busy = false;
            d->generation = 0; /* more may wait for it */
        }
    }
}

static void round_once(struct deliver *d)
{
    int64_t due_ms = (d->next_us - clock_now_us()) / 1000 + 1;
    struct post_result result;
    struct err e = { 0 };
    bool away = clock_monotonic_us() < d->away_until_us;
    int wait_ms = due_ms < 1 ? 1 : (int)due_ms;

    if (away || due_ms > LOOK_MS)
        wait_ms = LOOK_MS;
    if (post_wait(d->pool, wait_ms, &e))
        deliver_store_fails(d, &e);
    while (post_take(d->pool, &result))
        turn_take(d, &result);
    if (!away)
        settle(d);
}

static void *run(void *context)
{
    struct deliver *d = context;

    while (!atomic_load(&d->stopping)) {
        look(d);
        round_once(d);
    }
    int64_t until_us = clock_monotonic_us() + STOPPING_US;
    d->next_us = INT64_MAX;
    while (post_under_way(d->pool) && clock_monotonic_us() < until_us)
        round_once(d);
    settle(d);
    return NULL;
}

static void deliver_free(struct deliver *d)
{
    post_pool_close(d->pool);
    deliver_tokens_done(&d->tokens);
    for (size_t i = 0; i < COUNT(d->turns); i++)
        arena_free(d->turns[i].arena);
    arena_free(d->arena);
    core_close(d->core);
    free(d);
}

enum err_code deliver_start(struct store *store, struct bytes base_url, struct deliver **out,
                            struct err *e)
{
    struct deliver *d = calloc(1, sizeof *d);
    enum err_code rc;
    bool memory = true;

    if (!d)
        return err_set(e, ERR_NO_MEMORY, "deliver events");
    d->base_url = base_url;
    d->arena = arena_new(ARENA_MAX);
    for (size_t i = 0; i < COUNT(d->turns); i++)
        memory &= (d->turns[i].arena = arena_new(ARENA_MAX)) != NULL;
    if (!memory || !d->arena)
        rc = err_set(e, ERR_NO_MEMORY, "deliver events");
    else if (!(rc = core_open(store, true, &d->core, e)))
        rc = post_pool_open(&d->pool, e);
    if (!rc) {
        store_member_id(d->core, d->member_id);
        int failed = pthread_create(&d->thread, NULL, run, d);
        rc = failed ? err_errno(e, failed, "start a thread") : ERR_NONE;
    }
    if (rc)
        deliver_free(d);
    else
        *out = d;
    return rc;
}

void deliver_stop(struct deliver *d)
{
    if (!d)
        return;
    atomic_store(&d->stopping, true);
    post_wake(d->pool);
    pthread_join(d->thread, NULL);
    deliver_free(d);
}
