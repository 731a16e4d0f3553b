/* meta/sqlite/copy.h - a whole database into a file of its own. */
#ifndef META_SQLITE_COPY_H
#define META_SQLITE_COPY_H

#include "base/err.h"

#include <sqlite3.h>

/* All that `from` sees at one moment, into a new file without a log of its own. The file is not
 * flushed. Returns SQLite's code; *text (SQLITE_ERRMSG_MAX) says why when it is not SQLITE_OK. */
#define SQLITE_ERRMSG_MAX 200
int sqlite_copy_to(sqlite3 *from, const char *path, char *text);

#endif
