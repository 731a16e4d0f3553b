/* seal/aes.h - AES-256's round keys, for processors with instructions for them. Inside seal/. */
#ifndef SEAL_AES_H
#define SEAL_AES_H

#include "seal/seal.h"

#define AES_ROUNDS 15

#if defined(__x86_64__)

#include <immintrin.h>

#define AES_INNER __attribute__((target("aes,sse4.1"), always_inline)) static inline

/* What follows `from`, of which `word` is the part that went through the S-box. */
AES_INNER __m128i aes_step(__m128i from, __m128i word)
{
    __m128i all = from;

    for (int shift = 0; shift < 3; shift++) {
        from = _mm_slli_si128(from, 4);
        all = _mm_xor_si128(all, from);
    }
    return _mm_xor_si128(all, word);
}

/* Two round keys out of the two before them. The round's constant has to be known when it is
 * compiled. */
#define AES_TWO_ROUNDS(out, round, constant)                                                       \
    do {                                                                                           \
        __m128i odd = (out)[(round)-1];                                                            \
        (out)[round] = aes_step(                                                                   \
            (out)[(round)-2], _mm_shuffle_epi32(_mm_aeskeygenassist_si128(odd, constant), 0xFF));  \
        if ((round) + 1 < AES_ROUNDS)                                                              \
            (out)[(round) + 1] = aes_step(                                                         \
                odd, _mm_shuffle_epi32(_mm_aeskeygenassist_si128((out)[round], 0), 0xAA));         \
    } while (0)

AES_INNER void aes_expand(__m128i out[AES_ROUNDS + 1], const uint8_t key[SEAL_KEY])
{
    out[0] = _mm_loadu_si128((const __m128i *)(const void *)key);
    out[1] = _mm_loadu_si128((const __m128i *)(const void *)(key + 16));
    AES_TWO_ROUNDS(out, 2, 0x01);
    AES_TWO_ROUNDS(out, 4, 0x02);
    AES_TWO_ROUNDS(out, 6, 0x04);
    AES_TWO_ROUNDS(out, 8, 0x08);
    AES_TWO_ROUNDS(out, 10, 0x10);
    AES_TWO_ROUNDS(out, 12, 0x20);
    AES_TWO_ROUNDS(out, 14, 0x40);
}

#endif
#endif
