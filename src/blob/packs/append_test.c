/* How a pack's file grows, and that large puts, small puts and removals share its blocks. */
#include "blob/blob.h"
#include "support/temp.h"
#include "test.h"

#include <sys/stat.h>

static struct blob_store *open_packs(void)
{
    struct blob_store *store = NULL;
    struct err e = { 0 };
    char url[100];

    snprintf(url, sizeof url, "packs:%s", temp_dir());
    CHECK_INT(blob_open(url, &store, &e), ERR_NONE);
    return store;
}

static int64_t pack_size(void)
{
    struct stat st;
    char path[100];

    snprintf(path, sizeof path, "%s/000001.pack", temp_dir());
    CHECK(stat(path, &st) == 0);
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
