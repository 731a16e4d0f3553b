/* Whatever the query: on success everything is within bounds, on failure the error says which
 * parameter it is and tells nothing of the query. */
#include "dialect/superoffice/superoffice.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(1 << 20);
    struct so_wish wish = { .blank = (enum so_blank)77 };
    struct err e = { 0 };

    if (!arena)
        return 0;
    enum err_code rc = so_wish_read(arena, bytes_of((const char *)data, size), &wish, &e);
    HOLDS(rc == e.code);
    if (rc) {
        HOLDS(rc == ERR_INVALID || rc == ERR_NO_MEMORY);
        HOLDS((int)wish.blank == 77);
        HOLDS(e.text[0] == 'w' || e.text[0] == 'h' || e.text[0] == 'i');
    } else {
        HOLDS(wish.render.width_px >= 0 && wish.render.width_px <= 4096);
        HOLDS(wish.render.height_px >= 0 && wish.render.height_px <= 4096);
        HOLDS(wish.render.type <= PICTURE_GIF);
        HOLDS((int)wish.blank >= 0 && wish.blank <= SO_BLANK_GENERIC_FILE_ICON);
        HOLDS(so_blank_name(wish.blank).len > 0);
    }
    arena_free(arena);
    return 0;
}
