#include "image/bmp_pixels.h"
#include "image/parse.h"

#include <stdlib.h>

enum {
    FILE_HEADER_LEN = 14,
    CORE_LEN = 12,
    INFO_LEN = 40,
    OS2_LEN = 64, /* there, 3 is the coding of fax machines */
    MASKS_AT = FILE_HEADER_LEN + INFO_LEN,
    PALETTE_MAX = 256,
};

enum compression {
    PLAIN = 0,
    RLE8 = 1,
    RLE4 = 2,
    MASKS = 3,
    ALPHA_MASKS = 6,
};

/* One channel of a pixel of 16 or 32 bits. */
struct mask {
    uint32_t bits;
    int shift;
    uint32_t max; /* 0: the pixels have no such channel */
};

struct bmp {
    struct bytes bytes;
    struct bytes rows;
    int32_t width;
    int32_t height;
    bool top_down;
    uint64_t depth;
    uint64_t compression;
    uint8_t palette[PALETTE_MAX][3];
    struct mask masks[4]; /* red, green, blue, alpha */
    struct bmp_pixels out;
};

static uint8_t *pixel_at(const struct bmp *b, int32_t x, int32_t y)
{
    int32_t row = b->top_down ? y : b->height - 1 - y;

    return b->out.at + ((size_t)row * (size_t)b->width + (size_t)x) * (size_t)b->out.bands;
}

static struct mask mask_of(uint64_t bits)
{
    struct mask mask = { .bits = (uint32_t)bits };

    if (bits) {
        mask.shift = __builtin_ctz((uint32_t)bits);
        mask.max = (uint32_t)bits >> mask.shift;
    }
    return mask;
}

static uint8_t channel(uint32_t pixel, const struct mask *mask)
{
    if (!mask->max)
        return 0;
    return (uint8_t)((uint64_t)((pixel & mask->bits) >> mask->shift) * 255 / mask->max);
}

static void read_palette(struct bmp *b, uint64_t header_len)
{
    uint64_t entry = header_len == CORE_LEN ? 3 : 4;
    uint64_t used = header_len == CORE_LEN ? 0 : parse_le(b->bytes, 46, 4);
    uint64_t count = 1ULL << b->depth;
    uint64_t at = FILE_HEADER_LEN + header_len;

    if (used > 0 && used < count)
        count = used;
    for (uint64_t i = 0; i < count; i++) {
        for (unsigned c = 0; c < 3; c++) /* stored blue first */
            b->palette[i][c] = (uint8_t)parse_le(b->bytes, at + i * entry + 2 - c, 1);
    }
}

static void read_masks(struct bmp *b, uint64_t header_len)
{
    static const uint32_t of_16[] = { 0x7C00, 0x03E0, 0x001F };
    static const uint32_t of_32[] = { 0xFF0000, 0x00FF00, 0x0000FF };
    bool given = b->compression == MASKS || b->compression == ALPHA_MASKS;
    bool alpha = b->compression == ALPHA_MASKS || (given && header_len >= 56);

    for (unsigned c = 0; c < 3; c++)
        b->masks[c] = mask_of(given            ? parse_le(b->bytes, MASKS_AT + 4 * c, 4)
                              : b->depth == 16 ? of_16[c]
                                               : of_32[c]);
    if (alpha)
        b->masks[3] = mask_of(parse_le(b->bytes, MASKS_AT + 12, 4));
    b->out.bands = b->masks[3].max ? 4 : 3;
}

bool bmp_is_taken(struct bytes bytes)
{
    uint64_t len = parse_le(bytes, 14, 4);
    uint64_t depth = parse_le(bytes, len == CORE_LEN ? 24 : 28, 2);

    switch (len == CORE_LEN ? PLAIN : parse_le(bytes, 30, 4)) {
    case PLAIN:
        return true;
    case RLE8:
        return depth == 8;
    case RLE4:
        return depth == 4;
    case MASKS:
    case ALPHA_MASKS:
        return (depth == 16 || depth == 32) && len != OS2_LEN;
    default:
        return false;
    }
}

static enum err_code read_header(struct bmp *b, struct err *e)
{
    uint64_t len = parse_le(b->bytes, 14, 4);
    bool core = len == CORE_LEN;
    int64_t height = core ? (int64_t)parse_le(b->bytes, 20, 2) : (int32_t)parse_le(b->bytes, 22, 4);

    b->width = (int32_t)parse_le(b->bytes, 18, core ? 2 : 4);
    b->top_down = height < 0;
    b->height = (int32_t)(height < 0 ? -height : height);
    b->depth = parse_le(b->bytes, core ? 24 : 28, 2);
    b->compression = core ? PLAIN : parse_le(b->bytes, 30, 4);
    b->rows = bytes_from(b->bytes, (size_t)parse_le(b->bytes, 10, 4));
    b->out.bands = 3;
    if (b->width < 1 || b->height < 1)
        return err_set(e, ERR_INVALID, "no pixels");

