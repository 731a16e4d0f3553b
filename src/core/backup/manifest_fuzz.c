/* Whatever the text: what is read is written again byte for byte, and only names that stay within
 * their folder come out of it. The end is put right first, so that the rest is reached. */
#include "core/backup/manifest.h"
#include "fuzz.h"

#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(8 << 20);
    struct bytes body = bytes_of((const char *)data, size);
    struct manifest m = { 0 };
    struct strbuf text;
    struct err e = { 0 };

    if (!arena || size > 1 << 16)
        return arena_free(arena), 0;
    enum err_code rc = manifest_read(arena, body, &m, &e);
    HOLDS(rc == ERR_NONE || rc == ERR_CORRUPT || rc == ERR_CONFLICT);

    strbuf_init(&text, arena, 0, 1 << 17);
    strbuf_add(&text, body);
    strbuf_printf(&text, "end %08x\n", crc32c(body));
    rc = manifest_read(arena, strbuf_bytes(&text), &m, &e);
    HOLDS(rc == ERR_NONE || rc == ERR_CORRUPT || rc == ERR_CONFLICT);
    if (rc == ERR_NONE) {
        struct strbuf again;
        strbuf_init(&again, arena, 0, 1 << 17);
        manifest_write(&again, &m);
        HOLDS(bytes_eq(strbuf_bytes(&again), strbuf_bytes(&text)));
        for (size_t i = 0; i < m.key_count; i++)
            HOLDS(m.keys[i].name[0] != '.' && !strchr(m.keys[i].name, '/'));
        for (size_t i = 1; i < m.pack_count; i++)
            HOLDS(m.packs[i - 1].volume < m.packs[i].volume);
    }
    arena_free(arena);
    return 0;
}
