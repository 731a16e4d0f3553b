/* The log of the database: SQLite itself looks at the checksums of frames only when it opens a log
 * that was left behind. Here each page that is read is held against its frame's checksum. */
#include "meta/sqlite/page_file.h"

static struct summed_log *log_of(sqlite3_file *file)
{
    return (struct summed_log *)file; /* over.base is first */
}

static bool is_frames_page(int len, sqlite3_int64 at)
{
    return is_page_len(len) && at >= LOG_HEADER + FRAME_HEADER &&
           (at - LOG_HEADER - FRAME_HEADER) % (len + FRAME_HEADER) == 0;
}

/* Reads the page at `at` and what its frame says; *holds: they agree. */
static int read_frame(sqlite3_file *inner, void *out, int len, sqlite3_int64 at,
                      struct frame *frame, bool *holds)
{
    sqlite3_int64 header_at = at - FRAME_HEADER;
    /* where the frame before, or the log's header, has its checksum */
    sqlite3_int64 before_at = header_at == LOG_HEADER ? LOG_HEADER - 8 : header_at - len - 8;
    uint8_t header[FRAME_HEADER];
    uint8_t before[8];

    int rc = inner->pMethods->xRead(inner, out, len, at);
    if (rc == SQLITE_OK)
        rc = inner->pMethods->xRead(inner, header, sizeof header, header_at);
    if (rc == SQLITE_OK)
        rc = inner->pMethods->xRead(inner, before, sizeof before, before_at);
    if (rc != SQLITE_OK)
        return rc;
    frame_read(header, frame);
    *holds = frame_holds(log_sum_read(before), header, out, (size_t)len);
    return SQLITE_OK;
}

static int log_read(sqlite3_file *file, void *out, int len, sqlite3_int64 at)
{
    struct summed_log *log = log_of(file);
    sqlite3_file *inner = log->over.inner;
    struct frame frame = { 0 };

    if (!is_frames_page(len, at) || at - FRAME_HEADER >= log->rewritten_at)
        return inner->pMethods->xRead(inner, out, len, at);
    for (int i = 0; i < READ_TRIES; i++) {
        bool holds = false;
        int rc = read_frame(inner, out, len, at, &frame, &holds);
        if (rc != SQLITE_OK)
            return rc;
        if (holds) {
            if (frame.page == 1 && log->db)
                log->db->sums = page_sums_in(out, (size_t)len) ? SUMS_THERE : SUMS_NONE;
            return SQLITE_OK;
        }
        page_file_wait();
    }
    if (log->db)
        log->db->damage = (struct page_damage){ .in_log = true, .page = frame.page };
    return SQLITE_IOERR_DATA;
}

static int log_write(sqlite3_file *file, const void *data, int len, sqlite3_int64 at)
{
    struct summed_log *log = log_of(file);
    sqlite3_file *inner = log->over.inner;

    if (len == FRAME_HEADER) {
        log->header_at = at;
        if (at <= log->rewritten_at)
            log->rewritten_at = NOWHERE;
    } else if (is_frames_page(len, at)) {
        if (log->header_at != at - FRAME_HEADER && at - FRAME_HEADER < log->rewritten_at)
            log->rewritten_at = at - FRAME_HEADER;
        log->header_at = -1;
    }
    return inner->pMethods->xWrite(inner, data, len, at);
}

static int log_close(sqlite3_file *file)
{
    struct summed_log *log = log_of(file);
    sqlite3_file *inner = log->over.inner;

    if (log->db)
        log->db->log = NULL;
    return inner->pMethods ? inner->pMethods->xClose(inner) : SQLITE_OK;
}

static const sqlite3_io_methods log_methods = {
    .iVersion = 1, /* neither shared memory nor mapped */
    .xClose = log_close,
    .xRead = log_read,
    .xWrite = log_write,
    .xTruncate = over_truncate,
    .xSync = over_sync,
    .xFileSize = over_size,
    .xLock = over_lock,
    .xUnlock = over_unlock,
    .xCheckReservedLock = over_check_lock,
    .xFileControl = over_control,
    .xSectorSize = over_sector,
    .xDeviceCharacteristics = over_traits,
};

void summed_log_init(struct summed_log *out, const char *path)
{
    struct db_file *db = (struct db_file *)sqlite3_database_file_object(path);

    *out = (struct summed_log){ .over = { { &log_methods }, (sqlite3_file *)(out + 1) },
                                .db = db,
                                .header_at = -1,
                                .rewritten_at = NOWHERE };
    db->log = out;
}

sqlite3_file *summed_log_under(sqlite3_file *log)
{
    return log->pMethods == &log_methods ? inner_of(log) : NULL;
}
