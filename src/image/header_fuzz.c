/* image/header_fuzz.c - whatever the bytes are, the answers fit each other. */
#include "image/header.h"

#include "base/bytes.h"
#include "fuzz.h"

#include <string.h>

/* The promises of image/header.h on one answer. */
static enum err_code read_checked(struct bytes bytes, const struct image_limits *limits,
                                  struct picture_header *out)
{
    const struct picture_header before = { .width_px = -1, .frames = -1 };
    const struct err untouched = { .reason = 77 };
    struct err e = untouched;

    *out = before;
    enum err_code rc = image_read_header(bytes, limits, out, &e);
    if (rc) {
        HOLDS(rc == ERR_INVALID || rc == ERR_TOO_LARGE || rc == ERR_UNSUPPORTED);
        HOLDS(rc == ERR_UNSUPPORTED || image_sniff(bytes) != PICTURE_NONE);
        HOLDS(e.code == rc && e.text[0] && !strchr(e.text, '\n'));
        HOLDS(memcmp(out, &before, sizeof before) == 0);
        return rc;
    }
    HOLDS(memcmp(&e, &untouched, sizeof e) == 0);
    HOLDS(out->type != PICTURE_NONE && out->type == image_sniff(bytes));
    HOLDS(out->width_px >= 1 && out->width_px <= limits->side_px_max);
    HOLDS(out->height_px >= 1 && out->height_px <= limits->side_px_max);
    HOLDS((int64_t)out->width_px * out->height_px <= limits->pixels_max);
    HOLDS(out->frames >= 1 && out->frames <= limits->frames_max);
    HOLDS(out->orientation >= 1 && out->orientation <= 8);
    return rc;
}

static bool same(const struct picture_header *a, const struct picture_header *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

/* Wider limits give the same answer; limits below what was found refuse it. */
static void check_limits(struct bytes bytes, const struct picture_header *found)
{
    struct image_limits limits = { INT32_MAX, INT64_MAX, INT32_MAX };
    struct picture_header other;

    HOLDS(read_checked(bytes, &limits, &other) == ERR_NONE && same(found, &other));

    limits = image_limits_default;
    limits.side_px_max =
        (found->width_px > found->height_px ? found->width_px : found->height_px) - 1;
    HOLDS(read_checked(bytes, &limits, &other) == ERR_TOO_LARGE);

    limits = image_limits_default;
    limits.pixels_max = (int64_t)found->width_px * found->height_px - 1;
    HOLDS(read_checked(bytes, &limits, &other) == ERR_TOO_LARGE);

    limits = image_limits_default;
    limits.frames_max = found->frames - 1;
    if (limits.frames_max > 0)
        HOLDS(read_checked(bytes, &limits, &other) == ERR_TOO_LARGE);
}

/* Holds the answer for `cut` against that for the same bytes with more behind them. */
static void check_longer(struct bytes cut, struct bytes longer, const struct picture_header *found)
{
    struct picture_header other;
    enum err_code rc = read_checked(longer, &image_limits_default, &other);

    switch (found->type) {
    case PICTURE_TIFF: /* all that is read lies before the pixels, or is reached by offsets */
    case PICTURE_BMP:
        HOLDS(rc == ERR_NONE && same(found, &other));
        return;
    case PICTURE_JPEG: /* what was cut off may hold scans */
        HOLDS(rc == ERR_TOO_LARGE || (rc == ERR_NONE && same(found, &other)));
        return;
    case PICTURE_PNG: /* what was cut off may hold the orientation, and headers of frames */
        HOLDS(rc != ERR_NONE || other.frames == found->frames);
        break;
    case PICTURE_WEBP: /* a whole one ends where its RIFF length says */
        if (((uint8_t)cut.at[4] | (uint32_t)(uint8_t)cut.at[5] << 8 |
             (uint32_t)(uint8_t)cut.at[6] << 16 | (uint32_t)(uint8_t)cut.at[7] << 24) +
                (uint64_t)8 <=
            cut.len)
            HOLDS(rc == ERR_NONE && same(found, &other));
        break;
    case PICTURE_GIF: /* what was cut off may hold frames */
        break;
    case PICTURE_AVIF:
    case PICTURE_NONE:
        abort();
    }
    if (rc)
        return;
    HOLDS(other.type == found->type && other.frames >= found->frames);
    HOLDS(other.width_px == found->width_px && other.height_px == found->height_px);
    HOLDS(found->orientation == 1 || other.orientation == found->orientation);
}

/* The first `len` bytes in memory of their own: a read behind them is seen. */
static void check_cut(struct bytes bytes, size_t len)
{
    struct picture_header header;
    char *copy = malloc(len ? len : 1);

    HOLDS(copy != NULL);
    memcpy(copy, bytes.at, len);
    if (read_checked(bytes_of(copy, len), &image_limits_default, &header) == ERR_NONE)
        check_longer(bytes_of(copy, len), bytes, &header);
    free(copy);
}

static void check_garbage(struct bytes bytes, const struct picture_header *found)
{
    static const char garbage[] = "\xFF\xC0\0\x0B\x08\xFF\xFF\xFF\xFF\x01\x01\x11\0!,;IDATeXIfEXIF";
    char *copy = malloc(bytes.len + sizeof garbage);

    HOLDS(copy != NULL);
    memcpy(copy, bytes.at, bytes.len);
    memcpy(copy + bytes.len, garbage, sizeof garbage);
    check_longer(bytes, bytes_of(copy, bytes.len + sizeof garbage), found);
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes bytes = bytes_of((const char *)data, size);
    struct picture_header header;

    if (size == 0)
        return 0;
    if (read_checked(bytes, &image_limits_default, &header) == ERR_NONE) {
        check_limits(bytes, &header);
        check_garbage(bytes, &header);
    }
    check_cut(bytes, size / 2);
    check_cut(bytes, size - 1);
    return 0;
}
