/* Without a language texts stay as they are; a text given back as it was shown never changes what
 * is stored; what is shown is a part of the text, or longer only by resources. */
#include "dialect/superoffice/local.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char languages[][4] = { "en", "no", "sv", "de", "ru" };
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    struct so_local raw = { 0 };

    if (size > 10000)
        return 0;
    struct bytes text = bytes_of((const char *)data, size);
    HOLDS(bytes_eq(so_text_seen(arena, &raw, text), text));
    for (size_t i = 0; i < COUNT(languages); i++) {
        struct so_local local = { 0 };
        memcpy(local.language, languages[i], sizeof local.language);
        struct bytes seen = so_text_seen(arena, &local, text);
        HOLDS(seen.at || !text.len);
        HOLDS(bytes_eq(so_text_kept(arena, &local, seen, text), text));
        if (!memmem(data, size, "[SR_", 4) && seen.len)
            HOLDS(is_slice(seen, text));
        if (bytes_is_utf8(text))
            HOLDS(bytes_is_utf8(seen));
    }
    return 0;
}
