#include "app/mask.h"

struct text {
    char *at;
    size_t len;
    size_t room;
};

static void add(struct text *text, struct bytes more)
{
    size_t len = more.len < text->room - text->len ? more.len : text->room - text->len;

    if (len)
        memcpy(text->at + text->len, more.at, len);
    text->len += len;
}

static void add_segment(struct text *text, struct bytes segment, bool shown)
{
    add(text, B("/"));
    add(text, shown ? segment : B("***"));
}

/* The next segment that is not empty; doubled slashes count for one. */
static bool next_segment(struct bytes *rest, struct bytes *segment)
{
    while (bytes_split(rest, '/', segment)) {
        if (segment->len)
            return true;
    }
    return false;
}

static bool is_number(struct bytes text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] < '0' || text.at[i] > '9')
            return false;
    }
    return text.len > 0;
}

/* Names of methods have letters and dots only; secrets that are made for users never do. */
static bool is_method(struct bytes text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = (char)(text.at[i] | 0x20);
        if ((c < 'a' || c > 'z') && text.at[i] != '.')
            return false;
    }
    return text.len > 0;
}

/* `/rest/{method}`, `/rest/{user}/{secret}/{method}`, both also behind `/rest/api`; in any other
 * form nobody knows which segment is the secret. */
static void mask_rest(struct text *text, struct bytes rest)
{
    struct bytes segment;
    struct bytes peek = rest;
    size_t count = 0;

    if (next_segment(&peek, &segment) && bytes_eq_nocase(segment, B("api"))) {
        add_segment(text, segment, true);
        rest = peek;
    }
    for (peek = rest; next_segment(&peek, &segment);)
        count++;
    for (size_t i = 0; next_segment(&rest, &segment); i++) {
        if (i == 0)
            add_segment(text, segment, count == 1 ? is_method(segment) : is_number(segment));
        else
            add_segment(text, segment, i == 2 && count == 3 && is_method(segment));
    }
}

struct bytes mask_path(struct bytes path, char *out, size_t room)
{
    struct text text = { out, 0, room };
    struct bytes rest = path;
    struct bytes first;

    bool named = next_segment(&rest, &first);
    if (named && bytes_eq_nocase(first, B("rest"))) {
        add_segment(&text, first, true);
        mask_rest(&text, rest);
    } else if (named && bytes_eq_nocase(first, B("upload"))) {
        add_segment(&text, first, true);
        add_segment(&text, rest, false);
    } else {
        add(&text, path);
    }
    return bytes_of(out, text.len);
}
