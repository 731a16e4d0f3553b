#include "support/fixture.h"

static const struct picture_condition always;

TEST(a_put_picture_is_seen_with_its_bytes)
{
    struct fixture f = open_fixture(NULL);
    struct owner owner = { KIND_PERSON, 7 };
    struct picture seen;
    struct err e = { 0 };
    bool exists;

    store_add_record(f.core, KIND_PERSON, 7);
    CHECK_INT(picture_seen(f.core, f.arena, owner, &seen, &exists, &e), ERR_NOT_FOUND);
    CHECK(exists);
    struct picture made = put(&f, owner, 1);
    CHECK_OK(picture_seen(f.core, f.arena, owner, &seen, &exists, &e));
    CHECK_INT(seen.id, made.id);
    CHECK_INT(seen.role, ROLE_DETAIL);
    CHECK_INT(seen.header.type, PICTURE_GIF);
    CHECK_INT(seen.header.width_px, 1);
    CHECK_INT(seen.size_bytes, STORE_GIF_LEN);
    CHECK_BYTES(seen.name, B("person-7.gif"));
    CHECK_BYTES(seen.conceptual_type, B("PERSONPHOTO"));
    check_bytes(&f, &seen, 1);
    CHECK_INT(picture_seen(f.core, f.arena, (struct owner){ KIND_PERSON, 8 }, &seen, &exists, &e),
              ERR_NOT_FOUND);
    CHECK(!exists);
    close_fixture(&f);
}

TEST(a_second_put_keeps_the_id_and_changes_version_and_bytes)
{
    struct fixture f = open_fixture(NULL);
    struct owner owner = { KIND_CONTACT, 1 };

    store_add_record(f.core, KIND_CONTACT, 1);
    struct picture first = put(&f, owner, 1);
    struct picture second = put(&f, owner, 2);
    CHECK_INT(second.id, first.id);
    CHECK_INT(second.version, first.version + 1);
    check_bytes(&f, &second, 2);
    close_fixture(&f);
}

TEST(the_picture_you_see_is_detail_then_preview_then_the_oldest_of_the_gallery)
{
    struct fixture f = open_fixture(NULL);
    struct owner owner = { KIND_PRODUCT, 5 };
    struct picture seen;
    struct err e = { 0 };
    bool exists;
    bool deleted;

    store_add_record(f.core, KIND_PRODUCT, 5);
    struct picture more1 = add(&f, owner, ROLE_MORE, 1);
    add(&f, owner, ROLE_MORE, 2);
    struct picture preview = add(&f, owner, ROLE_PREVIEW, 3);
    struct picture detail = add(&f, owner, ROLE_DETAIL, 4);

    int32_t order[] = { detail.id, preview.id, more1.id };
    for (size_t i = 0; i < COUNT(order); i++) {
        CHECK_OK(picture_seen(f.core, f.arena, owner, &seen, &exists, &e));
        CHECK_INT(seen.id, order[i]);
        struct picture changed = put(&f, owner, 10 + (unsigned)i); /* the one you see */
        CHECK_INT(changed.id, order[i]);
        CHECK_OK(picture_delete_seen(f.core, &store_admin, owner, always, &deleted, &e));
        CHECK(deleted);
    }
    close_fixture(&f);
}

TEST(adding_a_detail_picture_replaces_it_under_a_new_id)
{
    struct fixture f = open_fixture(NULL);
    struct owner owner = { KIND_PRODUCT, 5 };
    struct picture *list;
    struct err e = { 0 };
    size_t count;

    store_add_record(f.core, KIND_PRODUCT, 5);
    struct picture first = add(&f, owner, ROLE_DETAIL, 1);
    struct picture second = add(&f, owner, ROLE_DETAIL, 2);
    CHECK(second.id > first.id);
    CHECK_INT(picture_find(f.core, f.arena, first.id, &first, &e), ERR_NOT_FOUND);
    CHECK_OK(picture_list(f.core, f.arena, owner, 0, 0, &list, &count, &e));
    CHECK_INT(count, 1);
    close_fixture(&f);
}

