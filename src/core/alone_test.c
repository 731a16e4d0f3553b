/* Pictures by themselves: on nothing, on several records, without bytes, thumbnails. */
#include "support/fixture.h"

#include <pthread.h>

static const struct owner person = { KIND_PERSON, 41 };
static const struct owner product = { KIND_PRODUCT, 8 };
static const struct picture_texts no_texts;

static struct fixture open_two_records(void)
{
    struct fixture f = open_fixture(NULL);

    store_add_record(f.core, KIND_PERSON, 41);
    store_add_record(f.core, KIND_PRODUCT, 8);
    return f;
}

static struct picture loose(struct fixture *f, unsigned seed)
{
    char gif[STORE_GIF_LEN];
    struct picture picture;
    struct err e = { 0 };
    struct picture_content content = { .bytes = store_gif(gif, seed) };

    CHECK_OK(picture_new(f->core, &store_admin, f->arena, &content, (struct bytes){ 0 }, &no_texts,
                         &picture, &e));
    return picture;
}

static struct picture empty(struct fixture *f)
{
    struct picture picture;
    struct err e = { 0 };
    struct picture_content content = { 0 };
    struct picture_texts texts = { .description = B("to come") };

    CHECK_OK(picture_new(f->core, &store_admin, f->arena, &content, B("image/png"), &texts,
                         &picture, &e));
    return picture;
}

/* The id of the picture you see, 0 for none. */
static int32_t seen_id(struct fixture *f, struct owner owner)
{
    struct picture picture;
    struct err e = { 0 };
    bool exists;
    enum err_code rc = picture_seen(f->core, f->arena, owner, &picture, &exists, &e);

    CHECK(rc == ERR_NONE || rc == ERR_NOT_FOUND);
    CHECK(exists);
    return rc ? 0 : picture.id;
}

static bool is_there(struct fixture *f, int32_t id)
{
    struct picture picture;
    struct err e = { 0 };

    return picture_find(f->core, f->arena, id, &picture, &e) == ERR_NONE;
}

static size_t listed(struct fixture *f, struct owner owner)
{
    struct picture *list;
    struct err e = { 0 };
    size_t count;

    CHECK_OK(picture_list(f->core, f->arena, owner, 0, 0, &list, &count, &e));
    return count;
}

static void link_to(struct fixture *f, struct owner owner, int32_t id)
{
    struct err e = { 0 };

    CHECK_OK(picture_link(f->core, &store_admin, owner, id, &e));
}

static struct picture replace(struct fixture *f, int32_t id, unsigned seed)
{
    char gif[STORE_GIF_LEN];
    struct picture out;
    struct err e = { 0 };
    struct picture_content content = { .bytes = store_gif(gif, seed) };

    CHECK_OK(picture_replace(f->core, &store_admin, f->arena, id, &content, &out, &e));
    return out;
}

TEST(a_new_picture_hangs_on_nothing_and_is_found_by_id)
{
    struct fixture f = open_fixture(NULL);
    struct picture found;
    struct err e = { 0 };

    struct picture made = loose(&f, 1);
    CHECK_OK(picture_find(f.core, f.arena, made.id, &found, &e));
    CHECK_INT(found.kind, 0);
    CHECK_INT(found.header.type, PICTURE_GIF);
    CHECK_BYTES(found.conceptual_type, B(""));
    CHECK_INT(found.created_by, store_admin.user_id);
    CHECK(picture_type_fits_name(PICTURE_GIF, found.name));
    check_bytes(&f, &found, 1);
    close_fixture(&f);
}

TEST(a_picture_without_bytes_has_its_declared_type_until_they_come)
{
    struct fixture f = open_two_records();
    struct picture picture;
    struct source *source;
    struct err e = { 0 };
    bool exists;

    struct picture made = empty(&f);
    link_to(&f, person, made.id);
    CHECK_OK(picture_seen(f.core, f.arena, person, &picture, &exists, &e));
    CHECK_INT(picture.id, made.id);
    CHECK_INT(picture.blob_id, 0);
    CHECK_INT(picture.size_bytes, 0);
    CHECK_BYTES(picture_mime(&picture), B("image/png"));
    CHECK_BYTES(picture.description, B("to come"));
    CHECK_INT(picture_open(f.core, f.arena, &picture, &source, &e), ERR_NOT_FOUND);
    CHECK_INT(listed(&f, person), 1);
    store_must_be_clean(f.core);

    replace(&f, made.id, 3);
    CHECK_OK(picture_seen(f.core, f.arena, person, &picture, &exists, &e));
    CHECK_BYTES(picture_mime(&picture), B("image/gif")); /* the bytes say so */
    CHECK_BYTES(picture.mime_type, B(""));
    CHECK_BYTES(picture.description, B("to come"));
    CHECK_INT(picture.version, 2);
    check_bytes(&f, &picture, 3);
    close_fixture(&f);
}

