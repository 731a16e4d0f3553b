/* What a picture looks like: its pixels are decoded once, a few rows at a time. */
#include "base/crypto.h"
#include "image/looks.h"
#include "image/vips/vips.h"

#include <stdlib.h>

#define ROWS_AT_ONCE 16
#define BANDS_MAX    5 /* CMYK and alpha: a TIFF may have thousands */

/* Of all frames together: what is more than that is told apart by its bytes. */
#define HASHED_PIXELS_MAX 40000000

/* Rows that have to be seen in another order are held in memory, four or eight bytes a pixel. A
 * larger picture is hashed as it is stored: still equal under other metadata. */
#define TURNED_PIXELS_MAX 13000000

/* One look at one picture. */
struct look {
    const struct picture_header *header;
    VipsImage *image; /* 3 or 4 bands, 8 or 16 bits */
    struct sha256 sha;
    struct looks looks;
    int sample; /* bytes: 1 or 2 */
    uint8_t *row;
    uint8_t *narrow; /* the same row in 8 bits */
    uint8_t *stored; /* the whole picture, to be turned; NULL: rows are hashed as they come */
};

static int64_t pixels_of(const struct picture_header *header)
{
    return (int64_t)header->width_px * header->height_px;
}

/* ---- the profile ---- */

#define SHADES 4 /* of each of red, green and blue */

/* The shades' own numbers after the picture's profile. NULL when it is none. */
static uint8_t *shades_as_seen(const uint8_t *shades, size_t size, const void *profile, size_t len)
{
    VipsImage *seen = NULL;
    size_t out_size;
    CLEANUP(unrefp)
    VipsImage *image =
        vips_image_new_from_memory(shades, size, SHADES * SHADES * SHADES, 1, 3, VIPS_FORMAT_UCHAR);

    if (!image)
        return NULL;
    image->Type = VIPS_INTERPRETATION_sRGB;
    vips_image_set_blob_copy(image, VIPS_META_ICC_NAME, profile, len);
    if (vips_icc_transform(image, &seen, "srgb", "embedded", TRUE, NULL) != 0)
        return NULL;
    uint8_t *out = vips_image_write_to_memory(seen, &out_size);
    g_object_unref(seen);
    if (out && out_size != size) {
        g_free(out);
        out = NULL;
    }
    return out;
}

/* Does a profile of red, green and blue say anything but sRGB? Most do not, and are in half of the
 * copies only: without them nothing looks different. */
static bool changes_colours(VipsImage *image)
{
    uint8_t shades[SHADES * SHADES * SHADES * 3];
    const void *profile;
    size_t len;
    bool changes = false;

    if (vips_image_get_blob(image, VIPS_META_ICC_NAME, &profile, &len) != 0)
        return false;
    for (size_t i = 0; i < sizeof shades; i++) {
        size_t shade = i / 3;
        shades[i] = (uint8_t)((shade >> 2 * (2 - i % 3) & 3) * 85);
    }
    uint8_t *seen = shades_as_seen(shades, sizeof shades, profile, len);
    for (size_t i = 0; seen && i < sizeof shades; i++)
        changes |= abs(seen[i] - shades[i]) > 2;
    g_free(seen);
    return changes;
}

static int apply_profile(VipsImage **image)
{
    VipsImage *next;
    int depth = vips_image_get_format(*image) == VIPS_FORMAT_USHORT ? 16 : 8;
    VipsInterpretation type = vips_image_guess_interpretation(*image);
    bool is_rgb = type == VIPS_INTERPRETATION_sRGB || type == VIPS_INTERPRETATION_RGB16;

    if (vips_image_get_typeof(*image, VIPS_META_ICC_NAME) == 0 ||
        (is_rgb && !changes_colours(*image)))
        return 0;
    if (vips_icc_transform(*image, &next, "srgb", "embedded", TRUE, "depth", depth, NULL) == 0)
        replace(image, next); /* one that is none does not spoil the picture */
    return 0;
}

/* ---- pixels in one form ---- */

/* Red, green, blue and maybe alpha of 8 bits, or of 16 where the picture has as many. */
static int settle(VipsImage **image)
{
    VipsImage *next;

    if (apply_profile(image) != 0)
        return -1;
    VipsInterpretation type = vips_image_guess_interpretation(*image);
    bool deep = type == VIPS_INTERPRETATION_RGB16 || type == VIPS_INTERPRETATION_GREY16;
    if (vips_colourspace(*image, &next, deep ? VIPS_INTERPRETATION_RGB16 : VIPS_INTERPRETATION_sRGB,
                         NULL) != 0)
        return -1;
    replace(image, next);
    int bands = vips_image_get_bands(*image);
    if (bands < 3)
        return -1;
    if (bands > 4 || (bands == 4 && !vips_image_hasalpha(*image))) {
        if (vips_extract_band(*image, &next, 0, "n", 3, NULL) != 0)
            return -1;
        replace(image, next);
    }
    if (vips_cast(*image, &next, deep ? VIPS_FORMAT_USHORT : VIPS_FORMAT_UCHAR, NULL) != 0)
        return -1;
    replace(image, next);
    return 0;
}

