/* dialect/superoffice/filter.h - the language of `$filter` (superoffice 14.3).
 *
 *   name begins 'A' and (updatedDate after '2026-03-01' or contactId in (1, 2,3))
 *
 * Knows no columns: what a column is and what its operands mean is odata's business.
 */
#ifndef DIALECT_SUPEROFFICE_FILTER_H
#define DIALECT_SUPEROFFICE_FILTER_H

#include "base/err.h"
#include "base/strbuf.h"

#define SO_FILTER_TEXT_MAX     32768 /* bytes */
#define SO_FILTER_DEPTH_MAX    8     /* parentheses and `not` within each other */
#define SO_FILTER_TESTS_MAX    200
#define SO_FILTER_OPERANDS_MAX 450 /* of all tests together */

/* Synonyms are one. What two mean may differ by a column's type: SO_IS on a date is its day or
 * second, as it was written. */
enum so_filter_op {
    SO_IS,     /* eq = equals set is */
    SO_IS_NOT, /* ne <> != unequals isNot */
    SO_LESS,   /* lt < less */
    SO_AT_MOST,
    SO_GREATER,
    SO_AT_LEAST,
    SO_BETWEEN, /* two operands, both included */
    SO_IN,      /* in oneOf associateIsOneOf */
    SO_NOT_IN,
    SO_BEGINS,
    SO_NOT_BEGINS,
    SO_ENDS,
    SO_CONTAINS,
    SO_NOT_CONTAINS,
    SO_ON_DAY, /* date: whatever the time */
    SO_BEFORE, /* before the day or second that was written */
    SO_BEFORE_OR_EQUAL,
    SO_AFTER,
    SO_AFTER_OR_EQUAL,
    SO_AT_TIME, /* dateTime: a date alone is its midnight */
    SO_BEFORE_TIME,
    SO_AFTER_TIME,
    SO_FILTER_OP_COUNT
};

/* The name by which errors call it, and the tests that print filters. */
const char *so_filter_op_name(enum so_filter_op op);

enum so_filter_join { SO_AND, SO_OR, SO_NOT, SO_TEST };

struct so_operand {
    struct bytes text; /* unescaped; valid UTF-8 */
    bool quoted;       /* '…': else a number, true, false, null, a date */
    size_t at;         /* where it began: bytes from the start of the filter */
};

struct so_filter {
    enum so_filter_join join;
    struct so_filter *first; /* what is joined: two or more, SO_NOT one */
    struct so_filter *next;  /* in the same join */
    size_t count;            /* of what is joined */

    struct bytes column; /* SO_TEST */
    size_t at;           /* of the column */
    enum so_filter_op op;
    struct so_operand *operands; /* one or more */
    size_t operand_count;
};

/* *out NULL: the filter is empty, everything is wanted. Everything lives in `arena`, slices of
 * `text` among it.
 * ERR_INVALID  says what is wrong at which character */
enum err_code so_filter_read(struct arena *arena, struct bytes text, struct so_filter **out,
                             struct err *e) MUST_CHECK;

/* The ordinal of the character at byte `at`, from 1, for messages. */
int so_filter_place(struct bytes text, size_t at);

#endif
