#include "base/crypto.h"
#include "seal/seal.h"
#include "test.h"

static struct sealer *opened(void)
{
    struct sealer *sealer = NULL;
    struct err e = { 0 };

    CHECK_INT(sealer_open(&sealer, &e), ERR_NONE);
    return sealer;
}

static size_t from_hex(const char *hex, uint8_t *out)
{
    size_t len = strlen(hex) / 2;

    for (size_t i = 0; i < len; i++) {
        unsigned byte;
        CHECK(sscanf(hex + 2 * i, "%2x", &byte) == 1);
        out[i] = (uint8_t)byte;
    }
    return len;
}

/* McGrew and Viega, The Galois/Counter Mode of Operation, test cases 13 to 16. */
static const struct {
    const char *key, *nonce, *aad, *plain, *sealed, *tag;
} gcm_answers[] = {
    { "0000000000000000000000000000000000000000000000000000000000000000",
      "000000000000000000000000", "", "", "", "530f8afbc74536b9a963b4f1c4cb738b" },
    { "0000000000000000000000000000000000000000000000000000000000000000",
      "000000000000000000000000", "", "00000000000000000000000000000000",
      "cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919" },
    { "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
      "cafebabefacedbaddecaf888", "",
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6"
      "b525b16aedf5aa0de657ba637b391aafd255",
      "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b105682"
      "8"
      "838c5f61e6393ba7a0abcc9f662898015ad",
      "b094dac5d93471bdec1a502270e3cc6c" },
    { "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
      "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6"
      "b525b16aedf5aa0de657ba637b39",
      "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b105682"
      "8"
      "838c5f61e6393ba7a0abcc9f662",
      "76fc6ece0f4e1768cddf8853bb2d551b" },
};

static void check_answers(struct sealer *sealer)
{
    struct seal_work *work = seal_take(sealer);

    for (size_t i = 0; i < COUNT(gcm_answers); i++) {
        uint8_t key[SEAL_KEY], nonce[SEAL_NONCE], aad[64], plain[64], sealed[64], tag[SEAL_TAG];
        uint8_t made[SEAL_TAG];
        char out[64];
        CHECK_INT(from_hex(gcm_answers[i].key, key), SEAL_KEY);
        CHECK_INT(from_hex(gcm_answers[i].nonce, nonce), SEAL_NONCE);
        CHECK_INT(from_hex(gcm_answers[i].tag, tag), SEAL_TAG);
        struct bytes with = bytes_of((const char *)aad, from_hex(gcm_answers[i].aad, aad));
        struct bytes text = bytes_of((const char *)plain, from_hex(gcm_answers[i].plain, plain));
        CHECK_INT(from_hex(gcm_answers[i].sealed, sealed), text.len);

        CHECK(seal_set_key(work, key));
        CHECK(seal(work, nonce, with, text, out, made));
        CHECK(memcmp(out, sealed, text.len) == 0);
        CHECK(memcmp(made, tag, SEAL_TAG) == 0);
        CHECK(unseal(work, nonce, with, bytes_of((const char *)sealed, text.len), tag, out));
        CHECK(memcmp(out, plain, text.len) == 0);
    }
    seal_give(sealer, work);
    sealer_close(sealer);
}

TEST(gcm_gives_the_known_answers)
{
    check_answers(opened());
    struct sealer *sealer = opened();
    sealer_use_library(sealer);
    check_answers(sealer);
}

