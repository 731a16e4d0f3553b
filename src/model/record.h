/* model/record.h - what pictures hang on. */
#ifndef MODEL_RECORD_H
#define MODEL_RECORD_H

#include "base/bytes.h"

/* Both wires address a record by kind and int32 id; the numbers are stored. */
enum record_kind {
    KIND_CONTACT = 1,
    KIND_PERSON = 2,
    KIND_PRODUCT = 3,
    KIND_PROJECT = 4,
};
#define KIND_COUNT 4

/* "contact", "person", "product", "project". */
const char *kind_name(enum record_kind kind);

/* Without regard to case; false when there is no such kind. */
bool kind_from_name(struct bytes name, enum record_kind *out);

/* Kinds of product (the `type` of Bitrix24's product objects, bitrix24 10.1); the numbers are
 * stored. Records of other kinds have SUBTYPE_NONE. */
enum record_subtype {
    SUBTYPE_NONE = 0,
    SUBTYPE_SIMPLE = 1,  /* catalog.product */
    SUBTYPE_PARENT = 3,  /* catalog.product.sku: has variations */
    SUBTYPE_OFFER = 4,   /* catalog.product.offer: a variation, parent_id is its parent */
    SUBTYPE_SERVICE = 7, /* catalog.product.service */
};

/* "simple", "parent", "offer", "service"; "none" for SUBTYPE_NONE. */
const char *subtype_name(enum record_subtype subtype);
bool subtype_from_name(struct bytes name, enum record_subtype *out);

/* All text lives in the arena of whoever read the record. */
struct record {
    enum record_kind kind;
    int32_t id;
    enum record_subtype subtype;
    int32_t parent_id;   /* offers: their parent product, if they have one; else 0 */
    struct bytes name;   /* at most RECORD_NAME_MAX bytes of UTF-8 */
    struct bytes code;   /* or empty */
    struct bytes xml_id; /* the key in a foreign system, or empty */
    int32_t sort;        /* 500 unless set */
    bool active;
    int64_t created_us;
    int64_t updated_us;
    int32_t created_by; /* user id, 0 when nobody */
    int32_t updated_by;
    struct bytes members;       /* JSON object, see record_members; `.at` NULL: none, or not read */
    struct bytes fields;        /* likewise, see record_fields */
    const struct bytes *wanted; /* of a list: its query's members, as text; else NULL */
};

#define RECORD_NAME_MAX 1020 /* bytes: 255 characters of four */

#endif
