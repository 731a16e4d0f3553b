#include "base/uri.h"

static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
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

struct bytes uri_decode(struct arena *arena, struct bytes text, bool plus_is_space)
{
    if (bytes_index(text, '%') == text.len &&
        (!plus_is_space || bytes_index(text, '+') == text.len))
        return text.at ? text : B("");

    char *copy = arena_alloc(arena, text.len);
    if (!copy)
        return (struct bytes){ 0 };

    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        int high, low;
        if (c == '%' && text.len - i > 2 && (high = hex(text.at[i + 1])) >= 0 &&
            (low = hex(text.at[i + 2])) >= 0) {
            c = (char)(high << 4 | low);
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        copy[len++] = c;
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
