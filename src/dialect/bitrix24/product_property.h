/* dialect/bitrix24/product_property.h - property<N>: whatever a client writes is kept and given
 * back in the shapes of bitrix24 10.2. How it is kept: product_fields.h. */
#ifndef DIALECT_BITRIX24_PRODUCT_PROPERTY_H
#define DIALECT_BITRIX24_PRODUCT_PROPERTY_H

#include "base/strbuf.h"
#include "base/value.h"

/* { value, valueId }, a list of such, null. */
void b24_property_write(struct strbuf *out, const struct value *kept);

/* Puts into `document` what a client sent: one value or several, each bare or as { value, valueId
 * }. Values whose valueId is known keep it, others get a new one; empty ones go.
 * B24_FIELD_NOT_A_FILE  a file
 * B24_PARAMETER_TYPE    deeper than anything a property holds */
enum err_code b24_property_put(struct arena *arena, struct value *document, int32_t number,
                               const struct value *sent, struct err *e) MUST_CHECK;

/* The { value, valueId } of one that was sent, or that itself where it is bare. */
struct b24_sent_value {
    const struct value *value; /* NULL: not said */
    struct bytes id;
};
struct b24_sent_value b24_sent_value(struct arena *arena, const struct value *sent);

/* True for a list, and for a map that PHP would call one. */
bool b24_is_list(const struct value *sent);

#endif
