/* The writer when the store under it fails on demand: nothing false is acknowledged, nothing is
 * half done, and what can go on goes on. */
#include "support/faulty.h"
#include "support/store.h"

#include "blob/blob.h"
#include "core/store.h"

#include <fcntl.h>
#include <sys/stat.h>

struct fixture {
    struct store *store;
    struct core *core;
    struct blob_store *faulty;
    struct arena *arena;
};

static const struct owner owner = { KIND_PRODUCT, 1 };

static struct fixture open_fixture(const struct settings *settings, bool fresh)
{
    static char dir[100];
    struct fixture f = { .arena = arena_new(16 << 20) };
    struct blob_store *packs;
    struct store *store;
    struct err e = { 0 };
    char url[120];

    if (fresh) {
        store = store_fresh(settings); /* makes the folders */
        store_close(store);
    }
    snprintf(dir, sizeof dir, "%s/store", temp_dir());
    snprintf(url, sizeof url, "packs:%s/packs", dir);
    CHECK_OK(blob_open(url, &packs, &e));
    f.faulty = faulty_new(packs);
    CHECK_OK(
        store_open(&(struct store_options){ .dir = dir, .settings = settings, .blobs = f.faulty },
                   &f.store, &e));
    CHECK_OK(core_open(f.store, true, &f.core, &e));
    if (fresh)
        store_add_record(f.core, KIND_PRODUCT, 1);
    return f;
}

static void close_fixture(struct fixture *f)
{
    store_must_be_clean(f->core);
    core_close(f->core);
    store_close(f->store);
    arena_free(f->arena);
}

static enum err_code add(struct fixture *f, unsigned seed, struct picture *out, struct err *e)
{
    char gif[STORE_GIF_LEN];
    struct picture_content content = { .bytes = store_gif(gif, seed) };

    return picture_add(f->core, &store_admin, f->arena, owner, ROLE_MORE, &content, out, e);
}

static size_t pictures(struct fixture *f)
{
    struct picture *list;
    struct err e = { 0 };
    size_t count;

    CHECK_OK(picture_list(f->core, f->arena, owner, 0, 0, &list, &count, &e));
    return count;
}

TEST(after_a_failed_flush_the_same_bytes_go_into_another_pack)
{
    struct fixture f = open_fixture(&settings_default, true);
    struct picture first;
    struct picture second;
    struct err e = { 0 };

    CHECK_OK(add(&f, 1, &first, &e));
    faulty_fail(f.faulty, FAULTY_PUT, ERR_UNAVAILABLE, 1);
    CHECK_OK(add(&f, 2, &second, &e));
    CHECK(second.volume != first.volume);
    CHECK_INT(faulty_puts(f.faulty), 3);
    int32_t distrusted = first.volume;
    CHECK_OK(add(&f, 3, &first, &e));
    CHECK_INT(first.volume, second.volume);
    close_fixture(&f);

    f = open_fixture(&settings_default, false); /* never appended to again */
    CHECK_OK(add(&f, 4, &first, &e));
    CHECK(first.volume != distrusted);
    close_fixture(&f);
}

TEST(when_flushes_keep_failing_nothing_is_acknowledged)
{
    struct fixture f = open_fixture(&settings_default, true);
    struct picture out;
    struct err e = { 0 };

    faulty_fail(f.faulty, FAULTY_PUT, ERR_UNAVAILABLE, 2);
    CHECK_INT(add(&f, 1, &out, &e), ERR_UNAVAILABLE);
    CHECK_INT(pictures(&f), 0);
    CHECK_OK(add(&f, 1, &out, &e));
    CHECK_INT(pictures(&f), 1);
    close_fixture(&f);
}

TEST(on_a_full_disk_puts_fail_and_deletes_go_on)
{
    struct fixture f = open_fixture(&settings_default, true);
    struct picture kept;
    struct picture out;
    struct err e = { 0 };
    bool exists;

    CHECK_OK(add(&f, 1, &kept, &e));
    faulty_fail(f.faulty, FAULTY_PUT, ERR_FULL, 1000);
    faulty_fail(f.faulty, FAULTY_CREATE, ERR_FULL, 1000);
    CHECK_INT(add(&f, 2, &out, &e), ERR_FULL);
    CHECK_INT(pictures(&f), 1);
    CHECK_OK(add(&f, 1, &out, &e)); /* brings no new bytes */
    CHECK_OK(picture_delete(f.core, &store_admin, owner, kept.id, &exists, &e));
    faulty_fail(f.faulty, FAULTY_PUT, ERR_NONE, 0);
    faulty_fail(f.faulty, FAULTY_CREATE, ERR_NONE, 0);
    CHECK_OK(add(&f, 2, &out, &e)); /* without a restart */
    close_fixture(&f);
}

