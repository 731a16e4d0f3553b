/* meta/rows.h - what a transaction changed, row by row as each is afterwards, in bytes that can be
 * kept elsewhere; and making a database again of them. Of a row that went its key is kept.
 *
 * Tables that are made of others (overview) are left out, and made anew.
 */
#ifndef META_ROWS_H
#define META_ROWS_H

#include "meta/meta.h"

/* From here on this connection remembers what its transactions change. */
enum err_code meta_rows_watch(struct meta *meta, struct err *e) MUST_CHECK;

/* Since meta_begin, without what was taken back; valid until the next. *whole: there was memory
 * for all of it. Empty when nothing is watched. */
struct bytes meta_rows(const struct meta *meta, bool *whole);

/* Transactions that change something are numbered: the next number, in the transaction. */
enum err_code meta_rows_number(struct meta *meta, int64_t *number, struct err *e) MUST_CHECK;
/* The newest number there is; 0: none. */
enum err_code meta_rows_newest(struct meta *meta, int64_t *number, struct err *e) MUST_CHECK;

/* The schema that rows are of today. */
int meta_rows_schema(void);

/* Puts rows into a database of this program's schema, whose triggers sleep from here on. In a
 * transaction. ERR_CORRUPT: they are no such bytes. */
enum err_code meta_rows_apply(struct meta *meta, struct bytes rows, struct err *e) MUST_CHECK;

/* Makes what follows from the rows; `torn`: some are missing, so that references are counted anew,
 * and links without record or picture go. In a transaction. *dropped: such links. */
enum err_code meta_rows_settle(struct meta *meta, bool torn, int64_t now_us, int64_t *dropped,
                               struct err *e) MUST_CHECK;

#endif
