#include "core/appearance.h"
#include "core/store.h"
#include "support/fixture.h"
#include "support/pixels.h"

static struct picture store_bytes(struct fixture *f, int32_t record_id, struct bytes bytes)
{
    struct picture_content content = { .bytes = bytes };
    struct picture out;
    struct err e = { 0 };

    CHECK_OK(picture_add(f->core, &store_admin, f->arena, (struct owner){ KIND_PRODUCT, record_id },
                         ROLE_MORE, &content, &out, &e));
    return out;
}

/* A picture of two colours, unlike those of other seeds. */
static struct bytes png_of(struct fixture *f, int side, unsigned seed)
{
    struct pixels p = pixels_new(f->arena, side, side, 3);

    for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
            unsigned cell = (unsigned)(x * 4 / side + y * 4 / side * 4);
            uint8_t level = (seed * 2654435761U + 977) >> cell & 1 ? 220 : 40;
            memset(pixel(&p, x, y), level, 3);
        }
    }
    return rgb_png(f->arena, &p);
}

static bool is_seen(struct fixture *f, const struct picture *picture)
{
    struct appearance appearance;
    struct err e = { 0 };
    enum err_code rc = appearance_get(f->core, picture, &appearance, &e);

    CHECK(rc == ERR_NONE || rc == ERR_NOT_FOUND);
    return rc == ERR_NONE;
}

/* Everything, a few at a time; how many calls it took. */
static int make_all(struct fixture *f, int64_t *after, size_t limit)
{
    struct err e = { 0 };
    bool more = true;
    int calls = 0;

    for (; more; calls++)
        CHECK_OK(appearance_make(f->core, after, limit, &more, &e));
    return calls;
}

TEST(small_pictures_are_looked_at_as_they_come_and_large_ones_later)
{
    struct fixture f = open_fixture(NULL);
    struct appearance appearance;
    struct err e = { 0 };
    int64_t after = 0;

    CHECK_OK(store_start_boxes(f.store, &e));
    store_add_record(f.core, KIND_PRODUCT, 1);
    struct picture small = store_bytes(&f, 1, png_of(&f, 64, 1));
    struct picture large = store_bytes(&f, 1, png_of(&f, 300, 2));
    CHECK(is_seen(&f, &small));
    CHECK(!is_seen(&f, &large));
    make_all(&f, &after, 10);
    CHECK_OK(appearance_get(f.core, &large, &appearance, &e));
    CHECK(appearance.colour == 0x282828 || appearance.colour == 0xDCDCDC);
    CHECK(appearance.thumb_hash_len >= 5 && appearance.perceptual_hash != 0);
    CHECK_INT(after, large.blob_id);
    close_fixture(&f);
}

TEST(a_picture_without_bytes_has_no_looks)
{
    struct fixture f = open_fixture(NULL);
    struct appearance appearance;
    struct picture picture;
    struct err e = { 0 };

    CHECK_OK(picture_new(f.core, &store_admin, f.arena, &(struct picture_content){ 0 },
                         B("image/png"), &(struct picture_texts){ 0 }, &picture, &e));
    CHECK_INT(appearance_get(f.core, &picture, &appearance, &e), ERR_NOT_FOUND);
    close_fixture(&f);
}

TEST(all_are_looked_at_a_few_at_a_time_and_once)
{
    struct fixture f = open_fixture(NULL);
    struct picture pictures[5];
    struct err e = { 0 };
    int64_t after = 0;
    bool more;

    store_add_record(f.core, KIND_PRODUCT, 1);
    for (unsigned i = 0; i < 5; i++)
        pictures[i] = store_bytes(&f, 1, png_of(&f, 257, i));
    CHECK_OK(appearance_make(f.core, &after, 2, &more, &e));
    CHECK(more);
    CHECK(is_seen(&f, &pictures[0]));
    CHECK(!is_seen(&f, &pictures[4]));
    make_all(&f, &after, 2);
    for (unsigned i = 0; i < 5; i++)
        CHECK(is_seen(&f, &pictures[i]));
    uint64_t generation = core_generation(f.core);
    after = 0;
    CHECK_INT(make_all(&f, &after, 2), 1); /* nothing left, and nothing is written */
    CHECK_INT(core_generation(f.core), generation);
    close_fixture(&f);
}

TEST(what_cannot_be_decoded_is_marked_and_holds_up_nobody)
{
    struct fixture f = open_fixture(NULL);
    struct bytes whole = png_of(&f, 300, 3);
    char *broken = arena_str(f.arena, whole);
    struct appearance_row row;
    struct err e = { 0 };
    int64_t after = 0;
    bool found;

    store_add_record(f.core, KIND_PRODUCT, 1);
    memset(broken + 41, 0xFF, whole.len - 41); /* no deflate */
    struct picture bad = store_bytes(&f, 1, bytes_of(broken, whole.len));
    struct picture good = store_bytes(&f, 1, whole);
    make_all(&f, &after, 10);
    CHECK(!is_seen(&f, &bad));
    CHECK(is_seen(&f, &good));
    CHECK_OK(meta_appearance_find(f.core->meta, TENANT_DEFAULT, bad.blob_id, &row, &found, &e));
    CHECK(found);
    CHECK_INT(row.state, APPEARANCE_IMPOSSIBLE);
    close_fixture(&f);
}

