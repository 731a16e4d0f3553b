/* What is taken for a header or a slot is one that this program writes, and of that number. */
#include "fuzz.h"
#include "seal/slots.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char block[SLOTS_BLOCK] = { 0 };
    char again[SLOTS_BLOCK];
    uint8_t wrapped[SEAL_WRAPPED];
    uint8_t id[KEY_ID_LEN];
    uint32_t number = 0;

    memcpy(block, data, size < sizeof block ? size : sizeof block);
    if (slots_read_header(block, id)) {
        slots_write_header(again, id);
        HOLDS(memcmp(again, block, 12 + KEY_ID_LEN) == 0);
    }
    for (int i = 4; i-- > 0;)
        number = number << 8 | (unsigned char)block[4 + i];
    if (slot_read(block, number, wrapped)) {
        slot_write(again, number, wrapped);
        HOLDS(memcmp(again, block, 8 + SEAL_WRAPPED) == 0);
        HOLDS(!slot_read(block, number ^ 1, wrapped));
        HOLDS(!slot_is_empty(block));
    }
    return 0;
}
