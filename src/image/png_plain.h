/* image/png_plain.h - a PNG without what its pixels do not need. Works on hostile input. */
#ifndef IMAGE_PNG_PLAIN_H
#define IMAGE_PNG_PLAIN_H

#include "base/bytes.h"
#include "base/err.h"

/* A copy of the chunks that decide what is seen, in *copy (malloc), or `bytes` themselves with
 * *copy NULL when there are no others: packed texts of 8 KB grow to 8 MB, and fifty of them keep a
 * decoder busy for ten seconds and more. ERR_NO_MEMORY */
enum err_code png_plain(struct bytes bytes, struct bytes *out, char **copy,
                        struct err *e) MUST_CHECK;

#endif
