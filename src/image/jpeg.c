/* image/jpeg.c - ITU-T T.81 annex B: markers up to the first scan. */
#include "image/parse.h"

enum {
    TEM = 0x01,
    SOF0 = 0xC0,
    DHT = 0xC4,
    JPG = 0xC8,
    DAC = 0xCC,
    SOF15 = 0xCF,
    RST0 = 0xD0,
    RST7 = 0xD7,
    SOI = 0xD8,
    EOI = 0xD9,
    SOS = 0xDA,
    APP1 = 0xE1,
};

/* The code of the next marker, and *at behind it; -1 at the end. Fill bytes, stuffed zeros and
 * strays between the segments are passed over, as decoders do. */
static int next_marker(struct bytes bytes, size_t *at)
{
    for (;;) {
        size_t i = *at + bytes_index(bytes_from(bytes, *at), '\xFF');
        while (i < bytes.len && bytes.at[i] == '\xFF')
            i++;
        if (i == bytes.len)
            return -1;
        *at = i + 1;
        if (bytes.at[i] != 0)
            return (uint8_t)bytes.at[i];
    }
}

static bool is_frame(int marker)
{
    return marker >= SOF0 && marker <= SOF15 && marker != DHT && marker != JPG && marker != DAC;
}

static enum err_code read_frame(struct parse *p, struct bytes segment)
{
    uint64_t components = parse_be(segment, 5, 1);

    if (p->header.width_px)
        return err_set(p->e, ERR_INVALID, "two frame headers");
    if (components == 0 || segment.len != 6 + 3 * components)
        return err_set(p->e, ERR_INVALID, "broken frame header");
    return parse_set_size(p, parse_be(segment, 3, 2), parse_be(segment, 1, 2));
}

enum err_code image_read_jpeg(struct parse *p)
{
    size_t at = 2;

    for (;;) {
        int marker = next_marker(p->bytes, &at);
        if (marker < 0)
            return err_set(p->e, ERR_INVALID, "cut off before its pixels");
        if (marker == TEM || (marker >= RST0 && marker <= RST7))
            continue;
        if (marker == SOI || marker == EOI)
            return err_set(p->e, ERR_INVALID, "marker %#x before its pixels", marker);

        size_t len = (size_t)parse_be(p->bytes, at, 2);
        if (len < 2 || !parse_has(p->bytes, at, len))
            return err_set(p->e, ERR_INVALID, "segment %#x is broken or cut off", marker);
        struct bytes segment = parse_part(p->bytes, at + 2, len - 2);
        at += len;

        if (marker == SOS)
            break;
        enum err_code rc = is_frame(marker) ? read_frame(p, segment) : ERR_NONE;
        if (rc)
            return rc;
        if (marker == APP1 && p->header.orientation == 0 && bytes_starts(segment, B("Exif\0\0")))
            p->header.orientation = exif_orientation(segment);
    }
    if (p->header.width_px == 0)
        return err_set(p->e, ERR_INVALID, "no frame header before its pixels");
    return ERR_NONE;
}
