/* seal/seal.h - AES-256-GCM over pieces, and AES key wrap: the only users of those ciphers.
 *
 * Bytes are sealed piece by piece, so that a part can be opened without the rest. A key seals one
 * run of pieces and never another: the nonce is the piece's number and whether it is the last, so
 * pieces that are moved, left out or cut off do not open. Nothing grows but by the tags.
 */
#ifndef SEAL_SEAL_H
#define SEAL_SEAL_H

#include "base/bytes.h"
#include "base/err.h"

#define SEAL_KEY     32
#define SEAL_TAG     16
#define SEAL_NONCE   12
#define SEAL_WRAPPED 40          /* a key wrapped by another (RFC 3394) */
#define SEAL_PIECE   (64 * 1024) /* bytes; the last piece may be shorter */

struct sealer;

/* The ciphers, fetched once for the process. Any thread. ERR_UNAVAILABLE: the library has none. */
enum err_code sealer_open(struct sealer **out, struct err *e) MUST_CHECK;
void sealer_close(struct sealer *sealer); /* accepts NULL */

/* From here on as on a processor without the instructions of seal/gcm.h: for tests. */
void sealer_use_library(struct sealer *sealer);

/* Means to work with, one thread's until they are given back; NULL when out of memory. */
struct seal_work;
struct seal_work *seal_take(struct sealer *sealer) MUST_CHECK;
void seal_give(struct sealer *sealer, struct seal_work *work); /* wipes its key; accepts NULL */

/* The key for what follows. False when the library fails, as below: then nothing may be used. */
bool seal_set_key(struct seal_work *work, const uint8_t key[SEAL_KEY]) MUST_CHECK;

/* One run of GCM: `out` gets plain.len bytes and may be where `plain` lies. */
bool seal(struct seal_work *work, const uint8_t nonce[SEAL_NONCE], struct bytes aad,
          struct bytes plain, char *out, uint8_t tag[SEAL_TAG]) MUST_CHECK;
/* False also when the tag does not agree; then `out` is wiped. Takes no memory and no lock, so that
 * it may be broken off (base/guard.h) when `sealed` turns out not to be there. */
bool unseal(struct seal_work *work, const uint8_t nonce[SEAL_NONCE], struct bytes aad,
            struct bytes sealed, const uint8_t tag[SEAL_TAG], char *out) MUST_CHECK;

/* Pieces from number `first` on of `total` bytes in all, SEAL_TAG bytes each in `tags`. `bytes`
 * begins at a piece and ends at one, or at the end. */
struct seal_run {
    int64_t total;
    size_t first;
    struct bytes aad;
};
bool seal_pieces(struct seal_work *work, const struct seal_run *run, struct bytes plain, char *out,
                 char *tags) MUST_CHECK;
bool unseal_pieces(struct seal_work *work, const struct seal_run *run, struct bytes sealed,
                   const char *tags, char *out) MUST_CHECK;

/* A key under another, by a cipher that notices when either is not the right one. */
bool seal_wrap(struct seal_work *work, const uint8_t under[SEAL_KEY], const uint8_t key[SEAL_KEY],
               uint8_t out[SEAL_WRAPPED]) MUST_CHECK;
bool seal_unwrap(struct seal_work *work, const uint8_t under[SEAL_KEY],
                 const uint8_t wrapped[SEAL_WRAPPED], uint8_t out[SEAL_KEY]) MUST_CHECK;

#endif
