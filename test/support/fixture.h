/* test/support/fixture.h - an opened store with pictures of a few bytes, told apart by their seed.
 */
#ifndef TEST_SUPPORT_FIXTURE_H
#define TEST_SUPPORT_FIXTURE_H

#include "support/store.h"

struct fixture {
    struct store *store;
    struct core *core;
    struct arena *arena;
};

static inline struct fixture open_fixture(const struct settings *settings)
{
    struct fixture f = { .store = store_fresh(settings), .arena = arena_new(16 << 20) };
    struct err e = { 0 };

    CHECK_OK(core_open(f.store, true, &f.core, &e));
    return f;
}

static inline void close_fixture(struct fixture *f)
{
    store_must_be_clean(f->core);
    core_close(f->core);
    store_close(f->store);
    arena_free(f->arena);
}

static inline struct picture put(struct fixture *f, struct owner owner, unsigned seed)
{
    char gif[STORE_GIF_LEN];
    struct picture picture;
    struct err e = { 0 };
    struct picture_content content = { .bytes = store_gif(gif, seed) };

    CHECK_OK(picture_put(f->core, &store_admin, f->arena, owner, &content, &picture, &e));
    return picture;
}

static inline struct picture add(struct fixture *f, struct owner owner, enum picture_role role,
                                 unsigned seed)
{
    char gif[STORE_GIF_LEN];
    struct picture picture;
    struct err e = { 0 };
    struct picture_content content = { .bytes = store_gif(gif, seed), .name = B("mug.gif") };

    CHECK_OK(picture_add(f->core, &store_admin, f->arena, owner, role, &content, &picture, &e));
    return picture;
}

static inline void check_bytes(struct fixture *f, const struct picture *picture, unsigned seed)
{
    char want[STORE_GIF_LEN];
    char got[STORE_GIF_LEN];
    struct source *source;
    struct err e = { 0 };

    store_gif(want, seed);
    CHECK_OK(picture_open(f->core, f->arena, picture, &source, &e));
    CHECK_INT(source->size, STORE_GIF_LEN);
    CHECK_OK(source->read(source, 0, got, sizeof got, true, &e));
    CHECK(memcmp(got, want, sizeof got) == 0);
}

#endif
