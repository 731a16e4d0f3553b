/* The log over files that fail: see log_file.h. */
#include "meta/sqlite/log_file.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

#define ROOM (1 << 20)
#define FULL (124 << 10) /* what is held back of a log, as log_file.c has it */

enum verb { NONE, OPEN, READ, WRITE, TRUNCATE, SYNC, SIZE };

/* What lies below: one file in memory. */
struct below {
    sqlite3_file base; /* first */
};
static char content[ROOM];
static sqlite3_int64 size;
static enum verb failing;
static int after; /* so many calls of it go well first */
static int writes;
static int syncs;

static int say(enum verb verb)
{
    return verb == failing && after-- <= 0 ? SQLITE_IOERR : SQLITE_OK;
}

static int below_close(sqlite3_file *file)
{
    (void)file;
    return SQLITE_OK;
}

static int below_read(sqlite3_file *file, void *out, int len, sqlite3_int64 at)
{
    (void)file;
    if (say(READ))
        return SQLITE_IOERR;
    memcpy(out, content + at, (size_t)len);
    return SQLITE_OK;
}

static int below_write(sqlite3_file *file, const void *data, int len, sqlite3_int64 at)
{
    (void)file;
    if (say(WRITE))
        return SQLITE_IOERR;
    CHECK(at + len <= ROOM);
    memcpy(content + at, data, (size_t)len);
    size = size < at + len ? at + len : size;
    writes++;
    return SQLITE_OK;
}

static int below_truncate(sqlite3_file *file, sqlite3_int64 to)
{
    (void)file;
    if (say(TRUNCATE))
        return SQLITE_IOERR;
    size = to;
    return SQLITE_OK;
}

static int below_sync(sqlite3_file *file, int flags)
{
    (void)file, (void)flags;
    syncs++;
    return say(SYNC);
}

static int below_size(sqlite3_file *file, sqlite3_int64 *out)
{
    (void)file;
    *out = size;
    return say(SIZE);
}

static const sqlite3_io_methods below_methods = {
    .iVersion = 1,
    .xClose = below_close,
    .xRead = below_read,
    .xWrite = below_write,
    .xTruncate = below_truncate,
    .xSync = below_sync,
    .xFileSize = below_size,
};

static int below_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
    (void)vfs, (void)name, (void)flags, (void)out;
    if (say(OPEN))
        return SQLITE_CANTOPEN;
    file->pMethods = &below_methods;
    return SQLITE_OK;
}

static sqlite3_vfs below = {
    .iVersion = 1,
    .szOsFile = sizeof(struct below),
    .mxPathname = 100,
    .zName = "below",
    .xOpen = below_open,
};

/* From `at` calls of the verb on all of them fail. */
static void fail(enum verb verb, int at)
{
    failing = verb;
    after = at;
}

static sqlite3_file *open_log(int flags)
{
    CHECK_INT(sqlite3_initialize(), SQLITE_OK);
    CHECK_INT(sqlite3_vfs_register(&below, 1), SQLITE_OK);
    log_file_register();
    sqlite3_vfs *vfs = log_file_vfs();
    CHECK(vfs != &below);
    sqlite3_file *file = calloc(1, (size_t)vfs->szOsFile);
    CHECK(file != NULL);
    CHECK_INT(vfs->xOpen(vfs, "log", file, flags, NULL), SQLITE_OK);
    CHECK((file->pMethods == &below_methods) == !(flags & SQLITE_OPEN_WAL));
    return file;
}

static void close_log(sqlite3_file *file)
{
    fail(NONE, 0);
    CHECK_INT(file->pMethods->xClose(file), SQLITE_OK);
    free(file);
}

/* `len` bytes of that letter at `at`; what is said of it. */
static int put(sqlite3_file *log, char letter, int len, sqlite3_int64 at)
{
    static char bytes[ROOM];

    memset(bytes, letter, (size_t)len);
    return log->pMethods->xWrite(log, bytes, len, at);
}

TEST(without_memory_or_files_below_sqlites_own_way_is_taken)
{
    CHECK_INT(sqlite3_initialize(), SQLITE_OK);
    for (sqlite3_vfs *vfs; (vfs = sqlite3_vfs_find(NULL)) != NULL;)
        CHECK_INT(sqlite3_vfs_unregister(vfs), SQLITE_OK);
    log_file_register();
    CHECK(log_file_vfs() == NULL);
    CHECK_INT(sqlite3_vfs_register(&below, 1), SQLITE_OK);
    CHECK(log_file_vfs() == &below);
}

TEST(other_files_are_untouched)
{
    sqlite3_file *file = open_log(SQLITE_OPEN_MAIN_DB);

    CHECK_INT(put(file, 'a', 10, 0), SQLITE_OK);
    CHECK_INT(writes, 1);
    log_file_drop(file); /* is none */
    log_file_drop(NULL);
    close_log(file);
}

TEST(a_log_that_cannot_be_opened_is_closed_by_nobody)
{
    sqlite3_file *log = open_log(SQLITE_OPEN_WAL);
    sqlite3_vfs *vfs = log_file_vfs();
    sqlite3_file *other = calloc(1, (size_t)vfs->szOsFile);

    fail(OPEN, 0);
    CHECK_INT(vfs->xOpen(vfs, "log", other, SQLITE_OPEN_WAL, NULL), SQLITE_CANTOPEN);
    CHECK(other->pMethods == NULL);
    free(other);
    close_log(log);
}

