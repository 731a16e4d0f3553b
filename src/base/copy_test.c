#include "base/copy.h"
#include "base/crypto.h"
#include "support/temp.h"
#include "test.h"

#include <fcntl.h>
#include <sys/stat.h>

#define KIB 1024

static int make(const char *name)
{
    char path[100];

    snprintf(path, sizeof path, "%s/%s", temp_dir(), name);
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    CHECK(fd >= 0);
    return fd;
}

static void put(int fd, char what, size_t len, off_t at)
{
    char *bytes = malloc(len);

    CHECK(bytes != NULL);
    memset(bytes, what, len);
    CHECK_INT(pwrite(fd, bytes, len, at), len);
    free(bytes);
}

static struct bytes whole(int fd, size_t len)
{
    char *bytes = malloc(len + 1);

    CHECK(bytes != NULL);
    CHECK_INT(pread(fd, bytes, len + 1, 0), len);
    return bytes_of(bytes, len);
}

static void check_equal(int from, int to, size_t len, uint32_t crc)
{
    struct bytes want = whole(from, len);
    struct bytes got = whole(to, len);

    CHECK(bytes_eq(want, got));
    CHECK_INT(crc, crc32c(want));
    free((void *)(uintptr_t)want.at);
    free((void *)(uintptr_t)got.at);
}

TEST(holes_stay_holes_and_the_checksum_counts_them_as_zeros)
{
    struct copy copy = { .from = make("from"), .to = make("to") };
    struct stat st;
    struct err e = { 0 };

    put(copy.from, 'a', 100, 0);
    put(copy.from, 'b', 3000 * KIB, 2000 * KIB);
    CHECK_INT(ftruncate(copy.from, 9000 * KIB), 0);
    CHECK_INT(copy_until(&copy, 9000 * KIB, &e), ERR_NONE);
    CHECK_INT(copy.at, 9000 * KIB);
    check_equal(copy.from, copy.to, 9000 * KIB, copy.crc);
    CHECK_INT(fstat(copy.to, &st), 0);
    CHECK(st.st_blocks * 512 < 3500 * KIB);
    CHECK(copy.copied < 3500 * KIB);
}

TEST(it_goes_on_where_it_ended_and_drops_what_lies_behind)
{
    struct copy copy = { .from = make("from"), .to = make("to") };
    struct err e = { 0 };

    put(copy.from, 'a', 5000, 0);
    put(copy.to, 'x', 90000, 0);
    CHECK_INT(copy_until(&copy, 3000, &e), ERR_NONE);
    CHECK_INT(copy.copied, 3000);
    put(copy.to, 'x', 90000, 3000);
    CHECK_INT(copy_until(&copy, 5000, &e), ERR_NONE);
    CHECK_INT(copy.copied, 5000);
    check_equal(copy.from, copy.to, 5000, copy.crc);
}

TEST(without_a_file_to_write_only_the_checksum_is_made)
{
    struct copy copy = { .from = make("from"), .to = -1 };
    struct err e = { 0 };

    put(copy.from, 'a', 5000, 0);
    CHECK_INT(copy_until(&copy, 5000, &e), ERR_NONE);
    struct bytes all = whole(copy.from, 5000);
    CHECK_INT(copy.crc, crc32c(all));
    free((void *)(uintptr_t)all.at);
}

TEST(a_file_that_is_too_short_is_corrupt)
{
    struct copy copy = { .from = make("from"), .to = make("to") };
    struct err e = { 0 };

    put(copy.from, 'a', 5000, 0);
    CHECK_INT(copy_until(&copy, 5001, &e), ERR_CORRUPT);
    CHECK_INT(copy.at, 0);
}

TEST_MAIN
