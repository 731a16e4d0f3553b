#include "support/store.h"

#include "base/clock.h"

#include <pthread.h>
#include <time.h>

struct fixture {
    struct store *store;
    struct core *core;
    struct core *other; /* as another process's connection */
    struct arena *arena;
    int32_t user;
};

static struct fixture open_fixture(void)
{
    struct fixture f = { .store = store_fresh(NULL), .arena = arena_new(1 << 20) };
    struct err e = { 0 };

    CHECK_OK(core_open(f.store, true, &f.core, &e));
    CHECK_OK(core_open(f.store, true, &f.other, &e));
    CHECK_OK(user_add(f.core, &(struct user){ .name = B("Ada"), .role = USER_EDITOR }, B("secret"),
                      &f.user, &e));
    return f;
}

static void close_fixture(struct fixture *f)
{
    store_must_be_clean(f->core);
    core_close(f->core);
    core_close(f->other);
    store_close(f->store);
    arena_free(f->arena);
}

static int32_t add_key(struct fixture *f, struct credential credential, struct bytes secret)
{
    struct err e = { 0 };
    struct bytes shown;
    int32_t id;

    credential.user_id = f->user;
    CHECK_OK(credential_add(f->core, f->arena, &credential, secret, &shown, &id, &e));
    return id;
}

TEST(a_password_opens_without_regard_to_the_names_case)
{
    struct fixture f = open_fixture();
    struct principal p;
    struct err e = { 0 };

    CHECK_OK(access_by_password(f.core, B("ada"), B("secret"), &p, &e));
    CHECK_INT(p.user_id, f.user);
    CHECK(p.may_write);
    CHECK_OK(access_by_password(f.core, B("ada"), B("secret"), &p, &e));
    CHECK_INT(access_by_password(f.core, B("ada"), B("Secret"), &p, &e), ERR_UNAUTHENTICATED);
    CHECK_INT(e.reason, ACCESS_WRONG);
    CHECK_INT(access_by_password(f.core, B("nobody"), B("secret"), &p, &e), ERR_UNAUTHENTICATED);
    CHECK_INT(access_by_password(f.core, B("ada"), B(""), &p, &e), ERR_UNAUTHENTICATED);
    close_fixture(&f);
}

static int64_t processor_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * SECOND_US + now.tv_nsec / 1000;
}

static void *sign_in(void *store)
{
    struct core *core;
    struct principal p;
    struct err e = { 0 };

    CHECK_OK(core_open(store, true, &core, &e));
    CHECK_OK(access_by_password(core, B("ada"), B("secret"), &p, &e));
    core_close(core);
    return NULL;
}

TEST(many_who_come_at_once_with_the_same_password_cost_one_hash)
{
    struct fixture f = open_fixture();
    pthread_t threads[16];
    struct principal p;
    struct err e = { 0 };

    int64_t start_us = processor_us();
    CHECK_INT(access_by_password(f.core, B("ada"), B("wrong"), &p, &e), ERR_UNAUTHENTICATED);
    int64_t one_us = processor_us() - start_us;
    start_us = processor_us();
    for (size_t i = 0; i < COUNT(threads); i++)
        CHECK_INT(pthread_create(&threads[i], NULL, sign_in, f.store), 0);
    for (size_t i = 0; i < COUNT(threads); i++)
        pthread_join(threads[i], NULL);
    CHECK(processor_us() - start_us < 8 * one_us);
    close_fixture(&f);
}

TEST(the_event_loop_hashes_no_password_but_knows_one_that_was_verified)
{
    struct fixture f = open_fixture();
    struct core *loop;
    struct principal p;
    struct err e = { 0 };

    CHECK_OK(core_open(f.store, false, &loop, &e));
    CHECK_INT(access_by_password(loop, B("ada"), B("secret"), &p, &e), ERR_BLOCKS);
    CHECK_OK(access_by_password(f.core, B("ada"), B("secret"), &p, &e));
    CHECK_OK(access_by_password(loop, B("ada"), B("secret"), &p, &e));
    core_close(loop);
    close_fixture(&f);
}

