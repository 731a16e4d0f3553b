#include "seal/unwrap.h"
#include "seal/aes.h"

#include <stdlib.h>

#if defined(__x86_64__)

#define HALVES 4 /* of blocks, in a key */
#define PASSES 6

bool unwrap_is_there(void)
{
    return __builtin_cpu_supports("aes") && __builtin_cpu_supports("sse4.1");
}

AES_INNER __m128i decrypted(const __m128i rounds[AES_ROUNDS], __m128i block)
{
    block = _mm_xor_si128(block, rounds[AES_ROUNDS - 1]);
#pragma GCC unroll 13
    for (int round = AES_ROUNDS - 2; round > 0; round--)
        block = _mm_aesdec_si128(block, rounds[round]);
    return _mm_aesdeclast_si128(block, rounds[0]);
}

/* The number of the step goes into the half that is carried along, big endian; all fit a byte. */
#define STEP(pass, half) ((long long)((unsigned long long)(HALVES * (pass) + (half) + 1) << 56))

__attribute__((target("aes,sse4.1"))) void unwrap_run(const uint8_t under[SEAL_KEY],
                                                      const uint8_t wrapped[SEAL_WRAPPED],
                                                      uint8_t key[SEAL_KEY],
                                                      uint8_t mark[SEAL_WRAPPED - SEAL_KEY])
{
    __m128i rounds[AES_ROUNDS + 1];
    long long halves[HALVES];
    long long carried;

    aes_expand(rounds, under);
    for (int round = 1; round < AES_ROUNDS - 1; round++)
        rounds[round] = _mm_aesimc_si128(rounds[round]);
    memcpy(&carried, wrapped, sizeof carried);
    memcpy(halves, wrapped + sizeof carried, sizeof halves);
    for (int pass = PASSES; pass-- > 0;) {
        for (int half = HALVES; half-- > 0;) {
            __m128i block =
                decrypted(rounds, _mm_set_epi64x(halves[half], carried ^ STEP(pass, half)));
            carried = _mm_cvtsi128_si64(block);
            halves[half] = _mm_extract_epi64(block, 1);
        }
    }
    memcpy(mark, &carried, sizeof carried);
    memcpy(key, halves, sizeof halves);
    explicit_bzero(rounds, sizeof rounds);
    explicit_bzero(halves, sizeof halves);
}

#else

bool unwrap_is_there(void)
{
    return false;
}

void unwrap_run(const uint8_t under[SEAL_KEY], const uint8_t wrapped[SEAL_WRAPPED],
                uint8_t key[SEAL_KEY], uint8_t mark[SEAL_WRAPPED - SEAL_KEY])
{
    (void)under, (void)wrapped, (void)key, (void)mark;
    abort(); /* see unwrap_is_there */
}

#endif
