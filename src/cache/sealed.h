/* cache/sealed.h - entries of a cache that seals them: by a key made of the cache's and 16 random
 * bytes, bound to name and kind. Inside cache/. */
#ifndef CACHE_SEALED_H
#define CACHE_SEALED_H

#include "cache/folder.h"

/* salt 16 | tag 16 | the bytes */
#define SEALED_HEAD (16 + SEAL_TAG)

/* What is to be written for `bytes`: bytes.len + SEALED_HEAD bytes into `out`. */
bool entry_seal(const struct cache *cache, const struct hash *key, uint32_t kind,
                struct bytes bytes, char *out) MUST_CHECK;

/* Opens it where it lies, which is `file`; *out lies in it. False: it is not what was sealed. */
bool entry_unseal(const struct cache *cache, const struct hash *key, uint32_t kind, char *file,
                  size_t len, struct bytes *out) MUST_CHECK;

#endif
