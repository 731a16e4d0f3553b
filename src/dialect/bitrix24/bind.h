/* dialect/bitrix24/bind.h - taking parameters out of the map as the original does (bitrix24 4.2).
 */
#ifndef DIALECT_BITRIX24_BIND_H
#define DIALECT_BITRIX24_BIND_H

#include "base/value.h"

/* A required integer; the errors of bitrix24 4.2 with their exact texts. */
enum err_code b24_bind_int(const struct value *params, struct bytes name, int64_t *out,
                           struct err *e) MUST_CHECK;

/* A list or map. Absent, it is an error when `required`, else *out becomes NULL. */
enum err_code b24_bind_array(const struct value *params, struct bytes name, bool required,
                             const struct value **out, struct err *e) MUST_CHECK;

/* Integer, decimal text, double without a fraction, boolean; false for all else and over 64 bits.
 * Wider than the store's ids on purpose: 2147483648 is a fine integer that nobody has. */
bool b24_to_int(const struct value *value, int64_t *out);

/* The same with fractions, in decimals or with an exponent; no infinities. */
bool b24_to_double(const struct value *value, double *out);

/* True for absent, null, "", and lists and maps of nothing. */
bool b24_is_empty(const struct value *value);

/* b24_wrong_type with the text of the value; lists are "Array". */
enum err_code b24_wrong_value(struct err *e, const struct value *value, struct bytes name,
                              const char *type) MUST_CHECK;

/* The id, or 0 (which nobody has) when it cannot be one. */
int32_t b24_to_id(int64_t value);

/* PHP's idea of true: everything but NULL, null, false, 0, "", "0" and empty lists. */
bool b24_to_bool(const struct value *value);

/* PHP's text of a scalar: true is "1", null and false are empty; lists are "Array". `.at` is never
 * NULL unless the arena is full. */
struct bytes b24_to_text(struct arena *arena, const struct value *value);

/* Equal when camelCase and UPPER_SNAKE are folded: iblockId, IBLOCK_ID, iblock_id (bitrix24 9). */
bool b24_name_eq(struct bytes a, struct bytes b);

/* The member whose folded name is `name`, or NULL. */
const struct value *b24_get_folded(const struct value *map, struct bytes name);

#endif
