/* Who listens: bound by applications, or named in the settings. */
#include "base/clock.h"
#include "core/event.h"
#include "core/store.h"

#define ARENA_MAX (16UL << 20)

bool event_url_is_good(struct bytes url)
{
    struct bytes rest;

    if (bytes_starts_nocase(url, B("https://")))
        rest = bytes_from(url, 8);
    else if (bytes_starts_nocase(url, B("http://")))
        rest = bytes_from(url, 7);
    else
        return false;
    if (url.len > EVENT_URL_MAX)
        return false;
    for (size_t i = 0; i < rest.len; i++) {
        if ((unsigned char)rest.at[i] <= ' ' || (unsigned char)rest.at[i] >= 0x7F)
            return false;
    }
    size_t host = 0;
    while (host < rest.len && !strchr("/?#\\@", rest.at[host]))
        host++;
    return host > 0 && rest.at[0] != ':' && (host == rest.len || strchr("/?#", rest.at[host]));
}

static enum err_code list_all(struct meta *meta, struct arena *arena, int32_t application_id,
                              struct event_handler **out, size_t *count, struct err *e)
{
    struct event_handler *all = NULL;
    size_t n = 0;
    size_t kept = 0;

    enum err_code rc = meta_handler_list(meta, arena, TENANT_DEFAULT, &all, &n, e);
    for (size_t i = 0; rc == ERR_NONE && i < n; i++) {
        if (all[i].application_id == application_id)
            all[kept++] = all[i];
    }
    if (rc == ERR_NONE) {
        *out = all;
        *count = kept;
    }
    return rc;
}

enum err_code event_handlers(struct core *core, struct arena *arena, int32_t application_id,
                             struct event_handler **out, size_t *count, struct err *e)
{
    enum err_code rc = core_look(core, e);

    return rc ? rc : list_all(core->meta, arena, application_id, out, count, e);
}

static enum err_code insert(struct meta *meta, struct event_handler *handler, struct err *e)
{
    int64_t id;

    enum err_code rc = meta_next_id(meta, TENANT_DEFAULT, "handler", 1, INT32_MAX, &id, e);
    if (rc)
        return rc;
    handler->id = (int32_t)id;
    rc = meta_handler_insert(meta, TENANT_DEFAULT, handler, e);
    if (rc == ERR_CONFLICT)
        return err_set(e, ERR_CONFLICT, "that handler is bound already");
    return rc;
}

struct binding {
    struct write write; /* first */
    struct arena *arena;
    struct event_handler handler;
};

static enum err_code apply_bind(struct write *write, struct meta *meta, struct err *e)
{
    struct binding *b = (struct binding *)write;
    struct event_handler *handlers;
    struct application application;
    size_t count;
    bool found;

    enum err_code rc = meta_application_find(meta, b->arena, TENANT_DEFAULT,
                                             b->handler.application_id, &application, &found, e);
    if (rc == ERR_NONE && !found)
        return err_set(e, ERR_NOT_FOUND, "there is no application %d", b->handler.application_id);
    if (rc == ERR_NONE)
        rc = list_all(meta, b->arena, b->handler.application_id, &handlers, &count, e);
    if (rc)
        return rc;
    b->handler.token = application.application_token;
    if (count >= EVENT_HANDLERS_MAX)
        return err_set(e, ERR_TOO_LARGE, "an application has at most %d event handlers",
                       EVENT_HANDLERS_MAX);
    return insert(meta, &b->handler, e);
}

enum err_code event_bind(struct core *core, const struct event_handler *handler, int32_t *id,
                         struct err *e)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(ARENA_MAX);
    struct binding b = { .write = { .apply = apply_bind }, .arena = arena, .handler = *handler };

    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "bind an event handler");
    if (!event_url_is_good(handler->url))
        return err_set(e, ERR_INVALID, "a handler is an http or https URL");
    b.handler.created_us = clock_now_us();
    enum err_code rc = core_write(core, &b.write, e);
    if (rc == ERR_NONE)
        *id = b.handler.id;
    return rc;
}

