/* cache/entry.h - the form of a file: a header, then the bytes; little endian. Inside cache/. */
#ifndef CACHE_ENTRY_H
#define CACHE_ENTRY_H

#include "base/crypto.h"

/* magic 8 | version 4 | kind 4 | length 8 | key 32 | crc32c of the bytes 4 | of all before 4 */
#define ENTRY_HEADER 64

void entry_write_header(char out[ENTRY_HEADER], const struct hash *key, uint32_t kind,
                        struct bytes bytes);

/* False unless `file` is all of a file, whole, and of that key; *out lies in it. */
bool entry_read(struct bytes file, const struct hash *key, uint32_t *kind, struct bytes *out);

#endif
