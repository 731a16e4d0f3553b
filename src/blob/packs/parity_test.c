#include "blob/packs/parity.h"
#include "test.h"

static char *filled(size_t len, unsigned seed)
{
    char *bytes = malloc(len);

    CHECK(bytes != NULL);
    for (size_t i = 0; i < len; i++)
        bytes[i] = (char)((seed = seed * 1103515245 + 12345) >> 16);
    return bytes;
}

static const struct parity_head sample = {
    .state = PARITY_FRESH,
    .volume = 7,
    .zone = 3,
    .covered = 5000,
    .next = 3 * PARITY_ZONE + 5000,
    .sums_crc = 0x12345678,
};

TEST(a_superblock_is_known_by_its_volume)
{
    char block[PACK_BLOCK];

    parity_write_superblock(block, 12);
    CHECK(parity_read_superblock(block, 12));
    CHECK(!parity_read_superblock(block, 13));
    for (int i = 0; i < 32; i++) {
        block[i] ^= 1;
        CHECK(!parity_read_superblock(block, 12));
        block[i] ^= 1;
    }
}

TEST(a_head_reads_back_and_no_bit_of_it_may_be_another)
{
    char raw[PARITY_HEAD];
    struct parity_head head;

    parity_write_head(raw, &sample);
    CHECK(parity_read_head(raw, 7, 3, &head));
    CHECK(head.state == sample.state && head.volume == 7 && head.zone == 3);
    CHECK(head.covered == sample.covered && head.next == sample.next &&
          head.sums_crc == sample.sums_crc);
    CHECK(!parity_read_head(raw, 7, 4, &head) && !parity_read_head(raw, 8, 3, &head));
    for (int bit = 0; bit < PARITY_HEAD * 8; bit++) {
        raw[bit / 8] = (char)(raw[bit / 8] ^ 1 << bit % 8);
        CHECK(!parity_read_head(raw, 7, 3, &head));
        raw[bit / 8] = (char)(raw[bit / 8] ^ 1 << bit % 8);
    }
}

TEST(a_head_says_nothing_impossible)
{
    struct parity_head bad[6] = { sample, sample, sample, sample, sample, sample };
    char raw[PARITY_HEAD];
    struct parity_head head;

    bad[0].covered = 0;
    bad[1].covered = PARITY_ZONE + 1;
    bad[2].next = 3 * PARITY_ZONE + 4992;
    bad[3].state = (enum parity_state)3;
    bad[4].next += 1;
    bad[5].covered = -1;
    for (size_t i = 0; i < COUNT(bad); i++) {
        parity_write_head(raw, &bad[i]);
        CHECK(!parity_read_head(raw, 7, 3, &head));
    }
}

/* Every number of bad blocks that there are spare ones for, at places from the first to the last.
 */
TEST(as_many_bad_blocks_as_good_spare_ones_come_back)
{
    static const int places[][PARITY_SPARE] = {
        { 0, 1, 2, 3 }, { 124, 125, 126, 127 }, { 0, 17, 99, 127 }, { 64, 65, 3, 40 }
    };
    struct parity_code code;
    char *zone = filled(PARITY_ZONE, 1);
    char *spare = malloc(PARITY_SPARE_LEN);
    char out[PARITY_SPARE * PARITY_BLOCK];

    parity_code_init(&code);
    parity_encode(&code, zone, spare);
    for (size_t i = 0; i < COUNT(places); i++) {
        for (int mask = 0; mask < 1 << PARITY_SPARE; mask++) {
            bool good[PARITY_SPARE];
            int count = 0;
            for (int j = 0; j < PARITY_SPARE; j++)
                count += good[j] = mask >> j & 1;
            for (int stripe = 0; stripe < PARITY_STRIPES; stripe += 5) {
                char *damaged = malloc(PARITY_ZONE);
                memcpy(damaged, zone, PARITY_ZONE);
                for (int j = 0; j < count; j++)
                    memset(damaged +
                               (size_t)(places[i][j] * PARITY_STRIPES + stripe) * PARITY_BLOCK,
                           0x5A, PARITY_BLOCK);
                if (count)
                    CHECK(
                        parity_restore(&code, stripe, damaged, spare, places[i], count, good, out));
                for (int j = 0; j < count; j++)
                    CHECK(memcmp(out + (size_t)j * PARITY_BLOCK,
                                 zone + (size_t)(places[i][j] * PARITY_STRIPES + stripe) *
                                            PARITY_BLOCK,
                                 PARITY_BLOCK) == 0);
                if (count < PARITY_SPARE)
                    CHECK(!parity_restore(&code, stripe, damaged, spare, places[i], count + 1, good,
                                          out));
                free(damaged);
            }
        }
    }
    free(zone);
    free(spare);
}

TEST_MAIN
