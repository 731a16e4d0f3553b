/* What every place for blobs must do; run against packs, alone and behind the driver that fails. */
#include "blob/blob.h"
#include "blob/zip.h"
#include "seal/keyring.h"
#include "support/faulty.h"
#include "support/temp.h"
#include "test.h"

#include <errno.h>
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

static struct blob_store *open_faulty(void)
{
    return faulty_new(open_packs());
}

static struct blob_store *(*const kinds[])(void) = { open_packs, open_faulty };

/* Each contract runs in a child of its own per kind, for a directory of its own. */
#define CONTRACT(id)                                                                               \
    static void id(struct blob_store *(*open_store)(void));                                        \
    TEST(id##_packs)                                                                               \
    {                                                                                              \
        id(kinds[0]);                                                                              \
    }                                                                                              \
    TEST(id##_behind_another)                                                                      \
    {                                                                                              \
        id(kinds[1]);                                                                              \
    }                                                                                              \
    static void id(struct blob_store *(*open_store)(void))

static char *pattern(size_t len, unsigned seed)
{
    char *bytes = malloc(len);

    CHECK(bytes != NULL);
    for (size_t i = 0; i < len; i++)
        bytes[i] = (char)((seed = seed * 1103515245 + 12345) >> 16);
    return bytes;
}

static struct blob_write write_of(const char *bytes, size_t len)
{
    size_t sums = blob_checksums_len((int64_t)len, 0);
    char *checksums = malloc(sums);
    struct blob_write w = { .tenant = 1,
                            .stored = bytes_of(bytes, len),
                            .plain_bytes = (int64_t)len,
                            .checksums = bytes_of(checksums, sums) };

    CHECK(checksums != NULL);
    blob_checksums(w.stored, checksums);
    sha256(w.stored, &w.hash);
    return w;
}

static void drop(struct blob_write *w)
{
    free((void *)(uintptr_t)w->stored.at);
    free((void *)(uintptr_t)w->checksums.at);
}

static void check_reads_back(struct blob_store *store, const struct blob_write *w)
{
    char *got = malloc(w->stored.len);
    struct err e = { 0 };

    CHECK_INT(blob_read(store, &w->place, 0, got, w->stored.len, true, &e), ERR_NONE);
    CHECK(memcmp(got, w->stored.at, w->stored.len) == 0);
    free(got);
}

CONTRACT(what_was_put_reads_back_whole_and_in_parts)
{
    static const size_t sizes[] = { 1, 7, 100, BLOB_PIECE - 1, BLOB_PIECE, BLOB_PIECE + 1, 300000 };
    struct blob_store *store = open_store();
    struct blob_write writes[COUNT(sizes)];
    struct blob_write *group[COUNT(sizes)];
    struct err e = { 0 };
    char part[1000];
    int64_t end;

    CHECK_INT(blob_create(store, 1, &end, &e), ERR_NONE);
    for (size_t i = 0; i < COUNT(sizes); i++) {
        writes[i] = write_of(pattern(sizes[i], (unsigned)i + 1), sizes[i]);
        group[i] = &writes[i];
    }
    CHECK_INT(blob_put(store, group, COUNT(sizes), &end, &e), ERR_NONE);
    for (size_t i = 0; i < COUNT(sizes); i++)
        check_reads_back(store, &writes[i]);

    const struct blob_write *large = &writes[COUNT(sizes) - 1];
    for (int64_t from = BLOB_PIECE - 500; from < 300000 - 1000; from += 33333) {
        CHECK_INT(blob_read(store, &large->place, from, part, sizeof part, true, &e), ERR_NONE);
        CHECK(memcmp(part, large->stored.at + from, sizeof part) == 0);
    }
    for (size_t i = 0; i < COUNT(sizes); i++)
        drop(&writes[i]);
    blob_close(store);
}

CONTRACT(a_volume_is_claimed_again_at_the_end_that_rows_know)
{
    struct blob_store *store = open_store();
    struct blob_write first = write_of(pattern(5000, 1), 5000);
    struct blob_write second = write_of(pattern(6000, 2), 6000);
    struct blob_write third = write_of(pattern(70, 3), 70);
    struct err e = { 0 };
    int64_t known;
    int64_t end;

    CHECK_INT(blob_create(store, 3, &end, &e), ERR_NONE);
    CHECK_INT(blob_put(store, &(struct blob_write *){ &first }, 1, &known, &e), ERR_NONE);
    CHECK_INT(blob_put(store, &(struct blob_write *){ &second }, 1, &end, &e), ERR_NONE);
    blob_close(store);

    store = open_store(); /* the rows of the second were never committed */
    CHECK_INT(blob_claimed(store), 0);
    CHECK_INT(blob_claim(store, 3, known, &e), ERR_NONE);
    CHECK_INT(blob_claimed(store), 3);
    CHECK_INT(blob_put(store, &(struct blob_write *){ &third }, 1, &end, &e), ERR_NONE);
    CHECK(third.place.offset < known + 6000);
    check_reads_back(store, &first);
    check_reads_back(store, &third);
    CHECK_INT(blob_claim(store, 3, end + 1, &e), ERR_BUSY); /* we have it ourselves */
    blob_close(store);
    store = open_store();
    CHECK_INT(blob_claim(store, 3, end + 1, &e), ERR_CORRUPT);
    CHECK_INT(blob_claimed(store), 0);
    blob_close(store);
    drop(&first);
    drop(&second);
    drop(&third);
}

CONTRACT(only_one_process_appends_to_a_volume)
{
    struct blob_store *store = open_store();
    struct err e = { 0 };
    int64_t end;

    CHECK_INT(blob_create(store, 1, &end, &e), ERR_NONE);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        struct blob_store *other = open_store();
        int64_t other_end;
        bool right = blob_claim(other, 1, end, &e) == ERR_BUSY &&
                     blob_create(other, 1, &other_end, &e) == ERR_BUSY &&
                     blob_create(other, 2, &other_end, &e) == ERR_NONE;
        blob_close(other);
        _exit(right ? 0 : 1);
    }
    int status;
    CHECK(waitpid(child, &status, 0) == child);
    CHECK_INT(status, 0);
    blob_close(store);
}

CONTRACT(a_volume_with_bytes_is_never_made_anew)
{
    struct blob_store *store = open_store();
    struct blob_write w = write_of(pattern(10, 1), 10);
    struct err e = { 0 };
    int64_t end;

    CHECK_INT(blob_create(store, 1, &end, &e), ERR_NONE);
    CHECK_INT(blob_put(store, &(struct blob_write *){ &w }, 1, &end, &e), ERR_NONE);
    blob_close(store);
    store = open_store();
    CHECK_INT(blob_create(store, 1, &end, &e), ERR_CONFLICT);
    check_reads_back(store, &w);
    blob_close(store);
    drop(&w);
}

struct seen {
    int blobs;
    int removed;
    int64_t bytes;
};

static enum err_code count_seen(void *context, const struct blob_seen *seen, struct err *e)
{
    struct seen *s = context;

    (void)e;
    if (seen->removed)
        s->removed++;
    else
        s->blobs++;
    s->bytes += seen->place.stored_bytes;
    return ERR_NONE;
}

CONTRACT(a_removed_blob_gives_its_space_back_and_the_others_stay)
{
    struct blob_store *store = open_store();
    struct blob_write a = write_of(pattern(200000, 1), 200000);
    struct blob_write b = write_of(pattern(200000, 2), 200000);
    struct err e = { 0 };
    struct seen seen = { 0 };
    struct stat before;
    struct stat after;
    char path[100];
    char byte;
    int64_t gap = 0;
    int64_t end;

    CHECK_INT(blob_create(store, 1, &end, &e), ERR_NONE);
    CHECK_INT(blob_put(store, (struct blob_write *[]){ &a, &b }, 2, &end, &e), ERR_NONE);
    snprintf(path, sizeof path, "%s/000001.pack", temp_dir());
    CHECK(stat(path, &before) == 0);
    CHECK_INT(blob_remove(store, &a.place, 1, &e), ERR_NONE);
    CHECK_INT(blob_remove(store, &a.place, 1, &e), ERR_NONE); /* harmless */
    CHECK(stat(path, &after) == 0);
    CHECK(after.st_size == before.st_size);
    CHECK(after.st_blocks <= before.st_blocks - 2 * 180000 / 1024);
    CHECK_INT(blob_read(store, &a.place, 0, &byte, 1, true, &e), ERR_CORRUPT);
    check_reads_back(store, &b);
    CHECK_INT(blob_scan(store, 1, end, count_seen, &seen, &gap, &e), ERR_NONE);
    CHECK_INT(seen.blobs, 1);
    CHECK_INT(seen.removed, 1);
    CHECK_INT(gap, 0);
    blob_close(store);
    drop(&a);
    drop(&b);
}

CONTRACT(a_flipped_byte_is_never_returned)
{
    struct blob_store *store = open_store();
    struct blob_write w = write_of(pattern(200000, 9), 200000);
    struct err e = { 0 };
    char path[100];
    char *got = malloc(200000);
    int64_t end;

    CHECK_INT(blob_create(store, 1, &end, &e), ERR_NONE);
    CHECK_INT(blob_put(store, &(struct blob_write *){ &w }, 1, &end, &e), ERR_NONE);
    snprintf(path, sizeof path, "%s/000001.pack", temp_dir());
    int fd = open(path, O_RDWR);
    CHECK(fd >= 0);
    char flipped = (char)(w.stored.at[150000] ^ 4);
    CHECK(pwrite(fd, &flipped, 1, w.place.offset + 150000) == 1);
    CHECK_INT(blob_read(store, &w.place, 0, got, 200000, true, &e), ERR_CORRUPT);
    CHECK_INT(blob_read(store, &w.place, 140000, got, 10, true, &e), ERR_CORRUPT);
    CHECK_INT(blob_read(store, &w.place, 0, got, BLOB_PIECE, true, &e), ERR_NONE);
    CHECK(ftruncate(fd, w.place.offset + 100) == 0);
    CHECK_INT(blob_read(store, &w.place, 0, got, 200000, true, &e), ERR_CORRUPT);
    close(fd);
    free(got);
    blob_close(store);
    drop(&w);
}

static enum err_code check_record(struct blob_store *store, const struct blob_write *w)
{
    struct err e = { 0 };

    return blob_check_record(store, w->tenant, bytes_of((const char *)w->hash.at, HASH_LEN),
                             w->plain_bytes, &w->place, &e);
}

CONTRACT(a_flipped_bit_around_a_blob_is_found)
{
    struct blob_store *store = open_store();
    struct blob_write w = write_of(pattern(70001, 3), 70001);
    struct blob_write other = write_of(pattern(70001, 4), 70001);
    struct err e = { 0 };
    char path[100];
    int64_t end;
    char byte;

    CHECK_INT(blob_create(store, 1, &end, &e), ERR_NONE);
    int64_t from = end;
    CHECK_INT(blob_put(store, &(struct blob_write *){ &w }, 1, &end, &e), ERR_NONE);
    CHECK_INT(check_record(store, &w), ERR_NONE);
    snprintf(path, sizeof path, "%s/000001.pack", temp_dir());
    int fd = open(path, O_RDWR);
    CHECK(fd >= 0);
    for (int64_t at = from; at < end; at++) {
        if (at == w.place.offset)
            at += w.place.stored_bytes; /* those have checksums of their own */
        CHECK(pread(fd, &byte, 1, at) == 1);
        byte ^= 1;
        CHECK(pwrite(fd, &byte, 1, at) == 1);
        CHECK_INT(check_record(store, &w), ERR_CORRUPT);
        byte ^= 1;
        CHECK(pwrite(fd, &byte, 1, at) == 1);
    }
    CHECK_INT(check_record(store, &w), ERR_NONE);
    other.place = w.place;
    CHECK_INT(check_record(store, &other), ERR_CORRUPT); /* another's hash */
    close(fd);
    blob_close(store);
    drop(&w);
    drop(&other);
}

CONTRACT(a_scan_goes_on_behind_a_damaged_record)
{
    struct blob_store *store = open_store();
    struct blob_write a = write_of(pattern(1000, 1), 1000);
    struct blob_write b = write_of(pattern(1000, 2), 1000);
    struct err e = { 0 };
    struct seen seen = { 0 };
    char path[100];
    int64_t gap = 0;
    int64_t end;

    CHECK_INT(blob_create(store, 1, &end, &e), ERR_NONE);
    CHECK_INT(blob_put(store, (struct blob_write *[]){ &a, &b }, 2, &end, &e), ERR_NONE);
    snprintf(path, sizeof path, "%s/000001.pack", temp_dir());
    int fd = open(path, O_RDWR);
    CHECK(fd >= 0);
    CHECK(pwrite(fd, "xxxx", 4, 4096 + 10) == 4); /* in the first record's header */
    CHECK_INT(blob_scan(store, 1, end, count_seen, &seen, &gap, &e), ERR_NONE);
    CHECK_INT(seen.blobs, 1);
    CHECK(gap > 1000 && gap < 1200);
    close(fd);
    blob_close(store);
    drop(&a);
    drop(&b);
}

CONTRACT(a_read_that_may_not_wait_returns_the_same_bytes_or_says_so)
{
    struct blob_store *store = open_store();
    struct blob_write w = write_of(pattern(100000, 5), 100000);
    struct err e = { 0 };
    char *got = malloc(100000);
    int64_t end;

    CHECK_INT(blob_create(store, 1, &end, &e), ERR_NONE);
    CHECK_INT(blob_put(store, &(struct blob_write *){ &w }, 1, &end, &e), ERR_NONE);
    enum err_code rc = blob_read(store, &w.place, 0, got, 100000, false, &e);
    CHECK(rc == ERR_BLOCKS || (rc == ERR_NONE && memcmp(got, w.stored.at, 100000) == 0));
    free(got);
    blob_close(store);
    drop(&w);
}

CONTRACT(a_volume_that_was_saved_and_loaded_reads_back_as_far_as_rows_know_it)
{
    struct blob_store *store = open_store();
    struct blob_write first = write_of(pattern(100000, 1), 100000);
    struct blob_write second = write_of(pattern(5000, 2), 5000);
    struct copy save = { 0 };
    struct err e = { 0 };
    char path[100];
    int64_t known;
    int64_t end;

    CHECK_INT(blob_create(store, 1, &end, &e), ERR_NONE);
    CHECK_INT(blob_put(store, &(struct blob_write *){ &first }, 1, &known, &e), ERR_NONE);
    CHECK_INT(blob_put(store, &(struct blob_write *){ &second }, 1, &end, &e), ERR_NONE);
    snprintf(path, sizeof path, "%s/saved", temp_dir());
    save.to = open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
    CHECK(save.to >= 0);
    CHECK_INT(blob_save(store, 1, known, &save, &e), ERR_NONE);
    CHECK_INT(save.at, known);
    CHECK_INT(save.copied, known);
    CHECK_INT(blob_save(store, 1, end + (4 << 20), &save, &e), ERR_CORRUPT);
    CHECK_INT(blob_save(store, 2, end, &save, &e), ERR_CORRUPT);
    blob_close(store);

    store = open_store();
    struct copy load = { .from = save.to };
    CHECK_INT(blob_load(store, 1, known, &load, &e), ERR_NONE);
    CHECK_INT(load.crc, save.crc);
    check_reads_back(store, &first);
    CHECK_INT(blob_claim(store, 1, known, &e), ERR_NONE);
    load = (struct copy){ .from = save.to };
    CHECK_INT(blob_load(store, 3, end + 1, &load, &e), ERR_CORRUPT);
    blob_close(store);
    close(save.to);
    drop(&first);
    drop(&second);
}

/* Only packs are in memory: behind another driver there is no view, and that is allowed. */
TEST(a_view_has_the_same_bytes_or_is_refused)
{
    struct blob_store *store = open_packs();
    struct blob_write w = write_of(pattern(200000, 5), 200000);
    struct err e = { 0 };
    char path[100];
    int64_t end;

    CHECK_INT(blob_create(store, 1, &end, &e), ERR_NONE);
    CHECK_INT(blob_put(store, &(struct blob_write *){ &w }, 1, &end, &e), ERR_NONE);
    check_reads_back(store, &w); /* now it is in the page cache */
    const char *view = blob_view(store, &w.place, 0, 200000);
    CHECK(view && memcmp(view, w.stored.at, 200000) == 0);
    view = blob_view(store, &w.place, BLOB_PIECE, BLOB_PIECE);
    CHECK(view && memcmp(view, w.stored.at + BLOB_PIECE, BLOB_PIECE) == 0);
    CHECK(!blob_view(store, &w.place, 100, 100)); /* no whole pieces: not checkable */
    CHECK(!blob_view(store, &w.place, 0, 200001));

    snprintf(path, sizeof path, "%s/000001.pack", temp_dir());
    int fd = open(path, O_RDWR);
    CHECK(fd >= 0);
    char flipped = (char)(w.stored.at[150000] ^ 4);
    CHECK(pwrite(fd, &flipped, 1, w.place.offset + 150000) == 1);
    CHECK(!blob_view(store, &w.place, 0, 200000));
    CHECK(blob_view(store, &w.place, 0, BLOB_PIECE));
    CHECK(ftruncate(fd, w.place.offset + 100) == 0); /* the map reaches further than the file */
    CHECK(!blob_view(store, &w.place, 0, BLOB_PIECE));
    CHECK(!blob_view(store, &w.place, 0, 200000));
    close(fd);
    blob_close(store);
    drop(&w);
}

/* ---- sealed blobs ---- */

static const struct key_origin origin = {
    .text = { "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", 64 }
};

static struct keyring *use_keys(struct blob_store *store)
{
    static const uint8_t id[HASH_LEN] = { 7 };
    struct keyring *keyring = NULL;
    struct err e = { 0 };
    char dir[100];

    snprintf(dir, sizeof dir, "%s/keys", temp_dir());
    CHECK_INT(keyring_open(dir, &origin, true, &keyring, &e), ERR_NONE);
    blob_use_keys(store, keyring, id);
    return keyring;
}

static void seal_it(struct blob_store *store, struct blob_write *w)
{
    char *out = malloc(w->stored.len);
    char *tags = malloc(blob_checksums_len((int64_t)w->stored.len, BLOB_SEALED));
    struct err e = { 0 };

    CHECK(out && tags);
    struct bytes checksums = w->checksums;
    CHECK_INT(blob_seal(store, w, out, tags, &e), ERR_NONE);
    free((void *)(uintptr_t)checksums.at);
    CHECK(w->key_no > 0);
    CHECK_INT(w->flags, BLOB_SEALED);
}

CONTRACT(without_a_keyring_nothing_is_sealed)
{
    struct blob_store *store = open_store();
    char *plain = pattern(100, 1);
    struct blob_write w = write_of(plain, 100);
    struct blob_write sealed = { .flags = BLOB_SEALED, .key_no = 1 };
    struct bytes before = w.stored;
    struct err e = { 0 };
    char tags[BLOB_TAG];
    char out[100];

    CHECK_INT(blob_seal(store, &w, out, tags, &e), ERR_UNAVAILABLE);
    CHECK(w.stored.at == before.at && w.flags == 0 && w.key_no == 0);
    blob_give_key_back(store, &sealed); /* there is none */
    free((void *)(uintptr_t)w.checksums.at);
    free(plain);
    blob_close(store);
}

CONTRACT(sealed_blobs_read_back_whole_and_in_parts)
{
    static const size_t sizes[] = { 1, 100, BLOB_PIECE - 1, BLOB_PIECE, BLOB_PIECE + 1, 300000 };
    struct blob_store *store = open_store();
    struct keyring *keyring = use_keys(store);
    struct err e = { 0 };
    int64_t end;

    CHECK_INT(blob_create(store, 1, &end, &e), ERR_NONE);
    for (size_t i = 0; i < COUNT(sizes); i++) {
        char *plain = pattern(sizes[i], (unsigned)i + 1);
        struct blob_write w = write_of(plain, sizes[i]);
        seal_it(store, &w);
        CHECK(sizes[i] < 16 || !memmem(w.stored.at, sizes[i], plain, 16));
        CHECK_INT(blob_put(store, &(struct blob_write *){ &w }, 1, &end, &e), ERR_NONE);
        CHECK_INT(w.place.stored_bytes, sizes[i]);
        char *got = malloc(sizes[i]);
        for (size_t from = 0; from < sizes[i]; from += 1 + sizes[i] / 7) {
            for (size_t len = 1; len <= sizes[i] - from; len += 1 + sizes[i] / 5) {
                CHECK_INT(blob_read(store, &w.place, (int64_t)from, got, len, true, &e), ERR_NONE);
                CHECK(memcmp(got, plain + from, len) == 0);
            }
        }
        CHECK_INT(blob_read(store, &w.place, 0, got, sizes[i], true, &e), ERR_NONE);
        CHECK(memcmp(got, plain, sizes[i]) == 0);
        CHECK(!blob_view(store, &w.place, 0, sizes[i]));
        free(got);
        free(plain);
        drop(&w);
    }
    blob_close(store);
    keyring_close(keyring);
}

/* All of it zeros, or as it was. */
static bool is_wiped(const char *at, size_t len)
{
    return (at[0] == 0 || at[0] == 'x') && memcmp(at, at + 1, len - 1) == 0;
}

#define SEALED_LEN 70000

static enum err_code reading(struct blob_store *store, const struct blob_place *place)
{
    static char got[SEALED_LEN];
    struct err e = { 0 };

    memset(got, 'x', sizeof got);
    enum err_code rc = blob_read(store, place, 0, got, (size_t)place->stored_bytes, true, &e);
    CHECK(rc == ERR_NONE || is_wiped(got, (size_t)place->stored_bytes));
    return rc;
}

CONTRACT(a_sealed_blob_opens_only_as_what_it_was_sealed_as)
{
    struct blob_store *store = open_store();
    struct keyring *keyring = use_keys(store);
    char *plain[2] = { pattern(SEALED_LEN, 1), pattern(SEALED_LEN, 2) };
    struct blob_write w[2] = { write_of(plain[0], SEALED_LEN), write_of(plain[1], SEALED_LEN) };
    struct err e = { 0 };
    int64_t end;

    CHECK_INT(blob_create(store, 1, &end, &e), ERR_NONE);
    for (int i = 0; i < 2; i++) {
        seal_it(store, &w[i]);
        CHECK_INT(blob_put(store, &(struct blob_write *){ &w[i] }, 1, &end, &e), ERR_NONE);
        CHECK_INT(reading(store, &w[i].place), ERR_NONE);
    }
    struct blob_place moved = w[0].place;
    moved.of = w[1].place.of; /* the record of one under the row of the other, with its key */
    CHECK_INT(reading(store, &moved), ERR_CORRUPT);
    moved = w[0].place;
    moved.key_no = w[1].key_no;
    CHECK_INT(reading(store, &moved), ERR_CORRUPT);
    moved = w[0].place;
    moved.of.tenant++;
    CHECK_INT(reading(store, &moved), ERR_CORRUPT);
    moved = w[0].place;
    moved.of.plain_bytes--;
    CHECK_INT(reading(store, &moved), ERR_CORRUPT);
    moved = w[0].place;
    moved.flags |= BLOB_ZIPPED;
    CHECK_INT(reading(store, &moved), ERR_CORRUPT);
    moved = w[0].place; /* cut off at the end of a piece */
    moved.stored_bytes = BLOB_PIECE;
    moved.checksums.len = BLOB_TAG;
    CHECK_INT(reading(store, &moved), ERR_CORRUPT);
    moved = w[0].place;
    moved.checksums = w[1].place.checksums;
    CHECK_INT(reading(store, &moved), ERR_CORRUPT);

    static const uint8_t other[HASH_LEN] = { 8 };
    blob_use_keys(store, keyring, other); /* another store */
    CHECK_INT(reading(store, &w[0].place), ERR_CORRUPT);
    blob_use_keys(store, NULL, other);
    CHECK_INT(reading(store, &w[0].place), ERR_UNAVAILABLE);
    keyring_close(keyring);
    keyring = use_keys(store);
    CHECK_INT(reading(store, &w[0].place), ERR_NONE);
    CHECK_INT(keyring_erase(keyring, &w[0].key_no, 1, &e), ERR_NONE);
    CHECK_INT(reading(store, &w[0].place), ERR_CORRUPT);
    CHECK_INT(reading(store, &w[1].place), ERR_NONE);
    for (int i = 0; i < 2; i++) {
        drop(&w[i]);
        free(plain[i]);
    }
    blob_close(store);
    keyring_close(keyring);
}

/* Alone in the first pack, whose file is given. */
static int put_sealed(struct blob_store *store, struct blob_write *w)
{
    struct err e = { 0 };
    char path[100];
    int64_t end;

    CHECK_INT(blob_create(store, 1, &end, &e), ERR_NONE);
    seal_it(store, w);
    CHECK_INT(blob_put(store, &w, 1, &end, &e), ERR_NONE);
    snprintf(path, sizeof path, "%s/000001.pack", temp_dir());
    int fd = open(path, O_RDWR);
    CHECK(fd >= 0);
    return fd;
}

CONTRACT(every_changed_byte_of_a_sealed_blob_is_refused)
{
    struct blob_store *store = open_store();
    struct keyring *keyring = use_keys(store);
    char *plain = pattern(3000, 1);
    struct blob_write w = write_of(plain, 3000);
    int fd = put_sealed(store, &w);

    for (int64_t at = 0; at < 3000; at++) {
        char changed = (char)(w.stored.at[at] ^ (1 << at % 8));
        CHECK(pwrite(fd, &changed, 1, w.place.offset + at) == 1);
        CHECK_INT(reading(store, &w.place), ERR_CORRUPT);
        CHECK(pwrite(fd, w.stored.at + at, 1, w.place.offset + at) == 1);
    }
    CHECK_INT(reading(store, &w.place), ERR_NONE);
    close(fd);
    free(plain);
    drop(&w);
    blob_close(store);
    keyring_close(keyring);
}

TEST(no_part_of_a_changed_piece_comes_out)
{
    struct blob_store *store = open_packs();
    struct keyring *keyring = use_keys(store);
    char *plain = pattern(200000, 3);
    struct blob_write w = write_of(plain, 200000);
    int fd = put_sealed(store, &w);
    struct err e = { 0 };
    char out[200000];

    char changed = (char)(w.stored.at[70000] ^ 1);
    CHECK(pwrite(fd, &changed, 1, w.place.offset + 70000) == 1);
    /* far from the byte, of the same piece; and whole pieces before, whose neighbour it is */
    CHECK_INT(blob_read(store, &w.place, 100000, out, 50, true, &e), ERR_CORRUPT);
    CHECK(memcmp(out, plain + 100000, 50) != 0);
    CHECK_INT(blob_read(store, &w.place, 0, out, 65000, true, &e), ERR_NONE);
    CHECK(memcmp(out, plain, 65000) == 0);
    CHECK_INT(blob_read(store, &w.place, 150000, out, 50000, true, &e), ERR_NONE);
    CHECK(memcmp(out, plain + 150000, 50000) == 0);

    CHECK(ftruncate(fd, w.place.offset + 140000) == 0); /* a map reaches further than the file */
    CHECK_INT(blob_read(store, &w.place, 150000, out, 50000, true, &e), ERR_CORRUPT);
    CHECK(memcmp(out, plain + 150000, 50000) != 0);
    close(fd);
    free(plain);
    drop(&w);
    blob_close(store);
    keyring_close(keyring);
}

static enum err_code same_as_put(void *context, const struct blob_seen *seen, struct err *e)
{
    const struct blob_write *w = context;

    (void)e;
    CHECK_INT(seen->place.flags, w->flags);
    CHECK_INT(seen->place.key_no, w->key_no);
    CHECK_INT(seen->place.offset, w->place.offset);
    CHECK_BYTES(seen->place.checksums, w->checksums);
    CHECK(memcmp(seen->place.of.hash.at, w->hash.at, HASH_LEN) == 0);
    return ERR_NONE;
}

CONTRACT(a_scan_tells_all_that_is_needed_to_open_a_sealed_blob)
{
    struct blob_store *store = open_store();
    struct keyring *keyring = use_keys(store);
    char *plain = pattern(SEALED_LEN, 1);
    struct blob_write w = write_of(plain, SEALED_LEN);
    struct err e = { 0 };
    int64_t gap = 0;
    int64_t end;

    CHECK_INT(blob_create(store, 1, &end, &e), ERR_NONE);
    seal_it(store, &w);
    CHECK_INT(blob_put(store, &(struct blob_write *){ &w }, 1, &end, &e), ERR_NONE);
    CHECK_INT(blob_scan(store, 1, end, same_as_put, &w, &gap, &e), ERR_NONE);
    CHECK_INT(gap, 0);
    CHECK_INT(blob_remove(store, &w.place, 1, &e), ERR_NONE);
    CHECK_INT(reading(store, &w.place), ERR_CORRUPT);
    free(plain);
    drop(&w);
    blob_close(store);
    keyring_close(keyring);
}

TEST(a_key_of_bytes_that_were_never_written_serves_the_next)
{
    struct blob_store *store = open_packs();
    struct keyring *keyring = use_keys(store);
    char *plain[2] = { pattern(100, 1), pattern(100, 2) };
    struct blob_write w[2] = { write_of(plain[0], 100), write_of(plain[1], 100) };
    struct err e = { 0 };
    int64_t end;

    CHECK_INT(blob_create(store, 1, &end, &e), ERR_NONE);
    seal_it(store, &w[0]);
    blob_give_key_back(store, &w[0]);
    seal_it(store, &w[1]);
    CHECK_INT(w[1].key_no, w[0].key_no);
    CHECK_INT(blob_put(store, &(struct blob_write *){ &w[1] }, 1, &end, &e), ERR_NONE);
    blob_give_key_back(store, &w[1]); /* has been written by: never again */
    struct data_key next;
    CHECK_INT(keyring_take(keyring, &next, &e), ERR_NONE);
    CHECK(next.number != w[1].key_no);
    for (int i = 0; i < 2; i++) {
        drop(&w[i]);
        free(plain[i]);
    }
    blob_close(store);
    keyring_close(keyring);
}

TEST(what_gets_smaller_is_zipped_and_comes_back)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    char *random = pattern(50000, 3);
    char *even = calloc(1, 50000);
    char *got = malloc(50000);
    struct bytes zipped = { 0 };
    struct err e = { 0 };

    CHECK(!zip_pack(arena, bytes_of(random, 50000), &zipped));
    CHECK(!zip_pack(arena, bytes_of(random, 1), &zipped));
    CHECK(zipped.at == NULL);
    memcpy(even, random, 1000);
    CHECK(zip_pack(arena, bytes_of(even, 50000), &zipped));
    CHECK(zipped.len < 2000);
    CHECK_INT(zip_unpack(zipped, got, 50000, &e), ERR_NONE);
    CHECK(memcmp(got, even, 50000) == 0);
    CHECK_INT(zip_unpack(zipped, got, 49999, &e), ERR_CORRUPT);
    CHECK_INT(zip_unpack(bytes_first(zipped, zipped.len - 1), got, 50000, &e), ERR_CORRUPT);
    CHECK_INT(zip_unpack(bytes_of(random, 1000), got, 50000, &e), ERR_CORRUPT);
    free(random);
    free(even);
    free(got);
}

