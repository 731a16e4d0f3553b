/* test/support/pixels.h - pictures with pixels, and what is in a picture that was made. */
#ifndef TEST_SUPPORT_PIXELS_H
#define TEST_SUPPORT_PIXELS_H

#include "base/arena.h"
#include "test.h"

#include <zlib.h>

/* Rows from the top, 1 to 5 bytes a pixel. */
struct pixels {
    uint8_t *at;
    int width;
    int height;
    int bands;
};

static inline struct pixels pixels_new(struct arena *arena, int width, int height, int bands)
{
    struct pixels p = { .width = width, .height = height, .bands = bands };

    p.at = arena_zalloc(arena, (size_t)width * (size_t)height, (size_t)bands);
    CHECK(p.at != NULL);
    return p;
}

static inline uint8_t *pixel(const struct pixels *p, int x, int y)
{
    CHECK(x >= 0 && x < p->width && y >= 0 && y < p->height);
    return p->at + ((size_t)y * (size_t)p->width + (size_t)x) * (size_t)p->bands;
}

static inline struct pixels filled(struct arena *arena, int width, int height, int bands,
                                   const uint8_t *colour)
{
    struct pixels p = pixels_new(arena, width, height, bands);

    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++)
            memcpy(pixel(&p, x, y), colour, (size_t)bands);
    }
    return p;
}

/* A file of any length, which grows in the arena. */
struct made {
    struct arena *arena;
    char *at;
    size_t len;
    size_t room;
};

static inline void put_bytes(struct made *m, const void *bytes, size_t len)
{
    if (len > m->room - m->len) {
        m->room = (m->len + len) * 2;
        char *grown = arena_alloc(m->arena, m->room);
        CHECK(grown != NULL);
        if (m->len)
            memcpy(grown, m->at, m->len);
        m->at = grown;
    }
    if (len)
        memcpy(m->at + m->len, bytes, len);
    m->len += len;
}

static inline void put_number(struct made *m, bool big_endian, uint64_t value, unsigned size)
{
    for (unsigned i = 0; i < size; i++) {
        unsigned shift = 8 * (big_endian ? size - 1 - i : i);
        uint8_t byte = (uint8_t)(value >> shift);
        put_bytes(m, &byte, 1);
    }
}

static inline struct bytes made_bytes(const struct made *m)
{
    return bytes_of(m->at, m->len);
}

/* ---- PNG ---- */

static inline void put_chunk(struct made *m, const char name[4], struct bytes data)
{
    put_number(m, true, data.len, 4);
    size_t from = m->len;
    put_bytes(m, name, 4);
    put_bytes(m, data.at, data.len);
    uint64_t crc = crc32(0, (const unsigned char *)m->at + from, (unsigned)(4 + data.len));
    put_number(m, true, crc, 4);
}

/* `depth` 8, or 16: then every sample is doubled. `kind` is PNG's own: 0 grey, 2 RGB, 3 palette,
 * 4 grey and alpha, 6 RGB and alpha. */
static inline struct bytes made_png(struct arena *arena, const struct pixels *p, int kind,
                                    int depth, struct bytes palette, struct bytes exif)
{
    struct made file = { .arena = arena };
    struct made head = { .arena = arena };
    struct made raw_rows = { .arena = arena };

    for (int y = 0; y < p->height; y++) {
        put_number(&raw_rows, true, 0, 1);
        for (int i = 0; i < p->width * p->bands; i++) {
            uint8_t sample = pixel(p, 0, y)[i];
            put_number(&raw_rows, true, depth == 16 ? sample * 257U : sample, (unsigned)depth / 8);
        }
    }
    uLongf len = compressBound(raw_rows.len);
    Bytef *packed = arena_alloc(arena, len);
    CHECK(packed != NULL);
    CHECK_INT(compress(packed, &len, (const Bytef *)raw_rows.at, raw_rows.len), Z_OK);

    put_bytes(&file, "\x89PNG\r\n\x1A\n", 8);
    put_number(&head, true, (uint64_t)p->width, 4);
    put_number(&head, true, (uint64_t)p->height, 4);
    put_number(&head, true, (uint64_t)depth, 1);
    put_number(&head, true, (uint64_t)kind, 1);
    put_number(&head, true, 0, 3);
    put_chunk(&file, "IHDR", made_bytes(&head));
    if (exif.len)
        put_chunk(&file, "eXIf", exif);
    if (palette.len)
        put_chunk(&file, "PLTE", palette);
    put_chunk(&file, "IDAT", bytes_of((const char *)packed, len));
    put_chunk(&file, "IEND", B(""));
    return made_bytes(&file);
}

static inline struct bytes rgb_png(struct arena *arena, const struct pixels *p)
{
    return made_png(arena, p, p->bands == 4 ? 6 : 2, 8, B(""), B(""));
}

static inline uint8_t paeth(int a, int b, int c)
{
    int pa = abs(b - c);
    int pb = abs(a - c);
    int pc = abs(a + b - 2 * c);

    return (uint8_t)(pa <= pb && pa <= pc ? a : pb <= pc ? b : c);
}

static inline void unfilter(struct pixels *p, int y, const uint8_t *row)
{
    int step = p->bands;
    uint8_t *to = pixel(p, 0, y);
    const uint8_t *above = y > 0 ? pixel(p, 0, y - 1) : NULL;

    for (int i = 0; i < p->width * step; i++) {
        int a = i >= step ? to[i - step] : 0;
        int b = above ? above[i] : 0;
        int c = above && i >= step ? above[i - step] : 0;
        int guess[] = { 0, a, b, (a + b) / 2, paeth(a, b, c) };
        CHECK(row[0] < COUNT(guess));
        to[i] = (uint8_t)(row[1 + i] + guess[row[0]]);
    }
}

