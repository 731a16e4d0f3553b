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

/* The same for `fileData` of a product, where content may come alone, without a name (bitrix24
 * 10.2): the name is empty then. */
enum err_code b24_file_data_read(struct arena *arena, const struct value *data, bool space_is_plus,
                                 struct b24_file *out, struct err *e) MUST_CHECK;

/* Words a failure of core/picture.h's writes; what is not the client's business stays as it is. */
enum err_code b24_picture_failure(struct err *e) MUST_CHECK;

#endif
