/* The writer when the store under it fails on demand: nothing false is acknowledged, nothing is
 * half done, and what can go on goes on. */
#include "support/faulty.h"
#include "support/store.h"

#include "blob/blob.h"
#include "core/ballast.h"
#include "core/store.h"

#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
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

static void check_another_pack(enum faulty_verb verb)
{
    struct fixture f = open_fixture(&settings_default, true);
    struct picture first;
    struct picture second;
    struct err e = { 0 };

    CHECK_OK(add(&f, 1, &first, &e));
    faulty_fail(f.faulty, verb, ERR_UNAVAILABLE, 1);
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

TEST(when_a_pack_fails_the_same_bytes_go_into_another)
{
    check_another_pack(FAULTY_PUT);
}

TEST(after_a_failed_flush_the_rows_are_made_once_more_for_another_pack)
{
    check_another_pack(FAULTY_FLUSH);
}

static void check_not_acknowledged(enum faulty_verb verb)
{
    struct fixture f = open_fixture(&settings_default, true);
    struct picture out;
    struct err e = { 0 };

    faulty_fail(f.faulty, verb, ERR_UNAVAILABLE, 2);
    CHECK_INT(add(&f, 1, &out, &e), ERR_UNAVAILABLE);
    CHECK_INT(pictures(&f), 0);
    CHECK_OK(add(&f, 1, &out, &e));
    CHECK_INT(pictures(&f), 1);
    close_fixture(&f);
}

TEST(when_packs_keep_failing_nothing_is_acknowledged)
{
    check_not_acknowledged(FAULTY_PUT);
}

TEST(when_flushes_keep_failing_nothing_is_acknowledged)
{
    check_not_acknowledged(FAULTY_FLUSH);
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
    settings.history_seconds = 0;
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

/* As SQLite does when the disk fills up or fails, or memory, within a statement. */
struct ending {
    struct write write; /* first */
    enum err_code code;
};

static enum err_code end_transaction(struct write *write, struct meta *meta, struct err *e)
{
    meta_rollback(meta);
    return err_set(e, ((struct ending *)write)->code, "the database ends it");
}

TEST(a_failure_that_ends_the_transaction_is_told_as_what_it_is)
{
    static const enum err_code codes[] = { ERR_FULL, ERR_NO_MEMORY, ERR_UNAVAILABLE };
    struct fixture f = open_fixture(&settings_default, true);
    struct picture out;
    struct err e = { 0 };

    for (unsigned i = 0; i < COUNT(codes); i++) {
        struct ending ending = { { .apply = end_transaction }, codes[i] };
        CHECK_INT(core_write(f.core, &ending.write, &e), codes[i]);
        CHECK_OK(add(&f, i, &out, &e));
    }
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

/* Pictures of many bytes, as a client may send them together. */
static size_t add_large(struct fixture *f, size_t count, size_t len, unsigned first)
{
    struct picture_addition additions[8];
    struct err e = { 0 };
    int before = faulty_puts(f->faulty);

    for (size_t i = 0; i < count; i++) {
        char *bytes = calloc(1, len);
        CHECK(bytes != NULL);
        store_gif(bytes, first + (unsigned)i);
        bytes[STORE_GIF_LEN - 1] = '!'; /* a comment, as long as it takes */
        bytes[STORE_GIF_LEN] = (char)0xFE;
        size_t at = STORE_GIF_LEN + 1;
        for (; at + 257 < len; at += 256)
            bytes[at] = (char)255;
        bytes[at + 1] = ';';
        additions[i] =
            (struct picture_addition){ owner, ROLE_MORE, { .bytes = bytes_of(bytes, len) } };
    }
    CHECK_OK(picture_add_all(f->core, &store_admin, f->arena, additions, count, &e));
    for (size_t i = 0; i < count; i++)
        free((void *)(uintptr_t)additions[i].content.bytes.at);
    return (size_t)(faulty_puts(f->faulty) - before);
}

TEST(a_group_takes_no_more_bytes_than_its_limit)
{
    struct fixture f = open_fixture(&settings_default, true);

    CHECK_INT(add_large(&f, 3, 9 << 20, 10), 3);
    CHECK_INT(add_large(&f, 3, 1 << 20, 20), 1);
    CHECK_INT(pictures(&f), 6);
    close_fixture(&f);
}

TEST(equal_bytes_in_one_group_are_stored_once)
{
    struct fixture f = open_fixture(&settings_default, true);
    struct picture_addition additions[4];
    char gifs[4][STORE_GIF_LEN];
    struct err e = { 0 };

    for (unsigned i = 0; i < 4; i++)
        additions[i] = (struct picture_addition){ owner,
                                                  ROLE_MORE,
                                                  { .bytes = store_gif(gifs[i], i < 2 ? i : 0) } };
    CHECK_OK(picture_add_all(f.core, &store_admin, f.arena, additions, 4, &e));
    CHECK_INT(pictures(&f), 4);
    CHECK_INT(store_must_be_clean(f.core).blobs, 2);
    close_fixture(&f);
}

/* A pack that is not one any more is read only; the next put goes elsewhere. */
TEST(a_pack_without_its_superblock_is_left_alone)
{
    struct fixture f = open_fixture(&settings_default, true);
    struct picture first;
    struct picture second;
    struct err e = { 0 };
    char path[150];
    char byte;

    CHECK_OK(add(&f, 1, &first, &e));
    close_fixture(&f);
    snprintf(path, sizeof path, "%s/store/packs/000001.pack", temp_dir());
    int fd = open(path, O_RDWR);
    CHECK(fd >= 0);
    CHECK(pread(fd, &byte, 1, 0) == 1);
    CHECK(pwrite(fd, "X", 1, 0) == 1);
    f = open_fixture(&settings_default, false);
    CHECK_OK(add(&f, 2, &second, &e));
    CHECK(second.volume != first.volume);
    CHECK(pwrite(fd, &byte, 1, 0) == 1);
    close(fd);
    close_fixture(&f);
}

TEST(when_there_is_no_other_pack_after_a_failed_flush_the_put_is_refused)
{
    struct fixture f = open_fixture(&settings_default, true);
    struct picture out;
    struct err e = { 0 };

    faulty_fail(f.faulty, FAULTY_PUT, ERR_UNAVAILABLE, 1);
    CHECK_OK(add(&f, 1, &out, &e)); /* has left the first pack */
    faulty_fail(f.faulty, FAULTY_PUT, ERR_UNAVAILABLE, 1);
    faulty_fail(f.faulty, FAULTY_CREATE, ERR_UNAVAILABLE, 1);
    CHECK_INT(add(&f, 2, &out, &e), ERR_UNAVAILABLE);
    CHECK_INT(pictures(&f), 1);
    CHECK_OK(add(&f, 2, &out, &e));
    close_fixture(&f);
}

/* A write of bytes alone, as those of pictures are. */
struct bytes_write {
    struct write write; /* first */
    struct blob_write blob;
    struct arena *arena;
    struct blob_row row;
    char gif[STORE_GIF_LEN];
    char checksum[4];
};

static enum err_code take(struct write *write, struct meta *meta, struct err *e)
{
    struct bytes_write *w = (struct bytes_write *)write;

    enum err_code rc = writer_take_blob(write, meta, w->arena, &w->row, e);
    /* nothing names it: taken back in the same transaction */
    return rc ? rc : meta_blob_unref(meta, TENANT_DEFAULT, w->row.id, 1, e);
}

static struct bytes_write *bytes_write(struct fixture *f, struct bytes_write *w, unsigned seed)
{
    *w = (struct bytes_write){ .write = { .apply = take, .blob = &w->blob }, .arena = f->arena };
    struct bytes bytes = store_gif(w->gif, seed);
    w->blob = (struct blob_write){ .tenant = TENANT_DEFAULT,
                                   .stored = bytes,
                                   .plain_bytes = STORE_GIF_LEN,
                                   .checksums = bytes_of(w->checksum, sizeof w->checksum) };
    blob_checksums(bytes, w->checksum);
    hmac(f->store->content_key, bytes, &w->blob.hash);
    return w;
}

/* Happens in another process between the look for the bytes of the write before and its own
 * transaction. */
struct meanwhile {
    struct write write; /* first */
    const char *url;
    int64_t blob_id;
    bool remove;
    int times;
};

static enum err_code change_meanwhile(struct write *write, struct meta *ours, struct err *e)
{
    struct meanwhile *m = (struct meanwhile *)write;
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 16);
    struct blob_row *rows;
    struct meta *meta = NULL;
    size_t count;

    (void)ours;
    if (m->times-- <= 0)
        return ERR_NONE;
    enum err_code rc = meta_open(m->url, true, &meta, e);
    if (rc)
        return rc;
    rc = m->remove
             ? meta_blob_remove_begin(meta, arena, TENANT_DEFAULT, INT64_MAX, 10, &rows, &count, e)
             : meta_blob_set_bad(meta, TENANT_DEFAULT, m->blob_id, 5, e);
    meta_close(meta);
    return rc;
}

static enum err_code succeed(struct write *write, struct meta *meta, struct err *e)
{
    (void)write, (void)meta, (void)e;
    return ERR_NONE;
}

TEST(bytes_that_go_between_look_and_transaction_are_brought)
{
    struct fixture f = open_fixture(&settings_default, true);
    struct meanwhile meanwhile = { .write = { .apply = succeed, .check = change_meanwhile },
                                   .url = f.store->meta_url,
                                   .remove = true,
                                   .times = 1 };
    struct bytes_write first;
    struct bytes_write again;
    struct err e = { 0 };

    CHECK_OK(core_write(f.core, &bytes_write(&f, &first, 1)->write, &e)); /* dead from birth */
    int puts = faulty_puts(f.faulty);
    struct write *group[] = { &bytes_write(&f, &again, 1)->write, &meanwhile.write };
    CHECK_OK(core_write_all(f.core, group, 2, &e));
    CHECK(again.row.id != first.row.id);
    CHECK_INT(faulty_puts(f.faulty), puts + 1);
    close_fixture(&f);
}

/* It is known as damaged only when the bytes are not there to mend it: the next put does. */
TEST(bytes_that_are_found_damaged_meanwhile_stay_so_until_they_come_again)
{
    struct fixture f = open_fixture(&settings_default, true);
    struct meanwhile meanwhile = { .write = { .apply = succeed, .check = change_meanwhile },
                                   .url = f.store->meta_url,
                                   .times = 1 };
    struct bytes_write first;
    struct bytes_write again;
    struct err e = { 0 };

    CHECK_OK(core_write(f.core, &bytes_write(&f, &first, 1)->write, &e));
    meanwhile.blob_id = first.row.id;
    struct write *group[] = { &bytes_write(&f, &again, 1)->write, &meanwhile.write };
    CHECK_OK(core_write_all(f.core, group, 2, &e));
    CHECK_INT(again.row.id, first.row.id);
    CHECK_INT(again.row.bad_us, 5);
    CHECK_INT(again.row.offset, first.row.offset);
    CHECK_OK(core_write(f.core, &bytes_write(&f, &again, 1)->write, &e));
    CHECK_INT(again.row.id, first.row.id);
    CHECK(again.row.offset != first.row.offset);
    close_fixture(&f);
}

static enum err_code refuse(struct write *write, struct meta *meta, struct err *e)
{
    struct bytes_write *w = (struct bytes_write *)write;

    enum err_code rc = writer_take_blob(write, meta, w->arena, &w->row, e);
    return rc ? rc : err_set(e, ERR_CONFLICT, "and yet it may not be");
}

/* Both bring the same bytes, which are appended once: that they mend does not go with the first. */
TEST(damaged_bytes_are_mended_by_who_comes_behind_one_that_is_refused)
{
    struct fixture f = open_fixture(&settings_default, true);
    struct bytes_write first;
    struct bytes_write refused;
    struct bytes_write mending;
    struct meta *meta;
    struct err e = { 0 };

    CHECK_OK(core_write(f.core, &bytes_write(&f, &first, 1)->write, &e));
    CHECK_OK(meta_open(f.store->meta_url, true, &meta, &e));
    CHECK_OK(meta_blob_set_bad(meta, TENANT_DEFAULT, first.row.id, 5, &e));
    meta_close(meta);
    int puts = faulty_puts(f.faulty);
    struct write *group[] = { &bytes_write(&f, &refused, 1)->write,
                              &bytes_write(&f, &mending, 1)->write };
    refused.write.apply = refuse;
    CHECK_INT(core_write_all(f.core, group, 2, &e), ERR_CONFLICT);
    CHECK_INT(refused.write.rc, ERR_CONFLICT);
    CHECK_INT(mending.write.rc, ERR_NONE);
    CHECK_INT(faulty_puts(f.faulty), puts + 1);
    CHECK_INT(mending.row.id, first.row.id);
    CHECK_INT(mending.row.bad_us, 0);
    CHECK(mending.row.offset != first.row.offset);
    close_fixture(&f);
}

struct counted {
    struct write write; /* first */
    int times;
    const char *dir; /* whose ballast is there again each time */
};

static enum err_code never_there(struct write *write, struct meta *meta, struct err *e)
{
    (void)meta;
    ((struct counted *)write)->times++;
    return err_set(e, ERR_BLOCKS, "the bytes have gone again");
}

TEST(a_write_is_not_tried_for_ever)
{
    struct fixture f = open_fixture(&settings_default, true);
    struct counted counted = { .write = { .apply = never_there } };
    struct err e = { 0 };

    CHECK_INT(core_write(f.core, &counted.write, &e), ERR_BLOCKS);
    CHECK_INT(counted.times, 4); /* the first time without a mark to go back to */
    close_fixture(&f);
}

static enum err_code half_done(struct write *write, struct meta *meta, struct err *e)
{
    ((struct counted *)write)->times++;
    enum err_code rc = meta_setting_put(meta, "half", B("done"), e);
    return rc ? rc : err_set(e, ERR_CONFLICT, "the other half");
}

static enum err_code whole(struct write *write, struct meta *meta, struct err *e)
{
    ((struct counted *)write)->times++;
    return meta_setting_put(meta, "whole", B("done"), e);
}

static bool is_set(struct fixture *f, const char *name)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 16);
    struct bytes value;
    struct err e = { 0 };
    bool found = false;

    CHECK_OK(meta_setting_get(f->core->meta, arena, name, &value, &found, &e));
    return found;
}

