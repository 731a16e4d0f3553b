#include "base/arena.h"
#include "test.h"

TEST(an_arena_gives_aligned_memory_up_to_its_limit)
{
    struct arena *arena = arena_new(100000);

    CHECK(arena != NULL);
    for (int i = 0; i < 100; i++)
        CHECK(((uintptr_t)arena_alloc(arena, 7) & 15) == 0);
    CHECK(arena_alloc(arena, 50000) != NULL);
    CHECK(arena_alloc(arena, 50000) == NULL);
    arena_reset(arena);
    CHECK(arena_alloc(arena, 50000) != NULL);
    arena_free(arena);
}

TEST(zalloc_refuses_a_product_that_overflows)
{
    struct arena *arena = arena_new(1000);

    CHECK(arena_zalloc(arena, SIZE_MAX / 2, 4) == NULL);
    arena_free(arena);
}

TEST(it_knows_what_it_has_given)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);

    CHECK_INT(arena_given(arena), 0);
    CHECK(arena_alloc(arena, 100000) != NULL);
    CHECK(arena_given(arena) >= 100000);
    arena_reset(arena);
    CHECK_INT(arena_given(arena), 0);
}

TEST_MAIN
