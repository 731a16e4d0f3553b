#include "base/clock.h"
#include "core/application.h"
#include "meta/meta.h"
#include "support/store.h"

#include <pthread.h>

struct fixture {
    struct settings settings;
    struct store *store;
    struct core *core;
    struct core *other; /* as another process's connection */
    struct arena *arena;
    int32_t user;
    struct application app;
};

static struct application add_app(struct fixture *f, const char *client_id)
{
    struct application wanted = { .client_id = bytes_str(client_id),
                                  .name = B("Label maker"),
                                  .redirect_uri = B("https://labels.example.com/back"),
                                  .scopes = B("catalog,user") };
    struct application made;
    struct bytes shown;
    struct err e = { 0 };

    CHECK_OK(application_add(f->core, f->arena, &wanted, B("app secret"), &made, &shown, &e));
    CHECK_BYTES(shown, B("app secret"));
    return made;
}

static struct fixture *open_fixture(void)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct user ada = { .name = B("Ada"), .role = USER_EDITOR };
    struct err e = { 0 };

    f->settings = settings_default;
    f->store = store_fresh(&f->settings);
    f->arena = arena_new(1 << 22);
    CHECK_OK(core_open(f->store, true, &f->core, &e));
    CHECK_OK(core_open(f->store, true, &f->other, &e));
    CHECK_OK(user_add(f->core, &ada, B("secret"), &f->user, &e));
    f->app = add_app(f, "");
    return f;
}

static void close_fixture(struct fixture *f)
{
    store_must_be_clean(f->core);
    core_close(f->core);
    core_close(f->other);
    store_close(f->store);
    arena_free(f->arena);
    free(f);
}

static struct bytes code_of(struct fixture *f, const char *scopes)
{
    struct bytes code;
    struct err e = { 0 };

    CHECK_OK(application_code(f->core, f->arena, &f->app, f->user, bytes_str(scopes), &code, &e));
    return code;
}

static enum err_code exchange(struct fixture *f, enum credential_kind kind, struct bytes secret,
                              struct application_tokens *out)
{
    struct err e = { 0 };

    return application_exchange(f->other, f->arena, &f->app, kind, secret, out, &e);
}

static struct application_tokens let_in(struct fixture *f)
{
    struct application_tokens pair;

    CHECK_INT(exchange(f, CREDENTIAL_CODE, code_of(f, ""), &pair), ERR_NONE);
    return pair;
}

static struct application_tokens refreshed(struct fixture *f, struct bytes refresh)
{
    struct application_tokens pair;

    CHECK_INT(exchange(f, CREDENTIAL_REFRESH, refresh, &pair), ERR_NONE);
    return pair;
}

static bool refreshes(struct fixture *f, struct bytes refresh)
{
    struct application_tokens pair;

    return exchange(f, CREDENTIAL_REFRESH, refresh, &pair) == ERR_NONE;
}

/* 0: it opens; else the enum access_reason. */
static int refused(struct fixture *f, struct bytes access)
{
    struct principal p;
    struct err e = { 0 };

    return access_by_secret(f->core, CREDENTIAL_AUTH, access, 0, &p, &e) ? e.reason : 0;
}

static size_t count_keys(struct fixture *f)
{
    struct credential *list;
    struct err e = { 0 };
    size_t count;

    CHECK_OK(credential_list(f->core, f->arena, &list, &count, &e));
    return count;
}

TEST(an_application_is_known_by_its_client_id_and_secret_alone)
{
    struct fixture *f = open_fixture();
    struct application found;
    struct err e = { 0 };

    CHECK(bytes_starts(f->app.client_id, B("local.")) && f->app.client_id.len == 29);
    CHECK_INT(f->app.application_token.len, 32);
    CHECK_OK(application_find(f->other, f->arena, f->app.client_id, &found, &e));
    CHECK_INT(found.id, f->app.id);
    CHECK_BYTES(found.name, B("Label maker"));
    CHECK_BYTES(found.redirect_uri, B("https://labels.example.com/back"));
    CHECK_OK(
        application_by_secret(f->core, f->arena, f->app.client_id, B("app secret"), &found, &e));
    CHECK_BYTES(found.scopes, B("catalog,user"));
    CHECK_INT(
        application_by_secret(f->core, f->arena, f->app.client_id, B("app secre"), &found, &e),
        ERR_UNAUTHENTICATED);
    CHECK_INT(application_by_secret(f->core, f->arena, B("local.x"), B("app secret"), &found, &e),
              ERR_UNAUTHENTICATED);
    CHECK_INT(application_by_secret(f->core, f->arena, B(""), B(""), &found, &e),
              ERR_UNAUTHENTICATED);
    CHECK_INT(application_find(f->core, f->arena, B("local.x"), &found, &e), ERR_NOT_FOUND);
    CHECK_INT(application_get(f->core, f->arena, 99, &found, &e), ERR_NOT_FOUND);
    close_fixture(f);
}