/* Marks cost every group, so they are set only when a write has failed lately. */
TEST(a_write_that_fails_takes_back_nothing_of_its_group_with_marks_or_without)
{
    struct fixture f = open_fixture(&settings_default, true);
    struct err e = { 0 };

    for (int i = 0; i < 2; i++) {
        struct counted good = { .write = { .apply = whole } };
        struct counted bad = { .write = { .apply = half_done } };
        struct write *group[] = { &good.write, &bad.write };
        CHECK_INT(core_write_all(f.core, group, 2, &e), ERR_CONFLICT);
        CHECK_INT(good.write.rc, ERR_NONE);
        CHECK_INT(good.times, i ? 1 : 2);
        CHECK_INT(bad.times, i ? 1 : 2);
        CHECK(is_set(&f, "whole") && !is_set(&f, "half"));
    }
    close_fixture(&f);
}

static enum err_code fill_disk(struct write *write, struct meta *meta, struct err *e)
{
    struct counted *counted = (struct counted *)write;

    counted->times++;
    ballast_fill(counted->dir);
    meta_rollback(meta);
    return err_set(e, ERR_FULL, "the database is full");
}

TEST(nor_is_the_ballast_thrown_off_for_ever)
{
    struct fixture f = open_fixture(&settings_default, true);
    struct counted counted = { .write = { .apply = fill_disk }, .dir = store_dir(f.store) };
    struct err e = { 0 };

    CHECK_INT(core_write(f.core, &counted.write, &e), ERR_FULL);
    CHECK_INT(counted.times, 4);
    close_fixture(&f);
}

