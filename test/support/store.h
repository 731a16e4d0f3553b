/* test/support/store.h - a store in a directory of its own, for tests of core and dialects. */
#ifndef TEST_SUPPORT_STORE_H
#define TEST_SUPPORT_STORE_H

#include "core/access.h"
#include "core/check.h"
#include "core/picture.h"
#include "core/record.h"
#include "support/temp.h"
#include "test.h"

#define CHECK_OK(call)                                                                             \
    do {                                                                                           \
        enum err_code rc_ = (call);                                                                \
        if (rc_)                                                                                   \
            test_fail(__FILE__, __LINE__, "%s: %s (%s)", #call, e.text, err_name(rc_));            \
    } while (0)

static const struct principal store_admin = {
    .user_id = 1, .role = USER_ADMINISTRATOR, .may_write = true, .catalog = true
};

/* The smallest picture our header parser takes, told apart by `seed`; 35 bytes of GIF. */
#define STORE_GIF_LEN 35
static inline struct bytes store_gif(char out[STORE_GIF_LEN], unsigned seed)
{
    static const char gif[STORE_GIF_LEN] =
        "GIF89a\1\0\1\0\x80\0\0\xff\xff\xff\0\0\0,\0\0\0\0\1\0\1\0\0"
        "\2\2D\1\0;";
    memcpy(out, gif, STORE_GIF_LEN);
    memcpy(out + 13, &seed, 4); /* the colours */
    return bytes_of(out, STORE_GIF_LEN);
}

static inline struct store *store_fresh(const struct settings *settings)
{
    struct store *store = NULL;
    struct err e = { 0 };
    char dir[100];

    snprintf(dir, sizeof dir, "%s/store", temp_dir());
    CHECK_OK(store_open(
        &(struct store_options){
            .dir = dir, .settings = settings ? settings : &settings_default, .create = true },
        &store, &e));
    return store;
}

static inline void store_print_problem(void *context, const char *line)
{
    (void)context;
    fprintf(stderr, "problem: %s\n", line);
}

static inline struct check_report store_must_be_clean(struct core *core)
{
    struct check_report report = { 0 };
    struct err e = { 0 };

    CHECK_OK(store_check(core, store_print_problem, NULL, &report, &e));
    CHECK_INT(report.problems, 0);
    return report;
}

/* A record with a name, id given. */
static inline void store_add_record(struct core *core, enum record_kind kind, int32_t id)
{
    struct arena *arena = arena_new(1 << 16);
    struct err e = { 0 };
    struct record out;
    struct record record = {
        .kind = kind, .id = id, .name = B("Test"), .sort = 500, .active = true
    };

    CHECK_OK(record_add(core, &store_admin, arena, &record, &out, &e));
    arena_free(arena);
}

#endif