#define STRICTLY "access", VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_ERROR

/* `n` frames, one below the other; -1: all. Unlike open_frame() it fails of what is cut off or
 * broken, for all that is black below the break would be the same picture. */
static int load(struct bytes b, enum picture_type type, int n, VipsImage **out)
{
    void *at = (void *)(uintptr_t)b.at; /* it is not written to */

    switch ((int)type) {
    case PICTURE_JPEG:
        return vips_jpegload_buffer(at, b.len, out, STRICTLY, NULL);
    case PICTURE_PNG:
        return vips_pngload_buffer(at, b.len, out, STRICTLY, NULL);
    case PICTURE_GIF:
        return vips_gifload_buffer(at, b.len, out, "n", n, STRICTLY, NULL);
    case PICTURE_WEBP:
        return vips_webpload_buffer(at, b.len, out, "n", n, STRICTLY, NULL);
    case PICTURE_TIFF:
        return vips_tiffload_buffer(at, b.len, out, "n", n, STRICTLY, NULL);
    default: /* BMP */
        *out = open_frame(b, type, 1);
        return *out ? 0 : -1;
    }
}

static VipsImage *open_strictly(struct bytes bytes, const struct picture_header *header, int n)
{
    VipsImage *image = NULL;
    int frames = n < 0 ? header->frames : n;

    /* what was held against the limits is what the decoder sees, too */
    if (load(bytes, header->type, n, &image) != 0)
        return NULL;
    if (image->Bands > BANDS_MAX || image->Xsize != header->width_px ||
        image->Ysize != (int64_t)header->height_px * frames)
        unrefp(&image);
    return image;
}

/* All frames where their pixels are to be hashed and can be had (libvips has no animated PNGs, and
 * no TIFFs whose pages differ); else the first. */
static VipsImage *open_look(struct bytes bytes, const struct picture_header *header, bool *all)
{
    *all = pixels_of(header) <= HASHED_PIXELS_MAX / header->frames;
    VipsImage *image = *all ? open_strictly(bytes, header, header->frames > 1 ? -1 : 1) : NULL;

    if (image || (*all && header->frames == 1))
        return image;
    *all = false;
    return open_strictly(bytes, header, 1);
}

/* ---- rows ---- */

/* A row of the decoder's, as RGBA; what cannot be seen has no colour. */
static void take_8(struct look *l, const uint8_t *from)
{
    int bands = l->image->Bands;
    uint8_t *out = l->row;

    for (int x = 0; x < l->image->Xsize; x++, from += bands, out += 4) {
        uint8_t alpha = bands == 4 ? from[3] : 255;
        for (int k = 0; k < 3; k++)
            out[k] = (uint8_t)(alpha ? from[k] : 0);
        out[3] = alpha;
    }
}

static void take_16(struct look *l, const uint16_t *from)
{
    int bands = l->image->Bands;
    uint16_t *out = (uint16_t *)l->row;
    uint8_t *narrow = l->narrow;

    for (int x = 0; x < l->image->Xsize; x++, from += bands) {
        uint16_t alpha = bands == 4 ? from[3] : UINT16_MAX;
        for (int k = 0; k < 4; k++) {
            uint16_t value = (uint16_t)(k == 3 ? alpha : alpha ? from[k] : 0);
            *out++ = value;
            *narrow++ = (uint8_t)(value >> 8);
        }
    }
}

static void hash_row(struct look *l, const uint8_t *row, size_t pixels)
{
    sha256_add(&l->sha, bytes_of((const char *)row, pixels * 4 * (size_t)l->sample));
}

static void take_row(struct look *l, const VipsPel *from, int y)
{
    size_t width = (size_t)l->image->Xsize;

    if (l->sample == 1)
        take_8(l, from);
    else
        take_16(l, (const uint16_t *)from);
    if (y < l->header->height_px)
        looks_row(&l->looks, l->narrow);
    if (l->stored)
        memcpy(l->stored + (size_t)y * width * 4 * (size_t)l->sample, l->row,
               width * 4 * (size_t)l->sample);
    else
        hash_row(l, l->row, width);
}

/* Of a region as wide as the picture. */
static const VipsPel *region_row(const VipsRegion *region, int y)
{
    return region->data + (size_t)(y - region->valid.top) * (size_t)region->bpl;
}

