/* Packs with parity: what is flipped comes back, what was removed does not. */
#include "blob/packs/scrub.h"
#include "seal/keyring.h"
#include "support/temp.h"
#include "test.h"

#include <fcntl.h>
#include <sys/stat.h>

#define BLOBS 120

struct fixture {
    struct blob_store *store;
    struct blob_write writes[BLOBS];
    char *original; /* of the pack, as it should be */
    int64_t end;
    unsigned seed;
};

static unsigned next(struct fixture *f)
{
    f->seed = f->seed * 1103515245 + 12345;
    return f->seed >> 8;
}

static struct blob_write make_write(struct fixture *f, size_t len)
{
    char *bytes = malloc(len);
    char *sums = malloc(blob_checksums_len((int64_t)len, 0));
    struct blob_write w = { .tenant = 1,
                            .stored = bytes_of(bytes, len),
                            .plain_bytes = (int64_t)len,
                            .checksums = bytes_of(sums, blob_checksums_len((int64_t)len, 0)) };

    CHECK(bytes != NULL && sums != NULL);
    for (size_t i = 0; i < len; i++)
        bytes[i] = (char)next(f);
    blob_checksums(w.stored, sums);
    sha256(w.stored, &w.hash);
    return w;
}

static int open_file(const char *name)
{
    char path[200];

    snprintf(path, sizeof path, "%s/%s", temp_dir(), name);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    CHECK(fd >= 0);
    return fd;
}

static char *read_pack(int64_t len)
{
    CLEANUP(closep) int fd = open_file("000001.pack");
    char *bytes = malloc((size_t)len);

    CHECK(bytes && pread(fd, bytes, (size_t)len, 0) == len);
    return bytes;
}

static void put_more(struct fixture *f, struct blob_write *w, size_t len)
{
    struct blob_write *group[1] = { w };
    struct err e = { 0 };

    *w = make_write(f, len);
    CHECK_INT(blob_put(f->store, group, 1, &f->end, &e), ERR_NONE);
    free(f->original);
    f->original = read_pack(f->end);
}

/* Three zones or so, with blobs of one byte to a few pieces and one that is longer than a zone. */
static struct fixture fill(void)
{
    struct fixture f = { .seed = 7 };
    struct err e = { 0 };
    char url[100];

    snprintf(url, sizeof url, "packs:%s", temp_dir());
    CHECK_INT(blob_open(url, &f.store, &e), ERR_NONE);
    CHECK_INT(blob_create(f.store, 1, &f.end, &e), ERR_NONE);
    for (int i = 0; i < BLOBS; i++) {
        struct blob_write *group[1] = { &f.writes[i] };
        f.writes[i] = make_write(&f, i == 50 ? 9 << 20 : 1 + next(&f) % 150000);
        CHECK_INT(blob_put(f.store, group, 1, &f.end, &e), ERR_NONE);
    }
    f.original = read_pack(f.end);
    return f;
}

static void drop(struct fixture *f)
{
    for (int i = 0; i < BLOBS; i++) {
        free((void *)(uintptr_t)f->writes[i].stored.at);
        free((void *)(uintptr_t)f->writes[i].checksums.at);
    }
    free(f->original);
    blob_close(f->store);
}

struct sum {
    int64_t bad;
    int64_t repaired;
    int64_t bad_spare;
    int made;
    size_t bad_blobs;
    int64_t first_bad; /* its offset */
};

static struct sum scrub_with(struct fixture *f, bool protect)
{
    struct blob_scrub_options options = { .protect = protect };
    CLEANUP(blob_scrub_closep) struct blob_scrub *scrub = NULL;
    struct sum sum = { 0 };
    struct err e = { 0 };

    CHECK_INT(blob_scrub_open(f->store, &options, &scrub, &e), ERR_NONE);
    for (int32_t zone = 0; zone < parity_zones(f->end); zone++) {
        struct blob_scrubbed out;
        if (blob_scrub_zone(scrub, 1, zone, f->end, &out, &e))
            test_fail(__FILE__, __LINE__, "zone %d: %s", zone, e.text);
        sum.bad += out.bad_blocks;
        sum.repaired += out.repaired_blocks;
        sum.bad_spare += out.bad_spare_blocks;
        sum.made += out.made;
        if (out.bad_count && !sum.bad_blobs)
            sum.first_bad = out.bad[0].offset;
        sum.bad_blobs += out.bad_count;
    }
    return sum;
}

