/* image/jpeg.c - ITU-T T.81 annex B: the markers, behind the first scan only to count the scans. */
#include "image/parse.h"

#include <inttypes.h>

enum {
    TEM = 0x01,
    SOF0 = 0xC0,
    SOF2 = 0xC2,
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
    /* Each may go over all pixels for a few bytes; encoders write up to a dozen. */
    SCANS_MAX = 100,
};

/* Not what stands between the bytes of a scan: stuffed zeros, fill bytes, restarts. */
static bool is_marker(uint8_t code)
{
    return code != 0 && code != 0xFF && code != TEM && (code < RST0 || code > RST7);
}

/* Whether one of the 64 bytes from `at` on begins a marker, without a branch for each. */
static bool has_marker(const char *at)
{
    uint8_t found = 0;

    for (int i = 0; i < 64; i++) {
        uint8_t code = (uint8_t)at[i + 1];
        found |= ((uint8_t)at[i] == 0xFF) & (code > TEM) & (code != 0xFF) & ((code & 0xF8) != RST0);
    }
    return found;
}

/* The code of the next marker, and *at behind it; -1 at the end. Fill bytes, stuffed zeros,
 * restarts and strays between the segments are passed over, as decoders do. */
static int next_marker(struct bytes bytes, size_t *at)
{
    size_t i = *at;
    bool here = parse_has(bytes, i, 2) && bytes.at[i] == '\xFF' &&
                is_marker((uint8_t)bytes.at[i + 1]); /* as behind most segments */

    while (!here && parse_has(bytes, i, 65)) {
        const char *first = memchr(bytes.at + i, 0xFF, bytes.len - i - 1);
        if (!first)
            return -1;
        i = (size_t)(first - bytes.at);
        if (!parse_has(bytes, i, 65) || has_marker(bytes.at + i))
            break;
        i += 64;
    }
    for (; parse_has(bytes, i, 2); i++) {
        uint8_t code = (uint8_t)bytes.at[i + 1];
        if (bytes.at[i] == '\xFF' && is_marker(code)) {
            *at = i + 2;
            return code;
        }
    }
    return -1;
}

static bool is_frame(int marker)
{
    return marker >= SOF0 && marker <= SOF15 && marker != DHT && marker != JPG && marker != DAC;
}

/* Baseline, extended and progressive, Huffman-coded, of 8 bits: what browsers show, too. The rest
 * are lossless, arithmetic and hierarchical ones. */
static enum err_code check_kind(struct parse *p, int marker, struct bytes segment)
{
    uint64_t bits = parse_be(segment, 0, 1);
    uint64_t components = parse_be(segment, 5, 1);

    if (marker > SOF2)
        return err_set(p->e, ERR_UNSUPPORTED, "coding process %d is not taken", marker - SOF0);
    if (bits != 8)
        return err_set(p->e, ERR_UNSUPPORTED, "%" PRIu64 " bits a sample, only 8 are taken", bits);
    if (components != 1 && components != 3 && components != 4)
        return err_set(p->e, ERR_UNSUPPORTED, "%" PRIu64 " components, only 1, 3 and 4 are taken",
                       components);
    return ERR_NONE;
}

static enum err_code read_frame(struct parse *p, int marker, struct bytes segment)
{
    uint64_t components = parse_be(segment, 5, 1);

    if (p->header.width_px)
        return err_set(p->e, ERR_INVALID, "two frame headers");
    if (components == 0 || segment.len != 6 + 3 * components)
        return err_set(p->e, ERR_INVALID, "broken frame header");
    for (uint64_t i = 0; i < components; i++) {
        uint64_t factors = parse_be(segment, 6 + 3 * i + 1, 1);
        if (factors >> 4 < 1 || factors >> 4 > 4 || (factors & 15) < 1 || (factors & 15) > 4)
            return err_set(p->e, ERR_INVALID, "no such sampling");
    }
    enum err_code rc = parse_set_size(p, parse_be(segment, 3, 2), parse_be(segment, 1, 2));
    return rc ? rc : check_kind(p, marker, segment);
}

/* The next segment, and *at behind it. In front of the pixels it must be whole. */
static enum err_code read_segment(struct parse *p, size_t *at, int *marker, struct bytes *segment)
{
    *marker = next_marker(p->bytes, at);
    if (*marker < 0)
        return err_set(p->e, ERR_INVALID, "cut off before its pixels");
    if (*marker == SOI || *marker == EOI)
        return err_set(p->e, ERR_INVALID, "marker %#x before its pixels", *marker);

    size_t len = (size_t)parse_be(p->bytes, *at, 2);
    if (len < 2 || !parse_has(p->bytes, *at, len))
        return err_set(p->e, ERR_INVALID, "segment %#x is broken or cut off", *marker);
    *segment = parse_part(p->bytes, *at + 2, len - 2);
    *at += len;
    return parse_count(p);
}

/* From behind the first scan's header to the end, or to where it is broken: that is for a decoder
 * to tell. */
static enum err_code count_scans(struct parse *p, size_t at)
{
    struct err broken = { 0 };
    struct err *e = p->e;
    struct bytes segment;
    int marker;

    for (int scans = 1; scans <= SCANS_MAX;) {
        p->e = &broken;
        enum err_code rc = read_segment(p, &at, &marker, &segment);
        p->e = e;
        if (rc == ERR_TOO_LARGE)
            return err_set(e, rc, "%s", broken.text);
        if (rc || is_frame(marker))
            return ERR_NONE;
        scans += marker == SOS;
    }
    return err_set(e, ERR_TOO_LARGE, "more than %d scans", SCANS_MAX);
}

enum err_code image_read_jpeg(struct parse *p)
{
    bool exif = false; /* the first block counts */
    size_t at = 2;

    for (;;) {
        struct bytes segment;
        int marker;
        enum err_code rc = read_segment(p, &at, &marker, &segment);
        if (rc == ERR_NONE && is_frame(marker))
            rc = read_frame(p, marker, segment);
        if (rc)
            return rc;
        if (marker == SOS)
            break;
        if (marker == APP1 && !exif && bytes_starts(segment, B("Exif\0\0"))) {
            exif = true;
            p->header.orientation = exif_orientation(segment);
        }
    }
    if (p->header.width_px == 0)
        return err_set(p->e, ERR_INVALID, "no frame header before its pixels");
    return count_scans(p, at);
}
