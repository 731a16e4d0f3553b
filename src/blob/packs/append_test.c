/* How a pack's file grows, and that large puts, small puts and removals share its blocks. */
#include "blob/packs/packs.h"
#include "support/temp.h"
#include "test.h"

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/uio.h>

/* NOLINTBEGIN(bugprone-reserved-identifier): the linker's names */
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
ssize_t __real_pwritev64(int fd, const struct iovec *parts, int count, off_t offset);
ssize_t __wrap_pwritev64(int fd, const struct iovec *parts, int count, off_t offset);

static bool no_piece; /* there is no memory for what goes past the page cache */

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return no_piece ? NULL : __real_aligned_alloc(alignment, size);
}

static int refused = -1; /* a way past the page cache that the file system does not know */

ssize_t __wrap_pwritev64(int fd, const struct iovec *parts, int count, off_t offset)
{
    errno = EINVAL;
    return fd == refused ? -1 : __real_pwritev64(fd, parts, count, offset);
}
/* NOLINTEND(bugprone-reserved-identifier) */

static struct blob_store *open_packs(void)
{
    struct blob_store *store = NULL;
    struct err e = { 0 };
    char url[100];

    snprintf(url, sizeof url, "packs:%s", temp_dir());
    CHECK_INT(blob_open(url, &store, &e), ERR_NONE);
    return store;
}

static const char *pack_path(void)
{
    static char path[100];

    snprintf(path, sizeof path, "%s/000001.pack", temp_dir());
    return path;
}

static int64_t pack_size(void)
{
    struct stat st;

    CHECK(stat(pack_path(), &st) == 0);
    return st.st_size;
}

static struct blob_write write_of(size_t len, unsigned seed)
{
    size_t sums = blob_checksums_len((int64_t)len, 0);
    char *bytes = malloc(len + sums);

    CHECK(bytes != NULL);
    for (size_t i = 0; i < len; i++)
        bytes[i] = (char)((seed = seed * 1103515245 + 12345) >> 16);
    struct blob_write w = { .tenant = 1,
                            .stored = bytes_of(bytes, len),
                            .plain_bytes = (int64_t)len,
                            .checksums = bytes_of(bytes + len, sums) };
    blob_checksums(w.stored, bytes + len);
    sha256(w.stored, &w.hash);
    return w;
}

static void drop(struct blob_write *w)
{
    free((void *)(uintptr_t)w->stored.at);
}

static int64_t put(struct blob_store *store, struct blob_write *w, size_t count)
{
    struct blob_write *list[16];
    struct err e = { 0 };
    int64_t end;

    for (size_t i = 0; i < count; i++)
        list[i] = &w[i];
    CHECK_INT(blob_put(store, list, count, &end, &e), ERR_NONE);
    return end;
}

static void check_reads_back(struct blob_store *store, const struct blob_write *w)
{
    char *got = malloc(w->stored.len);
    struct err e = { 0 };

    CHECK_INT(blob_read(store, &w->place, 0, got, w->stored.len, true, &e), ERR_NONE);
    CHECK(memcmp(got, w->stored.at, w->stored.len) == 0);
    free(got);
}

TEST(a_pack_is_longer_than_its_records_while_small_puts_follow_one_another)
{
    struct blob_store *store = open_packs();
    struct blob_write w[20];
    struct err e = { 0 };
    int64_t end;
    int64_t longest = 0;

    CHECK_INT(blob_create(store, 1, &end, &e), ERR_NONE);
    for (unsigned i = 0; i < COUNT(w); i++) {
        w[i] = write_of(50001, i + 1);
        end = put(store, &w[i], 1);
        int64_t size = pack_size();
        CHECK(size >= end && size % 4096 == 0);
        CHECK(i > 0 || size - end < 4096); /* the first gets no more than it needs */
        longest = size - end > longest ? size - end : longest;
    }
    CHECK(longest > 200000 && longest <= 1 << 20);
    for (unsigned i = 0; i < COUNT(w); i++)
        check_reads_back(store, &w[i]);
    blob_rewind(store, end - 50000);
    CHECK_INT(pack_size(), end - 50000);
    blob_close(store);
    CHECK_INT(pack_size(), end - 50000);
    for (unsigned i = 0; i < COUNT(w); i++)
        drop(&w[i]);
}

