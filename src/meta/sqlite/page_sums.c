#include "meta/sqlite/page_sums.h"
#include "base/clock.h"
#include "base/plant.h"
#include "meta/sqlite/log_file.h"
#include "meta/sqlite/page_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define WAIT_NS       200000
#define CHECKED_PAGES 16384 /* a power of two */
#define BELIEVED_US   SECOND_US
#define WRITE_LOCK    0 /* of the shared memory: sqlite.org/walformat.html, 2.3 */
#define READ_LOCKS    3

/* Operations for sqlite3_file_control; SQLite uses numbers below 100. */
#define CONTROL_FILE 0x63616D01

struct checked {
    struct {
        uint32_t turn;
        uint32_t page;
    } at[CHECKED_PAGES];
};

static struct db_file *db_of(sqlite3_file *file)
{
    return (struct db_file *)file; /* over.base is first */
}

void page_file_wait(void)
{
    nanosleep(&(struct timespec){ .tv_nsec = WAIT_NS }, NULL);
}

static bool is_page(int len, sqlite3_int64 at)
{
    return is_page_len(len) && at % len == 0;
}

static uint32_t no_of(int len, sqlite3_int64 at)
{
    return (uint32_t)(at / len) + 1;
}

/* ---- reading ---- */

static bool holds(struct db_file *db, const uint8_t *page, int len, sqlite3_int64 at)
{
    if (at == 0)
        db->sums = page_sums_in(page, (size_t)len) ? SUMS_THERE : SUMS_NONE;
    return PLANTED("page-sum") || db->sums != SUMS_THERE ||
           page_sum_holds(page, (size_t)len, no_of(len, at));
}

/* A page is read again before it is believed to be damaged: without a log, as a database is opened,
 * one may be read while another process moves it here. */
static int db_read(sqlite3_file *file, void *out, int len, sqlite3_int64 at)
{
    struct db_file *db = db_of(file);
    sqlite3_file *inner = db->over.inner;

    for (int i = 0; i < READ_TRIES; i++) {
        int rc = inner->pMethods->xRead(inner, out, len, at);
        if (rc != SQLITE_OK || !is_page(len, at) || holds(db, out, len, at))
            return rc;
        page_file_wait();
    }
    db->damage = (struct page_damage){ .page = no_of(len, at) };
    return SQLITE_IOERR_DATA;
}

/* A page that was what it should be a moment ago is believed to be so still: looking at all that
 * the event loop reads would cost it a twentieth. Who writes there writes a right sum, so it would
 * have to be flipped on the disk, dropped from memory and read again within that moment. */
static bool was_checked(struct db_file *db, uint32_t no)
{
    if (!db->checked) /* who maps nothing needs none */
        db->checked = calloc(1, sizeof *db->checked);
    if (!db->checked)
        return false;
    __typeof__(db->checked->at[0]) *slot = &db->checked->at[no % CHECKED_PAGES];
    if (slot->page == no && slot->turn == db->turn)
        return true;
    slot->page = no; /* it is looked at now */
    slot->turn = db->turn;
    return false;
}

static void forget(struct db_file *db, uint32_t no)
{
    if (db->checked)
        db->checked->at[no % CHECKED_PAGES].page = 0;
}

/* A page that is not what was written is not mapped: then SQLite reads it, and fails. */
static int db_fetch(sqlite3_file *file, sqlite3_int64 at, int len, void **out)
{
    struct db_file *db = db_of(file);
    sqlite3_file *inner = db->over.inner;

    int rc = inner->pMethods->xFetch(inner, at, len, out);
    if (rc != SQLITE_OK || !*out || !is_page(len, at) || db->sums == SUMS_NONE ||
        was_checked(db, no_of(len, at)) || holds(db, *out, len, at))
        return rc;
    forget(db, no_of(len, at));
    rc = inner->pMethods->xUnfetch(inner, at, *out);
    *out = NULL;
    return rc;
}

static int db_unfetch(sqlite3_file *file, sqlite3_int64 at, void *page)
{
    return inner_of(file)->pMethods->xUnfetch(inner_of(file), at, page);
}

