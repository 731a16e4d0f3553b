/* A pack belongs to who has committed since the claim: the log may hold the commit of one that was
 * killed, which nobody could see yet and which names bytes behind the end that rows tell. */
#include "core/store.h"
#include "support/fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

static const struct owner owner = { KIND_PRODUCT, 1 };

static struct fixture open_again(void)
{
    struct fixture f = { .arena = arena_new(16 << 20) };
    struct err e = { 0 };
    char dir[100];

    snprintf(dir, sizeof dir, "%s/store", temp_dir());
    CHECK_OK(store_open(&(struct store_options){ .dir = dir, .settings = &settings_default },
                        &f.store, &e));
    CHECK_OK(core_open(f.store, true, &f.core, &e));
    return f;
}

static int open_pack(int flags)
{
    char path[100];

    snprintf(path, sizeof path, "%s/store/packs/000001.pack", temp_dir());
    int fd = open(path, flags | O_CLOEXEC);
    CHECK(fd >= 0);
    return fd;
}

static int64_t pack_size(void)
{
    struct stat st = { 0 };
    int fd = open_pack(O_RDONLY);

    CHECK(fstat(fd, &st) == 0);
    close(fd);
    return st.st_size;
}

/* What one that was killed had put. */
static void leave_bytes(void)
{
    char bytes[5000] = "of a picture";
    int fd = open_pack(O_WRONLY | O_APPEND);

    CHECK(write(fd, bytes, sizeof bytes) == (ssize_t)sizeof bytes);
    close(fd);
}

/* No file takes a byte any more, or all do again. */
static void let_writes_fail(bool fail)
{
    struct rlimit limit;

    signal(SIGXFSZ, SIG_IGN);
    CHECK(getrlimit(RLIMIT_FSIZE, &limit) == 0);
    limit.rlim_cur = fail ? 0 : limit.rlim_max;
    CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
}

static void must_fail_and_cut_nothing(struct fixture *f)
{
    char gif[STORE_GIF_LEN];
    struct picture_content content = { .bytes = store_gif(gif, 2) };
    struct picture picture;
    struct err e = { 0 };
    int64_t size = pack_size();

    let_writes_fail(true);
    CHECK(picture_put(f->core, &store_admin, f->arena, owner, &content, &picture, &e));
    let_writes_fail(false);
    CHECK_INT(blob_claimed(f->store->blobs), 0);
    CHECK_INT(pack_size(), size);
}

TEST(a_pack_whose_claim_could_not_be_committed_is_given_up_as_it_was)
{
    struct fixture f = open_fixture(NULL);

    store_add_record(f.core, KIND_PRODUCT, 1);
    CHECK_INT(put(&f, owner, 1).volume, 1);
    close_fixture(&f);
    leave_bytes();
    int64_t size = pack_size();

    f = open_again();
    must_fail_and_cut_nothing(&f);
    must_fail_and_cut_nothing(&f);
    close_fixture(&f);
    CHECK_INT(pack_size(), size);

    f = open_again();
    must_fail_and_cut_nothing(&f);
    struct picture picture = put(&f, owner, 2);
    CHECK_INT(picture.volume, 1);
    CHECK(pack_size() < size);
    check_bytes(&f, &picture, 2);
    close_fixture(&f);
}

/* Another process has made the next pack, and has committed nothing yet. */
TEST(a_pack_that_another_is_making_is_passed_over)
{
    struct fixture f = open_fixture(NULL);
    struct blob_store *other;
    struct err e = { 0 };
    char url[100];
    int64_t end;

    store_add_record(f.core, KIND_PRODUCT, 1);
    snprintf(url, sizeof url, "packs:%s/store/packs", temp_dir());
    CHECK_OK(blob_open(url, &other, &e));
    CHECK_OK(blob_create(other, 1, &end, &e));
    CHECK_INT(put(&f, owner, 1).volume, 2);
    blob_close(other);
    close_fixture(&f);
}

TEST_MAIN
