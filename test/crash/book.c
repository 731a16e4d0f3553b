#include "book.h"

#include <stdio.h>
#include <string.h>

/* A JPEG's head: frame of 640 x 480 in one component, then the scan. So many pixels are looked at
 * later, in the background, which is not running here. */
static const uint8_t head[] = {
    0xFF, 0xD8,                                                                      /* SOI */
    0xFF, 0xC0, 0, 11, 8, 480 >> 8, 480 & 0xFF, 640 >> 8, 640 & 0xFF, 1, 1, 0x11, 0, /* SOF0 */
    0xFF, 0xDA, 0, 8,  1, 1,        0,          0,        63,         0,             /* SOS */
};
#define SEED_LEN 5 /* 7 bits a byte: no markers */

uint64_t book_random(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15U;

    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
}

size_t picture_draw(uint32_t seed, char *out)
{
    static const uint32_t most[] = { 1600000, 300,   1000,   4000,  5000,
                                     8000,    40000, 100000, 65536, 600000 };
    uint64_t state = seed;
    uint64_t size = book_random(&state) % most[seed % 10] + 64;
    size_t len = sizeof head;

    memcpy(out, head, sizeof head);
    for (int i = 0; i < SEED_LEN; i++)
        out[len++] = (char)(seed >> (7 * i) & 0x7F);
    while (len < size) {
        uint64_t noise = book_random(&state) & 0x7F7F7F7F7F7F7F7FU;
        memcpy(out + len, &noise, sizeof noise);
        len += sizeof noise;
    }
    out[len++] = (char)0xFF;
    out[len++] = (char)0xD9;
    return len;
}

uint32_t picture_seed(struct bytes bytes, char *room)
{
    uint32_t seed = 0;

    if (bytes.len < sizeof head + SEED_LEN || bytes.len > PICTURE_MAX)
        return 0;
    for (int i = 0; i < SEED_LEN; i++)
        seed |= (uint32_t)(bytes.at[sizeof head + (size_t)i] & 0x7F) << (7 * i);
    size_t len = picture_draw(seed, room);
    return len == bytes.len && memcmp(room, bytes.at, len) == 0 ? seed : 0;
}

void page_text(const struct page *page, char out[BOOK_TEXT])
{
    size_t len = 0;

    if (!page->exists) {
        snprintf(out, BOOK_TEXT, "-");
        return;
    }
    len = (size_t)snprintf(out, BOOK_TEXT, "n%d", page->name);
    if (page->seed)
        len += (size_t)snprintf(out + len, BOOK_TEXT - len, " d%u:%d", page->seed, page->words);
    for (int i = 0; i < page->gallery_count; i++)
        len +=
            (size_t)snprintf(out + len, BOOK_TEXT - len, "%s%u", i ? "," : " m", page->gallery[i]);
}
