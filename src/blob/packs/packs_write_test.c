/* Appending where the contract of all drivers does not reach: what a pack must be before it is
 * trusted, and what a put refuses. Calls that fail are the crash laboratory's (test/crash). */
#include "blob/packs/packs.h"
#include "support/temp.h"
#include "test.h"

#include <fcntl.h>
#include <sys/resource.h>
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

static int open_pack(int flags)
{
    char path[100];

    snprintf(path, sizeof path, "%s/000001.pack", temp_dir());
    int fd = open(path, flags, 0600);
    CHECK(fd >= 0);
    return fd;
}

static char checksum[4];

static struct blob_write write_of(struct bytes bytes)
{
    struct blob_write w = { .tenant = 1,
                            .stored = bytes,
                            .plain_bytes = (int64_t)bytes.len,
                            .checksums = bytes_of(checksum, sizeof checksum) };

    blob_checksums(bytes, checksum);
    sha256(bytes, &w.hash);
    return w;
}

static enum err_code put_one(struct blob_store *store, int64_t *end, struct err *e)
{
    struct blob_write w = write_of(B("some bytes of a picture"));

    return blob_put(store, &(struct blob_write *){ &w }, 1, end, e);
}

static void must_be_refused(const char *superblock, size_t len)
{
    struct blob_store *store = open_packs();
    struct err e = { 0 };
    int fd = open_pack(O_RDWR | O_CREAT | O_TRUNC);

    CHECK(write(fd, superblock, len) == (ssize_t)len);
    CHECK_INT(blob_claim(store, 1, PACK_BLOCK, &e), ERR_CORRUPT);
    CHECK(strcmp(e.text, "pack 1 has no superblock") == 0);
    CHECK_INT(blob_claimed(store), 0);
    struct stat st;
    CHECK(fstat(fd, &st) == 0 && st.st_size == (off_t)len); /* nothing of it is changed */
    close(fd);
    blob_close(store);
}

TEST(a_pack_is_claimed_only_with_a_superblock_of_its_own)
{
    char block[PACK_BLOCK];

    pack_write_superblock(block, 1);
    must_be_refused(block, 0);
    must_be_refused(block, PACK_BLOCK - 1);
    for (int i = 0; i < 24; i++) { /* magic, version, number, checksum, and the rest */
        block[i] ^= 1;
        must_be_refused(block, PACK_BLOCK);
        block[i] ^= 1;
    }
    block[PACK_BLOCK - 1] = 1;
    must_be_refused(block, PACK_BLOCK);
    pack_write_superblock(block, 2); /* another pack's */
    must_be_refused(block, PACK_BLOCK);
}

/* Every field is looked at, also when the checksum is right. */
TEST(a_superblock_of_another_version_or_number_is_none)
{
    char block[PACK_BLOCK];

    pack_write_superblock(block, 7);
    CHECK(pack_read_superblock(block, 7));
    CHECK(!pack_read_superblock(block, 8));
    for (int at = 8; at <= 12; at += 4) {
        pack_write_superblock(block, 7);
        block[at]++;
        uint32_t sum = crc32c(bytes_of(block, 16));
        for (int i = 0; i < 4; i++)
            block[16 + i] = (char)(sum >> (8 * i));
        CHECK(!pack_read_superblock(block, 7));
    }
}

static bool reads_with(size_t at, int len, uint64_t value)
{
    struct pack_header header = { .kind = PACK_BLOB, .tenant = 1, .stored_bytes = 10 };
    char raw[PACK_HEADER];

    pack_write_header(raw, &header);
    for (int i = 0; i < len; i++)
        raw[at + (size_t)i] = (char)(value >> (8 * i));
    uint32_t sum = crc32c(bytes_of(raw, 76));
    for (int i = 0; i < 4; i++)
        raw[76 + i] = (char)(sum >> (8 * i));
    return pack_read_header(raw, &header);
}

TEST(a_header_that_says_what_cannot_be_is_none)
{
    CHECK(reads_with(16, 8, 10));
    CHECK(!reads_with(0, 1, 'X'));  /* magic */
    CHECK(!reads_with(4, 1, 2));    /* version */
    CHECK(!reads_with(6, 1, 0x80)); /* flags */
    CHECK(!reads_with(16, 8, 0));   /* stored bytes */
    CHECK(!reads_with(16, 8, (uint64_t)BLOB_SIZE_MAX + 1));
    CHECK(!reads_with(5, 1, 0)); /* kind */
    CHECK(reads_with(5, 1, PACK_REMOVED));
}

TEST(without_a_pack_nothing_is_put_and_nothing_taken_back)
{
    struct blob_store *store = open_packs();
    struct err e = { 0 };
    int64_t end = 77;

    blob_rewind(store, 0);
    CHECK_INT(put_one(store, &end, &e), ERR_UNAVAILABLE);
    CHECK(strcmp(e.text, "no pack is claimed") == 0);
    CHECK_INT(end, 77);
    CHECK_INT(blob_flush(store, &e), ERR_UNAVAILABLE);
    CHECK_INT(blob_claimed(store), 0);
    blob_close(store);
}

TEST(a_put_is_taken_back_and_never_more_than_was_put)
{
    struct blob_store *store = open_packs();
    struct err e = { 0 };
    struct stat st;
    int64_t begin;
    int64_t end;

    CHECK_INT(blob_create(store, 1, &begin, &e), ERR_NONE);
    CHECK_INT(put_one(store, &end, &e), ERR_NONE);
    int fd = open_pack(O_RDONLY);
    blob_rewind(store, end + 1); /* not where anything ends */
    CHECK(fstat(fd, &st) == 0 && st.st_size == pack_round_up(end));
    blob_rewind(store, begin);
    CHECK(fstat(fd, &st) == 0 && st.st_size == begin);
    int64_t again;
    CHECK_INT(put_one(store, &again, &e), ERR_NONE);
    CHECK_INT(again, end);
    close(fd);
    blob_close(store);
}

