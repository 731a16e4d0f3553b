/* core/limiter.h - how much one credential may ask for (bitrix24 7), counted by all processes of a
 * store together, in a file of fixed size that each of them maps.
 *
 * Of more credentials at a time than there is room for, those are forgotten that have used least;
 * one that is over its limit never is, before its time. Whatever the file holds, left by a process
 * that died or by a machine that did, is some state to go on from. Any thread; clocks are
 * base/clock.h's clock_now_us.
 */
#ifndef CORE_LIMITER_H
#define CORE_LIMITER_H

#include "base/err.h"
#include "model/principal.h"

struct limiter;

/* Maps DIR/run/limits, making it when absent. */
enum err_code limiter_open(const char *dir, struct limiter **out, struct err *e) MUST_CHECK;
void limiter_close(struct limiter *limiter); /* accepts NULL */

/* Whose counts: the credential's; of an application all its tokens for one user are one. Above 0.
 */
uint64_t limiter_who(const struct principal *principal);

/* A bucket that takes `room` requests and loses `per_second`. Counts one in and returns 0; when it
 * does not fit counts nothing and returns after how many seconds it would. */
int64_t limiter_request(struct limiter *limiter, uint64_t who, int64_t room, int64_t per_second,
                        int64_t now_us);

/* What the calls of one method took in this minute and the nine before. */
struct limiter_usage {
    int64_t used_us;
    int64_t reset_s; /* Unix time at which the oldest of it is forgotten; 0: there is none */
};

#define LIMITER_CALL_MIN_US 100000 /* shorter calls are not counted */

/* `method` is any number that tells methods apart. */
struct limiter_usage limiter_usage(struct limiter *limiter, uint64_t who, uint32_t method,
                                   int64_t now_us);

/* Counts a call that ends now, and returns the usage with it. `limit_us`: who has used that much
 * is not forgotten. */
struct limiter_usage limiter_spend(struct limiter *limiter, uint64_t who, uint32_t method,
                                   int64_t took_us, int64_t limit_us, int64_t now_us);

#endif