TEST(labels_say_what_is_shown_in_the_order_of_ids)
{
    struct fixture f = open_fixture(NULL);
    struct owner owner = { KIND_PRODUCT, 5 };
    struct picture *all, *labels;
    struct picture label;
    struct err e = { 0 };
    size_t count;
    bool exists;

    store_add_record(f.core, KIND_PRODUCT, 5);
    for (int i = 1; i <= 3; i++)
        add(&f, owner, i == 2 ? ROLE_DETAIL : ROLE_MORE, (unsigned)i);
    CHECK_OK(picture_list(f.core, f.arena, owner, 0, 2, &all, &count, &e));
    CHECK_INT(count, 2);
    CHECK_OK(picture_list(f.core, f.arena, owner, 0, 0, &all, &count, &e));
    CHECK_INT(count, 3);
    CHECK_OK(picture_labels(f.core, f.arena, owner, 0, &labels, &count, &e));
    CHECK_INT(count, 3);
    for (size_t i = 0; i < count; i++) {
        CHECK_OK(picture_label(f.core, f.arena, owner, all[i].id, &label, &exists, &e));
        CHECK_INT(label.id, all[i].id);
        CHECK_INT(labels[i].id, all[i].id);
        CHECK_BYTES(labels[i].name, all[i].name);
        CHECK_INT(labels[i].version, all[i].version);
        CHECK_INT(labels[i].created_us, all[i].created_us);
        CHECK_INT(labels[i].kind, KIND_PRODUCT);
        CHECK_INT(labels[i].record_id, 5);
        CHECK_INT(labels[i].role, all[i].role);
        CHECK(all[i].blob_id > 0 && labels[i].blob_id == 0 && label.hash.len == 0);
    }
    CHECK_OK(picture_labels(f.core, f.arena, owner, all[1].id, &labels, &count, &e));
    CHECK_INT(count, 1);
    CHECK_INT(picture_label(f.core, f.arena, owner, 999, &label, &exists, &e), ERR_NOT_FOUND);
    CHECK(exists);
    owner.id = 6;
    CHECK_INT(picture_label(f.core, f.arena, owner, all[0].id, &label, &exists, &e), ERR_NOT_FOUND);
    CHECK(!exists);
    CHECK_INT(picture_labels(f.core, f.arena, owner, 0, &labels, &count, &e), ERR_NOT_FOUND);
    close_fixture(&f);
}

TEST(equal_bytes_are_stored_once_and_go_with_their_last_picture)
{
    struct settings settings = settings_default;
    settings.history_seconds = 0;
    settings.grace_seconds = 0;
    struct fixture f = open_fixture(&settings);
    struct owner owner = { KIND_PRODUCT, 1 };
    struct err e = { 0 };
    bool exists;
    size_t given;

    store_add_record(f.core, KIND_PRODUCT, 1);
    struct picture a = add(&f, owner, ROLE_MORE, 1);
    struct picture b = add(&f, owner, ROLE_MORE, 1);
    CHECK_INT(a.blob_id, b.blob_id);
    CHECK_OK(picture_delete(f.core, &store_admin, owner, a.id, &exists, &e));
    CHECK_OK(store_collect(f.core, 100, &given, &e));
    CHECK_INT(given, 0);
    check_bytes(&f, &b, 1);
    CHECK_OK(picture_delete(f.core, &store_admin, owner, b.id, &exists, &e));
    CHECK_INT(picture_delete(f.core, &store_admin, owner, b.id, &exists, &e), ERR_NOT_FOUND);
    CHECK(exists);

    struct picture again = add(&f, owner, ROLE_MORE, 1); /* revives the dead */
    CHECK_INT(again.blob_id, b.blob_id);
    CHECK_OK(picture_delete(f.core, &store_admin, owner, again.id, &exists, &e));
    usleep(1000);
    CHECK_OK(store_collect(f.core, 100, &given, &e));
    CHECK_INT(given, 1);
    CHECK_INT(store_must_be_clean(f.core).blobs, 0);
    again = add(&f, owner, ROLE_MORE, 1);
    CHECK(again.blob_id != b.blob_id);
    check_bytes(&f, &again, 1);
    close_fixture(&f);
}

TEST(a_deleted_record_takes_its_pictures_along)
{
    struct fixture f = open_fixture(NULL);
    struct owner owner = { KIND_PRODUCT, 1 };
    struct err e = { 0 };

    store_add_record(f.core, KIND_PRODUCT, 1);
    struct picture picture = add(&f, owner, ROLE_MORE, 1);
    CHECK_OK(record_delete(f.core, &store_admin, owner, &e));
    CHECK_INT(record_delete(f.core, &store_admin, owner, &e), ERR_NOT_FOUND);
    CHECK_INT(picture_find(f.core, f.arena, picture.id, &picture, &e), ERR_NOT_FOUND);
    CHECK_INT(store_must_be_clean(f.core).pictures, 0);
    close_fixture(&f);
}

