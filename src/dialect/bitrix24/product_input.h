/* dialect/bitrix24/product_input.h - products as clients write them (bitrix24 10.2). */
#ifndef DIALECT_BITRIX24_PRODUCT_INPUT_H
#define DIALECT_BITRIX24_PRODUCT_INPUT_H

#include "base/value.h"
#include "model/record.h"

/* Puts what a client sent into the record and its document (record->fields, "{}" at first); what is
 * unknown or read-only is dropped, pictures and the property `photos` are not looked at. May run
 * more than once.
 * B24_REQUIRED        an empty name
 * B24_PARAMETER_TYPE  a value of another type */
enum err_code b24_product_apply(struct arena *arena, const struct value *fields, int32_t photos,
                                struct record *record, struct err *e) MUST_CHECK;

#endif
