/* model/record_query.h - which records a list wants. */
#ifndef MODEL_RECORD_QUERY_H
#define MODEL_RECORD_QUERY_H

#include "model/record.h"

enum record_field {
    RECORD_ID,
    RECORD_NAME,
    RECORD_CODE,
    RECORD_XML_ID,
    RECORD_SORT,
    RECORD_ACTIVE, /* 0 or 1 */
    RECORD_SUBTYPE,
    RECORD_PARENT_ID,
    RECORD_CREATED_US,
    RECORD_UPDATED_US,
    RECORD_CREATED_BY,
    RECORD_UPDATED_BY,
};

enum record_op {
    OP_EQ,
    OP_NE,
    OP_LT,
    OP_LE,
    OP_GT,
    OP_GE,
    OP_IN,
    OP_NOT_IN,
    OP_CONTAINS, /* without regard to ASCII case */
    OP_NOT_CONTAINS,
    OP_LIKE, /* % stands for any run; nothing else is special */
    OP_NOT_LIKE,
};

/* A value to compare with; text for the text fields, number for the others. An empty text also
 * stands for a field that is not set. */
struct record_operand {
    bool is_text;
    struct bytes text;
    int64_t number;
};

struct record_condition {
    enum record_field field;
    enum record_op op;
    const struct record_operand *operands; /* one, or any number for OP_IN and OP_NOT_IN */
    size_t operand_count;
};

struct record_order {
    enum record_field field;
    bool descending;
};

/* All conditions must hold. */
struct record_query {
    enum record_kind kind;
    unsigned subtypes; /* bits 1 << SUBTYPE_…; 0: any */
    const struct record_condition *conditions;
    size_t condition_count;
    const struct record_order *order; /* then by ascending id */
    size_t order_count;
    size_t offset;
    size_t limit;    /* 0: no limit */
    bool want_total; /* count all that match, without offset and limit */
};

#define RECORD_OPERANDS_MAX 1000 /* of one query, all conditions together: else ERR_TOO_LARGE */

#endif
