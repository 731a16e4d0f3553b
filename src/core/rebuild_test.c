#include "core/index_copy.h"
#include "core/rebuild.h"
#include "core/store.h"
#include "meta/sql.h"
#include "support/fixture.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define AT_ONCE (1UL << 20) /* bytes of rows in one transaction, as rebuild.c has it */

static const struct owner person = { KIND_PERSON, 7 };
static int lines;

static void count_line(void *context, const char *line)
{
    (void)context;
    (void)line;
    lines++;
}

static void path_of(const char *name, char out[PATH_MAX])
{
    snprintf(out, PATH_MAX, "%s/store/%s", temp_dir(), name);
}

static bool exists(const char *name)
{
    char path[PATH_MAX];

    path_of(name, path);
    return access(path, F_OK) == 0;
}

static int open_it(const char *name, int flags)
{
    char path[PATH_MAX];

    path_of(name, path);
    int fd = open(path, flags | O_CLOEXEC, 0600);
    CHECK(fd >= 0);
    return fd;
}

static void make_empty(const char *name)
{
    close(open_it(name, O_WRONLY | O_CREAT));
}

static void move(const char *from, const char *to)
{
    char one[PATH_MAX];
    char other[PATH_MAX];

    path_of(from, one);
    path_of(to, other);
    CHECK(rename(one, other) == 0);
}

/* One person with three pictures, one after the other; closed. */
static void make_store(void)
{
    struct fixture f = open_fixture(NULL);

    store_add_record(f.core, KIND_PERSON, 7);
    for (unsigned i = 1; i <= 3; i++)
        put(&f, person, i);
    close_fixture(&f);
}

static enum err_code rebuild(struct rebuild_report *report)
{
    struct err e = { 0 };
    char dir[PATH_MAX];

    path_of("", dir);
    dir[strlen(dir) - 1] = '\0';
    lines = 0;
    *report = (struct rebuild_report){ 0 };
    return store_rebuild(dir, count_line, NULL, report, &e);
}

static enum err_code open_store(struct fixture *f)
{
    struct err e = { 0 };
    char dir[PATH_MAX];

    path_of("", dir);
    dir[strlen(dir) - 1] = '\0';
    f->arena = arena_new(1 << 20);
    enum err_code rc = store_open(
        &(struct store_options){ .dir = dir, .settings = &settings_default }, &f->store, &e);
    if (rc)
        arena_free(f->arena);
    else
        CHECK_OK(core_open(f->store, true, &f->core, &e));
    return rc;
}

/* The rebuilt store is whole, and shows the last picture; then one more can be put. */
static void check_store(unsigned seed)
{
    struct fixture f = { 0 };
    struct picture picture;
    struct err e = { 0 };
    bool found;

    CHECK_INT(open_store(&f), ERR_NONE);
    CHECK_OK(picture_seen(f.core, f.arena, person, &picture, &found, &e));
    CHECK(found);
    check_bytes(&f, &picture, seed);
    put(&f, person, 9);
    close_fixture(&f);
}

struct place {
    off_t at;
    struct index_head head;
};

/* Where the transactions of packs/index.rows begin; how many. */
static size_t find_all(struct place *out, size_t most)
{
    int fd = open_it("packs/index.rows", O_RDONLY);
    off_t at = sizeof(struct index_file);
    size_t n = 0;

    while (n < most && pread(fd, &out[n].head, sizeof out[n].head, at) == sizeof out[n].head) {
        CHECK(out[n].head.magic == INDEX_HEAD_MAGIC);
        out[n].at = at;
        at += (off_t)(sizeof out[n].head + out[n].head.len + sizeof(struct index_tail));
        n++;
    }
    close(fd);
    return n;
}

static void flip(const char *name, off_t at)
{
    int fd = open_it(name, O_RDWR);
    char byte;

    CHECK(pread(fd, &byte, 1, at) == 1);
    byte = (char)(byte ^ 0x55);
    CHECK(pwrite(fd, &byte, 1, at) == 1);
    close(fd);
}

