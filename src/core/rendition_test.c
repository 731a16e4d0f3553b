#include "base/clock.h"
#include "cache/cache.h"
#include "core/rendition.h"
#include "core/rendition_kept.h"
#include "core/rendition_wish.h"
#include "core/store.h"
#include "support/fixture.h"
#include "support/pixels.h"

#include <ftw.h>
#include <pthread.h>
#include <stdatomic.h>

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

    want.width_px = 100; /* also when it has that size */
    CHECK_OK(picture_render(f.core, f.arena, &picture, &want, &out, &type, &e));
    CHECK_INT(read_png(f.arena, out).width, 100);
    CHECK(!bytes_eq(out, bytes));
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

/* ---- what is kept ---- */

static int kept_files;

static int count_file(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    kept_files += type == FTW_F && ftw->level == 2 && !strstr(path, "/wishes/");
    return 0;
}

static int entries(void)
{
    char dir[100];

    snprintf(dir, sizeof dir, "%s/store/cache", temp_dir());
    kept_files = 0;
    nftw(dir, count_file, 16, FTW_PHYS);
    return kept_files;
}

static bool is_kept(struct fixture *f, const struct picture *picture, const struct render *want)
{
    struct rendered plan = render_plan(&picture->header, want);
    struct hash key;
    struct bytes bytes;
    uint32_t kind;

    CHECK(rendition_key(picture, &plan, &key));
    return cache_find(f->store->renditions, f->arena, &key, true, &bytes, &kind);
}

TEST(what_was_made_the_event_loop_gets_and_wishes_that_come_to_the_same_share_it)
{
    struct fixture f = open_fixture(NULL);
    const struct render same[] = {
        { .width_px = 20 },
        { .height_px = 10 },
        { .width_px = 20, .height_px = 400 },
        { .width_px = 20, .type = PICTURE_PNG },
        { .width_px = 20, .background = true },
    };
    const struct render others[] = {
        { .width_px = 21 },
        { .width_px = 20, .type = PICTURE_JPEG },
        { .width_px = 20, .type = PICTURE_JPEG, .quality = 30 },
    };
    struct render want = { .width_px = 20 };
    enum picture_type type;
    struct core *loop;
    struct bytes out;
    struct bytes again;
    struct err e = { 0 };

    store_add_record(f.core, KIND_PERSON, 7);
    struct picture picture = put_png(&f, png(f.arena, 100, 50));
    CHECK_OK(core_open(f.store, false, &loop, &e));
    CHECK(!core_would_decode(loop));
    CHECK_INT(picture_render(loop, f.arena, &picture, &want, &out, &type, &e), ERR_BLOCKS);
    CHECK(core_would_decode(loop) && !core_would_decode(loop));
    CHECK_OK(picture_render(f.core, f.arena, &picture, &want, &out, &type, &e));
    for (size_t i = 0; i < COUNT(same); i++) {
        CHECK_OK(picture_render(loop, f.arena, &picture, &same[i], &again, &type, &e));
        CHECK_INT(type, PICTURE_PNG);
        CHECK_BYTES(again, out);
    }
    CHECK_INT(entries(), 1);
    for (size_t i = 0; i < COUNT(others); i++) {
        CHECK_INT(picture_render(loop, f.arena, &picture, &others[i], &again, &type, &e),
                  ERR_BLOCKS);
        CHECK_OK(picture_render(f.core, f.arena, &picture, &others[i], &again, &type, &e));
        CHECK_INT(entries(), (int)i + 2);
    }
    core_close(loop);
    close_fixture(&f);
}

TEST(other_bytes_have_other_renditions)
{
    struct fixture f = open_fixture(NULL);
    struct render want = { .width_px = 20 };
    enum picture_type type;
    struct bytes out;
    struct err e = { 0 };

    store_add_record(f.core, KIND_PERSON, 7);
    struct picture before = put_png(&f, png(f.arena, 100, 50));
    CHECK_OK(picture_render(f.core, f.arena, &before, &want, &out, &type, &e));
    struct picture after = put_png(&f, png(f.arena, 100, 100));
    CHECK_INT(after.id, before.id);
    CHECK(is_kept(&f, &before, &want) && !is_kept(&f, &after, &want));
    CHECK_OK(picture_render(f.core, f.arena, &after, &want, &out, &type, &e));
    CHECK_INT(read_png(f.arena, out).height, 20);
    close_fixture(&f);
}

