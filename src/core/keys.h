/* core/keys.h - the keys that stored pictures are sealed by, as the store's keeper deals with them.
 *
 * The keyring is opened with the store when `encryption` is on or there is one from when it was.
 * docs/encryption.md tells what is sealed and what is not. Any thread.
 */
#ifndef CORE_KEYS_H
#define CORE_KEYS_H

#include "core/core.h"

/* Wraps all data keys anew under the first of the keys that are given, while everybody goes on;
 * with `again` also when they are under it already, which mends damaged copies.
 * ERR_INVALID   there is no keyring, or no key is given
 * ERR_CONFLICT  they are under it already */
struct keys_rotated {
    int64_t keys;
    int64_t damaged; /* could be read neither before nor now */
};
enum err_code keys_rotate(struct core *core, bool again, struct keys_rotated *out,
                          struct err *e) MUST_CHECK;

/* Stores anew what is not stored as the settings say (`encryption`, `zip`); the bytes as they were
 * are given back after the grace. Pictures are read and written meanwhile as ever. At most `limit`
 * blobs above *after, which is set to the last that was looked at; *more says that there are
 * others. *done counts those that were stored anew. */
enum err_code keys_reseal(struct core *core, int64_t *after, size_t limit, int64_t *done,
                          bool *more, struct err *e) MUST_CHECK;

#endif
