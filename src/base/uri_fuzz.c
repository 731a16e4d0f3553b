/* Encoded text decodes to itself, and a query is cut into slices of its own length at most. */
#include "base/uri.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(64 << 20);
    struct bytes text = bytes_of((const char *)data, size);
    struct strbuf out;

    strbuf_init(&out, arena, 0, 8 << 20);
    uri_encode(&out, text);
    HOLDS(!out.failed);
    struct bytes encoded = strbuf_bytes(&out);
    for (size_t i = 0; i < encoded.len; i++)
        HOLDS(encoded.at[i] > 0x20 && encoded.at[i] < 0x7F && !strchr("+&=/?#[]", encoded.at[i]));
    HOLDS(bytes_eq(uri_decode(arena, encoded, false), text));
    HOLDS(bytes_eq(uri_decode(arena, encoded, true), text));

    /* pairs written from what was read are read the same */
    struct bytes rest = text, name, value, first = { 0 };
    size_t pairs = 0, total = 0;
    strbuf_init(&out, arena, 0, 8 << 20);
    while (uri_query_next(arena, &rest, &name, &value)) {
        HOLDS(name.at && value.at);
        total += name.len + value.len + 1;
        HOLDS(total <= size + ++pairs);
        if (pairs == 1)
            first = value;
        uri_encode(&out, name);
        strbuf_char(&out, '=');
        uri_encode(&out, value);
        strbuf_char(&out, '&');
        if (pairs == 1)
            HOLDS(bytes_eq(uri_query_find(arena, text, name), first));
    }
    struct bytes again = strbuf_bytes(&out), name_again, value_again;
    rest = text;
    while (uri_query_next(arena, &rest, &name, &value)) {
        HOLDS(uri_query_next(arena, &again, &name_again, &value_again));
        HOLDS(bytes_eq(name, name_again));
        HOLDS(bytes_eq(value, value_again));
    }
    HOLDS(!uri_query_next(arena, &again, &name_again, &value_again));
    return 0;
}
