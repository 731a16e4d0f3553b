/* Every page of a database and of its log is read and held against its checksum, also those that
 * nothing needs for the moment. */
#include "meta/sqlite/page_file.h"
#include "meta/sqlite/page_sums.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOCK_PAGE_AT  0x40000000 /* SQLite locks bytes there, and stores nothing in that page */
#define SHM_REGION    32768
#define TRIES         3
#define BAD_MAX       1000
#define STRANGERS_MAX 256 /* one after the other */

/* The shared memory, in this machine's byte order: sqlite.org/walformat.html, 2.1. */
struct shm_header {
    uint32_t version;
    uint32_t unused;
    uint32_t change;
    uint8_t is_init;
    uint8_t big_sums;
    uint16_t page_len;
    uint32_t frames;
    uint32_t pages;
    uint32_t frame_sum[2];
    uint8_t salt[8];
    uint32_t sum[2];
};

struct walk {
    sqlite3_file *file;
    sqlite3_file *log; /* NULL: there is none */
    uint8_t *room;     /* a frame */
    int page_len;
    uint32_t pages;
    struct shm_header shm; /* frames 0: nothing is in the log */
    uint32_t moved;        /* frames that are in the database for good */
    uint32_t bad[BAD_MAX]; /* pages of the file, ascending */
    int bad_count;
    int64_t bytes;
    void (*problem)(void *context, const char *line);
    void *context;
};

PRINTF(2, 3) static void say(struct walk *w, const char *fmt, ...)
{
    char line[160];
    __builtin_va_list args;

    __builtin_va_start(args, fmt);
    vsnprintf(line, sizeof line, fmt, args);
    __builtin_va_end(args);
    w->problem(w->context, line);
}

/* What the shared memory says of the log; false when it says nothing sensible. */
static bool look_at_shm(struct walk *w)
{
    struct shm_header twice[2];
    volatile void *at = NULL;

    w->shm = (struct shm_header){ 0 };
    if (!w->log || w->file->pMethods->xShmMap(w->file, 0, SHM_REGION, 0, &at) != SQLITE_OK || !at)
        return false;
    for (int i = 0; i < TRIES; i++) {
        memcpy(twice, (const void *)(uintptr_t)at, sizeof twice);
        w->file->pMethods->xShmBarrier(w->file);
        if (memcmp(&twice[0], &twice[1], sizeof twice[0]) == 0 && twice[0].is_init) {
            memcpy(&w->moved, (const char *)(uintptr_t)at + sizeof twice, sizeof w->moved);
            w->shm = twice[0];
            return true;
        }
        page_file_wait();
    }
    return false;
}

static sqlite3_int64 frame_at(const struct walk *w, uint32_t no)
{
    return LOG_HEADER + (sqlite3_int64)(no - 1) * (FRAME_HEADER + w->page_len);
}

/* ---- the log ---- */

static void say_frame(struct walk *w, uint32_t no, const struct frame *frame)
{
    say(w, "the index is damaged: frame %u of its log, page %u, is not what was written", no,
        frame->page);
}

/* Frames from the first to the last that is believed. *moved_on: the log was begun anew meanwhile,
 * as it may be once everything is in the database; then what was seen is worth nothing. */
static int walk_log(struct walk *w, bool tell, bool *moved_on)
{
    uint8_t header[LOG_HEADER];
    struct frame frame;
    struct log_sum sum;

    int rc = w->log->pMethods->xRead(w->log, header, sizeof header, 0);
    if (rc != SQLITE_OK)
        return rc;
    *moved_on = memcmp(header + 16, w->shm.salt, 8) != 0 || !log_header_holds(header);
    if (*moved_on && tell)
        say(w, "the index is damaged: the header of its log is not what was written");
    sum = log_sum_read(header + 24);
    for (uint32_t no = 1; !*moved_on && no <= w->shm.frames; no++) {
        rc = w->log->pMethods->xRead(w->log, w->room, FRAME_HEADER + w->page_len, frame_at(w, no));
        if (rc != SQLITE_OK)
            return rc;
        frame_read(w->room, &frame);
        if (!frame_holds(sum, w->room, w->room + FRAME_HEADER, (size_t)w->page_len) ||
            memcmp(frame.salt, w->shm.salt, 8) != 0) {
            if (tell)
                say_frame(w, no, &frame);
            else
                *moved_on = true;
        }
        sum = frame.sum;
        w->bytes += FRAME_HEADER + w->page_len;
    }
    return SQLITE_OK;
}

