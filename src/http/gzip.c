#include "http/gzip.h"

#include "http/accept.h"

#include <isa-l/igzip_lib.h>
#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

enum coding coding_named(struct bytes header)
{
    struct bytes name = bytes_trim(header);

    if (name.len == 0 || bytes_eq_nocase(name, B("identity")))
        return CODING_NONE;
    if (bytes_eq_nocase(name, B("gzip")) || bytes_eq_nocase(name, B("x-gzip")))
        return CODING_GZIP;
    return bytes_eq_nocase(name, B("deflate")) ? CODING_DEFLATE : CODING_UNKNOWN;
}

struct bytes coding_name(enum coding coding)
{
    return coding == CODING_GZIP ? B("gzip") : coding == CODING_DEFLATE ? B("deflate") : B("");
}

enum coding coding_best(struct bytes accept_encoding)
{
    int any = token_quality(accept_encoding, B("*"));
    int gzip = token_quality(accept_encoding, B("gzip"));
    int deflate = token_quality(accept_encoding, B("deflate"));
    int identity = token_quality(accept_encoding, B("identity"));

    if (gzip < 0)
        gzip = any;
    if (deflate < 0)
        deflate = any;
    if (gzip > 0 && gzip >= deflate && gzip >= identity)
        return CODING_GZIP;
    return deflate > 0 && deflate >= identity ? CODING_DEFLATE : CODING_NONE;
}

/* ---- in ---- */

static void end_inflate(z_stream *stream)
{
    inflateEnd(stream);
}

/* zlib's windowBits: 16 adds gzip's header, a negative number takes even zlib's own away. */
static int window_of(enum coding coding, struct bytes packed)
{
    if (coding == CODING_GZIP)
        return 15 + 16;
    /* a zlib header is a multiple of 31 and says deflate in its low bits; RFC 1950 2.2 */
    const unsigned char *head = (const unsigned char *)packed.at;
    bool zlib = packed.len >= 2 && (head[0] & 15) == 8 && (head[0] * 256 + head[1]) % 31 == 0;
    return zlib ? 15 : -15;
}

static enum err_code broken(const z_stream *stream, struct err *e)
{
    return err_set(e, ERR_INVALID, "the request body is not what its Content-Encoding says: %s",
                   stream->msg ? stream->msg : "it ends too early");
}

/* Inflates into `room` bytes at `at`, again and again over them when `at` is to be thrown away.
 * Sets *len to what came out in all. A gzip file may have several members. */
static enum err_code inflate_all(struct bytes packed, int window, char *at, size_t room, bool throw,
                                 size_t limit, size_t *len, struct err *e)
{
    CLEANUP(end_inflate) z_stream stream = { 0 };
    int rc = inflateInit2(&stream, window);

    if (rc != Z_OK)
        return err_set(e, ERR_NO_MEMORY, "unpacking");
    stream.next_in = (Bytef *)(uintptr_t)packed.at; /* zlib only reads it */
    stream.avail_in = (uInt)packed.len;
    *len = 0;
    for (;;) {
        char *to = throw ? at : at + *len;
        size_t free = throw ? room : room - *len;
        if (free > UINT_MAX)
            free = UINT_MAX;
        stream.next_out = (Bytef *)to;
        stream.avail_out = (uInt)free;
        rc = inflate(&stream, Z_NO_FLUSH);
        *len += free - stream.avail_out;
        if (*len > limit)
            return err_set(e, ERR_TOO_LARGE, "the request body is more than %zu bytes unpacked",
                           limit);
        if (rc == Z_MEM_ERROR)
            return err_set(e, ERR_NO_MEMORY, "unpacking");
        if (rc == Z_STREAM_END && stream.avail_in == 0)
            return ERR_NONE;
        if (rc == Z_STREAM_END && window > 15 && inflateReset(&stream) == Z_OK)
            continue;
        if (rc == Z_STREAM_END)
            return err_set(e, ERR_INVALID, "the request body goes on behind its packed end");
        if (rc != Z_OK || (stream.avail_in == 0 && stream.avail_out != 0))
            return broken(&stream, e);
    }
}

#define WINDOW 32768

enum err_code unpack(struct arena *arena, struct bytes packed, enum coding coding, size_t limit,
                     struct bytes *out, struct err *e)
{
    char window[WINDOW];
    int bits = window_of(coding, packed);
    size_t len;

    if (packed.len > UINT_MAX)
        return err_set(e, ERR_TOO_LARGE, "the request body is too large");
    enum err_code rc = inflate_all(packed, bits, window, sizeof window, true, limit, &len, e);
    if (rc)
        return rc;
    char *at = arena_alloc(arena, len + 1);
    if (!at)
        return err_set(e, ERR_NO_MEMORY, "unpacked body of %zu bytes", len);
    /* a byte more, so that zlib can say that it is at its end */
    rc = inflate_all(packed, bits, at, len + 1, false, len, &len, e);
    if (rc)
        return rc;
    *out = bytes_of(at, len);
    return ERR_NONE;
}

/* ---- out ---- */

/* ISA-L packs four times as fast as zlib at its fastest, and smaller. Short texts do without its
 * table of matches, for clearing that costs more than it saves. */
#define SHORT 8192

struct packer {
    struct isal_zstream stream;
    uint8_t matches[ISAL_DEF_LVL1_DEFAULT];
};

static void free_packer(struct packer **packer)
{
    free(*packer);
}

bool pack(struct arena *arena, struct bytes text, enum coding coding, struct bytes *out)
{
    bool small = text.len <= SHORT;
    CLEANUP(free_packer)
    struct packer *packer = malloc(small ? sizeof packer->stream : sizeof *packer);
    char *at = packer && text.len <= UINT32_MAX ? arena_alloc(arena, text.len) : NULL;

    if (!at)
        return false;
    struct isal_zstream *stream = &packer->stream;
    isal_deflate_stateless_init(stream);
    stream->gzip_flag = coding == CODING_GZIP ? IGZIP_GZIP : IGZIP_ZLIB;
    stream->end_of_stream = 1;
    if (!small) {
        stream->level = 1;
        stream->level_buf = packer->matches;
        stream->level_buf_size = sizeof packer->matches;
    }
    stream->next_in = (uint8_t *)(uintptr_t)text.at; /* ISA-L only reads it */
    stream->avail_in = (uint32_t)text.len;
    stream->next_out = (uint8_t *)at;
    stream->avail_out = (uint32_t)text.len;
    if (isal_deflate_stateless(stream) != COMP_OK)
        return false; /* over the room there is: not smaller */
    *out = bytes_of(at, stream->total_out);
    return true;
}
