/* app/deliver_turn.h - what the files of delivery share; nobody else includes it. */
#ifndef APP_DELIVER_TURN_H
#define APP_DELIVER_TURN_H

#include "app/deliver_token.h"
#include "core/event.h"
#include "post/post.h"

#include <pthread.h>
#include <stdatomic.h>

#define TURN_EVENTS   16
#define TROUBLE_KNOWN 256

/* The turn of one address of one application: its handlers, for what happened must be told in that
 * order whichever event each of them is for. */
struct turn {
    struct arena *arena; /* of what follows */
    struct event_handler *handlers;
    size_t handler_count;
    const char *url;
    int32_t application_id;
    struct event_delivery *events;
    size_t count;
    size_t at; /* the one that is being told; `count`: none */
    int64_t begun_us;
    struct event_outcome outcomes[TURN_EVENTS];
    bool busy;
};

struct deliver {
    struct core *core;
    struct post_pool *pool;
    struct bytes base_url;
    char member_id[MEMBER_ID_LEN];
    pthread_t thread;
    atomic_bool stopping;

    struct turn turns[POST_PARALLEL_MAX];
    struct deliver_tokens tokens;
    struct arena *arena; /* of one look */
    uint64_t generation; /* when it was looked last; 0: look again */
    int64_t next_us;     /* when the next is due, as seen then */
    int32_t last_id;     /* a handler whose turn began last: the next one is behind it */
    int64_t away_until_us;
    bool store_failed;                 /* … and that was said */
    int32_t in_trouble[TROUBLE_KNOWN]; /* handlers of which that was said, by the end of their id */
};

/* The turn of the address of `one` and of its handlers among `all` for which something waits. */
enum err_code turn_begin(struct deliver *d, struct turn *t, const struct event_backlog *all,
                         size_t count, const struct event_handler *one, struct err *e) MUST_CHECK;

/* What came of the event that is being told; tells the next one. */
void turn_take(struct deliver *d, const struct post_result *result);

/* Something of the store did not work: said once, tried again in a second. */
void deliver_store_fails(struct deliver *d, const struct err *e);

#endif
