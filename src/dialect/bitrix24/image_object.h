/* dialect/bitrix24/image_object.h - the catalog_product_image of bitrix24 4.1. */
#ifndef DIALECT_BITRIX24_IMAGE_OBJECT_H
#define DIALECT_BITRIX24_IMAGE_OBJECT_H

#include "base/value.h"
#include "core/picture.h"
#include "dialect/dialect.h"

#define B24_IMAGE_ALL 0x7FU

/* The fields a `select` names, as bits; unknown names are dropped, and nothing valid left means all
 * (bitrix24 4.5). NULL selects all. */
unsigned b24_image_select(const struct value *select);

/* The object with its keys sorted; productId is the record the picture was found on. */
void b24_image_write(struct call *c, struct strbuf *out, const struct picture *picture,
                     unsigned fields);

/* The map of getFields: flags and types. */
void b24_image_fields_write(struct strbuf *out);

#endif
