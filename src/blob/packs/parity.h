/* blob/packs/parity.h - what a pack can be repaired with, in a file beside it: 000001.parity.
 *
 * A pack is cut into zones of PARITY_ZONE bytes, a zone into blocks of PARITY_BLOCK. Every
 * PARITY_STRIPES-th block of a zone belongs to the same stripe, PARITY_DATA blocks in all, and each
 * stripe has PARITY_SPARE spare blocks (Reed-Solomon over GF(2^8), Cauchy coefficients): so many
 * bad blocks of a stripe can be made again, and a burst of PARITY_STRIPES blocks hits each stripe
 * once. A CRC-32C of each block tells which are bad. Blocks behind what is covered are zeros.
 *
 * The file is a superblock of PACK_BLOCK bytes and a region for each zone, little endian:
 * head | CRC-32C of each data block, then of each spare block | up to a multiple of PACK_BLOCK |
 * the spare blocks, stripe by stripe in rows as the data are. Nothing in it is believed without
 * its checksum, so it may be cut off or torn at any place: then a zone is made again.
 */
#ifndef BLOB_PACKS_PARITY_H
#define BLOB_PACKS_PARITY_H

#include "blob/packs/pack.h"

#define PARITY_BLOCK        PACK_BLOCK
#define PARITY_STRIPES      16
#define PARITY_DATA         128
#define PARITY_SPARE        4
#define PARITY_BLOCKS       (PARITY_STRIPES * PARITY_DATA)
#define PARITY_SPARE_BLOCKS (PARITY_STRIPES * PARITY_SPARE)
#define PARITY_ZONE         ((int64_t)PARITY_BLOCKS * PARITY_BLOCK) /* 8 MiB */
#define PARITY_VERSION      1

#define PARITY_HEAD      48
#define PARITY_SUMS      ((PARITY_BLOCKS + PARITY_SPARE_BLOCKS) * 4)
#define PARITY_SPARE_AT  ((PARITY_HEAD + PARITY_SUMS + PACK_BLOCK - 1) / PACK_BLOCK * PACK_BLOCK)
#define PARITY_SPARE_LEN (PARITY_SPARE_BLOCKS * PARITY_BLOCK)
#define PARITY_REGION    (PARITY_SPARE_AT + PARITY_SPARE_LEN)

/* magic 8 | version 4 | volume 4 | stripes 4 | data 4 | spare 4 | crc32c of these 28 | zeros */
void parity_write_superblock(char out[PACK_BLOCK], int32_t volume);
bool parity_read_superblock(const char in[PACK_BLOCK], int32_t volume);

enum parity_state {
    PARITY_FRESH = 1,
    PARITY_STALE = 2, /* the zone is being changed: nothing may be repaired with it */
};

/* magic 4 | state 1 | zeros 3 | volume 4 | zone 4 | covered 8 | next 8 | crc32c of the sums 4 |
 * zeros 8 | crc32c of all before 4 */
struct parity_head {
    enum parity_state state;
    int32_t volume;
    int32_t zone;
    int64_t covered; /* bytes of the zone, from its start; 1 to PARITY_ZONE */
    int64_t next; /* of the pack: where the first record that begins behind these is, or will be */
    uint32_t sums_crc;
};

void parity_write_head(char out[PARITY_HEAD], const struct parity_head *head);

/* False when it is not that zone's, or no head. */
bool parity_read_head(const char in[PARITY_HEAD], int32_t volume, int32_t zone,
                      struct parity_head *out);

static inline int64_t parity_region_at(int32_t zone)
{
    return PACK_BLOCK + (int64_t)zone * PARITY_REGION;
}

/* How many zones that many bytes of a pack have. */
static inline int32_t parity_zones(int64_t bytes)
{
    return (int32_t)((bytes + PARITY_ZONE - 1) / PARITY_ZONE);
}

/* `no` counts the data blocks, and then the spare blocks. */
void parity_put_sum(char sums[PARITY_SUMS], int no, uint32_t sum);
uint32_t parity_get_sum(const char sums[PARITY_SUMS], int no);

/* stripe.c: the arithmetic. */
struct parity_code {
    uint8_t rows[PARITY_SPARE * PARITY_DATA]; /* coefficients */
    uint8_t tables[32 * PARITY_DATA * PARITY_SPARE];
};

void parity_code_init(struct parity_code *code);

/* Makes the spare blocks of a zone, PARITY_ZONE bytes with zeros behind what is covered. */
void parity_encode(const struct parity_code *code, const char *zone, char *spare);

/* Makes the `count` bad data blocks of one stripe again, into `out` one behind the other. `places`
 * are their places within the stripe, `good_spare` says of each of its spare blocks whether it can
 * be used. False when there are fewer of these than bad blocks. */
bool parity_restore(const struct parity_code *code, int stripe, const char *zone, const char *spare,
                    const int places[PARITY_SPARE], int count, const bool good_spare[PARITY_SPARE],
                    char *out);

#endif