static struct sum scrub(struct fixture *f)
{
    return scrub_with(f, true);
}

static int32_t unprotected(struct fixture *f)
{
    struct err e = { 0 };
    int64_t covered = 0;
    int32_t zone;

    CHECK_INT(blob_unprotected(f->store, 1, f->end, 0, &zone, &covered, &e), ERR_NONE);
    CHECK(zone >= 0 || covered == f->end);
    return zone;
}

static void overwrite(const char *name, int64_t at, const void *bytes, size_t len)
{
    CLEANUP(closep) int fd = open_file(name);

    CHECK(pwrite(fd, bytes, len, at) == (ssize_t)len);
}

static void flip(struct fixture *f, int64_t at)
{
    char byte = (char)(f->original[at] ^ 1 << at % 8);

    overwrite("000001.pack", at, &byte, 1);
}

static bool is_as_it_was(struct fixture *f)
{
    char *now = read_pack(f->end);
    bool same = memcmp(now, f->original, (size_t)f->end) == 0;

    free(now);
    return same;
}

TEST(parity_is_made_once_and_then_finds_nothing)
{
    struct fixture f = fill();

    CHECK_INT(unprotected(&f), 0);
    struct sum sum = scrub(&f);
    CHECK_INT(sum.made, parity_zones(f.end));
    CHECK_INT(sum.bad + sum.bad_spare + (int64_t)sum.bad_blobs, 0);
    CHECK_INT(unprotected(&f), -1);
    sum = scrub(&f);
    CHECK_INT(sum.made + sum.bad + sum.bad_spare + (int64_t)sum.bad_blobs, 0);
    CHECK(is_as_it_was(&f));
    drop(&f);
}

/* In the superblock, headers, checksums, bytes, padding. */
TEST(a_flipped_bit_is_repaired_wherever_it_is)
{
    struct fixture f = fill();
    int64_t header =
        f.writes[3].place.offset - pack_bytes_offset(f.writes[3].place.stored_bytes, 0);
    int64_t places[40] = { 0,           9,           20,        4000,      header,
                           header + 45, header + 85, f.end - 1, f.end / 2, PARITY_ZONE - 1,
                           PARITY_ZONE, 4096 };

    scrub(&f);
    for (size_t i = 12; i < COUNT(places); i++)
        places[i] = next(&f) % f.end;
    for (size_t i = 0; i < COUNT(places); i++) {
        flip(&f, places[i]);
        struct sum sum = scrub(&f);
        if (sum.bad_blobs) /* one that reaches into the next zone is told before that is repaired */
            CHECK_INT(scrub(&f).bad_blobs, 0);
        if (sum.bad != 1 || sum.repaired != 1)
            test_fail(__FILE__, __LINE__, "at %lld: %lld bad, %lld repaired", (long long)places[i],
                      (long long)sum.bad, (long long)sum.repaired);
        CHECK(is_as_it_was(&f));
    }
    drop(&f);
}

TEST(a_burst_of_as_many_blocks_as_there_are_spare_ones_is_repaired)
{
    struct fixture f = fill();
    char *zeros = calloc(1, PARITY_SPARE_LEN);

    scrub(&f);
    overwrite("000001.pack", PARITY_ZONE - 20 * PARITY_BLOCK, zeros, PARITY_SPARE_LEN);
    struct sum sum = scrub(&f);
    CHECK_INT(sum.bad, PARITY_SPARE_BLOCKS);
    CHECK_INT(sum.repaired, PARITY_SPARE_BLOCKS);
    CHECK(is_as_it_was(&f));
    free(zeros);
    drop(&f);
}

TEST(what_the_file_has_lost_at_its_end_is_written_again)
{
    struct fixture f = fill();
    CLEANUP(closep) int fd = open_file("000001.pack");

    scrub(&f);
    CHECK(ftruncate(fd, f.end - 100000) == 0);
    struct sum sum = scrub(&f);
    CHECK(sum.bad > 0 && sum.repaired == sum.bad);
    CHECK(is_as_it_was(&f));
    drop(&f);
}

