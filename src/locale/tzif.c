#include "locale/tzif.h"

#include "base/clock.h"

#include <stdlib.h>

/* Offsets change at instants that the file lists, and behind the last one by a yearly rule. */

struct change {
    int64_t from_s;
    int32_t offset_min;
};

/* A day of the year: the `week`th `weekday` of `month` (5: the last); without a month the day `day`
 * of the year from 0, `leapless`: from 1 and never 29 February. */
struct day_rule {
    int month, week, weekday;
    int day;
    bool leapless;
    int time_s; /* on the clocks that are about to change */
};

struct tzif {
    int first_min;    /* before the first change */
    int64_t ruled_s;  /* from here on by what follows; INT64_MAX: never */
    bool summer;      /* from `start` to `end` of each year daylight_min holds */
    int standard_min; /* else */
    int daylight_min; /* may be the smaller one */
    struct day_rule start, end;
    size_t count;
    struct change changes[];
};

/* ---- the yearly rule: CET-1CEST,M3.5.0,M10.5.0/3 ---- */

struct reader {
    const char *at, *end;
};

static bool skip(struct reader *r, char c)
{
    if (r->at == r->end || *r->at != c)
        return false;
    r->at++;
    return true;
}

static bool read_number(struct reader *r, int max, int *out)
{
    int value = 0;
    const char *from = r->at;

    while (r->at < r->end && *r->at >= '0' && *r->at <= '9' && value <= max)
        value = value * 10 + *r->at++ - '0';
    *out = value;
    return r->at > from && value <= max;
}

/* [+-]hh[:mm[:ss]] in seconds */
static bool read_time(struct reader *r, int *seconds)
{
    bool minus = skip(r, '-');
    int hours, minutes = 0, rest = 0;

    if (!minus)
        skip(r, '+');
    if (!read_number(r, 167, &hours))
        return false;
    if (skip(r, ':')) {
        if (!read_number(r, 59, &minutes) || (skip(r, ':') && !read_number(r, 59, &rest)))
            return false;
    }
    *seconds = (hours * 60 + minutes) * 60 + rest;
    if (minus)
        *seconds = -*seconds;
    return true;
}

/* CET or <+03>; what it says is of no interest */
static bool skip_name(struct reader *r)
{
    bool quoted = skip(r, '<');
    const char *from = r->at;

    while (r->at < r->end &&
           (quoted ? *r->at != '>'
                   : (*r->at >= 'a' && *r->at <= 'z') || (*r->at >= 'A' && *r->at <= 'Z')))
        r->at++;
    return r->at > from && (!quoted || skip(r, '>'));
}

static bool read_day(struct reader *r, struct day_rule *out)
{
    struct day_rule day = { .time_s = 2 * 3600 };

    if (skip(r, 'M')) {
        if (!read_number(r, 12, &day.month) || day.month < 1 || !skip(r, '.') ||
            !read_number(r, 5, &day.week) || day.week < 1 || !skip(r, '.') ||
            !read_number(r, 6, &day.weekday))
            return false;
    } else {
        day.leapless = skip(r, 'J');
        if (!read_number(r, 365, &day.day) || (day.leapless && day.day < 1))
            return false;
    }
    if (skip(r, '/') && !read_time(r, &day.time_s))
        return false;
    *out = day;
    return true;
}

/* Whole minutes, the nearest. */
static int minutes_of(int64_t seconds)
{
    return (int)((seconds + (seconds < 0 ? -30 : 30)) / 60);
}

static bool is_offset(int minutes)
{
    return minutes > -24 * 60 && minutes < 24 * 60;
}

static bool read_rule(struct bytes text, struct tzif *out)
{
    struct reader r = { text.at, text.at + text.len };
    int west_s;

    if (!skip_name(&r) || !read_time(&r, &west_s))
        return false;
    out->standard_min = out->daylight_min = minutes_of(-west_s);
    if (r.at == r.end)
        return is_offset(out->standard_min);
    if (!skip_name(&r))
        return false;
    out->daylight_min += 60;
    if (r.at < r.end && *r.at != ',') {
        if (!read_time(&r, &west_s))
            return false;
        out->daylight_min = minutes_of(-west_s);
    }
    out->summer = true;
    return is_offset(out->standard_min) && is_offset(out->daylight_min) && skip(&r, ',') &&
           read_day(&r, &out->start) && skip(&r, ',') && read_day(&r, &out->end) && r.at == r.end;
}

/* ---- the file ---- */

#define HEADER_LEN 44

struct header {
    size_t isut, isstd, leap, times, types, chars;
};

static uint64_t big_endian(const char *at, size_t len)
{
    uint64_t value = 0;

    for (size_t i = 0; i < len; i++)
        value = value << 8 | (unsigned char)at[i];
    return value;
}

static bool read_header(struct bytes file, struct header *h)
{
    size_t *const fields[] = { &h->isut, &h->isstd, &h->leap, &h->times, &h->types, &h->chars };

    if (file.len < HEADER_LEN || !bytes_starts(file, B("TZif")) || file.at[4] < '2')
        return false;
    for (size_t i = 0; i < COUNT(fields); i++) {
        *fields[i] = (size_t)big_endian(file.at + 20 + 4 * i, 4);
        if (*fields[i] > 100000)
            return false;
    }
    return h->types > 0 && h->types <= 256;
}

