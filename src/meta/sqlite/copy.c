#include "meta/sqlite/copy.h"
#include "meta/sqlite/page_sums.h"

#include <stdio.h>

/* Nothing is lost when the machine stops: then the copy is thrown away. Each page is written once,
 * so that keeping them would only take memory. */
static const char quick[] = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
                            "PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -256";

/* The copy says of itself that it has a log, as its source does. Without one it can be read from a
 * medium that cannot be written, and leaves no files beside it. */
static const char settled[] = "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE;"
                              "PRAGMA locking_mode = NORMAL; SELECT count(*) FROM sqlite_schema";

/* In a single step, and so in a single transaction that reads: page by page every commit of a
 * writer would make it begin anew. */
static int copy_pages(sqlite3 *from, sqlite3 *to)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");

    if (!backup)
        return sqlite3_extended_errcode(to);
    sqlite3_backup_step(backup, -1);
    return sqlite3_backup_finish(backup); /* it tells the failure of the step, too */
}

static int with_copy(const char *path, sqlite3 *from, const char *pragmas, char *text)
{
    sqlite3 *to = NULL;
    int flags =
        SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    int rc = sqlite3_open_v2(path, &to, flags, PAGE_SUMS_VFS);

    if (rc == SQLITE_OK && from && page_sums_has(from))
        page_sums_want(to);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(to, pragmas, NULL, NULL, NULL);
    if (rc == SQLITE_OK && from)
        rc = copy_pages(from, to);
    if (rc != SQLITE_OK)
        snprintf(text, SQLITE_ERRMSG_MAX, "copy to '%s': %s", path,
                 to ? sqlite3_errmsg(to) : sqlite3_errstr(rc));
    sqlite3_close(to);
    return rc;
}

int sqlite_copy_to(sqlite3 *from, const char *path, char *text)
{
    int rc = with_copy(path, from, quick, text);

    return rc == SQLITE_OK ? with_copy(path, NULL, settled, text) : rc;
}
