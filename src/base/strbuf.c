#include "base/strbuf.h"

#include <stdarg.h>
#include <stdio.h>

static bool move_to(struct strbuf *text, size_t cap)
{
    char *at = cap > text->limit ? NULL : arena_alloc(text->arena, cap);
    if (!at) {
        text->failed = true;
        return false;
    }
    if (text->len)
        memcpy(at, text->at, text->len);
    text->at = at;
    text->cap = cap;
    return true;
}

/* As much as was asked for and no more: who knows how long a large text becomes shall not have the
 * next power of two of memory that was never touched. */
void strbuf_init(struct strbuf *text, struct arena *arena, size_t first, size_t limit)
{
    *text = (struct strbuf){ .arena = arena, .limit = limit };
    if (first)
        move_to(text, first);
}

static bool grow(struct strbuf *text, size_t need)
{
    size_t cap = text->cap < 256 ? 256 : text->cap;

    if (need > text->limit) {
        text->failed = true;
        return false;
    }
    while (cap < need)
        cap *= 2; /* need <= limit, which is far below SIZE_MAX / 2 */
    return move_to(text, cap > text->limit ? text->limit : cap);
}

char *strbuf_more_room(struct strbuf *text, size_t more)
{
    size_t need;

    if (text->failed)
        return NULL;
    if (__builtin_add_overflow(text->len, more, &need)) {
        text->failed = true;
        return NULL;
    }
    if (need > text->cap && !grow(text, need))
        return NULL;
    return text->at + text->len;
}

void strbuf_int(struct strbuf *text, int64_t value)
{
    char digits[DECIMAL_MAX];

    strbuf_add(text, bytes_decimal(value, digits));
}

void strbuf_printf(struct strbuf *text, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    int len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    char *at = len >= 0 ? strbuf_room(text, (size_t)len + 1) : NULL;
    if (at) {
        va_start(args, fmt);
        vsnprintf(at, (size_t)len + 1, fmt, args);
        va_end(args);
        text->len += (size_t)len;
    }
}
