#include "locale/locale.h"

#include <unicode/ucasemap.h>

struct bytes locale_fold(struct arena *arena, struct bytes text)
{
    UErrorCode status = U_ZERO_ERROR;
    size_t room = text.len + text.len / 2 + 16;
    bool ascii = true;

    char *at = arena_alloc(arena, room);
    if (!at || text.len > INT32_MAX / 8)
        return (struct bytes){ 0 };
    for (size_t i = 0; i < text.len && ascii; i++) {
        char c = text.at[i];
        ascii = (c & 0x80) == 0;
        at[i] = c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
    }
    if (ascii)
        return bytes_of(at, text.len);

    UCaseMap *map = ucasemap_open("", 0, &status); /* "": folding knows no language */
    int32_t len =
        ucasemap_utf8FoldCase(map, at, (int32_t)room, text.at, (int32_t)text.len, &status);
    if (status == U_BUFFER_OVERFLOW_ERROR) {
        room = (size_t)len + 1;
        at = arena_alloc(arena, room);
        status = U_ZERO_ERROR;
        if (at)
            len =
                ucasemap_utf8FoldCase(map, at, (int32_t)room, text.at, (int32_t)text.len, &status);
    }
    ucasemap_close(map);
    return at && U_SUCCESS(status) ? bytes_of(at, (size_t)len) : (struct bytes){ 0 };
}
