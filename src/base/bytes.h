/* base/bytes.h - a borrowed run of bytes or text; not terminated, may hold NULs. */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include "base/base.h"

#include <string.h>

struct bytes {
    const char *at; /* may be NULL when len is 0 */
    size_t len;
};

/* A string literal as bytes, without its terminator. */
#define B(literal) ((struct bytes){ "" literal, sizeof(literal) - 1 })

static inline struct bytes bytes_of(const char *at, size_t len)
{
    return (struct bytes){ at, len };
}

/* A terminated string as bytes; NULL gives the empty run. */
static inline struct bytes bytes_str(const char *text)
{
    return (struct bytes){ text, text ? strlen(text) : 0 };
}

static inline bool bytes_eq(struct bytes a, struct bytes b)
{
    return a.len == b.len &&
           (a.len == 0 || memcmp(a.at, b.at, a.len) == 0); /* NOLINT: NULL only with `len` 0 */
}

/* Equal when ASCII letters are folded. */
bool bytes_eq_nocase(struct bytes a, struct bytes b);
bool bytes_starts(struct bytes text, struct bytes prefix);
bool bytes_starts_nocase(struct bytes text, struct bytes prefix);
bool bytes_ends_nocase(struct bytes text, struct bytes suffix);

/* Index of the first `c`, or text.len. */
size_t bytes_index(struct bytes text, char c);

/* The part from `from` (at most text.len) on. */
struct bytes bytes_from(struct bytes text, size_t from);

/* The first `len` bytes (at most all). */
struct bytes bytes_first(struct bytes text, size_t len);

/* Without leading and trailing spaces and tabs. */
struct bytes bytes_trim(struct bytes text);

/* Takes everything before the first `sep` off *rest and moves *rest behind it; without a `sep`
 * takes all. Returns false when nothing was left (*rest.at is NULL then and *part is untouched). */
bool bytes_split(struct bytes *rest, char sep, struct bytes *part);

/* In decimal, written to the end of `room`. */
#define DECIMAL_MAX 20
struct bytes bytes_decimal(int64_t number, char room[DECIMAL_MAX]);

/* A whole decimal number with optional sign; false on anything else, also on overflow. */
bool bytes_to_int64(struct bytes text, int64_t *out);
bool bytes_to_int32(struct bytes text, int32_t *out);

/* True when `text` is well-formed UTF-8 (no surrogates, no overlong forms, at most U+10FFFF). */
bool bytes_is_utf8(struct bytes text);

#endif
