#include "base/crypto.h"
#include "test.h"

static void check_hash(const struct hash *got, const char *want)
{
    char hex[2 * HASH_LEN + 1];

    for (int i = 0; i < HASH_LEN; i++)
        snprintf(hex + 2 * i, 3, "%02x", got->at[i]);
    CHECK_BYTES(bytes_str(hex), bytes_str(want));
}

TEST(sha256_gives_the_values_of_fips_180)
{
    struct hash hash;

    sha256((struct bytes){ 0 }, &hash);
    check_hash(&hash, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    sha256(B("abc"), &hash);
    check_hash(&hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    sha256(B("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"), &hash);
    check_hash(&hash, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(sha256_of_pieces_is_that_of_the_whole)
{
    struct bytes text = B("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq");

    for (size_t piece = 1; piece <= text.len; piece++) {
        struct sha256 sha;
        struct hash hash;
        sha256_begin(&sha);
        sha256_add(&sha, (struct bytes){ 0 });
        for (struct bytes left = text; left.len; left = bytes_from(left, piece))
            sha256_add(&sha, bytes_first(left, piece));
        sha256_end(&sha, &hash);
        check_hash(&hash, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    }
}

TEST(hmac_gives_the_values_of_rfc_4231)
{
    uint8_t key[HASH_LEN] = { 0 };
    struct hash hash;

    memset(key, 0x0B, 20); /* shorter keys are filled up with zeros */
    hmac(key, B("Hi There"), &hash);
    check_hash(&hash, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    memset(key, 0, sizeof key);
    memcpy(key, "Jefe", 4);
    hmac(key, B("what do ya want for nothing?"), &hash);
    check_hash(&hash, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    memset(key, 0, sizeof key);
    for (int i = 0; i < 25; i++)
        key[i] = (uint8_t)(i + 1);
    char data[50];
    memset(data, 0xCD, sizeof data);
    hmac(key, bytes_of(data, sizeof data), &hash);
    check_hash(&hash, "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
}

TEST(a_key_made_ready_gives_the_same_hmac)
{
    uint8_t secret[HASH_LEN];
    struct hmac_key key;
    struct hash want, got;

    random_bytes(secret, sizeof secret);
    hmac(secret, B("path?query and more than one block of the hash, which has 64 bytes"), &want);
    hmac_key_init(&key, secret);
    for (int i = 0; i < 2; i++) { /* it is not used up */
        hmac_parts(&key,
                   (struct bytes[]){ B("path?query and more"),
                                     { 0 },
                                     B(" than one block of the hash, which has 64 bytes") },
                   3, &got);
        CHECK(memcmp(&got, &want, sizeof got) == 0);
    }
    hmac_key_add(&key, B("path?"));
    hmac_key_add(&key, (struct bytes){ 0 });
    hmac_key_add(&key, B("query and more than one block of the hash, "));
    for (int i = 0; i < 2; i++) {
        hmac_parts(&key, (struct bytes[]){ B("which has 64 bytes") }, 1, &got);
        CHECK(memcmp(&got, &want, sizeof got) == 0);
    }
}

TEST(crc32c_gives_the_check_value)
{
    CHECK_INT(crc32c(B("123456789")), 0xE3069283);
    CHECK_INT(crc32c((struct bytes){ 0 }), 0);
    char zeros[32] = { 0 }; /* RFC 3720 B.4 */
    CHECK_INT(crc32c(bytes_of(zeros, 32)), 0x8A9136AA);
}

TEST(secrets_are_compared_whole)
{
    CHECK(secret_eq(B("abc"), B("abc")));
    CHECK(!secret_eq(B("abc"), B("abd")));
    CHECK(!secret_eq(B("abc"), B("ab")));
    CHECK(secret_eq((struct bytes){ 0 }, B("")));
}

TEST(random_bytes_differ)
{
    char a[32] = { 0 }, b[32] = { 0 };

    random_bytes(a, sizeof a);
    random_bytes(b, sizeof b);
    CHECK(memcmp(a, b, sizeof a) != 0);
    random_bytes(NULL, 0);
}

static bool matches(struct bytes password, const char *encoded)
{
    struct err e = { 0 };
    bool matches = false;

    CHECK_INT(password_check(password, encoded, &matches, &e), ERR_NONE);
    return matches;
}

TEST(passwords_match_their_own_hash_only)
{
    char first[PASSWORD_HASH_MAX], second[PASSWORD_HASH_MAX];
    struct err e = { 0 };

    CHECK_INT(password_hash(B("correct horse"), first, &e), 0);
    CHECK_INT(password_hash(B("correct horse"), second, &e), 0);
    CHECK(strcmp(first, second) != 0); /* salted */
    CHECK(bytes_starts(bytes_str(first), B("$argon2id$v=19$m=19456,t=2,p=1$")));
    CHECK(matches(B("correct horse"), first));
    CHECK(matches(B("correct horse"), second));
    CHECK(!matches(B("correct horsf"), first));
    CHECK(!matches(B(""), first));
    CHECK(!matches(B("correct horse"), ""));
    CHECK(!matches(B("correct horse"), "$argon2id$v=19$rubbish"));
    CHECK_INT(password_hash((struct bytes){ 0 }, first, &e), 0);
    CHECK(matches(B(""), first));
}

TEST_MAIN