TEST(more_bad_blocks_than_spare_ones_are_told_and_left_as_they_are)
{
    struct fixture f = fill();

    scrub(&f);
    for (int i = 0; i <= PARITY_SPARE; i++)
        flip(&f, (200 + i * PARITY_STRIPES) * PARITY_BLOCK + 5);
    char *damaged = read_pack(f.end);
    for (int round = 0; round < 2; round++) {
        struct sum sum = scrub(&f);
        CHECK_INT(sum.bad, PARITY_SPARE + 1);
        CHECK_INT(sum.repaired, 0);
        CHECK_INT(sum.made, 0);
        CHECK(sum.bad_blobs >= 1);
    }
    char *now = read_pack(f.end);
    CHECK(memcmp(now, damaged, (size_t)f.end) == 0);

    /* when enough of it is good again, so is the rest */
    flip(&f, 200 * PARITY_BLOCK + 5);
    overwrite("000001.pack", 200 * PARITY_BLOCK, f.original + 200 * PARITY_BLOCK, PARITY_BLOCK);
    CHECK_INT(scrub(&f).repaired, PARITY_SPARE);
    CHECK(is_as_it_was(&f));
    free(now);
    free(damaged);
    drop(&f);
}

TEST(damage_is_repaired_also_when_the_pack_has_grown_since)
{
    struct fixture f = fill();
    struct blob_write more = { 0 };

    scrub(&f);
    flip(&f, f.end - 3000);
    flip(&f, f.end - 30);
    put_more(&f, &more, 70000);
    CHECK(unprotected(&f) >= 0);
    struct sum sum = scrub(&f);
    CHECK(sum.bad >= 1 && sum.repaired == sum.bad && sum.made == 1 && sum.bad_blobs == 0);
    CHECK_INT(unprotected(&f), -1);
    CHECK_INT(scrub(&f).bad, 0);
    free((void *)(uintptr_t)more.stored.at);
    free((void *)(uintptr_t)more.checksums.at);
    drop(&f);
}

static bool is_zeros(struct fixture *f, const struct blob_place *place)
{
    char *pack = read_pack(f->end);
    bool zeros = true;

    for (int64_t i = 0; i < place->stored_bytes; i++)
        zeros &= pack[place->offset + i] == 0;
    free(pack);
    return zeros;
}

TEST(removed_bytes_never_come_back)
{
    struct fixture f = fill();
    struct blob_place places[3] = { f.writes[4].place, f.writes[50].place, f.writes[5].place };
    struct err e = { 0 };

    places[2].volume = 2; /* which is gone as a whole */
    scrub(&f);
    CHECK_INT(blob_remove(f.store, places, 3, &e), ERR_NONE);
    CHECK_INT(unprotected(&f), 0);
    for (int round = 0; round < 3; round++) {
        struct sum sum = scrub(&f);
        CHECK_INT(sum.bad + (int64_t)sum.bad_blobs, 0);
        CHECK(is_zeros(&f, &places[0]) && is_zeros(&f, &places[1]));
    }
    free(f.original);
    f.original = read_pack(f.end);
    flip(&f, places[0].offset + 1000); /* a flip in the hole is one, too */
    flip(&f, places[0].offset - 20);
    CHECK(scrub(&f).repaired >= 1);
    CHECK(is_as_it_was(&f));
    drop(&f);
}

/* The steps of a removal by hand, each the last one that is done. */
TEST(a_removal_that_breaks_off_is_no_damage)
{
    for (int steps = 1; steps <= 3; steps++) {
        struct fixture f = fill();
        const struct blob_place *place = &f.writes[4].place;
        int64_t start = place->offset - pack_bytes_offset(place->stored_bytes, 0);
        struct pack_header header;
        char raw[PACK_HEADER];
        struct err e = { 0 };

        scrub(&f);
        CLEANUP(closep) int parity = open_file("000001.parity");
        CHECK_INT(parity_mark_stale(parity, 1, start, pack_record_len(place->stored_bytes, 0), &e),
                  ERR_NONE);
        if (steps >= 2) {
            CHECK(pack_read_header(f.original + start, &header));
            header.kind = PACK_REMOVED;
            pack_write_header(raw, &header);
            overwrite("000001.pack", start, raw, sizeof raw);
        }
        if (steps >= 3) {
            char *zeros = calloc(1, (size_t)place->stored_bytes);
            overwrite("000001.pack", place->offset, zeros, (size_t)place->stored_bytes / 2);
            free(zeros);
        }
        free(f.original);
        f.original = read_pack(f.end);
        struct sum sum = scrub(&f);
        CHECK_INT(sum.bad + sum.repaired + (int64_t)sum.bad_blobs, 0);
        CHECK_INT(sum.made, 1);
        CHECK(is_as_it_was(&f));
        CHECK_INT(blob_remove(f.store, place, 1, &e), ERR_NONE);
        CHECK_INT(scrub(&f).bad, 0);
        CHECK(is_zeros(&f, place));
        drop(&f);
        temp_clean();
        temp_path[0] = '\0';
    }
}

