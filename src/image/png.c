/* image/png.c - PNG third edition: IHDR, and acTL and fcTL (frames), eXIf wherever it stands. */
#include "image/parse.h"

enum {
    SIGNATURE_LEN = 8,
    IHDR_LEN = 13,
    CHUNK_LEN = 12, /* length, name, checksum */
    FCTL_LEN = 26,
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
    if (parse_be(p->bytes, 26, 2) != 0 || parse_be(p->bytes, 28, 1) > 1)
        return err_set(p->e, ERR_INVALID, "no such compression, filter or interlace");
    return parse_set_size(p, parse_be(p->bytes, 16, 4), parse_be(p->bytes, 20, 4));
}

/* What the chunks have told so far. */
struct seen {
    bool pixels;
    bool animation;
    bool exif;       /* the first block counts */
    uint64_t frames; /* of the animation, by their own headers */
};

/* A frame lies within the picture (10.2 there), and there are not more than may be announced. */
static enum err_code read_fctl(struct parse *p, struct seen *seen, struct bytes data)
{
    if (data.len < FCTL_LEN)
        return ERR_NONE; /* cut off */
    enum err_code rc = parse_check_size(p, parse_be(data, 4, 4), parse_be(data, 8, 4));
    if (rc)
        return rc;
    if (parse_be(data, 4, 4) + parse_be(data, 12, 4) > (uint64_t)p->header.width_px ||
        parse_be(data, 8, 4) + parse_be(data, 16, 4) > (uint64_t)p->header.height_px)
        return err_set(p->e, ERR_INVALID, "frame outside of the picture");
    if (++seen->frames > (uint64_t)p->limits->frames_max)
        return parse_set_frames(p, seen->frames);
    return ERR_NONE;
}

static enum err_code read_chunk(struct parse *p, struct seen *seen, struct bytes name,
                                struct bytes data)
{
    uint64_t frames = parse_be(data, 0, 4);

    if (bytes_eq(name, B("IDAT"))) {
        seen->pixels = true;
    } else if (bytes_eq(name, B("acTL")) && !seen->pixels && frames > 0) {
        seen->animation = true;
        return parse_set_frames(p, frames);
    } else if (bytes_eq(name, B("fcTL")) && seen->animation) {
        return read_fctl(p, seen, data);
    } else if (bytes_eq(name, B("eXIf")) && !seen->exif) {
        seen->exif = true;
        p->header.orientation = exif_orientation(data);
    }
    return ERR_NONE;
}

enum err_code image_read_png(struct parse *p)
{
    struct seen seen = { 0 };
    enum err_code rc = read_ihdr(p);

    uint64_t at = SIGNATURE_LEN + CHUNK_LEN + IHDR_LEN;
    while (!rc && parse_has(p->bytes, at, 8) && !parse_is(p->bytes, at + 4, "IEND")) {
        uint64_t len = parse_be(p->bytes, at, 4);

        rc = read_chunk(p, &seen, parse_part(p->bytes, at + 4, 4),
                        parse_part(p->bytes, at + 8, len));
        if (!rc)
            rc = parse_count(p);
        at += CHUNK_LEN + len;
    }
    if (rc)
        return rc;
    return seen.pixels ? ERR_NONE : err_set(p->e, ERR_INVALID, "cut off before its pixels");
}
