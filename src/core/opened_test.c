#include "core/opened.h"

#include "test.h"

#include <string.h>

#define BYTES (64UL * 4096)

static struct hash hash_of(uint32_t number)
{
    struct hash hash;

    sha256(bytes_of((const char *)&number, sizeof number), &hash);
    return hash;
}

/* As long as its number says, and full of it. */
static char *make(struct opened *opened, uint32_t number, size_t len)
{
    struct hash hash = hash_of(number);
    char *made = opened_make(opened, &hash, len);

    if (made)
        memset(made, (int)number, len);
    return made;
}

static bool hold(struct opened *opened, uint32_t number, size_t len)
{
    bool asked = make(opened, number, len);

    if (!asked)
        asked = make(opened, number, len);
    if (asked)
        opened_keep(opened);
    return asked;
}

static bool is_held(const struct opened *opened, uint32_t number, size_t len)
{
    struct hash hash = hash_of(number);
    const char *at = opened_find(opened, &hash, len);

    for (size_t i = 0; at && i < len; i++) {
        if (at[i] != (char)number)
            return false;
    }
    return at;
}

TEST(a_picture_is_held_from_the_second_time_on)
{
    struct opened *opened = opened_new(BYTES);

    CHECK(opened);
    CHECK(!is_held(opened, 1, 10));
    CHECK(!make(opened, 1, 10));
    CHECK(!make(opened, 2, 10));
    CHECK(make(opened, 1, 10));
    opened_keep(opened);
    CHECK(is_held(opened, 1, 10));
    CHECK(!is_held(opened, 1, 9) && !is_held(opened, 1, 4096)); /* of that length alone */
    CHECK(!is_held(opened, 2, 10));
    opened_free(opened);
    opened_free(NULL);
}

TEST(what_could_not_be_filled_is_not_held)
{
    struct opened *opened = opened_new(BYTES);

    CHECK(hold(opened, 1, 5000));
    CHECK(!make(opened, 2, 5000));
    CHECK(make(opened, 2, 5000)); /* and no opened_keep */
    CHECK(!is_held(opened, 2, 5000));
    CHECK(hold(opened, 3, 5000)); /* into the same room */
    CHECK(is_held(opened, 1, 5000) && is_held(opened, 3, 5000) && !is_held(opened, 2, 5000));
    opened_free(opened);
}

TEST(nothing_is_held_of_the_empty_and_the_long)
{
    struct opened *opened = opened_new(4 * OPENED_MAX);

    CHECK(!hold(opened, 1, 0));
    CHECK(!hold(opened, 2, OPENED_MAX + 1));
    CHECK(hold(opened, 3, OPENED_MAX));
    CHECK(is_held(opened, 3, OPENED_MAX));
    opened_free(opened);
}

TEST(the_oldest_give_way)
{
    struct opened *opened = opened_new(BYTES + 100);

    for (uint32_t i = 0; i < 4; i++) /* sixteen pages each: all */
        CHECK(hold(opened, i, 16UL * 4096));
    CHECK(is_held(opened, 0, 16UL * 4096) && is_held(opened, 3, 16UL * 4096));
    CHECK(hold(opened, 4, 10UL * 4096));
    CHECK(!is_held(opened, 0, 16UL * 4096));
    CHECK(is_held(opened, 1, 16UL * 4096) && is_held(opened, 4, 10UL * 4096));
    CHECK(hold(opened, 5, 6UL * 4096)); /* fits behind */
    CHECK(is_held(opened, 1, 16UL * 4096) && is_held(opened, 5, 6UL * 4096));
    CHECK(hold(opened, 6, 1));
    CHECK(!is_held(opened, 1, 16UL * 4096) && is_held(opened, 2, 16UL * 4096));
    opened_free(opened);
}

TEST(what_lies_behind_the_end_goes_first)
{
    struct opened *opened = opened_new(BYTES);

    CHECK(hold(opened, 1, 40UL * 4096));
    CHECK(hold(opened, 2, 14UL * 4096));
    CHECK(hold(opened, 3, 20UL * 4096)); /* not in the ten pages that are left */
    CHECK(!is_held(opened, 1, 40UL * 4096) && is_held(opened, 2, 14UL * 4096));
    CHECK(is_held(opened, 3, 20UL * 4096));
    CHECK(hold(opened, 4, 20UL * 4096));
    CHECK(hold(opened, 5, 24UL * 4096)); /* all up to the end, over 2 */
    CHECK(!is_held(opened, 2, 14UL * 4096));
    CHECK(is_held(opened, 3, 20UL * 4096) && is_held(opened, 4, 20UL * 4096));
    CHECK(is_held(opened, 5, 24UL * 4096));
    CHECK(hold(opened, 6, 4096)); /* round once more */
    CHECK(!is_held(opened, 3, 20UL * 4096) && is_held(opened, 4, 20UL * 4096));
    opened_free(opened);
}

TEST(many_small_ones_have_a_bound)
{
    struct opened *opened = opened_new(BYTES); /* sixteen units of 16 KiB */
    uint32_t held = 0;

    for (uint32_t i = 0; i < 100; i++)
        CHECK(hold(opened, i, 100));
    for (uint32_t i = 0; i < 100; i++)
        held += is_held(opened, i, 100);
    CHECK_INT(held, 16);
    CHECK(is_held(opened, 99, 100) && is_held(opened, 84, 100));
    opened_free(opened);
}

/* By a generator: what is held is right, whatever came before. */
TEST(no_picture_ever_shows_another)
{
    struct opened *opened = opened_new(BYTES);
    uint32_t state = 1;
    uint32_t found = 0;

    for (int i = 0; i < 20000; i++) {
        state = state * 1664525 + 1013904223;
        uint32_t number = state >> 24 & 127;
        size_t len = 1 + number * 977 % 40000;
        struct hash hash = hash_of(number);
        if (opened_find(opened, &hash, len)) {
            CHECK(is_held(opened, number, len));
            found++;
        } else if (make(opened, number, len) && state & 512) {
            opened_keep(opened);
        }
        if (i % 5000 == 4999)
            opened_forget(opened);
    }
    CHECK(found > 100);
    opened_free(opened);
}

TEST(after_forgetting_nothing_is_held)
{
    struct opened *opened = opened_new(BYTES);

    opened_forget(opened);
    for (uint32_t i = 0; i < 3; i++)
        CHECK(hold(opened, i, 20000));
    opened_forget(opened);
    for (uint32_t i = 0; i < 3; i++)
        CHECK(!is_held(opened, i, 20000));
    CHECK(hold(opened, 1, 20000) && is_held(opened, 1, 20000));
    opened_free(opened);
}

TEST_MAIN
