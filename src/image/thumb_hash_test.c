#include "image/thumb_hash.h"
#include "support/pixels.h"

static void check(const char *what, const struct pixels *p, const char *want)
{
    uint8_t hash[THUMB_HASH_MAX];
    char hex[2 * THUMB_HASH_MAX + 1] = "";
    uint8_t len = thumb_hash(p->at, p->width, p->height, hash);

    CHECK(len >= 5 && len <= THUMB_HASH_MAX);
    for (uint8_t i = 0; i < len; i++)
        snprintf(hex + 2 * i, 3, "%02x", hash[i]);
    if (strcmp(hex, want) != 0)
        test_fail(__FILE__, __LINE__, "%s is %s, not %s", what, hex, want);
}

/* No two of its rows or columns are alike, and every channel has detail. */
static struct pixels pattern(struct arena *arena, int width, int height, bool transparent)
{
    struct pixels p = pixels_new(arena, width, height, 4);

    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            uint8_t *at = pixel(&p, x, y);
            at[0] = (uint8_t)(x * x + y * 3);
            at[1] = (uint8_t)(x * 5 + y * y / 2);
            at[2] = (uint8_t)(x * y + 40);
            at[3] = transparent ? (uint8_t)(x * 7 + y * 13) : 255;
        }
    }
    return p;
}

TEST(the_bytes_are_those_of_the_npm_package_thumbhash)
{
    struct arena *arena = arena_new(1 << 20);
    static const struct {
        int width, height;
        bool transparent;
        const char *want;
    } cases[] = {
        /* rgbaToThumbHash of thumbhash 0.1.1 */
        { 100, 100, false, "1ff80107025432564637743204637645856596ff78699700" },
        { 100, 100, true, "1ff8810500078131263b017746f46ad5600d55351d0e55d441" },
        { 100, 37, false, "1ff8050b824210454306657495697f038c" },
        { 29, 100, true, "1e08820902075354047147da7970a30985771c7156c860" },
        { 64, 48, false, "1ef8050d8204444342615563925755550a67496f84" },
        { 5, 90, false, "9b080a210c65702979778558df82870866" },
        { 90, 4, true, "5a088619822743d0a16a969b6f8a4f6557077777777877" },
        { 3, 2, true, "c4f681038011b048c77787b0a9f827867578858887a808" },
        { 2, 7, false, "0507020a00758098888778878760f98818" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        char what[40];
        struct pixels p = pattern(arena, cases[i].width, cases[i].height, cases[i].transparent);
        snprintf(what, sizeof what, "%d x %d, %d", p.width, p.height, cases[i].transparent);
        check(what, &p, cases[i].want);
    }
    arena_free(arena);
}

TEST(a_picture_of_one_colour_has_no_detail)
{
    struct arena *arena = arena_new(1 << 20);
    struct pixels red = filled(arena, 100, 100, 4, (const uint8_t[]){ 200, 30, 60, 255 });
    struct pixels clear = filled(arena, 100, 50, 4, (const uint8_t[]){ 9, 200, 7, 128 });
    struct pixels nothing = filled(arena, 1, 1, 4, (const uint8_t[]){ 0, 0, 0, 0 });

    /* as the package says it in the first five or six bytes; what follows is its rounding there */
    check("red", &red, "985903070000000000000000000000000000000000000000");
    uint8_t hash[THUMB_HASH_MAX];
    CHECK_INT(thumb_hash(clear.at, 100, 50, hash), 23);
    CHECK_INT(hash[2] >> 7, 1); /* has alpha */
    CHECK_INT(hash[5] & 15, 8); /* half of it */
    CHECK_INT(hash[5] >> 4, 0);
    CHECK(thumb_hash(nothing.at, 1, 1, hash) >= 6);
    CHECK_INT(hash[5], 0);
    arena_free(arena);
}

TEST_MAIN
