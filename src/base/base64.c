#include "base/base64.h"

#include <endian.h>

#define N    0x80 /* no character of the alphabet */
#define N16  N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N
#define N128 N16, N16, N16, N16, N16, N16, N16, N16

/* clang-format off: sixteen characters a line */
#define TABLE(space, minus, under)                                                                 \
    {                                                                                              \
        N16, N16, space, N, N, N, N, N, N, N, N, N, N, 62, N, minus, N, 63, 52, 53, 54, 55, 56,    \
            57, 58, 59, 60, 61, N, N, N, N, N, N, N, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, \
            14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, N, N, N, N, under, N, 26, 27, 28, 29,  \
            30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50,    \
            51, N, N, N, N, N, N128                                                                \
    }
/* clang-format on */

static const uint8_t either[256] = TABLE(N, 62, 63);
static const uint8_t standard[256] = TABLE(N, N, N);
static const uint8_t space_too[256] = TABLE(62, N, N);

static void write_groups(struct strbuf *out, struct bytes data, const char *letters, bool pad)
{
    char *at = strbuf_room(out, BASE64_LEN(data.len));
    const uint8_t *in = (const uint8_t *)data.at;
    size_t left = data.len;

    if (!at)
        return;
    for (; left >= 3; left -= 3, in += 3) {
        uint32_t v = (uint32_t)in[0] << 16 | (uint32_t)in[1] << 8 | in[2];
        *at++ = letters[v >> 18];
        *at++ = letters[v >> 12 & 63];
        *at++ = letters[v >> 6 & 63];
        *at++ = letters[v & 63];
    }
    if (left) {
        uint32_t v = (uint32_t)in[0] << 16 | (left == 2 ? (uint32_t)in[1] << 8 : 0);
        *at++ = letters[v >> 18];
        *at++ = letters[v >> 12 & 63];
        if (left == 2)
            *at++ = letters[v >> 6 & 63];
        for (; pad && left < 3; left++)
            *at++ = '=';
    }
    out->len = (size_t)(at - out->at);
}

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

void base64_write(struct strbuf *out, struct bytes data)
{
    write_groups(out, data, LETTERS "+/", true);
}

void base64url_write(struct strbuf *out, struct bytes data)
{
    write_groups(out, data, LETTERS "-_", false);
}

/* Vectors as GCC and clang make them of any processor's. */
typedef int8_t chars_v __attribute__((vector_size(16)));
typedef uint16_t pairs_v __attribute__((vector_size(16)));
typedef uint32_t groups_v __attribute__((vector_size(16)));

/* Sixteen characters of the standard alphabet at once, as four groups of 24 bits; false when one of
 * them is another. */
static bool read_sixteen(const uint8_t *s, uint32_t groups[4])
{
    chars_v c;
    uint64_t known[2];

    memcpy(&c, s, sizeof c);
    chars_v upper = (c >= 'A') & (c <= 'Z'), lower = (c >= 'a') & (c <= 'z');
    chars_v digit = (c >= '0') & (c <= '9'), plus = c == '+', slash = c == '/';
    chars_v all = upper | lower | digit | plus | slash;
    memcpy(known, &all, sizeof known);
    if (~(known[0] & known[1]) || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__)
        return false;

    c += (upper & -'A') | (lower & (26 - 'a')) | (digit & (52 - '0')) | (plus & (62 - '+')) |
         (slash & (63 - '/'));
    pairs_v pairs = (pairs_v)c;
    pairs = (pairs & 0xFF) << 6 | pairs >> 8;
    groups_v whole = (groups_v)pairs;
    whole = (whole & 0xFFFF) << 12 | whole >> 16;
    memcpy(groups, &whole, sizeof whole);
    return true;
}

static char *put_group(char *at, uint32_t group)
{
    at[0] = (char)(group >> 16);
    at[1] = (char)(group >> 8);
    at[2] = (char)group;
    return at + 3;
}

/* Six bytes, and two more that the next write replaces: there is room for three behind the last. */
static void put_two(char *at, const uint32_t groups[2])
{
    uint64_t eight = htobe64((uint64_t)groups[0] << 40 | (uint64_t)groups[1] << 16);

    memcpy(at, &eight, sizeof eight);
}

/* Decodes whole groups of four up to the first that holds another character; moves *in and *out
 * behind what was done. The hot loop of a picture in base64. */
