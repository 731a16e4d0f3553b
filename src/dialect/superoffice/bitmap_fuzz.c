/* The first byte chooses the Content-Type, the rest is the body. Whatever they are: a bitmap is
 * never empty nor longer than the body, and its name and description are text that fits. */
#include "dialect/superoffice/superoffice.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct picture_content *content, size_t size)
{
    size_t characters = 0;

    if (content->bytes.len == 0 || content->bytes.len > size)
        abort();
    if (content->name.len > size || !bytes_is_utf8(content->name) ||
        !bytes_is_utf8(content->description))
        abort();
    if (bytes_index(content->name, '/') != content->name.len)
        abort();
    for (size_t i = 0; i < content->description.len; i++)
        characters += ((unsigned char)content->description.at[i] & 0xC0) != 0x80;
    if (characters > PICTURE_TEXT_MAX)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct bytes types[] = {
        { "image/png", 9 },
        { "multipart/form-data; boundary=b", 31 },
        { "multipart/form-data", 19 },
        { "application/octet-stream", 24 },
        { "application/json", 16 },
    };
    if (size == 0)
        return 0;

    struct http_header header = { B("Content-Type"), types[data[0] % COUNT(types)] };
    struct http_request req = { .method = HTTP_PUT,
                                .headers = &header,
                                .header_count = 1,
                                .body = bytes_of((const char *)data + 1, size - 1) };
    struct arena *arena = arena_new(1 << 24);
    struct picture_content content = { 0 };
    struct err e = { 0 };
    if (!arena)
        return 0;

    enum err_code rc = so_bitmap_read(arena, &req, req.body, &content, &e);
    if (rc != e.code || (rc && content.bytes.at))
        abort();
    if (!rc)
        check(&content, size - 1);
    arena_free(arena);
    return 0;
}
