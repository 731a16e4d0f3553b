#include "image/png_plain.h"

#include "image/parse.h"

#include <stdlib.h>

enum {
    SIGNATURE_LEN = 8,
    CHUNK_LEN = 12, /* length, name, checksum */
};

/* All that is critical (5.4 of the standard: a capital), and of the rest what is about colours. */
static bool is_needed(struct bytes name)
{
    static const char others[][5] = { "tRNS", "iCCP", "sRGB", "gAMA", "cHRM", "sBIT" };

    if (name.len == 4 && (name.at[0] & 0x20) == 0)
        return true;
    for (size_t i = 0; i < COUNT(others); i++) {
        if (bytes_eq(name, bytes_str(others[i])))
            return true;
    }
    return false;
}

/* Goes over the chunks; copies those that are needed to `to` unless it is NULL. What is cut off at
 * the end stays. Returns their length. */
static size_t walk(struct bytes bytes, char *to)
{
    size_t len = 0;

    for (uint64_t at = 0; at < bytes.len;) {
        uint64_t size = at ? CHUNK_LEN + parse_be(bytes, at, 4) : SIGNATURE_LEN;
        struct bytes part = parse_part(bytes, at, size);
        if (at == 0 || is_needed(parse_part(part, 4, 4))) {
            if (to)
                memcpy(to + len, part.at, part.len);
            len += part.len;
        }
        at += size;
    }
    return len;
}

enum err_code png_plain(struct bytes bytes, struct bytes *out, char **copy, struct err *e)
{
    size_t len = walk(bytes, NULL);
    char *at = NULL;

    if (len < bytes.len) {
        at = malloc(len);
        if (!at)
            return err_set(e, ERR_NO_MEMORY, "a PNG of %zu bytes", len);
        walk(bytes, at);
        bytes = bytes_of(at, len);
    }
    *out = bytes;
    *copy = at;
    return ERR_NONE;
}
