/* app/mask.h - paths as they may be logged: Bitrix24's webhook secrets are part of the path. */
#ifndef APP_MASK_H
#define APP_MASK_H

#include "base/bytes.h"

/* Writes `path` (decoded, without its query) to `out`, at most `room` bytes, with *** for every
 * segment that may be a secret (bitrix24 1.1): `/rest/1/SECRET/profile` gives `/rest/1/` and
 * `***` and `/profile`. What lies under /upload is hidden as a whole. */
struct bytes mask_path(struct bytes path, char *out, size_t room);

#endif
