/* blob/packs/pack.h - the form of a pack file, little endian throughout.
 *
 * A pack is a superblock of PACK_BLOCK bytes followed by records, each on a multiple of 8:
 * header | checksums, 4 or 16 bytes a piece | stored bytes | up to 7 zeros.
 * A record says enough of itself that the index can be made again from the packs.
 */
#ifndef BLOB_PACKS_PACK_H
#define BLOB_PACKS_PACK_H

#include "blob/blob.h"

#define PACK_BLOCK   4096
#define PACK_VERSION 1
#define PACK_ALIGN   8

/* Superblock: magic 8 | version 4 | volume 4 | crc32c of these 16 | zeros. */
void pack_write_superblock(char out[PACK_BLOCK], int32_t volume);
bool pack_read_superblock(const char in[PACK_BLOCK], int32_t volume);
bool pack_is_zero(const char *at, size_t len);

/* magic 4 | version 1 | kind 1 | flags 1 | 0 | tenant 4 | key 4 | stored length 8 | plain length 8
 * | created µs 8 | hash 32 | crc32c of the checksums 4 | crc32c of all before 4 */
#define PACK_HEADER 80

enum pack_kind {
    PACK_BLOB = 1,
    PACK_REMOVED = 2, /* a blob whose bytes were given back; its lengths still lead on */
};

struct pack_header {
    enum pack_kind kind;
    uint8_t flags; /* enum blob_flag */
    int32_t tenant;
    uint32_t key_no;
    int64_t stored_bytes;
    int64_t plain_bytes;
    int64_t created_us;
    struct hash hash;
    uint32_t checksums_crc;
};

void pack_write_header(char out[PACK_HEADER], const struct pack_header *header);
bool pack_read_header(const char in[PACK_HEADER], struct pack_header *out);

/* Bytes of a whole record with its padding. */
static inline int64_t pack_record_len(int64_t stored_bytes, uint8_t flags)
{
    int64_t len = PACK_HEADER + (int64_t)blob_checksums_len(stored_bytes, flags) + stored_bytes;

    return (len + PACK_ALIGN - 1) / PACK_ALIGN * PACK_ALIGN;
}

/* Where the record of a blob begins, and where its bytes lie in it. */
static inline int64_t pack_bytes_offset(int64_t stored_bytes, uint8_t flags)
{
    return PACK_HEADER + (int64_t)blob_checksums_len(stored_bytes, flags);
}

#endif
