#include "blob/zip.h"

#include <zstd.h>

#define LEVEL 1

bool zip_pack(struct arena *arena, struct bytes plain, struct bytes *out)
{
    size_t room = plain.len - plain.len / 20;
    char *at = room && plain.len <= ZIP_BYTES_MAX ? arena_alloc(arena, room) : NULL;

    if (!at)
        return false;
    size_t len = ZSTD_compress(at, room, plain.at, plain.len, LEVEL); /* fails when it needs more */
    if (ZSTD_isError(len) || len == 0)
        return false;
    *out = bytes_of(at, len);
    return true;
}

enum err_code zip_unpack(struct bytes zipped, char *out, size_t len, struct err *e)
{
    size_t got = ZSTD_decompress(out, len, zipped.at, zipped.len);

    if (ZSTD_isError(got) || got != len)
        return err_set(e, ERR_CORRUPT, "a zipped blob does not unpack to %zu bytes", len);
    return ERR_NONE;
}
