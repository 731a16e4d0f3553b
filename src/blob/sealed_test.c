/* Sealed blobs when a cipher, the keyring or the place of the bytes fails: nothing is half sealed,
 * and nothing that was not vouched for comes out. Linked with --wrap for the ciphers. */
#include "blob/sealed.h"
#include "seal/keyring.h"
#include "support/temp.h"
#include "test.h"

#include <fcntl.h>
#include <sys/mman.h>

#define LEN 150000 /* three pieces */

/* NOLINTBEGIN(bugprone-reserved-identifier): the linker's names */
struct seal_work *__real_seal_take(struct sealer *sealer);
bool __real_seal_set_key(struct seal_work *work, const uint8_t key[SEAL_KEY]);
bool __real_seal_pieces(struct seal_work *work, const struct seal_run *run, struct bytes plain,
                        char *out, char *tags);
struct seal_work *__wrap_seal_take(struct sealer *sealer);
bool __wrap_seal_set_key(struct seal_work *work, const uint8_t key[SEAL_KEY]);
bool __wrap_seal_pieces(struct seal_work *work, const struct seal_run *run, struct bytes plain,
                        char *out, char *tags);

enum cipher { NOTHING, TAKE, KEY, PIECES };
static enum cipher failing;
static int after; /* so many calls of it go well first */

static bool fails(enum cipher what)
{
    return failing == what && after-- <= 0;
}

struct seal_work *__wrap_seal_take(struct sealer *sealer)
{
    return fails(TAKE) ? NULL : __real_seal_take(sealer);
}

bool __wrap_seal_set_key(struct seal_work *work, const uint8_t key[SEAL_KEY])
{
    return !fails(KEY) && __real_seal_set_key(work, key);
}

bool __wrap_seal_pieces(struct seal_work *work, const struct seal_run *run, struct bytes plain,
                        char *out, char *tags)
{
    return !fails(PIECES) && __real_seal_pieces(work, run, plain, out, tags);
}
/* NOLINTEND(bugprone-reserved-identifier) */

static const struct key_origin origin = {
    .text = { "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", 64 }
};

static struct keyring *use_keys(struct blob_store *store, const struct key_origin *from)
{
    static const uint8_t id[HASH_LEN] = { 7 };
    struct keyring *keyring = NULL;
    struct err e = { 0 };
    char dir[100];

    snprintf(dir, sizeof dir, "%s/keys", temp_dir());
    CHECK_INT(keyring_open(dir, from, from->text.len > 0, &keyring, &e), ERR_NONE);
    blob_use_keys(store, keyring, id);
    return keyring;
}

/* A store of one sealed blob. */
struct fixture {
    struct blob_store *store;
    struct keyring *keyring;
    struct blob_write w;
    char plain[LEN];
    char sealed[LEN];
    char tags[3 * SEAL_TAG];
};

static void write_of(struct fixture *f)
{
    f->w =
        (struct blob_write){ .tenant = 1, .stored = bytes_of(f->plain, LEN), .plain_bytes = LEN };
    sha256(f->w.stored, &f->w.hash);
}

static struct fixture *open_fixture(void)
{
    static struct fixture f;
    struct err e = { 0 };
    char url[100];
    int64_t end;

    for (size_t i = 0; i < LEN; i++)
        f.plain[i] = (char)(i * i >> 3);
    snprintf(url, sizeof url, "packs:%s", temp_dir());
    CHECK_INT(blob_open(url, &f.store, &e), ERR_NONE);
    f.keyring = use_keys(f.store, &origin);
    write_of(&f);
    CHECK_INT(blob_create(f.store, 1, &end, &e), ERR_NONE);
    CHECK_INT(blob_seal(f.store, &f.w, f.sealed, f.tags, &e), ERR_NONE);
    CHECK_INT(blob_put(f.store, &(struct blob_write *){ &f.w }, 1, &end, &e), ERR_NONE);
    return &f;
}

static void close_fixture(struct fixture *f)
{
    blob_close(f->store);
    keyring_close(f->keyring);
}

static enum err_code read_all(struct fixture *f, char out[LEN])
{
    struct err e = { 0 };

    memset(out, 'x', LEN);
    return blob_read(f->store, &f->w.place, 0, out, LEN, true, &e);
}