/* ---- writing ---- */

/* A connection that moves pages out of the log may not have read the first page of the file. */
static int learn(struct db_file *db, int len)
{
    sqlite3_file *inner = db->over.inner;
    int rc = inner->pMethods->xRead(inner, db->room, len, 0);

    if (rc == SQLITE_OK)
        db->sums = page_sums_in(db->room, (size_t)len) ? SUMS_THERE : SUMS_NONE;
    return rc == SQLITE_IOERR_SHORT_READ ? SQLITE_OK : rc;
}

static bool make_room(struct db_file *db, int len)
{
    if (db->room_len == len)
        return true;
    uint8_t *room = realloc(db->room, (size_t)len);
    if (!room)
        return false;
    db->room = room;
    db->room_len = len;
    return true;
}

static int db_write(sqlite3_file *file, const void *data, int len, sqlite3_int64 at)
{
    struct db_file *db = db_of(file);
    sqlite3_file *inner = db->over.inner;
    int rc = SQLITE_OK;

    if (!is_page(len, at))
        return inner->pMethods->xWrite(inner, data, len, at);
    if (!make_room(db, len))
        return SQLITE_IOERR_NOMEM;
    if (at == 0)
        db->sums =
            ((const uint8_t *)data)[PAGE_RESERVED_AT] == PAGE_SUM_LEN ? SUMS_THERE : SUMS_NONE;
    else if (db->sums != SUMS_THERE)
        rc = learn(db, len);
    if (rc != SQLITE_OK || db->sums != SUMS_THERE)
        return rc ? rc : inner->pMethods->xWrite(inner, data, len, at);
    memcpy(db->room, data, (size_t)len);
    page_sum_set(db->room, (size_t)len, no_of(len, at));
    return inner->pMethods->xWrite(inner, db->room, len, at);
}

/* ---- the rest ---- */

/* A transaction begins that reads: are the pages that were looked at to be looked at again? */
static void begin_turn(struct db_file *db)
{
    int64_t now_us = clock_monotonic_us();

    if (now_us < db->turn_us + BELIEVED_US)
        return;
    db->turn_us = now_us;
    db->turn++;
}

static int db_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
    struct db_file *db = db_of(file);

    if (offset >= READ_LOCKS && flags == (SQLITE_SHM_LOCK | SQLITE_SHM_SHARED))
        begin_turn(db);
    if (offset == WRITE_LOCK && (flags & SQLITE_SHM_UNLOCK) && db->log)
        db->log->rewritten_at = NOWHERE;
    return inner_of(file)->pMethods->xShmLock(inner_of(file), offset, count, flags);
}

static int db_close(sqlite3_file *file)
{
    struct db_file *db = db_of(file);
    sqlite3_file *inner = db->over.inner;

    free(db->room);
    free(db->checked);
    if (db->log)
        db->log->db = NULL;
    return inner->pMethods ? inner->pMethods->xClose(inner) : SQLITE_OK;
}

static int db_control(sqlite3_file *file, int what, void *value)
{
    if (what == CONTROL_FILE) {
        *(struct db_file **)value = db_of(file);
        return SQLITE_OK;
    }
    return inner_of(file)->pMethods->xFileControl(inner_of(file), what, value);
}

static int db_shm_map(sqlite3_file *file, int region, int size, int extend, void volatile **out)
{
    return inner_of(file)->pMethods->xShmMap(inner_of(file), region, size, extend, out);
}

static void db_shm_barrier(sqlite3_file *file)
{
    inner_of(file)->pMethods->xShmBarrier(inner_of(file));
}

static int db_shm_unmap(sqlite3_file *file, int remove)
{
    return inner_of(file)->pMethods->xShmUnmap(inner_of(file), remove);
}

