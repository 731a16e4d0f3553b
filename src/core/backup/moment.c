#include "core/backup/moment.h"
#include "base/clock.h"

#include <stdio.h>

void moment_write(char out[MOMENT_MAX], int64_t us)
{
    struct civil c = clock_civil(us);

    snprintf(out, MOMENT_MAX, "%04d%02d%02dT%02d%02d%02d.%06dZ", c.year, c.month, c.day, c.hour,
             c.minute, c.second, (int)(us % SECOND_US));
}

/* Takes exactly `digits` of them. */
static bool take_number(struct bytes *text, int digits, int *out)
{
    int value = 0;

    for (int i = 0; i < digits; i++) {
        if (text->len <= (size_t)i || text->at[i] < '0' || text->at[i] > '9')
            return false;
        value = value * 10 + (text->at[i] - '0');
    }
    *text = bytes_from(*text, (size_t)digits);
    *out = value;
    return true;
}

static bool take_char(struct bytes *text, char c)
{
    if (text->len == 0 || *text->at != c)
        return false;
    *text = bytes_from(*text, 1);
    return true;
}

static bool read_date(struct bytes *text, struct civil *c)
{
    return take_number(text, 4, &c->year) && (take_char(text, '-'), true) &&
           take_number(text, 2, &c->month) && (take_char(text, '-'), true) &&
           take_number(text, 2, &c->day);
}

/* Up to six digits behind the point; *unit_us is what the last of them stands for. */
static bool read_fraction(struct bytes *text, int64_t *us, int64_t *unit_us)
{
    int digit;

    *us = 0;
    *unit_us = SECOND_US;
    while (*unit_us > 1 && take_number(text, 1, &digit)) {
        *unit_us /= 10;
        *us += digit * *unit_us;
    }
    return *unit_us < SECOND_US;
}

/* Time of day, as much of it as is there; *unit_us is how long the last part of it lasts. */
static bool read_time(struct bytes *text, struct civil *c, int64_t *fraction_us, int64_t *unit_us)
{
    *unit_us = 86400 * SECOND_US;
    if (!take_char(text, 'T') && !take_char(text, ' '))
        return true;
    *unit_us = 60 * SECOND_US;
    if (!take_number(text, 2, &c->hour) ||
        (take_char(text, ':'), !take_number(text, 2, &c->minute)))
        return false;
    if (!take_char(text, ':') && (text->len == 0 || *text->at == 'Z'))
        return true;
    *unit_us = SECOND_US;
    if (!take_number(text, 2, &c->second))
        return false;
    return !take_char(text, '.') || read_fraction(text, fraction_us, unit_us);
}

bool moment_read_until(struct bytes text, int64_t *us)
{
    struct civil c = { 0 };
    int64_t fraction_us = 0;
    int64_t unit_us = 0;
    int64_t whole_us;

    if (!read_date(&text, &c) || !read_time(&text, &c, &fraction_us, &unit_us) ||
        (take_char(&text, 'Z'), text.len > 0) || !clock_of_civil(&c, &whole_us))
        return false;
    *us = whole_us + fraction_us + unit_us - 1;
    return true;
}

bool moment_read(struct bytes name, int64_t *us)
{
    char again[MOMENT_MAX];
    int64_t found;

    if (name.len != MOMENT_LEN || !moment_read_until(name, &found) || found < 0)
        return false;
    moment_write(again, found);
    if (!bytes_eq(bytes_of(again, MOMENT_LEN), name))
        return false;
    *us = found;
    return true;
}