TEST(a_deleted_product_takes_its_variations_along)
{
    struct fixture f = open_fixture(NULL);
    struct err e = { 0 };
    struct record out;
    struct record parent = {
        .kind = KIND_PRODUCT, .id = 10, .subtype = SUBTYPE_PARENT, .name = B("Shirt")
    };
    struct record offer = { .kind = KIND_PRODUCT,
                            .id = 11,
                            .subtype = SUBTYPE_OFFER,
                            .parent_id = 10,
                            .name = B("Red shirt") };

    offer.parent_id = 12;
    CHECK_INT(record_add(f.core, &store_admin, f.arena, &offer, &out, &e), ERR_INVALID);
    offer.parent_id = 10;
    CHECK_INT(record_add(f.core, &store_admin, f.arena, &offer, &out, &e), ERR_INVALID);
    CHECK_OK(record_add(f.core, &store_admin, f.arena, &parent, &out, &e));
    CHECK_OK(record_add(f.core, &store_admin, f.arena, &offer, &out, &e));
    CHECK_INT(record_add(f.core, &store_admin, f.arena, &offer, &out, &e), ERR_CONFLICT);
    put(&f, (struct owner){ KIND_PRODUCT, 11 }, 1);
    CHECK_OK(record_delete(f.core, &store_admin, (struct owner){ KIND_PRODUCT, 10 }, &e));
    CHECK_INT(record_get(f.core, f.arena, (struct owner){ KIND_PRODUCT, 11 }, &out, &e),
              ERR_NOT_FOUND);
    CHECK_INT(store_must_be_clean(f.core).pictures, 0);
    close_fixture(&f);
}

TEST(what_is_no_picture_or_has_no_owner_leaves_nothing_behind)
{
    struct fixture f = open_fixture(NULL);
    struct picture out;
    struct err e = { 0 };
    char gif[STORE_GIF_LEN];
    struct owner owner = { KIND_PRODUCT, 1 };
    struct picture_content content = { .bytes = B("<svg onload=alert(1)>") };

    store_add_record(f.core, KIND_PRODUCT, 1);
    CHECK_INT(picture_put(f.core, &store_admin, f.arena, owner, &content, &out, &e),
              ERR_UNSUPPORTED);
    content.bytes = B("");
    CHECK_INT(picture_put(f.core, &store_admin, f.arena, owner, &content, &out, &e), ERR_INVALID);
    content.bytes = store_gif(gif, 1);
    owner.id = 2;
    CHECK_INT(picture_put(f.core, &store_admin, f.arena, owner, &content, &out, &e), ERR_NOT_FOUND);
    owner.id = 1;
    content.name = B("../../etc/passwd");
    CHECK_INT(picture_add(f.core, &store_admin, f.arena, owner, ROLE_MORE, &content, &out, &e),
              ERR_INVALID);
    CHECK(strcmp(e.field, "name") == 0);
    CHECK_INT(store_must_be_clean(f.core).blobs, 0);
    close_fixture(&f);
}

static bool is_version(const struct picture *now, void *context)
{
    return (now ? now->version : 0) == *(const int32_t *)context;
}

TEST(a_condition_is_asked_of_what_is_there_and_spares_the_bytes)
{
    struct fixture f = open_fixture(NULL);
    struct owner owner = { KIND_PERSON, 1 };
    struct picture out;
    struct err e = { 0 };
    char gif[STORE_GIF_LEN];
    int32_t version = 1;
    bool deleted;
    struct picture_condition condition = { is_version, &version };
    struct picture_content content = { .bytes = store_gif(gif, 2), .condition = condition };

    store_add_record(f.core, KIND_PERSON, 1);
    CHECK_INT(picture_put(f.core, &store_admin, f.arena, owner, &content, &out, &e),
              ERR_PRECONDITION);
    CHECK_INT(store_must_be_clean(f.core).unused_bytes, 0);
    put(&f, owner, 1);
    CHECK_OK(picture_put(f.core, &store_admin, f.arena, owner, &content, &out, &e));
    CHECK_INT(out.version, 2);
    CHECK_INT(picture_delete_seen(f.core, &store_admin, owner, condition, &deleted, &e),
              ERR_PRECONDITION);
    version = 2;
    CHECK_OK(picture_delete_seen(f.core, &store_admin, owner, condition, &deleted, &e));
    CHECK(deleted);
    close_fixture(&f);
}

