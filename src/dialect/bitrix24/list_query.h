/* dialect/bitrix24/list_query.h - filter, order and start of list methods (bitrix24 9). */
#ifndef DIALECT_BITRIX24_LIST_QUERY_H
#define DIALECT_BITRIX24_LIST_QUERY_H

#include "base/value.h"
#include "core/record.h"
#include "dialect/bitrix24/date.h"

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
    const struct record_member *member; /* RECORD_MEMBER: of its own type, whatever `type` says */
};

/* Finds what a client calls `name`; false: there is no such thing. What it gives out lives in
 * `arena` or for ever. */
struct b24_list_finder {
    bool (*find)(const void *context, struct arena *arena, struct bytes name,
                 struct b24_list_field *out);
    const void *context;
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

/* The same with fields that are found by a function. */
enum err_code b24_list_query_find(struct arena *arena, struct b24_list_finder finder,
                                  const struct value *filter, const struct value *order,
                                  const struct value *start, struct b24_list_query *out,
                                  struct err *e) MUST_CHECK;

/* The filter of it alone: query.where and nothing. */
enum err_code b24_list_filter_read(struct arena *arena, struct b24_list_finder finder,
                                   const struct value *filter, struct b24_list_query *out,
                                   struct err *e) MUST_CHECK;

/* Splits the operator off a filter key: `>=id` is OP_GE and `id`; no operator is OP_EQ. */
struct bytes b24_filter_key(struct bytes key, enum record_op *op);

#endif
