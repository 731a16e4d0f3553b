/* dialect/bitrix24/product_kind.h - the four families of product methods, and the information
 * blocks their records lie in (bitrix24 10.1). */
#ifndef DIALECT_BITRIX24_PRODUCT_KIND_H
#define DIALECT_BITRIX24_PRODUCT_KIND_H

#include "base/value.h"
#include "core/record.h"
#include "core/settings.h"
#include "dialect/dialect.h"

/* Element types that are no kinds of their own: a variation without a parent, a parent without
 * variations (shown as SUBTYPE_PARENT like the others). */
#define B24_TYPE_ORPHAN 5
#define B24_TYPE_EMPTY  6

struct b24_product_kind {
    const char *one;             /* result key of get: "sku" */
    const char *many;            /* result key of list: "units" */
    const char *written;         /* result key of add and update: "sku", but "element" */
    unsigned subtypes;           /* bits 1 << SUBTYPE_… its list shows */
    enum record_subtype subtype; /* what its other methods are about */
};

extern const struct b24_product_kind b24_kind_product;
extern const struct b24_product_kind b24_kind_sku;
extern const struct b24_product_kind b24_kind_offer;
extern const struct b24_product_kind b24_kind_service;

/* The information block such records lie in, and the number of its property MORE_PHOTO. */
int32_t b24_block_of(const struct settings *settings, enum record_subtype subtype);
int32_t b24_photo_property_of(const struct settings *settings, enum record_subtype subtype);

/* The kinds of product a block holds, as bits 1 << SUBTYPE_…
 * B24_IBLOCK_NOT_FOUND  there is no such block */
enum err_code b24_block_subtypes(const struct settings *settings, const struct value *iblock_id,
                                 unsigned *out, struct err *e) MUST_CHECK;

/* Is it the block where records of that kind lie? B24_WRONG_PRODUCT_TYPE: it is another. */
enum err_code b24_block_check(const struct settings *settings, const struct value *iblock_id,
                              enum record_subtype subtype, struct err *e) MUST_CHECK;

/* The record of that kind; `kind`.one does not exist: when it is none, or of another kind. */
enum err_code b24_product_find(struct call *c, const struct b24_product_kind *kind, int64_t id,
                               struct record *out, struct err *e) MUST_CHECK;

#endif
