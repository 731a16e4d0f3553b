/* Checksums of pages: whatever bit is flipped, nothing else than what was written comes out. */
#include "meta/driver.h"
#include "meta/sqlite/page_sum.h"
#include "meta/sqlite/page_sums.h"
#include "support/temp.h"
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE 4096

/* The same places in every run. */
static unsigned somewhere(unsigned *seed)
{
    *seed = *seed * 1103515245 + 12345;
    return *seed >> 1;
}

static const char *path_of(const char *name)
{
    static char path[200];

    snprintf(path, sizeof path, "%s/%s", temp_dir(), name);
    return path;
}

static struct meta *open_meta(bool writable, struct err *e)
{
    struct meta *meta = NULL;
    char url[200];

    snprintf(url, sizeof url, "sqlite:%s", path_of("meta.db"));
    (void)!meta_open(url, writable, &meta, e);
    return meta;
}

static struct meta *open_fresh(void)
{
    struct err e = { 0 };
    struct meta *meta = open_meta(true, &e);

    CHECK(meta != NULL);
    CHECK_INT(meta_migrate(meta, &e), ERR_NONE);
    return meta;
}

static void put(struct meta *meta, int first, int count, size_t len)
{
    struct err e = { 0 };
    char *value = malloc(len);
    char name[32];

    CHECK(value != NULL);
    CHECK_INT(meta_begin(meta, &e), ERR_NONE);
    for (int i = first; i < first + count; i++) {
        memset(value, 'a' + i % 26, len);
        snprintf(name, sizeof name, "value %d", i);
        CHECK_INT(meta_setting_put(meta, name, bytes_of(value, len), &e), ERR_NONE);
    }
    CHECK_INT(meta_commit(meta, &e), ERR_NONE);
    free(value);
}

/* ERR_NONE: it is there and every byte of it is as `put` made it. */
static enum err_code get(struct meta *meta, int i, size_t len, struct err *e)
{
    struct arena *arena = arena_new(1 << 22);
    struct bytes value = { 0 };
    char name[32];
    bool found = false;

    snprintf(name, sizeof name, "value %d", i);
    enum err_code rc = meta_setting_get(meta, arena, name, &value, &found, e);
    if (rc == ERR_NONE) {
        CHECK(found);
        CHECK_INT(value.len, len);
        for (size_t at = 0; at < len; at++)
            CHECK(value.at[at] == 'a' + i % 26);
    }
    arena_free(arena);
    return rc;
}

static void flip(const char *name, off_t at, int bit)
{
    int fd = open(path_of(name), O_RDWR | O_CLOEXEC);
    unsigned char byte;

    CHECK(fd >= 0 && pread(fd, &byte, 1, at) == 1);
    byte ^= (unsigned char)(1 << bit);
    CHECK(pwrite(fd, &byte, 1, at) == 1);
    close(fd);
}

static off_t size_of(const char *name)
{
    struct stat st;

    CHECK(stat(path_of(name), &st) == 0);
    return st.st_size;
}

/* Up to the end of the last frame; behind it there are zeros, which are nobody's. */
static off_t size_of_log(void)
{
    const off_t header = 32;
    const off_t frame = 24 + PAGE;
    off_t size = size_of("meta.db-wal");
    char *bytes = malloc((size_t)size);
    FILE *file = fopen(path_of("meta.db-wal"), "rb");

    CHECK(bytes && file && fread(bytes, 1, (size_t)size, file) == (size_t)size);
    fclose(file);
    while (size > header && bytes[size - 1] == 0)
        size--;
    free(bytes);
    return header + (size - header + frame - 1) / frame * frame;
}

struct findings {
    int count;
    char last[200];
};

static void find(void *context, const char *line)
{
    struct findings *findings = context;

    findings->count++;
    snprintf(findings->last, sizeof findings->last, "%s", line);
}

