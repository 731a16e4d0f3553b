#include "dialect/bitrix24/date.h"

#include "base/clock.h"

/* As many digits as `len`; moves *text behind them. */
static bool read_digits(struct bytes *text, size_t len, int *out)
{
    int number = 0;

    if (text->len < len)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (text->at[i] < '0' || text->at[i] > '9')
            return false;
        number = number * 10 + (text->at[i] - '0');
    }
    *text = bytes_from(*text, len);
    *out = number;
    return true;
}

static bool take(struct bytes *text, const char *any)
{
    if (text->len == 0 || text->at[0] == '\0' || !strchr(any, text->at[0]))
        return false;
    *text = bytes_from(*text, 1);
    return true;
}

/* The offset behind a time: nothing, Z, +02:00 and its kin. */
static bool read_offset(struct bytes text, int64_t *seconds)
{
    bool behind = text.len && text.at[0] == '-';
    int hours;
    int minutes = 0;

    *seconds = 0;
    if (text.len == 0 || bytes_eq_nocase(text, B("Z")))
        return true;
    /* in a query string an unescaped + arrives as a space */
    if (!take(&text, "+- ") || !read_digits(&text, 2, &hours))
        return false;
    if (text.len) {
        take(&text, ":");
        if (!read_digits(&text, 2, &minutes) || text.len)
            return false;
    }
    if (hours > 14 || minutes > 59)
        return false;
    *seconds = (hours * 60 + minutes) * 60;
    if (behind)
        *seconds = -*seconds;
    return true;
}

/* Hours and minutes, perhaps seconds, perhaps a fraction. */
static bool read_time(struct bytes *text, struct civil *civil)
{
    int digit;

    if (!read_digits(text, 2, &civil->hour) || !take(text, ":") ||
        !read_digits(text, 2, &civil->minute))
        return false;
    if (!take(text, ":"))
        return true;
    if (!read_digits(text, 2, &civil->second))
        return false;
    if (take(text, ".")) {
        while (read_digits(text, 1, &digit))
            ;
    }
    return true;
}

bool b24_read_date(struct bytes text, int64_t *us)
{
    struct civil civil = { 0 };
    int64_t offset;

    if (!read_digits(&text, 4, &civil.year) || !take(&text, "-") ||
        !read_digits(&text, 2, &civil.month) || !take(&text, "-") ||
        !read_digits(&text, 2, &civil.day))
        return false;
    if (text.len && (!take(&text, "Tt ") || !read_time(&text, &civil)))
        return false;
    if (!read_offset(text, &offset) || !clock_of_civil(&civil, us))
        return false;
    *us -= offset * SECOND_US;
    return true;
}
