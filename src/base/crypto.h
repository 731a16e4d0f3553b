/* base/crypto.h - hashes, keyed hashes, random bytes, password hashes. Any thread. */
#ifndef BASE_CRYPTO_H
#define BASE_CRYPTO_H

#include "base/bytes.h"
#include "base/err.h"

#define HASH_LEN 32 /* SHA-256 */

struct hash {
    uint8_t at[HASH_LEN];
};

void sha256(struct bytes data, struct hash *out);

/* The same piece by piece; takes no memory. */
struct sha256 {
    uint64_t state[16];
};
void sha256_begin(struct sha256 *sha);
void sha256_add(struct sha256 *sha, struct bytes data);
void sha256_end(struct sha256 *sha, struct hash *out);

/* HMAC-SHA-256. */
void hmac(const uint8_t key[HASH_LEN], struct bytes data, struct hash *out);

/* A key made ready for many HMACs: each takes two rounds of the hash less. Wipe it after use. */
struct hmac_key {
    _Alignas(8) uint8_t at[224];
};

void hmac_key_init(struct hmac_key *key, const uint8_t secret[HASH_LEN]);

/* From here on each message begins with these bytes, which need not be gone through again. */
void hmac_key_add(struct hmac_key *key, struct bytes data);

/* The HMAC of the parts behind each other. */
void hmac_parts(const struct hmac_key *key, const struct bytes *parts, size_t count,
                struct hash *out);

/* Equal in time independent of where they differ. */
bool secret_eq(struct bytes a, struct bytes b);

/* Unpredictable bytes; ends the process when the kernel has none to give. */
void random_bytes(void *out, size_t len);

/* CRC-32C (Castagnoli) of the bytes, 0 for none. */
uint32_t crc32c(struct bytes data);

/* The same of bytes whose beginning has the checksum `before`, and then `data`. */
uint32_t crc32c_more(uint32_t before, struct bytes data);

/* Argon2id, 19 MiB, t=2, p=1: about 30 ms. The encoded form carries salt and parameters. */
#define PASSWORD_HASH_MAX 128
enum err_code password_hash(struct bytes password, char out[PASSWORD_HASH_MAX],
                            struct err *e) MUST_CHECK;
/* ERR_NO_MEMORY: it is not known whether. */
enum err_code password_check(struct bytes password, const char *encoded, bool *matches,
                             struct err *e) MUST_CHECK;

#endif
