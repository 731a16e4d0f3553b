/* seal/unwrap.h - the single blocks of AES that unwrapping a key takes, by the processor's own
 * instructions. Inside seal/.
 *
 * Each of the 24 depends on the one before, and every sealed picture that is read wants its key:
 * through OpenSSL they take three times as long.
 */
#ifndef SEAL_UNWRAP_H
#define SEAL_UNWRAP_H

#include "seal/seal.h"

/* Has this processor what it takes? */
bool unwrap_is_there(void);

/* RFC 3394, 2.2.2, without the comparison: `mark` is to be eight times 0xA6. */
void unwrap_run(const uint8_t under[SEAL_KEY], const uint8_t wrapped[SEAL_WRAPPED],
                uint8_t key[SEAL_KEY], uint8_t mark[SEAL_WRAPPED - SEAL_KEY]);

#endif