/* Damage is believed when it is there again although the log is the same. */
static int check_log(struct walk *w)
{
    int rc = SQLITE_OK;

    for (int i = 0; rc == SQLITE_OK && i <= TRIES; i++) {
        bool again = false;
        if (!look_at_shm(w) || w->shm.frames == 0)
            return SQLITE_OK;
        rc = walk_log(w, i == TRIES, &again);
        if (!again)
            return rc;
        page_file_wait();
    }
    return rc;
}

/* ---- the file ---- */

static int compare_pages(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a;
    uint32_t right = *(const uint32_t *)b;

    return (left > right) - (left < right);
}

static void take_out(struct walk *w, uint32_t *found)
{
    w->bad_count--;
    memmove(found, found + 1, (size_t)(w->bad + w->bad_count - found) * sizeof *found);
}

/* Of the damaged pages those are nothing that will be written from the log, or read there. */
static int excuse(struct walk *w)
{
    uint8_t header[FRAME_HEADER];
    struct frame frame;
    int rc = SQLITE_OK;

    if (w->bad_count == 0 || !look_at_shm(w))
        return SQLITE_OK;
    for (uint32_t no = w->moved + 1; rc == SQLITE_OK && no <= w->shm.frames; no++) {
        rc = w->log->pMethods->xRead(w->log, header, sizeof header, frame_at(w, no));
        frame_read(header, &frame);
        uint32_t *found = rc ? NULL
                             : bsearch(&frame.page, w->bad, (size_t)w->bad_count, sizeof w->bad[0],
                                       compare_pages);
        if (found)
            take_out(w, found);
    }
    return rc;
}

static int walk_pages(struct walk *w)
{
    int rc = SQLITE_OK;

    for (uint32_t no = 1; rc == SQLITE_OK && no <= w->pages; no++) {
        sqlite3_int64 at = (sqlite3_int64)(no - 1) * w->page_len;
        if (at == LOCK_PAGE_AT)
            continue;
        rc = w->file->pMethods->xRead(w->file, w->room, w->page_len, at);
        w->bytes += w->page_len;
        if (rc != SQLITE_IOERR_DATA && rc != SQLITE_IOERR_SHORT_READ)
            continue;
        w->bad[w->bad_count++] = no;
        rc = w->bad_count == BAD_MAX ? excuse(w) : SQLITE_OK;
        if (w->bad_count == BAD_MAX)
            break; /* that is enough to say */
    }
    return rc == SQLITE_OK ? excuse(w) : rc;
}

/* ---- both ---- */

static int number(sqlite3 *db, const char *sql, sqlite3_int64 *out)
{
    sqlite3_stmt *stmt = NULL;

    int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
    if (rc == SQLITE_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW)
        *out = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return rc == SQLITE_ROW ? SQLITE_OK : rc;
}

static void find_files(sqlite3 *db, struct walk *w)
{
    sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &w->file);
    sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &w->log);
    if (w->log && !w->log->pMethods)
        w->log = NULL;
}

static int walk_all(sqlite3 *db, struct walk *w)
{
    sqlite3_int64 len = 0;
    sqlite3_int64 pages = 0;

    int rc =
        number(db, "PRAGMA page_count", &pages); /* the first page is read: the moment begins */
    if (rc == SQLITE_OK)
        rc = number(db, "PRAGMA page_size", &len);
    if (rc != SQLITE_OK)
        return rc;
    find_files(db, w);
    w->page_len = (int)len;
    w->pages = (uint32_t)pages;
    w->room = malloc((size_t)len + FRAME_HEADER);
    if (!w->room)
        return SQLITE_NOMEM;
    rc = check_log(w);
    if (rc == SQLITE_OK && page_sums_has(db))
        rc = walk_pages(w);
    free(w->room);
    for (int i = 0; i < w->bad_count; i++)
        say(w, "the index is damaged: page %u is not what was written", w->bad[i]);
    return rc;
}

