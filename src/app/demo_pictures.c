#include "app/demo_pictures.h"

#define ENTRY_HEAD 12 /* bytes before an entry's name */

static uint32_t get_le(const char *at, int bytes)
{
    uint32_t value = 0;

    for (int i = 0; i < bytes; i++)
        value |= (uint32_t)(unsigned char)at[i] << (8 * i);
    return value;
}

bool demo_picture_next(struct bytes archive, size_t *at, struct demo_picture *out)
{
    size_t start = *at ? *at : sizeof(uint32_t); /* behind the count */
    struct bytes rest = bytes_from(archive, start);

    if (rest.len < ENTRY_HEAD)
        return false;
    size_t name_len = get_le(rest.at + 2, 2);
    size_t content_len = get_le(rest.at + 8, 4);
    if (name_len + content_len > rest.len - ENTRY_HEAD)
        return false;
    *out = (struct demo_picture){
        .kind = (enum record_kind)rest.at[0],
        .role = (enum picture_role)rest.at[1],
        .record_id = (int32_t)get_le(rest.at + 4, 4),
        .name = bytes_of(rest.at + ENTRY_HEAD, name_len),
        .content = bytes_of(rest.at + ENTRY_HEAD + name_len, content_len),
    };
    *at = start + ENTRY_HEAD + name_len + content_len;
    return true;
}
