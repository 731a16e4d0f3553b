/* One address is told of some events. */
#include "app/deliver_turn.h"
#include "base/clock.h"
#include "base/log.h"
#include "dialect/bitrix24/event_call.h"

#include <stdlib.h>

#define TURN_US  (SECOND_US / 4) /* then what came of it is settled */
#define BODY_MAX 16384           /* bytes */

/* Said when it begins and when it ends, not every time. */
static void note(struct deliver *d, const struct turn *t, int32_t handler_id,
                 const struct post_result *result, bool arrived)
{
    int32_t *known = &d->in_trouble[(uint32_t)handler_id % TROUBLE_KNOWN];
    bool in_trouble = *known == handler_id;
    char place[POST_PLACE_MAX];

    if (arrived != in_trouble)
        return;
    *known = arrived ? 0 : handler_id;
    post_place(t->url, place);
    if (arrived)
        log_line(LOG_LEVEL_INFO, "event handler %d at %s answers again", handler_id, place);
    else if (result->status)
        log_line(LOG_LEVEL_WARN, "event handler %d at %s answers %d; its events wait", handler_id,
                 place, result->status);
    else
        log_line(LOG_LEVEL_WARN, "event handler %d at %s: %s; its events wait", handler_id, place,
                 result->text);
}

static const struct event_handler *handler_of(const struct turn *t, int32_t id)
{
    const struct event_handler *handler = t->handlers;

    while (handler->id != id) /* it is there: the event was found by it */
        handler++;
    return handler;
}

static enum err_code tell(struct deliver *d, struct turn *t, struct err *e)
{
    const struct event_delivery *event = &t->events[t->at];
    struct b24_event_call call = { .handler = handler_of(t, event->handler_id),
                                   .delivery = event,
                                   .base_url = d->base_url,
                                   .member_id = bytes_of(d->member_id, MEMBER_ID_LEN),
                                   .now_us = clock_now_us() };
    struct strbuf body;

    enum err_code rc =
        deliver_token_get(&d->tokens, d->core, call.handler, call.now_us, &call.tokens, e);
    if (rc)
        return rc;
    strbuf_init(&body, t->arena, 1024, BODY_MAX);
    b24_event_write(&body, &call);
    if (body.failed)
        return err_set(e, ERR_NO_MEMORY, "tell of an event");
    return post_begin(d->pool, t->url, strbuf_bytes(&body), core_settings(d->core)->event_hosts, t,
                      e);
}

/* Tells of the next event; one that cannot even be told of fails at once. */
static void go_on(struct deliver *d, struct turn *t)
{
    struct err e = { 0 };

    if (t->at < t->count && tell(d, t, &e)) {
        deliver_store_fails(d, &e);
        t->count = t->at;
    }
}

void turn_take(struct deliver *d, const struct post_result *result)
{
    struct turn *t = result->context;
    const struct event_delivery *event = &t->events[t->at];
    bool arrived = result->status >= 200 && result->status < 300;
    struct event_outcome *outcome = &t->outcomes[t->at];
    char place[POST_PLACE_MAX];

    if (arrived)
        *outcome = (struct event_outcome){ event->handler_id, event->id, EVENT_ARRIVED, 0 };
    else
        *outcome = event_failed(core_settings(d->core), event, clock_now_us());
    note(d, t, event->handler_id, result, arrived);
    if (outcome->fate == EVENT_GIVEN_UP)
        log_line(LOG_LEVEL_WARN, "event handler %d at %s: what happened to product %d is given up",
                 event->handler_id, post_place(t->url, place), event->record_id);
    t->at++;
    if (atomic_load(&d->stopping) || clock_monotonic_us() - t->begun_us > TURN_US)
        t->count = t->at;
    go_on(d, t);
}

/* New ones as they happened, before those that are repeated. */
static int by_order(const void *a, const void *b)
{
    const struct event_delivery *x = a;
    const struct event_delivery *y = b;

    if (!x->attempts != !y->attempts)
        return x->attempts ? 1 : -1;
    return x->id < y->id ? -1 : x->id > y->id;
}

/* What is due of all handlers of the turn. */
static enum err_code collect(struct deliver *d, struct turn *t, struct err *e)
{
    int64_t now_us = clock_now_us();

    t->events = arena_zalloc(t->arena, t->handler_count * TURN_EVENTS, sizeof *t->events);
    if (!t->events)
        return err_set(e, ERR_NO_MEMORY, "tell of events");
    for (size_t i = 0; i < t->handler_count; i++) {
        struct event_delivery *due;
        size_t count;
        enum err_code rc =
            event_due(d->core, t->arena, t->handlers[i].id, now_us, TURN_EVENTS, &due, &count, e);
        if (rc)
            return rc;
        if (count)
            memcpy(t->events + t->count, due, count * sizeof *due);
        t->count += count;
    }
    qsort(t->events, t->count, sizeof *t->events, by_order);
    if (t->count > TURN_EVENTS)
        t->count = TURN_EVENTS;
    return ERR_NONE;
}

static bool same_address(const struct event_handler *a, const struct event_handler *b)
{
    return a->application_id == b->application_id && bytes_eq(a->url, b->url);
}

enum err_code turn_begin(struct deliver *d, struct turn *t, const struct event_backlog *all,
                         size_t count, const struct event_handler *one, struct err *e)
{
    arena_reset(t->arena);
    t->handlers = arena_zalloc(t->arena, count, sizeof *t->handlers);
    t->handler_count = t->count = t->at = 0;
    t->url = arena_printf(t->arena, "%.*s", (int)one->url.len, one->url.at);
    t->application_id = one->application_id;
    for (size_t i = 0; t->handlers && i < count; i++) {
        if (!same_address(&all[i].handler, one))
            continue;
        struct event_handler *copy = &t->handlers[t->handler_count++];
        *copy = all[i].handler;
        copy->token = arena_copy(t->arena, copy->token);
        copy->url = bytes_str(t->url);
        if (!copy->token.at)
            t->url = NULL;
    }
    if (!t->handlers || !t->url)
        return err_set(e, ERR_NO_MEMORY, "tell of events");
    enum err_code rc = collect(d, t, e);
    if (rc)
        return rc;
    t->begun_us = clock_monotonic_us();
    t->busy = true;
    d->last_id = one->id;
    go_on(d, t);
    return ERR_NONE;
}
