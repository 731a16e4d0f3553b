#include "blob/packs/pack.h"

static const char superblock_magic[8] = { 'C', 'A', 'M', 'E', 'O', 'P', 'K', '\n' };
static const char record_magic[4] = { 'C', 'P', 'R', '1' };

static void put_le(char *out, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        out[i] = (char)(value >> (8 * i));
}

static uint64_t get_le(const char *in, int bytes)
{
    uint64_t value = 0;

    for (int i = bytes; i-- > 0;)
        value = value << 8 | (unsigned char)in[i];
    return value;
}

void pack_write_superblock(char out[PACK_BLOCK], int32_t volume)
{
    memset(out, 0, PACK_BLOCK);
    memcpy(out, superblock_magic, sizeof superblock_magic);
    put_le(out + 8, PACK_VERSION, 4);
    put_le(out + 12, (uint32_t)volume, 4);
    put_le(out + 16, crc32c(bytes_of(out, 16)), 4);
}

bool pack_read_superblock(const char in[PACK_BLOCK], int32_t volume)
{
    return memcmp(in, superblock_magic, sizeof superblock_magic) == 0 &&
           get_le(in + 16, 4) == crc32c(bytes_of(in, 16)) && get_le(in + 8, 4) == PACK_VERSION &&
           get_le(in + 12, 4) == (uint32_t)volume && pack_is_zero(in + 20, PACK_BLOCK - 20);
}

bool pack_is_zero(const char *at, size_t len)
{
    char any = 0;

    for (size_t i = 0; i < len; i++)
        any = (char)(any | at[i]);
    return any == 0;
}

void pack_write_header(char out[PACK_HEADER], const struct pack_header *header)
{
    memcpy(out, record_magic, sizeof record_magic);
    put_le(out + 4, PACK_VERSION, 1);
    put_le(out + 5, header->kind, 1);
    put_le(out + 6, header->flags, 1);
    put_le(out + 7, 0, 1);
    put_le(out + 8, (uint32_t)header->tenant, 4);
    put_le(out + 12, header->key_no, 4);
    put_le(out + 16, (uint64_t)header->stored_bytes, 8);
    put_le(out + 24, (uint64_t)header->plain_bytes, 8);
    put_le(out + 32, (uint64_t)header->created_us, 8);
    memcpy(out + 40, header->hash.at, HASH_LEN);
    put_le(out + 72, header->checksums_crc, 4);
    put_le(out + 76, crc32c(bytes_of(out, 76)), 4);
}

bool pack_read_header(const char in[PACK_HEADER], struct pack_header *out)
{
    uint64_t stored = get_le(in + 16, 8);
    uint64_t kind = get_le(in + 5, 1);
    uint64_t flags = get_le(in + 6, 1);

    if (memcmp(in, record_magic, sizeof record_magic) != 0 ||
        get_le(in + 76, 4) != crc32c(bytes_of(in, 76)) || get_le(in + 4, 1) != PACK_VERSION ||
        stored == 0 || stored > BLOB_SIZE_MAX || (kind != PACK_BLOB && kind != PACK_REMOVED) ||
        (flags & ~(uint64_t)BLOB_FLAGS))
        return false;
    *out = (struct pack_header){
        .kind = (enum pack_kind)kind,
        .flags = (uint8_t)flags,
        .tenant = (int32_t)get_le(in + 8, 4),
        .key_no = (uint32_t)get_le(in + 12, 4),
        .stored_bytes = (int64_t)stored,
        .plain_bytes = (int64_t)get_le(in + 24, 8),
        .created_us = (int64_t)get_le(in + 32, 8),
        .checksums_crc = (uint32_t)get_le(in + 72, 4),
    };
    memcpy(out->hash.at, in + 40, HASH_LEN);
    return true;
}