TEST(secrets_are_made_when_none_is_given_and_client_ids_are_unique)
{
    struct fixture *f = open_fixture();
    struct application *list;
    struct application made;
    struct application found;
    struct bytes shown;
    struct err e = { 0 };
    size_t count;

    made = add_app(f, "my.shop-1");
    CHECK_BYTES(made.client_id, B("my.shop-1"));
    CHECK_INT(application_add(f->core, f->arena, &made, (struct bytes){ 0 }, &made, &shown, &e),
              ERR_CONFLICT);
    made.client_id = B("");
    CHECK_OK(application_add(f->core, f->arena, &made, (struct bytes){ 0 }, &made, &shown, &e));
    CHECK_INT(shown.len, 32);
    CHECK_OK(application_by_secret(f->core, f->arena, made.client_id, shown, &found, &e));
    CHECK_OK(application_list(f->core, f->arena, &list, &count, &e));
    CHECK_INT(count, 3);
    CHECK_BYTES(list[1].client_id, B("my.shop-1"));
    close_fixture(f);
}

TEST(what_could_not_stand_in_a_header_or_a_page_is_refused)
{
    static const struct {
        const char *client_id, *name, *uri, *scopes;
    } wrong[] = {
        { "a b", "x", "https://a", "catalog" },
        { "a", "", "https://a", "catalog" },
        { "a", "x\n", "https://a", "catalog" },
        { "a", "x", "", "catalog" },
        { "a", "x", "ftp://a", "catalog" },
        { "a", "x", "https://", "catalog" },
        { "a", "x", "https:///a", "catalog" },
        { "a", "x", "https://a/#x", "catalog" },
        { "a", "x", "https://a/\r\nb", "catalog" },
        { "a", "x", "https://a/ b", "catalog" },
        { "a", "x", "javascript:alert", "catalog" },
        { "a", "x", "https://a", "cat\"log" },
        { "a", "\xff", "https://a", "catalog" },
        { "a", "x", "https://a/\\b", "catalog" },
        { "a", "x", "https://a/\xc3\xa5", "catalog" },
    };
    struct fixture *f = open_fixture();
    struct application made;
    struct bytes shown;
    struct err e = { 0 };

    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct application app = { .client_id = bytes_str(wrong[i].client_id),
                                   .name = bytes_str(wrong[i].name),
                                   .redirect_uri = bytes_str(wrong[i].uri),
                                   .scopes = bytes_str(wrong[i].scopes) };
        if (application_add(f->core, f->arena, &app, B("s"), &made, &shown, &e) != ERR_INVALID)
            test_fail(__FILE__, __LINE__, "row %zu was taken", i);
    }
    close_fixture(f);
}

TEST(a_code_gives_a_pair_that_opens_with_the_applications_scopes)
{
    struct fixture *f = open_fixture();
    struct application_tokens pair = let_in(f);
    struct principal p;
    struct err e = { 0 };
    int64_t left_us = pair.access_expires_us - clock_now_us();

    CHECK_INT(pair.user_id, f->user);
    CHECK_BYTES(pair.scopes, B("catalog,user"));
    CHECK(left_us > 3590 * SECOND_US && left_us <= 3600 * SECOND_US);
    CHECK_OK(access_by_secret(f->core, CREDENTIAL_AUTH, pair.access, 0, &p, &e));
    CHECK_INT(p.user_id, f->user);
    CHECK_INT(p.application_id, f->app.id);
    CHECK(p.catalog && p.may_write);
    CHECK_INT(access_by_secret(f->core, CREDENTIAL_AUTH, pair.refresh, 0, &p, &e),
              ERR_UNAUTHENTICATED);
    CHECK_INT(exchange(f, CREDENTIAL_REFRESH, pair.access, &pair), ERR_UNAUTHENTICATED);
    close_fixture(f);
}