TEST(the_same_bytes_share_theirs_and_it_goes_with_them)
{
    struct settings settings = settings_default;
    settings.history_seconds = 0;
    settings.grace_seconds = 0;
    struct fixture f = open_fixture(&settings);
    struct appearance_row row;
    struct err e = { 0 };
    int64_t after = 0;
    size_t given;
    bool exists;
    bool found;

    store_add_record(f.core, KIND_PRODUCT, 1);
    struct picture one = store_bytes(&f, 1, png_of(&f, 300, 4));
    make_all(&f, &after, 10);
    struct picture two = store_bytes(&f, 1, png_of(&f, 300, 4));
    CHECK_INT(two.blob_id, one.blob_id);
    CHECK(is_seen(&f, &two));
    struct owner owner = { KIND_PRODUCT, 1 };
    CHECK_OK(picture_delete(f.core, &store_admin, owner, one.id, &exists, &e));
    CHECK_OK(picture_delete(f.core, &store_admin, owner, two.id, &exists, &e));
    CHECK_OK(store_collect(f.core, 10, &given, &e));
    CHECK_INT(given, 1);
    CHECK_OK(meta_appearance_find(f.core->meta, TENANT_DEFAULT, one.blob_id, &row, &found, &e));
    CHECK(!found);
    close_fixture(&f);
}

static void check_groups(struct fixture *f, enum duplicate_by by, const char *want)
{
    struct picture_group *groups;
    size_t count;
    int64_t unseen;
    struct err e = { 0 };
    char got[200] = "";
    size_t len = 0;

    CHECK_OK(duplicates_find(f->core, f->arena, by, &groups, &count, &unseen, &e));
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < groups[i].count; j++)
            len += (size_t)snprintf(got + len, sizeof got - len, "%s%d",
                                    j   ? ","
                                    : i ? " "
                                        : "",
                                    groups[i].ids[j]);
    }
    CHECK_BYTES(bytes_str(got), bytes_str(want));
}

TEST(three_lists_of_what_is_the_same)
{
    struct fixture f = open_fixture(NULL);
    struct pixels red = filled(f.arena, 40, 40, 3, (const uint8_t[]){ 200, 0, 0 });
    struct pixels rose = filled(f.arena, 40, 40, 3, (const uint8_t[]){ 201, 0, 0 });
    struct err e = { 0 };
    struct picture_group *groups;
    int64_t after = 0;
    int64_t unseen;
    size_t count;

    CHECK_OK(store_start_boxes(f.store, &e));
    store_add_record(f.core, KIND_PRODUCT, 1);
    store_bytes(&f, 1, png_of(&f, 64, 1));       /* 1 */
    store_bytes(&f, 1, rgb_png(f.arena, &red));  /* 2 */
    store_bytes(&f, 1, png_of(&f, 300, 1));      /* 3: 1, larger */
    store_bytes(&f, 1, png_of(&f, 64, 1));       /* 4: the same bytes as 1 */
    store_bytes(&f, 1, rgb_png(f.arena, &rose)); /* 5: flat as 2, nearly of its colour */
    store_bytes(&f, 1, png_of(&f, 64, 77));      /* 6: another */
    CHECK_OK(duplicates_find(f.core, f.arena, DUPLICATE_BYTES, &groups, &count, &unseen, &e));
    CHECK_INT(unseen, 1); /* the large one */
    make_all(&f, &after, 10);
    /* 7: the pixels of 2 in a file of another kind */
    struct made rows = { .arena = f.arena };
    for (int i = 0; i < 40 * 40; i++)
        put_bytes(&rows, (const uint8_t[]){ 0, 0, 200 }, 3);
    struct bmp_form form = { .depth = 24, .header_len = 40 };
    store_bytes(&f, 1, made_bmp(f.arena, 40, 40, form, made_bytes(&rows), 0));
    make_all(&f, &after, 10);

    CHECK_OK(duplicates_find(f.core, f.arena, DUPLICATE_BYTES, &groups, &count, &unseen, &e));
    CHECK_INT(unseen, 0);
    check_groups(&f, DUPLICATE_BYTES, "1,4");
    check_groups(&f, DUPLICATE_PIXELS, "2,7");
    check_groups(&f, DUPLICATE_LOOKS, "1,3,4");
    close_fixture(&f);
}

TEST_MAIN
