#include "base/clock.h"
#include "core/alike.h"
#include "test.h"

#define MANY 100000

static uint64_t next_random(uint64_t *state)
{
    *state += 0x9E3779B97F4A7C15U;
    uint64_t z = *state;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9U;
    z = (z ^ z >> 27) * 0x94D049BB133111EBU;
    return z ^ z >> 31;
}

static void join_all(struct arena *arena, struct alike *list, size_t count, uint32_t *parents)
{
    struct err e = { 0 };

    CHECK_INT(alike_join(arena, list, count, 5, parents, &e), ERR_NONE);
}

TEST(five_bits_are_near_and_six_are_not_wherever_they_are)
{
    struct arena *arena = arena_new(1 << 20);
    uint64_t state = 1;

    for (int round = 0; round < 500; round++) {
        uint64_t hash = next_random(&state);
        uint64_t other = hash;
        uint32_t parents[2];
        for (int bits = 0; bits <= 8; bits++) {
            struct alike list[] = { { other, 0x808080, 1 }, { hash, 0x808080, 0 } };
            join_all(arena, list, 2, parents);
            CHECK_INT(parents[0], 0);
            CHECK_INT(parents[1], bits <= 5 ? 0 : 1);
            uint64_t bit;
            do
                bit = 1ULL << next_random(&state) % 64;
            while ((other ^ hash) & bit);
            other ^= bit;
        }
    }
    arena_free(arena);
}

TEST(colours_have_to_be_near_too)
{
    static const struct {
        uint32_t colour;
        bool near;
    } cases[] = {
        { 0x808080, true }, { 0xB08080, true },  { 0xB18080, false },
        { 0x805080, true }, { 0x804F80, false }, { 0x8080B1, false },
    };
    struct arena *arena = arena_new(1 << 20);

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct alike list[] = { { 5, 0x808080, 0 }, { 5, cases[i].colour, 1 } };
        uint32_t parents[2];
        join_all(arena, list, 2, parents);
        CHECK_INT(parents[1], cases[i].near ? 0 : 1);
    }
    arena_free(arena);
}

/* Pairs 0 to 5 bits apart among strangers. */
TEST(a_hundred_thousand_are_compared_and_every_pair_is_found)
{
    struct arena *arena = arena_new(64 << 20);
    struct alike *list = arena_zalloc(arena, MANY, sizeof *list);
    uint32_t *parents = arena_zalloc(arena, MANY, sizeof *parents);
    uint64_t state = 2;

    for (uint32_t i = 0; i < MANY; i += 2) {
        uint64_t hash = next_random(&state);
        list[i] = (struct alike){ hash, 0x203040, i };
        for (uint32_t k = 0; k < i / 2 % 6; k++)
            hash ^= 1ULL << next_random(&state) % 64;
        list[i + 1] = (struct alike){ hash, 0x203040, i + 1 };
    }
    int64_t begun_us = clock_monotonic_us();
    join_all(arena, list, MANY, parents);
    int64_t took_us = clock_monotonic_us() - begun_us;
    fprintf(stderr, "%d hashes in %lld ms\n", MANY, (long long)took_us / 1000);
    for (uint32_t i = 0; i < MANY; i += 2) {
        CHECK_INT(parents[i], i);
        CHECK_INT(parents[i + 1], i);
    }
    arena_free(arena);
}

TEST(many_that_are_all_alike_are_one_group_and_take_no_longer)
{
    struct arena *arena = arena_new(64 << 20);
    struct alike *list = arena_zalloc(arena, MANY, sizeof *list);
    uint32_t *parents = arena_zalloc(arena, MANY, sizeof *parents);
    uint64_t state = 3;

    for (uint32_t i = 0; i < MANY; i++) {
        uint64_t hash = 0xF0F0F0F012345678U ^ 1ULL << next_random(&state) % 64;
        list[i] = (struct alike){ hash, 0x203040, i };
    }
    int64_t begun_us = clock_monotonic_us();
    join_all(arena, list, MANY, parents);
    int64_t took_us = clock_monotonic_us() - begun_us;
    fprintf(stderr, "%d alike in %lld ms\n", MANY, (long long)took_us / 1000);
    for (uint32_t i = 0; i < MANY; i++)
        CHECK_INT(parents[i], 0);
    CHECK(took_us < 60 * SECOND_US); /* each with each would be minutes */
    arena_free(arena);
}

TEST_MAIN