static int take_rows(struct look *l)
{
    VipsRegion *region = vips_region_new(l->image);
    int failed = region == NULL;

    for (int y = 0; !failed && y < l->image->Ysize; y += ROWS_AT_ONCE) {
        int rows = l->image->Ysize - y < ROWS_AT_ONCE ? l->image->Ysize - y : ROWS_AT_ONCE;
        VipsRect rect = { 0, y, l->image->Xsize, rows };
        failed = vips_region_prepare(region, &rect);
        for (int i = 0; !failed && i < rows; i++)
            take_row(l, region_row(region, y + i), y + i);
    }
    if (region)
        g_object_unref(region);
    return failed;
}

/* ---- the pixel hash ---- */

static void hash_head(struct look *l, int32_t orientation)
{
    const struct picture_header *h = l->header;
    bool turned = orientation >= 5;
    char head[100];
    int len = snprintf(head, sizeof head, "%d x %d x %d, %d bits, stored turned %d\n",
                       turned ? h->height_px : h->width_px, turned ? h->width_px : h->height_px,
                       l->image->Ysize / h->height_px, l->sample * 8, l->stored ? 1 : orientation);

    sha256_begin(&l->sha);
    sha256_add(&l->sha, bytes_of(head, (size_t)len));
}

/* Every frame by itself, as it is seen. */
static void hash_turned(struct look *l, int32_t orientation)
{
    const struct picture_header *h = l->header;
    bool turned = orientation >= 5;
    int32_t width = turned ? h->height_px : h->width_px;
    int32_t height = turned ? h->width_px : h->height_px;
    size_t pixel = 4 * (size_t)l->sample;
    size_t frame = (size_t)pixels_of(h) * pixel;
    size_t row_at_a_time = (size_t)l->image->Xsize;

    for (const uint8_t *at = l->stored;
         at < l->stored + frame * (size_t)(l->image->Ysize / h->height_px); at += frame) {
        for (int32_t y = 0; y < height; y++) {
            for (int32_t x = 0; x < width;) {
                size_t n = 0;
                for (; n < row_at_a_time && x < width; n++, x++)
                    memcpy(l->row + n * pixel,
                           at + looks_stored_at(orientation, h->width_px, h->height_px, x, y) *
                                    pixel,
                           pixel);
                hash_row(l, l->row, n);
            }
        }
    }
}

static int32_t orientation_of(const struct picture_header *header)
{
    return header->orientation >= 2 && header->orientation <= 8 ? header->orientation : 1;
}

static int look(struct look *l)
{
    const struct picture_header *h = l->header;
    int32_t orientation = orientation_of(h);
    size_t width = (size_t)h->width_px;
    size_t all = width * (size_t)l->image->Ysize;

    l->sample = vips_image_get_format(l->image) == VIPS_FORMAT_USHORT ? 2 : 1;
    CLEANUP(freep) uint8_t *row = malloc(width * 4 * (size_t)l->sample);
    CLEANUP(freep) uint8_t *narrow = l->sample == 2 ? malloc(width * 4) : NULL;
    CLEANUP(freep) uint8_t *stored = NULL;
    l->row = row;
    l->narrow = narrow ? narrow : row;
    if (orientation > 1 && all * (size_t)l->sample <= TURNED_PIXELS_MAX)
        stored = malloc(all * 4 * (size_t)l->sample);
    l->stored = stored;
    if (!row || (l->sample == 2 && !narrow))
        return -1;
    looks_begin(&l->looks, h->width_px, h->height_px);
    hash_head(l, orientation);
    if (take_rows(l) != 0)
        return -1;
    if (l->stored)
        hash_turned(l, orientation);
    looks_turn(&l->looks, orientation);
    return 0;
}

enum err_code vips_appearance(struct bytes bytes, const struct picture_header *header,
                              struct appearance *out, struct err *e)
{
    struct look l = { .header = header };
    struct hash hash;
    bool all;
    CLEANUP(unrefp) VipsImage *image = open_look(bytes, header, &all);

    bool done = image && settle(&image) == 0;
    if (done) {
        l.image = image;
        done = look(&l) == 0;
    }
    if (!done)
        return err_set(e, ERR_UNSUPPORTED, "%s: cannot be decoded",
                       picture_type_extension(header->type));
    if (!all)
        sha256_add(&l.sha, bytes);
    sha256_end(&l.sha, &hash);
    *out = (struct appearance){ 0 };
    memcpy(out->pixel_hash, hash.at, sizeof out->pixel_hash);
    looks_describe(&l.looks, out);
    return ERR_NONE;
}
