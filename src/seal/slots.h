/* seal/slots.h - the form of the file of data keys, little endian; inside seal/.
 *
 * The file is made of pairs of blocks: each block of SLOTS_BLOCK bytes is followed by a copy of
 * itself, so that one bad sector loses no key. The first pair is the header, each further one has
 * SLOTS_OF_BLOCK slots. A slot of zeros has no key: erased, or never given. A slot lies within one
 * sector, so a power cut leaves it as it was or as it was to be.
 */
#ifndef SEAL_SLOTS_H
#define SEAL_SLOTS_H

#include "base/crypto.h"
#include "seal/seal.h"

#define SLOTS_BLOCK    4096
#define SLOTS_PAIR     (2 * SLOTS_BLOCK)
#define SLOT_LEN       64
#define SLOTS_OF_BLOCK (SLOTS_BLOCK / SLOT_LEN)
#define KEY_ID_LEN     16

/* magic 8 | version 4 | id of the key all slots are under 16 | zeros | crc32c of all before 4 */
void slots_write_header(char out[SLOTS_BLOCK], const uint8_t id[KEY_ID_LEN]);
bool slots_read_header(const char in[SLOTS_BLOCK], uint8_t id[KEY_ID_LEN]);

/* magic 4 | number 4 | wrapped key 40 | zeros | crc32c of all before 4 */
void slot_write(char out[SLOT_LEN], uint32_t number, const uint8_t wrapped[SEAL_WRAPPED]);
bool slot_read(const char in[SLOT_LEN], uint32_t number, uint8_t wrapped[SEAL_WRAPPED]);
bool slot_is_empty(const char in[SLOT_LEN]);

/* Where a slot lies; its copy lies SLOTS_BLOCK behind. */
static inline int64_t slot_offset(uint32_t number)
{
    return (int64_t)(number / SLOTS_OF_BLOCK + 1) * SLOTS_PAIR +
           (int64_t)(number % SLOTS_OF_BLOCK) * SLOT_LEN;
}

/* The first slot that a file of so many bytes has no room for, at the start of a pair; false when
 * there can be no more. */
static inline bool slots_next(int64_t file_bytes, uint32_t *number)
{
    int64_t pairs = (file_bytes + SLOTS_PAIR - 1) / SLOTS_PAIR;
    int64_t next =
        (pairs > 2 ? pairs - 1 : 1) * SLOTS_OF_BLOCK; /* the first pair has the store's */

    *number = (uint32_t)next;
    return next <= UINT32_MAX - SLOTS_OF_BLOCK;
}

#endif
