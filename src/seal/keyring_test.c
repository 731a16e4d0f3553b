#include "base/crypto.h"
#include "seal/keyring.h"
#include "seal/slots.h"
#include "support/temp.h"
#include "test.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>

#define ONE   "1111111111111111111111111111111111111111111111111111111111111111"
#define TWO   "2222222222222222222222222222222222222222222222222222222222222222"
#define THREE "MzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzM=" /* 32 threes, in base64 */

static const char *path_of(const char *name)
{
    static char paths[4][100];
    static int next;
    char *path = paths[next++ % 4];

    snprintf(path, sizeof paths[0], "%s/keys%s%s", temp_dir(), *name ? "/" : "", name);
    return path;
}

static struct keyring *open_with(const struct key_origin *origin)
{
    struct keyring *keyring = NULL;
    struct err e = { 0 };

    CHECK_INT(keyring_open(path_of(""), origin, true, &keyring, &e), ERR_NONE);
    return keyring;
}

static enum err_code opening_of(const struct key_origin *origin)
{
    struct keyring *keyring = NULL;
    struct err e = { 0 };

    enum err_code rc = keyring_open(path_of(""), origin, false, &keyring, &e);
    keyring_close(keyring);
    return rc;
}

static struct data_key taken(struct keyring *keyring)
{
    struct data_key key = { 0 };
    struct err e = { 0 };

    CHECK_INT(keyring_take(keyring, &key, &e), ERR_NONE);
    CHECK(key.number > 0);
    return key;
}

static enum err_code finding_of(struct keyring *keyring, const struct data_key *key)
{
    uint8_t got[SEAL_KEY] = { 0 };
    struct err e = { 0 };

    enum err_code rc = keyring_find(keyring, key->number, true, got, &e);
    if (rc == ERR_NONE)
        CHECK(memcmp(got, key->key, SEAL_KEY) == 0);
    else
        CHECK(got[0] == 0 && memcmp(got, got + 1, SEAL_KEY - 1) == 0);
    return rc;
}

/* A file for its owner alone. */
static void write_file(const char *path, struct bytes text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    CHECK(fd >= 0 && write(fd, text.at, text.len) == (ssize_t)text.len && close(fd) == 0);
}

static const struct key_origin one = { .text = { ONE, 64 } };
static const struct key_origin two = { .text = { TWO, 64 } };
static const struct key_origin two_and_one = { .text = { TWO "\n" ONE, 129 } };
static const struct key_origin none;

TEST(keys_are_found_again_by_whoever_opens_the_same_file)
{
    struct keyring *keyring = open_with(&one);
    struct data_key keys[1000];

    for (size_t i = 0; i < COUNT(keys); i++) {
        keys[i] = taken(keyring);
        for (size_t j = i > 300 ? i - 300 : 0; j < i; j++)
            CHECK(keys[i].number != keys[j].number);
    }
    keyring_close(keyring);
    keyring = open_with(&one);
    struct keyring *other = open_with(&one);
    for (size_t i = 0; i < COUNT(keys); i++) {
        CHECK_INT(finding_of(keyring, &keys[i]), ERR_NONE);
        CHECK(keyring_is_whole(keyring, keys[i].number));
    }
    struct data_key mine = taken(keyring);
    struct data_key theirs = taken(other);
    CHECK(mine.number != theirs.number);
    CHECK_INT(finding_of(keyring, &theirs), ERR_NONE);
    CHECK_INT(finding_of(other, &mine), ERR_NONE);
    keyring_close(keyring);
    keyring_close(other);
}

TEST(a_key_that_was_given_back_is_the_next)
{
    struct keyring *keyring = open_with(&one);
    struct data_key key = taken(keyring);

    keyring_give_back(keyring, &key);
    struct data_key again = taken(keyring);
    CHECK_INT(again.number, key.number);
    CHECK(memcmp(again.key, key.key, SEAL_KEY) == 0);
    keyring_close(keyring);
}

