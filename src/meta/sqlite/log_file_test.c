/* The log as it is written by ours: see log_file.h. */
#include "meta/driver.h"
#include "meta/sql.h"
#include "support/temp.h"
#include "test.h"

#include <fcntl.h>
#include <sys/stat.h>

static struct meta *open_at(const char *name, bool writable)
{
    struct meta *meta = NULL;
    struct err e = { 0 };
    char url[120];

    snprintf(url, sizeof url, "sqlite:%s/%s", temp_dir(), name);
    if (meta_open(url, writable, &meta, &e))
        test_fail(__FILE__, __LINE__, "%s", e.text);
    return meta;
}

static void put(struct meta *meta, int n, size_t len)
{
    char *value = malloc(len);
    struct err e = { 0 };
    char name[32];

    CHECK(value != NULL);
    memset(value, n, len);
    snprintf(name, sizeof name, "a%d", n);
    CHECK_INT(meta_begin(meta, &e), ERR_NONE);
    CHECK_INT(meta_setting_put(meta, name, bytes_of(value, len), &e), ERR_NONE);
    CHECK_INT(meta_commit(meta, &e), ERR_NONE);
    free(value);
}

static void check_has(struct meta *meta, int n, size_t len)
{
    struct arena *arena = arena_new(4 << 20);
    struct bytes value;
    struct err e = { 0 };
    char name[32];
    bool found;

    snprintf(name, sizeof name, "a%d", n);
    CHECK_INT(meta_setting_get(meta, arena, name, &value, &found, &e), ERR_NONE);
    CHECK(found);
    CHECK_INT(value.len, len);
    CHECK(value.at[0] == (char)n && value.at[len - 1] == (char)n);
    arena_free(arena);
}

static int64_t log_size(void)
{
    struct stat st;
    char path[120];

    snprintf(path, sizeof path, "%s/meta.db-wal", temp_dir());
    CHECK(stat(path, &st) == 0);
    return st.st_size;
}

TEST(the_log_grows_by_more_than_a_commit_needs)
{
    struct meta *meta = open_at("meta.db", true);
    struct err e = { 0 };
    int changes = 0;
    int64_t before;

    CHECK_INT(meta_migrate(meta, &e), ERR_NONE);
    before = log_size();
    for (int i = 1; i <= 40; i++) {
        put(meta, i, 10);
        changes += log_size() != before;
        before = log_size();
    }
    CHECK(changes <= 3);
    meta_close(meta);
}

/* As after a power cut: the database and its log, zeros and all. */
TEST(what_was_committed_is_read_by_others_and_out_of_a_log_that_nobody_closed)
{
    static const size_t sizes[] = { 10, 300000, 4000, 1000000, 1 };
    struct meta *meta = open_at("meta.db", true);
    struct meta *other = open_at("meta.db", false);
    struct err e = { 0 };

    CHECK_INT(meta_migrate(meta, &e), ERR_NONE);
    for (int i = 0; i < (int)COUNT(sizes); i++) {
        put(meta, i + 1, sizes[i]);
        check_has(other, i + 1, sizes[i]);
    }
    CHECK_INT(meta_begin(meta, &e), ERR_NONE); /* and one that never ends */
    CHECK_INT(meta_setting_put(meta, "never", B("x"), &e), ERR_NONE);
    temp_copy("meta.db", "copy.db");
    temp_copy("meta.db-wal", "copy.db-wal");
    meta_rollback(meta);

    struct meta *copied = open_at("copy.db", true);
    for (int i = 0; i < (int)COUNT(sizes); i++)
        check_has(copied, i + 1, sizes[i]);
    put(copied, 99, 50);
    check_has(copied, 99, 50);
    meta_close(copied);
    meta_close(other);
    meta_close(meta);
}

/* Pages that found no room in memory were on their way into the log. */
TEST(what_was_rolled_back_is_never_written_over_what_another_has_committed)
{
    struct meta *meta = open_at("meta.db", true);
    struct meta *other = open_at("meta.db", true);
    struct err e = { 0 };
    char *value = calloc(1, 90000);

    CHECK(value != NULL);
    CHECK_INT(meta_migrate(meta, &e), ERR_NONE);
    CHECK_INT(meta->driver->run(meta, "PRAGMA cache_size = 10", &e), ERR_NONE);
    for (int i = 1; i <= 20; i++) {
        CHECK_INT(meta_begin(meta, &e), ERR_NONE);
        CHECK_INT(meta_setting_put(meta, "b", bytes_of(value, 90000), &e), ERR_NONE);
        CHECK_INT(meta_setting_put(meta, "c", bytes_of(value, 90000), &e), ERR_NONE);
        meta_rollback(meta);
        put(other, i, 30000);
        check_has(meta, i, 30000); /* reading is what would write it */
        put(i % 2 ? meta : other, i + 100, 20000);
        check_has(other, i, 30000);
    }
    temp_copy("meta.db", "copy.db");
    temp_copy("meta.db-wal", "copy.db-wal");
    struct meta *copied = open_at("copy.db", true);
    for (int i = 1; i <= 20; i++) {
        check_has(copied, i, 30000);
        check_has(copied, i + 100, 20000);
    }
    meta_close(copied);
    meta_close(other);
    meta_close(meta);
    free(value);
}

TEST(a_log_that_begins_anew_behind_a_checkpoint_holds_what_is_committed_then)
{
    struct meta *meta = open_at("meta.db", true);
    struct meta *other = open_at("meta.db", true);
    struct err e = { 0 };

    CHECK_INT(meta_migrate(meta, &e), ERR_NONE);
    for (int i = 1; i <= 30; i++) {
        put(i % 2 ? meta : other, i, 20000);
        if (i % 5 == 0)
            CHECK_INT(meta_checkpoint(i % 3 ? other : meta, &e), ERR_NONE);
        check_has(i % 2 ? other : meta, i, 20000);
    }
    for (int i = 1; i <= 30; i++)
        check_has(meta, i, 20000);
    meta_close(other);
    meta_close(meta);
    meta = open_at("meta.db", false);
    for (int i = 1; i <= 30; i++)
        check_has(meta, i, 20000);
    meta_close(meta);
}

TEST_MAIN