TEST(one_without_bytes_can_be_put_described_and_removed_like_any)
{
    struct fixture f = open_two_records();
    struct picture picture;
    struct err e = { 0 };
    struct picture_texts texts = { .extra_info = B("studio-4") };

    struct picture first = empty(&f);
    link_to(&f, person, first.id);
    CHECK_OK(picture_describe_id(f.core, &store_admin, f.arena, first.id, &texts, &picture, &e));
    CHECK_BYTES(picture.extra_info, B("studio-4"));
    CHECK_BYTES(picture.mime_type, B("image/png"));
    CHECK_INT(put(&f, person, 4).id, first.id);

    struct picture second = empty(&f);
    link_to(&f, product, second.id);
    CHECK_OK(picture_remove(f.core, &store_admin, second.id, &e));
    CHECK_INT(seen_id(&f, product), 0);
    CHECK_OK(record_delete(f.core, &store_admin, person, &e));
    CHECK(!is_there(&f, first.id));
    close_fixture(&f);
}

TEST(replacing_a_shared_picture_changes_it_on_all_its_records)
{
    struct fixture f = open_two_records();
    struct picture picture;
    struct err e = { 0 };
    bool exists;

    struct picture made = loose(&f, 1);
    link_to(&f, person, made.id);
    link_to(&f, product, made.id);
    replace(&f, made.id, 2);
    CHECK_OK(picture_seen(f.core, f.arena, person, &picture, &exists, &e));
    CHECK_INT(picture.id, made.id);
    check_bytes(&f, &picture, 2);
    CHECK_OK(picture_seen(f.core, f.arena, product, &picture, &exists, &e));
    CHECK_INT(picture.id, made.id);
    check_bytes(&f, &picture, 2);
    close_fixture(&f);
}

TEST(putting_where_the_picture_is_shared_leaves_it_to_the_others)
{
    struct fixture f = open_two_records();
    struct picture picture;
    struct err e = { 0 };
    bool exists;

    struct picture made = loose(&f, 1);
    link_to(&f, person, made.id);
    link_to(&f, product, made.id);
    struct picture own = put(&f, product, 2);
    CHECK(own.id != made.id);
    CHECK_INT(own.role, ROLE_DETAIL);
    CHECK_INT(seen_id(&f, product), own.id);
    CHECK_OK(picture_seen(f.core, f.arena, person, &picture, &exists, &e));
    CHECK_INT(picture.id, made.id);
    check_bytes(&f, &picture, 1);
    close_fixture(&f);
}

TEST(linking_takes_the_place_of_the_picture_you_see)
{
    struct fixture f = open_two_records();
    struct picture picture;
    struct err e = { 0 };
    bool exists;

    struct picture before = put(&f, product, 1);
    struct picture made = loose(&f, 2);
    link_to(&f, product, made.id);
    CHECK_INT(seen_id(&f, product), made.id);
    CHECK(!is_there(&f, before.id)); /* it hung on nothing else */

    link_to(&f, product, made.id); /* again: nothing to do */
    CHECK_INT(seen_id(&f, product), made.id);
    CHECK_OK(picture_seen(f.core, f.arena, product, &picture, &exists, &e));
    CHECK_INT(picture.role, ROLE_DETAIL);
    CHECK(picture.updated_us > made.updated_us);

    link_to(&f, person, made.id);
    link_to(&f, product, 0);
    CHECK_INT(seen_id(&f, product), 0);
    CHECK_INT(seen_id(&f, person), made.id);
    link_to(&f, product, 0); /* nothing there: nothing to do */
    link_to(&f, person, 0);
    CHECK(!is_there(&f, made.id));
    close_fixture(&f);
}

