#include "seal/gcm.h"
#include "seal/unwrap.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>

#define SPARES_MAX 16 /* contexts that wait for the next thread */

/* Contexts are set up once: naming the cipher again would make OpenSSL take them apart, which takes
 * longer than a key's wrapping. */
struct seal_work {
    struct gcm_key key; /* where the processor has what gcm.c wants; else: */
    EVP_CIPHER_CTX *gcm;
    EVP_CIPHER_CTX *wrap;
    EVP_CIPHER_CTX *unwrap;
    const struct sealer *sealer;
    struct seal_work *next;
};

struct sealer {
    EVP_CIPHER *gcm;
    EVP_CIPHER *block; /* AES alone */
    bool has_gcm;
    bool has_unwrap;
    pthread_mutex_t lock;
    struct seal_work *spares;
    size_t spare_count;
};

enum err_code sealer_open(struct sealer **out, struct err *e)
{
    struct sealer *sealer = calloc(1, sizeof *sealer);

    if (!sealer)
        return err_set(e, ERR_NO_MEMORY, "ciphers");
    pthread_mutex_init(&sealer->lock, NULL);
    sealer->has_gcm = gcm_is_there();
    sealer->has_unwrap = unwrap_is_there();
    sealer->gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    sealer->block = EVP_CIPHER_fetch(NULL, "AES-256-ECB", NULL);
    if (!sealer->gcm || !sealer->block) {
        sealer_close(sealer);
        return err_set(e, ERR_UNAVAILABLE, "OpenSSL has no AES-256-GCM or no AES-256-ECB");
    }
    *out = sealer;
    return ERR_NONE;
}

void sealer_use_library(struct sealer *sealer)
{
    sealer->has_gcm = sealer->has_unwrap = false;
}

static void work_free(struct seal_work *work)
{
    EVP_CIPHER_CTX_free(work->gcm); /* wipes what it holds */
    EVP_CIPHER_CTX_free(work->wrap);
    EVP_CIPHER_CTX_free(work->unwrap);
    explicit_bzero(work, sizeof *work);
    free(work);
}

void sealer_close(struct sealer *sealer)
{
    if (!sealer)
        return;
    while (sealer->spares) {
        struct seal_work *work = sealer->spares;
        sealer->spares = work->next;
        work_free(work);
    }
    EVP_CIPHER_free(sealer->gcm);
    EVP_CIPHER_free(sealer->block);
    pthread_mutex_destroy(&sealer->lock);
    free(sealer);
}

static EVP_CIPHER_CTX *wrap_context(const struct sealer *sealer, bool wraps)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();

    if (!context)
        return NULL;
    if (EVP_CipherInit_ex2(context, sealer->block, NULL, NULL, wraps, NULL) == 1 &&
        EVP_CIPHER_CTX_set_padding(context, 0) == 1)
        return context;
    EVP_CIPHER_CTX_free(context);
    return NULL;
}

static struct seal_work *work_new(const struct sealer *sealer)
{
    struct seal_work *work = aligned_alloc(_Alignof(struct seal_work), sizeof *work);

    if (!work)
        return NULL;
    memset(work, 0, sizeof *work);
    work->sealer = sealer;
    work->gcm = EVP_CIPHER_CTX_new();
    work->wrap = wrap_context(sealer, true);
    work->unwrap = wrap_context(sealer, false);
    if (!work->gcm || !work->wrap || !work->unwrap ||
        EVP_EncryptInit_ex2(work->gcm, sealer->gcm, NULL, NULL, NULL) != 1) {
        work_free(work);
        return NULL;
    }
    return work;
}

struct seal_work *seal_take(struct sealer *sealer)
{
    pthread_mutex_lock(&sealer->lock);
    struct seal_work *work = sealer->spares;
    if (work) {
        sealer->spares = work->next;
        sealer->spare_count--;
    }
    pthread_mutex_unlock(&sealer->lock);
    return work ? work : work_new(sealer);
}

void seal_give(struct sealer *sealer, struct seal_work *work)
{
    if (!work)
        return;
    explicit_bzero(&work->key, sizeof work->key);
    pthread_mutex_lock(&sealer->lock);
    bool kept = sealer->spare_count < SPARES_MAX;
    if (kept) {
        work->next = sealer->spares;
        sealer->spares = work;
        sealer->spare_count++;
    }
    pthread_mutex_unlock(&sealer->lock);
    if (!kept)
        work_free(work);
}

