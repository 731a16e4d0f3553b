/* The form of a parity file. */
#include "blob/packs/parity.h"

#include <endian.h>

static const char superblock_magic[8] = { 'C', 'A', 'M', 'E', 'O', 'P', 'Y', '\n' };
static const char head_magic[4] = { 'C', 'P', 'Z', '1' };

static void put_32(char *out, uint32_t value)
{
    value = htole32(value);
    memcpy(out, &value, sizeof value);
}

static void put_64(char *out, int64_t value)
{
    uint64_t le = htole64((uint64_t)value);

    memcpy(out, &le, sizeof le);
}

static uint32_t get_32(const char *in)
{
    uint32_t value;

    memcpy(&value, in, sizeof value);
    return le32toh(value);
}

static int64_t get_64(const char *in)
{
    uint64_t value;

    memcpy(&value, in, sizeof value);
    return (int64_t)le64toh(value);
}

void parity_write_superblock(char out[PACK_BLOCK], int32_t volume)
{
    memset(out, 0, PACK_BLOCK);
    memcpy(out, superblock_magic, sizeof superblock_magic);
    put_32(out + 8, PARITY_VERSION);
    put_32(out + 12, (uint32_t)volume);
    put_32(out + 16, PARITY_STRIPES);
    put_32(out + 20, PARITY_DATA);
    put_32(out + 24, PARITY_SPARE);
    put_32(out + 28, crc32c(bytes_of(out, 28)));
}

bool parity_read_superblock(const char in[PACK_BLOCK], int32_t volume)
{
    char want[PACK_BLOCK];

    parity_write_superblock(want, volume);
    return memcmp(in, want, 32) == 0;
}

void parity_write_head(char out[PARITY_HEAD], const struct parity_head *head)
{
    memset(out, 0, PARITY_HEAD);
    memcpy(out, head_magic, sizeof head_magic);
    out[4] = (char)head->state;
    put_32(out + 8, (uint32_t)head->volume);
    put_32(out + 12, (uint32_t)head->zone);
    put_64(out + 16, head->covered);
    put_64(out + 24, head->next);
    put_32(out + 32, head->sums_crc);
    put_32(out + 44, crc32c(bytes_of(out, 44)));
}

bool parity_read_head(const char in[PARITY_HEAD], int32_t volume, int32_t zone,
                      struct parity_head *out)
{
    struct parity_head head = {
        .state = (enum parity_state)in[4],
        .volume = volume,
        .zone = zone,
        .covered = get_64(in + 16),
        .next = get_64(in + 24),
        .sums_crc = get_32(in + 32),
    };
    char want[PARITY_HEAD];

    parity_write_head(want, &head);
    if (memcmp(in, want, sizeof want) != 0 ||
        (head.state != PARITY_FRESH && head.state != PARITY_STALE) || head.covered < 1 ||
        head.covered > PARITY_ZONE || head.next < zone * PARITY_ZONE + head.covered ||
        head.next % PACK_ALIGN != 0)
        return false;
    *out = head;
    return true;
}

void parity_put_sum(char sums[PARITY_SUMS], int no, uint32_t sum)
{
    put_32(sums + 4 * (size_t)no, sum);
}

uint32_t parity_get_sum(const char sums[PARITY_SUMS], int no)
{
    return get_32(sums + 4 * (size_t)no);
}
