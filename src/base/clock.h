/* base/clock.h - instants as int64_t microseconds since 1970-01-01 UTC, and their spellings. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/strbuf.h"

#define SECOND_US 1000000LL

int64_t clock_now_us(void);
int64_t clock_monotonic_us(void);

/* A date and time of day in the Gregorian calendar, without a zone. */
struct civil {
    int year, month, day, hour, minute, second;
    int weekday; /* 0 Sunday */
};

/* The calendar's name of an instant, in UTC; its fraction of a second is dropped. */
struct civil clock_civil(int64_t us);

/* The instant (UTC) of a date of the years 0 to 9999; the weekday is not looked at. False when
 * there is no such day or time of day. */
bool clock_of_civil(const struct civil *civil, int64_t *us);

/* 2026-03-04T10:00:00 (UTC, whole seconds, no zone suffix: superoffice 9.4). */
void clock_write_plain(struct strbuf *out, int64_t us);

/* 2026-03-04T10:00:00+00:00 (bitrix24 2.1). */
void clock_write_offset(struct strbuf *out, int64_t us);

/* Wed, 04 Mar 2026 10:00:00 GMT (RFC 7231). */
#define CLOCK_HTTP_LEN 29
void clock_write_http(char out[CLOCK_HTTP_LEN], int64_t us);

/* All three date forms of RFC 7231 7.1.1.1; false on anything else. */
bool clock_read_http(struct bytes text, int64_t *us);

#endif
