#include "base/bytes.h"

static unsigned char fold(char c)
{
    unsigned char u = (unsigned char)c;

    return u >= 'A' && u <= 'Z' ? (unsigned char)(u + 32) : u;
}

bool bytes_eq_nocase(struct bytes a, struct bytes b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++) {
        if (fold(a.at[i]) != fold(b.at[i])) /* NOLINT: `at` is NULL only with `len` 0 */
            return false;
    }
    return true;
}

bool bytes_starts(struct bytes text, struct bytes prefix)
{
    return text.len >= prefix.len && bytes_eq(bytes_first(text, prefix.len), prefix);
}

bool bytes_starts_nocase(struct bytes text, struct bytes prefix)
{
    return text.len >= prefix.len && bytes_eq_nocase(bytes_first(text, prefix.len), prefix);
}

bool bytes_ends_nocase(struct bytes text, struct bytes suffix)
{
    return text.len >= suffix.len &&
           bytes_eq_nocase(bytes_from(text, text.len - suffix.len), suffix);
}

size_t bytes_index(struct bytes text, char c)
{
    const char *found = text.len ? memchr(text.at, c, text.len) : NULL;

    return found ? (size_t)(found - text.at) : text.len;
}

struct bytes bytes_from(struct bytes text, size_t from)
{
    if (from > text.len)
        from = text.len;
    return bytes_of(text.at ? text.at + from : NULL, text.len - from);
}

struct bytes bytes_first(struct bytes text, size_t len)
{
    return bytes_of(text.at, len < text.len ? len : text.len);
}

struct bytes bytes_trim(struct bytes text)
{
    while (text.len && (text.at[0] == ' ' || text.at[0] == '\t'))
        text = bytes_from(text, 1);
    while (text.len && (text.at[text.len - 1] == ' ' || text.at[text.len - 1] == '\t'))
        text.len--;
    return text;
}

bool bytes_split(struct bytes *rest, char sep, struct bytes *part)
{
    if (!rest->at)
        return false;

    size_t at = bytes_index(*rest, sep);
    *part = bytes_first(*rest, at);
    *rest = at < rest->len ? bytes_from(*rest, at + 1) : (struct bytes){ 0 };
    return true;
}

/* Two digits at a time: lists have thousands of numbers. */
#define TEN(a) a "0" a "1" a "2" a "3" a "4" a "5" a "6" a "7" a "8" a "9"
static const char PAIRS[] =
    TEN("0") TEN("1") TEN("2") TEN("3") TEN("4") TEN("5") TEN("6") TEN("7") TEN("8") TEN("9");

struct bytes bytes_decimal(int64_t number, char room[DECIMAL_MAX])
{
    size_t at = DECIMAL_MAX;
    uint64_t left = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;

    for (; left >= 100; left /= 100) {
        at -= 2;
        memcpy(room + at, PAIRS + 2 * (left % 100), 2);
    }
    room[--at] = PAIRS[2 * left + 1];
    if (left >= 10)
        room[--at] = PAIRS[2 * left];
    if (number < 0)
        room[--at] = '-';
    return bytes_of(room + at, DECIMAL_MAX - at);
}

bool bytes_to_int64(struct bytes text, int64_t *out)
{
    bool negative = text.len && text.at[0] == '-';
    int64_t value = 0;

    if (text.len && (text.at[0] == '-' || text.at[0] == '+'))
        text = bytes_from(text, 1);
    if (text.len == 0)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] < '0' || text.at[i] > '9')
            return false;
        int digit = text.at[i] - '0';
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_sub_overflow(value, digit, &value)) /* downwards: INT64_MIN fits */
            return false;
    }
    if (!negative && value == INT64_MIN)
        return false;
    *out = negative ? value : -value;
    return true;
}

bool bytes_to_int32(struct bytes text, int32_t *out)
{
    int64_t value;

    if (!bytes_to_int64(text, &value) || value < INT32_MIN || value > INT32_MAX)
        return false;
    *out = (int32_t)value;
    return true;
}

/* Length of the well-formed sequence at the start of `s`, 0 when there is none. */
static size_t utf8_len(const unsigned char *s, size_t left)
{
    if (s[0] < 0x80)
        return 1;

    size_t len = s[0] >= 0xF0 ? 4 : s[0] >= 0xE0 ? 3 : 2;
    if (s[0] < 0xC2 || s[0] > 0xF4 || len > left)
        return 0;
    for (size_t i = 1; i < len; i++) {
        if ((s[i] & 0xC0) != 0x80)
            return 0;
    }
    if ((s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xED && s[1] > 0x9F) ||
        (s[0] == 0xF0 && s[1] < 0x90) || (s[0] == 0xF4 && s[1] > 0x8F))
        return 0;
    return len;
}

/* How many of the first bytes are ASCII. A picture in base64 is megabytes of it. */
static size_t ascii_len(const unsigned char *s, size_t left)
{
    uint64_t words[4];
    size_t i = 0;

    for (; left - i >= sizeof words; i += sizeof words) {
        memcpy(words, s + i, sizeof words);
        if ((words[0] | words[1] | words[2] | words[3]) & 0x8080808080808080U)
            break;
    }
    while (i < left && s[i] < 0x80)
        i++;
    return i;
}

bool bytes_is_utf8(struct bytes text)
{
    const unsigned char *s = (const unsigned char *)text.at;

    for (size_t i = 0; i < text.len;) {
        i += ascii_len(s + i, text.len - i);
        if (i == text.len)
            break;
        size_t len = utf8_len(s + i, text.len - i);
        if (len == 0)
            return false;
        i += len;
    }
    return true;
}