/* A JPEG of 90 x 120 pixels without the tables that they would be read by, on the person. */
static struct picture put_broken(struct fixture *f)
{
    static const char jpeg[] = "\xFF\xD8\xFF\xC0\0\x11\x08\0\x78\0\x5A\3\1\x22\0\2\x11\1\3\x11\1"
                               "\xFF\xDA\0\x0C\3\1\0\2\x11\3\x11\0\x3F\0\xFF\xD9";

    return put_png(f, bytes_of(jpeg, sizeof jpeg - 1));
}

TEST(what_cannot_be_made_is_not_tried_again_for_a_while)
{
    struct fixture f = open_fixture(NULL);
    struct render want = { .width_px = 20 };
    enum picture_type type;
    struct core *loop;
    struct bytes out;
    struct err e = { 0 };
    struct err again = { 0 };

    store_add_record(f.core, KIND_PERSON, 7);
    struct picture picture = put_broken(&f);
    CHECK_OK(core_open(f.store, false, &loop, &again));
    CHECK_INT(picture_render(f.core, f.arena, &picture, &want, &out, &type, &e), ERR_UNSUPPORTED);
    CHECK_INT(picture_render(loop, f.arena, &picture, &want, &out, &type, &again), ERR_UNSUPPORTED);
    CHECK(strcmp(e.text, again.text) == 0);
    CHECK(!core_would_decode(loop));
    core_close(loop);
    close_fixture(&f);
}

struct counted {
    struct making base; /* first */
    _Atomic int *made;
    enum err_code fails;
};

static enum err_code make_counted(struct making *making, struct bytes *out, enum picture_type *type,
                                  struct err *e)
{
    struct counted *counted = (struct counted *)making;

    atomic_fetch_add(counted->made, 1);
    usleep(20000); /* long enough for the others to come */
    if (counted->fails)
        return err_set(e, counted->fails, "it is broken");
    *out = B("made");
    *type = PICTURE_PNG;
    return ERR_NONE;
}

struct asking {
    struct store *store;
    _Atomic int made;
    enum err_code fails;
};

static void *ask(void *context)
{
    struct asking *asking = context;
    struct counted counted = {
        .base = { .key = { { 1, 2, 3 } },
                  .is_kept = true,
                  .make = make_counted,
                  .failure_us = SECOND_US },
        .made = &asking->made,
        .fails = asking->fails,
    };
    struct arena *arena = arena_new(1 << 20);
    enum picture_type type;
    struct core *core;
    struct bytes out;
    struct err e = { 0 };

    CHECK_OK(core_open(asking->store, true, &core, &e));
    CHECK_INT(kept_make(core, arena, &counted.base, &out, &type, &e), asking->fails);
    core_close(core);
    arena_free(arena);
    return NULL;
}

static int made_by_many(struct store *store, enum err_code fails)
{
    struct asking asking = { .store = store, .fails = fails };
    pthread_t threads[16];

    for (size_t i = 0; i < COUNT(threads); i++)
        CHECK_INT(pthread_create(&threads[i], NULL, ask, &asking), 0);
    for (size_t i = 0; i < COUNT(threads); i++)
        pthread_join(threads[i], NULL);
    return asking.made;
}

TEST(what_many_threads_ask_for_at_once_is_made_once)
{
    struct fixture f = open_fixture(NULL);

    CHECK_INT(made_by_many(f.store, ERR_NONE), 1);
    CHECK_INT(made_by_many(f.store, ERR_NONE), 0);
    close_fixture(&f);
}

TEST(what_many_threads_ask_for_and_cannot_be_made_is_tried_once_and_again_later)
{
    struct fixture f = open_fixture(NULL);

    CHECK_INT(made_by_many(f.store, ERR_UNSUPPORTED), 1);
    usleep(SECOND_US + 10000); /* the failure's time */
    CHECK_INT(made_by_many(f.store, ERR_TOO_LARGE), 1);
    usleep(SECOND_US + 10000);
    CHECK_INT(made_by_many(f.store, ERR_NONE), 1);
    CHECK_INT(made_by_many(f.store, ERR_NONE), 0);
    close_fixture(&f);
}

