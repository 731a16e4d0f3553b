/* model/event.h - what programs can be told of (bitrix24 13). */
#ifndef MODEL_EVENT_H
#define MODEL_EVENT_H

#include "model/record.h"

/* The numbers are stored. A changed picture is an update of its product. */
enum event {
    EVENT_PRODUCT_ADD = 1,
    EVENT_PRODUCT_UPDATE = 2,
    EVENT_PRODUCT_DELETE = 3,
};
#define EVENT_COUNT 3

/* "add", "update", "delete". */
const char *event_name(enum event event);

/* Text lives in the arena of whoever read it. */
struct event_handler {
    int32_t id;
    int32_t application_id; /* 0: from the settings */
    int32_t user_id;        /* whom its tokens are of; 0: none are sent */
    enum event event;
    struct bytes url;
    struct bytes token; /* application_token, sent along */
    int64_t created_us;
};

/* One event on its way to one handler. */
struct event_delivery {
    int64_t id; /* rises with time; the same for all handlers of what happened */
    int32_t handler_id;
    enum event event;
    int32_t record_id;
    enum record_subtype subtype;
    int64_t happened_us;
    int32_t attempts; /* that failed so far */
};

/* What waits for a handler. */
struct event_backlog {
    struct event_handler handler;
    int64_t waiting;
    int64_t dropped;   /* were too many, since it last answered */
    int64_t oldest_us; /* when the first that waits happened; 0: none waits */
    int64_t next_us;   /* when the next is due; 0: at once */
    int32_t attempts;  /* the most that one of them has behind it */
};

#endif
