/* Bytes come back from both alphabets; what the strict reader takes, the lenient one reads the
 * same; and the lenient one does what a slow one, letter by letter, does. */
#include "base/base64.h"
#include "fuzz.h"

static size_t slow(struct bytes text, char *out)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint32_t bits = 0;
    int count = 0;
    size_t len = 0;

    for (size_t i = 0; i < text.len; i++) {
        const char *found = text.at[i] ? strchr(letters, text.at[i]) : NULL;
        if (!found)
            continue;
        bits = bits << 6 | (uint32_t)(found - letters);
        count += 6;
        if (count >= 8) {
            count -= 8;
            out[len++] = (char)(bits >> count);
        }
        if (count == 0)
            bits = 0;
    }
    return len;
}

static void check_round(struct arena *arena, struct bytes data)
{
    for (int url = 0; url < 2; url++) {
        struct strbuf text;
        strbuf_init(&text, arena, 0, 8 << 20);
        url ? base64url_write(&text, data) : base64_write(&text, data);
        CLEANUP(freep) char *out = malloc(text.len / 4 * 3 + 3);
        size_t len;
        HOLDS(!text.failed);
        HOLDS(base64_read(strbuf_bytes(&text), out, &len));
        HOLDS(bytes_eq(bytes_of(out, len), data));
        if (!url && data.len) {
            HOLDS(base64_read_lenient(strbuf_bytes(&text), true, out, &len));
            HOLDS(bytes_eq(bytes_of(out, len), data));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(32 << 20);
    struct bytes text = bytes_of((const char *)data, size);
    size_t room = size / 4 * 3 + 3;
    CLEANUP(freep) char *strict = malloc(room);
    CLEANUP(freep) char *lenient = malloc(room);
    CLEANUP(freep) char *other = malloc(room);
    size_t strict_len, lenient_len, other_len;

    check_round(arena, text);

    other_len = slow(text, other);
    HOLDS(base64_read_lenient(text, false, lenient, &lenient_len) == (other_len > 0));
    HOLDS(bytes_eq(bytes_of(lenient, lenient_len), bytes_of(other, other_len)));

    bool standard = bytes_index(text, '-') == size && bytes_index(text, '_') == size;
    if (base64_read(text, strict, &strict_len) && standard)
        HOLDS(bytes_eq(bytes_of(lenient, lenient_len), bytes_of(strict, strict_len)));

    if (base64_read_lenient(text, true, lenient, &lenient_len))
        HOLDS(lenient_len > 0 && lenient_len <= room);
    return 0;
}
