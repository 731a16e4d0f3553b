/* What a list needs of each record's picture, and the focus of pictures. */
#include "core/overview.h"
#include "support/fixture.h"

static struct overview read_one(struct fixture *f, int32_t id)
{
    struct overview *list = NULL;
    struct err e = { 0 };

    CHECK_OK(overview_read(f->core, f->arena, KIND_PRODUCT, &id, 1, &list, &e));
    return list[0];
}

#define GIF                                                                                        \
    B("GIF89a\x02\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x02\x00\x01"    \
      "\x00\x00\x02\x02\x44\x01\x00;")

static struct picture put_gif(struct fixture *f, int32_t id)
{
    struct picture_content content = { .bytes = GIF, .description = B("a \"mug\"") };
    struct picture out;
    struct err e = { 0 };

    CHECK_OK(picture_put(f->core, &store_admin, f->arena, (struct owner){ KIND_PRODUCT, id },
                         &content, &out, &e));
    return out;
}

TEST(each_id_has_its_row_in_the_order_asked_for)
{
    struct fixture f = open_fixture(NULL);
    static const int32_t ids[] = { 3, 1, 2, 1, -5 };
    struct overview *list;
    struct err e = { 0 };

    store_add_record(f.core, KIND_PRODUCT, 1);
    store_add_record(f.core, KIND_PRODUCT, 2);
    struct picture made = put_gif(&f, 1);
    CHECK_OK(overview_read(f.core, f.arena, KIND_PRODUCT, ids, COUNT(ids), &list, &e));
    for (size_t i = 0; i < COUNT(ids); i++)
        CHECK_INT(list[i].record_id, ids[i]);
    CHECK(!list[0].record_exists && !list[4].record_exists);
    CHECK(list[2].record_exists && list[2].picture_id == 0);
    for (size_t i = 1; i <= 3; i += 2) {
        CHECK(list[i].record_exists && !list[i].has_appearance);
        CHECK_INT(list[i].picture_id, made.id);
        CHECK_INT(list[i].version, 1);
        CHECK_INT(list[i].updated_us, made.updated_us);
        CHECK_INT(list[i].header.type, PICTURE_GIF);
        CHECK_INT(list[i].header.width_px, 2);
        CHECK_INT(list[i].header.height_px, 1);
        CHECK_BYTES(list[i].description, B("a \"mug\""));
    }
    CHECK_OK(overview_read(f.core, f.arena, KIND_PRODUCT, ids, 0, &list, &e));
    CHECK_INT(overview_read(f.core, f.arena, KIND_PRODUCT, ids, OVERVIEW_MAX + 1, &list, &e),
              ERR_INVALID);
    close_fixture(&f);
}

TEST(a_focus_belongs_to_the_bytes_and_moves_updated)
{
    struct fixture f = open_fixture(NULL);
    struct owner owner = { KIND_PRODUCT, 1 };
    struct err e = { 0 };
    bool exists;

    store_add_record(f.core, KIND_PRODUCT, 1);
    struct picture made = put_gif(&f, 1);
    CHECK_OK(picture_set_focus(f.core, &store_admin, owner, -500, 120, &exists, &e));
    struct overview row = read_one(&f, 1);
    CHECK_INT(row.focus_x, -500);
    CHECK_INT(row.focus_y, 120);
    CHECK(row.updated_us > made.updated_us);
    int64_t updated_us = row.updated_us;
    CHECK_OK(picture_set_focus(f.core, &store_admin, owner, -500, 120, &exists, &e));
    CHECK_INT(read_one(&f, 1).updated_us, updated_us); /* nothing changed */
    put_gif(&f, 1);
    row = read_one(&f, 1);
    CHECK_INT(row.focus_x, 0);
    CHECK_INT(row.focus_y, 0);
    close_fixture(&f);
}

TEST(a_focus_needs_a_picture_and_bounds)
{
    struct fixture f = open_fixture(NULL);
    struct owner owner = { KIND_PRODUCT, 1 };
    struct err e = { 0 };
    bool exists;

    CHECK_INT(picture_set_focus(f.core, &store_admin, owner, 0, 0, &exists, &e), ERR_NOT_FOUND);
    CHECK(!exists);
    store_add_record(f.core, KIND_PRODUCT, 1);
    CHECK_INT(picture_set_focus(f.core, &store_admin, owner, 0, 0, &exists, &e), ERR_NOT_FOUND);
    CHECK(exists);
    CHECK_INT(picture_set_focus(f.core, &store_admin, owner, 501, 0, &exists, &e), ERR_INVALID);
    CHECK_INT(picture_set_focus(f.core, &store_admin, owner, 0, -501, &exists, &e), ERR_INVALID);
    close_fixture(&f);
}

TEST_MAIN
