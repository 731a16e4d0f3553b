/* Whatever claims to be packed: never more than the limit comes out, and what is packed again comes
 * out as it was. */
#include "fuzz.h"
#include "http/gzip.h"

#define LIMIT (1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(16 << 20);
    struct bytes out = { 0 }, small, again;
    struct err e = { 0 };

    if (size == 0 || size > LIMIT)
        return 0;
    enum coding coding = data[0] & 1 ? CODING_GZIP : CODING_DEFLATE;
    struct bytes text = bytes_of((const char *)data + 1, size - 1);
    enum err_code rc = unpack(arena, text, coding, LIMIT, &out, &e);
    HOLDS(rc == e.code);
    HOLDS(rc == ERR_NONE || rc == ERR_INVALID || rc == ERR_TOO_LARGE);
    HOLDS(!rc || !out.at);
    HOLDS(out.len <= LIMIT);
    if (pack(arena, text, coding, &small)) {
        HOLDS(small.len <= text.len);
        HOLDS(unpack(arena, small, coding, text.len, &again, &e) == ERR_NONE);
        HOLDS(bytes_eq(again, text));
    }
    return 0;
}