/* The pixels of a PNG with 8 bits that is not interlaced: what libvips makes. */
static inline struct pixels read_png(struct arena *arena, struct bytes png)
{
    struct made packed = { .arena = arena };
    static const int bands[] = { 1, 0, 3, 1, 2, 0, 4 };
    size_t at = 8;

    CHECK(bytes_starts(png, B("\x89PNG\r\n\x1A\n")));
    const uint8_t *head = (const uint8_t *)png.at + 16;
    int width = head[2] << 8 | head[3];
    int height = head[6] << 8 | head[7];
    CHECK_INT(head[8], 8);
    CHECK(head[9] < COUNT(bands));
    struct pixels p = pixels_new(arena, width, height, bands[head[9]]);
    while (at + 12 <= png.len) {
        const uint8_t *chunk = (const uint8_t *)png.at + at;
        size_t len = (size_t)chunk[0] << 24 | (size_t)chunk[1] << 16 | (size_t)chunk[2] << 8 |
                     (size_t)chunk[3];
        CHECK(len <= png.len - at - 12);
        if (memcmp(chunk + 4, "IDAT", 4) == 0)
            put_bytes(&packed, chunk + 8, len);
        at += len + 12;
    }
    size_t stride = (size_t)width * (size_t)p.bands + 1;
    uLongf len = stride * (size_t)height;
    Bytef *rows = arena_alloc(arena, len);
    CHECK(rows != NULL);
    CHECK_INT(uncompress(rows, &len, (const Bytef *)packed.at, packed.len), Z_OK);
    for (int y = 0; y < height; y++)
        unfilter(&p, y, rows + (size_t)y * stride);
    return p;
}

/* ---- TIFF: pages of bare pixels ---- */

static inline void put_entry(struct made *m, uint64_t tag, uint64_t type, uint64_t count,
                             uint64_t value)
{
    put_number(m, false, tag, 2);
    put_number(m, false, type, 2);
    put_number(m, false, count, 4);
    put_number(m, false, value, 4);
}

/* `photometric` is TIFF's own: 1 black is 0, 2 RGB, 5 CMYK. */
static inline struct bytes made_tiff(struct arena *arena, const struct pixels *pages, size_t count,
                                     int photometric, int orientation)
{
    struct made m = { .arena = arena };
    size_t link = 4;

    put_bytes(&m, "II*\0\0\0\0\0", 8);
    for (size_t i = 0; i < count; i++) {
        const struct pixels *p = &pages[i];
        size_t size = (size_t)p->width * (size_t)p->height * (size_t)p->bands;
        size_t data = m.len;
        put_bytes(&m, p->at, size);
        put_bytes(&m, "\0", m.len % 2);
        size_t depths = m.len;
        for (int band = 0; band < p->bands; band++)
            put_number(&m, false, 8, 2);
        size_t dir = m.len;
        for (int byte = 0; byte < 4; byte++)
            m.at[link + (size_t)byte] = (char)(uint8_t)(dir >> 8 * byte);
        put_number(&m, false, 10, 2);
        put_entry(&m, 0x100, 4, 1, (uint64_t)p->width);
        put_entry(&m, 0x101, 4, 1, (uint64_t)p->height);
        if (p->bands > 2)
            put_entry(&m, 0x102, 3, (uint64_t)p->bands, depths);
        else
            put_entry(&m, 0x102, 3, 1, 8);
        put_entry(&m, 0x103, 3, 1, 1);
        put_entry(&m, 0x106, 3, 1, (uint64_t)photometric);
        put_entry(&m, 0x111, 4, 1, data);
        put_entry(&m, 0x112, 3, 1, (uint64_t)orientation);
        put_entry(&m, 0x115, 3, 1, (uint64_t)p->bands);
        put_entry(&m, 0x116, 4, 1, (uint64_t)p->height);
        put_entry(&m, 0x117, 4, 1, size);
        link = m.len;
        put_number(&m, false, 0, 4);
    }
    return made_bytes(&m);
}

/* ---- BMP ---- */

struct bmp_form {
    int depth;
    int compression;
    int header_len;
    bool top_down;
};

/* `rest` follows the header: masks, palette, rows; the rows begin `before_rows` bytes into it. */
static inline struct bytes made_bmp(struct arena *arena, int width, int height,
                                    struct bmp_form form, struct bytes rest, size_t before_rows)
{
    struct made m = { .arena = arena };

    put_bytes(&m, "BM", 2);
    put_number(&m, false, 14 + (uint64_t)form.header_len + rest.len, 4);
    put_number(&m, false, 0, 4);
    put_number(&m, false, 14 + (uint64_t)form.header_len + before_rows, 4);
    put_number(&m, false, (uint64_t)form.header_len, 4);
    if (form.header_len == 12) {
        put_number(&m, false, (uint64_t)width, 2);
        put_number(&m, false, (uint64_t)height, 2);
        put_number(&m, false, 1, 2);
        put_number(&m, false, (uint64_t)form.depth, 2);
    } else {
        put_number(&m, false, (uint64_t)width, 4);
        put_number(&m, false, (uint64_t)(uint32_t)(form.top_down ? -height : height), 4);
        put_number(&m, false, 1, 2);
        put_number(&m, false, (uint64_t)form.depth, 2);
        put_number(&m, false, (uint64_t)form.compression, 4);
        put_number(&m, false, 0, 8);
        put_number(&m, false, 0, 8);
        put_number(&m, false, 0, 4);
    }
    put_bytes(&m, rest.at, rest.len);
    return made_bytes(&m);
}

#endif