static void read_groups(const uint8_t table[256], const uint8_t **in, const uint8_t *end,
                        char **out)
{
    const uint8_t *s = *in;
    char *at = *out;
    uint32_t groups[4];

    for (; end - s >= 16 && read_sixteen(s, groups); s += 16) {
        put_two(at, groups);
        put_two(at + 6, groups + 2);
        at += 12;
    }
    for (; end - s >= 4; s += 4) {
        uint32_t a = table[s[0]], b = table[s[1]], c = table[s[2]], d = table[s[3]];
        if ((a | b | c | d) & N)
            break;
        at = put_group(at, a << 18 | b << 12 | c << 6 | d);
    }
    *in = s;
    *out = at;
}

/* The last, short group of `count` characters; false when it is none or has bits to spare. */
static bool read_tail(const uint8_t *table, const uint8_t *s, size_t count, char **out)
{
    uint32_t v = 0;

    if (count == 1)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (table[s[i]] & N)
            return false;
        v |= (uint32_t)table[s[i]] << (18 - 6 * i);
    }
    if (v & (count == 2 ? 0xFFFF : 0xFF))
        return false;
    for (size_t i = 1; i < count; i++)
        *(*out)++ = (char)(v >> (24 - 8 * i));
    return true;
}

bool base64_read(struct bytes text, char *out, size_t *len)
{
    const uint8_t *s = (const uint8_t *)text.at;
    char *at = out;
    size_t count = text.len;

    if (count % 4 == 0) {
        for (int i = 0; i < 2 && count && s[count - 1] == '='; i++)
            count--;
    }
    if (count) {
        const uint8_t *end = s + count;
        read_groups(either, &s, end, &at);
        if (end - s >= 4 || (end > s && !read_tail(either, s, (size_t)(end - s), &at)))
            return false;
    }
    *len = (size_t)(at - out);
    return true;
}

/* bitrix24 4.3: an unescaped plus of a form arrives as space. True when reading inner spaces so
 * gives whole groups, or at least no worse ones than skipping them; line ends and U+00AD do not
 * count. */
static bool spaces_are_pluses(struct bytes text)
{
    size_t letters = 0, spaces = 0, pads = 0;

    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = (uint8_t)text.at[i];
        if (c == '=') {
            pads++;
        } else if (c == ' ' && !pads) {
            spaces++;
        } else if (!(standard[c] & N)) {
            if (pads)
                return false;
            letters++;
        } else if (c == 0xC2 && i + 1 < text.len && (uint8_t)text.at[i + 1] == 0xAD) {
            i++;
        } else if (c != '\r' && c != '\n' && c != '\t' && c != ' ') {
            return false;
        }
    }
    if (pads > 2)
        return false;
    if ((letters + spaces + pads) % 4 == 0)
        return true;
    return !pads && letters % 4 != 0 && (letters + spaces) % 4 != 1;
}

bool base64_read_lenient(struct bytes text, bool space_is_plus, char *out, size_t *len)
{
    const uint8_t *table = standard;
    char *at = out;
    uint32_t group = 0;
    int held = 0; /* characters in group */

    if (space_is_plus) {
        while (text.len && strchr(" \t\r\n", text.at[0]) && text.at[0])
            text = bytes_from(text, 1);
        while (text.len && strchr(" \t\r\n", text.at[text.len - 1]) && text.at[text.len - 1])
            text.len--;
        if (bytes_index(text, ' ') < text.len && spaces_are_pluses(text))
            table = space_too;
    }

    const uint8_t *s = (const uint8_t *)text.at;
    const uint8_t *end = s + text.len;
    while (s < end) {
        if (held == 0) {
            read_groups(table, &s, end, &at);
            if (s == end)
                break;
        }
        uint8_t v = table[*s++];
        if (v & N)
            continue;
        group = group << 6 | v;
        if (++held >= 2)
            *at++ = (char)(group >> (8 - 2 * held));
        if (held == 4)
            held = 0;
    }
    *len = (size_t)(at - out);
    return at > out;
}

void base64url_16(const uint8_t in[16], char out[BASE64URL_16])
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    for (int i = 0; i < 5; i++, in += 3, out += 4) {
        uint32_t bits = (uint32_t)in[0] << 16 | (uint32_t)in[1] << 8 | in[2];
        out[0] = alphabet[bits >> 18];
        out[1] = alphabet[bits >> 12 & 63];
        out[2] = alphabet[bits >> 6 & 63];
        out[3] = alphabet[bits & 63];
    }
    out[0] = alphabet[in[0] >> 2];
    out[1] = alphabet[in[0] << 4 & 63];
}