static int findings_of(struct meta *meta, struct findings *out)
{
    struct err e = { 0 };
    int64_t bytes = 0;

    *out = (struct findings){ 0 };
    CHECK_INT(meta_check_pages(meta, find, out, &bytes, &e), ERR_NONE);
    CHECK(bytes > 0);
    return out->count;
}

TEST(a_sum_holds_until_any_bit_or_the_place_is_another)
{
    uint8_t page[512];

    for (size_t i = 0; i < sizeof page; i++)
        page[i] = (uint8_t)(i * 7);
    page_sum_set(page, sizeof page, 70000);
    CHECK(page_sum_holds(page, sizeof page, 70000));
    CHECK(!page_sum_holds(page, sizeof page, 70001));
    for (size_t i = 0; i < sizeof page * 8; i++) {
        page[i / 8] ^= (uint8_t)(1 << i % 8);
        CHECK(!page_sum_holds(page, sizeof page, 70000));
        page[i / 8] ^= (uint8_t)(1 << i % 8);
    }
    memset(page, 0, sizeof page);
    CHECK(!page_sum_holds(page, sizeof page, 1));
}

TEST(a_file_with_sums_is_known_though_the_byte_that_says_so_is_flipped)
{
    uint8_t page[512] = { 0 };

    CHECK(!page_sums_in(page, sizeof page));
    page[PAGE_RESERVED_AT] = PAGE_SUM_LEN;
    page_sum_set(page, sizeof page, 1);
    for (int bit = 0; bit < 8; bit++) {
        page[PAGE_RESERVED_AT] = (uint8_t)(PAGE_SUM_LEN ^ 1 << bit);
        CHECK(page_sums_in(page, sizeof page));
        CHECK(!page_sum_holds(page, sizeof page, 1));
    }
}

static uint32_t pages_with_sums(const char *name)
{
    FILE *file = fopen(path_of(name), "rb");
    uint8_t page[PAGE];
    uint32_t no = 0;

    CHECK(file != NULL);
    while (fread(page, PAGE, 1, file) == 1)
        CHECK(page_sum_holds(page, PAGE, ++no));
    fclose(file);
    return no;
}

TEST(every_page_of_a_copy_has_its_sum_though_it_is_still_in_the_log_of_the_source)
{
    struct meta *meta = open_fresh();
    struct err e = { 0 };

    put(meta, 1, 2000, 3000); /* more than is kept in memory before it is written */
    CHECK_INT(meta_copy(meta, path_of("copy"), &e), ERR_NONE);
    CHECK(pages_with_sums("copy") > 2000);
    meta_close(meta);
}

TEST(every_page_of_a_new_database_has_its_sum_and_other_programs_can_read_it)
{
    struct meta *meta = open_fresh();
    sqlite3_stmt *stmt = NULL;
    sqlite3 *db = NULL;

    put(meta, 1, 50, 3000);
    meta_close(meta);
    CHECK(pages_with_sums("meta.db") > 50);

    CHECK(sqlite3_open_v2(path_of("meta.db"), &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK);
    CHECK(sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &stmt, NULL) == SQLITE_OK);
    CHECK(sqlite3_step(stmt) == SQLITE_ROW);
    CHECK_BYTES(bytes_str((const char *)sqlite3_column_text(stmt, 0)), B("ok"));
    sqlite3_finalize(stmt);
    sqlite3_close(db);
}

/* All rows as they were, or a failure that says what is wrong. */
static bool is_refused(int values, size_t len)
{
    struct err e = { 0 };
    struct meta *meta = open_meta(false, &e);
    bool refused = !meta;

    for (int i = 1; meta && i <= values; i++)
        refused |= get(meta, i, len, &e) != ERR_NONE;
    if (refused)
        CHECK_INT(e.code, ERR_CORRUPT);
    meta_close(meta);
    return refused;
}

