/* dialect/bitrix24/product_value.h - single values of products as clients read them. */
#ifndef DIALECT_BITRIX24_PRODUCT_VALUE_H
#define DIALECT_BITRIX24_PRODUCT_VALUE_H

#include "base/strbuf.h"
#include "dialect/bitrix24/product_fields.h"

/* A B24_COLUMN of the record. */
void b24_product_column_write(struct strbuf *out, const struct b24_product_field *field,
                              const struct record *record);

/* A B24_DOCUMENT as product_input.c has put it there, or NULL. */
void b24_product_member_write(struct strbuf *out, const struct b24_product_field *field,
                              const struct value *value);

#endif
