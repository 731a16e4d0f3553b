#include "core/rendition.h"
#include "support/fixture.h"
#include "support/pixels.h"

static const struct owner PERSON = { KIND_PERSON, 7 };

static struct bytes png(struct arena *arena, int width, int height)
{
    struct pixels p = filled(arena, width, height, 3, (const uint8_t[]){ 10, 200, 30 });

    return rgb_png(arena, &p);
}

static struct picture put_png(struct fixture *f, struct bytes bytes)
{
    struct picture_content content = { .bytes = bytes };
    struct picture picture;
    struct err e = { 0 };

    CHECK_OK(picture_put(f->core, &store_admin, f->arena, PERSON, &content, &picture, &e));
    return picture;
}

TEST(a_stored_picture_is_rendered_from_its_place)
{
    struct fixture f = open_fixture(NULL);
    struct render want = { .width_px = 20 };
    enum picture_type type;
    struct bytes out;
    struct err e = { 0 };

    store_add_record(f.core, KIND_PERSON, 7);
    struct bytes bytes = png(f.arena, 100, 50);
    struct picture picture = put_png(&f, bytes);
    CHECK_OK(picture_render(f.core, f.arena, &picture, &want, &out, &type, &e));
    CHECK_INT(type, PICTURE_PNG);
    struct pixels p = read_png(f.arena, out);
    CHECK_INT(p.width, 20);
    CHECK_INT(p.height, 10);

    want.width_px = 100; /* nothing to change: the bytes themselves */
    CHECK_OK(picture_render(f.core, f.arena, &picture, &want, &out, &type, &e));
    CHECK_BYTES(out, bytes);
    close_fixture(&f);
}

TEST(the_event_loop_neither_decodes_nor_draws)
{
    struct fixture f = open_fixture(NULL);
    struct drawing drawing = {
        .shape = DRAWING_PERSON, .width_px = 20, .height_px = 20, .type = PICTURE_PNG
    };
    struct render want = { .width_px = 20 };
    enum picture_type type;
    struct core *loop;
    struct bytes out;
    struct err e = { 0 };

    store_add_record(f.core, KIND_PERSON, 7);
    struct picture picture = put_png(&f, png(f.arena, 100, 50));
    CHECK_OK(core_open(f.store, false, &loop, &e));
    CHECK_INT(picture_render(loop, f.arena, &picture, &want, &out, &type, &e), ERR_BLOCKS);
    CHECK_INT(drawing_render(loop, f.arena, &drawing, &out, &e), ERR_BLOCKS);
    struct bytes large = png(f.arena, 30, 10);
    CHECK_INT(picture_bounded(loop, f.arena, large, 20, &out, &e), ERR_BLOCKS);

    CHECK_OK(drawing_render(f.core, f.arena, &drawing, &out, &e));
    CHECK_OK(drawing_render(loop, f.arena, &drawing, &out, &e)); /* made before */
    CHECK_INT(read_png(f.arena, out).width, 20);
    core_close(loop);
    close_fixture(&f);
}

TEST(bytes_within_the_bound_and_bytes_that_are_no_picture_stay_as_they_are)
{
    struct fixture f = open_fixture(NULL);
    const struct bytes cases[] = { png(f.arena, 20, 20), png(f.arena, 20, 1), B("no picture"),
                                   B(""), B("\x89PNG\r\n\x1A\n") };
    struct bytes out;
    struct err e = { 0 };

    for (size_t i = 0; i < COUNT(cases); i++) {
        CHECK_OK(picture_bounded(f.core, f.arena, cases[i], 20, &out, &e));
        CHECK(out.at == cases[i].at && out.len == cases[i].len);
    }
    CHECK_OK(picture_bounded(f.core, f.arena, png(f.arena, 21, 7), 20, &out, &e));
    struct pixels p = read_png(f.arena, out);
    CHECK_INT(p.width, 20);
    CHECK_INT(p.height, 7);
    close_fixture(&f);
}

TEST_MAIN
