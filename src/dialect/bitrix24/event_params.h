/* dialect/bitrix24/event_params.h - what event.bind and event.unbind are told (bitrix24 13). */
#ifndef DIALECT_BITRIX24_EVENT_PARAMS_H
#define DIALECT_BITRIX24_EVENT_PARAMS_H

#include "base/value.h"
#include "dialect/dialect.h"
#include "model/event.h"

struct b24_event_params {
    enum event event;
    struct bytes handler;
    int32_t auth_type; /* a user's id; 0: whoever; -1: not said */
};

/* Only programs that users let in listen, no webhook. */
enum err_code b24_require_application(const struct call *c, struct err *e) MUST_CHECK;

/* Also what b24_require_application says; failures carry a reason of error.h. */
enum err_code b24_event_params_read(struct call *c, const struct value *params,
                                    struct b24_event_params *out, struct err *e) MUST_CHECK;

#endif
