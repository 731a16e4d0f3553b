/* image/tiff.c - every directory of the chain is a frame; the first is the picture. */
#include "image/parse.h"

#include <inttypes.h>

/* A decoder that meets an unknown tag looks it up among all; cameras write about a hundred. */
#define ENTRIES_MAX 512
#define SAMPLES_MAX 5 /* four inks and alpha */

/* Tiles are decoded whole, and are larger than a small picture. */
#define TILE_SIDE_PX 4096
#define TILE_PIXELS  (2048 * 2048)

/* Those that scanners, cameras and programs of our time write and that a few lines of code, zlib or
 * libjpeg undo: none, the three of fax machines, LZW, JPEG, Deflate twice, PackBits. */
static bool is_compression(uint64_t kind)
{
    static const uint16_t kinds[] = { 1, 2, 3, 4, 5, 7, 8, 32773, 32946 };

    for (size_t i = 0; i < COUNT(kinds); i++) {
        if (kind == kinds[i])
            return true;
    }
    return false;
}

static uint64_t or_one(uint64_t value)
{
    return value ? value : 1;
}

static enum err_code check_kind(struct parse *p, const struct tiff_dir *dir)
{
    uint64_t compression = or_one(dir->compression);
    uint64_t bits = or_one(dir->bits);
    uint64_t samples = or_one(dir->samples);

    if (!is_compression(compression))
        return err_set(p->e, ERR_UNSUPPORTED, "compression %" PRId64 " is not taken",
                       (int64_t)compression);
    if (bits > 32 || (bits & (bits - 1)) != 0)
        return err_set(p->e, ERR_UNSUPPORTED, "%" PRId64 " bits a sample are not taken",
                       (int64_t)bits);
    if (samples > SAMPLES_MAX)
        return err_set(p->e, ERR_UNSUPPORTED, "%" PRIu64 " samples a pixel, limit %d", samples,
                       SAMPLES_MAX);
    if (or_one(dir->depth) > 1 || or_one(dir->tile_depth) > 1)
        return err_set(p->e, ERR_UNSUPPORTED, "a picture in three dimensions");
    return ERR_NONE;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* What a decoder has to hold. check_kind() bounded bits and samples. */
static enum err_code check_memory(struct parse *p, const struct tiff_dir *dir)
{
    uint64_t side_max = larger((uint64_t)p->limits->side_px_max, TILE_SIDE_PX);
    uint64_t pixels_max = larger((uint64_t)p->limits->pixels_max, TILE_PIXELS);
    uint64_t bits = or_one(dir->bits) * or_one(dir->samples);

    if (dir->tile_width > side_max || dir->tile_height > side_max ||
        dir->tile_width * dir->tile_height > pixels_max)
        return err_set(p->e, ERR_TOO_LARGE, "tiles of %" PRIu64 " x %" PRIu64 " pixels",
                       dir->tile_width, dir->tile_height);
    uint64_t pixels = larger(dir->width * dir->height, dir->tile_width * dir->tile_height);
    if (bits > 8 * PARSE_PIXEL_BYTES && pixels / (8 * PARSE_PIXEL_BYTES) * bits > pixels_max)
        return err_set(p->e, ERR_TOO_LARGE, "%" PRIu64 " pixels of %" PRIu64 " bits", pixels, bits);
    return ERR_NONE;
}

static enum err_code read_first(struct parse *p, const struct tiff_dir *dir)
{
    enum err_code rc = parse_set_size(p, dir->width, dir->height);

    if (!rc)
        rc = check_kind(p, dir);
    if (!rc)
        rc = check_memory(p, dir);
    if (!rc && dir->orientation <= 8)
        p->header.orientation = (int32_t)dir->orientation;
    return rc;
}

enum err_code image_read_tiff(struct parse *p)
{
    struct tiff t;
    struct tiff_dir dir;
    uint64_t frames = 0;
    uint64_t size = 0; /* of all directories: more than the file's is overlap, and no work bound */
    uint64_t behind = 0; /* a directory passed, moved up at powers of two: meeting it is a loop */

    if (!tiff_open(p->bytes, &t))
        return err_set(p->e, ERR_INVALID, "broken or cut off header");
    for (uint64_t at = t.first; at != 0; at = dir.next) {
        if (!tiff_dir_read(&t, at, &dir) || !parse_has(p->bytes, at, dir.size))
            return err_set(p->e, ERR_INVALID, "directory %" PRIu64 " is cut off", frames + 1);
        size += dir.size;
        if (at == behind || size > p->bytes.len)
            return err_set(p->e, ERR_INVALID, "its directories loop or overlap");
        if (dir.entries > ENTRIES_MAX)
            return err_set(p->e, ERR_TOO_LARGE, "a directory of %" PRIu64 " entries, limit %d",
                           dir.entries, ENTRIES_MAX);
        frames++;
        if ((frames & (frames - 1)) == 0)
            behind = at;

        enum err_code rc =
            frames == 1 ? read_first(p, &dir) : parse_check_size(p, dir.width, dir.height);
        if (!rc)
            rc = parse_set_frames(p, frames);
        if (rc)
            return rc;
    }
    return frames ? ERR_NONE : err_set(p->e, ERR_INVALID, "no directory");
}