static void append(int64_t number, struct bytes rows)
{
    struct index_head head = { .magic = INDEX_HEAD_MAGIC,
                               .number = number,
                               .len = (uint32_t)rows.len };
    struct index_tail end = { .magic = INDEX_TAIL_MAGIC, .number = number };
    int fd = open_it("packs/index.rows", O_WRONLY | O_APPEND);

    head.crc = index_crc(&head, rows);
    CHECK(write(fd, &head, sizeof head) == sizeof head);
    CHECK(write(fd, rows.at, rows.len) == (ssize_t)rows.len);
    CHECK(write(fd, &end, sizeof end) == sizeof end);
    close(fd);
}

TEST(whoever_uses_the_store_keeps_it)
{
    static const char *const names[] = { "run/serve.lock", "write.lock" };
    struct rebuild_report report;

    make_store();
    for (size_t i = 0; i < COUNT(names); i++) {
        int fd = open_it(names[i], O_RDWR | O_CREAT);
        CHECK(flock(fd, LOCK_EX | LOCK_NB) == 0);
        CHECK_INT(rebuild(&report), ERR_BUSY);
        CHECK(!exists("meta.db.before-1"));
        close(fd);
    }
    CHECK_INT(rebuild(&report), ERR_NONE);
    check_store(3);
}

TEST(without_a_copy_nothing_begins)
{
    struct rebuild_report report;

    make_store();
    move("packs/index.db", "elsewhere");
    CHECK_INT(rebuild(&report), ERR_NOT_FOUND);
    CHECK(!exists("meta.db.new") && !exists("meta.db.before-1"));
    check_store(3);
}

TEST(a_damaged_copy_changes_nothing)
{
    struct rebuild_report report;
    struct stat st;
    char path[PATH_MAX];

    make_store();
    path_of("packs/index.db", path);
    CHECK(stat(path, &st) == 0);
    flip("packs/index.db", st.st_size - 100);
    CHECK_INT(rebuild(&report), ERR_CORRUPT);
    CHECK(!exists("meta.db.new") && !exists("meta.db.before-1"));
    check_store(3);
}

static void run(struct meta *meta, const char *text)
{
    struct err e = { 0 };

    SQL(q, meta, text, &e);
    CHECK(!sql_row(&q));
    CHECK_OK(sql_done(&q));
}

/* Each page is as it was written, and they do not fit to one another. */
TEST(what_contradicts_itself_in_the_copy_is_told)
{
    struct rebuild_report report;
    struct meta *meta = NULL;
    struct err e = { 0 };
    char path[PATH_MAX];
    char url[PATH_MAX + 8];

    make_store();
    path_of("packs/index.db", path);
    snprintf(url, sizeof url, "sqlite:%s", path);
    CHECK_OK(meta_open(url, true, &meta, &e));
    run(meta, "PRAGMA writable_schema = ON");
    run(meta, "DELETE FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL");
    meta_close(meta);
    CHECK_INT(rebuild(&report), ERR_CORRUPT);
    CHECK(lines > 0);
    CHECK(!exists("meta.db.new") && !exists("meta.db.before-1"));
    check_store(3);
}

TEST(former_ones_are_put_aside_by_number)
{
    struct rebuild_report report;
    char name[64];

    make_store();
    CHECK_INT(rebuild(&report), ERR_NONE);
    CHECK_INT(rebuild(&report), ERR_NONE);
    CHECK(exists("meta.db.before-1") && exists("meta.db.before-2") && !exists("meta.db.before-3"));
    for (int i = 3; i < 1000; i++) {
        snprintf(name, sizeof name, "meta.db.before-%d", i);
        make_empty(name);
    }
    CHECK_INT(rebuild(&report), ERR_NONE);
    CHECK_INT(rebuild(&report), ERR_NONE); /* no more than so many */
    CHECK(exists("meta.db.before-1000") && !exists("meta.db.before-1001"));
    check_store(3);
}

TEST(one_that_was_broken_off_is_done_again)
{
    struct rebuild_report report;

    make_store();
    move("meta.db", "meta.db.before-1");
    make_empty("meta.db-wal"); /* belongs to it */
    make_empty("meta.db.new");
    CHECK_INT(rebuild(&report), ERR_NONE);
    CHECK(exists("meta.db.before-1-wal") && !exists("meta.db.before-2"));
    CHECK(!exists("meta.db.new"));
    check_store(3);
}

TEST(a_lost_index_is_made_again)
{
    struct rebuild_report report;

    make_store();
    move("meta.db", "elsewhere");
    CHECK_INT(rebuild(&report), ERR_NONE);
    CHECK_INT(report.gaps, 0);
    CHECK(!exists("meta.db.before-1"));
    check_store(3);
}

