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

static void write_head(const struct fixture *f, const struct index_file *head)
{
    int fd = open(path_of(f, "index.rows"), O_WRONLY | O_CLOEXEC);

    CHECK(pwrite(fd, head, sizeof *head, 0) == (ssize_t)sizeof *head);
    close(fd);
}

static struct index_file read_head(const struct fixture *f)
{
    struct index_file head = { 0 };
    int fd = open(path_of(f, "index.rows"), O_RDONLY | O_CLOEXEC);

    CHECK(pread(fd, &head, sizeof head, 0) == (ssize_t)sizeof head);
    close(fd);
    return head;
}

/* As the next start of a program finds it. */
static void reopen(struct fixture *f)
{
    struct err e = { 0 };
    char dir[PATH_MAX];

    snprintf(dir, sizeof dir, "%s", store_dir(f->store));
    core_close(f->core);
    store_close(f->store);
    CHECK_OK(store_open(&(struct store_options){ .dir = dir, .settings = &settings_default },
                        &f->store, &e));
    CHECK_OK(core_open(f->store, true, &f->core, &e));
}

TEST(rows_of_another_schema_or_program_are_replaced_by_a_newer_copy)
{
    struct fixture f = open_fixture(NULL);

    store_add_record(f.core, KIND_PERSON, 7);
    keep(&f);
    struct index_file good = read_head(&f);
    struct index_file other = good;
    other.schema++;
    write_head(&f, &other);
    keep(&f);
    CHECK_INT(read_head(&f).schema, good.schema);
    other = good;
    other.magic++;
    write_head(&f, &other);
    put(&f, person, 1); /* behind a head that is none */
    CHECK(read_head(&f).torn);
    keep(&f);
    CHECK(read_head(&f).magic == good.magic && !is_torn(&f));
    CHECK(truncate(path_of(&f, "index.rows"), 3) == 0);
    keep(&f);
    CHECK(read_head(&f).magic == good.magic && !is_torn(&f));
    put(&f, person, 2);
    CHECK_INT(rebuild(&f).gaps, 0);
    close_fixture(&f);
}

TEST(whoever_opens_the_store_finds_an_end_that_is_missing)
{
    static const uint64_t none = 0;
    struct fixture f = open_fixture(NULL);

    store_add_record(f.core, KIND_PERSON, 7);
    reopen(&f);
    CHECK(!is_torn(&f));
    CHECK(truncate(path_of(&f, "index.rows"), (off_t)sizeof(struct index_file) + 3) == 0);
    reopen(&f);
    CHECK(is_torn(&f));
    keep(&f);
    put(&f, person, 1);
    int fd = open(path_of(&f, "index.rows"), O_WRONLY | O_CLOEXEC);
    off_t at = (off_t)size_of(&f, "index.rows") - (off_t)sizeof(struct index_tail);
    CHECK(pwrite(fd, &none, sizeof none, at) == sizeof none);
    close(fd);
    reopen(&f);
    CHECK(is_torn(&f));
    CHECK(unlink(path_of(&f, "index.rows")) == 0);
    reopen(&f); /* nothing to say it in */
    keep(&f);
    CHECK(!is_torn(&f));
    close_fixture(&f);
}

TEST(a_large_index_is_copied_only_when_its_rows_are_as_large)
{
    static char text[200000];
    struct fixture f = open_fixture(NULL);
    struct record record = { .kind = KIND_PERSON, .name = B("Test"), .sort = 500, .active = true };
    struct record out;
    struct err e = { 0 };
    int64_t flushed = 0;

    memset(text, 'x', sizeof text);
    memcpy(text, "{\"a\":\"", 6);
    memcpy(text + sizeof text - 2, "\"}", 2);
    record.members = bytes_of(text, sizeof text);
    for (record.id = 1; record.id <= 100; record.id++) {
        arena_reset(f.arena);
        CHECK_OK(record_add(f.core, &store_admin, f.arena, &record, &out, &e));
    }
    CHECK_OK(store_checkpoint(f.core, &e));
    keep(&f);
    CHECK(truncate(path_of(&f, "index.rows"), 17 << 20) == 0);
    CHECK_OK(store_keep_index(f.core, &flushed, &e));
    CHECK_INT(flushed, 17 << 20);
    CHECK_OK(store_keep_index(f.core, &flushed, &e)); /* nothing is new */
    CHECK_INT(size_of(&f, "index.rows"), 17 << 20);
    CHECK(unlink(path_of(&f, "index.db")) == 0);
    reopen(&f);
    CHECK_INT(size_of(&f, "index.db"), -1); /* a start does not wait for it */
    keep(&f);
    CHECK(size_of(&f, "index.db") > 16 << 20);
    close_fixture(&f);
}

/* Of more rows than a connection keeps memory for. */
TEST(a_large_transaction_is_kept_as_any_other)
{
    static char text[200000];
    struct fixture f = open_fixture(NULL);
    struct record records[16] = { 0 };
    struct err e = { 0 };

    memset(text, 'x', sizeof text);
    memcpy(text, "{\"a\":\"", 6);
    memcpy(text + sizeof text - 2, "\"}", 2);
    for (int32_t i = 0; i < (int32_t)COUNT(records); i++)
        records[i] = (struct record){ .kind = KIND_PERSON,
                                      .id = i + 1,
                                      .name = B("Test"),
                                      .sort = 500,
                                      .active = true,
                                      .members = bytes_of(text, sizeof text) };
    CHECK_OK(record_add_all(f.core, &store_admin, f.arena, records, COUNT(records), &e));
    CHECK(size_of(&f, "index.rows") > (int64_t)(COUNT(records) * sizeof text));
    put(&f, person, 1);
    CHECK(!is_torn(&f));
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
