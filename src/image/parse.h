/* image/parse.h - what the header parsers of this folder share; private to it.
 *
 * Positions and lengths taken from a file are uint64_t and never added before parse_has() held one
 * of them against the input, so nothing wraps and nothing is read outside.
 */
#ifndef IMAGE_PARSE_H
#define IMAGE_PARSE_H

#include "base/bytes.h"
#include "image/header.h"

/* One picture being read. A parser fills `header`; type is set, frames is 1 and orientation is 0
 * ("not said") when it begins. */
struct parse {
    struct bytes bytes;
    const struct image_limits *limits;
    struct picture_header header;
    struct err *e;
    uint32_t pieces; /* see parse_count() */
};

/* Segments, chunks, blocks of one file: a picture of 10 MiB can hold millions that are empty, and
 * each costs a few nanoseconds here and more in a decoder. */
#define PARSE_PIECES_MAX 1000000

/* Bytes that decoders may need for a pixel of the largest picture: four samples of 16 bits. What
 * takes more must have fewer pixels. */
#define PARSE_PIXEL_BYTES 8

/* The header of a picture is what precedes its pixels: a parser succeeds only when it has seen
 * where the pixels of the first frame begin. What follows there may be cut off. */
enum err_code image_read_jpeg(struct parse *p) MUST_CHECK;
enum err_code image_read_png(struct parse *p) MUST_CHECK;
enum err_code image_read_gif(struct parse *p) MUST_CHECK;
enum err_code image_read_webp(struct parse *p) MUST_CHECK;
enum err_code image_read_tiff(struct parse *p) MUST_CHECK;
enum err_code image_read_bmp(struct parse *p) MUST_CHECK;

/* ERR_INVALID for no pixels, ERR_TOO_LARGE for a side or a product over the limits. */
enum err_code parse_check_size(const struct parse *p, uint64_t width, uint64_t height) MUST_CHECK;

/* parse_check_size(), then stores the size in the header. */
enum err_code parse_set_size(struct parse *p, uint64_t width, uint64_t height) MUST_CHECK;

/* Stores a number of frames that the file declares; ERR_TOO_LARGE over the limit. */
enum err_code parse_set_frames(struct parse *p, uint64_t frames) MUST_CHECK;

/* Counts one more piece; ERR_TOO_LARGE when there are too many. */
enum err_code parse_count(struct parse *p) MUST_CHECK;

/* Orientation 1..8 in the first directory of an EXIF block, with or without a leading "Exif\0\0";
 * 0 when it says none or is broken: a bad EXIF block does not spoil the picture. */
int32_t exif_orientation(struct bytes exif);

/* A TIFF file, or the inside of an EXIF block. */
struct tiff {
    struct bytes bytes;
    bool big_endian;
    bool wide;      /* BigTIFF: 64-bit offsets */
    uint64_t first; /* offset of the first directory, not yet held against the length */
};

struct tiff_dir {
    uint64_t width; /* 0 when not said, as are the next ones */
    uint64_t height;
    uint64_t orientation;
    uint64_t bits; /* of a sample; TIFF_UNCLEAR where the samples differ, as of the next one */
    uint64_t compression;
    uint64_t samples;
    uint64_t tile_width;
    uint64_t tile_height;
    uint64_t depth; /* of pictures in three dimensions */
    uint64_t tile_depth;
    uint64_t entries;
    uint64_t size; /* bytes of the directory with its link */
    uint64_t next; /* the link: offset of the next directory, 0 for none or when cut off */
};

#define TIFF_UNCLEAR UINT64_MAX

/* False when the eight (BigTIFF: sixteen) bytes of the file header are cut off or broken. */
bool tiff_open(struct bytes bytes, struct tiff *out);

/* False when an entry of the directory at `at` lies outside; the link may. */
bool tiff_dir_read(const struct tiff *t, uint64_t at, struct tiff_dir *out);

static inline bool parse_has(struct bytes b, uint64_t at, uint64_t len)
{
    return at <= b.len && len <= b.len - at;
}

/* The part of `b` at `at`, as much of `len` bytes as there is. */
static inline struct bytes parse_part(struct bytes b, uint64_t at, uint64_t len)
{
    return at < b.len ? bytes_first(bytes_from(b, (size_t)at), (size_t)len) : (struct bytes){ 0 };
}

/* True when the four bytes at `at` are `name`. */
static inline bool parse_is(struct bytes b, uint64_t at, const char name[static 4])
{
    return parse_has(b, at, 4) && memcmp(b.at + at, name, 4) == 0;
}

/* Unsigned numbers of `size` bytes, at most 8; 0 when not wholly inside. */
static inline uint64_t parse_be(struct bytes b, uint64_t at, unsigned size)
{
    uint64_t value = 0;

    for (unsigned i = 0; parse_has(b, at, size) && i < size; i++)
        value = value << 8 | (uint8_t)b.at[at + i];
    return value;
}

static inline uint64_t parse_le(struct bytes b, uint64_t at, unsigned size)
{
    uint64_t value = 0;

    for (unsigned i = size; parse_has(b, at, size) && i > 0; i--)
        value = value << 8 | (uint8_t)b.at[at + i - 1];
    return value;
}

#endif
