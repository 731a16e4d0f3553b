/* image/gif.c - GIF89a: the screen, then block by block; every image descriptor is a frame. */
#include "image/parse.h"

enum {
    SCREEN_END = 13,  /* signature and logical screen descriptor */
    DESCRIPTOR = 10,  /* with its introducer */
    EXTENSION = 0x21, /* introducers */
    IMAGE = 0x2C,
    CODE_BITS_MAX = 11, /* of the first code of an image; they grow to 12 */
};

static uint64_t table_len(uint64_t flags)
{
    return flags & 0x80 ? 3u << ((flags & 7) + 1) : 0;
}

/* Moves *at behind the sub-blocks there, or behind the end when they are cut off. */
static enum err_code skip_blocks(struct parse *p, uint64_t *at)
{
    enum err_code rc = ERR_NONE;

    for (uint64_t len = 1; !rc && len > 0 && *at < p->bytes.len; *at += 1 + len) {
        len = (uint8_t)p->bytes.at[*at];
        rc = parse_count(p);
    }
    return rc;
}

/* Counts the image at *at and moves behind it. */
static enum err_code read_image(struct parse *p, uint64_t frames, uint64_t *at)
{
    uint64_t width = parse_le(p->bytes, *at + 5, 2);
    uint64_t height = parse_le(p->bytes, *at + 7, 2);

    /* Decoders widen the screen to an image that reaches over it. */
    enum err_code rc = width && height ? parse_check_size(p, parse_le(p->bytes, *at + 1, 2) + width,
                                                          parse_le(p->bytes, *at + 3, 2) + height)
                                       : parse_check_size(p, width, height);
    if (!rc)
        rc = parse_set_frames(p, frames);
    if (rc)
        return rc;
    *at += DESCRIPTOR + table_len(parse_le(p->bytes, *at + 9, 1));
    uint64_t code_bits = parse_le(p->bytes, *at, 1);
    if (frames == 1 && parse_has(p->bytes, *at, 1) && (code_bits < 1 || code_bits > CODE_BITS_MAX))
        return err_set(p->e, ERR_INVALID, "codes of %d bits", (int)code_bits);
    ++*at;
    return skip_blocks(p, at);
}

enum err_code image_read_gif(struct parse *p)
{
    uint64_t flags = parse_le(p->bytes, 10, 1);
    uint64_t at = SCREEN_END + table_len(flags);
    uint64_t frames = 0;

    if (!parse_has(p->bytes, 0, SCREEN_END))
        return err_set(p->e, ERR_INVALID, "cut off in its header");
    enum err_code rc = parse_set_size(p, parse_le(p->bytes, 6, 2), parse_le(p->bytes, 8, 2));

    /* The trailer ends it; so does whatever is no block, with the frames seen so far. */
    while (!rc) {
        uint64_t introducer = parse_le(p->bytes, at, 1);
        if (introducer == EXTENSION)
            at += 2, rc = skip_blocks(p, &at);
        else if (introducer == IMAGE && parse_has(p->bytes, at, DESCRIPTOR))
            rc = read_image(p, ++frames, &at);
        else
            break;
    }
    if (rc)
        return rc;
    return frames ? ERR_NONE : err_set(p->e, ERR_INVALID, "cut off before its pixels");
}
