/* seal/gcm.h - AES-256-GCM (NIST SP 800-38D, nonces of 96 bits) for processors that do two blocks
 * of AES and of carry-less multiplication in one instruction (VAES, VPCLMULQDQ). Inside seal/.
 *
 * OpenSSL 3.0 does one; opening a picture of 100 KiB then costs more than sending it. Where a
 * processor has no such instructions seal.c uses OpenSSL, and the unit test holds one against the
 * other. No table look-up and no branch depends on a key or on the bytes.
 */
#ifndef SEAL_GCM_H
#define SEAL_GCM_H

#include "seal/aes.h"

/* Has this processor what it takes? */
bool gcm_is_there(void);

#define GCM_POWERS 32

struct gcm_key {
    _Alignas(32) uint8_t rounds[AES_ROUNDS][32];  /* each round key twice */
    _Alignas(32) uint8_t powers[GCM_POWERS][16];  /* of the hash key, the highest first */
    _Alignas(32) uint8_t crossed[GCM_POWERS][16]; /* their halves together, in each half */
};

void gcm_set_key(struct gcm_key *out, const uint8_t key[SEAL_KEY]);

/* `out` gets in.len bytes and may be where `in` lies. `tag` is what it comes to, of the sealed
 * bytes: whoever opens compares it. */
void gcm_run(const struct gcm_key *key, bool sealing, const uint8_t nonce[SEAL_NONCE],
             struct bytes aad, struct bytes in, char *out, uint8_t tag[SEAL_TAG]);

#endif
