/* Pictures at the ends of what there may be: numbers, sizes, ids, rows that cannot be. */
#include "support/fixture.h"

#include "core/check.h"
#include "core/store.h"
#include "meta/sqlite/page_sums.h"

#include <fcntl.h>
#include <sqlite3.h>

static const struct owner product = { KIND_PRODUCT, 1 };

/* Rows as no write of ours makes them. */
static void change_rows(const char *text)
{
    sqlite3 *db = NULL;
    char path[150];

    snprintf(path, sizeof path, "%s/store/meta.db", temp_dir());
    CHECK_INT(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, PAGE_SUMS_VFS), SQLITE_OK);
    CHECK_INT(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
    CHECK_INT(sqlite3_exec(db,
                           "DELETE FROM change_row WHERE change_id > (SELECT max(id) FROM change)",
                           NULL, NULL, NULL),
              SQLITE_OK); /* what history saw of it */
    sqlite3_close(db);
}

static struct fixture open_with_product(const struct settings *settings)
{
    struct fixture f = open_fixture(settings);

    store_add_record(f.core, KIND_PRODUCT, 1);
    return f;
}

TEST(versions_begin_anew_behind_the_last_number)
{
    struct fixture f = open_with_product(NULL);

    put(&f, product, 1);
    change_rows("UPDATE picture SET version = 2147483646");
    CHECK_INT(put(&f, product, 2).version, INT32_MAX);
    CHECK_INT(put(&f, product, 3).version, 1);
    close_fixture(&f);
}

TEST(a_gallery_has_an_end)
{
    struct fixture f = open_with_product(NULL);
    char gif[STORE_GIF_LEN];
    struct picture_content content = { .bytes = store_gif(gif, 2) };
    struct picture picture;
    struct err e = { 0 };

    add(&f, product, ROLE_MORE, 1);
    change_rows("UPDATE link SET rank = 2147483647");
    CHECK_INT(
        picture_add(f.core, &store_admin, f.arena, product, ROLE_MORE, &content, &picture, &e),
        ERR_TOO_LARGE);
    CHECK_INT(store_must_be_clean(f.core).pictures, 1);
    close_fixture(&f);
}

TEST(a_picture_over_the_limit_is_refused)
{
    struct settings settings = settings_default;
    settings.picture_bytes_max = STORE_GIF_LEN - 1;
    struct fixture f = open_with_product(&settings);
    char gif[STORE_GIF_LEN];
    struct picture_content content = { .bytes = store_gif(gif, 1) };
    struct picture picture;
    struct err e = { 0 };

    CHECK_INT(picture_put(f.core, &store_admin, f.arena, product, &content, &picture, &e),
              ERR_TOO_LARGE);
    CHECK_INT(picture_check(f.core, &content, &e), ERR_TOO_LARGE);
    close_fixture(&f);
}

TEST(a_thumbnail_is_small_both_ways)
{
    struct fixture f = open_with_product(NULL);
    char gif[STORE_GIF_LEN];
    struct picture_content content = { .bytes = store_gif(gif, 1) };
    struct picture picture;
    struct err e = { 0 };

    for (int side = 0; side < 2; side++) {
        store_gif(gif, 1);
        gif[6 + 2 * side] = (char)0xFF; /* width and height in little endian */
        gif[7 + 2 * side] = 0x07;
        CHECK_INT(
            picture_put_thumbnail(f.core, &store_admin, f.arena, product, &content, &picture, &e),
            ERR_INVALID);
    }
    store_gif(gif, 1);
    CHECK_OK(picture_put_thumbnail(f.core, &store_admin, f.arena, product, &content, &picture, &e));
    close_fixture(&f);
}

TEST(texts_of_a_description_are_refused_by_name)
{
    struct fixture f = open_with_product(NULL);
    struct picture picture = put(&f, product, 1);
    struct picture_texts texts[] = { { .description = B("\xff") },
                                     { .extra_info = B("\xff") },
                                     { .conceptual_type = B("\xff") } };
    static const char *const fields[] = { "Description", "ExtraInfo", "ConceptualType" };
    struct picture out;
    struct err e = { 0 };

    for (size_t i = 0; i < COUNT(texts); i++) {
        CHECK_INT(
            picture_describe_id(f.core, &store_admin, f.arena, picture.id, &texts[i], &out, &e),
            ERR_INVALID);
        CHECK(strcmp(e.field, fields[i]) == 0);
    }
    close_fixture(&f);
}