static void must_not_be_sealed(struct fixture *f, enum err_code want)
{
    static char out[LEN];
    struct blob_write w = { .tenant = 1, .stored = bytes_of(f->plain, LEN), .plain_bytes = LEN };
    char tags[3 * SEAL_TAG];
    struct err e = { 0 };

    CHECK_INT(blob_seal(f->store, &w, out, tags, &e), want);
    CHECK(w.stored.at == f->plain && w.flags == 0 && w.key_no == 0 && !w.checksums.at);
}

static void must_not_come_out(struct fixture *f, enum err_code want)
{
    static char out[LEN];

    CHECK_INT(read_all(f, out), want);
    CHECK(memcmp(out, f->plain, 16) != 0);
}

static void must_come_out(struct fixture *f)
{
    static char out[LEN];

    CHECK_INT(read_all(f, out), ERR_NONE);
    CHECK(memcmp(out, f->plain, LEN) == 0);
}

TEST(when_a_cipher_fails_nothing_is_sealed_and_nothing_opened)
{
    struct fixture *f = open_fixture();

    for (enum cipher what = TAKE; what <= PIECES; what++) {
        failing = what;
        after = 0;
        must_not_be_sealed(f, ERR_NO_MEMORY);
    }
    failing = TAKE;
    after = 1; /* the first opens the key */
    must_not_come_out(f, ERR_NO_MEMORY);
    failing = KEY;
    after = 0;
    must_not_come_out(f, ERR_NO_MEMORY);
    failing = NOTHING;
    must_come_out(f);
    close_fixture(f);
}

TEST(without_the_key_of_all_keys_nothing_is_sealed_and_nothing_opened)
{
    static const struct key_origin none;
    struct fixture *f = open_fixture();

    keyring_close(f->keyring);
    f->keyring = use_keys(f->store, &none);
    must_not_be_sealed(f, ERR_UNAVAILABLE);
    must_not_come_out(f, ERR_UNAVAILABLE);
    close_fixture(f);
}

TEST(what_has_no_key_or_an_unknown_one_gives_none_back)
{
    struct fixture *f = open_fixture();
    struct blob_write plain = { .key_no = f->w.key_no };
    struct blob_write unknown = { .flags = BLOB_SEALED, .key_no = 1000000 };
    struct data_key next;
    struct err e = { 0 };

    blob_give_key_back(f->store, &plain);
    blob_give_key_back(f->store, &unknown);
    CHECK_INT(keyring_take(f->keyring, &next, &e), ERR_NONE);
    CHECK(next.number != plain.key_no && next.number != unknown.key_no);
    close_fixture(f);
}

/* A place that is cut off, fails, or goes away while it is looked at. */

static int64_t cut_at;

static enum err_code read_to_cut(struct blob_store *store, int32_t volume, int64_t offset,
                                 char *out, size_t len, bool may_block, size_t *got, struct err *e)
{
    enum err_code rc = blob_packs_driver.read(store, volume, offset, out, len, may_block, got, e);

    if (cut_at < 0)
        return err_set(e, ERR_UNAVAILABLE, "the disk");
    if (rc == ERR_NONE && offset + (int64_t)len > cut_at)
        *got = (size_t)(cut_at - offset);
    return rc;
}

static const char *view_of_nothing(struct blob_store *store, int32_t volume, int64_t offset,
                                   size_t len)
{
    static const char *nothing;
    char path[100];

    (void)store, (void)volume, (void)offset;
    if (!nothing) {
        snprintf(path, sizeof path, "%s/nothing", temp_dir());
        int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        nothing = mmap(NULL, len, PROT_READ, MAP_SHARED, fd, 0);
        CHECK(fd >= 0 && nothing != MAP_FAILED);
        close(fd);
    }
    return nothing;
}

TEST(a_map_whose_bytes_are_gone_is_read_instead)
{
    struct fixture *f = open_fixture();
    struct blob_driver driver = blob_packs_driver;

    driver.view = view_of_nothing;
    f->store->driver = &driver;
    must_come_out(f);
    close_fixture(f);
}

TEST(nothing_comes_out_of_a_place_that_is_cut_off_or_fails)
{
    struct fixture *f = open_fixture();
    struct blob_driver driver = blob_packs_driver;

    driver.view = NULL;
    driver.read = read_to_cut;
    f->store->driver = &driver;
    cut_at = INT64_MAX;
    must_come_out(f);
    cut_at = f->w.place.offset + LEN - 1;
    must_not_come_out(f, ERR_CORRUPT);
    cut_at = -1;
    must_not_come_out(f, ERR_UNAVAILABLE);
    close_fixture(f);
}

TEST_MAIN
