/* Backups of a small store, and stores made of them. */
#include "core/backup/backup.h"
#include "core/hold.h"
#include "support/fixture.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

static const struct settings *settings_of(int64_t pack_bytes, int64_t grace_seconds)
{
    static struct settings settings;

    settings = settings_default;
    settings.pack_bytes_max = pack_bytes;
    settings.history_seconds = 0;
    settings.grace_seconds = grace_seconds;
    return &settings;
}

static const char *path_of(const char *name)
{
    static char paths[8][120];
    static int next;
    char *path = paths[next++ % 8];

    snprintf(path, sizeof paths[0], "%s/%s", temp_dir(), name);
    return path;
}

static int problems;

static void count_problem(void *context, const char *line)
{
    (void)context;
    (void)line;
    problems++;
}

static struct backup_report back_up(struct fixture *f, bool whole, int32_t keep)
{
    struct backup_options options = {
        .target = path_of("target"), .whole = whole, .keep = keep, .problem = count_problem
    };
    struct backup_report report = { 0 };
    struct err e = { 0 };

    CHECK_OK(store_backup(f->core, &options, &report, &e));
    return report;
}

static enum err_code restore_as(const char *name, int64_t until_us, bool damaged, struct err *e)
{
    struct restore_options options = { .target = path_of("target"),
                                       .dir = path_of(name),
                                       .until_us = until_us,
                                       .damaged = damaged,
                                       .problem = count_problem };
    struct restore_report report;

    return backup_restore(&options, &report, e);
}

/* The store of a moment, opened. */
static struct fixture restored(const char *name, int64_t until_us)
{
    struct fixture f = { .arena = arena_new(16 << 20) };
    struct err e = { 0 };

    CHECK_OK(restore_as(name, until_us, false, &e));
    CHECK_OK(store_open(
        &(struct store_options){ .dir = path_of(name), .settings = settings_of(1 << 20, 0) },
        &f.store, &e));
    CHECK_OK(core_open(f.store, true, &f.core, &e));
    return f;
}

static struct backup_check_report check_target(void)
{
    struct backup_check_report report = { 0 };
    struct err e = { 0 };

    CHECK_OK(backup_check(path_of("target"), count_problem, NULL, &report, &e));
    return report;
}

static const struct owner mug = { KIND_PRODUCT, 1 };

/* What was known of the picture lies with the store that it was put into. */
static void check_picture(struct fixture *f, int32_t id, unsigned seed)
{
    struct picture picture;
    struct err e = { 0 };
    bool there;

    CHECK_OK(picture_get(f->core, f->arena, mug, id, &picture, &there, &e));
    check_bytes(f, &picture, seed);
}

static struct fixture open_with_mug(const struct settings *settings)
{
    struct fixture f = open_fixture(settings);

    store_add_record(f.core, KIND_PRODUCT, 1);
    return f;
}

static void flip(const char *name, off_t at)
{
    char byte;
    int fd = open(path_of(name), O_RDWR);

    CHECK(fd >= 0);
    CHECK_INT(pread(fd, &byte, 1, at), 1);
    byte = (char)(byte ^ 0x10);
    CHECK_INT(pwrite(fd, &byte, 1, at), 1);
    close(fd);
}

static int count_files(const char *name)
{
    DIR *dir = opendir(path_of(name));
    int count = 0;

    CHECK(dir != NULL);
    while (readdir(dir))
        count++;
    closedir(dir);
    return count - 2;
}

TEST(a_restored_store_is_what_was_backed_up)
{
    struct fixture f = open_with_mug(NULL);
    int32_t first = add(&f, mug, ROLE_DETAIL, 1).id;
    int32_t second = add(&f, mug, ROLE_MORE, 2).id;

    struct backup_report report = back_up(&f, false, 0);
    CHECK_INT(report.moments, 1);
    CHECK_INT(report.packs, 1);
    CHECK(report.copied_bytes > 0);
    add(&f, mug, ROLE_MORE, 3);
    close_fixture(&f);

    struct fixture g = restored("again", INT64_MAX);
    check_picture(&g, first, 1);
    check_picture(&g, second, 2);
    CHECK_INT(store_must_be_clean(g.core).pictures, 2);
    add(&g, mug, ROLE_MORE, 4);
    close_fixture(&g);
    CHECK_INT(check_target().problems, 0);
}

