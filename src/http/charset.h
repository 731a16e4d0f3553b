/* http/charset.h - text of other encodings as UTF-8.
 */
#ifndef HTTP_CHARSET_H
#define HTTP_CHARSET_H

#include "base/arena.h"
#include "base/err.h"

enum charset {
    CHARSET_UTF8,    /* also US-ASCII */
    CHARSET_LATIN1,  /* ISO-8859-1 */
    CHARSET_UTF16,   /* by its byte order mark, else big-endian (RFC 2781) */
    CHARSET_UTF16BE, /* */
    CHARSET_UTF16LE, /* */
    CHARSET_UNKNOWN,
};

/* The charset of that name, any case. */
enum charset charset_named(struct bytes name);

/* What the byte order mark at the start says; CHARSET_UNKNOWN without one. */
enum charset charset_marked(struct bytes text);

/* `text` as UTF-8 without a byte order mark; a slice of it where nothing had to be converted.
 * ERR_INVALID    not text of this charset
 * ERR_NO_MEMORY  over the arena's limit */
enum err_code charset_read(struct arena *arena, struct bytes text, enum charset charset,
                           struct bytes *out, struct err *e) MUST_CHECK;

#endif
