#include "seal/gcm.h"
#include "seal/aes.h"

#if defined(__x86_64__)

#include <cpuid.h>

#define WIDE  __attribute__((target("avx2,aes,pclmul,vaes,vpclmulqdq")))
#define INNER WIDE __attribute__((always_inline)) static inline

#define HAS_VAES       (1U << 9)
#define HAS_VPCLMULQDQ (1U << 10)

bool gcm_is_there(void)
{
    unsigned a;
    unsigned b;
    unsigned c = 0;
    unsigned d;

    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("aes") &&
           __builtin_cpu_supports("pclmul") && __get_cpuid_count(7, 0, &a, &b, &c, &d) &&
           (c & HAS_VAES) && (c & HAS_VPCLMULQDQ);
}

#define BLOCK 16
#define PAIRS 8                   /* registers with two blocks each */
#define BATCH (2 * BLOCK * PAIRS) /* bytes at a time */

/* GCM's polynomials have their lowest term first: with the bytes turned round they are numbers. */
INNER __m128i turned(__m128i x)
{
    return _mm_shuffle_epi8(x, _mm_set_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
}

INNER __m256i turned_both(__m256i x)
{
    const __m128i order = _mm_set_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);

    return _mm256_shuffle_epi8(x, _mm256_broadcastsi128_si256(order));
}

/* ---- the hash: products x * y / x^128 modulo x^128 + x^127 + x^126 + x^121 + 1, which with turned
 * blocks and a hash key times x are those of GCM (RFC 8452, appendix A) ---- */

/* A product of 256 bits: low, high, and what lies across the middle. */
INNER __m128i reduced(__m128i low, __m128i middle, __m128i high)
{
    const __m128i polynomial = _mm_set_epi64x((long long)0xC200000000000000ULL, 1);

    low = _mm_xor_si128(low, _mm_slli_si128(middle, 8));
    high = _mm_xor_si128(high, _mm_srli_si128(middle, 8));
    for (int i = 0; i < 2; i++) {
        __m128i part = _mm_clmulepi64_si128(low, polynomial, 0x10);
        low = _mm_xor_si128(_mm_shuffle_epi32(low, 0x4E), part);
    }
    return _mm_xor_si128(low, high);
}

INNER __m128i times(__m128i a, __m128i b)
{
    __m128i middle =
        _mm_xor_si128(_mm_clmulepi64_si128(a, b, 0x01), _mm_clmulepi64_si128(a, b, 0x10));

    return reduced(_mm_clmulepi64_si128(a, b, 0x00), middle, _mm_clmulepi64_si128(a, b, 0x11));
}

/* Times x: one bit up, and what falls off comes back by the polynomial. */
INNER __m128i times_x(__m128i a)
{
    const __m128i polynomial = _mm_set_epi64x((long long)0xC200000000000000ULL, 1);
    __m128i carries = _mm_srli_epi64(a, 63);
    __m128i top = _mm_shuffle_epi32(carries, 0xEE); /* the highest bit, in both halves */
    __m128i up = _mm_or_si128(_mm_slli_epi64(a, 1), _mm_slli_si128(carries, 8));
    __m128i mask = _mm_sub_epi64(_mm_setzero_si128(), top);

    return _mm_xor_si128(up, _mm_and_si128(mask, polynomial));
}

/* ---- AES ---- */

INNER void put_round(struct gcm_key *key, int round, __m128i value)
{
    _mm256_store_si256((__m256i *)(void *)key->rounds[round], _mm256_broadcastsi128_si256(value));
}

INNER void expand(struct gcm_key *out, const uint8_t key[SEAL_KEY])
{
    __m128i rounds[AES_ROUNDS + 1];

    aes_expand(rounds, key);
    for (int round = 0; round < AES_ROUNDS; round++)
        put_round(out, round, rounds[round]);
}

INNER __m128i round_key(const struct gcm_key *key, int round)
{
    return _mm_load_si128((const __m128i *)(const void *)key->rounds[round]);
}

INNER __m256i round_keys(const struct gcm_key *key, int round)
{
    return _mm256_load_si256((const __m256i *)(const void *)key->rounds[round]);
}

