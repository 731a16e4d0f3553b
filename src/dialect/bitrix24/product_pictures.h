/* dialect/bitrix24/product_pictures.h - the pictures among a product's fields: views of the same
 * ones as catalog.productImage's (bitrix24 10.2). */
#ifndef DIALECT_BITRIX24_PRODUCT_PICTURES_H
#define DIALECT_BITRIX24_PRODUCT_PICTURES_H

#include "base/value.h"
#include "core/picture.h"
#include "dialect/dialect.h"

/* What a client wants done, its content decoded and found good. */
struct b24_product_pictures {
    struct picture_addition *additions; /* owners are filled in where they are stored */
    size_t addition_count;
    bool remove_detail;
    bool remove_preview;
    bool gallery;  /* is among the fields: of those that are there only `kept` stay */
    int32_t *kept; /* ids */
    size_t kept_count;
};

/* `photos`: the number of the property MORE_PHOTO. Failures are those of catalog.productImage.add,
 * before anything is changed. */
enum err_code b24_product_pictures_read(struct call *c, const struct value *fields, int32_t photos,
                                        struct b24_product_pictures *out, struct err *e) MUST_CHECK;

/* Stores what is new, then takes off what has to go; each is durable by itself. A failure leaves
 * what was there and has not gone yet, and perhaps some of the new ones. Failures as picture_add
 * and picture_delete. */
enum err_code b24_product_pictures_store(struct call *c, struct owner product,
                                         struct b24_product_pictures *pictures,
                                         struct err *e) MUST_CHECK;

#endif