bool seal_set_key(struct seal_work *work, const uint8_t key[SEAL_KEY])
{
    if (!work->sealer->has_gcm)
        return EVP_EncryptInit_ex2(work->gcm, NULL, key, NULL, NULL) == 1;
    gcm_set_key(&work->key, key);
    return true;
}

static bool add(EVP_CIPHER_CTX *gcm, struct bytes in, char *out)
{
    int len;

    if (in.len == 0)
        return true;
    return in.len <= INT32_MAX && EVP_CipherUpdate(gcm, (unsigned char *)out, &len,
                                                   (const unsigned char *)in.at, (int)in.len) == 1;
}

bool seal(struct seal_work *work, const uint8_t nonce[SEAL_NONCE], struct bytes aad,
          struct bytes plain, char *out, uint8_t tag[SEAL_TAG])
{
    unsigned char rest[SEAL_TAG];
    int len;

    if (work->sealer->has_gcm) {
        gcm_run(&work->key, true, nonce, aad, plain, out, tag);
        return true;
    }
    return EVP_EncryptInit_ex2(work->gcm, NULL, NULL, nonce, NULL) == 1 &&
           add(work->gcm, aad, NULL) && add(work->gcm, plain, out) &&
           EVP_EncryptFinal_ex(work->gcm, rest, &len) == 1 &&
           EVP_CIPHER_CTX_ctrl(work->gcm, EVP_CTRL_AEAD_GET_TAG, SEAL_TAG, tag) == 1;
}

static bool unseal_by_library(struct seal_work *work, const uint8_t nonce[SEAL_NONCE],
                              struct bytes aad, struct bytes sealed, const uint8_t tag[SEAL_TAG],
                              char *out)
{
    unsigned char rest[SEAL_TAG];
    int len;

    return EVP_DecryptInit_ex2(work->gcm, NULL, NULL, nonce, NULL) == 1 &&
           add(work->gcm, aad, NULL) && add(work->gcm, sealed, out) &&
           EVP_CIPHER_CTX_ctrl(work->gcm, EVP_CTRL_AEAD_SET_TAG, SEAL_TAG,
                               (void *)(uintptr_t)tag) == 1 &&
           EVP_DecryptFinal_ex(work->gcm, rest, &len) == 1;
}

bool unseal(struct seal_work *work, const uint8_t nonce[SEAL_NONCE], struct bytes aad,
            struct bytes sealed, const uint8_t tag[SEAL_TAG], char *out)
{
    uint8_t made[SEAL_TAG];
    bool right;

    if (work->sealer->has_gcm) {
        gcm_run(&work->key, false, nonce, aad, sealed, out, made);
        right = CRYPTO_memcmp(made, tag, SEAL_TAG) == 0;
    } else {
        right = unseal_by_library(work, nonce, aad, sealed, tag, out);
    }
    if (right)
        return true;
    if (sealed.len)
        OPENSSL_cleanse(out, sealed.len); /* not a byte of it was vouched for */
    return false;
}

/* number 4, little endian | 1 for the last | zeros */
static void piece_nonce(const struct seal_run *run, size_t piece, uint8_t nonce[SEAL_NONCE])
{
    memset(nonce, 0, SEAL_NONCE);
    for (int i = 0; i < 4; i++)
        nonce[i] = (uint8_t)(piece >> (8 * i));
    nonce[4] = (int64_t)(piece + 1) * SEAL_PIECE >= run->total;
}

bool seal_pieces(struct seal_work *work, const struct seal_run *run, struct bytes plain, char *out,
                 char *tags)
{
    uint8_t nonce[SEAL_NONCE];

    for (size_t piece = run->first; plain.len; piece++) {
        struct bytes one = bytes_first(plain, SEAL_PIECE);
        piece_nonce(run, piece, nonce);
        if (!seal(work, nonce, run->aad, one, out, (uint8_t *)tags))
            return false;
        out += one.len;
        tags += SEAL_TAG;
        plain = bytes_from(plain, one.len);
    }
    return true;
}