TEST(without_a_cache_everything_is_made_each_time)
{
    struct settings settings = settings_default;
    struct render want = { .width_px = 20, .type = PICTURE_AVIF };
    enum picture_type type;
    struct bytes out;
    bool more = true;
    struct err e = { 0 };

    settings.cache_bytes_max = 0;
    struct fixture f = open_fixture(&settings);
    CHECK(f.store->renditions == NULL);
    store_add_record(f.core, KIND_PERSON, 7);
    struct picture picture = put_png(&f, png(f.arena, 100, 50));
    for (int i = 0; i < 2; i++) {
        CHECK_OK(picture_render(f.core, f.arena, &picture, &want, &out, &type, &e));
        CHECK_INT(type, PICTURE_WEBP);
    }
    CHECK_OK(renditions_make_wished(f.core, 10, &more, &e));
    CHECK_OK(renditions_tidy(f.core, &e));
    CHECK(!more);
    CHECK_INT(entries(), 0);
    close_fixture(&f);
}

/* ---- in the background ---- */

TEST(avif_is_made_in_the_background_and_webp_given_meanwhile)
{
    struct fixture f = open_fixture(NULL);
    struct render want = { .width_px = 20, .type = PICTURE_AVIF };
    enum picture_type type;
    struct core *loop;
    struct bytes out;
    bool more = false;
    struct err e = { 0 };

    store_add_record(f.core, KIND_PERSON, 7);
    struct picture picture = put_png(&f, png(f.arena, 100, 50));
    CHECK_OK(core_open(f.store, false, &loop, &e));
    CHECK_INT(picture_render(loop, f.arena, &picture, &want, &out, &type, &e), ERR_BLOCKS);
    CHECK_OK(picture_render(f.core, f.arena, &picture, &want, &out, &type, &e));
    CHECK_INT(type, PICTURE_WEBP);
    CHECK(memcmp(out.at + 8, "WEBP", 4) == 0);
    CHECK_OK(picture_render(loop, f.arena, &picture, &want, &out, &type, &e));
    CHECK_INT(type, PICTURE_WEBP); /* is wished for already */

    CHECK_OK(renditions_make_wished(f.core, 1, &more, &e));
    CHECK(more);
    CHECK_OK(renditions_make_wished(f.core, 10, &more, &e));
    CHECK(!more);
    CHECK_OK(picture_render(loop, f.arena, &picture, &want, &out, &type, &e));
    CHECK_INT(type, PICTURE_AVIF);
    CHECK_INT(entries(), 2);
    core_close(loop);
    close_fixture(&f);
}

TEST(wishes_for_pictures_that_are_gone_are_dropped)
{
    struct fixture f = open_fixture(NULL);
    struct render want = { .width_px = 20, .type = PICTURE_AVIF };
    enum picture_type type;
    struct bytes out;
    bool more = true;
    struct err e = { 0 };

    store_add_record(f.core, KIND_PERSON, 7);
    struct picture picture = put_png(&f, png(f.arena, 100, 50));
    CHECK_OK(picture_render(f.core, f.arena, &picture, &want, &out, &type, &e));
    put_png(&f, png(f.arena, 90, 50)); /* other bytes */
    CHECK_OK(renditions_make_wished(f.core, 10, &more, &e));
    CHECK(!more && !is_kept(&f, &picture, &want));

    picture = put_png(&f, png(f.arena, 80, 50));
    CHECK_OK(picture_render(f.core, f.arena, &picture, &want, &out, &type, &e));
    bool existed;
    CHECK_OK(picture_delete(f.core, &store_admin, PERSON, picture.id, &existed, &e));
    CHECK_OK(renditions_make_wished(f.core, 10, &more, &e));
    CHECK(!more && !is_kept(&f, &picture, &want));
    close_fixture(&f);
}

TEST(what_cannot_become_avif_is_not_wished_for_again)
{
    struct fixture f = open_fixture(NULL);
    struct render want = { .width_px = 20, .type = PICTURE_AVIF };
    struct rendered plan;
    enum picture_type type;
    struct bytes out;
    struct hash key;
    bool more = true;
    struct err e = { 0 };

    store_add_record(f.core, KIND_PERSON, 7);
    struct picture picture = put_broken(&f);
    CHECK_INT(picture_render(f.core, f.arena, &picture, &want, &out, &type, &e), ERR_UNSUPPORTED);
    plan = render_plan(&picture.header, &want);
    CHECK(rendition_key(&picture, &plan, &key));
    CHECK(!cache_may_wish(f.store->renditions, &key));
    e = (struct err){ 0 };
    CHECK_OK(renditions_make_wished(f.core, 10, &more, &e));
    CHECK(!more && cache_may_wish(f.store->renditions, &key));
    CHECK_INT(picture_render(f.core, f.arena, &picture, &want, &out, &type, &e), ERR_UNSUPPORTED);
    CHECK(cache_may_wish(f.store->renditions, &key)); /* was not noted again */
    close_fixture(&f);
}