static void db_file_init(struct db_file *out)
{
    static const sqlite3_io_methods methods = {
        .iVersion = 3,
        .xClose = db_close,
        .xRead = db_read,
        .xWrite = db_write,
        .xTruncate = over_truncate,
        .xSync = over_sync,
        .xFileSize = over_size,
        .xLock = over_lock,
        .xUnlock = over_unlock,
        .xCheckReservedLock = over_check_lock,
        .xFileControl = db_control,
        .xSectorSize = over_sector,
        .xDeviceCharacteristics = over_traits,
        .xShmMap = db_shm_map,
        .xShmLock = db_shm_lock,
        .xShmBarrier = db_shm_barrier,
        .xShmUnmap = db_shm_unmap,
        .xFetch = db_fetch,
        .xUnfetch = db_unfetch,
    };

    *out = (struct db_file){ .over = { { &methods }, (sqlite3_file *)(out + 1) }, .turn = 1 };
}

/* ---- the VFS ---- */

static int open_inner(sqlite3_vfs *under, const char *path, sqlite3_file *inner, int flags,
                      int *flags_out)
{
    inner->pMethods = NULL;
    return under->xOpen(under, path, inner, flags, flags_out);
}

/* Journals and temporary files are opened as they are. */
static int vfs_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags,
                    int *flags_out)
{
    sqlite3_vfs *under = vfs->pAppData;
    int rc;

    if (flags & SQLITE_OPEN_MAIN_DB) {
        db_file_init(db_of(file));
        rc = open_inner(under, path, inner_of(file), flags, flags_out);
    } else if (flags & SQLITE_OPEN_WAL) {
        struct summed_log *log = (struct summed_log *)file;
        summed_log_init(log, path);
        rc = open_inner(under, path, log->over.inner, flags, flags_out);
    } else {
        return under->xOpen(under, path, file, flags, flags_out);
    }
    if (rc != SQLITE_OK) {
        file->pMethods->xClose(file);
        file->pMethods = NULL;
    }
    return rc;
}

int page_sums_register(void)
{
    static sqlite3_vfs vfs; /* SQLite keeps it as long as the process lives */
    sqlite3_vfs *under = log_file_vfs();
    size_t more = sizeof(struct db_file) > sizeof(struct summed_log) ? sizeof(struct db_file)
                                                                     : sizeof(struct summed_log);

    if (!under)
        return SQLITE_ERROR;
    if (sqlite3_vfs_find(PAGE_SUMS_VFS))
        return SQLITE_OK;
    vfs = *under; /* what it does without a file it does as before */
    vfs.pNext = NULL;
    vfs.zName = PAGE_SUMS_VFS;
    vfs.pAppData = under;
    vfs.szOsFile = under->szOsFile + (int)more;
    vfs.xOpen = vfs_open;
    return sqlite3_vfs_register(&vfs, 0);
}

/* ---- for connections ---- */

static struct db_file *file_of(sqlite3 *db)
{
    struct db_file *file = NULL;

    return sqlite3_file_control(db, "main", CONTROL_FILE, &file) == SQLITE_OK ? file : NULL;
}

void page_sums_want(sqlite3 *db)
{
    struct db_file *file = file_of(db);
    sqlite3_int64 size = 0;
    int bytes = PAGE_SUM_LEN;

    sqlite3_file_control(db, "main", SQLITE_FCNTL_RESERVE_BYTES, &bytes);
    if (file && over_size(&file->over.base, &size) == SQLITE_OK && size == 0)
        file->sums = SUMS_THERE;
}

bool page_sums_has(sqlite3 *db)
{
    struct db_file *file = file_of(db);

    return file && file->sums == SUMS_THERE;
}

sqlite3_file *page_sums_log(sqlite3 *db)
{
    sqlite3_file *log = NULL;

    sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    return log ? summed_log_under(log) : NULL;
}

uint32_t page_sums_damage(sqlite3 *db, char text[PAGE_SUMS_TEXT_MAX])
{
    struct db_file *file = file_of(db);
    struct page_damage damage = file ? file->damage : (struct page_damage){ 0 };

    snprintf(text, PAGE_SUMS_TEXT_MAX, "page %u%s is not what was written", damage.page,
             damage.in_log ? " in its log" : "");
    return damage.page;
}
