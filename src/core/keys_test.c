#include "core/history.h"
#include "core/keys.h"
#include "core/opened.h"
#include "core/store.h"
#include "support/fixture.h"

static const char key_text[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

static struct settings sealed_settings(void)
{
    struct settings settings = settings_default;

    settings.encryption = true;
    settings.encryption_key = bytes_str(key_text);
    settings.grace_seconds = 3600;
    return settings;
}

static struct blob_row row_of(struct fixture *f, const struct picture *picture)
{
    struct blob_row row = { 0 };
    struct err e = { 0 };
    bool found;

    CHECK_OK(meta_blob_by_id(f->core->meta, f->arena, TENANT_DEFAULT, picture->blob_id, &row,
                             &found, &e));
    if (!found)
        row.id = 0;
    return row;
}

TEST(what_is_put_is_sealed_and_equal_bytes_share_a_key)
{
    struct settings settings = sealed_settings();
    struct fixture f = open_fixture(&settings);
    struct owner one = { KIND_PERSON, 1 };
    struct owner two = { KIND_PERSON, 2 };

    store_add_record(f.core, KIND_PERSON, 1);
    store_add_record(f.core, KIND_PERSON, 2);
    struct picture first = put(&f, one, 1);
    struct picture same = put(&f, two, 1);
    struct picture other = put(&f, two, 2);
    CHECK(first.encrypted && !first.zipped && first.key_no > 0);
    CHECK_INT(same.key_no, first.key_no);
    CHECK(other.key_no != first.key_no);
    CHECK_BYTES(same.checksums, first.checksums);
    check_bytes(&f, &first, 1);
    check_bytes(&f, &same, 1);
    check_bytes(&f, &other, 2);
    store_must_be_clean(f.core);
    close_fixture(&f);
}

TEST(an_erased_record_leaves_no_bytes_key_or_row_and_others_lose_nothing)
{
    struct settings settings = sealed_settings();
    struct fixture f = open_fixture(&settings);
    struct owner one = { KIND_PERSON, 1 };
    struct owner two = { KIND_PERSON, 2 };
    uint8_t key[SEAL_KEY];
    struct err e = { 0 };
    size_t pictures;

    store_add_record(f.core, KIND_PERSON, 1);
    store_add_record(f.core, KIND_PERSON, 2);
    struct picture before = put(&f, one, 3);
    struct picture gone = put(&f, one, 1);
    struct picture used = put(&f, two, 2);
    CHECK_OK(keyring_find(f.core->store->keyring, before.key_no, true, key, &e)); /* history */
    CHECK_OK(record_erase(f.core, &store_admin, one, &pictures, &e));
    CHECK_INT(pictures, 1);
    CHECK_INT(row_of(&f, &gone).id, 0);
    CHECK_INT(keyring_find(f.core->store->keyring, gone.key_no, true, key, &e), ERR_CORRUPT);
    CHECK_INT(keyring_find(f.core->store->keyring, before.key_no, true, key, &e), ERR_CORRUPT);
    CHECK_OK(keyring_find(f.core->store->keyring, used.key_no, true, key, &e));
    check_bytes(&f, &used, 2);
    store_must_be_clean(f.core);
    close_fixture(&f);
}

static const char *view(struct core *core, struct fixture *f, const struct picture *picture)
{
    struct source *source = NULL;
    struct err e = { 0 };

    CHECK_OK(picture_open(core, f->arena, picture, &source, &e));
    return source->view(source, 0, (size_t)source->size);
}

TEST(what_is_asked_for_again_is_held_opened_until_something_is_erased)
{
    struct settings settings = sealed_settings();
    struct fixture f = open_fixture(&settings);
    struct owner one = { KIND_PERSON, 1 };
    struct owner two = { KIND_PERSON, 2 };
    struct core *loop = NULL;
    char want[STORE_GIF_LEN];
    struct source *source;
    struct err e = { 0 };
    size_t pictures;

    store_add_record(f.core, KIND_PERSON, 1);
    store_add_record(f.core, KIND_PERSON, 2);
    struct picture gone = put(&f, one, 1);
    struct picture stays = put(&f, two, 2);
    struct hash hash;
    memcpy(hash.at, gone.hash.at, HASH_LEN);
    CHECK_OK(core_open(f.store, false, &loop, &e));
    CHECK(!view(loop, &f, &gone) && !view(loop, &f, &gone)); /* nobody said how much */
    core_hold_opened(loop, OPENED_MAX - 1);
    CHECK(!view(loop, &f, &gone) && !view(loop, &f, &gone)); /* too little for any */
    core_hold_opened(loop, OPENED_MAX);
    CHECK(!view(loop, &f, &gone)); /* for the first time */
    const char *at = view(loop, &f, &gone);
    store_gif(want, 1);
    CHECK(at && memcmp(at, want, sizeof want) == 0);
    CHECK(opened_find(loop->opened, &hash, sizeof want) == at);

    memset((char *)(uintptr_t)at, '!', 3); /* so one sees where a read comes from */
    CHECK_OK(picture_open(loop, f.arena, &gone, &source, &e));
    char got[STORE_GIF_LEN];
    CHECK_OK(source->read(source, 1, got, 5, false, &e));
    CHECK(memcmp(got, "!!", 2) == 0);
    CHECK_OK(source->read(source, 0, got, sizeof got, true, &e)); /* another thread's */
    CHECK(memcmp(got, want, sizeof want) == 0);

    CHECK_OK(record_erase(f.core, &store_admin, one, &pictures, &e));
    CHECK(!view(loop, &f, &stays));
    CHECK(!opened_find(loop->opened, &hash, sizeof want));
    CHECK(view(loop, &f, &stays));
    CHECK(view(loop, &f, &stays)); /* it stays: nothing was erased since */
    core_close(loop);
    close_fixture(&f);
}

TEST(the_keys_of_collected_bytes_are_erased)
{
    struct settings settings = sealed_settings();
    settings.grace_seconds = 0;
    settings.history_seconds = 0;
    struct fixture f = open_fixture(&settings);
    struct owner owner = { KIND_PERSON, 1 };
    uint8_t key[SEAL_KEY];
    struct err e = { 0 };
    size_t given;

    store_add_record(f.core, KIND_PERSON, 1);
    struct picture before = put(&f, owner, 1);
    struct picture after = put(&f, owner, 2);
    CHECK_OK(store_collect(f.core, 100, &given, &e));
    CHECK_INT(given, 1);
    CHECK_INT(keyring_find(f.core->store->keyring, before.key_no, true, key, &e), ERR_CORRUPT);
    CHECK_OK(keyring_find(f.core->store->keyring, after.key_no, true, key, &e));
    close_fixture(&f);
}

static struct fixture reopened(struct fixture *f, const struct settings *settings)
{
    close_fixture(f);
    return open_fixture(settings);
}

static int64_t reseal_all(struct fixture *f)
{
    struct err e = { 0 };
    int64_t after = 0;
    int64_t done = 0;
    bool more = true;

    while (more)
        CHECK_OK(keys_reseal(f->core, &after, 2, &done, &more, &e));
    return done;
}

TEST(what_was_stored_in_plain_is_sealed_anew_and_the_former_bytes_go_after_the_grace)
{
    struct settings plain = settings_default;
    struct settings settings = sealed_settings();
    struct fixture f = open_fixture(&plain);
    struct owner owners[5];
    struct picture seen;
    struct err e = { 0 };
    size_t given;
    bool exists;

    for (int i = 0; i < 5; i++) {
        owners[i] = (struct owner){ KIND_PERSON, i + 1 };
        store_add_record(f.core, KIND_PERSON, i + 1);
        CHECK(!put(&f, owners[i], (unsigned)i).encrypted);
    }
    f = reopened(&f, &settings);
    CHECK_INT(reseal_all(&f), 5);
    CHECK_INT(reseal_all(&f), 0);
    for (int i = 0; i < 5; i++) {
        CHECK_OK(picture_seen(f.core, f.arena, owners[i], &seen, &exists, &e));
        CHECK(seen.encrypted && seen.key_no > 0);
        check_bytes(&f, &seen, (unsigned)i);
    }
    CHECK_INT(store_must_be_clean(f.core).blobs, 5);
    CHECK_OK(store_collect(f.core, 100, &given, &e)); /* somebody may still read them */
    CHECK_INT(given, 0);
    settings.grace_seconds = 0;
    f = reopened(&f, &settings);
    CHECK_OK(store_collect(f.core, 100, &given, &e));
    CHECK_INT(given, 5);
    CHECK_INT(store_must_be_clean(f.core).blobs, 5);

    plain.encryption_key = settings.encryption_key; /* switched off again */
    f = reopened(&f, &plain);
    CHECK_INT(reseal_all(&f), 5);
    for (int i = 0; i < 5; i++) {
        CHECK_OK(picture_seen(f.core, f.arena, owners[i], &seen, &exists, &e));
        CHECK(!seen.encrypted && seen.key_no == 0);
        check_bytes(&f, &seen, (unsigned)i);
    }
    CHECK_INT(store_must_be_clean(f.core).blobs, 5);
    close_fixture(&f);
}

TEST(a_store_that_was_never_sealed_has_no_keys_to_rotate)
{
    struct fixture f = open_fixture(NULL);
    struct keys_rotated rotated;
    struct err e = { 0 };

    CHECK(f.core->store->keyring == NULL);
    CHECK_INT(keys_rotate(f.core, false, &rotated, &e), ERR_INVALID);
    close_fixture(&f);
}

TEST_MAIN