/* Whatever their lengths: batches, blocks and what is left of one. */
TEST(the_processors_gcm_and_the_librarys_are_the_same)
{
    static char plain[SEAL_PIECE], sealed[SEAL_PIECE], again[SEAL_PIECE];
    struct sealer *sealers[2] = { opened(), opened() };
    struct seal_work *works[2];
    uint8_t key[SEAL_KEY], nonce[SEAL_NONCE], tags[2][SEAL_TAG];
    char aad[100];

    sealer_use_library(sealers[1]);
    for (int i = 0; i < 2; i++)
        CHECK((works[i] = seal_take(sealers[i])) != NULL);
    for (size_t round = 0; round < 3000; round++) {
        struct bytes with = bytes_of(aad, round % sizeof aad);
        size_t len = round < 1100 ? round : round * 1103 % 5000;
        if (round % 500 == 499)
            len = sizeof plain - round % 3;
        random_bytes(plain, len);
        random_bytes(aad, sizeof aad);
        random_bytes(key, sizeof key);
        random_bytes(nonce, sizeof nonce);
        for (int i = 0; i < 2; i++)
            CHECK(seal_set_key(works[i], key));
        CHECK(seal(works[0], nonce, with, bytes_of(plain, len), sealed, tags[0]));
        CHECK(seal(works[1], nonce, with, bytes_of(plain, len), again, tags[1]));
        CHECK(memcmp(sealed, again, len) == 0);
        CHECK(memcmp(tags[0], tags[1], SEAL_TAG) == 0);
        for (int i = 0; i < 2; i++) {
            memcpy(again, sealed, len);
            CHECK(
                unseal(works[i], nonce, with, bytes_of(again, len), tags[0], again)); /* in place */
            CHECK(memcmp(again, plain, len) == 0);
        }
    }
    for (int i = 0; i < 2; i++) {
        seal_give(sealers[i], works[i]);
        sealer_close(sealers[i]);
    }
}

