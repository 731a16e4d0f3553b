/* Rows as history keeps them: what is read and written again reads the same. */
#include "base/strbuf.h"
#include "fuzz.h"
#include "meta/change_values.h"

#define VALUES 4

static void write_value(struct strbuf *out, const struct change_value *value)
{
    if (!value->is_text) {
        strbuf_int(out, value->number);
        return;
    }
    strbuf_char(out, '\'');
    for (size_t i = 0; i < value->text.len; i++) {
        if (value->text.at[i] == '\'')
            strbuf_char(out, '\'');
        strbuf_char(out, value->text.at[i]);
    }
    strbuf_char(out, '\'');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(1 << 22);
    struct change_value values[VALUES], again[VALUES];
    struct strbuf out;

    HOLDS(arena);
    if (change_values_read(arena, bytes_of((const char *)data, size), values, VALUES)) {
        strbuf_init(&out, arena, size + 100, 4 * size + 1000);
        for (int i = 0; i < VALUES; i++) {
            if (i)
                strbuf_char(&out, ',');
            write_value(&out, &values[i]);
        }
        HOLDS(!out.failed && change_values_read(arena, strbuf_bytes(&out), again, VALUES));
        for (int i = 0; i < VALUES; i++) {
            HOLDS(values[i].is_text == again[i].is_text);
            HOLDS(values[i].number == again[i].number);
            HOLDS(bytes_eq(values[i].text, again[i].text));
        }
    }
    arena_free(arena);
    return 0;
}
