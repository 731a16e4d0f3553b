/* meta/sql.h - how the verbs of this folder speak to the driver. */
#ifndef META_SQL_H
#define META_SQL_H

#include "meta/driver.h"

/* One use of a kept statement; parameters are bound in order. Set `failed` and the code stay until
 * sql_end, so a verb checks once. */
struct sql {
    struct meta *meta;
    struct meta_stmt *stmt;
    int parameter;
    enum err_code rc;
    struct err *e;
};

/* Resets the statement; for CLEANUP, so that no verb leaves one open. */
void sql_end(struct sql *q);

#define SQL(name, meta, text, e) CLEANUP(sql_end) struct sql name = sql_begin((meta), (text), (e))

struct sql sql_begin(struct meta *meta, const char *text, struct err *e);
void sql_int(struct sql *q, int64_t value);
void sql_text(struct sql *q, struct bytes value);
void sql_blob(struct sql *q, struct bytes value);

/* The next row: true when there is one; false at the end or on failure (q->rc). */
bool sql_row(struct sql *q);

/* Runs a statement that gives no rows. */
enum err_code sql_done(struct sql *q) MUST_CHECK;

int64_t sql_get_int(struct sql *q, int column);
int32_t sql_get_int32(struct sql *q, int column);

/* A copy in the arena; sets q->rc when it is full. */
struct bytes sql_get_copy(struct sql *q, int column, struct arena *arena);

/* Rows of any number, collected: room for one more element of `size` bytes behind `*list`.
 * NULL (and q->rc set) when the arena is full. */
void *sql_grow(struct sql *q, struct arena *arena, void **list, size_t *count, size_t *room,
               size_t size);

#endif