/* RFC 3394, 4.6: 256 bits of key under 256 bits. */
static void check_key_wrap(struct sealer *sealer)
{
    struct seal_work *work = seal_take(sealer);
    uint8_t under[SEAL_KEY], key[SEAL_KEY], want[SEAL_WRAPPED], made[SEAL_WRAPPED], got[SEAL_KEY];

    from_hex("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F", under);
    from_hex("00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F", key);
    CHECK_INT(from_hex("28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A"
                       "02DD21",
                       want),
              SEAL_WRAPPED);
    CHECK(seal_wrap(work, under, key, made));
    CHECK(memcmp(made, want, SEAL_WRAPPED) == 0);
    CHECK(seal_unwrap(work, under, made, got));
    CHECK(memcmp(got, key, SEAL_KEY) == 0);
    for (size_t bit = 0; bit < 8 * SEAL_WRAPPED; bit++) {
        made[bit / 8] ^= (uint8_t)(1 << bit % 8);
        CHECK(!seal_unwrap(work, under, made, got));
        made[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    under[31] ^= 1;
    CHECK(!seal_unwrap(work, under, made, got));
    CHECK(memcmp(got, key, SEAL_KEY) == 0); /* untouched */
    seal_give(sealer, work);
    sealer_close(sealer);
}

TEST(key_wrap_gives_the_known_answer_and_notices_every_changed_bit)
{
    check_key_wrap(opened());
    struct sealer *sealer = opened();
    sealer_use_library(sealer);
    check_key_wrap(sealer);
}

TEST(the_processors_unwrapping_and_the_librarys_are_the_same)
{
    struct sealer *sealers[2] = { opened(), opened() };
    struct seal_work *works[2];
    uint8_t under[SEAL_KEY], key[SEAL_KEY], wrapped[SEAL_WRAPPED], got[SEAL_KEY];

    sealer_use_library(sealers[1]);
    for (int i = 0; i < 2; i++)
        CHECK((works[i] = seal_take(sealers[i])) != NULL);
    for (int round = 0; round < 1000; round++) {
        random_bytes(under, sizeof under);
        random_bytes(key, sizeof key);
        CHECK(seal_wrap(works[round % 2], under, key, wrapped));
        for (int i = 0; i < 2; i++) {
            CHECK(seal_unwrap(works[i], under, wrapped, got));
            CHECK(memcmp(got, key, SEAL_KEY) == 0);
        }
    }
    for (int i = 0; i < 2; i++) {
        seal_give(sealers[i], works[i]);
        sealer_close(sealers[i]);
    }
}

#define LEN (2 * SEAL_PIECE + 777)

struct sealed {
    struct sealer *sealer;
    struct seal_work *work;
    char plain[LEN];
    char bytes[LEN];
    char tags[3 * SEAL_TAG];
    struct seal_run run;
};

static struct sealed *a_sealed(void)
{
    struct sealed *s = malloc(sizeof *s);
    uint8_t key[SEAL_KEY];

    CHECK(s != NULL);
    s->sealer = opened();
    s->work = seal_take(s->sealer);
    for (size_t i = 0; i < LEN; i++)
        s->plain[i] = (char)(i * 31 + 7);
    random_bytes(key, sizeof key);
    s->run = (struct seal_run){ .total = LEN, .aad = B("of this record") };
    CHECK(seal_set_key(s->work, key));
    CHECK(seal_pieces(s->work, &s->run, bytes_of(s->plain, LEN), s->bytes, s->tags));
    return s;
}

static void drop(struct sealed *s)
{
    seal_give(s->sealer, s->work);
    sealer_close(s->sealer);
    free(s);
}

static bool is_wiped(const char *out, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (out[i])
            return false;
    }
    return true;
}

TEST(pieces_open_alone_and_in_place)
{
    struct sealed *s = a_sealed();
    char *out = malloc(LEN);

    CHECK(unseal_pieces(s->work, &s->run, bytes_of(s->bytes, LEN), s->tags, out));
    CHECK(memcmp(out, s->plain, LEN) == 0);
    s->run.first = 1;
    CHECK(unseal_pieces(s->work, &s->run, bytes_of(s->bytes + SEAL_PIECE, SEAL_PIECE),
                        s->tags + SEAL_TAG, out));
    CHECK(memcmp(out, s->plain + SEAL_PIECE, SEAL_PIECE) == 0);
    s->run.first = 2;
    CHECK(unseal_pieces(s->work, &s->run, bytes_of(s->bytes + 2 * SEAL_PIECE, 777),
                        s->tags + 2 * SEAL_TAG, s->bytes + 2 * SEAL_PIECE));
    CHECK(memcmp(s->bytes + 2 * SEAL_PIECE, s->plain + 2 * SEAL_PIECE, 777) == 0);
    free(out);
    drop(s);
}

TEST(no_changed_byte_opens_and_nothing_is_left_of_what_did)
{
    struct sealed *s = a_sealed();
    char *out = malloc(LEN);

    for (size_t at = 0; at < LEN; at += at < 300 || at > LEN - 300 ? 1 : 997) {
        s->bytes[at] ^= 0x10;
        memset(out, 'x', LEN);
        CHECK(!unseal_pieces(s->work, &s->run, bytes_of(s->bytes, LEN), s->tags, out));
        CHECK(is_wiped(out, at / SEAL_PIECE * SEAL_PIECE)); /* of the pieces before it, too */
        s->bytes[at] ^= 0x10;
    }
    for (size_t at = 0; at < sizeof s->tags; at++) {
        s->tags[at] ^= 1;
        CHECK(!unseal_pieces(s->work, &s->run, bytes_of(s->bytes, LEN), s->tags, out));
        s->tags[at] ^= 1;
    }
    free(out);
    drop(s);
}

TEST(pieces_of_another_place_length_or_record_do_not_open)
{
    struct sealed *s = a_sealed();
    struct seal_run run = s->run;
    char *out = malloc(LEN);

    /* one piece for another */
    run.first = 1;
    CHECK(!unseal_pieces(s->work, &run, bytes_of(s->bytes, SEAL_PIECE), s->tags, out));
    CHECK(is_wiped(out, SEAL_PIECE));
    /* cut off at a piece's end: what is last now was not */
    run = s->run;
    run.total = 2 * SEAL_PIECE;
    CHECK(!unseal_pieces(s->work, &run, bytes_of(s->bytes, 2 * SEAL_PIECE), s->tags, out));
    CHECK(is_wiped(out, 2 * SEAL_PIECE));
    /* another record */
    run = s->run;
    run.aad = B("of that record");
    CHECK(!unseal_pieces(s->work, &run, bytes_of(s->bytes, LEN), s->tags, out));
    CHECK(unseal_pieces(s->work, &s->run, bytes_of(s->bytes, LEN), s->tags, out));
    /* another key */
    uint8_t key[SEAL_KEY] = { 1 };
    CHECK(seal_set_key(s->work, key));
    CHECK(!unseal_pieces(s->work, &s->run, bytes_of(s->bytes, LEN), s->tags, out));
    CHECK(is_wiped(out, SEAL_PIECE));
    free(out);
    drop(s);
}

TEST_MAIN
