/* http/gzip.h - content codings gzip and deflate (RFC 7231 3.1.2): zlib reads, ISA-L writes.
 */
#ifndef HTTP_GZIP_H
#define HTTP_GZIP_H

#include "base/err.h"
#include "base/strbuf.h"

enum coding {
    CODING_NONE,    /* identity, or no header */
    CODING_GZIP,    /* also x-gzip */
    CODING_DEFLATE, /* zlib's format; bare deflate is read too, for some clients send it */
    CODING_UNKNOWN, /* any other, or several */
};

/* The value of a Content-Encoding header. */
enum coding coding_named(struct bytes header);

/* "gzip", "deflate". */
struct bytes coding_name(enum coding coding);

/* What Accept-Encoding likes best of gzip, deflate and nothing (RFC 7231 5.3.4); gzip when it likes
 * them alike. */
enum coding coding_best(struct bytes accept_encoding);

/* Unpacks the whole of `packed`. It is gone through once to learn its length, which costs no memory
 * however long it claims to be, and then once more into a buffer of just that length.
 * ERR_INVALID    broken, cut short, or with more behind its end
 * ERR_TOO_LARGE  more than `limit` bytes
 * ERR_NO_MEMORY  over the arena's limit */
enum err_code unpack(struct arena *arena, struct bytes packed, enum coding coding, size_t limit,
                     struct bytes *out, struct err *e) MUST_CHECK;

/* Packs `text` fast rather than small: 64 KB take about 0.2 ms. False when out of memory, or when
 * it would not become smaller. */
bool pack(struct arena *arena, struct bytes text, enum coding coding, struct bytes *out);

#endif