TEST(what_is_held_back_goes_out_before_anything_that_needs_it)
{
    sqlite3_file *log = open_log(SQLITE_OPEN_WAL);
    sqlite3_int64 found = 0;
    char got[10] = "";

    CHECK_INT(put(log, 'a', 10, 0), SQLITE_OK);
    CHECK_INT(writes, 0);
    CHECK_INT(log->pMethods->xRead(log, got, 10, 0), SQLITE_OK);
    CHECK(got[9] == 'a');
    CHECK_INT(put(log, 'b', 10, 10), SQLITE_OK);
    CHECK_INT(log->pMethods->xFileSize(log, &found), SQLITE_OK);
    CHECK(found >= 20 && content[19] == 'b');
    CHECK_INT(put(log, 'c', 10, 20), SQLITE_OK);
    CHECK_INT(log->pMethods->xSync(log, SQLITE_SYNC_NORMAL), SQLITE_OK);
    CHECK(content[29] == 'c' && syncs == 1);
    CHECK_INT(put(log, 'd', 10, 30), SQLITE_OK);
    log_file_drop(log);
    CHECK_INT(log->pMethods->xSync(log, SQLITE_SYNC_NORMAL), SQLITE_OK);
    CHECK(content[30] != 'd');
    close_log(log);
}

TEST(more_than_is_held_back_is_written_at_once)
{
    sqlite3_file *log = open_log(SQLITE_OPEN_WAL);

    CHECK_INT(put(log, 'a', 10, 0), SQLITE_OK);
    CHECK_INT(put(log, 'b', FULL + 1, 10), SQLITE_OK);
    CHECK(content[9] == 'a' && content[10] == 'b' && content[FULL + 10] == 'b');
    CHECK_INT(put(log, 'c', 10, FULL + 11), SQLITE_OK);
    CHECK_INT(log->pMethods->xSync(log, SQLITE_SYNC_NORMAL), SQLITE_OK);
    CHECK(content[FULL + 10] == 'b' && content[FULL + 11] == 'c');
    close_log(log);
}

TEST(a_write_that_fails_is_told_by_the_call_that_needs_it)
{
    sqlite3_file *log = open_log(SQLITE_OPEN_WAL);
    sqlite3_int64 found = 0;
    char got[10];

    CHECK_INT(put(log, 'a', 10, 0), SQLITE_OK);
    fail(WRITE, 0);
    CHECK_INT(log->pMethods->xRead(log, got, 10, 0), SQLITE_IOERR);
    fail(NONE, 0);
    CHECK_INT(put(log, 'a', 10, 0), SQLITE_OK);
    fail(WRITE, 0);
    CHECK_INT(log->pMethods->xFileSize(log, &found), SQLITE_IOERR);
    fail(NONE, 0);
    CHECK_INT(put(log, 'a', 10, 0), SQLITE_OK);
    fail(WRITE, 0);
    CHECK_INT(log->pMethods->xSync(log, SQLITE_SYNC_NORMAL), SQLITE_IOERR);
    CHECK_INT(syncs, 0);
    fail(NONE, 0);
    CHECK_INT(put(log, 'a', 10, 0), SQLITE_OK);
    fail(WRITE, 0);
    CHECK_INT(put(log, 'b', 10, 500), SQLITE_IOERR); /* elsewhere: what was held back goes out */
    fail(NONE, 0);
    CHECK_INT(put(log, 'a', 10, 0), SQLITE_OK);
    fail(WRITE, 0);
    CHECK_INT(log->pMethods->xTruncate(log, 0), SQLITE_IOERR);
    close_log(log);
}

TEST(zeros_that_cannot_be_written_ahead_are_only_missed)
{
    static const enum verb verbs[] = { WRITE, SIZE };
    sqlite3_file *log = open_log(SQLITE_OPEN_WAL);

    for (size_t i = 0; i < COUNT(verbs); i++) {
        sqlite3_int64 at = size + 1000;
        CHECK_INT(put(log, 'a', 10, at), SQLITE_OK);
        fail(verbs[i], verbs[i] == WRITE);
        CHECK_INT(log->pMethods->xSync(log, SQLITE_SYNC_NORMAL), SQLITE_OK);
        fail(NONE, 0);
        CHECK(content[at + 9] == 'a');
        CHECK_INT(size, at + 10);
    }
    close_log(log);
}

TEST(a_log_that_is_cut_off_loses_its_header_first)
{
    static const struct {
        enum verb verb;
        bool header; /* is there still */
    } cases[] = { { SIZE, true }, { WRITE, true }, { SYNC, false }, { TRUNCATE, false } };
    sqlite3_file *log = open_log(SQLITE_OPEN_WAL);

    for (size_t i = 0; i < COUNT(cases); i++) {
        memset(content, 'h', 100);
        size = 100;
        fail(cases[i].verb, 0);
        CHECK_INT(log->pMethods->xTruncate(log, 0), SQLITE_IOERR);
        fail(NONE, 0);
        CHECK_INT(size, 100);
        CHECK((content[0] == 'h') == cases[i].header);
    }
    CHECK_INT(log->pMethods->xTruncate(log, 50), SQLITE_OK); /* to its end: it is still a log */
    CHECK_INT(size, 50);
    writes = 0;
    CHECK_INT(log->pMethods->xTruncate(log, 0), SQLITE_OK);
    CHECK_INT(size, 0);
    CHECK_INT(writes, 1);
    CHECK_INT(log->pMethods->xTruncate(log, 0), SQLITE_OK);
    CHECK_INT(writes, 1); /* nothing is there */
    close_log(log);
}

TEST_MAIN
