#include "seal/slots.h"

#define VERSION 1

static const char header_magic[8] = { 'C', 'A', 'M', 'E', 'O', 'K', 'Y', '\n' };
static const char slot_magic[4] = { 'C', 'K', 'S', '1' };

static void put32(char *out, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        out[i] = (char)(value >> (8 * i));
}

static uint32_t get32(const char *in)
{
    uint32_t value = 0;

    for (int i = 4; i-- > 0;)
        value = value << 8 | (unsigned char)in[i];
    return value;
}

static bool has_crc(const char *in, size_t len)
{
    return get32(in + len - 4) == crc32c(bytes_of(in, len - 4));
}

void slots_write_header(char out[SLOTS_BLOCK], const uint8_t id[KEY_ID_LEN])
{
    memset(out, 0, SLOTS_BLOCK);
    memcpy(out, header_magic, sizeof header_magic);
    put32(out + 8, VERSION);
    memcpy(out + 12, id, KEY_ID_LEN);
    put32(out + SLOTS_BLOCK - 4, crc32c(bytes_of(out, SLOTS_BLOCK - 4)));
}

bool slots_read_header(const char in[SLOTS_BLOCK], uint8_t id[KEY_ID_LEN])
{
    if (memcmp(in, header_magic, sizeof header_magic) != 0 || get32(in + 8) != VERSION ||
        !has_crc(in, SLOTS_BLOCK))
        return false;
    memcpy(id, in + 12, KEY_ID_LEN);
    return true;
}

void slot_write(char out[SLOT_LEN], uint32_t number, const uint8_t wrapped[SEAL_WRAPPED])
{
    memset(out, 0, SLOT_LEN);
    memcpy(out, slot_magic, sizeof slot_magic);
    put32(out + 4, number);
    memcpy(out + 8, wrapped, SEAL_WRAPPED);
    put32(out + SLOT_LEN - 4, crc32c(bytes_of(out, SLOT_LEN - 4)));
}

bool slot_read(const char in[SLOT_LEN], uint32_t number, uint8_t wrapped[SEAL_WRAPPED])
{
    if (memcmp(in, slot_magic, sizeof slot_magic) != 0 || get32(in + 4) != number ||
        !has_crc(in, SLOT_LEN))
        return false;
    memcpy(wrapped, in + 8, SEAL_WRAPPED);
    return true;
}

bool slot_is_empty(const char in[SLOT_LEN])
{
    static const char empty[SLOT_LEN];

    return memcmp(in, empty, SLOT_LEN) == 0;
}
