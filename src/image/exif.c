/* image/exif.c - directories of TIFF 6.0 and BigTIFF, which are also what an EXIF block holds. */
#include "image/parse.h"

enum {
    TYPE_BYTE = 1,
    TYPE_SHORT = 3,
    TYPE_LONG = 4,
    TYPE_SBYTE = 6,
    TYPE_SSHORT = 8,
    TYPE_SLONG = 9,
    TYPE_LONG8 = 16,
    TYPE_SLONG8 = 17,
    TAG_WIDTH = 0x100,
    TAG_HEIGHT = 0x101,
    TAG_BITS = 0x102,
    TAG_COMPRESSION = 0x103,
    TAG_ORIENTATION = 0x112,
    TAG_SAMPLES = 0x115,
    TAG_TILE_WIDTH = 0x142,
    TAG_TILE_HEIGHT = 0x143,
    TAG_DEPTH = 0x80E5,
    TAG_TILE_DEPTH = 0x80E6,
    VALUES_MAX = 16, /* one for each sample */
};

static uint64_t number(const struct tiff *t, uint64_t at, unsigned size)
{
    return t->big_endian ? parse_be(t->bytes, at, size) : parse_le(t->bytes, at, size);
}

bool tiff_open(struct bytes bytes, struct tiff *out)
{
    struct tiff t = { .bytes = bytes, .big_endian = bytes_starts(bytes, B("MM")) };
    uint64_t version = number(&t, 2, 2);

    if (!t.big_endian && !bytes_starts(bytes, B("II")))
        return false;
    if (version == 42 && parse_has(bytes, 4, 4)) {
        t.first = number(&t, 4, 4);
    } else if (version == 43 && number(&t, 4, 2) == 8 && parse_has(bytes, 8, 8)) {
        t.wide = true;
        t.first = number(&t, 8, 8);
    } else {
        return false;
    }
    *out = t;
    return true;
}

/* Bytes of one number; 0 when the type is none. Decoders take each of these for any tag; a
 * negative number is a very large one here. */
static unsigned number_size(const struct tiff *t, uint64_t type)
{
    switch (type) {
    case TYPE_BYTE:
    case TYPE_SBYTE:
        return 1;
    case TYPE_SHORT:
    case TYPE_SSHORT:
        return 2;
    case TYPE_LONG:
    case TYPE_SLONG:
        return 4;
    case TYPE_LONG8:
    case TYPE_SLONG8:
        return t->wide ? 8 : 0;
    default:
        return 0;
    }
}

/* The one number of the entry at `at`; 0 when it is no number, or several. */
static uint64_t entry_value(const struct tiff *t, uint64_t at)
{
    uint64_t count = number(t, at + 4, t->wide ? 8 : 4);
    unsigned size = number_size(t, number(t, at + 2, 2));

    return count == 1 ? number(t, at + (t->wide ? 12 : 8), size) : 0;
}

/* What all numbers of the entry at `at` are; 0 when it is no number, TIFF_UNCLEAR when they differ,
 * are too many, or lie outside. */
static uint64_t entry_values(const struct tiff *t, uint64_t at)
{
    uint64_t count = number(t, at + 4, t->wide ? 8 : 4);
    unsigned size = number_size(t, number(t, at + 2, 2));
    uint64_t from = at + (t->wide ? 12 : 8);

    if (size == 0 || count == 0)
        return 0;
    if (count > VALUES_MAX)
        return TIFF_UNCLEAR;
    if (count * size > (t->wide ? 8 : 4))
        from = number(t, from, t->wide ? 8 : 4);
    if (!parse_has(t->bytes, from, count * size))
        return TIFF_UNCLEAR;
    uint64_t value = number(t, from, size);
    for (uint64_t i = 1; i < count; i++) {
        if (number(t, from + i * size, size) != value)
            return TIFF_UNCLEAR;
    }
    return value;
}

/* The first entry of a tag counts, as in decoders. */
static void take(struct tiff_dir *dir, const struct tiff *t, uint64_t at)
{
    const struct {
        unsigned tag;
        uint64_t *value;
    } places[] = {
        { TAG_WIDTH, &dir->width },
        { TAG_HEIGHT, &dir->height },
        { TAG_BITS, &dir->bits },
        { TAG_COMPRESSION, &dir->compression },
        { TAG_ORIENTATION, &dir->orientation },
        { TAG_SAMPLES, &dir->samples },
        { TAG_TILE_WIDTH, &dir->tile_width },
        { TAG_TILE_HEIGHT, &dir->tile_height },
        { TAG_DEPTH, &dir->depth },
        { TAG_TILE_DEPTH, &dir->tile_depth },
    };
    uint64_t tag = number(t, at, 2);

    for (size_t i = 0; i < COUNT(places); i++) {
        if (tag == places[i].tag && *places[i].value == 0)
            *places[i].value = tag == TAG_BITS || tag == TAG_COMPRESSION ? entry_values(t, at)
                                                                         : entry_value(t, at);
    }
}

bool tiff_dir_read(const struct tiff *t, uint64_t at, struct tiff_dir *out)
{
    unsigned count_size = t->wide ? 8 : 2;
    unsigned entry_size = t->wide ? 20 : 12;
    unsigned link_size = t->wide ? 8 : 4;
    struct tiff_dir dir = { 0 };

    if (!parse_has(t->bytes, at, count_size))
        return false;
    uint64_t count = number(t, at, count_size);
    uint64_t from = at + count_size;
    if (count > (t->bytes.len - from) / entry_size)
        return false;

    uint64_t end = from + count * entry_size;
    for (; from < end; from += entry_size)
        take(&dir, t, from);
    dir.entries = count;
    dir.size = end + link_size - at;
    dir.next = number(t, end, link_size);
    *out = dir;
    return true;
}

int32_t exif_orientation(struct bytes exif)
{
    struct tiff t;
    struct tiff_dir dir;

    if (bytes_starts(exif, B("Exif\0\0")))
        exif = bytes_from(exif, 6);
    if (!tiff_open(exif, &t) || !tiff_dir_read(&t, t.first, &dir) || dir.orientation > 8)
        return 0;
    return (int32_t)dir.orientation;
}