TEST(damage_is_said_once_and_what_lies_behind_it_is_taken)
{
    struct rebuild_report report;
    struct place places[64];

    make_store();
    size_t count = find_all(places, COUNT(places));
    CHECK(count >= 3);
    /* of two one after the other: rows, and where the next head is looked for */
    flip("packs/index.rows", places[count - 2].at + (off_t)sizeof(struct index_head) + 3);
    flip("packs/index.rows", places[count - 3].at);
    CHECK_INT(rebuild(&report), ERR_NONE);
    CHECK_INT(report.newest, places[count - 1].head.number);
    CHECK_INT(lines, 2); /* the damage, and what is missing */
    CHECK_INT(report.gaps, 2);
}

TEST(an_end_that_is_missing_is_damage)
{
    static const char part[] = "no whole head";
    static const struct index_head far = { .magic = INDEX_HEAD_MAGIC, .len = 1 << 20 };
    struct rebuild_report report;
    struct place places[64];

    make_store();
    size_t count = find_all(places, COUNT(places));
    int fd = open_it("packs/index.rows", O_WRONLY | O_APPEND);
    CHECK(write(fd, &far, sizeof far) == sizeof far); /* its rows would lie behind the end */
    CHECK(write(fd, part, sizeof part) == sizeof part);
    CHECK(write(fd, &far, 12) == 12);
    close(fd);
    CHECK_INT(rebuild(&report), ERR_NONE);
    CHECK_INT(report.newest, places[count - 1].head.number);
    CHECK_INT(report.gaps, 1);
    CHECK_INT(lines, 1); /* all of it is one damage */
    check_store(3);
}

TEST(rows_that_are_none_end_it)
{
    struct rebuild_report report;
    struct place places[64];

    make_store();
    size_t count = find_all(places, COUNT(places));
    append(places[count - 1].head.number + 1, B("these are no rows"));
    CHECK_INT(rebuild(&report), ERR_CORRUPT);
    CHECK(!exists("meta.db.new") && !exists("meta.db.before-1"));
    struct fixture f = { 0 };
    CHECK_INT(open_store(&f), ERR_CORRUPT); /* the index lacks what nobody can read */
    char path[PATH_MAX];
    path_of("packs/index.rows", path);
    CHECK(truncate(path, places[count - 1].at) == 0);
    check_store(3);
}

/* Three pictures, one after the other; what the index knew after the first is in `early`. With
 * `broken_off` a newer copy was begun after the second. */
static void make_store_and_early(bool broken_off)
{
    struct fixture f = open_fixture(NULL);
    struct err e = { 0 };
    int64_t flushed = 0;
    char path[PATH_MAX];

    store_add_record(f.core, KIND_PERSON, 7);
    put(&f, person, 1);
    close_fixture(&f);
    temp_copy("store/meta.db", "early");
    CHECK_INT(open_store(&f), ERR_NONE);
    put(&f, person, 2);
    if (broken_off) {
        int fd = open_it("packs/index.rows", O_WRONLY);
        int32_t torn = 1;
        CHECK(pwrite(fd, &torn, 4, offsetof(struct index_file, torn)) == 4);
        close(fd);
        path_of("packs/index.db.new", path);
        CHECK(mkdir(path, 0700) == 0);
        CHECK(store_keep_index(f.core, &flushed, &e) != ERR_NONE);
        CHECK(rmdir(path) == 0);
        CHECK(exists("packs/index.rows.old") && exists("packs/index.rows"));
    }
    put(&f, person, 3);
    close_fixture(&f);
    CHECK(!exists("meta.db-wal"));
}

static int64_t newest(void)
{
    struct fixture f = { 0 };
    struct err e = { 0 };
    int64_t number = 0;

    CHECK_INT(open_store(&f), ERR_NONE);
    CHECK_OK(meta_rows_newest(f.core->meta, &number, &e));
    close_fixture(&f);
    return number;
}

static void lose_and_look(bool broken_off)
{
    make_store_and_early(broken_off);
    int64_t number = newest();
    temp_copy("early", "store/meta.db");
    CHECK_INT(newest(), number);
    check_store(3);
    CHECK(newest() > number); /* and the file goes on with them */
}

