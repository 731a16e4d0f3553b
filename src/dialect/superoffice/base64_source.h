/* dialect/superoffice/base64_source.h - a picture as base64 text, made while it is sent, so that a
 * large one takes no memory of its size.
 */
#ifndef DIALECT_SUPEROFFICE_BASE64_SOURCE_H
#define DIALECT_SUPEROFFICE_BASE64_SOURCE_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/source.h"

/* `before`, the base64 text of all of `plain`, `after`. Both texts and `plain` must live as long as
 * the result, which lives in `arena`. One reader at a time. ERR_NO_MEMORY is the only failure. */
enum err_code base64_source(struct arena *arena, struct source *plain, struct bytes before,
                            struct bytes after, struct source **out, struct err *e) MUST_CHECK;

#endif
