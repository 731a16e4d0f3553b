/* Events on their way out of the queue. */
#include "base/clock.h"
#include "core/event.h"
#include "core/store.h"

#define RETRY_MAX_US (3600 * SECOND_US)

enum err_code event_backlog(struct core *core, struct arena *arena, bool busy,
                            struct event_backlog **out, size_t *count, struct err *e)
{
    enum err_code rc = core_look(core, e);

    return rc ? rc : meta_event_backlog(core->meta, arena, TENANT_DEFAULT, busy, out, count, e);
}

enum err_code event_due(struct core *core, struct arena *arena, int32_t handler_id, int64_t now_us,
                        size_t limit, struct event_delivery **out, size_t *count, struct err *e)
{
    enum err_code rc = core_look(core, e);
    if (rc)
        return rc;
    return meta_event_due(core->meta, arena, TENANT_DEFAULT, handler_id, now_us, limit, out, count,
                          e);
}

struct event_outcome event_failed(const struct settings *settings,
                                  const struct event_delivery *delivery, int64_t now_us)
{
    int64_t wait_us = settings->event_retry_seconds * SECOND_US;
    struct event_outcome outcome = { delivery->handler_id, delivery->id, EVENT_DELAYED, 0 };

    for (int32_t i = 0; i < delivery->attempts && wait_us < RETRY_MAX_US; i++)
        wait_us *= 2;
    if (wait_us > RETRY_MAX_US)
        wait_us = RETRY_MAX_US;
    outcome.next_us = now_us + wait_us;
    if (outcome.next_us > delivery->happened_us + settings->event_keep_seconds * SECOND_US)
        outcome.fate = EVENT_GIVEN_UP;
    return outcome;
}

struct settling {
    struct write write; /* first */
    const struct event_outcome *outcomes;
    size_t count;
};

static enum err_code apply_settle(struct write *write, struct meta *meta, struct err *e)
{
    struct settling *s = (struct settling *)write;
    enum err_code rc = ERR_NONE;

    for (size_t i = 0; rc == ERR_NONE && i < s->count; i++) {
        const struct event_outcome *o = &s->outcomes[i];
        if (o->fate == EVENT_DELAYED)
            rc = meta_event_delay(meta, TENANT_DEFAULT, o->handler_id, o->id, o->next_us, e);
        else
            rc = meta_event_delete(meta, TENANT_DEFAULT, o->handler_id, o->id,
                                   o->fate == EVENT_ARRIVED, e);
    }
    return rc;
}

enum err_code event_settle(struct core *core, const struct event_outcome *outcomes, size_t count,
                           struct err *e)
{
    struct settling s = { .write = { .apply = apply_settle },
                          .outcomes = outcomes,
                          .count = count };

    return core_write(core, &s.write, e);
}
