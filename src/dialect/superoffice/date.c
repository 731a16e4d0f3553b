#include "base/clock.h"
#include "dialect/superoffice/local.h"
#include "locale/zone.h"

#define MINUTE_US (60 * SECOND_US)
#define DAY_US    (24 * 60 * MINUTE_US)

/* 9999-12-31T23:59:59.999999, the last instant of .NET's calendar */
#define LAST_DATE (253402300800LL * SECOND_US - 1)

static void write_offset(struct strbuf *out, int32_t minutes)
{
    int32_t size = minutes < 0 ? -minutes : minutes;

    if (minutes == 0)
        strbuf_char(out, 'Z');
    else
        strbuf_printf(out, "%c%02d:%02d", minutes < 0 ? '-' : '+', size / 60 % 24, size % 60);
}

void so_date_write(struct strbuf *out, const struct so_local *local, int64_t us, bool utc)
{
    int32_t minutes = 0;

    if (!utc && local->zone && us >= SO_NO_DATE + DAY_US && us <= LAST_DATE - DAY_US)
        minutes = zone_offset(local->zone, us);
    clock_write_plain(out, us + minutes * MINUTE_US);
    if (local->offsets)
        write_offset(out, minutes);
}

/* ---- in ---- */

/* `len` digits at *at. */
static bool digits(struct bytes text, size_t *at, size_t len, int *out)
{
    int value = 0;

    if (text.len - *at < len)
        return false;
    for (size_t i = 0; i < len; i++) {
        char c = text.at[*at + i];
        if (c < '0' || c > '9')
            return false;
        value = value * 10 + c - '0';
    }
    *at += len;
    *out = value;
    return true;
}

static bool sign(struct bytes text, size_t *at, const char *signs, char *out)
{
    if (*at == text.len || !text.at[*at] || !strchr(signs, text.at[*at]))
        return false;
    *out = text.at[(*at)++];
    return true;
}

/* .5, .967, .9670645: whatever is behind the sixth digit is too short for us. */
static bool read_fraction(struct bytes text, size_t *at, int64_t *us)
{
    int64_t unit = SECOND_US / 10;
    size_t from = *at;

    for (; *at < text.len && text.at[*at] >= '0' && text.at[*at] <= '9'; (*at)++, unit /= 10)
        *us += (text.at[*at] - '0') * unit;
    return *at > from;
}

/* Z, +02:00 or +0200. */
static bool read_offset(struct bytes text, size_t *at, int *minutes)
{
    char c;
    int hour, minute;

    if (!sign(text, at, "Zz+-", &c))
        return false;
    *minutes = 0;
    if (c == 'Z' || c == 'z')
        return true;
    if (!digits(text, at, 2, &hour))
        return false;
    char colon;
    sign(text, at, ":", &colon);
    if (!digits(text, at, 2, &minute) || hour > 23 || minute > 59)
        return false;
    *minutes = (hour * 60 + minute) * (c == '-' ? -1 : 1);
    return true;
}

struct parts {
    struct civil civil;
    int64_t fraction_us;
    bool zoned;
    int offset_min;
};

static bool read_parts(struct bytes text, struct parts *p)
{
    struct civil *c = &p->civil;
    size_t at = 0;
    char mark;

    if (!digits(text, &at, 4, &c->year) || !sign(text, &at, "-", &mark) ||
        !digits(text, &at, 2, &c->month) || !sign(text, &at, "-", &mark) ||
        !digits(text, &at, 2, &c->day))
        return false;
    if (at == text.len)
        return true; /* midnight */
    if (!sign(text, &at, "Tt ", &mark) || !digits(text, &at, 2, &c->hour) ||
        !sign(text, &at, ":", &mark) || !digits(text, &at, 2, &c->minute))
        return false;
    if (sign(text, &at, ":", &mark) && !digits(text, &at, 2, &c->second))
        return false;
    if (sign(text, &at, ".", &mark) && !read_fraction(text, &at, &p->fraction_us))
        return false;
    if (at < text.len) {
        p->zoned = true;
        if (!read_offset(text, &at, &p->offset_min))
            return false;
    }
    return at == text.len;
}

bool so_date_read(struct bytes text, const struct so_local *local, bool utc, int64_t *us)
{
    struct parts p = { 0 };
    int64_t wall;

    if (!read_parts(bytes_trim(text), &p) || !clock_of_civil(&p.civil, &wall))
        return false;
    /* Year 1 as scripts give it back: their own zone taken off or added (superoffice 9.4). */
    if (wall < SO_NO_DATE + DAY_US) {
        if (wall < SO_NO_DATE - DAY_US)
            return false;
        *us = SO_NO_DATE;
        return true;
    }
    wall += p.fraction_us;
    if (p.zoned)
        wall -= p.offset_min * MINUTE_US;
    else if (!utc && local->zone)
        wall = zone_to_utc(local->zone, wall);
    if (wall < SO_NO_DATE || wall > LAST_DATE)
        return false;
    *us = wall;
    return true;
}