TEST(only_what_is_new_is_copied)
{
    struct fixture f = open_with_mug(NULL);

    for (unsigned i = 0; i < 50; i++)
        add(&f, mug, ROLE_MORE, i);
    int64_t first = back_up(&f, false, 0).copied_bytes;
    CHECK(first >= 50 * STORE_GIF_LEN);
    CHECK_INT(back_up(&f, false, 0).copied_bytes, 0);
    add(&f, mug, ROLE_MORE, 99);
    int64_t record = 80 + 4 + STORE_GIF_LEN;
    CHECK_INT(back_up(&f, false, 0).copied_bytes, (record + 7) / 8 * 8);
    CHECK_INT(count_files("target/data/packs"), 1);
    CHECK_INT(check_target().moments, 3);
    close_fixture(&f);
}

TEST(each_moment_can_be_restored)
{
    struct fixture f = open_with_mug(settings_of(1 << 20, 0));
    struct err e = { 0 };
    size_t given;

    int32_t first = put(&f, mug, 1).id;
    int64_t one = back_up(&f, false, 0).moment_us;
    put(&f, mug, 2);
    CHECK_OK(store_collect(f.core, 100, &given, &e));
    CHECK_INT(given, 1);
    int64_t two = back_up(&f, false, 0).moment_us;
    CHECK(two > one);

    struct fixture g = restored("one", one);
    check_picture(&g, first, 1);
    close_fixture(&g);
    g = restored("two", INT64_MAX);
    check_picture(&g, first, 2);
    close_fixture(&g);
    close_fixture(&f);
    CHECK_INT(restore_as("none", one - 1, false, &e), ERR_NOT_FOUND);
}

TEST(what_was_deleted_before_the_moment_does_not_come_back)
{
    struct fixture f = open_with_mug(settings_of(1 << 20, 0));
    struct err e = { 0 };
    int64_t dropped = 0;
    size_t given;

    put(&f, mug, 1);
    back_up(&f, false, 0);
    put(&f, mug, 2);
    CHECK_OK(store_collect(f.core, 100, &given, &e));
    back_up(&f, false, 0);
    close_fixture(&f);

    struct fixture g = restored("again", INT64_MAX);
    CHECK_INT(store_must_be_clean(g.core).unused_bytes, STORE_GIF_LEN);
    CHECK_OK(store_drop_unnamed(g.core, &dropped, &e));
    CHECK_INT(dropped, STORE_GIF_LEN);
    CHECK_INT(store_must_be_clean(g.core).unused_bytes, 0);
    CHECK_INT(store_must_be_clean(g.core).pictures, 1);
    close_fixture(&g);
}

TEST(old_moments_go_and_so_does_what_they_alone_needed)
{
    struct fixture f = open_with_mug(NULL);

    put(&f, mug, 1);
    back_up(&f, false, 2);
    back_up(&f, false, 2);
    CHECK_INT(back_up(&f, false, 2).moments, 2);
    CHECK_INT(count_files("target/data/packs"), 1);
    CHECK(back_up(&f, true, 2).copied_bytes > 0);
    CHECK_INT(count_files("target/data/packs"), 2);
    CHECK_INT(back_up(&f, false, 1).moments, 1);
    CHECK_INT(count_files("target/data/packs"), 1);
    CHECK_INT(count_files("target/data"), 3);
    CHECK_INT(check_target().problems, 0);
    close_fixture(&f);
}

