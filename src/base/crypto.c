#include "base/crypto.h"

#include <argon2.h>
#include <isa-l/crc.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/random.h>

/* Fetching an algorithm costs more than hashing 10 KB, so it is done once per process; the
 * context is one per thread. */
static const EVP_MD *sha256_md(void)
{
    static EVP_MD *md;
    EVP_MD *seen = __atomic_load_n(&md, __ATOMIC_ACQUIRE);

    if (!seen) {
        EVP_MD *fetched = EVP_MD_fetch(NULL, "SHA256", NULL);
        if (!fetched)
            abort(); /* an OpenSSL without SHA-256 */
        if (__atomic_compare_exchange_n(&md, &seen, fetched, false, __ATOMIC_ACQ_REL,
                                        __ATOMIC_ACQUIRE))
            seen = fetched;
        else
            EVP_MD_free(fetched);
    }
    return seen;
}

static pthread_key_t context_key;

static void free_context(void *context)
{
    EVP_MD_CTX_free(context);
}

static void make_context_key(void)
{
    if (pthread_key_create(&context_key, free_context) != 0)
        abort();
}

/* This thread's own context, freed with the thread. */
static EVP_MD_CTX *digest_context(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    static _Thread_local EVP_MD_CTX *context;

    if (!context) {
        pthread_once(&once, make_context_key);
        context = EVP_MD_CTX_new();
        if (!context || pthread_setspecific(context_key, context) != 0)
            abort(); /* out of memory in a place that must not guess */
    }
    return context;
}

static void digest(const struct bytes *parts, size_t count, uint8_t out[HASH_LEN])
{
    EVP_MD_CTX *context = digest_context();

    if (EVP_DigestInit_ex2(context, sha256_md(), NULL) != 1)
        abort();
    for (size_t i = 0; i < count; i++) {
        if (parts[i].len && EVP_DigestUpdate(context, parts[i].at, parts[i].len) != 1)
            abort();
    }
    if (EVP_DigestFinal_ex(context, out, NULL) != 1)
        abort();
}

void sha256(struct bytes data, struct hash *out)
{
    digest(&data, 1, out->at);
}

static void pad_key(const uint8_t key[HASH_LEN], uint8_t mask, char pad[64])
{
    for (int i = 0; i < 64; i++)
        pad[i] = (char)((i < HASH_LEN ? key[i] : 0) ^ mask);
}

void hmac(const uint8_t key[HASH_LEN], struct bytes data, struct hash *out)
{
    char pad[64];
    uint8_t inner[HASH_LEN];

    pad_key(key, 0x36, pad);
    digest((struct bytes[]){ bytes_of(pad, 64), data }, 2, inner);
    pad_key(key, 0x5C, pad);
    digest((struct bytes[]){ bytes_of(pad, 64), bytes_of((const char *)inner, HASH_LEN) }, 2,
           out->at);
}

bool secret_eq(struct bytes a, struct bytes b)
{
    return a.len == b.len && (a.len == 0 || CRYPTO_memcmp(a.at, b.at, a.len) == 0);
}

void random_bytes(void *out, size_t len)
{
    char *at = out;

    while (len) {
        ssize_t got = getrandom(at, len, 0);
        if (got < 0)
            abort(); /* no randomness: nothing secret could be made */
        at += got;
        len -= (size_t)got;
    }
}

uint32_t crc32c(struct bytes data)
{
    uint32_t sum = ~0U;

    for (size_t at = 0; at < data.len;) { /* ISA-L counts in int */
        size_t part = data.len - at < (1U << 30) ? data.len - at : (1U << 30);
        sum = crc32_iscsi((unsigned char *)(uintptr_t)data.at + at, (int)part, sum);
        at += part;
    }
    return ~sum;
}

#define ARGON2_PASSES 2
#define ARGON2_KIB    (19 * 1024)
#define ARGON2_LANES  1
#define ARGON2_SALT   16

enum err_code password_hash(struct bytes password, char out[PASSWORD_HASH_MAX], struct err *e)
{
    uint8_t salt[ARGON2_SALT];

    random_bytes(salt, sizeof salt);
    int rc =
        argon2id_hash_encoded(ARGON2_PASSES, ARGON2_KIB, ARGON2_LANES, password.at, password.len,
                              salt, sizeof salt, HASH_LEN, out, PASSWORD_HASH_MAX);
    if (rc == ARGON2_OK)
        return ERR_NONE;
    return err_set(e, rc == ARGON2_MEMORY_ALLOCATION_ERROR ? ERR_NO_MEMORY : ERR_INTERNAL,
                   "hash a password: %s", argon2_error_message(rc));
}

bool password_matches(struct bytes password, const char *encoded)
{
    return argon2id_verify(encoded, password.at, password.len) == ARGON2_OK;
}
