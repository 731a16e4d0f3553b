/* blob/zip.h - bytes made smaller for storing: the only user of libzstd. Any thread. */
#ifndef BLOB_ZIP_H
#define BLOB_ZIP_H

#include "base/arena.h"
#include "base/err.h"

#define ZIP_BYTES_MAX (32LL << 20) /* of a plain picture: it is unzipped in memory */

/* False when it does not pay: less than a twentieth would be saved. *out lies in the arena. */
bool zip_pack(struct arena *arena, struct bytes plain, struct bytes *out);

/* Exactly `len` bytes into `out`. ERR_CORRUPT: it holds something else. */
enum err_code zip_unpack(struct bytes zipped, char *out, size_t len, struct err *e) MUST_CHECK;

#endif