struct unbinding {
    struct write write; /* first */
    struct arena *arena;
    int32_t application_id;
    enum event event;
    struct bytes url;
    int32_t user_id;
    size_t count;
};

static enum err_code apply_unbind(struct write *write, struct meta *meta, struct err *e)
{
    struct unbinding *u = (struct unbinding *)write;
    struct event_handler *handlers = NULL;
    size_t count = 0;

    enum err_code rc = list_all(meta, u->arena, u->application_id, &handlers, &count, e);
    u->count = 0;
    for (size_t i = 0; rc == ERR_NONE && i < count; i++) {
        const struct event_handler *h = &handlers[i];
        if (h->event != u->event || (u->url.at && !bytes_eq(h->url, u->url)) ||
            (u->user_id >= 0 && h->user_id != u->user_id))
            continue;
        rc = meta_handler_delete(meta, TENANT_DEFAULT, h->id, e);
        u->count++;
    }
    return rc;
}

enum err_code event_unbind(struct core *core, int32_t application_id, enum event event,
                           struct bytes url, int32_t user_id, size_t *count, struct err *e)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(ARENA_MAX);
    struct unbinding u = { .write = { .apply = apply_unbind },
                           .arena = arena,
                           .application_id = application_id,
                           .event = event,
                           .url = url,
                           .user_id = user_id };

    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "unbind an event handler");
    enum err_code rc = core_write(core, &u.write, e);
    if (rc == ERR_NONE)
        *count = u.count;
    return rc;
}

struct configuring {
    struct write write; /* first */
    struct arena *arena;
};

static bool names(struct bytes urls, struct bytes url)
{
    struct bytes part;

    while (bytes_split(&urls, ' ', &part)) {
        if (part.len && bytes_eq(part, url))
            return true;
    }
    return false;
}

static bool bound(const struct event_handler *handlers, size_t count, enum event event,
                  struct bytes url)
{
    for (size_t i = 0; i < count; i++) {
        if (handlers[i].event == event && bytes_eq(handlers[i].url, url))
            return true;
    }
    return false;
}

/* Binds what is missing for one address. */
static enum err_code bind_url(const struct write *w, struct meta *meta,
                              const struct event_handler *handlers, size_t count, struct bytes url,
                              struct err *e)
{
    enum err_code rc = ERR_NONE;

    for (int event = 1; rc == ERR_NONE && event <= EVENT_COUNT; event++) {
        struct event_handler handler = { .event = (enum event)event,
                                         .url = url,
                                         .token = w->settings->event_token,
                                         .created_us = clock_now_us() };
        if (!bound(handlers, count, handler.event, url))
            rc = insert(meta, &handler, e);
        if (rc == ERR_CONFLICT) /* named twice */
            rc = ERR_NONE;
    }
    return rc;
}

static enum err_code apply_configure(struct write *write, struct meta *meta, struct err *e)
{
    struct configuring *c = (struct configuring *)write;
    struct bytes urls = write->settings->event_url;
    struct event_handler *handlers = NULL;
    struct bytes url;
    size_t count = 0;

    enum err_code rc = list_all(meta, c->arena, 0, &handlers, &count, e);
    for (size_t i = 0; rc == ERR_NONE && i < count; i++) {
        if (!names(urls, handlers[i].url))
            rc = meta_handler_delete(meta, TENANT_DEFAULT, handlers[i].id, e);
        else if (!bytes_eq(handlers[i].token, write->settings->event_token))
            rc = meta_handler_set_token(meta, TENANT_DEFAULT, handlers[i].id,
                                        write->settings->event_token, e);
    }
    while (rc == ERR_NONE && bytes_split(&urls, ' ', &url)) {
        if (url.len)
            rc = bind_url(write, meta, handlers, count, url, e);
    }
    return rc;
}

enum err_code event_configure(struct core *core, struct err *e)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(ARENA_MAX);
    struct configuring c = { .write = { .apply = apply_configure }, .arena = arena };

    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "bind event handlers");
    return core_write(core, &c.write, e);
}
