/* Records that only look like some. */
#include "blob/packs/packs.h"
#include "support/temp.h"
#include "test.h"

#include <fcntl.h>

#define LEN 1000

static const char noise[LEN] = { 1, 2, 3 };

struct made {
    struct blob_store *store;
    struct blob_write w;
    char checksum[4];
    int64_t end;
    int fd;
};

/* A pack with one blob. */
static void make(struct made *m)
{
    struct err e = { 0 };
    char text[100];

    snprintf(text, sizeof text, "packs:%s", temp_dir());
    CHECK_INT(blob_open(text, &m->store, &e), ERR_NONE);
    m->w = (struct blob_write){ .tenant = 1,
                                .stored = bytes_of(noise, LEN),
                                .plain_bytes = LEN,
                                .checksums = bytes_of(m->checksum, sizeof m->checksum) };
    blob_checksums(m->w.stored, m->checksum);
    sha256(m->w.stored, &m->w.hash);
    CHECK_INT(blob_create(m->store, 1, &m->end, &e), ERR_NONE);
    CHECK_INT(blob_put(m->store, &(struct blob_write *){ &m->w }, 1, &m->end, &e), ERR_NONE);
    snprintf(text, sizeof text, "%s/000001.pack", temp_dir());
    m->fd = open(text, O_RDWR);
    CHECK(m->fd >= 0);
}

static void drop(struct made *m)
{
    close(m->fd);
    blob_close(m->store);
}

struct found {
    int blobs;
    enum err_code answer;
};

static enum err_code count(void *context, const struct blob_seen *seen, struct err *e)
{
    struct found *found = context;

    CHECK_INT(seen->plain_bytes, LEN);
    found->blobs++;
    return found->answer ? err_set(e, found->answer, "enough") : ERR_NONE;
}

static enum err_code scan(struct made *m, int64_t end, struct found *found, int64_t *gap)
{
    struct err e = { 0 };

    *gap = 0;
    return blob_scan(m->store, 1, end, count, found, gap, &e);
}

TEST(what_is_cut_off_is_no_record)
{
    struct found found = { 0 };
    struct made m;
    int64_t gap;

    make(&m);
    CHECK_INT(scan(&m, m.end, &found, &gap), ERR_NONE);
    CHECK_INT(found.blobs, 1);
    CHECK_INT(gap, 0);
    CHECK_INT(scan(&m, m.end - PACK_ALIGN, &found, &gap), ERR_NONE); /* beyond what rows know */
    CHECK_INT(found.blobs, 1);
    CHECK_INT(gap, m.end - PACK_ALIGN - PACK_BLOCK);
    for (int64_t len = PACK_HEADER + 3; len >= PACK_HEADER - 1; len -= 4) {
        CHECK(ftruncate(m.fd, PACK_BLOCK + len) == 0); /* in the checksums, in the header */
        CHECK_INT(scan(&m, m.end, &found, &gap), ERR_NONE);
        CHECK_INT(found.blobs, 1);
        CHECK_INT(gap, m.end - PACK_BLOCK);
    }
    drop(&m);
}

TEST(who_has_seen_enough_ends_the_scan)
{
    struct found found = { .answer = ERR_CONFLICT };
    struct made m;
    int64_t gap;

    make(&m);
    CHECK_INT(scan(&m, m.end, &found, &gap), ERR_CONFLICT);
    CHECK_INT(found.blobs, 1);
    drop(&m);
}

TEST(a_pack_that_is_not_there_is_not_scanned)
{
    struct found found = { 0 };
    struct err e = { 0 };
    int64_t gap = 0;
    struct made m;

    make(&m);
    CHECK(blob_scan(m.store, 9, m.end, count, &found, &gap, &e) != ERR_NONE);
    CHECK_INT(found.blobs, 0);
    drop(&m);
}

TEST(a_pack_without_its_superblock_is_not_scanned)
{
    struct found found = { 0 };
    struct made m;
    int64_t gap;

    make(&m);
    CHECK(pwrite(m.fd, "X", 1, 0) == 1);
    CHECK_INT(scan(&m, m.end, &found, &gap), ERR_CORRUPT);
    CHECK(ftruncate(m.fd, 100) == 0);
    CHECK_INT(scan(&m, m.end, &found, &gap), ERR_CORRUPT);
    CHECK_INT(found.blobs, 0);
    drop(&m);
}

static enum err_code check(struct made *m, int32_t tenant, int64_t plain, struct bytes hash,
                           struct blob_place place)
{
    struct err e = { 0 };

    return blob_check_record(m->store, tenant, hash, plain, &place, &e);
}

TEST(a_record_that_says_otherwise_than_the_row_is_noticed)
{
    struct made m;

    make(&m);
    struct bytes hash = bytes_of((const char *)m.w.hash.at, HASH_LEN);
    struct blob_place right = m.w.place;
    CHECK_INT(check(&m, 1, LEN, hash, right), ERR_NONE);
    CHECK_INT(check(&m, 2, LEN, hash, right), ERR_CORRUPT);
    CHECK_INT(check(&m, 1, LEN + 1, hash, right), ERR_CORRUPT);
    CHECK_INT(check(&m, 1, LEN, bytes_of(noise, HASH_LEN), right), ERR_CORRUPT);
    struct blob_place wrong = right;
    wrong.stored_bytes -= 1; /* of the same rounded length */
    CHECK_INT(check(&m, 1, LEN, hash, wrong), ERR_CORRUPT);
    wrong = right;
    wrong.checksums = bytes_of(noise, 4);
    CHECK_INT(check(&m, 1, LEN, hash, wrong), ERR_CORRUPT);
    wrong = right;
    wrong.flags |= BLOB_ZIPPED;
    CHECK_INT(check(&m, 1, LEN, hash, wrong), ERR_CORRUPT);
    wrong = right;
    wrong.key_no = 1;
    CHECK_INT(check(&m, 1, LEN, hash, wrong), ERR_CORRUPT);
    wrong = right; /* a longer one behind another head */
    wrong.stored_bytes = LEN + BLOB_PIECE;
    wrong.offset += pack_bytes_offset(LEN + BLOB_PIECE, 0) - pack_bytes_offset(LEN, 0);
    CHECK_INT(check(&m, 1, LEN, hash, wrong), ERR_CORRUPT);
    wrong = right;
    wrong.volume = 9;
    CHECK_INT(check(&m, 1, LEN, hash, wrong), ERR_CORRUPT); /* no such pack */
    drop(&m);
}

TEST(a_removed_record_is_not_the_row_s)
{
    struct err e = { 0 };
    struct made m;

    make(&m);
    CHECK_INT(blob_remove(m.store, &m.w.place, 1, &e), ERR_NONE);
    struct bytes hash = bytes_of((const char *)m.w.hash.at, HASH_LEN);
    CHECK_INT(check(&m, 1, LEN, hash, m.w.place), ERR_CORRUPT);
    drop(&m);
}

TEST_MAIN
