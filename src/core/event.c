/* Events on their way into the queue, within the transaction of what changed. */
#include "core/event.h"
#include "base/clock.h"
#include "base/log.h"
#include "core/store.h"

#define ARENA_MAX (64UL << 20) /* the products of one picture */

/* A hundredth at a time, so that not every event has to make room for itself. */
static enum err_code make_room(const struct write *w, struct meta *meta, enum event event,
                               struct err *e)
{
    int64_t max = w->settings->event_queue_max;
    int32_t handler_id = 0;
    int64_t dropped = 0;
    bool found = true;

    while (found) {
        enum err_code rc =
            meta_event_over(meta, TENANT_DEFAULT, event, max, &handler_id, &dropped, &found, e);
        if (rc || !found)
            return rc;
        if (!dropped)
            log_line(LOG_LEVEL_WARN,
                     "event handler %d: over %lld events wait for it, the oldest are dropped",
                     handler_id, (long long)max);
        rc = meta_event_drop(meta, TENANT_DEFAULT, handler_id, max / 100 + 1, e);
        if (rc)
            return rc;
    }
    return ERR_NONE;
}

static enum err_code insert(struct meta *meta, struct arena *arena, enum event event,
                            struct owner owner, struct err *e)
{
    struct event_delivery delivery = { .event = event,
                                       .record_id = owner.id,
                                       .happened_us = clock_now_us() };
    struct record record;
    bool found;

    enum err_code rc =
        meta_record_find(meta, arena, TENANT_DEFAULT, owner.kind, owner.id, &record, &found, e);
    if (rc == ERR_NONE && !found)
        return err_set(e, ERR_NOT_FOUND, "there is no %s %d", kind_name(owner.kind), owner.id);
    if (rc == ERR_NONE)
        rc = meta_next_id(meta, TENANT_DEFAULT, "event", 1, INT64_MAX - 1, &delivery.id, e);
    if (rc)
        return rc;
    delivery.subtype = record.subtype;
    return meta_event_insert(meta, TENANT_DEFAULT, &delivery, e);
}

enum err_code event_queue(const struct write *w, struct meta *meta, enum event event,
                          struct owner owner, struct err *e)
{
    bool heard;

    if (owner.kind != KIND_PRODUCT)
        return ERR_NONE;
    enum err_code rc = meta_event_count(meta, TENANT_DEFAULT, event, &heard, e);
    if (rc || !heard)
        return rc;
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "queue an event");
    rc = insert(meta, arena, event, owner, e);
    return rc ? rc : make_room(w, meta, event, e);
}

enum err_code event_queue_picture(const struct write *w, struct meta *meta, int32_t picture_id,
                                  struct err *e)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(ARENA_MAX);
    int32_t *products = NULL;
    size_t count = 0;

    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "queue an event");
    enum err_code rc =
        meta_link_products(meta, arena, TENANT_DEFAULT, picture_id, &products, &count, e);
    for (size_t i = 0; rc == ERR_NONE && i < count; i++)
        rc = event_queue(w, meta, EVENT_PRODUCT_UPDATE, (struct owner){ KIND_PRODUCT, products[i] },
                         e);
    return rc;
}
