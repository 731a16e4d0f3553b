#include "meta/sqlite/log_file.h"
#include "base/plant.h"
#include "meta/sqlite/over_file.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#define NAME       "log-file"
#define BUFFER_LEN (124 << 10) /* SQLite's own files take no more than 128 KiB at a time */
#define AHEAD_MAX  (1LL << 20)

/* Of the log; all other files are SQLite's own alone. */
struct log_file {
    struct over_file over; /* first */
    char *buffer;          /* NULL: nothing was written yet */
    size_t len;            /* in it, … */
    sqlite3_int64 at;      /* … to go there */
    sqlite3_int64 grown;
};

static struct log_file *log_of(sqlite3_file *file)
{
    return (struct log_file *)file; /* over.base is first */
}

/* Behind `end`, which is the log's while its writer has the lock, nothing is anybody's. What cannot
 * be written of it is only missed. */
static void write_ahead(struct log_file *log, sqlite3_int64 end)
{
    sqlite3_file *inner = log->over.inner;
    sqlite3_int64 ahead = end < AHEAD_MAX ? end : AHEAD_MAX;

    if (end <= log->grown)
        return;
    if (inner->pMethods->xFileSize(inner, &log->grown) != SQLITE_OK || end < log->grown)
        return;
    log->grown = end;
    memset(log->buffer, 0, BUFFER_LEN);
    while (ahead > 0) {
        int len = (int)(ahead < BUFFER_LEN ? ahead : BUFFER_LEN);
        if (inner->pMethods->xWrite(inner, log->buffer, len, log->grown) != SQLITE_OK)
            return;
        log->grown += len;
        ahead -= len;
    }
}

static int write_out(struct log_file *log)
{
    sqlite3_file *inner = log->over.inner;
    sqlite3_int64 end = log->at + (sqlite3_int64)log->len;

    if (!log->len)
        return SQLITE_OK;
    int rc = inner->pMethods->xWrite(inner, log->buffer, (int)log->len, log->at);
    log->len = 0;
    if (rc == SQLITE_OK)
        write_ahead(log, end);
    return rc;
}

static int log_close(sqlite3_file *file)
{
    struct log_file *log = log_of(file);

    free(log->buffer); /* what was not synced was not committed */
    return log->over.inner->pMethods->xClose(log->over.inner);
}

static int log_read(sqlite3_file *file, void *out, int len, sqlite3_int64 at)
{
    struct log_file *log = log_of(file);

    int rc = write_out(log);
    return rc ? rc : log->over.inner->pMethods->xRead(log->over.inner, out, len, at);
}

static int log_write(sqlite3_file *file, const void *data, int len, sqlite3_int64 at)
{
    struct log_file *log = log_of(file);

    if (!log->buffer)
        log->buffer = malloc(BUFFER_LEN);
    if (!log->buffer)
        return SQLITE_NOMEM;
    if (at != log->at + (sqlite3_int64)log->len || log->len + (size_t)len > BUFFER_LEN) {
        int rc = write_out(log);
        if (rc)
            return rc;
        log->at = at;
    }
    if (len > BUFFER_LEN)
        return log->over.inner->pMethods->xWrite(log->over.inner, data, len, at);
    memcpy(log->buffer + log->len, data, (size_t)len);
    log->len += (size_t)len;
    return SQLITE_OK;
}

/* A log that is cut off is in the database already. A power cut may leave some of its blocks all
 * the same: without its header nobody takes them for a log, of which the rest were lost. */
static int forget_header(sqlite3_file *inner)
{
    static const char zeros[32];
    sqlite3_int64 size = 0;

    int rc = inner->pMethods->xFileSize(inner, &size);
    if (rc || size == 0)
        return rc;
    rc = inner->pMethods->xWrite(inner, zeros, sizeof zeros, 0);
    return rc ? rc : inner->pMethods->xSync(inner, SQLITE_SYNC_NORMAL);
}

static int log_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct log_file *log = log_of(file);

    int rc = write_out(log);
    log->grown = 0;
    if (rc == SQLITE_OK && size == 0)
        rc = forget_header(log->over.inner);
    return rc ? rc : log->over.inner->pMethods->xTruncate(log->over.inner, size);
}

static int log_sync(sqlite3_file *file, int flags)
{
    struct log_file *log = log_of(file);

    int rc = write_out(log);
    if (rc || PLANTED("log-sync"))
        return rc;
    return log->over.inner->pMethods->xSync(log->over.inner, flags);
}

static int log_size(sqlite3_file *file, sqlite3_int64 *out)
{
    struct log_file *log = log_of(file);

    int rc = write_out(log);
    return rc ? rc : log->over.inner->pMethods->xFileSize(log->over.inner, out);
}

static const sqlite3_io_methods log_methods = {
    .iVersion = 1,
    .xClose = log_close,
    .xRead = log_read,
    .xWrite = log_write,
    .xTruncate = log_truncate,
    .xSync = log_sync,
    .xFileSize = log_size,
    .xLock = over_lock,
    .xUnlock = over_unlock,
    .xCheckReservedLock = over_check_lock,
    .xFileControl = over_control,
    .xSectorSize = over_sector,
    .xDeviceCharacteristics = over_traits,
};

static int open_any(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
    sqlite3_vfs *usual = vfs->pAppData;
    struct log_file *log = log_of(file);

    if (!(flags & SQLITE_OPEN_WAL))
        return usual->xOpen(usual, name, file, flags, out);
    *log = (struct log_file){ .over.inner = (sqlite3_file *)(log + 1) };
    log->over.inner->pMethods = NULL;
    int rc = usual->xOpen(usual, name, log->over.inner, flags, out);
    if (log->over.inner->pMethods)
        log->over.base.pMethods = &log_methods;
    return rc;
}

void log_file_drop(sqlite3_file *log)
{
    if (log && log->pMethods == &log_methods)
        log_of(log)->len = 0;
}

sqlite3_vfs *log_file_vfs(void)
{
    sqlite3_vfs *ours = sqlite3_vfs_find(NAME);

    return ours ? ours : sqlite3_vfs_find(NULL);
}

void log_file_register(void)
{
    sqlite3_vfs *usual = sqlite3_vfs_find(NULL);
    sqlite3_vfs *vfs = usual ? malloc(sizeof *vfs) : NULL; /* SQLite's for as long as we run */

    if (!vfs)
        return;
    *vfs = *usual;
    vfs->zName = NAME;
    vfs->pNext = NULL;
    vfs->pAppData = usual;
    vfs->szOsFile = (int)sizeof(struct log_file) + usual->szOsFile;
    vfs->xOpen = open_any;
    sqlite3_vfs_register(vfs, 0); /* fails without sqlite3_initialize alone */
}