TEST(texts_change_only_where_they_are_given)
{
    struct fixture f = open_fixture(NULL);
    struct owner owner = { KIND_PROJECT, 1 };
    struct picture_texts texts = { .description = B("Front") };
    struct picture out;
    struct err e = { 0 };
    char longer[300];
    bool exists;

    store_add_record(f.core, KIND_PROJECT, 1);
    CHECK_INT(picture_describe(f.core, &store_admin, f.arena, owner, &texts, &out, &exists, &e),
              ERR_NOT_FOUND);
    CHECK(exists);
    struct picture made = put(&f, owner, 1);
    CHECK_OK(picture_describe(f.core, &store_admin, f.arena, owner, &texts, &out, &exists, &e));
    CHECK_BYTES(out.description, B("Front"));
    CHECK_BYTES(out.conceptual_type, B("ProjectImage"));
    CHECK(out.updated_us > made.updated_us);
    CHECK_INT(out.version, made.version);

    struct picture same;
    CHECK_OK(picture_describe(f.core, &store_admin, f.arena, owner, &texts, &same, &exists, &e));
    CHECK_INT(same.updated_us, out.updated_us);
    texts.must_be_id = made.id + 1;
    CHECK_INT(picture_describe(f.core, &store_admin, f.arena, owner, &texts, &out, &exists, &e),
              ERR_CONFLICT);
    memset(longer, 'a', sizeof longer);
    texts = (struct picture_texts){ .extra_info = bytes_of(longer, 255) };
    CHECK_INT(picture_describe(f.core, &store_admin, f.arena, owner, &texts, &out, &exists, &e),
              ERR_INVALID);
    CHECK(strcmp(e.field, "ExtraInfo") == 0);
    close_fixture(&f);
}

TEST(a_store_opened_again_has_everything_and_appends_behind_it)
{
    struct fixture f = open_fixture(NULL);
    struct owner owner = { KIND_PRODUCT, 1 };
    struct picture seen;
    struct err e = { 0 };
    char gif[STORE_GIF_LEN];
    struct picture_content content = { .bytes = store_gif(gif, 2) };
    bool exists;

    store_add_record(f.core, KIND_PRODUCT, 1);
    struct picture made = put(&f, owner, 1);
    core_close(f.core);
    store_close(f.store);
    arena_free(f.arena);

    f = open_fixture(NULL);
    CHECK_OK(picture_seen(f.core, f.arena, owner, &seen, &exists, &e));
    CHECK_INT(seen.id, made.id);
    check_bytes(&f, &seen, 1);
    CHECK_OK(picture_add(f.core, &store_admin, f.arena, owner, ROLE_MORE, &content, &seen, &e));
    check_bytes(&f, &seen, 2);
    CHECK_INT(seen.volume, made.volume);
    CHECK(seen.offset > made.offset);
    close_fixture(&f);
}

TEST(on_the_event_loop_writes_say_that_they_block_and_change_nothing)
{
    struct fixture f = open_fixture(NULL);
    struct core *loop;
    struct picture out;
    struct err e = { 0 };
    char gif[STORE_GIF_LEN];
    struct picture_content content = { .bytes = store_gif(gif, 1) };
    struct owner owner = { KIND_PRODUCT, 1 };
    bool deleted;

    store_add_record(f.core, KIND_PRODUCT, 1);
    CHECK_OK(core_open(f.store, false, &loop, &e));
    CHECK_INT(picture_put(loop, &store_admin, f.arena, owner, &content, &out, &e), ERR_BLOCKS);
    CHECK_INT(picture_delete_seen(loop, &store_admin, owner, always, &deleted, &e), ERR_BLOCKS);
    core_close(loop);
    CHECK_INT(store_must_be_clean(f.core).pictures, 0);
    close_fixture(&f);
}

TEST(a_list_is_in_the_order_of_ids_whatever_the_roles_and_can_be_cut)
{
    struct fixture f = open_fixture(NULL);
    struct owner owner = { KIND_PRODUCT, 5 };
    struct picture *list;
    struct err e = { 0 };
    size_t count;

    store_add_record(f.core, KIND_PRODUCT, 5);
    struct picture more = add(&f, owner, ROLE_MORE, 1);
    struct picture preview = add(&f, owner, ROLE_PREVIEW, 2);
    struct picture detail = add(&f, owner, ROLE_DETAIL, 3);
    CHECK_OK(picture_list(f.core, f.arena, owner, 0, 0, &list, &count, &e));
    CHECK_INT(count, 3);
    CHECK_INT(list[0].id, more.id);
    CHECK_INT(list[1].id, preview.id);
    CHECK_INT(list[2].id, detail.id);
    CHECK_OK(picture_list(f.core, f.arena, owner, more.id, 1, &list, &count, &e));
    CHECK_INT(count, 1);
    CHECK_INT(list[0].id, preview.id);
    close_fixture(&f);
}

