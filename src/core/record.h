/* core/record.h - finding, making and deleting records. */
#ifndef CORE_RECORD_H
#define CORE_RECORD_H

#include "core/picture.h"
#include "model/record_query.h"

enum err_code record_get(struct core *core, struct arena *arena, struct owner owner,
                         struct record *out, struct err *e) MUST_CHECK;

/* id 0 takes the next free one; the new id is in *out.
 * ERR_INVALID   name empty, too long or not UTF-8; parent unknown or not a parent
 * ERR_CONFLICT  the id is taken */
enum err_code record_add(struct core *core, const struct principal *principal, struct arena *arena,
                         const struct record *record, struct record *out, struct err *e) MUST_CHECK;

/* Many at once: as quick as one, and in this order, so that a parent may stand before its
 * variations. Each succeeds or fails by itself; returns the first failure. */
enum err_code record_add_all(struct core *core, const struct principal *principal,
                             struct arena *arena, const struct record *records, size_t count,
                             struct err *e) MUST_CHECK;

/* With its links, the pictures that then hang on nothing, and a product's variations.
 * ERR_NOT_FOUND  no such record */
enum err_code record_delete(struct core *core, const struct principal *principal,
                            struct owner owner, struct err *e) MUST_CHECK;

/* Failures: ERR_TOO_LARGE over RECORD_OPERANDS_MAX. */
enum err_code record_list(struct core *core, struct arena *arena, const struct record_query *query,
                          struct record **out, size_t *count, size_t *total,
                          struct err *e) MUST_CHECK;

#endif
