#include "dialect/native/native.h"

struct bytes native_state(int32_t id, int32_t version, int32_t focus_x, int32_t focus_y,
                          char out[NATIVE_STATE_MAX])
{
    char room[DECIMAL_MAX];
    size_t len = 0;

    const int32_t parts[] = { id, version, focus_x, focus_y };
    size_t count = focus_x || focus_y ? 4 : 2;
    for (size_t i = 0; i < count; i++) {
        struct bytes part = bytes_decimal(parts[i], room);
        if (i)
            out[len++] = '.';
        memcpy(out + len, part.at, part.len);
        len += part.len;
    }
    return bytes_of(out, len);
}