TEST(an_id_that_cannot_be_is_of_no_picture)
{
    struct fixture f = open_with_product(NULL);
    struct picture_texts texts = { .description = B("x") };
    struct picture out;
    struct err e = { 0 };
    bool exists;

    for (int id = 0; id >= -1; id--) {
        CHECK_INT(picture_describe_id(f.core, &store_admin, f.arena, id, &texts, &out, &e),
                  ERR_NOT_FOUND);
        CHECK_INT(picture_delete(f.core, &store_admin, product, id, &exists, &e), ERR_NOT_FOUND);
        CHECK(exists);
    }
    CHECK_INT(
        picture_delete(f.core, &store_admin, (struct owner){ KIND_PRODUCT, 2 }, 0, &exists, &e),
        ERR_NOT_FOUND);
    CHECK(!exists);
    close_fixture(&f);
}

TEST(a_delete_that_may_not_wait_says_so)
{
    struct fixture f = open_with_product(NULL);
    struct picture picture = put(&f, product, 1);
    struct core *quick = NULL;
    struct err e = { 0 };
    bool exists;

    CHECK_OK(core_open(f.store, false, &quick, &e));
    CHECK_INT(picture_delete(quick, &store_admin, product, picture.id, &exists, &e), ERR_BLOCKS);
    core_close(quick);
    check_bytes(&f, &picture, 1);
    close_fixture(&f);
}

static void delete_all(struct fixture *f)
{
    struct err e = { 0 };
    bool deleted;

    CHECK_OK(picture_delete_seen(f->core, &store_admin, product, (struct picture_condition){ 0 },
                                 &deleted, &e));
    CHECK(deleted);
}

static void must_give_back(struct fixture *f, size_t want)
{
    struct err e = { 0 };
    size_t given;

    CHECK_OK(store_collect(f->core, 100, &given, &e));
    CHECK_INT(given, want);
}

TEST(bytes_are_given_back_where_no_renditions_are_kept)
{
    struct settings settings = settings_default;
    settings.cache_bytes_max = 0;
    settings.grace_seconds = -1;
    settings.history_seconds = 0;
    struct fixture f = open_with_product(&settings);

    put(&f, product, 1);
    delete_all(&f);
    must_give_back(&f, 1);
    CHECK_INT(store_must_be_clean(f.core).blobs, 0);
    close_fixture(&f);
}

/* What is left of a damaged row goes, too. */
TEST(bytes_whose_hash_is_damaged_are_given_back)
{
    struct settings settings = settings_default;
    settings.grace_seconds = -1;
    settings.history_seconds = 0;
    struct fixture f = open_with_product(&settings);

    put(&f, product, 1);
    delete_all(&f);
    change_rows("UPDATE blob SET hash = x'01'");
    must_give_back(&f, 1);
    CHECK_INT(store_must_be_clean(f.core).blobs, 0);
    close_fixture(&f);
}

static int64_t pictures_left(struct fixture *f)
{
    struct check_report report = { 0 };
    struct err e = { 0 };

    CHECK_OK(store_check(f->core, store_print_problem, NULL, &report, &e));
    return report.pictures + report.blobs;
}

/* Of a pack that is not there any more, or ends too early, nothing is left to give back. */
TEST(bytes_that_are_gone_already_are_given_back)
{
    struct settings settings = settings_default;
    settings.grace_seconds = -1;
    settings.history_seconds = 0;
    struct fixture f = open_with_product(&settings);
    char path[150];

    snprintf(path, sizeof path, "%s/store/packs/000001.pack", temp_dir());
    put(&f, product, 1);
    delete_all(&f);
    int fd = open(path, O_RDWR);
    CHECK(fd >= 0);
    CHECK(pwrite(fd, "X", 1, 4096) == 1); /* the record's header */
    must_give_back(&f, 1);
    put(&f, product, 2);
    delete_all(&f);
    CHECK(ftruncate(fd, 4096 + 40) == 0);
    must_give_back(&f, 1);
    close(fd);
    put(&f, product, 3);
    delete_all(&f);
    CHECK(unlink(path) == 0);
    must_give_back(&f, 1);
    CHECK_INT(pictures_left(&f), 0);
    core_close(f.core);
    store_close(f.store); /* a check would miss the pack */
    arena_free(f.arena);
}

TEST_MAIN