TEST(a_flipped_bit_of_the_file_never_comes_out)
{
    struct meta *meta = open_fresh();
    int refused = 0;

    put(meta, 1, 30, 700);
    meta_close(meta);
    off_t size = size_of("meta.db");
    unsigned seed = 1;
    for (int i = 0; i < 300; i++) {
        off_t at = i < 100 ? i : somewhere(&seed) % size;
        flip("meta.db", at, i % 8);
        refused += is_refused(30, 700);
        flip("meta.db", at, i % 8);
    }
    CHECK(refused >= 100); /* of the first page alone; the others may be of other tables */
    CHECK(!is_refused(30, 700));
}

TEST(a_flipped_bit_of_a_log_in_use_never_comes_out)
{
    struct meta *meta = open_fresh();
    struct findings findings;
    int refused = 0;

    put(meta, 1, 30, 700);
    CHECK(findings_of(meta, &findings) == 0);
    off_t size = size_of_log();
    unsigned seed = 2;
    for (int i = 0; i < 300; i++) {
        off_t at = i < 32 ? i : somewhere(&seed) % size;
        flip("meta.db-wal", at, i % 8);
        refused += is_refused(30, 700);
        int found = findings_of(meta, &findings);
        /* two: the next frame, too, behind a checksum; a page whose frame says another's number */
        CHECK(found == 1 || found == 2);
        CHECK(found == 2 || strstr(findings.last, "log") != NULL);
        flip("meta.db-wal", at, i % 8);
    }
    CHECK(refused > 5);
    CHECK(!is_refused(30, 700));
    meta_close(meta);
}

TEST(damage_in_the_log_is_not_moved_into_the_file)
{
    struct meta *meta = open_fresh();
    struct findings findings;
    struct err e = { 0 };

    put(meta, 1, 30, 700);
    flip("meta.db-wal", size_of_log() - 2000, 3);
    CHECK_INT(meta_checkpoint(meta, &e), ERR_CORRUPT);
    CHECK(strstr(e.text, "in its log is not what was written") != NULL);
    CHECK_INT(findings_of(meta, &findings), 1);
    flip("meta.db-wal", size_of_log() - 2000, 3);
    CHECK_INT(meta_checkpoint(meta, &e), ERR_NONE);
    CHECK_INT(findings_of(meta, &findings), 0);
    meta_close(meta);
}

TEST(a_damaged_page_that_nothing_needs_is_found_and_one_that_the_log_replaces_is_none)
{
    struct meta *meta = open_fresh();
    struct findings findings;
    struct err e = { 0 };

    put(meta, 1, 30, 3000);
    CHECK_INT(meta->driver->run(meta, "DELETE FROM setting", &e), ERR_NONE);
    meta_close(meta);

    meta = open_meta(true, &e);
    CHECK_INT(findings_of(meta, &findings), 0);
    flip("meta.db", size_of("meta.db") - 100, 1); /* the last page is free now */
    CHECK_INT(findings_of(meta, &findings), 1);
    CHECK(strstr(findings.last, "page") != NULL);
    put(meta, 1, 60, 3000);
    CHECK_INT(findings_of(meta, &findings), 0);
    CHECK_INT(meta_checkpoint(meta, &e), ERR_NONE);
    CHECK_INT(findings_of(meta, &findings), 0);
    meta_close(meta);
}

TEST(a_long_transaction_whose_pages_are_written_into_the_log_more_than_once_reads_them)
{
    struct meta *meta = open_fresh();
    struct findings findings;
    struct err e = { 0 };

    CHECK_INT(meta_begin(meta, &e), ERR_NONE);
    for (int round = 0; round < 3; round++) { /* over the 1 MiB that a connection keeps in memory */
        for (int i = 1; i <= 1500; i++) {
            char value[3000];
            char name[32];
            memset(value, 'a' + i % 26, sizeof value);
            snprintf(name, sizeof name, "value %d", i);
            CHECK_INT(meta_setting_put(meta, name, bytes_of(value, sizeof value), &e), ERR_NONE);
        }
    }
    CHECK_INT(get(meta, 1, 3000, &e), ERR_NONE);
    CHECK_INT(meta_commit(meta, &e), ERR_NONE);
    CHECK_INT(findings_of(meta, &findings), 0);
    for (int i = 1; i <= 1500; i++)
        CHECK_INT(get(meta, i, 3000, &e), ERR_NONE);
    meta_close(meta);
    CHECK(!is_refused(1500, 3000));
}

