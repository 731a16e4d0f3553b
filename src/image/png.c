/* image/png.c - PNG third edition: IHDR, and acTL (frames) and eXIf wherever it stands. */
#include "image/parse.h"

enum {
    SIGNATURE_LEN = 8,
    IHDR_LEN = 13,
    CHUNK_LEN = 12, /* length, name, checksum */
};

/* The pairs of the standard's table 12. */
static bool depth_fits(uint64_t depth, uint64_t colour)
{
    switch (colour) {
    case 0: /* grey */
        return depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
    case 3: /* palette */
        return depth == 1 || depth == 2 || depth == 4 || depth == 8;
    case 2: /* colour, grey with alpha, colour with alpha */
    case 4:
    case 6:
        return depth == 8 || depth == 16;
    default:
        return false;
    }
}

static enum err_code read_ihdr(struct parse *p)
{
    if (!parse_has(p->bytes, SIGNATURE_LEN, CHUNK_LEN + IHDR_LEN))
        return err_set(p->e, ERR_INVALID, "cut off in its header");
    if (parse_be(p->bytes, 8, 4) != IHDR_LEN || !parse_is(p->bytes, 12, "IHDR"))
        return err_set(p->e, ERR_INVALID, "does not begin with a header chunk");
    if (!depth_fits(parse_be(p->bytes, 24, 1), parse_be(p->bytes, 25, 1)))
        return err_set(p->e, ERR_INVALID, "no such depth and colour type");
    return parse_set_size(p, parse_be(p->bytes, 16, 4), parse_be(p->bytes, 20, 4));
}

enum err_code image_read_png(struct parse *p)
{
    bool pixels = false;
    enum err_code rc = read_ihdr(p);

    uint64_t at = SIGNATURE_LEN + CHUNK_LEN + IHDR_LEN;
    while (!rc && parse_has(p->bytes, at, 8) && !parse_is(p->bytes, at + 4, "IEND")) {
        uint64_t len = parse_be(p->bytes, at, 4);
        uint64_t frames = parse_be(p->bytes, at + 8, 4);

        if (parse_is(p->bytes, at + 4, "IDAT"))
            pixels = true;
        else if (parse_is(p->bytes, at + 4, "acTL") && !pixels && frames > 0)
            rc = parse_set_frames(p, frames);
        else if (parse_is(p->bytes, at + 4, "eXIf") && p->header.orientation == 0)
            p->header.orientation = exif_orientation(parse_part(p->bytes, at + 8, len));
        at += CHUNK_LEN + len;
    }
    if (rc)
        return rc;
    return pixels ? ERR_NONE : err_set(p->e, ERR_INVALID, "cut off before its pixels");
}
