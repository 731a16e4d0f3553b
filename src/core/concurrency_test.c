/* Pictures seen from several sides at once: the event loop, many threads, links. */
#include "base/clock.h"
#include "support/fixture.h"

#include <pthread.h>

TEST(an_event_loops_core_sees_each_commit_in_its_next_look)
{
    struct fixture f = open_fixture(NULL);
    struct core *loop;
    struct picture seen;
    struct err e = { 0 };
    struct owner owner = { KIND_PRODUCT, 1 };
    bool exists;

    store_add_record(f.core, KIND_PRODUCT, 1);
    CHECK_OK(core_open(f.store, false, &loop, &e));
    CHECK_INT(picture_seen(loop, f.arena, owner, &seen, &exists, &e), ERR_NOT_FOUND);
    for (unsigned i = 1; i <= 20; i++) {
        struct picture made = put(&f, owner, i);
        CHECK_OK(picture_seen(loop, f.arena, owner, &seen, &exists, &e));
        CHECK_INT(seen.version, made.version);
        CHECK_OK(picture_seen(loop, f.arena, owner, &seen, &exists, &e)); /* the same snapshot */
        CHECK_INT(seen.version, made.version);
        if (i % 3 == 0)
            core_rest(loop);
    }
    core_close(loop);
    close_fixture(&f);
}

/* Many threads put at once: group commit mixes them, none gets another's answer. */
struct many {
    struct store *store;
    int32_t record;
    int failures;
};

static void *put_many(void *context)
{
    struct many *many = context;
    struct core *core;
    struct err e = { 0 };

    if (core_open(many->store, true, &core, &e) != ERR_NONE)
        abort();
    for (unsigned i = 0; i < 50; i++) {
        char gif[STORE_GIF_LEN];
        struct arena *arena = arena_new(1 << 20);
        struct picture out;
        struct picture_content content = { .bytes = store_gif(gif, (unsigned)many->record * 1000 +
                                                                       i % 40) };
        if (picture_add(core, &store_admin, arena, (struct owner){ KIND_PRODUCT, many->record },
                        ROLE_MORE, &content, &out, &e) != ERR_NONE ||
            out.record_id != many->record || out.rank != (int32_t)i + 1)
            many->failures++;
        arena_free(arena);
    }
    core_close(core);
    return NULL;
}

TEST(many_threads_put_and_each_gets_its_own_answer)
{
    struct fixture f = open_fixture(NULL);
    pthread_t threads[8];
    struct many many[8];

    for (int i = 0; i < 8; i++) {
        store_add_record(f.core, KIND_PRODUCT, i + 1);
        many[i] = (struct many){ .store = f.store, .record = i + 1 };
        CHECK(pthread_create(&threads[i], NULL, put_many, &many[i]) == 0);
    }
    for (int i = 0; i < 8; i++) {
        pthread_join(threads[i], NULL);
        CHECK_INT(many[i].failures, 0);
    }
    struct check_report report = store_must_be_clean(f.core);
    CHECK_INT(report.pictures, 400);
    CHECK_INT(report.blobs, 320);
    close_fixture(&f);
}

TEST(links_are_bound_to_picture_version_and_credential)
{
    struct fixture f = open_fixture(NULL);
    struct owner owner = { KIND_PRODUCT, 1 };
    struct picture out;
    struct err e = { 0 };
    struct bytes shown;
    char key[PICTURE_KEY_LEN];
    int64_t until_us = 0;
    int32_t user_id;
    int32_t id;

    store_add_record(f.core, KIND_PRODUCT, 1);
    struct picture picture = put(&f, owner, 1);
    CHECK_OK(user_add(f.core, &(struct user){ .name = B("demo"), .role = USER_EDITOR },
                      (struct bytes){ 0 }, &user_id, &e));
    CHECK_OK(credential_add(f.core, f.arena,
                            &(struct credential){ .kind = CREDENTIAL_WEBHOOK, .user_id = user_id },
                            B("hook"), &shown, &id, &e));
    struct principal principal = { .user_id = user_id, .credential_id = id };
    struct bytes token = picture_token(f.core, f.arena, &principal, &picture, 3600);
    CHECK(token.len > 0);
    CHECK_BYTES(picture_token(f.core, f.arena, &principal, &picture, 3600), token);
    CHECK_OK(picture_by_token(f.core, f.arena, token, &out, &until_us, &e));
    CHECK_INT(out.id, picture.id);
    CHECK(until_us >= clock_now_us() + 3599 * SECOND_US &&
          until_us <= clock_now_us() + 3600 * SECOND_US * 5 / 4);

    char *forged = arena_str(f.arena, token);
    forged[10] = forged[10] == 'A' ? 'B' : 'A';
    CHECK_INT(picture_by_token(f.core, f.arena, bytes_str(forged), &out, &until_us, &e),
              ERR_DENIED);
    CHECK_INT(picture_by_token(f.core, f.arena, B(""), &out, &until_us, &e), ERR_DENIED);
    struct bytes old = picture_token(f.core, f.arena, &principal, &picture, -3600);
    CHECK_INT(picture_by_token(f.core, f.arena, old, &out, &until_us, &e), ERR_DENIED);

    picture_key(f.core, picture.id, picture.version, key);
    CHECK_OK(picture_by_key(f.core, f.arena, picture.id, bytes_of(key, sizeof key), &out, &e));
    put(&f, owner, 2);
    CHECK_INT(picture_by_key(f.core, f.arena, picture.id, bytes_of(key, sizeof key), &out, &e),
              ERR_NOT_FOUND);
    CHECK_INT(picture_by_token(f.core, f.arena, token, &out, &until_us, &e), ERR_NOT_FOUND);
    CHECK_OK(credential_revoke(f.core, id, &e));
    CHECK_INT(picture_by_token(f.core, f.arena, token, &out, &until_us, &e), ERR_DENIED);
    close_fixture(&f);
}

TEST_MAIN
