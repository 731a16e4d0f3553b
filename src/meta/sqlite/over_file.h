/* meta/sqlite/over_file.h - a file of a VFS that stands over a file of another VFS, and what such a
 * file only hands on. Both are made and closed by SQLite; the inner one lies behind the outer one,
 * in the memory that szOsFile asks for.
 */
#ifndef META_SQLITE_OVER_FILE_H
#define META_SQLITE_OVER_FILE_H

#include <sqlite3.h>

struct over_file {
    sqlite3_file base; /* first */
    sqlite3_file *inner;
};

static inline sqlite3_file *inner_of(sqlite3_file *file)
{
    return ((struct over_file *)file)->inner; /* base is first */
}

/* As sqlite3_io_methods says, by the inner file. */
int over_truncate(sqlite3_file *file, sqlite3_int64 size);
int over_sync(sqlite3_file *file, int flags);
int over_size(sqlite3_file *file, sqlite3_int64 *out);
int over_lock(sqlite3_file *file, int level);
int over_unlock(sqlite3_file *file, int level);
int over_check_lock(sqlite3_file *file, int *out);
int over_control(sqlite3_file *file, int what, void *value);
int over_sector(sqlite3_file *file);
int over_traits(sqlite3_file *file);

#endif