TEST(linking_a_picture_of_the_gallery_moves_it)
{
    struct fixture f = open_two_records();

    struct picture detail = add(&f, product, ROLE_DETAIL, 1);
    struct picture more = add(&f, product, ROLE_MORE, 2);
    link_to(&f, product, more.id);
    CHECK_INT(seen_id(&f, product), more.id);
    CHECK_INT(listed(&f, product), 1);
    CHECK(!is_there(&f, detail.id));

    struct picture oldest = add(&f, person, ROLE_MORE, 3);
    struct picture newest = add(&f, person, ROLE_MORE, 4);
    link_to(&f, person, newest.id); /* into the oldest's place of the gallery */
    CHECK_INT(seen_id(&f, person), newest.id);
    CHECK_INT(listed(&f, person), 1);
    CHECK(!is_there(&f, oldest.id));
    close_fixture(&f);
}

TEST(linking_says_what_was_not_found)
{
    struct fixture f = open_two_records();
    struct err e = { 0 };

    struct picture made = loose(&f, 1);
    CHECK_INT(picture_link(f.core, &store_admin, (struct owner){ KIND_PERSON, 99 }, made.id, &e),
              ERR_NOT_FOUND);
    CHECK(strcmp(e.field, "record") == 0);
    e = (struct err){ 0 };
    CHECK_INT(picture_link(f.core, &store_admin, person, made.id + 1, &e), ERR_NOT_FOUND);
    CHECK(strcmp(e.field, "picture") == 0);
    CHECK_INT(seen_id(&f, person), 0);
    close_fixture(&f);
}

TEST(removing_takes_a_picture_off_everything)
{
    struct fixture f = open_two_records();
    struct err e = { 0 };

    struct picture made = loose(&f, 1);
    link_to(&f, person, made.id);
    link_to(&f, product, made.id);
    CHECK_OK(picture_remove(f.core, &store_admin, made.id, &e));
    CHECK_INT(seen_id(&f, person), 0);
    CHECK_INT(seen_id(&f, product), 0);
    CHECK_INT(picture_remove(f.core, &store_admin, made.id, &e), ERR_NOT_FOUND);
    CHECK_INT(picture_remove(f.core, &store_admin, 0, &e), ERR_NOT_FOUND);
    struct check_report report = store_must_be_clean(f.core);
    CHECK_INT(report.pictures, 0);
    close_fixture(&f);
}

TEST(a_thumbnail_is_neither_seen_nor_listed_and_goes_with_its_record)
{
    struct fixture f = open_two_records();
    char gif[STORE_GIF_LEN];
    struct picture first;
    struct picture second;
    struct picture found;
    struct err e = { 0 };
    bool exists;
    struct picture_content content = { .bytes = store_gif(gif, 7) };

    CHECK_INT(picture_thumbnail(f.core, f.arena, product, &found, &e), ERR_NOT_FOUND);
    CHECK_OK(picture_put_thumbnail(f.core, &store_admin, f.arena, product, &content, &first, &e));
    CHECK_INT(seen_id(&f, product), 0);
    CHECK_INT(listed(&f, product), 0);
    CHECK_INT(picture_get(f.core, f.arena, product, first.id, &found, &exists, &e), ERR_NOT_FOUND);
    CHECK_INT(picture_delete(f.core, &store_admin, product, first.id, &exists, &e), ERR_NOT_FOUND);
    CHECK_OK(picture_thumbnail(f.core, f.arena, product, &found, &e));
    CHECK_INT(found.id, first.id);
    check_bytes(&f, &found, 7);

    content.bytes = store_gif(gif, 8);
    CHECK_OK(picture_put_thumbnail(f.core, &store_admin, f.arena, product, &content, &second, &e));
    CHECK_INT(second.id, first.id);
    store_must_be_clean(f.core);
    CHECK_OK(record_delete(f.core, &store_admin, product, &e));
    CHECK(!is_there(&f, first.id));
    CHECK_INT(picture_put_thumbnail(f.core, &store_admin, f.arena, product, &content, &second, &e),
              ERR_NOT_FOUND);
    CHECK_INT(store_must_be_clean(f.core).pictures, 0);
    close_fixture(&f);
}

