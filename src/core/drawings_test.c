#include "core/drawings.h"
#include "test.h"

static struct drawing person(int32_t width)
{
    return (struct drawing){ .shape = DRAWING_PERSON,
                             .width_px = width,
                             .height_px = 10,
                             .type = PICTURE_PNG,
                             .text = B("No photo") };
}

TEST(what_was_kept_is_found_by_all_it_was_made_of)
{
    struct arena *arena = arena_new(1 << 16);
    struct drawings d;
    struct bytes found;
    drawings_init(&d);

    struct drawing drawing = person(5);
    CHECK(!drawings_find(&d, arena, &drawing, &found));
    drawings_keep(&d, &drawing, B("first"));
    drawings_keep(&d, &drawing, B("second"));
    CHECK(drawings_find(&d, arena, &drawing, &found));
    CHECK_BYTES(found, B("second"));

    struct drawing others[] = { drawing, drawing, drawing, drawing, drawing, drawing };
    others[0].shape = DRAWING_FILE;
    others[1].text = B("Kein Bild");
    others[2].border = true;
    others[3].width_px = 6;
    others[4].height_px = 6;
    others[5].type = PICTURE_GIF;
    for (size_t i = 0; i < COUNT(others); i++)
        CHECK(!drawings_find(&d, arena, &others[i], &found));
    drawings_done(&d);
    arena_free(arena);
}

TEST(the_one_that_was_not_wanted_for_longest_makes_room)
{
    struct arena *arena = arena_new(1 << 20);
    struct drawings d;
    struct bytes found;
    drawings_init(&d);

    for (int32_t i = 0; i < DRAWINGS_KEPT; i++) {
        struct drawing drawing = person(i + 1);
        drawings_keep(&d, &drawing, B("x"));
    }
    struct drawing first = person(1);
    struct drawing second = person(2);
    struct drawing last = person(1000);
    CHECK(drawings_find(&d, arena, &first, &found));
    drawings_keep(&d, &last, B("y"));
    CHECK(drawings_find(&d, arena, &first, &found));
    CHECK(drawings_find(&d, arena, &last, &found));
    CHECK(!drawings_find(&d, arena, &second, &found));
    drawings_done(&d);
    arena_free(arena);
}

TEST(what_is_too_large_is_not_kept)
{
    static char large[DRAWING_BYTES_KEPT + 1];
    struct arena *arena = arena_new(1 << 20);
    struct drawing drawing = person(5);
    struct drawings d;
    struct bytes found;
    drawings_init(&d);

    drawings_keep(&d, &drawing, bytes_of(large, sizeof large));
    CHECK(!drawings_find(&d, arena, &drawing, &found));
    drawing.text = bytes_of(large, DRAWING_TEXT_KEPT + 1);
    drawings_keep(&d, &drawing, B("x"));
    CHECK(!drawings_find(&d, arena, &drawing, &found));
    drawings_done(&d);
    arena_free(arena);
}

TEST_MAIN