bool unseal_pieces(struct seal_work *work, const struct seal_run *run, struct bytes sealed,
                   const char *tags, char *out)
{
    uint8_t nonce[SEAL_NONCE];
    size_t done = 0;

    for (size_t piece = run->first; done < sealed.len; piece++, tags += SEAL_TAG) {
        struct bytes one = bytes_first(bytes_from(sealed, done), SEAL_PIECE);
        piece_nonce(run, piece, nonce);
        if (!unseal(work, nonce, run->aad, one, (const uint8_t *)tags, out + done)) {
            if (done)
                OPENSSL_cleanse(out, done);
            return false;
        }
        done += one.len;
    }
    return true;
}

/* ---- RFC 3394, over single blocks: the library's own takes 7 us a key where this takes one ----
 */

#define HALF   8 /* bytes of a block */
#define HALVES (SEAL_KEY / HALF)
#define PASSES 6

/* The number of the step goes into the half that is carried along, big endian; all fit a byte. */
static void mix(uint8_t block[2 * HALF], int pass, int half)
{
    block[HALF - 1] ^= (uint8_t)(HALVES * pass + half + 1);
}

static bool one_block(EVP_CIPHER_CTX *context, uint8_t block[2 * HALF])
{
    int len;

    return EVP_CipherUpdate(context, block, &len, block, 2 * HALF) == 1 && len == 2 * HALF;
}

bool seal_wrap(struct seal_work *work, const uint8_t under[SEAL_KEY], const uint8_t key[SEAL_KEY],
               uint8_t out[SEAL_WRAPPED])
{
    uint8_t block[2 * HALF];
    bool done = EVP_EncryptInit_ex2(work->wrap, NULL, under, NULL, NULL) == 1;

    memset(block, 0xA6, HALF);
    memcpy(out + HALF, key, SEAL_KEY);
    for (int pass = 0; done && pass < PASSES; pass++) {
        for (int half = 0; done && half < HALVES; half++) {
            uint8_t *at = out + HALF * (half + 1);
            memcpy(block + HALF, at, HALF);
            done = one_block(work->wrap, block);
            mix(block, pass, half);
            memcpy(at, block + HALF, HALF);
        }
    }
    memcpy(out, block, HALF);
    OPENSSL_cleanse(block, sizeof block);
    return done;
}

static bool unwrap_by_library(struct seal_work *work, const uint8_t under[SEAL_KEY],
                              const uint8_t wrapped[SEAL_WRAPPED], uint8_t key[SEAL_KEY],
                              uint8_t mark[HALF])
{
    uint8_t block[2 * HALF];
    bool done = EVP_DecryptInit_ex2(work->unwrap, NULL, under, NULL, NULL) == 1;

    memcpy(block, wrapped, HALF);
    memcpy(key, wrapped + HALF, SEAL_KEY);
    for (int pass = PASSES; done && pass-- > 0;) {
        for (int half = HALVES; done && half-- > 0;) {
            mix(block, pass, half);
            memcpy(block + HALF, key + HALF * half, HALF);
            done = one_block(work->unwrap, block);
            memcpy(key + HALF * half, block + HALF, HALF);
        }
    }
    memcpy(mark, block, HALF);
    OPENSSL_cleanse(block, sizeof block);
    return done;
}

bool seal_unwrap(struct seal_work *work, const uint8_t under[SEAL_KEY],
                 const uint8_t wrapped[SEAL_WRAPPED], uint8_t out[SEAL_KEY])
{
    static const uint8_t right_mark[HALF] = { 0xA6, 0xA6, 0xA6, 0xA6, 0xA6, 0xA6, 0xA6, 0xA6 };
    uint8_t mark[HALF];
    uint8_t key[SEAL_KEY];
    bool right = true;

    if (work->sealer->has_unwrap)
        unwrap_run(under, wrapped, key, mark);
    else
        right = unwrap_by_library(work, under, wrapped, key, mark);
    right = right && CRYPTO_memcmp(mark, right_mark, HALF) == 0;
    if (right)
        memcpy(out, key, SEAL_KEY);
    OPENSSL_cleanse(key, sizeof key);
    return right;
}
