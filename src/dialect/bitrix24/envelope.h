/* dialect/bitrix24/envelope.h - what stands around a result (bitrix24 1.4, 2). */
#ifndef DIALECT_BITRIX24_ENVELOPE_H
#define DIALECT_BITRIX24_ENVELOPE_H

#include "dialect/bitrix24/bitrix24.h"
#include "dialect/bitrix24/error.h"

#define B24_ANSWER_MAX (64U * 1024 * 1024) /* bytes of one answer */

/* When a method ran: microseconds as base/clock.h. */
struct b24_times {
    int64_t start_us;               /* the request arrived */
    int64_t run_us;                 /* the method began */
    int64_t finish_us;              /* the method ended */
    struct b24_operating operating; /* of its result */
};

/* `{"result":`; the method writes behind it. */
void b24_envelope_open(struct strbuf *out);

/* total, next, time and the closing brace. */
void b24_envelope_close(struct strbuf *out, const struct b24_result *result,
                        const struct b24_times *times);

/* The `time` object alone (bitrix24 2.1). */
void b24_time_write(struct strbuf *out, const struct b24_times *times);

/* `{"error":…,"error_description":…}`; with `numeric`, a code of digits goes out as a number. */
void b24_error_write(struct strbuf *out, const struct b24_failure *failure, bool numeric);

/* Answers with the JSON text, or with XML made of it. A text that is not whole (no memory, over its
 * limit) becomes an internal error. */
void b24_reply(struct call *c, int status, const struct strbuf *json, bool xml);

/* Answers with a failure. */
void b24_reply_failure(struct call *c, const struct b24_failure *failure, bool xml);

/* An empty answer with the headers every answer has. */
void b24_reply_start(struct call *c, int status);

#endif
