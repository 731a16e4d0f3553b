/* Any text: refused with its line named, or taken; then what was taken lies within the bounds and
 * reads back the same from its own writing. */
#include "app/config.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool held)
{
    if (!held)
        abort();
}

static struct bytes file_of(struct arena *arena, const struct settings *settings)
{
    struct strbuf text;

    strbuf_init(&text, arena, 4096, 1 << 16);
    for (size_t i = 0; i < config_setting_count; i++) {
        strbuf_printf(&text, "[%s]\n%s=", config_settings[i].section, config_settings[i].name);
        setting_write(&text, &config_settings[i], settings);
        strbuf_char(&text, '\n');
    }
    expect(!text.failed);
    return strbuf_bytes(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    struct settings first = settings_default;
    struct settings second = settings_default;
    struct err e = { 0 };

    if (config_read(arena, bytes_of((const char *)data, size), "f", &first, &e)) {
        expect(strncmp(e.text, "f:", 2) == 0 && e.code == ERR_INVALID);
        expect(bytes_eq(file_of(arena, &first), file_of(arena, &settings_default)));
        return 0;
    }

    struct bytes text = file_of(arena, &first);
    expect(config_read(arena, text, "f", &second, &e) == ERR_NONE);
    expect(bytes_eq(text, file_of(arena, &second)));
    return 0;
}