    bool direct = b->depth == 16 || b->depth == 32;
    if (!bmp_is_taken(b->bytes))
        return err_set(e, ERR_UNSUPPORTED, "compression %d of %d bits", (int)b->compression,
                       (int)b->depth);
    if (direct)
        read_masks(b, len);
    else if (b->depth <= 8)
        read_palette(b, len);
    return ERR_NONE;
}

static void put_index(const struct bmp *b, int32_t x, int32_t y, uint64_t index)
{
    if (x >= 0 && x < b->width && y >= 0 && y < b->height)
        memcpy(pixel_at(b, x, y), b->palette[index & (PALETTE_MAX - 1)], 3);
}

/* ---- rows as they are ---- */

static void read_row(const struct bmp *b, int32_t y, struct bytes row)
{
    for (int32_t x = 0; x < b->width; x++) {
        uint8_t *to = pixel_at(b, x, y);
        uint64_t bit = (uint64_t)x * b->depth;
        if (b->depth <= 8) {
            uint64_t byte = parse_le(row, bit / 8, 1);
            put_index(b, x, y, byte >> (8 - b->depth - bit % 8) & ((1U << b->depth) - 1));
        } else if (b->depth == 24) {
            for (unsigned c = 0; c < 3; c++)
                to[c] = (uint8_t)parse_le(row, bit / 8 + 2 - c, 1);
        } else {
            uint32_t pixel = (uint32_t)parse_le(row, bit / 8, (unsigned)b->depth / 8);
            for (int c = 0; c < b->out.bands; c++)
                to[c] = channel(pixel, &b->masks[c]);
        }
    }
}

static void read_rows(const struct bmp *b)
{
    uint64_t stride = ((uint64_t)b->width * b->depth + 31) / 32 * 4;

    for (int32_t y = 0; y < b->height; y++) {
        struct bytes row = parse_part(b->rows, (uint64_t)y * stride, stride);
        if (row.len == 0)
            break; /* cut off */
        read_row(b, y, row);
    }
}

/* ---- run lengths: pairs of count and value, with escapes behind a count of 0 ---- */

enum { END_OF_LINE = 0, END_OF_PICTURE = 1, MOVE = 2 };

/* The index of the i-th pixel in a run or a literal of pixels packed as the depth says. */
static uint64_t nibble(const struct bmp *b, uint64_t byte, uint64_t i)
{
    return b->depth == 8 ? byte : i % 2 == 0 ? byte >> 4 : byte & 15;
}

static void read_runs(const struct bmp *b)
{
    uint64_t at = 0;
    int32_t x = 0;
    int32_t y = 0;

    for (int32_t i = 0; i < b->height; i++) {
        for (int32_t j = 0; j < b->width; j++)
            put_index(b, j, i, 0);
    }
    while (y < b->height && parse_has(b->rows, at, 2)) {
        uint64_t count = parse_le(b->rows, at, 1);
        uint64_t value = parse_le(b->rows, at + 1, 1);
        at += 2;
        if (count > 0) {
            for (uint64_t i = 0; i < count && x < b->width; i++)
                put_index(b, x++, y, nibble(b, value, i));
        } else if (value == END_OF_LINE) {
            x = 0;
            y++;
        } else if (value == END_OF_PICTURE) {
            break;
        } else if (value == MOVE) {
            /* at most 255 each: no sum overflows, for a line that is full takes nothing more */
            x += (int32_t)parse_le(b->rows, at, 1);
            y += (int32_t)parse_le(b->rows, at + 1, 1);
            x = x > b->width ? b->width : x;
            at += 2;
        } else {
            uint64_t len = b->depth == 8 ? value : (value + 1) / 2;
            for (uint64_t i = 0; i < value && x < b->width; i++) {
                uint64_t byte = parse_le(b->rows, at + (b->depth == 8 ? i : i / 2), 1);
                put_index(b, x++, y, nibble(b, byte, i));
            }
            at += (len + 1) / 2 * 2; /* padded to a word */
        }
    }
}

enum err_code bmp_read_pixels(struct bytes bytes, struct bmp_pixels *out, struct err *e)
{
    struct bmp b = { .bytes = bytes };

    enum err_code rc = read_header(&b, e);
    if (rc)
        return rc;
    b.out.width_px = b.width;
    b.out.height_px = b.height;
    b.out.size = (size_t)b.width * (size_t)b.height * (size_t)b.out.bands;
    b.out.at = calloc(b.out.size, 1);
    if (!b.out.at)
        return err_set(e, ERR_NO_MEMORY, "%d x %d pixels", b.width, b.height);
    if (b.compression == RLE8 || b.compression == RLE4)
        read_runs(&b);
    else
        read_rows(&b);
    *out = b.out;
    return ERR_NONE;
}
