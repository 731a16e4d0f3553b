/* dialect/bitrix24/list_query.h - filter, order and start of list methods (bitrix24 9). */
#ifndef DIALECT_BITRIX24_LIST_QUERY_H
#define DIALECT_BITRIX24_LIST_QUERY_H

#include "base/value.h"
#include "core/record.h"

#define B24_PAGE 50 /* rows, fixed by the protocol */

enum b24_field_type {
    B24_NUMBER,
    B24_TEXT,
    B24_YES_NO, /* "Y" is 1, all else 0 */
    B24_DATE,   /* ISO 8601; compared in whole seconds, as it is shown */
};

/* What a list can be filtered and ordered by. */
struct b24_list_field {
    struct bytes name; /* camelCase; clients' spellings are folded */
    enum record_field field;
    enum b24_field_type type;
};

struct b24_list_query {
    struct record_query query; /* kind and subtypes are the caller's */
    bool nothing;              /* a condition no row can meet: do not ask the store */
    bool counted;              /* `total` and `next` are wanted: start is not -1 */
};

/* Reads the parameters `filter`, `order` and `start`; all else in them is silently dropped, as the
 * original does. `filter` and `order` may be NULL. Everything lives in `arena`. */
enum err_code b24_list_query_read(struct arena *arena, const struct b24_list_field *fields,
                                  size_t field_count, const struct value *filter,
                                  const struct value *order, const struct value *start,
                                  struct b24_list_query *out, struct err *e) MUST_CHECK;

/* Splits the operator off a filter key: `>=id` is OP_GE and `id`; no operator is OP_EQ. */
struct bytes b24_filter_key(struct bytes key, enum record_op *op);

/* 2026-09-21, 2026-09-21T13:33:20, 2026-09-21T13:33:20+02:00 (or Z, or a space for the T). */
bool b24_read_date(struct bytes text, int64_t *us);

#endif