static size_t body_len(const struct header *h, size_t time_len)
{
    return h->times * (time_len + 1) + h->types * 6 + h->chars + h->leap * (time_len + 4) +
           h->isstd + h->isut;
}

static bool read_changes(const char *at, const struct header *h, struct tzif *out)
{
    const char *kinds = at + h->times * 8;
    const char *types = kinds + h->times;
    int now = minutes_of((int32_t)big_endian(types, 4));
    int64_t last = INT64_MIN;

    out->first_min = now;
    for (size_t i = 0; i < h->times; i++) {
        int64_t from = (int64_t)big_endian(at + 8 * i, 8);
        size_t kind = (unsigned char)kinds[i];
        if (kind >= h->types || from <= last)
            return false;
        last = from;
        int offset = minutes_of((int32_t)big_endian(types + 6 * kind, 4));
        if (!is_offset(offset))
            return false;
        if (offset == now)
            continue;
        now = offset;
        if (from < -(1LL << 46)) /* the big bang, as some files have it */
            out->first_min = offset;
        else
            out->changes[out->count++] = (struct change){ from, offset };
    }
    out->ruled_s = last;
    return is_offset(out->first_min);
}

struct tzif *tzif_read(struct bytes file)
{
    struct header h;

    if (!read_header(file, &h) || body_len(&h, 4) > file.len - HEADER_LEN)
        return NULL;
    file = bytes_from(file, HEADER_LEN + body_len(&h, 4)); /* what follows has 64 bits */
    if (!read_header(file, &h) || body_len(&h, 8) > file.len - HEADER_LEN)
        return NULL;
    struct bytes footer = bytes_from(file, HEADER_LEN + body_len(&h, 8));
    struct tzif *rules = calloc(1, sizeof *rules + h.times * sizeof rules->changes[0]);
    if (!rules)
        return NULL;

    bool read = read_changes(file.at + HEADER_LEN, &h, rules) && bytes_starts(footer, B("\n"));
    footer = bytes_from(footer, 1);
    size_t end = bytes_index(footer, '\n');
    if (!read || end == footer.len || (end && !read_rule(bytes_first(footer, end), rules))) {
        free(rules);
        return NULL;
    }
    if (!end)
        rules->ruled_s = INT64_MAX;
    struct tzif *small = realloc(rules, sizeof *rules + rules->count * sizeof rules->changes[0]);
    return small ? small : rules;
}

/* ---- questions ---- */

/* Seconds since 1970 of midnight of a day, as if clocks showed UTC. */
static int64_t midnight(int year, int month, int day)
{
    struct civil civil = { .year = year, .month = month, .day = day };
    int64_t us = 0;

    (void)!clock_of_civil(&civil, &us);
    return us / SECOND_US;
}

#define DAY_S 86400

/* When the rule's day begins to count in `year`, on the clocks before the change. */
static int64_t day_in(const struct day_rule *rule, int year)
{
    if (!rule->month) {
        int64_t march = midnight(year, 3, 1);
        int64_t at = midnight(year, 1, 1) + rule->day * DAY_S;
        if (rule->leapless) {
            at -= DAY_S;
            if (at >= march - DAY_S && march - midnight(year, 2, 1) == 29 * DAY_S)
                at += DAY_S;
        }
        return at + rule->time_s;
    }
    int64_t first = midnight(year, rule->month, 1);
    int64_t next =
        rule->month < 12 ? midnight(year, rule->month + 1, 1) : first + 31 * (int64_t)DAY_S;
    int weekday = clock_civil(first * SECOND_US).weekday;
    int64_t at =
        first + ((rule->weekday - weekday + 7) % 7 + (rule->week - 1) * 7) * (int64_t)DAY_S;
    while (at >= next)
        at -= 7 * (int64_t)DAY_S;
    return at + rule->time_s;
}

#define LAST_S 253402214400 /* 9999-12-31; there are no dates behind it */

static int32_t ruled_offset(const struct tzif *rules, int64_t at_s)
{
    if (!rules->summer)
        return rules->standard_min;
    if (at_s > LAST_S)
        at_s = LAST_S;
    int year = clock_civil((at_s + rules->standard_min * 60) * SECOND_US).year;
    int64_t start = day_in(&rules->start, year) - rules->standard_min * 60;
    int64_t end = day_in(&rules->end, year) - rules->daylight_min * 60;
    bool daylight =
        start < end ? at_s >= start && at_s < end : at_s >= start || at_s < end; /* the south */
    return daylight ? rules->daylight_min : rules->standard_min;
}

int32_t tzif_offset(const struct tzif *rules, int64_t at_s)
{
    size_t from = 0, to = rules->count; /* changes before `from` are over, from `to` on to come */

    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (rules->changes[middle].from_s <= at_s)
            from = middle + 1;
        else
            to = middle;
    }
    if (from == rules->count && at_s >= rules->ruled_s)
        return ruled_offset(rules, at_s);
    return from ? rules->changes[from - 1].offset_min : rules->first_min;
}
