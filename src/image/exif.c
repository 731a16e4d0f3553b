/* image/exif.c - directories of TIFF 6.0 and BigTIFF, which are also what an EXIF block holds. */
#include "image/parse.h"

enum {
    TYPE_SHORT = 3,
    TYPE_LONG = 4,
    TYPE_LONG8 = 16,
    TAG_WIDTH = 0x100,
    TAG_HEIGHT = 0x101,
    TAG_ORIENTATION = 0x112,
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

/* The one number of the entry at `at`; 0 when it is no number, or several. */
static uint64_t entry_value(const struct tiff *t, uint64_t at)
{
    uint64_t count = number(t, at + 4, t->wide ? 8 : 4);
    uint64_t value_at = at + (t->wide ? 12 : 8);

    if (count != 1)
        return 0;
    switch (number(t, at + 2, 2)) {
    case TYPE_SHORT:
        return number(t, value_at, 2);
    case TYPE_LONG:
        return number(t, value_at, 4);
    case TYPE_LONG8:
        return t->wide ? number(t, value_at, 8) : 0;
    default:
        return 0;
    }
}

/* The first entry of a tag counts, as in decoders. */
static void take(uint64_t *value, const struct tiff *t, uint64_t at)
{
    if (*value == 0)
        *value = entry_value(t, at);
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
    for (; from < end; from += entry_size) {
        uint64_t tag = number(t, from, 2);
        if (tag == TAG_WIDTH)
            take(&dir.width, t, from);
        else if (tag == TAG_HEIGHT)
            take(&dir.height, t, from);
        else if (tag == TAG_ORIENTATION)
            take(&dir.orientation, t, from);
    }
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