static enum err_code lose_transaction(struct write *write, struct meta *meta, struct err *e)
{
    (void)write;
    meta_rollback(meta);
    return err_set(e, ERR_CONFLICT, "and the transaction is gone");
}

TEST(a_transaction_that_is_gone_is_not_taken_for_a_refusal)
{
    struct fixture f = open_fixture(&settings_default, true);
    struct write write = { .apply = lose_transaction };
    struct picture out;
    struct err e = { 0 };

    CHECK_INT(core_write(f.core, &write, &e), ERR_INTERNAL);
    CHECK_OK(add(&f, 1, &out, &e));
    close_fixture(&f);
}

TEST(who_brings_no_bytes_succeeds_beside_one_whose_bytes_have_no_room)
{
    struct fixture f = open_fixture(&settings_default, true);
    struct write plain = { .apply = succeed };
    struct bytes_write bytes;
    struct err e = { 0 };

    struct write *group[] = { &plain, &bytes_write(&f, &bytes, 1)->write };
    faulty_fail(f.faulty, FAULTY_PUT, ERR_FULL, 1000);
    CHECK(ballast_drop(store_dir(f.store)));
    CHECK_INT(core_write_all(f.core, group, 2, &e), ERR_FULL);
    CHECK_INT(plain.rc, ERR_NONE);
    CHECK_INT(bytes.write.rc, ERR_FULL);
    close_fixture(&f);
}

