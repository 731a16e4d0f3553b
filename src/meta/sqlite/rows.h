/* meta/sqlite/rows.h - see meta/rows.h. */
#ifndef META_SQLITE_ROWS_H
#define META_SQLITE_ROWS_H

#include "meta/driver.h"

#include <sqlite3.h>

/* Remembers in *out what is changed through `db`, from now on. Returns SQLite's code; *watch goes
 * behind the connection. */
struct rows_watch;
int sqlite_rows_watch(sqlite3 *db, struct meta_rows *out, struct rows_watch **watch);
void sqlite_rows_unwatch(struct rows_watch *watch); /* accepts NULL */

/* SQLite's code, or SQLITE_FORMAT: they are no such bytes. */
int sqlite_rows_apply(sqlite3 *db, struct bytes rows);

#endif