TEST(an_erased_key_is_gone_and_its_neighbours_stay)
{
    struct keyring *keyring = open_with(&one);
    struct keyring *other = open_with(&one);
    struct data_key keys[3] = { taken(keyring), taken(keyring), taken(keyring) };
    struct err e = { 0 };
    uint8_t own[2][SEAL_KEY];

    CHECK_INT(keyring_own(keyring, "something", own[0], &e), ERR_NONE);
    uint32_t gone[] = { keys[1].number, 0, 99999999 };
    CHECK_INT(keyring_erase(keyring, gone, COUNT(gone), &e), ERR_NONE);
    CHECK_INT(keyring_erase(keyring, gone, COUNT(gone), &e), ERR_NONE); /* harmless */
    for (struct keyring **k = (struct keyring *[]){ keyring, other, NULL }; *k; k++) {
        CHECK_INT(finding_of(*k, &keys[0]), ERR_NONE);
        CHECK_INT(finding_of(*k, &keys[1]), ERR_CORRUPT);
        CHECK_INT(finding_of(*k, &keys[2]), ERR_NONE);
    }
    CHECK_INT(keyring_own(other, "something", own[1], &e), ERR_NONE); /* number 0 is no blob's */
    CHECK(memcmp(own[0], own[1], SEAL_KEY) == 0);
    CHECK_INT(keyring_own(other, "anything", own[1], &e), ERR_NONE);
    CHECK(memcmp(own[0], own[1], SEAL_KEY) != 0);
    keyring_close(keyring);
    keyring_close(other);
}

TEST(the_wrong_key_opens_nothing_and_no_key_only_erases)
{
    struct keyring *keyring = open_with(&one);
    struct data_key key = taken(keyring);
    struct data_key more;
    struct err e = { 0 };

    keyring_close(keyring);
    CHECK_INT(opening_of(&two), ERR_INVALID);
    CHECK_INT(opening_of(&two_and_one), ERR_NONE);
    keyring = open_with(&none);
    CHECK_INT(finding_of(keyring, &key), ERR_UNAVAILABLE);
    CHECK_INT(keyring_take(keyring, &more, &e), ERR_UNAVAILABLE);
    CHECK_INT(keyring_erase(keyring, &key.number, 1, &e), ERR_NONE);
    keyring_close(keyring);
    keyring = open_with(&one);
    CHECK_INT(finding_of(keyring, &key), ERR_CORRUPT);
    keyring_close(keyring);
}

TEST(a_new_key_takes_over_while_others_read_and_make_keys)
{
    char file[100];
    snprintf(file, sizeof file, "%s/kek", temp_dir());
    const struct key_origin origin = { .file = bytes_str(file) };
    struct keyring_rotated rotated = { 0 };
    struct err e = { 0 };

    write_file(file, B(ONE "\n"));
    struct keyring *keyring = open_with(&origin);
    struct keyring *reader = open_with(&origin);
    struct data_key before = taken(keyring);
    struct data_key held = taken(reader);
    struct data_key erased = taken(keyring);
    CHECK_INT(keyring_erase(keyring, &erased.number, 1, &e), ERR_NONE);

    CHECK_INT(keyring_rotate(keyring, false, &rotated, &e), ERR_CONFLICT);
    write_file(file, B(TWO "\n" ONE "\n"));
    CHECK_INT(keyring_rotate(keyring, false, &rotated, &e), ERR_NONE);
    CHECK(rotated.keys > 2 && rotated.damaged == 0);
    write_file(file, B(TWO "\n")); /* the former key may go at once */

    struct data_key after = taken(keyring);
    for (struct keyring **k = (struct keyring *[]){ keyring, reader, NULL }; *k; k++) {
        CHECK_INT(finding_of(*k, &before), ERR_NONE);
        CHECK_INT(finding_of(*k, &held), ERR_NONE);
        CHECK_INT(finding_of(*k, &after), ERR_NONE);
        CHECK_INT(finding_of(*k, &erased), ERR_CORRUPT);
    }
    for (int i = 0; i < 300; i++) { /* beyond what it had claimed: in the new file */
        struct data_key key = taken(reader);
        CHECK_INT(finding_of(keyring, &key), ERR_NONE);
    }
    keyring_close(keyring);
    keyring_close(reader);
    CHECK_INT(opening_of(&one), ERR_INVALID);
    CHECK_INT(opening_of(&two), ERR_NONE);
}

struct finding {
    struct keyring *keyring;
    const struct data_key *keys;
    size_t count;
    _Atomic bool stop;
    long found;
};

static void *find_all_the_time(void *context)
{
    struct finding *f = context;

    for (size_t i = 0; !f->stop || f->found < 100; i++, f->found++)
        CHECK_INT(finding_of(f->keyring, &f->keys[i % f->count]), ERR_NONE);
    return NULL;
}

