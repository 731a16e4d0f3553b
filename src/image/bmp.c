/* image/bmp.c - OS/2 CORE (12 bytes) and Windows INFO with all that followed (40 to 124 bytes). */
#include "image/bmp_pixels.h"
#include "image/parse.h"

#include <inttypes.h>

enum {
    FILE_HEADER_LEN = 14,
    CORE_LEN = 12,
};

static bool is_header_len(uint64_t len)
{
    static const uint8_t lens[] = { CORE_LEN, 40, 52, 56, 64, 108, 124 };

    return len > 0 && len < 256 && memchr(lens, (int)len, sizeof lens) != NULL;
}

static bool is_depth(uint64_t bits)
{
    /* 0 would be an embedded JPEG or PNG, which printers take and decoders do not */
    return bits == 1 || bits == 2 || bits == 4 || bits == 8 || bits == 16 || bits == 24 ||
           bits == 32;
}

enum err_code image_read_bmp(struct parse *p)
{
    struct bytes header = bytes_from(p->bytes, FILE_HEADER_LEN);
    uint64_t len = parse_le(header, 0, 4);
    bool core = len == CORE_LEN;

    if (header.len >= 4 && !is_header_len(len))
        return err_set(p->e, ERR_INVALID, "no such header: %" PRIu64 " bytes", len);
    if (header.len < 4 || header.len < len)
        return err_set(p->e, ERR_INVALID, "cut off in its header");
    if (!is_depth(parse_le(header, core ? 10 : 14, 2)))
        return err_set(p->e, ERR_INVALID, "no such depth");

    enum err_code rc;
    if (core) {
        rc = parse_set_size(p, parse_le(header, 4, 2), parse_le(header, 6, 2));
    } else {
        int64_t width = (int32_t)parse_le(header, 4, 4);
        int64_t height = (int32_t)parse_le(header, 8, 4);
        if (width < 0)
            return err_set(p->e, ERR_INVALID, "width of %" PRId64 " pixels", width);
        /* a negative height is a picture stored from the top down */
        rc = parse_set_size(p, (uint64_t)width, (uint64_t)(height < 0 ? -height : height));
    }
    if (rc)
        return rc;
    if (!bmp_is_taken(p->bytes))
        return err_set(p->e, ERR_UNSUPPORTED, "compression %" PRIu64 " of %" PRIu64 " bits",
                       parse_le(header, 16, 4), parse_le(header, 14, 2));
    if (parse_le(p->bytes, 10, 4) > p->bytes.len)
        return err_set(p->e, ERR_INVALID, "cut off before its pixels");
    return ERR_NONE;
}
