#include "image/header.h"

#include "image/parse.h"

#include <inttypes.h>

const struct image_limits image_limits_default = {
    .side_px_max = 8000,
    .pixels_max = 40000000,
    .frames_max = 1000,
};

static const struct {
    const char *name;
    enum err_code (*read)(struct parse *p);
} formats[] = {
    [PICTURE_JPEG] = { "JPEG", image_read_jpeg }, [PICTURE_PNG] = { "PNG", image_read_png },
    [PICTURE_GIF] = { "GIF", image_read_gif },    [PICTURE_WEBP] = { "WebP", image_read_webp },
    [PICTURE_TIFF] = { "TIFF", image_read_tiff }, [PICTURE_BMP] = { "BMP", image_read_bmp },
};

/* "BM" begins words too ("BMW"); in text the high bytes of the header's size are not zero. */
static bool is_bmp(struct bytes bytes)
{
    return bytes_starts(bytes, B("BM")) &&
           bytes_starts(B("\0\0\0"), bytes_first(bytes_from(bytes, 15), 3));
}

enum picture_type image_sniff(struct bytes bytes)
{
    if (bytes_starts(bytes, B("\xFF\xD8\xFF")))
        return PICTURE_JPEG;
    if (bytes_starts(bytes, B("\x89PNG\r\n\x1A\n")))
        return PICTURE_PNG;
    if (bytes_starts(bytes, B("GIF87a")) || bytes_starts(bytes, B("GIF89a")))
        return PICTURE_GIF;
    if (parse_is(bytes, 0, "RIFF") && parse_is(bytes, 8, "WEBP"))
        return PICTURE_WEBP;
    if (parse_is(bytes, 0, "II*\0") || parse_is(bytes, 0, "MM\0*") || parse_is(bytes, 0, "II+\0") ||
        parse_is(bytes, 0, "MM\0+"))
        return PICTURE_TIFF;
    return is_bmp(bytes) ? PICTURE_BMP : PICTURE_NONE;
}

enum err_code image_read_header(struct bytes bytes, const struct image_limits *limits,
                                struct picture_header *out, struct err *e)
{
    enum picture_type type = image_sniff(bytes);
    struct parse p = { bytes, limits, { .type = type, .frames = 1 }, e };

    if (type == PICTURE_NONE)
        return err_set(e, ERR_UNSUPPORTED, "%s",
                       bytes.len ? "not a JPEG, PNG, GIF, WebP, TIFF or BMP picture"
                                 : "no bytes where a picture should be");
    if (formats[type].read(&p))
        return err_context(e, "%s", formats[type].name);
    if (p.header.orientation == 0)
        p.header.orientation = 1;
    *out = p.header;
    return ERR_NONE;
}

enum err_code parse_check_size(const struct parse *p, uint64_t width, uint64_t height)
{
    uint64_t side_max = (uint64_t)p->limits->side_px_max;
    uint64_t pixels_max = (uint64_t)p->limits->pixels_max;

    if (width == 0 || height == 0)
        return err_set(p->e, ERR_INVALID, "%" PRIu64 " x %" PRIu64 " pixels", width, height);
    if (width > side_max || height > side_max)
        return err_set(p->e, ERR_TOO_LARGE,
                       "%" PRIu64 " x %" PRIu64 " pixels, limit %" PRIu64 " a side", width, height,
                       side_max);
    if (width * height > pixels_max) /* both fit an int32_t now */
        return err_set(p->e, ERR_TOO_LARGE,
                       "%" PRIu64 " x %" PRIu64 " pixels, limit %" PRIu64 " in all", width, height,
                       pixels_max);
    return ERR_NONE;
}

enum err_code parse_count(struct parse *p)
{
    if (++p->pieces > PARSE_PIECES_MAX)
        return err_set(p->e, ERR_TOO_LARGE, "more than %d pieces", PARSE_PIECES_MAX);
    return ERR_NONE;
}

enum err_code parse_set_size(struct parse *p, uint64_t width, uint64_t height)
{
    enum err_code rc = parse_check_size(p, width, height);

    if (rc)
        return rc;
    p->header.width_px = (int32_t)width;
    p->header.height_px = (int32_t)height;
    return ERR_NONE;
}

enum err_code parse_set_frames(struct parse *p, uint64_t frames)
{
    uint64_t frames_max = (uint64_t)p->limits->frames_max;

    if (frames > frames_max)
        return err_set(p->e, ERR_TOO_LARGE, "at least %" PRIu64 " frames, limit %" PRIu64, frames,
                       frames_max);
    p->header.frames = (int32_t)frames;
    return ERR_NONE;
}
