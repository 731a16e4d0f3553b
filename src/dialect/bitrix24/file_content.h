/* dialect/bitrix24/file_content.h - a file sent as [name, base64] (bitrix24 4.3). */
#ifndef DIALECT_BITRIX24_FILE_CONTENT_H
#define DIALECT_BITRIX24_FILE_CONTENT_H

#include "base/value.h"

struct b24_file {
    struct bytes name; /* without directories, checked */
    struct bytes bytes;
};

/* Reads the members of `pair` in order: name, then base64; a `data:…;base64,` in front is cut off.
 * `space_is_plus` for requests that are forms. The content is looked at before the name. Failures
 * carry a reason of error.h. */
enum err_code b24_file_read(struct arena *arena, const struct value *pair, bool space_is_plus,
                            struct b24_file *out, struct err *e) MUST_CHECK;

#endif