/* As after the copying of files of different times. */
TEST(parity_that_is_older_than_a_removal_is_not_believed)
{
    struct fixture f = fill();
    const struct blob_place *place = &f.writes[4].place;
    struct err e = { 0 };

    scrub(&f);
    CLEANUP(closep) int parity = open_file("000001.parity");
    char *before = malloc(PARITY_REGION);
    CHECK(before && pread(parity, before, PARITY_REGION, parity_region_at(0)) == PARITY_REGION);
    CHECK_INT(blob_remove(f.store, place, 1, &e), ERR_NONE);
    CHECK(pwrite(parity, before, PARITY_REGION, parity_region_at(0)) == PARITY_REGION);
    struct sum sum = scrub(&f);
    CHECK_INT(sum.repaired, 0);
    CHECK_INT(sum.made, 1);
    CHECK(is_zeros(&f, place));
    CHECK_INT(scrub(&f).made, 0);
    free(before);
    drop(&f);
}

TEST(damage_in_a_stale_zone_is_told_and_nothing_is_guessed)
{
    struct fixture f = fill();
    struct err e = { 0 };

    scrub(&f);
    CHECK_INT(blob_remove(f.store, &f.writes[4].place, 1, &e), ERR_NONE);
    flip(&f, f.writes[7].place.offset + 11);
    struct sum sum = scrub(&f);
    CHECK_INT(sum.repaired, 0);
    CHECK_INT(sum.bad_blobs, 1);
    CHECK_INT(sum.first_bad, f.writes[7].place.offset);
    CHECK_INT(scrub(&f).bad_blobs, 1);
    drop(&f);
}

TEST(a_damaged_parity_file_is_made_again)
{
    struct fixture f = fill();
    struct stat st;

    scrub(&f);
    for (int i = 0; i < 40; i++) {
        CLEANUP(closep) int fd = open_file("000001.parity");
        CHECK(fstat(fd, &st) == 0);
        int64_t at = PACK_BLOCK + next(&f) % (st.st_size - PACK_BLOCK);
        char byte;
        CHECK(pread(fd, &byte, 1, at) == 1);
        byte ^= 4;
        CHECK(pwrite(fd, &byte, 1, at) == 1);
        struct sum sum = scrub(&f);
        bool in_gap = sum.bad_spare == 0;
        CHECK(sum.bad == 0 && sum.bad_blobs == 0);
        CHECK(in_gap ? sum.made == 0 : sum.made == 1);
        CHECK_INT(unprotected(&f), -1);
    }
    CLEANUP(closep) int fd = open_file("000001.parity");
    for (off_t len = 0; len < st.st_size; len += st.st_size / 7) {
        CHECK(ftruncate(fd, len) == 0);
        CHECK(scrub(&f).made > 0);
        flip(&f, 12345);
        CHECK_INT(scrub(&f).repaired, 1);
        CHECK(is_as_it_was(&f));
    }
    drop(&f);
}

TEST(without_protection_nothing_is_made_and_what_is_there_still_repairs)
{
    struct fixture f = fill();

    CHECK_INT(scrub_with(&f, false).made, 0);
    CHECK_INT(unprotected(&f), 0);
    scrub(&f);
    flip(&f, 100000);
    CHECK_INT(scrub_with(&f, false).repaired, 1);
    CHECK(is_as_it_was(&f));
    drop(&f);
}

/* Sealed blobs, whose keys the store may be without. */
static const struct key_origin origin = {
    .text = { "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff", 64 }
};
static const uint8_t store_id[HASH_LEN] = { 7 };