/* Takes all descriptors that are left; returns how many the process may have otherwise. */
static rlim_t use_up_descriptors(void)
{
    struct rlimit limit;

    CHECK_INT(getrlimit(RLIMIT_NOFILE, &limit), 0);
    rlim_t before = limit.rlim_cur;
    limit.rlim_cur = 64;
    CHECK_INT(setrlimit(RLIMIT_NOFILE, &limit), 0);
    while (dup(STDERR_FILENO) >= 0)
        continue;
    CHECK_INT(errno, EMFILE);
    return before;
}

static void allow_descriptors(rlim_t count)
{
    struct rlimit limit;

    CHECK_INT(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = count;
    CHECK_INT(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

TEST(packs_are_read_without_descriptors)
{
    struct blob_store *writer = open_packs();
    struct blob_write old = write_of(pattern(5000, 1), 5000);
    struct blob_write new = write_of(pattern(6000, 2), 6000);
    struct err e = { 0 };
    int64_t end;

    CHECK_INT(blob_create(writer, 1, &end, &e), ERR_NONE);
    CHECK_INT(blob_put(writer, &(struct blob_write *){ &old }, 1, &end, &e), ERR_NONE);
    struct blob_store *reader = open_packs();
    CHECK_INT(blob_create(writer, 2, &end, &e), ERR_NONE);
    CHECK_INT(blob_put(writer, &(struct blob_write *){ &new }, 1, &end, &e), ERR_NONE);

    rlim_t before = use_up_descriptors();
    check_reads_back(reader, &old); /* was there when it was opened */
    check_reads_back(reader, &new); /* was made by another since */
    check_reads_back(writer, &new);
    allow_descriptors(before);
    blob_close(reader);
    blob_close(writer);
    drop(&old);
    drop(&new);
}

TEST(an_unknown_kind_of_store_is_refused)
{
    struct blob_store *store;
    struct err e = { 0 };

    CHECK_INT(blob_open("tape:/dev/null", &store, &e), ERR_INVALID);
    CHECK_INT(blob_open("packs", &store, &e), ERR_INVALID);
    CHECK_INT(blob_open("packs:/does/not/exist", &store, &e), ERR_UNAVAILABLE);
}

TEST_MAIN
