/* The choice is one of the offered, does not depend on white space around it, and a parameter is
 * a slice of its header. */
#include "base/strbuf.h"
#include "fuzz.h"
#include "http/accept.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const types[] = { "application/json", "application/xml", "text/xml" };
    CLEANUP(arena_freep) struct arena *arena = arena_new(32 << 20);
    struct bytes text = bytes_of((const char *)data, size);
    struct bytes offered[COUNT(types)];

    for (size_t i = 0; i < COUNT(types); i++)
        offered[i] = bytes_str(types[i]);
    int best = accept_best(text, offered, COUNT(types));
    HOLDS(best >= -1 && best < (int)COUNT(types));
    if (best >= 0) { /* it alone is acceptable too, and is asked for by name or wildcard */
        HOLDS(accept_best(text, &offered[best], 1) == 0);
        HOLDS(bytes_index(text, '/') < text.len);
    } else {
        for (size_t i = 0; i < COUNT(types); i++)
            HOLDS(accept_best(text, &offered[i], 1) == -1);
    }

    struct strbuf wide;
    strbuf_init(&wide, arena, 0, 8 << 20);
    strbuf_lit(&wide, " \t");
    strbuf_add(&wide, text);
    HOLDS(accept_best(strbuf_bytes(&wide), offered, COUNT(types)) == best);

    struct bytes type = media_type(text);
    HOLDS(is_slice(type, text) && bytes_index(type, ';') == type.len);
    struct bytes value = media_parameter(text, B("q"));
    HOLDS(!value.at || is_slice(value, text));
    return 0;
}