/* ---- a log that was left behind ---- */

/* The log's end is no failure: *there is false then. */
static int read_log(struct walk *w, void *out, int len, sqlite3_int64 at, bool *there)
{
    int rc = w->log->pMethods->xRead(w->log, out, len, at);

    *there = rc == SQLITE_OK;
    return rc == SQLITE_IOERR_SHORT_READ ? SQLITE_OK : rc;
}

/* Is it what its frame says, behind a frame with the sum `before`? */
static int follows(struct walk *w, uint32_t no, struct log_sum before, bool *out)
{
    int rc = read_log(w, w->room, FRAME_HEADER + w->page_len, frame_at(w, no), out);

    *out = *out && frame_holds(before, w->room, w->room + FRAME_HEADER, (size_t)w->page_len);
    return rc;
}

/* Is there, behind the frames that are believed, the end of a transaction with the beginning of the
 * next one? That was written when the former had been flushed. Both must be what their frames say:
 * a power cut may put half of a new header over half of an old one. Further behind are those of the
 * log as it was before it was begun anew. */
static int goes_on(struct walk *w, const uint8_t header[LOG_HEADER], bool *out)
{
    struct frame before = { 0 };
    bool is_end = false;
    bool there = true;
    int strangers = 0;
    int rc = SQLITE_OK;

    *out = false;
    for (uint32_t no = w->shm.frames + 1; strangers < STRANGERS_MAX; no++) {
        uint8_t at[FRAME_HEADER];
        struct frame frame;
        bool holds = false;
        rc = read_log(w, at, sizeof at, frame_at(w, no), &there);
        if (rc != SQLITE_OK || !there)
            return rc;
        frame_read(at, &frame);
        bool is_ours = memcmp(frame.salt, header + 16, sizeof frame.salt) == 0;
        if (is_ours && (rc = follows(w, no, before.sum, &holds)) != SQLITE_OK)
            return rc;
        *out = holds && is_end;
        if (*out)
            return SQLITE_OK;
        is_end = holds && frame.commit != 0;
        strangers = is_ours ? 0 : strangers + 1;
        before = frame;
    }
    return rc;
}

int page_sums_log_is_cut(sqlite3 *db, bool *cut)
{
    static const uint8_t zeros[LOG_HEADER];
    uint8_t header[LOG_HEADER];
    struct walk w = { 0 };
    sqlite3_int64 len = 0;
    bool there = false;

    *cut = false;
    int rc = number(db, "PRAGMA page_size", &len);
    if (rc == SQLITE_OK)
        find_files(db, &w);
    if (w.log)
        rc = read_log(&w, header, sizeof header, 0, &there);
    if (rc != SQLITE_OK || !there || memcmp(header, zeros, sizeof zeros) == 0)
        return rc;
    *cut = !log_header_holds(header);
    if (*cut || !look_at_shm(&w) || memcmp(w.shm.salt, header + 16, sizeof w.shm.salt) != 0)
        return SQLITE_OK;
    w.page_len = (int)len;
    w.room = malloc((size_t)len + FRAME_HEADER);
    rc = w.room ? goes_on(&w, header, cut) : SQLITE_NOMEM;
    free(w.room);
    return rc;
}

int page_sums_walk(sqlite3 *db, void (*problem)(void *context, const char *line), void *context,
                   int64_t *bytes)
{
    struct walk w = { .problem = problem, .context = context };
    char text[PAGE_SUMS_TEXT_MAX];
    bool alone = sqlite3_get_autocommit(db);

    int rc = alone ? sqlite3_exec(db, "BEGIN", NULL, NULL, NULL) : SQLITE_OK;
    if (rc == SQLITE_OK)
        rc = walk_all(db, &w);
    if (alone && !sqlite3_get_autocommit(db))
        sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    if (rc == SQLITE_IOERR_DATA) {
        page_sums_damage(db, text);
        say(&w, "the index is damaged: %s", text);
        rc = SQLITE_OK;
    }
    *bytes = w.bytes;
    return rc;
}