TEST(a_revoked_key_is_dead_at_once_everywhere)
{
    struct fixture f = open_fixture();
    struct principal p;
    struct err e = { 0 };
    int32_t id = add_key(&f, (struct credential){ .kind = CREDENTIAL_TICKET }, B("7T:x"));

    CHECK_OK(access_by_secret(f.core, CREDENTIAL_TICKET, B("7T:x"), 0, &p, &e));
    CHECK_OK(access_by_secret(f.other, CREDENTIAL_TICKET, B("7T:x"), 0, &p, &e));
    CHECK_INT(p.credential_id, id);
    CHECK_INT(access_by_secret(f.core, CREDENTIAL_TOKEN, B("7T:x"), 0, &p, &e),
              ERR_UNAUTHENTICATED);
    CHECK_OK(credential_revoke(f.core, id, &e));
    CHECK_INT(access_by_secret(f.core, CREDENTIAL_TICKET, B("7T:x"), 0, &p, &e),
              ERR_UNAUTHENTICATED);
    CHECK_INT(access_by_secret(f.other, CREDENTIAL_TICKET, B("7T:x"), 0, &p, &e),
              ERR_UNAUTHENTICATED);
    CHECK_INT(credential_revoke(f.core, id, &e), ERR_NOT_FOUND);
    close_fixture(&f);
}

TEST(a_disabled_user_is_out_with_all_credentials_until_enabled)
{
    struct fixture f = open_fixture();
    struct principal p;
    struct err e = { 0 };

    add_key(&f, (struct credential){ .kind = CREDENTIAL_WEBHOOK }, B("hook"));
    CHECK_OK(access_by_secret(f.core, CREDENTIAL_WEBHOOK, B("hook"), f.user, &p, &e));
    CHECK_OK(access_by_password(f.core, B("ada"), B("secret"), &p, &e));
    CHECK_OK(user_set_disabled(f.core, f.user, true, &e));
    CHECK_INT(access_by_secret(f.core, CREDENTIAL_WEBHOOK, B("hook"), f.user, &p, &e),
              ERR_UNAUTHENTICATED);
    CHECK_INT(e.reason, ACCESS_DISABLED);
    CHECK_INT(access_by_password(f.core, B("ada"), B("secret"), &p, &e), ERR_UNAUTHENTICATED);
    CHECK_OK(user_set_disabled(f.core, f.user, false, &e));
    CHECK_OK(access_by_password(f.core, B("ada"), B("secret"), &p, &e));
    close_fixture(&f);
}

TEST(a_webhook_belongs_to_its_user_and_read_only_stays_read_only)
{
    struct fixture f = open_fixture();
    struct principal p;
    struct err e = { 0 };

    add_key(&f, (struct credential){ .kind = CREDENTIAL_WEBHOOK, .read_only = true }, B("hook"));
    CHECK_INT(access_by_secret(f.core, CREDENTIAL_WEBHOOK, B("hook"), f.user + 1, &p, &e),
              ERR_UNAUTHENTICATED);
    CHECK_OK(access_by_secret(f.core, CREDENTIAL_WEBHOOK, B("hook"), f.user, &p, &e));
    CHECK(!p.may_write);
    CHECK(p.catalog);
    add_key(&f, (struct credential){ .kind = CREDENTIAL_AUTH, .scopes = B("crm, user") }, B("t"));
    CHECK_OK(access_by_secret(f.core, CREDENTIAL_AUTH, B("t"), 0, &p, &e));
    CHECK(!p.catalog);
    close_fixture(&f);
}

TEST(credentials_expire_and_sliding_ones_move_on_with_use)
{
    struct fixture f = open_fixture();
    struct credential *list;
    struct principal p;
    struct err e = { 0 };
    size_t count;
    int64_t now = clock_now_us();

    add_key(&f, (struct credential){ .kind = CREDENTIAL_TOKEN, .expires_us = now - 1 }, B("old"));
    CHECK_INT(access_by_secret(f.core, CREDENTIAL_TOKEN, B("old"), 0, &p, &e), ERR_UNAUTHENTICATED);
    CHECK_INT(e.reason, ACCESS_EXPIRED);
    add_key(&f,
            (struct credential){ .kind = CREDENTIAL_TICKET,
                                 .expires_us = now + 60 * SECOND_US,
                                 .sliding_us = 3600 * SECOND_US },
            B("7T:s"));
    CHECK_OK(access_by_secret(f.core, CREDENTIAL_TICKET, B("7T:s"), 0, &p, &e));
    CHECK_OK(credential_list(f.core, f.arena, &list, &count, &e));
    CHECK_INT(count, 2);
    CHECK(list[1].expires_us >= now + 3600 * SECOND_US);
    close_fixture(&f);
}