INNER __m128i encrypted(const struct gcm_key *key, __m128i block)
{
    block = _mm_xor_si128(block, round_key(key, 0));
    for (int round = 1; round < AES_ROUNDS - 1; round++)
        block = _mm_aesenc_si128(block, round_key(key, round));
    return _mm_aesenclast_si128(block, round_key(key, AES_ROUNDS - 1));
}

/* Both halves of it together, for the product across the middle. */
INNER __m128i crossed(__m128i x)
{
    return _mm_xor_si128(x, _mm_shuffle_epi32(x, 0x4E));
}

INNER __m128i power(const struct gcm_key *key, int i)
{
    return _mm_load_si128((const __m128i *)(const void *)key->powers[i]);
}

INNER void put_power(struct gcm_key *key, int i, __m128i value)
{
    _mm_store_si128((__m128i *)(void *)key->powers[i], value);
    _mm_store_si128((__m128i *)(void *)key->crossed[i], crossed(value));
}

#define STRIDE 4 /* powers that the processor makes at the same time */

WIDE void gcm_set_key(struct gcm_key *out, const uint8_t key[SEAL_KEY])
{
    const int last = GCM_POWERS - 1;

    expand(out, key);
    __m128i h = times_x(turned(encrypted(out, _mm_setzero_si128())));
    put_power(out, last, h);
    for (int i = 1; i < STRIDE; i++)
        put_power(out, last - i, times(power(out, last - i + 1), h));
    __m128i far = power(out, last - STRIDE + 1);
    for (int i = last - STRIDE; i >= 0; i--)
        put_power(out, i, times(power(out, i + STRIDE), far));
}

/* ---- both together ---- */

/* Sums of products that are reduced at their end. */
struct sums {
    __m256i low;
    __m256i middle;
    __m256i high;
};

/* Times the powers of the hash key from number `2 * i` on. */
INNER void add_product(const struct gcm_key *key, struct sums *s, int i, __m256i x)
{
    __m256i power = _mm256_load_si256((const __m256i *)(const void *)key->powers[2 * i]);
    __m256i across = _mm256_load_si256((const __m256i *)(const void *)key->crossed[2 * i]);
    __m256i both = _mm256_xor_si256(x, _mm256_shuffle_epi32(x, 0x4E));

    s->low = _mm256_xor_si256(s->low, _mm256_clmulepi64_epi128(x, power, 0x00));
    s->high = _mm256_xor_si256(s->high, _mm256_clmulepi64_epi128(x, power, 0x11));
    s->middle = _mm256_xor_si256(s->middle, _mm256_clmulepi64_epi128(both, across, 0x00));
}

INNER __m128i folded(__m256i x)
{
    return _mm_xor_si128(_mm256_castsi256_si128(x), _mm256_extracti128_si256(x, 1));
}

INNER __m128i sum_of(const struct sums *s)
{
    __m128i low = folded(s->low);
    __m128i high = folded(s->high);
    __m128i middle = _mm_xor_si128(folded(s->middle), _mm_xor_si128(low, high)); /* Karatsuba */

    return reduced(low, middle, high);
}

/* What is hashed is reduced after one batch, or after two. */
enum part { ALONE, FIRST_OF_TWO, SECOND_OF_TWO };

/* Two blocks of the sixteen at `sealed` into the sums; the first takes the hash so far along. */
INNER void hash_pair(const struct gcm_key *key, enum part part, struct sums *s, int i, __m128i hash,
                     const char *sealed)
{
    __m256i x = turned_both(_mm256_loadu_si256((const __m256i *)(const void *)(sealed + 32 * i)));

    if (i == 0 && part != SECOND_OF_TWO)
        x = _mm256_xor_si256(x, _mm256_zextsi128_si256(hash));
    add_product(key, s, part == FIRST_OF_TWO ? i : PAIRS + i, x);
}

INNER struct sums no_sums(void)
{
    return (struct sums){ _mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_setzero_si256() };
}

INNER __m128i hash_batch(const struct gcm_key *key, __m128i hash, const char *sealed)
{
    struct sums s = no_sums();

    for (int i = 0; i < PAIRS; i++)
        hash_pair(key, ALONE, &s, i, hash, sealed);
    return sum_of(&s);
}

/* What goes on from batch to batch. */
struct running {
    __m256i first[PAIRS]; /* counters of the first batch, but for the sixteens */
    __m128i sixteens;     /* of the counter, turned */
    __m128i hash;
    struct sums sums; /* of the first of two */
};