/* A write that is under way until it is let go. */
struct slow_write {
    struct write write; /* first */
    sem_t begun;
    sem_t go;
};

static enum err_code wait_for_go(struct write *write, struct meta *meta, struct err *e)
{
    struct slow_write *slow = (struct slow_write *)write;

    (void)meta, (void)e;
    sem_post(&slow->begun);
    while (sem_wait(&slow->go) != 0)
        ;
    return ERR_NONE;
}

struct thread {
    struct core *core;
    struct write *write;
    enum err_code rc;
    struct err e;
};

static void *do_write(void *context)
{
    struct thread *t = context;

    t->rc = core_write(t->core, t->write, &t->e);
    return NULL;
}

static enum err_code do_nothing(struct write *write, struct meta *meta, struct err *e)
{
    (void)write, (void)meta, (void)e;
    return ERR_NONE;
}

static void interrupt(int number)
{
    (void)number;
}

TEST(who_waits_for_the_leader_goes_on_waiting_when_interrupted)
{
    struct fixture f = open_fixture(&settings_default, true);
    struct slow_write slow = { .write = { .apply = wait_for_go } };
    struct write write = { .apply = do_nothing };
    struct thread threads[] = { { .core = f.core, .write = &slow.write },
                                { .core = f.core, .write = &write } };
    struct sigaction action = { .sa_handler = interrupt }; /* no SA_RESTART */
    pthread_t ids[2];

    CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
    sem_init(&slow.begun, 0, 0);
    sem_init(&slow.go, 0, 0);
    CHECK(pthread_create(&ids[0], NULL, do_write, &threads[0]) == 0);
    while (sem_wait(&slow.begun) != 0)
        ;
    CHECK(pthread_create(&ids[1], NULL, do_write, &threads[1]) == 0);
    for (int i = 0; i < 50; i++) {
        usleep(1000);
        CHECK(pthread_kill(ids[1], SIGUSR1) == 0);
    }
    sem_post(&slow.go);
    for (int i = 0; i < 2; i++) {
        CHECK(pthread_join(ids[i], NULL) == 0);
        CHECK_INT(threads[i].rc, ERR_NONE);
    }
    close_fixture(&f);
}

TEST_MAIN
