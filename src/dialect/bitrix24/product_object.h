/* dialect/bitrix24/product_object.h - products, SKUs, offers and services (bitrix24 10.2). */
#ifndef DIALECT_BITRIX24_PRODUCT_OBJECT_H
#define DIALECT_BITRIX24_PRODUCT_OBJECT_H

#include "base/value.h"
#include "core/record.h"
#include "dialect/bitrix24/list_query.h"
#include "dialect/dialect.h"

/* One of the four families of methods. */
struct b24_product_kind {
    const char *one;             /* result key of get: "sku" */
    const char *many;            /* result key of list: "units" */
    unsigned subtypes;           /* bits 1 << SUBTYPE_… its list shows */
    enum record_subtype subtype; /* what its get finds */
};

extern const struct b24_product_kind b24_kind_product;
extern const struct b24_product_kind b24_kind_sku;
extern const struct b24_product_kind b24_kind_offer;
extern const struct b24_product_kind b24_kind_service;

/* What lists of products can be filtered and ordered by; iblockId is not among them. */
#define B24_PRODUCT_LIST_FIELDS 12
extern const struct b24_list_field b24_product_list_fields[B24_PRODUCT_LIST_FIELDS];

#define B24_PRODUCT_ALL UINT64_MAX

/* The fields a `select` names, as bits; unknown names are dropped. Absent, empty or with `*`: all.
 * *required: bit 0 `id` is there, bit 1 `iblockId` is there. */
uint64_t b24_product_select(const struct value *select, unsigned *required);

/* The information block a record lies in. */
int32_t b24_iblock_of(const struct settings *settings, const struct record *record);

/* The object with its keys sorted. Reads the record's pictures when they are selected. */
enum err_code b24_product_write(struct call *c, struct strbuf *out, const struct record *record,
                                uint64_t fields, struct err *e) MUST_CHECK;

#endif
