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
    RECORD_ELEMENT_TYPE, /* the same, but 5 for an offer without a parent (bitrix24 10.1) */
    RECORD_PARENT_ID,
    RECORD_CREATED_US,
    RECORD_UPDATED_US,
    RECORD_CREATED_BY,
    RECORD_UPDATED_BY,
    RECORD_FIRST_NAME, /* what stands before the last space of a name, or nothing */
    RECORD_LAST_NAME,  /* the rest */
    RECORD_MEMBER,     /* a member of the record's document: see struct record_member */
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
    OP_CONTAINS, /* this and what follows: without regard to case (locale_fold) */
    OP_NOT_CONTAINS,
    OP_LIKE, /* % stands for any run; nothing else is special */
    OP_NOT_LIKE,
    OP_BEGINS,
    OP_ENDS,
};

/* What a member is compared as, and what its operands are. */
enum record_type {
    RECORD_TEXT,   /* text */
    RECORD_NUMBER, /* text: decimal, of any size */
    RECORD_BOOL,   /* number 0 or 1 */
    RECORD_DATE,   /* text: 2026-03-04T10:00:00, UTC */
};

/* A member of a document of a record (struct record, members or fields), by the names on the way to
 * it; a decimal name is a place in a list. Names become part of the statement: they are the
 * program's own, never a client's. An absent member is "", 0, false or 0001-01-01T00:00:00. */
#define RECORD_PATH_MAX 3
struct record_member {
    const char *path[RECORD_PATH_MAX]; /* { "Emails", "0", "Value" }; shorter ones end with NULL */
    enum record_type type;
    bool of_fields;             /* in struct record's fields, else in its members */
    bool any;                   /* { list, "0", name }: conditions mean any element of the list, or
                                   with OP_NE, OP_NOT_… none; orders go by the first. A list that is
                                   not there equals "" */
    const char *absent;         /* a text member that is not there is this instead of "" */
    bool after_name;            /* "Name, Text", or just the name when the member is empty */
    bool stands_in;             /* a record without a document has … */
    enum record_field stand_in; /* … this field instead */
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
    const struct record_member *member; /* RECORD_MEMBER */
    bool folded; /* texts: OP_EQ … OP_NOT_IN, too, without regard to case */
};

/* What must hold: one condition, or others joined. */
enum record_join { RECORD_AND, RECORD_OR, RECORD_NOT, RECORD_IS };

struct record_where {
    enum record_join join;
    struct record_condition is;       /* RECORD_IS */
    const struct record_where *parts; /* RECORD_AND: of none, true; RECORD_OR: of none, false */
    size_t part_count;                /* RECORD_NOT: 1 */
};

struct record_order {
    enum record_field field; /* texts without regard to case */
    bool descending;
    const struct record_member *member; /* RECORD_MEMBER */
};

struct record_query {
    enum record_kind kind;
    unsigned subtypes;                /* bits 1 << SUBTYPE_…; 0: any */
    struct record_where where;        /* zeroed: all */
    const struct record_order *order; /* then by ascending id */
    size_t order_count;
    size_t offset;
    size_t limit;                               /* 0: no limit */
    bool want_total;                            /* count all that match, without offset and limit */
    const struct record_member *const *members; /* to be read with each: struct record, wanted */
    size_t member_count;
    bool want_fields; /* read struct record's fields, too */
    size_t bytes_max; /* of names and members read: the list ends with the record that brings
                         more; 0: no limit */
};

/* What counts for bytes_max. */
size_t record_bytes(const struct record *record, const struct record_query *query);

#define RECORD_OPERANDS_MAX 1000 /* of one query, all conditions together: else ERR_TOO_LARGE */
#define RECORD_DEPTH_MAX    24   /* of joins within joins: likewise */

#endif
