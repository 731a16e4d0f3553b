#include "core/check.h"
#include "core/history.h"
#include "core/index_copy.h"
#include "core/rebuild.h"
#include "core/store.h"
#include "support/fixture.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct owner person = { KIND_PERSON, 7 };
static int lines;

static void count_line(void *context, const char *line)
{
    (void)context;
    (void)line;
    lines++;
}

static const char *path_of(const struct fixture *f, const char *name)
{
    static char paths[2][PATH_MAX];
    static int turn;
    char *path = paths[turn = !turn];

    snprintf(path, PATH_MAX, "%s/packs/%s", store_dir(f->store), name);
    return path;
}

static int64_t size_of(const struct fixture *f, const char *name)
{
    struct stat st;

    return stat(path_of(f, name), &st) == 0 ? (int64_t)st.st_size : -1;
}

static bool holds(const struct fixture *f, const char *name, const char *text)
{
    static char content[1 << 20];
    int fd = open(path_of(f, name), O_RDONLY | O_CLOEXEC);
    ssize_t len = fd < 0 ? 0 : read(fd, content, sizeof content);

    CHECK(len < (ssize_t)sizeof content);
    close(fd);
    return memmem(content, (size_t)len, text, strlen(text)) != NULL;
}

static bool is_torn(const struct fixture *f)
{
    struct index_file head;
    int fd = open(path_of(f, "index.rows"), O_RDONLY | O_CLOEXEC);

    CHECK(pread(fd, &head, sizeof head, 0) == (ssize_t)sizeof head);
    CHECK(head.magic == INDEX_FILE_MAGIC);
    close(fd);
    return head.torn;
}

static void keep(struct fixture *f)
{
    struct err e = { 0 };
    int64_t flushed = 0;

    CHECK_OK(store_keep_index(f->core, &flushed, &e));
}

static struct rebuild_report rebuild(struct fixture *f)
{
    struct rebuild_report report = { 0 };
    struct err e = { 0 };
    char dir[PATH_MAX];

    snprintf(dir, sizeof dir, "%s", store_dir(f->store));
    lines = 0;
    CHECK_OK(store_rebuild(dir, count_line, NULL, &report, &e));
    return report;
}

TEST(what_grows_is_replaced_by_a_newer_copy)
{
    struct fixture f = open_fixture(NULL);

    store_add_record(f.core, KIND_PERSON, 7);
    put(&f, person, 1);
    int64_t size = size_of(&f, "index.rows");
    keep(&f);
    CHECK_INT(size_of(&f, "index.rows"), size); /* not worth while */
    CHECK(truncate(path_of(&f, "index.rows"), 17 << 20) == 0);
    keep(&f);
    CHECK_INT(size_of(&f, "index.rows"), (int64_t)sizeof(struct index_file));
    CHECK_INT(size_of(&f, "index.rows.old"), -1);
    put(&f, person, 2);
    struct rebuild_report report = rebuild(&f);
    CHECK_INT(report.gaps, 0);
    CHECK(report.transactions >= 1);
    CHECK_INT(lines, 0);
    close_fixture(&f);
}

TEST(missing_transactions_are_noticed_and_made_good)
{
    struct fixture f = open_fixture(NULL);

    store_add_record(f.core, KIND_PERSON, 7);
    put(&f, person, 1);
    CHECK(!is_torn(&f));
    CHECK(truncate(path_of(&f, "index.rows"), size_of(&f, "index.rows") - 5) == 0);
    put(&f, person, 2);
    CHECK(is_torn(&f));
    struct rebuild_report report = rebuild(&f);
    CHECK(report.gaps > 0 && lines > 0);
    close_fixture(&f);
}

TEST(a_torn_file_is_replaced_by_a_newer_copy)
{
    struct fixture f = open_fixture(NULL);

    store_add_record(f.core, KIND_PERSON, 7);
    CHECK(truncate(path_of(&f, "index.rows"), size_of(&f, "index.rows") - 5) == 0);
    put(&f, person, 2);
    CHECK(is_torn(&f));
    keep(&f);
    CHECK(!is_torn(&f));
    put(&f, person, 3);
    CHECK(!is_torn(&f));
    CHECK_INT(rebuild(&f).gaps, 0);
    close_fixture(&f);
}

TEST(a_copy_that_was_broken_off_is_made_good)
{
    struct fixture f = open_fixture(NULL);

    store_add_record(f.core, KIND_PERSON, 7);
    CHECK(rename(path_of(&f, "index.rows"), path_of(&f, "index.rows.old")) == 0);
    put(&f, person, 1); /* there is no file now */
    keep(&f);
    CHECK_INT(size_of(&f, "index.rows.old"), -1);
    put(&f, person, 2);
    CHECK_INT(rebuild(&f).gaps, 0);
    close_fixture(&f);
}

TEST(what_is_erased_is_not_in_the_second_index)
{
    struct fixture f = open_fixture(NULL);
    struct picture_texts texts = { .description = B("Zarembka") };
    struct err e = { 0 };
    struct picture picture;
    size_t pictures;
    bool exists;

    store_add_record(f.core, KIND_PERSON, 7);
    put(&f, person, 1);
    CHECK_OK(
        picture_describe(f.core, &store_admin, f.arena, person, &texts, &picture, &exists, &e));
    CHECK(holds(&f, "index.rows", "Zarembka"));
    CHECK(link(path_of(&f, "index.rows"), path_of(&f, "index.rows.old")) == 0);
    CHECK_OK(record_erase(f.core, &store_admin, person, &pictures, &e));
    CHECK(!holds(&f, "index.rows", "Zarembka"));
    CHECK(!holds(&f, "index.db", "Zarembka"));
    CHECK_INT(size_of(&f, "index.rows.old"), -1);
    close_fixture(&f);
}

TEST_MAIN
