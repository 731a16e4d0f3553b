/* base/source.h - bytes that are pulled in pieces: how a stored picture reaches the socket. */
#ifndef BASE_SOURCE_H
#define BASE_SOURCE_H

#include "base/err.h"

struct source {
    uint64_t size; /* bytes in all */

    /* Reads exactly `len` bytes at `offset` into `out`; every byte has been checked against its
     * checksum. A reader gets the most out of whole, aligned pieces of SOURCE_PIECE bytes.
     * ERR_BLOCKS       would have to wait for the disk and `may_block` is false: nothing read
     * ERR_CORRUPT      the bytes are not the ones that were stored: none may be sent
     * ERR_UNAVAILABLE  the disk failed */
    enum err_code (*read)(struct source *source, uint64_t offset, char *out, size_t len,
                          bool may_block, struct err *e);

    /* The same bytes, checked, where they lie in memory: for sending at once, without a copy. NULL
     * when they cannot be had so (then `read` tells more). They may change or go at any moment:
     * what is not sent at once is to be read again with `read`. May be NULL itself. Like a `read`
     * that may not block: for the thread that opened the source. */
    const char *(*view)(struct source *source, uint64_t offset, size_t len);
};

#define SOURCE_PIECE (256 * 1024)

#endif