#define COUNTER_FIRST 2 /* one is for the tag */

/* As the first counter is even and a batch has sixteen, only the last pair is beyond a sixteen. */
INNER void begin_counting(struct running *r, const uint8_t nonce[SEAL_NONCE])
{
    _Alignas(32) uint8_t pair[2][BLOCK] = { 0 };

    memcpy(pair[0], nonce, SEAL_NONCE);
    memcpy(pair[1], nonce, SEAL_NONCE);
    for (unsigned i = 0; i < PAIRS; i++) {
        pair[0][BLOCK - 1] = (COUNTER_FIRST + 2 * i) % 16;
        pair[1][BLOCK - 1] = (COUNTER_FIRST + 2 * i + 1) % 16;
        r->first[i] = _mm256_load_si256((const __m256i *)(const void *)pair);
    }
    r->sixteens = _mm_setzero_si128();
}

/* The next sixteen counters with the first round's key. */
INNER void count(const struct gcm_key *key, struct running *r, __m256i x[PAIRS])
{
    __m256i with =
        _mm256_xor_si256(round_keys(key, 0), _mm256_broadcastsi128_si256(turned(r->sixteens)));

#pragma GCC unroll 8
    for (int i = 0; i < PAIRS - 1; i++)
        x[i] = _mm256_xor_si256(r->first[i], with);
    r->sixteens = _mm_add_epi32(r->sixteens, _mm_set_epi32(0, 0, 0, 16));
    with = _mm256_xor_si256(round_keys(key, 0), _mm256_broadcastsi128_si256(turned(r->sixteens)));
    x[PAIRS - 1] = _mm256_xor_si256(r->first[PAIRS - 1], with);
}

/* The compiler would put all that is hashed before all that is encrypted, too far away from each
 * other for the processor, and lay half of the registers aside meanwhile. */
INNER void keep_order(__m256i x[PAIRS], struct sums *s)
{
    __asm__ volatile(""
                     : "+x"(x[0]), "+x"(x[1]), "+x"(x[2]), "+x"(x[3]), "+x"(x[4]), "+x"(x[5]),
                       "+x"(x[6]), "+x"(x[7]), "+x"(s->low), "+x"(s->middle), "+x"(s->high));
}

/* Sixteen blocks with the key's stream, and meanwhile, unless it is NULL, those at `sealed` into
 * the hash: the processor does both at once when it finds them side by side. */
INNER void run_batch(const struct gcm_key *key, enum part part, struct running *r, const char *in,
                     char *out, const char *sealed)
{
    struct sums s = part == SECOND_OF_TWO ? r->sums : no_sums();
    __m256i x[PAIRS];

    count(key, r, x);
#pragma GCC unroll 13
    for (int round = 1; round < AES_ROUNDS - 1; round++) {
        __m256i k = round_keys(key, round);
        if (sealed && round <= PAIRS) /* the first pair last: it waits for the hash so far */
            hash_pair(key, part, &s, round % PAIRS, r->hash, sealed);
#pragma GCC unroll 8
        for (int i = 0; i < PAIRS; i++)
            x[i] = _mm256_aesenc_epi128(x[i], k);
        if (sealed && round == PAIRS + 1 && part != FIRST_OF_TWO)
            r->hash = sum_of(&s);
        keep_order(x, &s);
    }
#pragma GCC unroll 8
    for (int i = 0; i < PAIRS; i++) {
        __m256i text = _mm256_loadu_si256((const __m256i *)(const void *)(in + 32 * i));
        x[i] = _mm256_aesenclast_epi128(x[i], round_keys(key, AES_ROUNDS - 1));
        _mm256_storeu_si256((__m256i *)(void *)(out + 32 * i), _mm256_xor_si256(x[i], text));
    }
    r->sums = s;
}

/* As many batches as there are whole ones; returns their bytes. */
INNER size_t open_batches(const struct gcm_key *key, struct running *r, struct bytes in, char *out)
{
    size_t at = 0;

    for (; in.len - at >= 2 * BATCH; at += 2 * BATCH) {
        const char *second = in.at + at + BATCH;
        run_batch(key, FIRST_OF_TWO, r, in.at + at, out + at, in.at + at);
        run_batch(key, SECOND_OF_TWO, r, second, out + at + BATCH, second);
    }
    if (in.len - at >= BATCH) {
        run_batch(key, ALONE, r, in.at + at, out + at, in.at + at);
        at += BATCH;
    }
    return at;
}