TEST(a_pair_holds_what_was_asked_for_of_what_the_application_may)
{
    struct fixture *f = open_fixture();
    struct application_tokens pair;
    struct principal p;
    struct err e = { 0 };

    CHECK_INT(exchange(f, CREDENTIAL_CODE, code_of(f, "USER, crm"), &pair), ERR_NONE);
    CHECK_BYTES(pair.scopes, B("USER"));
    CHECK_OK(access_by_secret(f->core, CREDENTIAL_AUTH, pair.access, 0, &p, &e));
    CHECK(!p.catalog);
    pair = refreshed(f, pair.refresh);
    CHECK_BYTES(pair.scopes, B("USER")); /* a refresh never widens */
    CHECK_BYTES(application_scopes(f->arena, B(" "), B("a,b")), B("a,b"));
    CHECK_BYTES(application_scopes(f->arena, B("b,a,b"), B("a, b")), B("b,a"));
    CHECK_BYTES(application_scopes(f->arena, B(" b  a,c "), B("a,b")), B("b,a"));
    CHECK_BYTES(application_scopes(f->arena, B("c"), B("a,b")), B(""));
    CHECK_BYTES(application_scopes(f->arena, B(","), B("a,b")), B(""));
    close_fixture(f);
}

TEST(a_code_used_twice_ends_what_came_of_it)
{
    struct fixture *f = open_fixture();
    struct bytes code = code_of(f, "");
    struct application_tokens pair;
    struct application_tokens other = let_in(f);

    CHECK_INT(exchange(f, CREDENTIAL_CODE, code, &pair), ERR_NONE);
    pair = refreshed(f, pair.refresh);
    CHECK_INT(refused(f, pair.access), 0);
    CHECK_INT(exchange(f, CREDENTIAL_CODE, code, &pair), ERR_UNAUTHENTICATED);
    CHECK_INT(refused(f, pair.access), ACCESS_WRONG);
    CHECK(!refreshes(f, pair.refresh));
    CHECK_INT(exchange(f, CREDENTIAL_CODE, code, &pair), ERR_UNAUTHENTICATED);
    CHECK_INT(refused(f, other.access), 0); /* of another code */
    close_fixture(f);
}

TEST(a_code_is_good_for_half_a_minute_and_for_its_application)
{
    struct fixture *f = open_fixture();
    struct application_tokens pair;
    struct application other = add_app(f, "other");
    struct bytes code = code_of(f, "");
    struct bytes shown;
    struct err e = { 0 };
    int32_t id;
    struct credential old = { .kind = CREDENTIAL_CODE,
                              .user_id = f->user,
                              .parent_id = CREDENTIAL_OF_USER,
                              .application_id = f->app.id,
                              .expires_us = clock_now_us() - 1 };

    CHECK_INT(application_exchange(f->core, f->arena, &other, CREDENTIAL_CODE, code, &pair, &e),
              ERR_UNAUTHENTICATED);
    CHECK_INT(exchange(f, CREDENTIAL_CODE, code, &pair), ERR_NONE); /* that used nothing up */
    CHECK_INT(application_exchange(f->core, f->arena, &other, CREDENTIAL_REFRESH, pair.refresh,
                                   &pair, &e),
              ERR_UNAUTHENTICATED);
    CHECK_OK(credential_add(f->core, f->arena, &old, B("old"), &shown, &id, &e));
    CHECK_INT(exchange(f, CREDENTIAL_CODE, B("old"), &pair), ERR_UNAUTHENTICATED);
    CHECK_INT(exchange(f, CREDENTIAL_CODE, B(""), &pair), ERR_UNAUTHENTICATED);
    close_fixture(f);
}

TEST(a_refresh_token_rotates_and_works_again_within_its_grace)
{
    struct fixture *f = open_fixture();
    struct application_tokens first = let_in(f);
    struct application_tokens lost = refreshed(f, first.refresh);
    struct application_tokens again = refreshed(f, first.refresh);

    CHECK(!bytes_eq(lost.refresh, again.refresh));
    CHECK_INT(refused(f, first.access), 0); /* until its own end */
    CHECK_INT(refused(f, again.access), 0);
    CHECK(refreshes(f, again.refresh));
    CHECK(refreshes(f, lost.refresh));
    close_fixture(f);
}

