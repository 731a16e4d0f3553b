#include "base/clock.h"

#include <stdio.h>
#include <time.h>

static const char days[7][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

int64_t clock_now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * SECOND_US + now.tv_nsec / 1000;
}

int64_t clock_monotonic_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * SECOND_US + now.tv_nsec / 1000;
}

/* Gregorian calendar from days since 1970, in whole eras of 400 years. */
struct civil clock_civil(int64_t us)
{
    int64_t seconds = us / SECOND_US - (us % SECOND_US < 0);
    int64_t day = seconds / 86400 - (seconds % 86400 < 0);
    int left = (int)(seconds - day * 86400);
    int64_t z = day + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int doe = (int)(z - era * 146097);
    int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int mp = (5 * doy + 2) / 153;
    int month = mp < 10 ? mp + 3 : mp - 9;

    return (struct civil){
        .year = (int)(yoe + era * 400) + (month <= 2),
        .month = month,
        .day = doy - (153 * mp + 2) / 5 + 1,
        .hour = left / 3600,
        .minute = left / 60 % 60,
        .second = left % 60,
        .weekday = (int)(((day + 4) % 7 + 7) % 7),
    };
}

static void two(char *at, int value)
{
    at[0] = (char)('0' + value / 10 % 10);
    at[1] = (char)('0' + value % 10);
}

static void four(char *at, int value)
{
    two(at, value / 100 % 100);
    two(at + 2, value % 100);
}

#define PLAIN_LEN 19

static void write_plain(char *at, const struct civil *c)
{
    four(at, c->year);
    at[4] = at[7] = '-';
    two(at + 5, c->month);
    two(at + 8, c->day);
    at[10] = 'T';
    two(at + 11, c->hour);
    at[13] = at[16] = ':';
    two(at + 14, c->minute);
    two(at + 17, c->second);
}

void clock_write_plain(struct strbuf *out, int64_t us)
{
    struct civil c = clock_civil(us);
    char *at = strbuf_room(out, PLAIN_LEN);

    if (at) {
        write_plain(at, &c);
        out->len += PLAIN_LEN;
    }
}

void clock_write_offset(struct strbuf *out, int64_t us)
{
    clock_write_plain(out, us);
    strbuf_lit(out, "+00:00");
}

void clock_write_http(char out[CLOCK_HTTP_LEN], int64_t us)
{
    struct civil c = clock_civil(us);

    memcpy(out, "Thu, 01 Jan 1970 00:00:00 GMT", CLOCK_HTTP_LEN);
    memcpy(out, days[c.weekday], 3);
    two(out + 5, c.day);
    memcpy(out + 8, months[c.month - 1], 3);
    four(out + 12, c.year);
    two(out + 17, c.hour);
    two(out + 20, c.minute);
    two(out + 23, c.second);
}

static int64_t us_of(const struct civil *c)
{
    int64_t year = c->year - (c->month <= 2);
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t yoe = year - era * 400;
    int64_t doy = (153 * (c->month + (c->month > 2 ? -3 : 9)) + 2) / 5 + c->day - 1;
    int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    int64_t day = era * 146097 + doe - 719468;

    return (((day * 24 + c->hour) * 60 + c->minute) * 60 + c->second) * SECOND_US;
}

bool clock_of_civil(const struct civil *civil, int64_t *us)
{
    if (civil->year < 0 || civil->year > 9999 || civil->month < 1 || civil->month > 12 ||
        civil->day < 1 || civil->day > 31 || civil->hour < 0 || civil->hour > 23 ||
        civil->minute < 0 || civil->minute > 59 || civil->second < 0 || civil->second > 59)
        return false;
    int64_t found = us_of(civil);
    if (clock_civil(found).day != civil->day)
        return false; /* 31 April */
    *us = found;
    return true;
}

static bool month_of(const char *name, int *month)
{
    for (int i = 0; i < 12; i++) {
        if (strncmp(name, months[i], 3) == 0) {
            *month = i + 1;
            return true;
        }
    }
    return false;
}

bool clock_read_http(struct bytes text, int64_t *us)
{
    char copy[64];
    char month[4] = "";
    char zone[4] = "";
    struct civil c = { 0 };
    int end = 0;

    text = bytes_trim(text);
    if (text.len >= sizeof copy || text.len == 0 || memchr(text.at, 0, text.len))
        return false;
    memcpy(copy, text.at, text.len);
    copy[text.len] = '\0';

    bool read = false;
    /* IMF-fixdate, then RFC 850, then asctime */
    if (sscanf(copy, "%*3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d %3[A-Z]%n", &c.day, month,
               &c.year, &c.hour, &c.minute, &c.second, zone, &end) == 7) {
        read = strcmp(zone, "GMT") == 0;
    } else if (sscanf(copy, "%*9[A-Za-z], %2d-%3[A-Za-z]-%2d %2d:%2d:%2d %3[A-Z]%n", &c.day, month,
                      &c.year, &c.hour, &c.minute, &c.second, zone, &end) == 7) {
        read = strcmp(zone, "GMT") == 0;
        if (c.year >= 0)
            c.year += c.year < 70 ? 2000 : 1900;
    } else if (sscanf(copy, "%*3[A-Za-z] %3[A-Za-z] %2d %2d:%2d:%2d %4d%n", month, &c.day, &c.hour,
                      &c.minute, &c.second, &c.year, &end) == 6) {
        read = true;
    }
    if (!read || (size_t)end != text.len || !month_of(month, &c.month) || c.day < 1 || c.day > 31 ||
        c.hour < 0 || c.hour > 23 || c.minute < 0 || c.minute > 59 || c.second < 0 ||
        c.second > 60 || c.year < 0)
        return false;
    int64_t read_us = us_of(&c);
    if (clock_civil(read_us - (c.second == 60) * SECOND_US).day != c.day)
        return false; /* 31 April */
    *us = read_us;
    return true;
}
