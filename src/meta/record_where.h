/* meta/record_where.h - the conditions and columns of a list of records as SQL; inside meta/ only.
 *
 * The statement calls records r, the documents of SuperOffice m and of Bitrix24 f.
 */
#ifndef META_RECORD_WHERE_H
#define META_RECORD_WHERE_H

#include "base/strbuf.h"
#include "meta/sql.h"

/* The statement and its parameters, filled side by side. */
struct record_sql {
    struct arena *arena;
    struct strbuf text;
    size_t count;
    struct record_operand bound[2 * RECORD_OPERANDS_MAX];
    size_t operands; /* of all conditions so far */
};

#define RECORD_SQL_FIRST 3 /* parameter of the first operand: behind tenant and kind */

/* A member as text (numbers and dates too), 0 or 1 for RECORD_BOOL. */
void record_sql_member(struct strbuf *out, const struct record_member *member);

/* What is sorted by. */
void record_sql_field(struct strbuf *out, enum record_field field,
                      const struct record_member *member);

/* ERR_TOO_LARGE  over RECORD_OPERANDS_MAX or RECORD_DEPTH_MAX */
enum err_code record_sql_where(struct record_sql *sql, const struct record_where *where,
                               struct err *e) MUST_CHECK;

#endif