static bool is_good(struct fixture *f, enum credential_kind kind, const char *secret)
{
    struct principal p;
    struct err e = { 0 };

    return access_by_secret(f->other, kind, bytes_str(secret), 0, &p, &e) == ERR_NONE;
}

TEST(what_is_made_with_a_credential_dies_with_it)
{
    struct fixture f = open_fixture();
    struct principal p;
    struct err e = { 0 };
    int32_t ticket = add_key(&f, (struct credential){ .kind = CREDENTIAL_TICKET }, B("7T:x"));

    CHECK_OK(access_by_secret(f.core, CREDENTIAL_TICKET, B("7T:x"), 0, &p, &e));
    CHECK_INT(p.root_id, ticket);
    add_key(&f, (struct credential){ .kind = CREDENTIAL_TOKEN, .parent_id = p.root_id }, B("8A:1"));
    CHECK_OK(access_by_secret(f.core, CREDENTIAL_TOKEN, B("8A:1"), 0, &p, &e));
    CHECK_INT(p.root_id, ticket); /* so that a chain of tokens ends with it, too */
    CHECK_OK(credential_revoke(f.core, ticket, &e));
    CHECK(!is_good(&f, CREDENTIAL_TOKEN, "8A:1"));

    struct credential late = { .kind = CREDENTIAL_TOKEN, .user_id = f.user, .parent_id = ticket };
    struct bytes shown;
    int32_t id;
    CHECK_INT(credential_add(f.core, f.arena, &late, B("8A:2"), &shown, &id, &e),
              ERR_UNAUTHENTICATED);
    close_fixture(&f);
}

TEST(a_new_password_ends_sessions_with_their_tokens_and_leaves_an_operators_keys)
{
    struct fixture f = open_fixture();
    struct principal p;
    struct err e = { 0 };

    CHECK_OK(access_by_password(f.core, B("ada"), B("secret"), &p, &e));
    CHECK_INT(p.root_id, CREDENTIAL_OF_USER);
    add_key(&f, (struct credential){ .kind = CREDENTIAL_SESSION, .parent_id = p.root_id }, B("s"));
    CHECK_OK(access_by_secret(f.core, CREDENTIAL_SESSION, B("s"), 0, &p, &e));
    CHECK_INT(p.root_id, p.credential_id);
    add_key(&f, (struct credential){ .kind = CREDENTIAL_TOKEN, .parent_id = p.root_id }, B("8A:s"));
    add_key(&f, (struct credential){ .kind = CREDENTIAL_TICKET }, B("7T:x"));
    CHECK(is_good(&f, CREDENTIAL_TOKEN, "8A:s"));
    CHECK_OK(user_set_password(f.core, f.user, B("other"), &e));
    CHECK(!is_good(&f, CREDENTIAL_SESSION, "s"));
    CHECK(!is_good(&f, CREDENTIAL_TOKEN, "8A:s"));
    CHECK(is_good(&f, CREDENTIAL_TICKET, "7T:x"));
    close_fixture(&f);
}

TEST(what_users_get_for_themselves_is_counted_and_voids_nothing_that_is_remembered)
{
    struct fixture f = open_fixture();
    struct core *loop;
    struct credential *list;
    struct principal p;
    struct err e = { 0 };
    char secret[16];
    size_t count;

    CHECK_OK(core_open(f.store, false, &loop, &e));
    CHECK_OK(access_by_password(f.core, B("ada"), B("secret"), &p, &e));
    add_key(&f, (struct credential){ .kind = CREDENTIAL_TICKET }, B("7T:x"));
    for (int i = 0; i < 600; i++) {
        snprintf(secret, sizeof secret, "8A:%d", i);
        add_key(&f, (struct credential){ .kind = CREDENTIAL_TOKEN, .parent_id = -1 },
                bytes_str(secret));
        if (i == 100) /* not even hashed again */
            CHECK_OK(access_by_password(loop, B("ada"), B("secret"), &p, &e));
    }
    CHECK_OK(credential_list(f.core, f.arena, &list, &count, &e));
    CHECK(count <= 257);
    CHECK(is_good(&f, CREDENTIAL_TOKEN, "8A:599"));
    CHECK(!is_good(&f, CREDENTIAL_TOKEN, "8A:0"));
    CHECK(is_good(&f, CREDENTIAL_TICKET, "7T:x"));
    core_close(loop);
    close_fixture(&f);
}