TEST(a_target_of_another_store_or_of_something_else_is_refused)
{
    struct fixture f = open_with_mug(NULL);
    struct backup_options options = { .target = path_of("target"), .problem = count_problem };
    struct backup_report report;
    struct err e = { 0 };
    char path[120];

    back_up(&f, false, 0);
    close_fixture(&f);
    snprintf(path, sizeof path, "%s", path_of("store"));
    CHECK_INT(rename(path, path_of("elsewhere")), 0);
    f = open_with_mug(NULL);
    CHECK_INT(store_backup(f.core, &options, &report, &e), ERR_CONFLICT);
    options.target = path_of("store");
    CHECK_INT(store_backup(f.core, &options, &report, &e), ERR_CONFLICT);
    CHECK(strstr(e.text, "not empty") != NULL);
    close_fixture(&f);
}

TEST(nothing_is_given_back_while_a_backup_is_made)
{
    struct fixture f = open_with_mug(settings_of(1 << 20, 0));
    struct err e = { 0 };
    size_t given = 7;
    int hold = -1;

    put(&f, mug, 1);
    put(&f, mug, 2);
    CHECK_OK(hold_for_backup(path_of("store"), HOLD_PATIENCE_US, &hold, &e));
    CHECK_OK(store_collect(f.core, 100, &given, &e));
    CHECK_INT(given, 0);
    closep(&hold);
    CHECK_OK(store_collect(f.core, 100, &given, &e));
    CHECK_INT(given, 1);
    close_fixture(&f);
}

TEST(a_store_that_went_back_and_on_differently_gets_copies_of_its_own)
{
    struct fixture f = open_with_mug(NULL);

    int32_t first = add(&f, mug, ROLE_MORE, 1).id;
    int64_t start = back_up(&f, false, 0).moment_us;
    int32_t lost = add(&f, mug, ROLE_MORE, 2).id;
    int64_t lost_us = back_up(&f, false, 0).moment_us;
    close_fixture(&f);

    struct fixture g = restored("back", start);
    int32_t other = add(&g, mug, ROLE_MORE, 3).id;
    CHECK_INT(other, lost);
    CHECK(back_up(&g, false, 0).copied_bytes > 4096);
    CHECK_INT(count_files("target/data/packs"), 2);
    close_fixture(&g);
    CHECK_INT(check_target().problems, 0);

    g = restored("newest", INT64_MAX);
    check_picture(&g, first, 1);
    check_picture(&g, other, 3);
    close_fixture(&g);
    g = restored("lost", lost_us);
    check_picture(&g, lost, 2);
    close_fixture(&g);
}

TEST(a_damaged_pack_is_found_and_restored_only_when_told_to)
{
    struct fixture f = open_with_mug(NULL);
    struct err e = { 0 };

    put(&f, mug, 1);
    back_up(&f, false, 0);
    close_fixture(&f);
    flip("target/data/packs/000001-1.pack", 4096 + 80 + 4 + 20);
    CHECK_INT(check_target().problems, 1);
    CHECK_INT(problems, 1);
    CHECK_INT(restore_as("again", INT64_MAX, false, &e), ERR_CORRUPT);
    CHECK(strstr(e.text, "000001-1.pack") != NULL);
    CHECK_INT(restore_as("again", INT64_MAX, true, &e), ERR_NONE);
    CHECK_INT(problems, 2);
}

TEST(a_damaged_index_is_never_restored)
{
    struct fixture f = open_with_mug(NULL);
    struct err e = { 0 };
    char name[64];
    DIR *dir;

    put(&f, mug, 1);
    back_up(&f, false, 0);
    close_fixture(&f);
    dir = opendir(path_of("target/data"));
    CHECK(dir != NULL);
    name[0] = '\0';
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (strstr(entry->d_name, ".db"))
            snprintf(name, sizeof name, "target/data/%.32s", entry->d_name);
    }
    closedir(dir);
    flip(name, 5000);
    CHECK(check_target().problems > 0);
    CHECK_INT(restore_as("again", INT64_MAX, true, &e), ERR_CORRUPT);
    CHECK(access(path_of("again/meta.db"), F_OK) != 0);
}

