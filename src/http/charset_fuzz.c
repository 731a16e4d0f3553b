/* Whatever bytes in whatever charset (the first byte says which): what comes out is UTF-8, and no
 * longer than it may become. */
#include "fuzz.h"
#include "http/charset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(16 << 20);
    struct bytes out = { 0 };
    struct err e = { 0 };

    if (size == 0 || size > 1 << 20)
        return 0;
    enum charset charset = (enum charset)(data[0] % (CHARSET_UNKNOWN + 1));
    struct bytes text = bytes_of((const char *)data + 1, size - 1);
    enum err_code rc = charset_read(arena, text, charset, &out, &e);
    HOLDS(rc == e.code);
    if (rc) {
        HOLDS(rc == ERR_INVALID || rc == ERR_UNSUPPORTED);
        HOLDS(!out.at);
        return 0;
    }
    HOLDS(bytes_is_utf8(out));
    HOLDS(out.len <= 2 * text.len);
    return 0;
}