/* Of two puts one lies behind the other. */
static void check_two_puts(struct blob_store *store)
{
    struct blob_write w[2] = { write_of(5001, 1), write_of(6001, 2) };

    for (unsigned i = 0; i < COUNT(w); i++) {
        int64_t end = put(store, &w[i], 1);
        CHECK_INT(pack_size(), pack_round_up(end));
    }
    for (unsigned i = 0; i < COUNT(w); i++) {
        check_reads_back(store, &w[i]);
        drop(&w[i]);
    }
}

/* It costs the flush more, and nothing else. */
TEST(a_pack_does_not_grow_ahead_of_its_puts_when_there_is_no_way_to)
{
    struct blob_store *store = open_packs();
    struct packs *packs = packs_of(store);
    struct err e = { 0 };
    int64_t end;

    CHECK_INT(blob_create(store, 1, &end, &e), ERR_NONE);
    CHECK(packs->zeros && munmap((void *)(uintptr_t)packs->zeros, 1 << 20) == 0);
    packs->zeros = NULL; /* no memory for them */
    check_two_puts(store);
    CHECK_INT(blob_create(store, 2, &end, &e), ERR_NONE);
    blob_close(store);

    CHECK_INT(unlink(pack_path()), 0);
    store = open_packs();
    CHECK_INT(blob_create(store, 1, &end, &e), ERR_NONE);
    closep(&packs_of(store)->direct); /* nor past the page cache */
    check_two_puts(store);
    blob_close(store);
}

TEST(a_pack_does_not_grow_into_the_room_that_is_kept_back)
{
    struct blob_store *store = open_packs();
    struct packs *packs = packs_of(store);
    struct blob_write w = write_of(5001, 1);
    struct err e = { 0 };
    int64_t end;

    CHECK_INT(blob_create(store, 1, &end, &e), ERR_NONE);
    end = put(store, &w, 1);
    int64_t size = pack_size();
    packs_grow(packs, size + 1, 8000); /* it wants 12288 */
    CHECK_INT(pack_size(), size);
    packs_grow(packs, size + PACK_BLOCK + 1, 1 << 20);
    CHECK(packs->direct < 0 || pack_size() > size);
    drop(&w);
    blob_close(store);
    CHECK_INT(pack_size(), end);
}

/* Files end there from now on. */
static void limit_files(int64_t end)
{
    struct rlimit limit;

    signal(SIGXFSZ, SIG_IGN);
    CHECK(getrlimit(RLIMIT_FSIZE, &limit) == 0);
    limit.rlim_cur = end < 0 ? limit.rlim_max : (rlim_t)end;
    CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
}

static void must_not_fit(struct blob_store *store, struct blob_write *w, int64_t limit)
{
    struct err e = { 0 };
    int64_t end = pack_size();

    limit_files(limit);
    CHECK_INT(blob_put(store, &w, 1, &end, &e), ERR_UNAVAILABLE);
    limit_files(-1);
    CHECK_INT(blob_claimed(store), 1);
}

TEST(a_put_that_is_broken_off_anywhere_is_nobodys)
{
    struct blob_store *store = open_packs();
    struct packs *packs = packs_of(store);
    struct blob_write small[] = { write_of(1001, 1), write_of(1002, 2) };
    struct blob_write large = write_of(1500007, 3);
    struct err e = { 0 };
    int64_t end;

    CHECK_INT(blob_create(store, 1, &end, &e), ERR_NONE);
    if (packs->direct < 0)
        packs->direct = dup(packs->fd); /* takes whole blocks all the same */
    end = put(store, &small[0], 1);
    must_not_fit(store, &small[1], end);
    must_not_fit(store, &large, end);                            /* the block it shares */
    must_not_fit(store, &large, pack_round_up(end));             /* whole blocks */
    must_not_fit(store, &large, pack_round_up(end) + (1 << 20)); /* … of the second piece */
    must_not_fit(store, &large, (end + 1500007) / PACK_BLOCK * PACK_BLOCK); /* its last one */
    CHECK_INT(pack_size(), end);
    put(store, &large, 1);
    put(store, &small[1], 1);
    check_reads_back(store, &small[0]);
    check_reads_back(store, &large);
    check_reads_back(store, &small[1]);
    drop(&small[0]);
    drop(&small[1]);
    drop(&large);
    blob_close(store);
}