TEST(a_new_picture_of_a_product_ends_its_own_thumbnail)
{
    struct fixture f = open_two_records();
    char gif[STORE_GIF_LEN];
    struct picture picture;
    struct err e = { 0 };
    struct picture_content content = { .bytes = store_gif(gif, 7) };

    CHECK_OK(picture_put_thumbnail(f.core, &store_admin, f.arena, product, &content, &picture, &e));
    put(&f, product, 1);
    CHECK_INT(picture_thumbnail(f.core, f.arena, product, &picture, &e), ERR_NOT_FOUND);
    CHECK_OK(picture_put_thumbnail(f.core, &store_admin, f.arena, product, &content, &picture, &e));
    link_to(&f, product, picture.id); /* moves, and is a thumbnail no longer */
    CHECK_INT(seen_id(&f, product), picture.id);
    CHECK_INT(picture_thumbnail(f.core, f.arena, product, &picture, &e), ERR_NOT_FOUND);
    close_fixture(&f);
}

TEST(what_is_wrong_with_a_new_picture_is_said)
{
    struct fixture f = open_fixture(NULL);
    struct picture out;
    struct err e = { 0 };
    struct picture_content content = { .bytes = B("no picture") };
    struct picture_texts texts = { 0 };
    char *text = arena_alloc(f.arena, 300);

    memset(text, 'x', 300);
    texts.extra_info = bytes_of(text, 255);
    CHECK_INT(picture_new(f.core, &store_admin, f.arena, &content, B(""), &no_texts, &out, &e),
              ERR_UNSUPPORTED);
    content.bytes = (struct bytes){ 0 };
    CHECK_INT(picture_new(f.core, &store_admin, f.arena, &content, B(""), &texts, &out, &e),
              ERR_INVALID);
    CHECK(strcmp(e.field, "ExtraInfo") == 0);
    CHECK_INT(picture_new(f.core, &store_admin, f.arena, &content, bytes_of(text, 255), &no_texts,
                          &out, &e),
              ERR_INVALID);
    CHECK(strcmp(e.field, "MimeType") == 0);
    CHECK_INT(picture_replace(f.core, &store_admin, f.arena, 1, &content, &out, &e), ERR_INVALID);
    content.bytes = store_gif(text, 1);
    CHECK_INT(picture_replace(f.core, &store_admin, f.arena, 1, &content, &out, &e), ERR_NOT_FOUND);
    CHECK_INT(picture_describe_id(f.core, &store_admin, f.arena, 1, &(struct picture_texts){ 0 },
                                  &out, &e),
              ERR_NOT_FOUND);
    CHECK_INT(store_must_be_clean(f.core).unused_bytes, 0);
    close_fixture(&f);
}

/* Only if the picture still has the version that the caller looked at. */
static bool has_version(const struct picture *now, void *context)
{
    return now && now->version == *(int32_t *)context;
}

struct race {
    struct store *store;
    int32_t id;
    unsigned seed;
    int replaced;
    int refused;
};

static void *replace_if_unchanged(void *context)
{
    struct race *race = context;
    struct arena *arena = arena_new(4 << 20);
    struct core *core;
    struct err e = { 0 };

    if (core_open(race->store, true, &core, &e) != ERR_NONE)
        abort();
    for (unsigned i = 0; i < 40; i++) {
        char gif[STORE_GIF_LEN];
        struct picture before;
        struct picture out;
        struct picture_content content = { .bytes = store_gif(gif, race->seed + i) };

        if (picture_find(core, arena, race->id, &before, &e) != ERR_NONE)
            abort();
        content.condition = (struct picture_condition){ has_version, &before.version };
        enum err_code rc = picture_replace(core, &store_admin, arena, race->id, &content, &out, &e);
        if (rc == ERR_NONE && out.version == before.version + 1)
            race->replaced++;
        else if (rc == ERR_PRECONDITION)
            race->refused++;
        e = (struct err){ 0 };
    }
    core_close(core);
    arena_free(arena);
    return NULL;
}

TEST(conditions_hold_whoever_writes_at_the_same_time)
{
    struct fixture f = open_two_records();
    struct picture last;
    struct err e = { 0 };
    pthread_t threads[4];
    struct race races[4];
    int replaced = 0;

    struct picture made = loose(&f, 1);
    for (unsigned i = 0; i < 4; i++) {
        races[i] = (struct race){ .store = f.store, .id = made.id, .seed = 1000 * (i + 1) };
        CHECK(pthread_create(&threads[i], NULL, replace_if_unchanged, &races[i]) == 0);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        CHECK_INT(races[i].replaced + races[i].refused, 40);
        replaced += races[i].replaced;
    }
    CHECK_OK(picture_find(f.core, f.arena, made.id, &last, &e));
    CHECK_INT(last.version, 1 + replaced); /* none was lost under another */
    close_fixture(&f);
}

TEST_MAIN