TEST(a_core_that_keeps_its_look_sees_what_is_committed_in_between)
{
    struct fixture f = open_fixture(NULL);
    struct owner owner = { KIND_PRODUCT, 5 };
    struct picture *list;
    struct core *other;
    struct err e = { 0 };
    size_t count;

    store_add_record(f.core, KIND_PRODUCT, 5);
    CHECK_OK(core_open(f.store, true, &other, &e));
    core_keep(other);
    for (unsigned i = 0; i < 3; i++) {
        CHECK_OK(picture_list(other, f.arena, owner, 0, 0, &list, &count, &e));
        CHECK_INT(count, i);
        add(&f, owner, ROLE_MORE, i + 1);
    }
    struct fixture same = f;
    same.core = other;
    add(&same, owner, ROLE_MORE, 9); /* writing does no harm, though it is not meant for it */
    CHECK_OK(picture_list(other, f.arena, owner, 0, 0, &list, &count, &e));
    CHECK_INT(count, 4);
    core_rest(other);
    add(&f, owner, ROLE_MORE, 10);
    CHECK_OK(picture_list(other, f.arena, owner, 0, 0, &list, &count, &e));
    CHECK_INT(count, 5);
    core_close(other);
    close_fixture(&f);
}

#define RECORDS 23 /* more than one statement looks up */

TEST(pictures_of_many_records_stand_together)
{
    struct fixture f = open_fixture(NULL);
    struct err e = { 0 };
    int32_t ids[RECORDS + 1];
    struct picture *pictures;
    size_t count;

    for (int32_t i = 0; i < RECORDS; i++) {
        ids[i] = RECORDS - i; /* in any order */
        store_add_record(f.core, KIND_PRODUCT, ids[i]);
        add(&f, (struct owner){ KIND_PRODUCT, ids[i] }, ROLE_MORE, (unsigned)i);
    }
    ids[RECORDS] = 99; /* nobody */
    store_add_record(f.core, KIND_PERSON, 1);
    put(&f, (struct owner){ KIND_PERSON, 1 }, 1);
    add(&f, (struct owner){ KIND_PRODUCT, 2 }, ROLE_DETAIL, 5);
    add(&f, (struct owner){ KIND_PRODUCT, 22 }, ROLE_PREVIEW, 5);

    CHECK_OK(
        picture_list_of(f.core, f.arena, KIND_PRODUCT, ids, RECORDS + 1, &pictures, &count, &e));
    CHECK_INT(count, RECORDS + 2);
    for (size_t i = 1; i < count; i++) {
        CHECK_INT(pictures[i].kind, KIND_PRODUCT);
        bool same = pictures[i].record_id == pictures[i - 1].record_id;
        CHECK(!same || pictures[i].id > pictures[i - 1].id);
        for (size_t k = 0; k + 1 < i && !same; k++)
            CHECK(pictures[k].record_id != pictures[i].record_id);
    }
    CHECK_OK(picture_list_of(f.core, f.arena, KIND_PRODUCT, ids, 0, &pictures, &count, &e));
    CHECK_INT(count, 0);
    close_fixture(&f);
}

TEST(content_is_checked_without_being_stored)
{
    struct fixture f = open_fixture(NULL);
    struct err e = { 0 };
    char gif[STORE_GIF_LEN];
    struct picture_content content = { .bytes = store_gif(gif, 1), .name = B("a.gif") };

    CHECK_OK(picture_check(f.core, &content, &e));
    content.name = B("a/b.gif");
    CHECK_INT(picture_check(f.core, &content, &e), ERR_INVALID);
    content = (struct picture_content){ .bytes = B("no picture at all") };
    CHECK_INT(picture_check(f.core, &content, &e), ERR_UNSUPPORTED);
    content.bytes = B("");
    CHECK_INT(picture_check(f.core, &content, &e), ERR_INVALID);
    close_fixture(&f);
}

TEST_MAIN