TEST(a_wish_is_read_as_it_was_written_and_nothing_else_is_taken)
{
    struct rendition_wish wish = {
        .picture_id = 77,
        .hash = { { 1, 2, 3 } },
        .want = { .width_px = 300,
                  .height_px = 200,
                  .fit = FIT_COVER,
                  .focus_x = -500,
                  .focus_y = 20,
                  .enlarge = true,
                  .type = PICTURE_AVIF,
                  .quality = 80,
                  .background = true },
    };
    struct rendition_wish out = { 0 };
    char bytes[WISH_LEN];

    wish_write(&wish, bytes);
    CHECK(wish_read(bytes_of(bytes, sizeof bytes), &out));
    CHECK(out.picture_id == 77 && out.want.width_px == 300 && out.want.height_px == 200 &&
          out.want.fit == FIT_COVER && out.want.focus_x == -500 && out.want.focus_y == 20 &&
          out.want.enlarge && out.want.quality == 80 && out.want.background &&
          memcmp(&out.hash, &wish.hash, sizeof out.hash) == 0);
    CHECK(!wish_read(bytes_of(bytes, sizeof bytes - 1), &out));
    static const struct {
        size_t at;
        char value;
    } cases[] = { { 0, 2 },  { 8, -1 }, { 12, -1 }, { 13, 3 },  { 18, 2 },
                  { 22, 3 }, { 25, 2 }, { 29, 1 },  { 33, 101 } };
    for (size_t i = 0; i < COUNT(cases); i++) {
        wish_write(&wish, bytes);
        bytes[cases[i].at] = cases[i].value;
        CHECK(!wish_read(bytes_of(bytes, sizeof bytes), &out));
    }
}

/* ---- deleted ---- */

TEST(renditions_go_with_the_bytes_they_were_made_of)
{
    struct settings settings = settings_default;
    struct render want = { .width_px = 20 };
    struct render wished = { .width_px = 20, .type = PICTURE_AVIF };
    enum picture_type type;
    struct bytes out;
    size_t given;
    bool existed;
    struct err e = { 0 };

    settings.history_seconds = 0;
    settings.grace_seconds = 0;
    struct fixture f = open_fixture(&settings);
    store_add_record(f.core, KIND_PERSON, 7);
    struct picture picture = put_png(&f, png(f.arena, 100, 50));
    CHECK_OK(picture_render(f.core, f.arena, &picture, &want, &out, &type, &e));
    CHECK_OK(picture_render(f.core, f.arena, &picture, &wished, &out, &type, &e));
    CHECK_INT(entries(), 2); /* and the WebP */
    CHECK_OK(picture_delete(f.core, &store_admin, PERSON, picture.id, &existed, &e));
    CHECK_INT(entries(), 2);
    usleep(2000);
    CHECK_OK(store_collect(f.core, 10, &given, &e));
    CHECK_INT(given, 1);
    CHECK_INT(entries(), 0);
    bool more = true;
    CHECK_OK(renditions_make_wished(f.core, 10, &more, &e));
    CHECK(!more);
    close_fixture(&f);
}

TEST(large_drawings_are_kept_on_disk)
{
    struct fixture f = open_fixture(NULL);
    struct drawing drawing = { .shape = DRAWING_TEXT,
                               .text = B("There is no photograph"),
                               .border = true,
                               .width_px = 2500,
                               .height_px = 2500,
                               .type = PICTURE_JPEG };
    struct core *loop;
    struct bytes out;
    struct bytes again;
    struct err e = { 0 };

    CHECK_OK(core_open(f.store, false, &loop, &e));
    CHECK_INT(drawing_render(loop, f.arena, &drawing, &out, &e), ERR_BLOCKS);
    CHECK_OK(drawing_render(f.core, f.arena, &drawing, &out, &e));
    CHECK(out.len > DRAWING_BYTES_KEPT);
    CHECK_OK(drawing_render(loop, f.arena, &drawing, &again, &e));
    CHECK_BYTES(again, out);
    drawing.text = B("There is no photo");
    CHECK_INT(drawing_render(loop, f.arena, &drawing, &out, &e), ERR_BLOCKS);
    core_close(loop);
    close_fixture(&f);
}

TEST_MAIN
