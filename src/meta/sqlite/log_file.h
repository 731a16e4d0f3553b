/* meta/sqlite/log_file.h - how SQLite's log is written.
 *
 * SQLite writes each page of a commit to its log by two calls, and makes the file longer with each
 * commit, so that a flush of it has to write the file's new length, too. Here what is written
 * between two syncs goes out in few calls, and the log grows by more than is needed, of zeros,
 * which SQLite takes for its end: most commits overwrite blocks that are there.
 *
 * Right only with synchronous = FULL: a commit is seen by others once it was synced.
 */
#ifndef META_SQLITE_LOG_FILE_H
#define META_SQLITE_LOG_FILE_H

#include <sqlite3.h>

/* Makes it known to SQLite. Once in a process, after sqlite3_initialize. */
void log_file_register(void);

/* The VFS to open files by; SQLite's own where there was no memory for it. */
sqlite3_vfs *log_file_vfs(void);

/* The transaction is rolled back: what of it was not written yet never will be, for the log is
 * another writer's now. To be called by sqlite3_rollback_hook; `log` as the VFS opened it, or
 * NULL. */
void log_file_drop(sqlite3_file *log);

#endif