static void put_sealed(struct fixture *f, struct keyring *keyring, struct blob_write *w, size_t len)
{
    struct blob_write *group[1] = { w };
    struct err e = { 0 };

    blob_use_keys(f->store, keyring, store_id);
    *w = make_write(f, len);
    char *sealed = malloc(len);
    char *tags = malloc(blob_checksums_len((int64_t)len, BLOB_SEALED));
    CHECK(sealed && tags);
    struct blob_write plain = *w;
    CHECK_INT(blob_seal(f->store, w, sealed, tags, &e), ERR_NONE);
    free((void *)(uintptr_t)plain.stored.at);
    free((void *)(uintptr_t)plain.checksums.at);
    CHECK_INT(blob_put(f->store, group, 1, &f->end, &e), ERR_NONE);
    free(f->original);
    f->original = read_pack(f->end);
}

static void drop_sealed(struct blob_write *w)
{
    free((void *)(uintptr_t)w->stored.at);
    free((void *)(uintptr_t)w->checksums.at);
}

static struct keyring *open_keyring(void)
{
    struct keyring *keyring = NULL;
    struct err e = { 0 };
    char dir[200];

    snprintf(dir, sizeof dir, "%s/keys", temp_dir());
    CHECK_INT(keyring_open(dir, &origin, true, &keyring, &e), ERR_NONE);
    return keyring;
}

TEST(sealed_blobs_are_repaired_with_their_keys_and_without)
{
    struct fixture f = fill();
    struct keyring *keyring = open_keyring();
    struct blob_write w = { 0 };

    put_sealed(&f, keyring, &w, 200000);
    int64_t header = w.place.offset - pack_bytes_offset(w.place.stored_bytes, BLOB_SEALED);
    int64_t places[] = { header,
                         header + 45,
                         w.place.offset - 3,
                         w.place.offset,
                         w.place.offset + 70000,
                         w.place.offset + w.place.stored_bytes - 1 };
    CHECK_INT(scrub(&f).bad_blobs, 0);
    for (size_t i = 0; i < 2 * COUNT(places); i++) {
        blob_use_keys(f.store, i % 2 ? keyring : NULL, store_id);
        flip(&f, places[i / 2]);
        struct sum sum = scrub(&f);
        CHECK_INT(sum.bad, 1);
        CHECK_INT(sum.repaired, 1);
        CHECK(is_as_it_was(&f));
    }
    drop_sealed(&w);
    drop(&f);
    keyring_close(keyring);
}

/* Before there is parity its own tags alone tell. */
TEST(damage_of_a_sealed_blob_is_found_by_its_key)
{
    struct fixture f = fill();
    struct keyring *keyring = open_keyring();
    struct blob_write w = { 0 };

    put_sealed(&f, keyring, &w, 200000);
    CHECK_INT(scrub_with(&f, false).bad_blobs, 0);
    flip(&f, w.place.offset + 150000);
    struct sum sum = scrub_with(&f, false);
    CHECK_INT(sum.bad_blobs, 1);
    CHECK_INT(sum.first_bad, w.place.offset);
    blob_use_keys(f.store, NULL, store_id);
    CHECK_INT(scrub_with(&f, false).bad_blobs, 0);
    flip(&f, w.place.offset - 5); /* in the tags, which the header knows */
    CHECK_INT(scrub_with(&f, false).bad_blobs, 1);
    drop_sealed(&w);
    drop(&f);
    keyring_close(keyring);
}

/* As after the copying of files of different times: a record that is another one by now. */
TEST(parity_of_another_record_does_not_change_a_sealed_one)
{
    struct fixture f = fill();
    struct keyring *keyring = open_keyring();
    int64_t end = f.end;
    struct blob_write w[2];

    put_sealed(&f, keyring, &w[0], 300);
    scrub(&f);
    blob_rewind(f.store, end); /* cut off, and written anew */
    f.end = end;
    put_sealed(&f, keyring, &w[1], 300);
    blob_use_keys(f.store, NULL, store_id);
    CHECK_INT(scrub(&f).repaired, 0);
    CHECK(is_as_it_was(&f));
    for (int i = 0; i < 2; i++)
        drop_sealed(&w[i]);
    drop(&f);
    keyring_close(keyring);
}

TEST_MAIN
