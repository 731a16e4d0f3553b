/* seal/keyring.h - the store's data keys: a file of slots, each a key wrapped under another.
 *
 *   DIR/slots      see seal/slots.h
 *   DIR/slots.new  one that is being written
 *   DIR/lock       who writes holds it
 *
 * Who copies the file holds the lock by keyring_hold, and does so after copying what names its
 * keys: a key is durable before anything names it.
 *
 * Every blob is sealed by a key of its own, and row and record name it by its number. So who erases
 * a slot has erased the blob, in every copy of it that comes without this file. Numbers are never
 * given twice. All processes share the file and nothing else; any thread.
 */
#ifndef SEAL_KEYRING_H
#define SEAL_KEYRING_H

#include "seal/key_list.h"

struct keyring;

/* Opens the keyring in `dir`; with `create` makes what is missing, durably. Without a source
 * nothing but keyring_erase works. `source` is borrowed until it is closed.
 * ERR_NOT_FOUND  there is none, and `create` is not set
 * ERR_INVALID    no key of the source is the one it is under, or as key_origin_read
 * ERR_CORRUPT    its header cannot be read */
enum err_code keyring_open(const char *dir, const struct key_origin *source, bool create,
                           struct keyring **out, struct err *e) MUST_CHECK;
void keyring_close(struct keyring *keyring); /* accepts NULL */

/* While *fd is open nobody writes the keyring in `dir`, which is there. */
enum err_code keyring_hold(const char *dir, int *fd, struct err *e) MUST_CHECK;

struct sealer *keyring_sealer(struct keyring *keyring);

struct data_key {
    uint32_t number; /* above 0 */
    uint8_t key[SEAL_KEY];
};

/* A key that nothing was ever sealed by, and that survives a power cut: many are made and flushed
 * at a time, so mostly it costs nothing. Wipe it after use.
 * ERR_FULL, ERR_UNAVAILABLE  none could be made */
enum err_code keyring_take(struct keyring *keyring, struct data_key *out, struct err *e) MUST_CHECK;

/* Back for the next: nothing that was sealed by it may ever have been written. */
void keyring_give_back(struct keyring *keyring, const struct data_key *key);

/* The key of that number. Wipe it after use.
 * ERR_BLOCKS       may_block is false and it is not at hand
 * ERR_CORRUPT      it was erased, or is damaged
 * ERR_UNAVAILABLE  no key is given that it could be unwrapped by, or the disk failed */
enum err_code keyring_find(struct keyring *keyring, uint32_t number, bool may_block,
                           uint8_t out[SEAL_KEY], struct err *e) MUST_CHECK;

/* True when slot and copy both have the key. */
bool keyring_is_whole(struct keyring *keyring, uint32_t number);

/* A key of the store's own, for `purpose`. */
enum err_code keyring_own(struct keyring *keyring, const char *purpose, uint8_t out[SEAL_KEY],
                          struct err *e) MUST_CHECK;

/* Overwrites these slots, durably. Those that are empty already are left so. */
enum err_code keyring_erase(struct keyring *keyring, const uint32_t *numbers, size_t count,
                            struct err *e) MUST_CHECK;

/* Wraps all keys anew under the source's first key while everybody goes on, and overwrites the file
 * that was. With `again` also under the key they are under now, which mends a damaged copy.
 * ERR_CONFLICT  they are under it already */
struct keyring_rotated {
    int64_t keys;
    int64_t damaged; /* slots that could not be read: left as they are */
};
enum err_code keyring_rotate(struct keyring *keyring, bool again, struct keyring_rotated *out,
                             struct err *e) MUST_CHECK;

#endif