TEST(without_a_grace_a_refresh_token_works_once)
{
    struct fixture *f = open_fixture();
    struct application_tokens first = let_in(f);

    f->settings.oauth_grace_seconds = 0;
    struct application_tokens second = refreshed(f, first.refresh);
    CHECK(!refreshes(f, first.refresh));
    CHECK_INT(refused(f, second.access), 0); /* nobody lost the right pair by that */
    CHECK(refreshes(f, second.refresh));
    close_fixture(f);
}

TEST(a_refresh_token_ends_and_takes_nothing_with_it)
{
    struct fixture *f = open_fixture();
    struct bytes shown;
    struct err e = { 0 };
    int32_t id;
    struct credential old = { .kind = CREDENTIAL_REFRESH,
                              .user_id = f->user,
                              .application_id = f->app.id,
                              .expires_us = clock_now_us() - 1 };

    CHECK_OK(credential_add(f->core, f->arena, &old, B("old"), &shown, &id, &e));
    CHECK(!refreshes(f, B("old")));
    old.expires_us = clock_now_us() + 60 * SECOND_US;
    CHECK_OK(credential_add(f->core, f->arena, &old, B("not so old"), &shown, &id, &e));
    CHECK(refreshes(f, B("not so old")));
    close_fixture(f);
}

TEST(an_access_token_that_is_over_says_so)
{
    struct fixture *f = open_fixture();
    struct bytes shown;
    struct err e = { 0 };
    int32_t id;
    struct credential old = { .kind = CREDENTIAL_AUTH,
                              .user_id = f->user,
                              .application_id = f->app.id,
                              .expires_us = clock_now_us() - 1 };

    CHECK_OK(credential_add(f->core, f->arena, &old, B("old"), &shown, &id, &e));
    CHECK_INT(refused(f, B("old")), ACCESS_EXPIRED);
    close_fixture(f);
}

/* Two clients with the same refresh token, at the same moment. */
struct racer {
    struct fixture *f;
    struct core *core;
    struct arena *arena;
    struct bytes refresh;
    struct application_tokens pair;
    enum err_code rc;
};

static void *race(void *context)
{
    struct racer *r = context;
    struct err e = { 0 };

    r->rc = application_exchange(r->core, r->arena, &r->f->app, CREDENTIAL_REFRESH, r->refresh,
                                 &r->pair, &e);
    return NULL;
}

static int winners(struct fixture *f, struct racer racers[4], struct bytes refresh)
{
    pthread_t threads[4];
    struct err e = { 0 };
    int won = 0;

    for (int i = 0; i < 4; i++) {
        racers[i] = (struct racer){ .f = f, .arena = arena_new(1 << 16), .refresh = refresh };
        CHECK_OK(core_open(f->store, true, &racers[i].core, &e));
        CHECK(pthread_create(&threads[i], NULL, race, &racers[i]) == 0);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        won += racers[i].rc == ERR_NONE;
        if (racers[i].rc == ERR_NONE)
            CHECK_INT(refused(f, racers[i].pair.access), 0);
        else
            CHECK_INT(racers[i].rc, ERR_UNAUTHENTICATED);
        core_close(racers[i].core);
        arena_free(racers[i].arena);
    }
    return won;
}

TEST(of_refreshes_at_the_same_moment_all_win_within_the_grace_and_one_without)
{
    struct fixture *f = open_fixture();
    struct racer racers[4];

    CHECK_INT(winners(f, racers, let_in(f).refresh), 4);
    f->settings.oauth_grace_seconds = 0;
    CHECK_INT(winners(f, racers, let_in(f).refresh), 1);
    close_fixture(f);
}

TEST(a_disabled_user_lets_nobody_in_until_enabled)
{
    struct fixture *f = open_fixture();
    struct application_tokens pair = let_in(f);
    struct application_tokens ignored;
    struct bytes code = code_of(f, "");
    struct err e = { 0 };

    CHECK_OK(user_set_disabled(f->core, f->user, true, &e));
    CHECK_INT(refused(f, pair.access), ACCESS_DISABLED);
    CHECK(!refreshes(f, pair.refresh));
    CHECK_INT(exchange(f, CREDENTIAL_CODE, code, &ignored), ERR_UNAUTHENTICATED);
    CHECK_OK(user_set_disabled(f->core, f->user, false, &e));
    CHECK_INT(refused(f, pair.access), 0);
    CHECK(refreshes(f, pair.refresh));
    CHECK_INT(exchange(f, CREDENTIAL_CODE, code, &ignored), ERR_NONE);
    close_fixture(f);
}

