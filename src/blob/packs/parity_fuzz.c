/* What is taken for a head or a superblock is what would be written, to the byte. */
#include "blob/packs/parity.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char in[PACK_BLOCK] = { 0 };
    char out[PACK_BLOCK];
    struct parity_head head;
    uint32_t numbers[2];

    memcpy(in, data, size < sizeof in ? size : sizeof in);
    memcpy(numbers, in + 8, sizeof numbers);
    if (parity_read_head(in, (int32_t)numbers[0], (int32_t)numbers[1], &head)) {
        HOLDS(head.covered >= 1 && head.covered <= PARITY_ZONE);
        HOLDS(head.next >= head.zone * PARITY_ZONE + head.covered);
        parity_write_head(out, &head);
        HOLDS(memcmp(in, out, PARITY_HEAD) == 0);
        HOLDS(!parity_read_head(in, head.volume, head.zone ^ 1, &head));
    }
    if (parity_read_superblock(in, (int32_t)numbers[1])) {
        parity_write_superblock(out, (int32_t)numbers[1]);
        HOLDS(memcmp(in, out, 32) == 0);
    }
    return 0;
}
