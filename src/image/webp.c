/* image/webp.c - the WebP container: VP8, VP8L, or VP8X with chunks of either and of EXIF. */
#include "image/parse.h"

enum {
    CHUNK_LEN = 8, /* name, length */
    FIRST_CHUNK = 12,
    VP8_LEN = 10, /* RFC 6386 9.1 */
    VP8L_LEN = 5,
    VP8X_LEN = 10,
    ANMF_LEN = 16,
    FLAG_ANIMATION = 0x02,
    FLAG_EXIF = 0x08,
};

struct size {
    uint64_t width;
    uint64_t height;
};

static bool is_pixels(struct bytes file, uint64_t at)
{
    return parse_is(file, at, "VP8 ") || parse_is(file, at, "VP8L");
}

/* The size a VP8 or VP8L chunk at `at` says; 0 x 0 when it is neither, broken or cut off. */
static struct size pixels_size(struct bytes file, uint64_t at)
{
    struct bytes data = parse_part(file, at + CHUNK_LEN, parse_le(file, at + 4, 4));

    if (parse_is(file, at, "VP8 ") && data.len >= VP8_LEN && (data.at[0] & 1) == 0 /* key frame */
        && parse_be(data, 3, 3) == 0x9D012A)
        return (struct size){ parse_le(data, 6, 2) & 0x3FFF, parse_le(data, 8, 2) & 0x3FFF };

    uint64_t bits = parse_le(data, 1, 4);
    if (parse_is(file, at, "VP8L") && data.len >= VP8L_LEN && data.at[0] == 0x2F && bits >> 29 == 0)
        return (struct size){ (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1 };
    return (struct size){ 0 };
}

/* The size that the pixels of an ANMF chunk say, which stand first or behind their alpha; 0 x 0
 * when there are none or they are cut off. */
static struct size frame_pixels(struct bytes data)
{
    uint64_t at = ANMF_LEN;
    uint64_t len = parse_le(data, at + 4, 4);

    if (parse_is(data, at, "ALPH"))
        at += CHUNK_LEN + len + (len & 1);
    return pixels_size(data, at);
}

/* An animation's frame must lie on the canvas, or a decoder would need more than was checked. */
static enum err_code read_frame(struct parse *p, struct bytes file, uint64_t at, uint64_t frames)
{
    struct bytes data = parse_part(file, at + CHUNK_LEN, parse_le(file, at + 4, 4));

    if (data.len < ANMF_LEN)
        return err_set(p->e, ERR_INVALID, "broken frame header");
    struct size frame = { parse_le(data, 6, 3) + 1, parse_le(data, 9, 3) + 1 };
    struct size pixels = frame_pixels(data);
    if (2 * parse_le(data, 0, 3) + parse_le(data, 6, 3) + 1 > (uint64_t)p->header.width_px ||
        2 * parse_le(data, 3, 3) + parse_le(data, 9, 3) + 1 > (uint64_t)p->header.height_px)
        return err_set(p->e, ERR_INVALID, "frame outside of the canvas");
    if (pixels.width && (pixels.width != frame.width || pixels.height != frame.height))
        return err_set(p->e, ERR_INVALID, "pixels do not fit their frame");
    return parse_set_frames(p, frames);
}

static enum err_code read_still(struct parse *p, struct bytes file, uint64_t at)
{
    struct size size = pixels_size(file, at);

    if (size.width != (uint64_t)p->header.width_px || size.height != (uint64_t)p->header.height_px)
        return err_set(p->e, ERR_INVALID, "pixels do not fit the canvas");
    return ERR_NONE;
}

static enum err_code read_extended(struct parse *p, struct bytes file)
{
    struct bytes data = parse_part(file, FIRST_CHUNK + CHUNK_LEN, VP8X_LEN);
    uint64_t flags = parse_le(data, 0, 1);
    uint64_t frames = 0;
    bool exif = false; /* the first block counts */

    if (data.len < VP8X_LEN || parse_le(file, FIRST_CHUNK + 4, 4) != VP8X_LEN)
        return err_set(p->e, ERR_INVALID, "broken or cut off canvas");
    enum err_code rc = parse_set_size(p, parse_le(data, 4, 3) + 1, parse_le(data, 7, 3) + 1);

    uint64_t at = FIRST_CHUNK + CHUNK_LEN + VP8X_LEN;
    while (!rc && parse_has(file, at, CHUNK_LEN)) {
        uint64_t len = parse_le(file, at + 4, 4);

        if (flags & FLAG_ANIMATION && parse_is(file, at, "ANMF") &&
            (len < ANMF_LEN || parse_has(file, at + CHUNK_LEN, ANMF_LEN))) /* else cut off */
            rc = read_frame(p, file, at, ++frames);
        else if (!(flags & FLAG_ANIMATION) && frames == 0 && is_pixels(file, at))
            frames = 1, rc = read_still(p, file, at);
        else if (flags & FLAG_EXIF && parse_is(file, at, "EXIF") && !exif)
            exif = true,
            p->header.orientation = exif_orientation(parse_part(file, at + CHUNK_LEN, len));
        if (!rc)
            rc = parse_count(p);
        at += CHUNK_LEN + len + (len & 1);
    }
    if (rc)
        return rc;
    return frames ? ERR_NONE : err_set(p->e, ERR_INVALID, "cut off before its pixels");
}

enum err_code image_read_webp(struct parse *p)
{
    uint64_t riff_len = parse_le(p->bytes, 4, 4);
    struct bytes file = bytes_first(p->bytes, (size_t)(8 + riff_len)); /* the rest is not WebP */

    if (!parse_has(file, FIRST_CHUNK, CHUNK_LEN))
        return err_set(p->e, ERR_INVALID, "cut off, or its RIFF length is wrong");
    if (parse_is(file, FIRST_CHUNK, "VP8X"))
        return read_extended(p, file);

    struct size size = pixels_size(file, FIRST_CHUNK);
    if (size.width == 0 && size.height == 0)
        return err_set(p->e, ERR_INVALID, "does not begin with a picture's header");
    return parse_set_size(p, size.width, size.height);
}