TEST(large_puts_go_through_the_page_cache_when_nothing_goes_past_it)
{
    struct blob_store *store = open_packs();
    struct packs *packs = packs_of(store);
    struct blob_write w[] = { write_of(700001, 1), write_of(700002, 2), write_of(700003, 3) };
    struct err e = { 0 };
    int64_t end;

    CHECK_INT(blob_create(store, 1, &end, &e), ERR_NONE);
    if (packs->direct < 0)
        packs->direct = dup(packs->fd);
    no_piece = true;
    put(store, &w[0], 1);
    no_piece = false;
    refused = packs->direct;
    put(store, &w[1], 1);
    closep(&packs->direct);
    put(store, &w[2], 1);
    for (unsigned i = 0; i < COUNT(w); i++) {
        check_reads_back(store, &w[i]);
        drop(&w[i]);
    }
    blob_close(store);
}

TEST(a_pack_that_is_left_ends_with_its_records)
{
    struct blob_store *store = open_packs();
    struct blob_write w[3] = { write_of(7001, 1), write_of(7002, 2), write_of(7003, 3) };
    struct err e = { 0 };
    int64_t end;
    int64_t other;

    CHECK_INT(blob_create(store, 1, &end, &e), ERR_NONE);
    put(store, &w[0], 1);
    put(store, &w[1], 1);
    end = put(store, &w[2], 1);
    CHECK(pack_size() > end);
    CHECK_INT(blob_create(store, 2, &other, &e), ERR_NONE);
    CHECK_INT(pack_size(), end);
    blob_close(store);

    store = open_packs();
    CHECK_INT(blob_claim(store, 1, end, &e), ERR_NONE);
    for (unsigned i = 0; i < COUNT(w); i++) {
        check_reads_back(store, &w[i]);
        drop(&w[i]);
    }
    blob_close(store);
}

/* Pieces of 1 MiB, both ends within blocks that others have, too. */
TEST(large_and_small_puts_and_removals_do_not_touch_one_another)
{
    struct blob_store *store = open_packs();
    struct blob_write small[] = { write_of(1001, 1), write_of(3000, 2), write_of(999, 3) };
    struct blob_write large[] = { write_of(1500007, 4), write_of(11, 5), write_of(900001, 6),
                                  write_of(BLOB_PIECE * 9, 7), write_of(1, 8) };
    struct blob_write last = write_of(600000, 9);
    struct err e = { 0 };
    char byte;
    int64_t end;

    CHECK_INT(blob_create(store, 1, &end, &e), ERR_NONE);
    put(store, &small[0], 1);
    put(store, &small[1], 1);
    put(store, large, COUNT(large));
    CHECK_INT(blob_remove(store, &small[1].place, 1, &e), ERR_NONE); /* in the same block */
    CHECK_INT(blob_remove(store, &large[4].place, 1, &e), ERR_NONE);
    put(store, &last, 1);
    put(store, &small[2], 1);
    CHECK_INT(blob_read(store, &small[1].place, 0, &byte, 1, true, &e), ERR_CORRUPT);
    CHECK_INT(blob_read(store, &large[4].place, 0, &byte, 1, true, &e), ERR_CORRUPT);
    check_reads_back(store, &small[0]);
    check_reads_back(store, &small[2]);
    check_reads_back(store, &last);
    for (unsigned i = 0; i < COUNT(large); i++) {
        if (i < 4)
            check_reads_back(store, &large[i]);
        drop(&large[i]);
    }
    for (unsigned i = 0; i < COUNT(small); i++)
        drop(&small[i]);
    drop(&last);
    blob_close(store);
}

TEST_MAIN
