/* dialect/bitrix24/limits.h - how much one credential may ask for (bitrix24 7). Both limits are off
 * unless they are set. */
#ifndef DIALECT_BITRIX24_LIMITS_H
#define DIALECT_BITRIX24_LIMITS_H

#include "dialect/bitrix24/bitrix24.h"

/* Counts one request of the caller. 0: it may go on; else there is room after so many seconds. */
int64_t b24_limit_request(struct call *c);

/* Runs a method and counts what it takes; B24_OPERATING_LIMIT when the caller has used up its time
 * for that method. Methods that run others are not counted: those are. */
enum err_code b24_limit_operating(struct call *c, const struct b24_method *method,
                                  const struct value *params, struct b24_result *out,
                                  struct err *e) MUST_CHECK;

#endif
