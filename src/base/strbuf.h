/* base/strbuf.h - text that grows in an arena.
 *
 * A failed append sets `failed` and every later one does nothing, so a writer checks once at
 * its end. The bytes live as long as the arena.
 */
#ifndef BASE_STRBUF_H
#define BASE_STRBUF_H

#include "base/arena.h"

struct strbuf {
    struct arena *arena;
    char *at;
    size_t len;
    size_t cap;
    size_t limit; /* bytes at most */
    bool failed;  /* over the limit or out of memory: the text is not whole */
};

/* Empty, with room for `first` bytes (0 is fine) and a limit. */
void strbuf_init(struct strbuf *text, struct arena *arena, size_t first, size_t limit);

/* strbuf_room where there is not room enough. */
char *strbuf_more_room(struct strbuf *text, size_t more);

/* Makes room for `more` bytes behind the end and returns where they go, NULL when that failed.
 * The caller writes there and adds to `len` what it wrote. */
static inline char *strbuf_room(struct strbuf *text, size_t more)
{
    if (!text->failed && more < text->cap - text->len)
        return text->at + text->len;
    return strbuf_more_room(text, more);
}

static inline void strbuf_add(struct strbuf *text, struct bytes more)
{
    char *at = strbuf_room(text, more.len);
    if (at && more.at) {
        memcpy(at, more.at, more.len);
        text->len += more.len;
    }
}

#define strbuf_lit(text, literal) strbuf_add((text), B(literal))

static inline void strbuf_char(struct strbuf *text, char c)
{
    char *at = strbuf_room(text, 1);

    if (at) {
        *at = c;
        text->len++;
    }
}

void strbuf_int(struct strbuf *text, int64_t value);
/* Needs a byte more than the text within the limit. */
void strbuf_printf(struct strbuf *text, const char *fmt, ...) PRINTF(2, 3);

static inline struct bytes strbuf_bytes(const struct strbuf *text)
{
    return bytes_of(text->at, text->len);
}

#endif