TEST(a_bad_checksum_is_an_error_and_no_bytes)
{
    struct fixture f = open_fixture(&settings_default, true);
    struct source *source;
    struct picture out;
    struct err e = { 0 };
    char got[STORE_GIF_LEN];

    CHECK_OK(add(&f, 1, &out, &e));
    CHECK_OK(picture_open(f.core, f.arena, &out, &source, &e));
    faulty_flip(f.faulty);
    CHECK_INT(source->read(source, 0, got, sizeof got, true, &e), ERR_CORRUPT);
    faulty_fail(f.faulty, FAULTY_READ, ERR_UNAVAILABLE, 1);
    CHECK_INT(source->read(source, 0, got, sizeof got, true, &e), ERR_UNAVAILABLE);
    CHECK_OK(source->read(source, 0, got, sizeof got, true, &e));
    close_fixture(&f);
}

TEST(bytes_that_could_not_be_given_back_are_tried_again)
{
    struct settings settings = settings_default;
    settings.grace_seconds = -1;
    struct fixture f = open_fixture(&settings, true);
    struct picture out;
    struct err e = { 0 };
    size_t given;
    bool exists;

    CHECK_OK(add(&f, 1, &out, &e));
    CHECK_OK(picture_delete(f.core, &store_admin, owner, out.id, &exists, &e));
    faulty_fail(f.faulty, FAULTY_REMOVE, ERR_UNAVAILABLE, 1);
    CHECK_INT(store_collect(f.core, 10, &given, &e), ERR_UNAVAILABLE);
    CHECK_OK(add(&f, 1, &out, &e)); /* not revived from what is being removed */
    CHECK_OK(store_collect(f.core, 10, &given, &e));
    CHECK_INT(given, 1);
    CHECK_INT(store_must_be_clean(f.core).blobs, 1);
    close_fixture(&f);
}

/* SQLite's journal has a name before the database's own is on the disk. */
TEST(a_store_whose_making_was_cut_off_is_made_at_the_second_attempt)
{
    struct store *store = NULL;
    struct err e = { 0 };
    char dir[100];
    char path[130];

    snprintf(dir, sizeof dir, "%s/half", temp_dir());
    snprintf(path, sizeof path, "%s/meta.db-journal", dir);
    CHECK(mkdir(dir, 0700) == 0);
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    CHECK(fd >= 0);
    CHECK(write(fd, "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7", 8) == 8);
    close(fd);
    struct store_options options = { .dir = dir, .settings = &settings_default, .create = true };
    CHECK_OK(store_open(&options, &store, &e));
    store_close(store);
    CHECK(access(path, F_OK) != 0);
}

TEST(a_full_pack_is_sealed_and_the_next_begun)
{
    struct settings settings = settings_default;
    settings.pack_bytes_max = 4096 + 200;
    struct fixture f = open_fixture(&settings, true);
    struct picture out;
    struct err e = { 0 };

    for (unsigned i = 1; i <= 7; i++)
        CHECK_OK(add(&f, i, &out, &e));
    CHECK(out.volume >= 3);
    int32_t last = out.volume;
    close_fixture(&f);
    f = open_fixture(&settings, false);
    CHECK_OK(add(&f, 8, &out, &e));
    CHECK(out.volume >= last);
    close_fixture(&f);
}

/* As SQLite does when the disk fills up, or memory, within a statement. */
static enum err_code end_transaction(struct write *write, struct meta *meta, struct err *e)
{
    (void)write;
    meta_rollback(meta);
    return err_set(e, ERR_FULL, "the database is full");
}

TEST(a_failure_that_ends_the_transaction_is_told_as_what_it_is)
{
    struct fixture f = open_fixture(&settings_default, true);
    struct write write = { .apply = end_transaction };
    struct picture out;
    struct err e = { 0 };

    CHECK_INT(core_write(f.core, &write, &e), ERR_FULL);
    CHECK_OK(add(&f, 1, &out, &e));
    close_fixture(&f);
}

static enum err_code fill_memory(struct write *write, struct meta *meta, struct err *e)
{
    (void)write, (void)meta;
    return err_set(e, ERR_NO_MEMORY, "no memory");
}

TEST(one_that_fails_alone_takes_nobody_with_it)
{
    struct fixture f = open_fixture(&settings_default, true);
    struct write write = { .apply = fill_memory };
    struct picture out;
    struct err e = { 0 };

    CHECK_INT(core_write(f.core, &write, &e), ERR_NO_MEMORY);
    CHECK_OK(add(&f, 1, &out, &e));
    CHECK_INT(pictures(&f), 1);
    close_fixture(&f);
}

TEST_MAIN