TEST(no_key_is_missing_for_a_moment_while_all_are_wrapped_anew)
{
    static const struct key_origin there = { .text = { TWO " " ONE, 129 } };
    static const struct key_origin back = { .text = { ONE " " TWO, 129 } };
    struct keyring *makers[2] = { open_with(&one), NULL };
    struct data_key keys[200];
    struct keyring_rotated rotated;
    struct err e = { 0 };
    pthread_t threads[2];

    for (size_t i = 0; i < COUNT(keys); i++)
        keys[i] = taken(makers[0]);
    keyring_close(makers[0]);
    makers[0] = open_with(&there);
    makers[1] = open_with(&back);
    struct keyring *keyring = open_with(&there);
    struct finding findings[2] = { { keyring, keys, COUNT(keys), false, 0 },
                                   { keyring, keys, COUNT(keys), false, 0 } };
    for (size_t i = 0; i < COUNT(threads); i++)
        CHECK(pthread_create(&threads[i], NULL, find_all_the_time, &findings[i]) == 0);
    for (int i = 0; i < 40; i++)
        CHECK_INT(keyring_rotate(makers[i % 2], false, &rotated, &e), ERR_NONE);
    for (size_t i = 0; i < COUNT(threads); i++) {
        findings[i].stop = true;
        pthread_join(threads[i], NULL);
        CHECK(findings[i].found >= 100);
    }
    keyring_close(keyring);
    keyring_close(makers[0]);
    keyring_close(makers[1]);
}

TEST(one_damaged_copy_of_a_block_loses_nothing_and_is_mended)
{
    struct keyring *keyring = open_with(&one);
    struct data_key key = taken(keyring);
    struct keyring_rotated rotated;
    struct err e = { 0 };
    char zeros[SLOTS_BLOCK] = { 0 };

    for (int copy = 0; copy < 2; copy++) {
        int fd = open(path_of("slots"), O_RDWR);
        int64_t block = slot_offset(key.number) / SLOTS_PAIR * SLOTS_PAIR;
        memset(zeros, copy ? 0 : 'x', sizeof zeros);
        CHECK(pwrite(fd, zeros, sizeof zeros, block + copy * SLOTS_BLOCK) == sizeof zeros);
        CHECK(pwrite(fd, zeros, sizeof zeros, copy * SLOTS_BLOCK) == sizeof zeros); /* header */
        close(fd);
        CHECK_INT(finding_of(keyring, &key), ERR_NONE);
        CHECK(!keyring_is_whole(keyring, key.number));
        keyring_close(keyring);
        keyring = open_with(&one);
        CHECK_INT(finding_of(keyring, &key), ERR_NONE);
        CHECK_INT(keyring_rotate(keyring, true, &rotated, &e), ERR_NONE);
        CHECK_INT(rotated.damaged, 0);
        CHECK(keyring_is_whole(keyring, key.number));
    }
    keyring_close(keyring);
}

TEST(every_changed_bit_of_a_slot_is_noticed)
{
    struct keyring *keyring = open_with(&one);
    struct data_key key = taken(keyring);
    int fd = open(path_of("slots"), O_RDWR);
    int64_t at = slot_offset(key.number);
    char slot[SLOT_LEN];

    CHECK(pread(fd, slot, sizeof slot, at) == SLOT_LEN);
    for (size_t bit = 0; bit < 8 * SLOT_LEN; bit++) {
        slot[bit / 8] = (char)(slot[bit / 8] ^ 1 << bit % 8);
        CHECK(pwrite(fd, slot, sizeof slot, at) == SLOT_LEN);
        CHECK(pwrite(fd, slot, sizeof slot, at + SLOTS_BLOCK) == SLOT_LEN);
        CHECK_INT(finding_of(keyring, &key), ERR_CORRUPT);
        slot[bit / 8] = (char)(slot[bit / 8] ^ 1 << bit % 8);
    }
    close(fd);
    keyring_close(keyring);
}