TEST(a_pack_whose_flush_failed_elsewhere_is_left_and_not_claimed_again)
{
    struct blob_store *store = open_packs();
    struct err e = { 0 };
    int64_t begin;
    int64_t end;

    CHECK_INT(blob_create(store, 1, &begin, &e), ERR_NONE);
    packs_note_failure(packs_of(store), 1);
    CHECK_INT(put_one(store, &end, &e), ERR_UNAVAILABLE);
    CHECK_INT(blob_claimed(store), 0);
    CHECK_INT(blob_claim(store, 1, begin, &e), ERR_CORRUPT);
    CHECK(strcmp(e.text, "a flush of pack 1 has failed") == 0);
    CHECK_INT(blob_create(store, 2, &begin, &e), ERR_NONE);
    CHECK_INT(put_one(store, &end, &e), ERR_NONE);
    blob_close(store);
}

/* Of such a file nothing is known: it stays as it is. */
TEST(nor_is_it_cut_off)
{
    struct blob_store *store = open_packs();
    struct err e = { 0 };
    struct stat st;
    int64_t begin;
    int64_t end;

    CHECK_INT(blob_create(store, 1, &begin, &e), ERR_NONE);
    CHECK_INT(put_one(store, &end, &e), ERR_NONE);
    packs_note_failure(packs_of(store), 1);
    blob_close(store);
    int fd = open_pack(O_RDONLY);
    CHECK(fstat(fd, &st) == 0 && st.st_size == pack_round_up(end) && st.st_size > end);
    close(fd);
}

/* What is written must be readable, and later there may be no descriptor for that. */
TEST(a_pack_that_could_not_be_read_is_not_claimed)
{
    struct blob_store *store = open_packs();
    struct blob_store *other = open_packs();
    struct rlimit limit;
    struct err e = { 0 };
    int64_t begin;
    int64_t end;

    CHECK_INT(blob_create(other, 1, &begin, &e), ERR_NONE);
    blob_close(other);
    closep(&packs_of(store)->spare);
    CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
    rlim_t before = limit.rlim_cur;
    limit.rlim_cur = 64;
    CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
    int last = -1;
    for (int fd; (fd = dup(STDERR_FILENO)) >= 0;)
        last = fd;
    close(last);
    CHECK_INT(blob_claim(store, 1, begin, &e), ERR_UNAVAILABLE);
    CHECK_INT(blob_claimed(store), 0);
    limit.rlim_cur = before;
    CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
    CHECK_INT(blob_claim(store, 1, begin, &e), ERR_NONE);
    CHECK_INT(put_one(store, &end, &e), ERR_NONE);
    blob_close(store);
}

TEST(more_blobs_than_a_put_takes_are_refused)
{
    static struct blob_write writes[129];
    struct blob_write *list[129];
    struct blob_store *store = open_packs();
    struct err e = { 0 };
    int64_t begin;
    int64_t end = 77;

    for (int i = 0; i < 129; i++) {
        writes[i] = write_of(B("the same"));
        list[i] = &writes[i];
    }
    CHECK_INT(blob_create(store, 1, &begin, &e), ERR_NONE);
    CHECK_INT(blob_put(store, list, 129, &end, &e), ERR_TOO_LARGE);
    CHECK_INT(end, 77);
    CHECK_INT(blob_put(store, list, 128, &end, &e), ERR_NONE);
    blob_close(store);
}

/* What was written and not committed lies behind the end that rows know. */
TEST(what_nobody_knows_of_a_claimed_pack_is_cut_off_when_its_claimer_says_so)
{
    struct blob_store *store = open_packs();
    struct err e = { 0 };
    struct stat st;
    int64_t begin;
    int64_t end;

    CHECK_INT(blob_create(store, 1, &begin, &e), ERR_NONE);
    CHECK_INT(put_one(store, &end, &e), ERR_NONE);
    blob_close(store);
    store = open_packs();
    CHECK_INT(blob_claim(store, 1, begin, &e), ERR_NONE);
    int fd = open_pack(O_RDONLY);
    CHECK(fstat(fd, &st) == 0 && st.st_size >= end); /* rows may yet come to light */
    blob_rewind(store, begin);
    CHECK(fstat(fd, &st) == 0 && st.st_size == begin);
    close(fd);
    blob_close(store);
}

TEST(a_claim_that_is_given_up_leaves_the_pack_as_it_is)
{
    struct blob_store *store = open_packs();
    struct err e = { 0 };
    struct stat st;
    int64_t begin;
    int64_t end;

    blob_give_up(store); /* there is none */
    CHECK_INT(blob_create(store, 1, &begin, &e), ERR_NONE);
    CHECK_INT(put_one(store, &end, &e), ERR_NONE);
    blob_give_up(store);
    CHECK_INT(blob_claimed(store), 0);
    struct blob_store *other = open_packs();
    CHECK_INT(blob_claim(other, 1, begin, &e), ERR_NONE); /* nobody has it */
    blob_close(store);
    int fd = open_pack(O_RDONLY);
    CHECK(fstat(fd, &st) == 0 && st.st_size == pack_round_up(end));
    close(fd);
    blob_close(other);
}

TEST_MAIN