TEST(transactions_that_the_index_has_lost_are_put_in_again)
{
    lose_and_look(false);
}

TEST(also_those_of_before_a_copy_that_was_broken_off)
{
    lose_and_look(true);
}

TEST(lost_transactions_are_put_in_all_or_the_store_is_not_opened)
{
    struct rebuild_report report;
    struct place places[64];
    struct fixture f = { 0 };

    make_store_and_early(false);
    size_t count = find_all(places, COUNT(places));
    flip("packs/index.rows", places[count - 2].at + (off_t)sizeof(struct index_head) + 1);
    temp_copy("early", "store/meta.db");
    for (int i = 0; i < 2; i++)
        CHECK_INT(open_store(&f), ERR_CORRUPT);
    CHECK_INT(rebuild(&report), ERR_NONE);
    CHECK(report.gaps > 0);
    CHECK_INT(open_store(&f), ERR_NONE);
    core_close(f.core);
    store_close(f.store);
    arena_free(f.arena);
}

/* Its last tail names a number, and there is no such transaction. */
TEST(an_end_that_lies_is_nothing_to_put_in)
{
    struct index_tail tail;
    struct stat st;

    make_store();
    int64_t number = newest();
    int fd = open_it("packs/index.rows", O_RDWR);
    CHECK(fstat(fd, &st) == 0);
    off_t at = st.st_size - (off_t)sizeof tail;
    CHECK(pread(fd, &tail, sizeof tail, at) == sizeof tail);
    CHECK_INT(tail.number, number);
    tail.number += 7;
    CHECK(pwrite(fd, &tail, sizeof tail, at) == sizeof tail);
    CHECK_INT(newest(), number);
    struct index_file head;
    CHECK(pread(fd, &head, sizeof head, 0) == sizeof head);
    CHECK_INT(head.torn, 1);
    close(fd);
    check_store(3);
}

/* Nobody here can read them: they are not put in, and the keeper makes a newer copy. */
TEST(rows_of_another_program_are_nothing_to_put_in)
{
    make_store_and_early(false);
    int64_t number = newest();
    for (int i = 0; i < 2; i++) {
        struct index_file head;
        int fd = open_it("packs/index.rows", O_RDWR);
        CHECK(pread(fd, &head, sizeof head, 0) == sizeof head);
        head.schema += i == 0;
        head.magic += (uint64_t)(i == 1);
        CHECK(pwrite(fd, &head, sizeof head, 0) == sizeof head);
        temp_copy("early", "store/meta.db");
        CHECK(newest() < number);
        CHECK(pread(fd, &head, sizeof head, 0) == sizeof head);
        CHECK_INT(head.torn, 1);
        head.schema -= i == 0;
        CHECK(pwrite(fd, &head, sizeof head, 0) == sizeof head);
        close(fd);
    }
}

/* More than one transaction of the new database takes. */
TEST(many_rows_are_put_in_by_parts)
{
    struct fixture f = open_fixture(NULL);
    struct record record = {
        .kind = KIND_PERSON, .id = 7, .name = B("Test"), .sort = 500, .active = true
    };
    struct rebuild_report report;
    struct place places[64];
    struct record out;
    struct err e = { 0 };
    char *text = arena_alloc(f.arena, 200000);

    memset(text, 'x', 200000);
    memcpy(text, "{\"a\":\"", 6);
    memcpy(text + 199998, "\"}", 2);
    record.members = bytes_of(text, 200000);
    CHECK_OK(record_add(f.core, &store_admin, f.arena, &record, &out, &e));
    size_t count = find_all(places, COUNT(places));
    struct place last = places[count - 1];
    CHECK(last.head.len > 200000);
    char *rows = malloc(last.head.len);
    int fd = open_it("packs/index.rows", O_RDONLY);
    CHECK(pread(fd, rows, last.head.len, last.at + (off_t)sizeof last.head) == last.head.len);
    close(fd);
    close_fixture(&f);
    int64_t more = (int64_t)(AT_ONCE / last.head.len) + 2;
    for (int64_t i = 1; i <= more; i++)
        append(last.head.number + i, bytes_of(rows, last.head.len));
    free(rows);
    CHECK_INT(rebuild(&report), ERR_NONE);
    CHECK_INT(report.newest, last.head.number + more);
    CHECK_INT(report.gaps, 0);
}

TEST_MAIN