/* What a crash can leave of a claim: any part of what was to be written behind what was there. */
TEST(a_claim_that_was_cut_off_anywhere_costs_no_key_that_was_given)
{
    struct keyring *keyring = open_with(&one);
    struct data_key before[70];
    struct stat st;

    for (size_t i = 0; i < COUNT(before); i++)
        before[i] = taken(keyring);
    keyring_close(keyring);
    CHECK(stat(path_of("slots"), &st) == 0);
    for (int64_t left = 1; left < SLOTS_PAIR; left += left < 200 ? 1 : 509) {
        keyring = open_with(&one);
        taken(keyring);
        keyring_close(keyring);
        CHECK(truncate(path_of("slots"), st.st_size + left) == 0);
        keyring = open_with(&one);
        struct data_key next = taken(keyring);
        for (size_t i = 0; i < COUNT(before); i++) {
            CHECK(next.number != before[i].number);
            CHECK_INT(finding_of(keyring, &before[i]), ERR_NONE);
        }
        CHECK_INT(finding_of(keyring, &next), ERR_NONE);
        CHECK(slot_offset(next.number) >= st.st_size + SLOTS_PAIR);
        keyring_close(keyring);
        CHECK(truncate(path_of("slots"), st.st_size) == 0);
    }
}

TEST(an_unfinished_new_file_is_nobodys)
{
    struct keyring *keyring = open_with(&one);
    struct data_key key = taken(keyring);
    struct keyring_rotated rotated;
    struct err e = { 0 };

    int fd = open(path_of("slots.new"), O_WRONLY | O_CREAT, 0600);
    CHECK(fd >= 0 && write(fd, "half", 4) == 4 && close(fd) == 0);
    keyring_close(keyring);
    keyring = open_with(&two_and_one);
    CHECK_INT(finding_of(keyring, &key), ERR_NONE);
    CHECK_INT(keyring_rotate(keyring, false, &rotated, &e), ERR_NONE);
    CHECK_INT(finding_of(keyring, &key), ERR_NONE);
    CHECK(access(path_of("slots.new"), F_OK) != 0);
    keyring_close(keyring);
}

TEST(keys_are_read_in_every_form_and_nothing_else_is_taken_for_one)
{
    static const struct {
        const char *text;
        int count; /* -1: refused */
    } texts[] = {
        { ONE, 1 },
        { "  " ONE "\r\n", 1 },
        { THREE, 1 },
        { TWO "\n" ONE "\n" THREE "\n", 3 },
        { "", -1 },
        { "  \n", -1 },
        { ONE "1", -1 },
        { "secret", -1 },
        { ONE " password", -1 },
        { "MzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMz", -1 },
        { ONE " " ONE " " ONE " " ONE " " ONE " " ONE " " ONE " " ONE " " ONE, -1 },
    };

    for (size_t i = 0; i < COUNT(texts); i++) {
        struct key_list list = { 0 };
        struct err e = { 0 };
        enum err_code rc = key_list_read(bytes_str(texts[i].text), &list, &e);
        CHECK_INT(rc, texts[i].count < 0 ? ERR_INVALID : ERR_NONE);
        CHECK_INT(list.count, texts[i].count < 0 ? 0 : texts[i].count);
        CHECK(!strstr(e.text, "secret") && !strstr(e.text, "password") && !strstr(e.text, ONE));
        if (texts[i].text[0] == 'M' && texts[i].count == 1)
            CHECK(list.keys[0][0] == '3' && list.keys[0][31] == '3');
    }
}

TEST(a_key_file_that_anybody_may_read_is_refused)
{
    char file[100];
    struct key_list list;
    struct err e = { 0 };

    snprintf(file, sizeof file, "%s/kek", temp_dir());
    const struct key_origin origin = { .file = bytes_str(file) };
    CHECK_INT(key_origin_read(&origin, &list, &e), ERR_INVALID); /* there is none */
    write_file(file, B(ONE));
    CHECK(chmod(file, 0644) == 0);
    CHECK_INT(key_origin_read(&origin, &list, &e), ERR_INVALID);
    CHECK(chmod(file, 0640) == 0);
    CHECK_INT(key_origin_read(&origin, &list, &e), ERR_NONE);
    CHECK_INT(list.keys[0][0], 0x11);
    write_file(file, B("\n 45678901234567890123456789012\0")); /* raw, whatever it looks like */
    CHECK_INT(key_origin_read(&origin, &list, &e), ERR_NONE);
    CHECK(list.count == 1 && list.keys[0][0] == '\n');
}

TEST_MAIN
