/* dialect/bitrix24/product_object.h - products, SKUs, offers and services as clients read them
 * (bitrix24 10.2). */
#ifndef DIALECT_BITRIX24_PRODUCT_OBJECT_H
#define DIALECT_BITRIX24_PRODUCT_OBJECT_H

#include "base/strbuf.h"
#include "dialect/bitrix24/product_fields.h"
#include "dialect/bitrix24/product_kind.h"

/* Which fields: bits of b24_product_fields, and properties by their numbers. */
struct b24_product_select {
    uint64_t fields;
    bool all; /* and every property there is */
    const int32_t *properties;
    size_t property_count;
};

extern const struct b24_product_select b24_product_all;

/* What a `select` names; unknown names are dropped. Absent, empty or with `*`: all. *required: bit
 * 0 `id` is there, bit 1 `iblockId` is there. */
enum err_code b24_product_select_read(struct arena *arena, const struct value *select,
                                      struct b24_product_select *out, unsigned *required,
                                      struct err *e) MUST_CHECK;

/* Is there a field in one of those places, bits 1 << enum b24_value_place? */
#define B24_IN_DOCUMENT (1U << B24_DOCUMENT | 1U << B24_SECTIONS | 1U << B24_PROPERTIES)
bool b24_product_select_has(const struct b24_product_select *select, unsigned places);

/* The objects, keys sorted, commas between. `records` bring their `fields` if those are selected;
 * their pictures are read here, of all at once. */
enum err_code b24_products_write(struct call *c, struct strbuf *out, const struct record *records,
                                 size_t count, const struct b24_product_select *select,
                                 struct err *e) MUST_CHECK;

/* {"`key`":{…all of it…}}; reads the document, if the record comes without. */
enum err_code b24_product_answer(struct call *c, struct strbuf *out, const char *key,
                                 const struct record *record, struct err *e) MUST_CHECK;

#endif