TEST(what_is_long_over_is_taken_away)
{
    struct fixture f = open_fixture();
    struct credential *list;
    struct err e = { 0 };
    size_t count;
    int64_t now = clock_now_us();

    add_key(&f, (struct credential){ .kind = CREDENTIAL_TOKEN }, B("for ever"));
    add_key(&f, (struct credential){ .kind = CREDENTIAL_TOKEN, .expires_us = now - 1 }, B("over"));
    add_key(
        &f,
        (struct credential){ .kind = CREDENTIAL_TOKEN, .expires_us = now - CREDENTIAL_KEPT_US - 1 },
        B("long over"));
    CHECK_OK(credential_purge(f.core, 100, &e));
    CHECK_OK(credential_list(f.core, f.arena, &list, &count, &e));
    CHECK_INT(count, 2);
    close_fixture(&f);
}

TEST(a_sessions_value_is_its_own)
{
    struct fixture f = open_fixture();
    struct bytes one = session_xsrf(f.core, f.arena, B("one"));
    struct bytes other = session_xsrf(f.core, f.arena, B("other"));

    CHECK_INT(one.len, 43);
    CHECK(!bytes_eq(one, other));
    CHECK_BYTES(session_xsrf(f.other, f.arena, B("one")), one);
    close_fixture(&f);
}

TEST(secrets_are_made_with_their_prefix_and_never_twice)
{
    struct fixture f = open_fixture();
    struct bytes first;
    struct bytes second;
    struct principal p;
    struct err e = { 0 };
    int32_t id;
    struct credential ticket = { .kind = CREDENTIAL_TICKET, .user_id = f.user };
    struct credential token = { .kind = CREDENTIAL_TOKEN, .user_id = f.user };

    CHECK_OK(credential_add(f.core, f.arena, &ticket, (struct bytes){ 0 }, &first, &id, &e));
    CHECK(bytes_starts(first, B("7T:")) && first.len == 35);
    CHECK_OK(credential_add(f.core, f.arena, &token, (struct bytes){ 0 }, &second, &id, &e));
    CHECK(bytes_starts(second, B("8A:")));
    CHECK(!bytes_eq(bytes_from(first, 3), bytes_from(second, 3)));
    CHECK_OK(access_by_secret(f.core, CREDENTIAL_TICKET, first, 0, &p, &e));
    CHECK_INT(credential_add(f.core, f.arena, &ticket, first, &first, &id, &e), ERR_CONFLICT);
    ticket.user_id = 99;
    CHECK_INT(credential_add(f.core, f.arena, &ticket, (struct bytes){ 0 }, &first, &id, &e),
              ERR_NOT_FOUND);
    close_fixture(&f);
}

TEST(users_have_one_name_and_a_good_one)
{
    struct fixture f = open_fixture();
    struct user user = { .name = B("ADA"), .role = USER_READER };
    struct err e = { 0 };
    int32_t id;

    CHECK_INT(user_add(f.core, &user, (struct bytes){ 0 }, &id, &e), ERR_CONFLICT);
    user.name = B("a:b");
    CHECK_INT(user_add(f.core, &user, (struct bytes){ 0 }, &id, &e), ERR_INVALID);
    user.name = B("bob");
    user.id = f.user;
    CHECK_INT(user_add(f.core, &user, (struct bytes){ 0 }, &id, &e), ERR_CONFLICT);
    user.id = 50;
    CHECK_OK(user_add(f.core, &user, (struct bytes){ 0 }, &id, &e));
    CHECK_INT(id, 50);
    user = (struct user){ .name = B("eve"), .role = USER_READER };
    CHECK_OK(user_add(f.core, &user, (struct bytes){ 0 }, &id, &e));
    CHECK_INT(id, 51);
    CHECK_OK(user_get(f.core, f.arena, 50, &user, &e));
    CHECK_BYTES(user.name, B("bob"));
    close_fixture(&f);
}

TEST_MAIN
