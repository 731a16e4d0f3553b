#include "app/demo.h"
#include "app/demo_pictures.h"
#include "app/demo_records.h"
#include "core/access.h"
#include "core/record.h"
#include "test.h"

#include <ftw.h>
#include <stdlib.h>
#include <unistd.h>

static char dir[] = "/tmp/cameo-demo-XXXXXX";
static struct store *store;
static struct core *core;
static struct arena *arena;

static void open_empty(void)
{
    struct store_options options = { .dir = dir, .settings = &settings_default, .create = true };
    struct err e = { 0 };

    CHECK(mkdtemp(dir));
    CHECK_INT(store_open(&options, &store, &e), ERR_NONE);
    CHECK_INT(core_open(store, true, &core, &e), ERR_NONE);
    arena = arena_new(16 << 20);
    CHECK(arena);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static void done(void)
{
    core_close(core);
    store_close(store);
    arena_free(arena);
    CHECK_INT(nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

static void forget_that_it_was_filled(void)
{
    char path[64];

    snprintf(path, sizeof path, "%s/run/demo", dir);
    CHECK_INT(unlink(path), 0);
}

static size_t count_records(enum record_kind kind)
{
    struct record_query query = { .kind = kind };
    struct record *records;
    struct err e = { 0 };
    size_t count;

    CHECK_INT(record_list(core, arena, &query, &records, &count, NULL, &e), ERR_NONE);
    return count;
}

/* Every picture of the archive is there, under the id of its place in it. */
static void check_pictures(void)
{
    struct bytes archive = bytes_of((const char *)demo_pictures, demo_pictures_len);
    struct demo_picture demo;
    struct err e = { 0 };
    int32_t id = 0;

    for (size_t at = 0; demo_picture_next(archive, &at, &demo);) {
        struct owner owner = { demo.kind, demo.record_id };
        struct picture picture;
        bool exists;
        CHECK_INT(picture_get(core, arena, owner, ++id, &picture, &exists, &e), ERR_NONE);
        CHECK_INT(picture.role, demo.role);
        CHECK_INT(picture.size_bytes, demo.content.len);
        CHECK_BYTES(picture.name, demo.name);
    }
    CHECK(id > 100);
}

TEST(everything_the_documents_promise_is_there)
{
    struct principal who;
    struct err e = { 0 };

    open_empty();
    CHECK_INT(demo_fill(store, &e), ERR_NONE);
    CHECK_INT(count_records(KIND_CONTACT), 20);
    CHECK_INT(count_records(KIND_PERSON), 40);
    CHECK_INT(count_records(KIND_PRODUCT), 60);
    CHECK_INT(count_records(KIND_PROJECT), 10);
    check_pictures();
    CHECK_INT(access_by_password(core, B("demo"), B("demo"), &who, &e), ERR_NONE);
    CHECK_INT(who.user_id, 1);
    CHECK_INT(who.role, USER_ADMINISTRATOR);
    CHECK_INT(access_by_secret(core, CREDENTIAL_TICKET, B("7T:demo"), 0, &who, &e), ERR_NONE);
    CHECK_INT(access_by_secret(core, CREDENTIAL_TOKEN, B("8A:demo"), 0, &who, &e), ERR_NONE);
    CHECK_INT(access_by_secret(core, CREDENTIAL_AUTH, B("demo-oauth"), 0, &who, &e), ERR_NONE);
    CHECK_INT(access_by_secret(core, CREDENTIAL_WEBHOOK, B("demo-webhook"), 1, &who, &e), ERR_NONE);
    CHECK(who.may_write);
    CHECK_INT(access_by_secret(core, CREDENTIAL_WEBHOOK, B("reader-webhook"), 2, &who, &e),
              ERR_NONE);
    CHECK(!who.may_write);
    done();
}

TEST(what_was_changed_since_stays)
{
    struct owner contact = { KIND_CONTACT, 1 };
    struct principal root = { .role = USER_ADMINISTRATOR, .may_write = true };
    struct record record;
    struct err e = { 0 };

    open_empty();
    CHECK_INT(demo_fill(store, &e), ERR_NONE);
    CHECK_INT(record_delete(core, &root, contact, &e), ERR_NONE);
    CHECK_INT(demo_fill(store, &e), ERR_NONE);
    CHECK_INT(record_get(core, arena, contact, &record, &e), ERR_NOT_FOUND);
    done();
}

TEST(filling_that_was_cut_off_goes_on)
{
    struct principal root = { .role = USER_ADMINISTRATOR, .may_write = true };
    struct owner last = { KIND_PROJECT, 9 };
    struct record record;
    struct picture picture;
    bool exists;
    struct err e = { 0 };

    open_empty();
    CHECK_INT(demo_fill(store, &e), ERR_NONE);
    forget_that_it_was_filled();
    CHECK_INT(record_delete(core, &root, last, &e), ERR_NONE);
    CHECK_INT(demo_fill(store, &e), ERR_NONE);
    CHECK_INT(record_get(core, arena, last, &record, &e), ERR_NONE);
    CHECK_INT(picture_seen(core, arena, last, &picture, &exists, &e), ERR_NONE);
    done();
}

TEST(a_store_with_something_else_is_left_alone)
{
    struct principal root = { .role = USER_ADMINISTRATOR, .may_write = true };
    struct record record = { .kind = KIND_PERSON, .name = B("A real person") };
    struct record added;
    struct err e = { 0 };

    open_empty();
    CHECK_INT(record_add(core, &root, arena, &record, &added, &e), ERR_NONE);
    CHECK_INT(demo_fill(store, &e), ERR_CONFLICT);
    CHECK_INT(count_records(KIND_PERSON), 1);
    CHECK_INT(count_records(KIND_PRODUCT), 0);
    done();
}

TEST_MAIN
