#include "base/uri.h"

static bool is_unreserved(char c)
{
    static const bool table[256] = {
        ['0' ... '9'] = true, ['A' ... 'Z'] = true, ['a' ... 'z'] = true, ['-'] = true,
        ['.'] = true,         ['_'] = true,         ['~'] = true,
    };

    return table[(unsigned char)c];
}

void uri_encode(struct strbuf *out, struct bytes text)
{
    while (text.len) {
        size_t plain = 0;
        while (plain < text.len && is_unreserved(text.at[plain]))
            plain++;
        strbuf_add(out, bytes_first(text, plain));
        text = bytes_from(text, plain);
        if (text.len) {
            unsigned char c = (unsigned char)text.at[0];
            strbuf_char(out, '%');
            strbuf_char(out, "0123456789ABCDEF"[c >> 4]);
            strbuf_char(out, "0123456789ABCDEF"[c & 15]);
            text = bytes_from(text, 1);
        }
    }
}

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* What stands behind the percent sign at *i, or that sign; moves *i behind. */
static char decode_one(struct bytes text, size_t *i)
{
    size_t at = *i;
    int high, low;

    if (text.len - at > 2 && (high = hex(text.at[at + 1])) >= 0 &&
        (low = hex(text.at[at + 2])) >= 0) {
        *i = at + 3;
        return (char)(high << 4 | low);
    }
    *i = at + 1;
    return '%';
}

static size_t plus_at(struct bytes text, size_t from, bool plus_is_space)
{
    return plus_is_space ? from + bytes_index(bytes_from(text, from), '+') : text.len;
}

/* From one escape to the next: a picture in base64 has few. */
struct bytes uri_decode(struct arena *arena, struct bytes text, bool plus_is_space)
{
    if (bytes_index(text, '%') == text.len &&
        (!plus_is_space || bytes_index(text, '+') == text.len))
        return text.at ? text : B("");

    char *copy = arena_alloc(arena, text.len);
    if (!copy)
        return (struct bytes){ 0 };

    size_t len = 0;
    size_t percent = bytes_index(text, '%'), plus = plus_at(text, 0, plus_is_space);
    for (size_t i = 0; i < text.len;) {
        size_t stop = percent < plus ? percent : plus;
        memcpy(copy + len, text.at + i, stop - i);
        len += stop - i;
        i = stop;
        if (i == text.len)
            break;
        if (i == plus) {
            copy[len++] = ' ';
            plus = plus_at(text, ++i, true);
        } else {
            copy[len++] = decode_one(text, &i);
            percent = i + bytes_index(bytes_from(text, i), '%');
        }
    }
    return bytes_of(copy, len);
}

bool uri_query_next(struct arena *arena, struct bytes *query, struct bytes *name,
                    struct bytes *value)
{
    struct bytes part;

    do {
        if (!bytes_split(query, '&', &part))
            return false;
    } while (part.len == 0);

    size_t equals = bytes_index(part, '=');
    *name = uri_decode(arena, bytes_first(part, equals), true);
    *value = uri_decode(arena, bytes_from(part, equals + 1), true);
    return true;
}

struct bytes uri_query_find(struct arena *arena, struct bytes query, struct bytes name)
{
    struct bytes found, value;

    while (uri_query_next(arena, &query, &found, &value)) {
        if (bytes_eq_nocase(found, name))
            return value;
    }
    return (struct bytes){ 0 };
}
