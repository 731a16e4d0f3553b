/* dialect/bitrix24/product_fields.h - the one table of what a product has (bitrix24 10.2): reading,
 * writing, filters, orders and getFieldsByFilter go by it.
 *
 * What a record has no column for is in its document, struct record's `fields`: a JSON object by
 * the names of this table. Absent members are empty. Truth is true or false, dates are texts
 * in UTC without an offset, `property<N>` is a list of { value, valueId } whose first element says
 * `many` when the property is multiple, or null when it is empty; `valueIds` is the last id given.
 */
#ifndef DIALECT_BITRIX24_PRODUCT_FIELDS_H
#define DIALECT_BITRIX24_PRODUCT_FIELDS_H

#include "base/strbuf.h"
#include "core/picture.h"
#include "dialect/bitrix24/list_query.h"

/* What is in the field, and how clients write it. */
enum b24_value_type {
    B24_INTEGER,
    B24_FLOAT,
    B24_STRING,
    B24_CHAR,     /* "Y" or "N" */
    B24_DATETIME, /* ISO 8601 */
    B24_FORMAT,   /* "text" or "html" */
    B24_FILE,
    B24_INTEGERS, /* a list */
    B24_PROPERTY,
};

/* Where it is. */
enum b24_value_place {
    B24_COLUMN,
    B24_DOCUMENT,
    B24_PICTURE,
    B24_BLOCK,      /* follows from the kind of product */
    B24_PARENT,     /* a column, in the shape of a property */
    B24_SECTIONS,   /* the list around iblockSectionId */
    B24_CONSTANT,   /* always `empty` */
    B24_PROPERTIES, /* stands for all property<N> */
};

struct b24_product_field {
    struct bytes name;
    enum b24_value_type type;
    enum b24_value_place place;
    enum record_field column;
    struct record_member member; /* B24_DOCUMENT */
    enum picture_role role;
    struct bytes empty; /* what is written of an empty one, as JSON */
    bool read_only;
    bool immutable;
    bool required;
    bool of_offers; /* other kinds do not have it */
};

/* Sorted by name: so objects are written. */
#define B24_PRODUCT_FIELDS 38
extern const struct b24_product_field b24_product_fields[B24_PRODUCT_FIELDS];

/* The field a client calls `name`, folded; NULL: none, or a property. */
const struct b24_product_field *b24_product_field(struct bytes name);

/* N of property<N>, PROPERTY_<N>; 0: it is none. */
int32_t b24_property_number(struct bytes name);

/* Finds what products can be filtered and ordered by: columns, members, property<N>. */
extern const struct b24_list_finder b24_product_finder;

/* The map of getFieldsByFilter for that kind of product. */
void b24_product_fields_write(struct strbuf *out, enum record_subtype subtype,
                              int32_t photo_property_id);

#endif
