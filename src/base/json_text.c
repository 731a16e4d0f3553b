#include "base/json_text.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The unit of \uXXXX at the start of `text`, -1 when there is none. */
static int unit_of(struct bytes text)
{
    int unit = 0;

    if (text.len < 6 || text.at[0] != '\\' || text.at[1] != 'u')
        return -1;
    for (int i = 2; i < 6; i++) {
        int digit = hex_digit(text.at[i]);
        if (digit < 0)
            return -1;
        unit = unit << 4 | digit;
    }
    return unit;
}

static char *put_utf8(char *at, int32_t c)
{
    if (c < 0x80) {
        *at++ = (char)c;
        return at;
    }
    if (c < 0x800) {
        *at++ = (char)(0xC0 | c >> 6);
    } else {
        if (c < 0x10000) {
            *at++ = (char)(0xE0 | c >> 12);
        } else {
            *at++ = (char)(0xF0 | c >> 18);
            *at++ = (char)(0x80 | (c >> 12 & 0x3F));
        }
        *at++ = (char)(0x80 | (c >> 6 & 0x3F));
    }
    *at++ = (char)(0x80 | (c & 0x3F));
    return at;
}

/* One or, for a surrogate pair, two \uXXXX; moves *i behind. */
static bool put_unit(struct bytes text, size_t *i, char **at)
{
    int32_t c = unit_of(bytes_from(text, *i));
    int low = -1;

    if (c < 0)
        return false;
    *i += 6;
    if (c >= 0xD800 && c < 0xDC00)
        low = unit_of(bytes_from(text, *i));
    if (low >= 0xDC00 && low < 0xE000) {
        c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
        *i += 6;
    } else if (c >= 0xD800 && c < 0xE000) {
        c = 0xFFFD;
    }
    *at = put_utf8(*at, c);
    return true;
}

/* What \c stands for, NUL when for nothing. */
static char escaped(char c, char quote)
{
    switch (c) {
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    case '"':
    case '\\':
    case '/':
        return c;
    default:
        return c == quote ? c : '\0';
    }
}

bool json_unescape(struct bytes text, char quote, char *out, size_t *len)
{
    char *at = out;

    for (size_t i = 0; i < text.len;) {
        size_t plain = bytes_index(bytes_from(text, i), '\\');
        memcpy(at, text.at + i, plain);
        at += plain;
        i += plain;
        if (i == text.len)
            break;
        if (i + 1 < text.len && text.at[i + 1] == 'u') {
            if (!put_unit(text, &i, &at))
                return false;
            continue;
        }
        *at = i + 1 < text.len ? escaped(text.at[i + 1], quote) : '\0';
        if (!*at++)
            return false;
        i += 2;
    }
    *len = (size_t)(at - out);
    return true;
}

/* Index behind the digits at `from`. */
static size_t digits_end(struct bytes word, size_t from)
{
    while (from < word.len && word.at[from] >= '0' && word.at[from] <= '9')
        from++;
    return from;
}

bool json_is_number(struct bytes word)
{
    size_t from = word.len && word.at[0] == '-';
    size_t i = digits_end(word, from);

    if (i == from || (i > from + 1 && word.at[from] == '0'))
        return false;
    if (i < word.len && word.at[i] == '.') {
        from = i + 1;
        i = digits_end(word, from);
        if (i == from)
            return false;
    }
    if (i < word.len && (word.at[i] | 0x20) == 'e') {
        from = i + 1;
        from += from < word.len && (word.at[from] == '+' || word.at[from] == '-');
        i = digits_end(word, from);
        if (i == from)
            return false;
    }
    return i == word.len;
}
