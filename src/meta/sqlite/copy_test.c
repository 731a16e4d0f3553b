/* Copies of a database that is being written, and readers that stay. */
#include "base/clock.h"
#include "meta/sql.h"
#include "support/temp.h"
#include "test.h"

#include <dirent.h>
#include <pthread.h>
#include <stdatomic.h>

static struct meta *open_as(const char *scheme, const char *name, bool writable)
{
    struct meta *meta = NULL;
    struct err e = { 0 };
    char url[120];

    snprintf(url, sizeof url, "%s:%s/%s", scheme, temp_dir(), name);
    if (meta_open(url, writable, &meta, &e))
        test_fail(__FILE__, __LINE__, "%s", e.text);
    return meta;
}

static struct meta *open_fresh(void)
{
    struct meta *meta = open_as("sqlite", "meta.db", true);
    struct err e = { 0 };

    CHECK_INT(meta_migrate(meta, &e), ERR_NONE);
    return meta;
}

/* Settings n and -n stand for each other: both or none are there. */
static void put_pair(struct meta *meta, int n, struct bytes value)
{
    struct err e = { 0 };
    char name[32];

    CHECK_INT(meta_begin(meta, &e), ERR_NONE);
    snprintf(name, sizeof name, "a%d", n);
    CHECK_INT(meta_setting_put(meta, name, value, &e), ERR_NONE);
    snprintf(name, sizeof name, "z%d", n);
    CHECK_INT(meta_setting_put(meta, name, value, &e), ERR_NONE);
    CHECK_INT(meta_commit(meta, &e), ERR_NONE);
}

static bool has(struct meta *meta, char first, int n)
{
    struct arena *arena = arena_new(1 << 20);
    struct bytes value;
    struct err e = { 0 };
    char name[32];
    bool found;

    snprintf(name, sizeof name, "%c%d", first, n);
    CHECK_INT(meta_setting_get(meta, arena, name, &value, &found, &e), ERR_NONE);
    arena_free(arena);
    return found;
}

static void no_problem(void *context, const char *line)
{
    (void)context;
    test_fail(__FILE__, __LINE__, "%s", line);
}

static int files(void)
{
    DIR *dir = opendir(temp_dir());
    int count = 0;

    CHECK(dir != NULL);
    while (readdir(dir))
        count++;
    closedir(dir);
    return count - 2;
}

struct writer {
    atomic_bool stop;
    atomic_int written;
};

static void *write_on(void *context)
{
    struct writer *w = context;
    struct meta *meta = open_as("sqlite", "meta.db", true);
    char value[3000];

    memset(value, 'v', sizeof value);
    while (!atomic_load(&w->stop)) {
        put_pair(meta, atomic_load(&w->written) + 1, bytes_of(value, sizeof value));
        atomic_fetch_add(&w->written, 1);
    }
    meta_close(meta);
    return NULL;
}

TEST(a_copy_is_of_one_moment_of_the_call_while_others_write)
{
    struct writer w = { 0 };
    struct meta *meta = open_fresh();
    struct err e = { 0 };
    pthread_t thread;

    CHECK(pthread_create(&thread, NULL, write_on, &w) == 0);
    for (int round = 0; round < 20; round++) {
        char path[120];
        int before = atomic_load(&w.written);
        snprintf(path, sizeof path, "%s/copy-%d", temp_dir(), round);
        CHECK_INT(meta_copy(meta, path, &e), ERR_NONE);
        int after = atomic_load(&w.written) + 1;

        struct meta *copy = open_as("sqlite-copy", strrchr(path, '/') + 1, false);
        CHECK_INT(meta_integrity(copy, no_problem, NULL, &e), ERR_NONE);
        int last = 0;
        while (has(copy, 'a', last + 1))
            last++;
        CHECK(last >= before && last <= after);
        CHECK(last == 0 || has(copy, 'z', last));
        CHECK(!has(copy, 'z', last + 1));
        meta_close(copy);
    }
    atomic_store(&w.stop, true);
    pthread_join(thread, NULL);
    meta_close(meta);
}

TEST(reading_a_copy_leaves_nothing_beside_it)
{
    struct meta *meta = open_fresh();
    struct err e = { 0 };
    char path[120];

    put_pair(meta, 1, B("value"));
    snprintf(path, sizeof path, "%s/copy", temp_dir());
    CHECK_INT(meta_copy(meta, path, &e), ERR_NONE);
    meta_close(meta);
    int before = files();
    struct meta *copy = open_as("sqlite-copy", "copy", false);
    CHECK(has(copy, 'a', 1));
    CHECK_INT(files(), before);
    CHECK(meta_setting_put(copy, "a2", B("value"), &e) != ERR_NONE);
    meta_close(copy);
    CHECK_INT(files(), before);
}

TEST(a_copy_may_become_a_store)
{
    struct meta *meta = open_fresh();
    struct err e = { 0 };
    char path[120];

    put_pair(meta, 1, B("value"));
    snprintf(path, sizeof path, "%s/copy", temp_dir());
    CHECK_INT(meta_copy(meta, path, &e), ERR_NONE);
    meta_close(meta);
    meta = open_as("sqlite", "copy", true);
    CHECK_INT(meta_migrate(meta, &e), ERR_NONE);
    put_pair(meta, 2, B("value"));
    CHECK(has(meta, 'a', 1) && has(meta, 'z', 2));
    meta_close(meta);
}

TEST(a_copy_that_cannot_be_made_says_why)
{
    struct meta *meta = open_fresh();
    struct err e = { 0 };

    CHECK_INT(meta_copy(meta, "/nowhere/at/all", &e), ERR_UNAVAILABLE);
    CHECK(strstr(e.text, "/nowhere/at/all") != NULL);
    meta_close(meta);
}

TEST(a_reader_that_stays_holds_up_no_writer_for_long)
{
    struct meta *meta = open_fresh();
    struct meta *reader = open_as("sqlite", "meta.db", false);
    char *value = malloc(1 << 20);
    struct err e = { 0 };

    CHECK(value != NULL);
    memset(value, 'v', 1 << 20);
    CHECK_INT(meta_begin_read(reader, &e), ERR_NONE);
    CHECK(!has(reader, 'a', 1));
    for (int i = 1; i <= 40; i++)
        put_pair(meta, i, bytes_of(value, 1 << 20));
    int64_t before_us = clock_monotonic_us();
    for (int i = 0; i < 20; i++)
        CHECK_INT(meta_checkpoint(meta, &e), ERR_NONE);
    CHECK(clock_monotonic_us() - before_us < 3 * SECOND_US);
    CHECK(!has(reader, 'a', 1));
    meta_end_read(reader);
    meta_close(reader);
    meta_close(meta);
    free(value);
}

TEST_MAIN
