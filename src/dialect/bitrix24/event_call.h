/* dialect/bitrix24/event_call.h - what a handler is told (bitrix24 13). */
#ifndef DIALECT_BITRIX24_EVENT_CALL_H
#define DIALECT_BITRIX24_EVENT_CALL_H

#include "base/strbuf.h"
#include "core/application.h"
#include "model/event.h"

struct b24_event_call {
    const struct event_handler *handler;
    const struct event_delivery *delivery;
    struct bytes base_url; /* how clients reach us, no slash at the end */
    struct bytes member_id;
    const struct application_tokens *tokens; /* NULL: no user is known */
    int64_t now_us;
};

/* "CATALOG.PRODUCT.ON.ADD" … */
struct bytes b24_event_name(enum event event);
/* In any case. */
bool b24_event_of_name(struct bytes name, enum event *out);

/* The form that is posted. */
void b24_event_write(struct strbuf *out, const struct b24_event_call *call);

#endif
