#include "cache/entry.h"

#include <endian.h>

#define VERSION 1

static const char magic[8] = "CameoKpt";

static char *put32(char *at, uint32_t value)
{
    value = htole32(value);
    memcpy(at, &value, sizeof value);
    return at + sizeof value;
}

static char *put64(char *at, uint64_t value)
{
    value = htole64(value);
    memcpy(at, &value, sizeof value);
    return at + sizeof value;
}

static uint32_t get32(const char *at)
{
    uint32_t value;

    memcpy(&value, at, sizeof value);
    return le32toh(value);
}

static uint64_t get64(const char *at)
{
    uint64_t value;

    memcpy(&value, at, sizeof value);
    return le64toh(value);
}

void entry_write_header(char out[ENTRY_HEADER], const struct hash *key, uint32_t kind,
                        struct bytes bytes)
{
    memcpy(out, magic, sizeof magic);
    char *at = put32(out + sizeof magic, VERSION);
    at = put32(at, kind);
    at = put64(at, bytes.len);
    memcpy(at, key->at, HASH_LEN);
    at = put32(at + HASH_LEN, crc32c(bytes));
    put32(at, crc32c(bytes_of(out, (size_t)(at - out))));
}

bool entry_read(struct bytes file, const struct hash *key, uint32_t *kind, struct bytes *out)
{
    struct bytes bytes = bytes_from(file, ENTRY_HEADER);
    const char *at = file.at;

    if (file.len < ENTRY_HEADER || memcmp(at, magic, sizeof magic) != 0 ||
        get32(at + 8) != VERSION || get64(at + 16) != bytes.len ||
        memcmp(at + 24, key->at, HASH_LEN) != 0 ||
        get32(at + 60) != crc32c(bytes_first(file, 60)) || get32(at + 56) != crc32c(bytes))
        return false;
    *kind = get32(at + 12);
    *out = bytes;
    return true;
}