/* The same; what is sealed is hashed one batch later, for it has to be made first. */
INNER size_t seal_batches(const struct gcm_key *key, struct running *r, struct bytes in, char *out)
{
    const char *made = NULL;
    size_t at = 0;

    for (; in.len - at >= BATCH; at += BATCH) {
        run_batch(key, ALONE, r, in.at + at, out + at, made);
        made = out + at;
    }
    if (made)
        r->hash = hash_batch(key, r->hash, made);
    return at;
}

INNER __m128i hash_block(const struct gcm_key *key, __m128i hash, __m128i block)
{
    return times(_mm_xor_si128(hash, turned(block)), power(key, GCM_POWERS - 1));
}

/* Up to a block, the rest of it zeros. */
INNER __m128i load_part(const char *at, size_t len)
{
    _Alignas(16) char block[BLOCK] = { 0 };

    memcpy(block, at, len);
    return _mm_load_si128((const __m128i *)(const void *)block);
}

INNER __m128i hash_all(const struct gcm_key *key, __m128i hash, struct bytes bytes)
{
    for (size_t at = 0; at < bytes.len; at += BLOCK) {
        size_t part = bytes.len - at < BLOCK ? bytes.len - at : BLOCK;
        hash = hash_block(key, hash, load_part(bytes.at + at, part));
    }
    return hash;
}

/* What is less than a batch, block by block. */
INNER __m128i run_rest(const struct gcm_key *key, bool sealing, __m128i counter, __m128i hash,
                       struct bytes in, char *out)
{
    for (size_t at = 0; at < in.len; at += BLOCK) {
        size_t part = in.len - at < BLOCK ? in.len - at : BLOCK;
        __m128i text = load_part(in.at + at, part);
        _Alignas(16) char made[BLOCK];
        _mm_store_si128((__m128i *)(void *)made,
                        _mm_xor_si128(text, encrypted(key, turned(counter))));
        memcpy(out + at, made, part);
        hash = hash_block(key, hash, sealing ? load_part(made, part) : text);
        counter = _mm_add_epi32(counter, _mm_set_epi32(0, 0, 0, 1));
    }
    return hash;
}

WIDE void gcm_run(const struct gcm_key *key, bool sealing, const uint8_t nonce[SEAL_NONCE],
                  struct bytes aad, struct bytes in, char *out, uint8_t tag[SEAL_TAG])
{
    _Alignas(16) uint8_t first[BLOCK] = { [BLOCK - 1] = 1 };

    memcpy(first, nonce, SEAL_NONCE);
    __m128i begin = _mm_load_si128((const __m128i *)(const void *)first);
    struct running r = { .hash = hash_all(key, _mm_setzero_si128(), aad) };
    begin_counting(&r, nonce);
    size_t done = sealing ? seal_batches(key, &r, in, out) : open_batches(key, &r, in, out);
    __m128i counter =
        _mm_add_epi32(turned(begin), _mm_add_epi32(r.sixteens, _mm_set_epi32(0, 0, 0, 1)));
    __m128i hash =
        run_rest(key, sealing, counter, r.hash, bytes_of(in.at + done, in.len - done), out + done);
    __m128i lengths = _mm_set_epi64x((long long)aad.len * 8, (long long)in.len * 8);
    hash = hash_block(key, hash, turned(lengths));
    _mm_storeu_si128((__m128i *)(void *)tag, _mm_xor_si128(turned(hash), encrypted(key, begin)));
}

#else

#include <stdlib.h>

bool gcm_is_there(void)
{
    return false;
}

void gcm_set_key(struct gcm_key *out, const uint8_t key[SEAL_KEY])
{
    (void)out, (void)key;
    abort(); /* see gcm_is_there */
}

void gcm_run(const struct gcm_key *key, bool sealing, const uint8_t nonce[SEAL_NONCE],
             struct bytes aad, struct bytes in, char *out, uint8_t tag[SEAL_TAG])
{
    (void)key, (void)sealing, (void)nonce, (void)aad, (void)in, (void)out, (void)tag;
    abort();
}

#endif
