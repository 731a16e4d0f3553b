/* meta/sqlite/page_sums.h - a VFS that gives each page of a database a checksum (page_sum.h) and
 * holds it against every page that is read, the pages of its log included. A page that is not what
 * was written fails with SQLITE_IOERR_DATA.
 *
 * Sums are set when a page is written into the database file: by checkpoints, so a commit pays
 * nothing. A page that is mapped, and was looked at within the last second, is not looked at again
 * by the same connection. A database without sums is read and written as it is; its log is held
 * against its checksums all the same.
 *
 * Other programs can read such a database. What they write into it has no sums, and is taken for
 * damage: only this program may write.
 */
#ifndef META_SQLITE_PAGE_SUMS_H
#define META_SQLITE_PAGE_SUMS_H

#include "base/base.h"

#include <sqlite3.h>

#define PAGE_SUMS_VFS "page-sums"

/* Before any connection by it is opened; by one thread at a time. Returns SQLite's code. */
int page_sums_register(void);

/* The database will have sums: an empty one from its first page on, another one once it was
 * VACUUMed. */
void page_sums_want(sqlite3 *db);

/* Has it sums, as far as this connection has seen? */
bool page_sums_has(sqlite3 *db);

/* Which page a SQLITE_IOERR_DATA of this connection was about; as words, too. */
#define PAGE_SUMS_TEXT_MAX 100
uint32_t page_sums_damage(sqlite3 *db, char text[PAGE_SUMS_TEXT_MAX]);

/* The connection's log as log_file.h opened it; NULL: there is none. */
sqlite3_file *page_sums_log(sqlite3 *db);

/* Reads every page of the file and of the log, within a transaction of its own; calls `problem`
 * for each one that is damaged and is not covered by a newer one in the log. *bytes: how much was
 * read. Returns SQLite's code when it could not look. */
int page_sums_walk(sqlite3 *db, void (*problem)(void *context, const char *line), void *context,
                   int64_t *bytes);

/* SQLite believes a log that was left behind up to the first frame that is not what was written,
 * for a power cut may have torn it, and forgets the rest. A power cut tears nothing but the last
 * transaction, though. *cut: true when another one follows behind the end that is believed, or when
 * the log's header is not what was written: then committed transactions would be lost. To be asked
 * before anything is written, by the holder of the store's write lock. Returns SQLite's code. */
int page_sums_log_is_cut(sqlite3 *db, bool *cut);

#endif