/* As a process that is killed leaves them. */
static enum err_code open_left(struct err *e)
{
    struct meta *meta = NULL;
    char url[200];

    snprintf(url, sizeof url, "sqlite:%s", path_of("left.db"));
    CHECK_INT(meta_open(url, true, &meta, e), ERR_NONE);
    enum err_code rc = meta_migrate(meta, e);
    meta_close(meta);
    return rc;
}

TEST(a_log_that_was_left_behind_loses_no_committed_transaction_unnoticed)
{
    struct meta *meta = open_fresh();
    struct err e = { 0 };
    off_t last;

    put(meta, 1, 3, 700);
    put(meta, 4, 3, 700);
    last = size_of_log();
    put(meta, 7, 3, 700);
    unsigned seed = 3;
    for (int i = 0; i < 120; i++) {
        off_t at =
            i < 32 ? i
                   : somewhere(&seed) % (last - 2 * 4120); /* the one but last may lose its end */
        temp_copy("meta.db", "left.db");
        temp_copy("meta.db-wal", "left.db-wal");
        flip("left.db-wal", at, i % 8);
        CHECK_INT(open_left(&e), ERR_CORRUPT);
        CHECK(unlink(path_of("left.db-shm")) == 0 || errno == ENOENT);
    }
    for (off_t end = last; end <= size_of_log(); end += 512) { /* what a power cut may do */
        temp_copy("meta.db", "left.db");
        temp_copy("meta.db-wal", "left.db-wal");
        CHECK(truncate(path_of("left.db-wal"), end) == 0);
        CHECK_INT(open_left(&e), ERR_NONE);
    }
    meta_close(meta);
}

TEST(a_database_without_sums_gets_them_when_it_is_brought_up_to_date)
{
    struct findings findings;
    struct err e = { 0 };
    sqlite3 *db = NULL;

    CHECK(sqlite3_open(path_of("meta.db"), &db) == SQLITE_OK);
    CHECK(sqlite3_exec(db,
                       "PRAGMA journal_mode = WAL; CREATE TABLE setting (name TEXT PRIMARY KEY,"
                       " value BLOB NOT NULL) STRICT, WITHOUT ROWID;",
                       NULL, NULL, NULL) == SQLITE_OK);
    CHECK(sqlite3_close(db) == SQLITE_OK);
    struct meta *meta = open_meta(true, &e);
    put(meta, 1, 100, 2000);
    meta_close(meta);
    uint8_t page[PAGE];
    FILE *file = fopen(path_of("meta.db"), "r+b");
    CHECK(file != NULL && fread(page, PAGE, 1, file) == 1);
    CHECK(page[PAGE_RESERVED_AT] == 0 && !page_sums_in(page, PAGE));
    fclose(file);

    CHECK(sqlite3_open_v2(path_of("meta.db"), &db, SQLITE_OPEN_READWRITE, PAGE_SUMS_VFS) ==
          SQLITE_OK);
    page_sums_want(db);
    CHECK(sqlite3_exec(db, "VACUUM", NULL, NULL, NULL) == SQLITE_OK);
    CHECK(sqlite3_close(db) == SQLITE_OK);
    meta = open_meta(true, &e);
    CHECK_INT(findings_of(meta, &findings), 0);
    flip("meta.db", size_of("meta.db") - 100, 1);
    CHECK_INT(findings_of(meta, &findings), 1);
    flip("meta.db", size_of("meta.db") - 100, 1);
    meta_close(meta);
    CHECK(!is_refused(100, 2000));
}

TEST_MAIN
