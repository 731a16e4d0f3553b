/* What is taken is what was written: one header, one run of bytes, one key. */
#include "cache/entry.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes file = bytes_of((const char *)data, size);
    char header[ENTRY_HEADER];
    struct hash key = { 0 };
    struct bytes bytes;
    uint32_t kind;

    if (size >= 24 + HASH_LEN)
        memcpy(key.at, data + 24, HASH_LEN);
    if (entry_read(file, &key, &kind, &bytes)) {
        HOLDS(bytes.len == size - ENTRY_HEADER);
        entry_write_header(header, &key, kind, bytes);
        HOLDS(memcmp(header, data, ENTRY_HEADER) == 0);
        key.at[0] ^= 1;
        HOLDS(!entry_read(file, &key, &kind, &bytes));
    }
    return 0;
}
