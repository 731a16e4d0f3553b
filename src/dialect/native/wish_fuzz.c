/* Whatever the query: on success everything is within bounds, on failure nothing was written. */
#include "dialect/native/native.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(1 << 20);
    struct native_wish wish = { .render.quality = 777 };
    struct err e = { 0 };

    if (!arena)
        return 0;
    enum err_code rc = native_wish_read(arena, bytes_of((const char *)data, size), &wish, &e);
    HOLDS(rc == e.code);
    if (rc) {
        HOLDS(rc == ERR_INVALID || rc == ERR_NO_MEMORY);
        HOLDS(wish.render.quality == 777 && e.text[0]);
    } else {
        HOLDS(wish.render.width_px >= 0 && wish.render.width_px <= 4 * NATIVE_SIDE_MAX);
        HOLDS(wish.render.height_px >= 0 && wish.render.height_px <= 4 * NATIVE_SIDE_MAX);
        HOLDS(wish.render.quality >= 0 && wish.render.quality <= 100);
        HOLDS(wish.render.type != PICTURE_TIFF && wish.render.type != PICTURE_BMP);
        HOLDS(wish.state.len < NATIVE_STATE_MAX);
        HOLDS(wish.is_rendition || (!wish.render.width_px && !wish.render.type));
    }
    arena_free(arena);
    return 0;
}
