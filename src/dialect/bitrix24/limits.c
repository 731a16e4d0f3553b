#include "dialect/bitrix24/limits.h"

#include "base/clock.h"
#include "core/limiter.h"
#include "dialect/bitrix24/error.h"

int64_t b24_limit_request(struct call *c)
{
    const struct settings *settings = core_settings(c->core);

    if (!settings->rate_requests)
        return 0;
    return limiter_request(core_limiter(c->core), limiter_who(&c->principal),
                           settings->rate_requests, settings->rate_per_second, clock_now_us());
}

/* The same name for every start of the program, whatever methods there are (FNV-1a). */
static uint32_t number_of(struct bytes name)
{
    uint32_t number = 2166136261;

    for (size_t i = 0; i < name.len; i++)
        number = (number ^ (unsigned char)name.at[i]) * 16777619;
    return number;
}

static struct b24_operating operating(struct limiter_usage usage)
{
    return (struct b24_operating){ true, usage.used_us, usage.reset_s };
}

enum err_code b24_limit_operating(struct call *c, const struct b24_method *method,
                                  const struct value *params, struct b24_result *out, struct err *e)
{
    int64_t limit_us = core_settings(c->core)->operating_seconds * SECOND_US;

    if (!limit_us || method->run == b24_batch)
        return method->run(c, params, out, e);

    struct limiter *limiter = core_limiter(c->core);
    uint64_t who = limiter_who(&c->principal);
    uint32_t number = number_of(method->name);
    if (limiter_usage(limiter, who, number, clock_now_us()).used_us >= limit_us)
        return b24_error(e, B24_OPERATING_LIMIT);

    int64_t start_us = clock_monotonic_us();
    enum err_code rc = method->run(c, params, out, e);
    int64_t took_us = clock_monotonic_us() - start_us;
    out->operating =
        operating(limiter_spend(limiter, who, number, took_us, limit_us, clock_now_us()));
    return rc;
}
