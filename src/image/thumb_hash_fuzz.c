/* Whatever the pixels: a hash of the length its own header says, the same for the same pixels. */
#include "fuzz.h"
#include "image/looks.h"

static int terms(int across, int down)
{
    int count = -1;

    for (int j = 0; j < down; j++) {
        for (int i = 0; i * down < across * (down - j); i++)
            count++;
    }
    return count;
}

static int at_least(int value, int least)
{
    return value < least ? least : value;
}

/* As a decoder reads it. */
static int length_of(const uint8_t *hash)
{
    bool transparent = hash[2] >> 7;
    bool landscape = hash[4] >> 7;
    int longer = transparent ? 5 : 7;
    int shorter = hash[3] & 7;
    int across = at_least(landscape ? longer : shorter, 3);
    int down = at_least(landscape ? shorter : longer, 3);
    int halves = terms(across, down) + 2 * terms(3, 3) + (transparent ? terms(5, 5) : 0);

    return 5 + transparent + (halves + 1) / 2;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t rgba[LOOKS_PIXELS_MAX * 4];
    uint8_t hash[THUMB_HASH_MAX];
    uint8_t again[THUMB_HASH_MAX];

    if (size < 3)
        return 0;
    int32_t width = data[0] % THUMB_HASH_SIDE_MAX + 1;
    int32_t height = data[1] % THUMB_HASH_SIDE_MAX + 1;
    size_t need = (size_t)width * (size_t)height * 4;
    for (size_t i = 0; i < need; i++) /* what is too short is repeated, ever darker */
        rgba[i] = (uint8_t)(data[2 + i % (size - 2)] - i / (size - 2));
    uint8_t len = thumb_hash(rgba, width, height, hash);
    HOLDS(len <= THUMB_HASH_MAX);
    HOLDS(len == length_of(hash));
    HOLDS(thumb_hash(rgba, width, height, again) == len && memcmp(hash, again, len) == 0);
    return 0;
}