TEST(a_new_password_ends_what_its_user_let_in)
{
    struct fixture *f = open_fixture();
    struct application_tokens pair = refreshed(f, let_in(f).refresh);
    struct application_tokens ignored;
    struct bytes code = code_of(f, "");
    struct err e = { 0 };

    CHECK_OK(user_set_password(f->core, f->user, B("other"), &e));
    CHECK_INT(refused(f, pair.access), ACCESS_WRONG);
    CHECK(!refreshes(f, pair.refresh));
    CHECK_INT(exchange(f, CREDENTIAL_CODE, code, &ignored), ERR_UNAUTHENTICATED);
    CHECK_INT(count_keys(f), 0);
    close_fixture(f);
}

TEST(who_takes_the_code_back_takes_all_that_came_of_it)
{
    struct fixture *f = open_fixture();
    struct application_tokens pair = refreshed(f, let_in(f).refresh);
    struct credential *list;
    struct err e = { 0 };
    size_t count;

    CHECK_OK(credential_list(f->core, f->arena, &list, &count, &e));
    CHECK_INT(count, 5);
    CHECK_INT(list[0].kind, CREDENTIAL_CODE);
    CHECK(list[0].expires_us >= list[4].expires_us);
    CHECK_OK(credential_revoke(f->core, list[0].id, &e));
    CHECK_INT(refused(f, pair.access), ACCESS_WRONG);
    CHECK_INT(count_keys(f), 0);
    close_fixture(f);
}

TEST(an_application_that_is_removed_takes_its_tokens_and_they_say_why)
{
    struct fixture *f = open_fixture();
    struct application_tokens pair = let_in(f);
    struct application_tokens ignored;
    struct bytes code = code_of(f, "");
    struct err e = { 0 };

    CHECK_INT(refused(f, pair.access), 0);
    CHECK_OK(application_remove(f->other, f->app.id, &e));
    CHECK_INT(refused(f, pair.access), ACCESS_NO_APPLICATION);
    CHECK(!refreshes(f, pair.refresh));
    CHECK_INT(exchange(f, CREDENTIAL_CODE, code, &ignored), ERR_UNAUTHENTICATED);
    CHECK_INT(application_code(f->core, f->arena, &f->app, f->user, B(""), &code, &e),
              ERR_NOT_FOUND);
    CHECK_INT(application_remove(f->core, f->app.id, &e), ERR_NOT_FOUND);
    CHECK_INT(count_keys(f), 1);
    add_app(f, ""); /* has another id: what is left is not its */
    CHECK_INT(refused(f, pair.access), ACCESS_NO_APPLICATION);
    close_fixture(f);
}

TEST(tokens_of_one_code_and_codes_of_one_user_are_counted)
{
    struct fixture *f = open_fixture();
    struct application_tokens oldest = let_in(f);
    struct application_tokens pair = oldest;

    struct application_tokens idle = refreshed(f, oldest.refresh);
    for (int i = 0; i < 63; i++)
        pair = refreshed(f, pair.refresh);
    CHECK_INT(count_keys(f), 1 + 33 + 33);
    CHECK(refreshes(f, idle.refresh)); /* what was used up goes before it */
    CHECK_INT(refused(f, oldest.access), ACCESS_WRONG);
    CHECK_INT(refused(f, pair.access), 0);
    for (int i = 0; i < 15; i++)
        code_of(f, ""); /* never exchanged: these go first */
    pair = refreshed(f, pair.refresh);
    for (int i = 0; i < 20; i++)
        code_of(f, "");
    CHECK_INT(refused(f, pair.access), 0);
    for (int i = 0; i < 16; i++)
        oldest = let_in(f);
    CHECK_INT(refused(f, pair.access), ACCESS_WRONG);
    CHECK_INT(refused(f, oldest.access), 0);
    CHECK_INT(count_keys(f), 16 * 3);
    close_fixture(f);
}

TEST(a_member_id_is_the_stores_own_and_stays)
{
    struct fixture *f = open_fixture();
    char one[MEMBER_ID_LEN];
    char again[MEMBER_ID_LEN];

    store_member_id(f->core, one);
    store_member_id(f->other, again);
    CHECK(memcmp(one, again, sizeof one) == 0);
    for (size_t i = 0; i < sizeof one; i++)
        CHECK((one[i] >= '0' && one[i] <= '9') || (one[i] >= 'a' && one[i] <= 'f'));
    close_fixture(f);
}

TEST_MAIN
