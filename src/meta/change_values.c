#include "meta/change_values.h"

/* The end of a text that begins behind a quote: the quote that no other follows. */
static bool find_end(struct bytes rest, size_t *end, size_t *doubled)
{
    *doubled = 0;
    for (size_t i = 0; i < rest.len; i++) {
        if (rest.at[i] != '\'')
            continue;
        if (i + 1 == rest.len || rest.at[i + 1] != '\'') {
            *end = i;
            return true;
        }
        ++*doubled;
        i++;
    }
    return false;
}

static bool read_text(struct arena *arena, struct bytes *rest, struct bytes *out)
{
    size_t end, doubled;

    if (!find_end(*rest, &end, &doubled))
        return false;
    struct bytes text = bytes_first(*rest, end);
    *rest = bytes_from(*rest, end + 1);
    if (doubled) {
        char *at = arena_alloc(arena, end);
        size_t len = 0;
        if (!at)
            return false;
        for (size_t i = 0; i < end; i++) {
            at[len++] = text.at[i];
            i += text.at[i] == '\'';
        }
        text = bytes_of(at, len);
    }
    *out = text;
    return true;
}

static bool read_value(struct arena *arena, struct bytes *rest, struct change_value *out)
{
    *out = (struct change_value){ .is_text = rest->len && rest->at[0] == '\'' };
    if (out->is_text) {
        *rest = bytes_from(*rest, 1);
        return read_text(arena, rest, &out->text);
    }
    size_t comma = bytes_index(*rest, ',');
    struct bytes number = bytes_first(*rest, comma);
    *rest = bytes_from(*rest, comma);
    return bytes_to_int64(number, &out->number);
}

bool change_values_read(struct arena *arena, struct bytes before, struct change_value *out,
                        size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i) {
            if (before.len == 0 || before.at[0] != ',')
                return false;
            before = bytes_from(before, 1);
        }
        if (!read_value(arena, &before, &out[i]))
            return false;
    }
    return before.len == 0;
}