TEST(a_copy_that_was_cut_is_made_anew)
{
    struct fixture f = open_with_mug(NULL);

    put(&f, mug, 1);
    back_up(&f, false, 0);
    CHECK_INT(truncate(path_of("target/data/packs/000001-1.pack"), 4200), 0);
    CHECK(back_up(&f, false, 1).copied_bytes > 4096);
    CHECK_INT(check_target().problems, 0);
    close_fixture(&f);
}

TEST(a_restore_that_was_broken_off_makes_no_store_and_begins_anew)
{
    struct fixture f = open_with_mug(NULL);
    struct store *store = NULL;
    struct err e = { 0 };

    int32_t picture = put(&f, mug, 1).id;
    back_up(&f, false, 0);
    close_fixture(&f);
    CHECK_INT(mkdir(path_of("again"), 0700), 0);
    CHECK_INT(mkdir(path_of("again/packs"), 0700), 0);
    close(open(path_of("again/restore.unfinished"), O_CREAT | O_WRONLY, 0600));
    int fd = open(path_of("again/packs/000001.pack"), O_CREAT | O_WRONLY, 0600);
    CHECK_INT(ftruncate(fd, 1 << 20), 0);
    close(fd);
    CHECK_INT(store_open(&(struct store_options){ .dir = path_of("again"),
                                                  .settings = &settings_default,
                                                  .create = true },
                         &store, &e),
              ERR_CONFLICT);

    struct fixture g = restored("again", INT64_MAX);
    check_picture(&g, picture, 1);
    close_fixture(&g);
    CHECK(access(path_of("again/restore.unfinished"), F_OK) != 0);
    CHECK_INT(restore_as("again", INT64_MAX, false, &e), ERR_CONFLICT);
    CHECK(strstr(e.text, "store already") != NULL);
}

TEST(a_directory_with_something_in_it_is_left_alone)
{
    struct fixture f = open_with_mug(NULL);
    struct err e = { 0 };

    put(&f, mug, 1);
    back_up(&f, false, 0);
    close_fixture(&f);
    CHECK_INT(mkdir(path_of("again"), 0700), 0);
    close(open(path_of("again/letter"), O_CREAT | O_WRONLY, 0600));
    CHECK_INT(restore_as("again", INT64_MAX, false, &e), ERR_CONFLICT);
    CHECK_INT(count_files("again"), 1);
    CHECK_INT(unlink(path_of("again/letter")), 0);
    close(open(path_of("again/cameo.ini"), O_CREAT | O_WRONLY, 0600));
    CHECK_OK(restore_as("again", INT64_MAX, false, &e));
}

/* Keys are files like others here: what matters is where they go. */
TEST(keys_lie_apart_and_only_the_newest_stay)
{
    struct fixture f = open_with_mug(NULL);
    struct stat st;
    struct err e = { 0 };

    put(&f, mug, 1);
    CHECK_INT(mkdir(path_of("store/keys"), 0700), 0);
    int fd = open(path_of("store/keys/slots"), O_CREAT | O_RDWR, 0600);
    CHECK_INT(write(fd, "first key", 9), 9);
    int64_t one = back_up(&f, false, 0).moment_us;
    CHECK_INT(pwrite(fd, "erased---, second", 17, 0), 17);
    CHECK_INT(back_up(&f, false, 0).key_bytes, 17);
    close(fd);
    close_fixture(&f);
    CHECK_INT(count_files("target/keys"), 1);
    CHECK_INT(check_target().problems, 0);

    CHECK_OK(restore_as("again", one, false, &e));
    CHECK_INT(stat(path_of("again/keys/slots"), &st), 0);
    CHECK_INT(st.st_size, 17);

    CHECK_INT(rename(path_of("target/keys"), path_of("elsewhere")), 0);
    problems = 0;
    CHECK_INT(check_target().problems, 1);
    CHECK_INT(problems, 1);
    CHECK_INT(restore_as("third", one, false, &e), ERR_CORRUPT);
    CHECK(strstr(e.text, "are missing") != NULL);
}

TEST_MAIN
