/* dialect/bitrix24/field.h - a field of an object, as getFields tells of it (bitrix24 4.7). */
#ifndef DIALECT_BITRIX24_FIELD_H
#define DIALECT_BITRIX24_FIELD_H

#include "base/strbuf.h"

struct b24_field {
    struct bytes name;
    struct bytes type;
    bool immutable;
    bool read_only;
    bool required;
};

/* "name":{"isImmutable":…,"isReadOnly":…,"isRequired":…,"type":…} */
void b24_field_write(struct strbuf *out, const struct b24_field *field);

/* {…} of all of them. */
void b24_fields_write(struct strbuf *out, const struct b24_field *fields, size_t count);

#endif
