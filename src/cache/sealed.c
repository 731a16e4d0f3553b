#include "cache/sealed.h"

#define SALT_LEN 16

static const uint8_t only[SEAL_NONCE]; /* each key seals once */

/* name 32 | kind 4 */
static struct bytes write_aad(const struct hash *key, uint32_t kind, char out[HASH_LEN + 4])
{
    memcpy(out, key->at, HASH_LEN);
    for (int i = 0; i < 4; i++)
        out[HASH_LEN + i] = (char)(kind >> (8 * i));
    return bytes_of(out, HASH_LEN + 4);
}

static struct seal_work *work_of(const struct cache *cache, const char *salt)
{
    struct seal_work *work = seal_take(cache->sealer);
    struct hash made;

    hmac(cache->key, bytes_of(salt, SALT_LEN), &made);
    if (work && !seal_set_key(work, made.at)) {
        seal_give(cache->sealer, work);
        work = NULL;
    }
    explicit_bzero(&made, sizeof made);
    return work;
}

bool entry_seal(const struct cache *cache, const struct hash *key, uint32_t kind,
                struct bytes bytes, char *out)
{
    char aad[HASH_LEN + 4];

    random_bytes(out, SALT_LEN);
    struct seal_work *work = work_of(cache, out);
    bool done = work && seal(work, only, write_aad(key, kind, aad), bytes, out + SEALED_HEAD,
                             (uint8_t *)out + SALT_LEN);
    seal_give(cache->sealer, work);
    return done;
}

bool entry_unseal(const struct cache *cache, const struct hash *key, uint32_t kind, char *file,
                  size_t len, struct bytes *out)
{
    char aad[HASH_LEN + 4];

    if (len < SEALED_HEAD)
        return false;
    char *at = file + SEALED_HEAD;
    struct bytes sealed = bytes_of(at, len - SEALED_HEAD);
    struct seal_work *work = work_of(cache, file);
    bool done = work && unseal(work, only, write_aad(key, kind, aad), sealed,
                               (const uint8_t *)file + SALT_LEN, at);
    seal_give(cache->sealer, work);
    if (done)
        *out = sealed;
    return done;
}
