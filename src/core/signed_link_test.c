/* The text of signed links, their keys and their rotation. */
#include "core/signed_link_text.h"
#include "support/fixture.h"

#include "base/clock.h"

#define NOW 1700000000

static const uint8_t root[HASH_LEN] = "a root for tests, of 32 bytes...";

struct signed_text {
    struct link_keys keys;
    struct link_signer signer;
    struct arena *arena;
};

static struct signed_text open_text(void)
{
    struct signed_text t = { .arena = arena_new(1 << 16) };

    link_keys_derive(root, 2, &t.keys);
    link_signer_begin(&t.keys.current, NOW + 60, &t.signer);
    return t;
}

static struct bytes make(struct signed_text *t, const char *target)
{
    struct bytes made = { 0 };
    struct err e = { 0 };

    CHECK_OK(signed_link_make(&t->signer, t->arena, bytes_str(target), &made, &e));
    return made;
}

static enum err_code check(struct signed_text *t, struct bytes target, int64_t now)
{
    struct signed_link link = { 0 };
    struct err e = { 0 };
    enum err_code rc = link_text_check(&t->keys, target, now, &link, &e);

    return rc || link.is_signed ? rc : ERR_NOT_FOUND; /* not signed */
}

TEST(what_was_signed_is_accepted_until_its_end)
{
    struct signed_text t = open_text();
    struct bytes made = make(&t, "/pictures/product/37?w=100&h=50");
    struct signed_link link;
    struct err e = { 0 };

    CHECK(bytes_starts(made, B("/pictures/product/37?w=100&h=50&expires=1700000060&signature=")));
    CHECK_OK(link_text_check(&t.keys, made, NOW + 59, &link, &e));
    CHECK(link.is_signed);
    CHECK_INT(link.expires, NOW + 60);
    CHECK_BYTES(link.query, B("w=100&h=50"));
    CHECK_INT(check(&t, made, NOW + 60), ERR_DENIED);
    made = make(&t, "/pictures/person/1");
    CHECK(bytes_starts(made, B("/pictures/person/1?expires=1700000060&signature=")));
    CHECK_OK(link_text_check(&t.keys, made, NOW, &link, &e));
    CHECK_INT(link.query.len, 0);
    arena_free(t.arena);
}

TEST(no_byte_of_a_link_can_be_changed_taken_away_or_put_in)
{
    struct signed_text t = open_text();
    struct bytes made = make(&t, "/pictures/product/37?w=100");
    char text[256];

    for (size_t at = 0; at < made.len; at++) {
        for (int by = 1; by < 256; by++) {
            memcpy(text, made.at, made.len);
            text[at] = (char)(text[at] ^ by);
            CHECK(check(&t, bytes_of(text, made.len), NOW) != ERR_NONE);
        }
        memcpy(text, made.at, at);
        memcpy(text + at, made.at + at + 1, made.len - at - 1);
        CHECK(check(&t, bytes_of(text, made.len - 1), NOW) != ERR_NONE);
        for (int c = 0; c < 256; c++) {
            memcpy(text, made.at, at);
            text[at] = (char)c;
            memcpy(text + at + 1, made.at + at, made.len - at);
            CHECK(check(&t, bytes_of(text, made.len + 1), NOW) != ERR_NONE);
        }
    }
    for (size_t len = 0; len < made.len; len++)
        CHECK(check(&t, bytes_first(made, len), NOW) != ERR_NONE);
    arena_free(t.arena);
}

TEST(what_is_not_signed_says_so_and_what_looks_like_it_is_refused)
{
    static const struct {
        const char *target;
        enum err_code want;
    } cases[] = {
        { "/pictures/product/37", ERR_NOT_FOUND },
        { "/pictures/product/37?", ERR_NOT_FOUND },
        { "/pictures/product/37?w=1&expiress=1&asignature=2", ERR_NOT_FOUND },
        { "/pictures/product/37?w=expires", ERR_NOT_FOUND },
        { "", ERR_NOT_FOUND },
        { "?", ERR_NOT_FOUND },
        { "/p?signature=", ERR_UNAUTHENTICATED },
        { "/p?expires", ERR_UNAUTHENTICATED },
        { "/p?EXPIRES=1", ERR_UNAUTHENTICATED },
        { "/p?%65xpires=1", ERR_UNAUTHENTICATED },
        { "/p?%53ignature=1", ERR_UNAUTHENTICATED },
        { "/p?signature=AAAAAAAAAAAAAAAAAAAAAA&expires=1700000060", ERR_UNAUTHENTICATED },
        { "/p?expires=1700000060&w=1&signature=AAAAAAAAAAAAAAAAAAAAAA", ERR_UNAUTHENTICATED },
        { "/p?expires=99999999999999999999999&signature=AAAAAAAAAAAAAAAAAAAAAA",
          ERR_UNAUTHENTICATED },
        { "/p?expires=-1&signature=AAAAAAAAAAAAAAAAAAAAAA", ERR_UNAUTHENTICATED },
        { "/p?expires=01700000060&signature=AAAAAAAAAAAAAAAAAAAAAA", ERR_UNAUTHENTICATED },
        { "/p?expires=&signature=", ERR_UNAUTHENTICATED },
        { "/p?&expires=1700000060&signature=AAAAAAAAAAAAAAAAAAAAAA", ERR_UNAUTHENTICATED },
        { "/p?expires=1&expires=1&signature=A&signature=A", ERR_UNAUTHENTICATED },
    };
    struct signed_text t = open_text();

    for (size_t i = 0; i < COUNT(cases); i++) {
        enum err_code got = check(&t, bytes_str(cases[i].target), NOW);
        if (got != cases[i].want)
            test_fail(__FILE__, __LINE__, "%s: %s", cases[i].target, err_name(got));
    }
    arena_free(t.arena);
}

TEST(a_right_signature_under_other_parameters_of_ours_is_refused)
{
    struct signed_text t = open_text();
    struct bytes made = make(&t, "/p?w=1");
    static const char *const before[] = { "/p?expires=9&w=1", "/p?%65xpires=9&w=1",
                                          "/p?signature=x&w=1", "/p?w=1&", "/p?&w=1" };

    for (size_t i = 0; i < COUNT(before); i++) {
        char *text = arena_printf(t.arena, "%s%.*s", before[i], (int)(made.len - 6), made.at + 6);
        CHECK_INT(check(&t, bytes_str(text), NOW), ERR_UNAUTHENTICATED);
    }
    arena_free(t.arena);
}

TEST(only_what_can_be_asked_for_is_signed)
{
    static const char *const targets[] = { "",
                                           "pictures/product/1",
                                           "/p 1",
                                           "/p#x",
                                           "/p\n",
                                           "/p\x7F",
                                           "/p?expires=1",
                                           "/p?w=1&Signature=2",
                                           "/p?&w=1",
                                           "/p?w=1&%65xpires=1" };
    struct signed_text t = open_text();
    struct bytes made;

    for (size_t i = 0; i < COUNT(targets); i++) {
        struct err e = { 0 };
        CHECK_INT(signed_link_make(&t.signer, t.arena, bytes_str(targets[i]), &made, &e),
                  ERR_INVALID);
    }
    char *longest = arena_alloc(t.arena, SIGNED_LINK_MAX + 2);
    memset(longest, 'a', SIGNED_LINK_MAX + 1);
    longest[0] = '/';
    longest[SIGNED_LINK_MAX] = '\0';
    CHECK_INT(check(&t, make(&t, longest), NOW), ERR_NONE);
    struct err e = { 0 };
    longest[SIGNED_LINK_MAX] = 'a';
    CHECK_INT(
        signed_link_make(&t.signer, t.arena, bytes_of(longest, SIGNED_LINK_MAX + 1), &made, &e),
        ERR_INVALID);
    arena_free(t.arena);
}

static struct bytes sign_in(struct fixture *f, struct core *core, int64_t life)
{
    struct link_signer signer;
    struct bytes made = { 0 };
    struct err e = { 0 };

    CHECK_OK(link_signer_init(core, life, &signer, &e));
    CHECK_OK(signed_link_make(&signer, f->arena, B("/pictures/product/1"), &made, &e));
    return made;
}

static enum err_code check_in(struct core *core, struct bytes target)
{
    struct signed_link link;
    struct err e = { 0 };

    return signed_link_check(core, target, &link, &e);
}

TEST(ends_are_rounded_up_to_a_window_and_bounded)
{
    struct fixture f = open_fixture(NULL);
    struct link_signer signer;
    struct err e = { 0 };
    int64_t now = clock_now_us() / SECOND_US;

    CHECK_OK(link_signer_init(f.core, 0, &signer, &e));
    CHECK_INT(signer.expires % 3600, 0);
    CHECK(signer.expires >= now + 86400 && signer.expires <= now + 86400 + 3601);
    CHECK_OK(link_signer_init(f.core, 1, &signer, &e));
    CHECK(signer.expires > now && signer.expires <= now + 3602);
    CHECK_OK(link_signer_init(f.core, INT64_MAX, &signer, &e));
    CHECK(signer.expires <= now + SIGNED_LINK_SECONDS_MAX + 3601);
    close_fixture(&f);
}

TEST(a_link_lives_through_one_rotation_in_every_process)
{
    struct fixture f = open_fixture(NULL);
    struct core *quick;
    struct err e = { 0 };

    CHECK_OK(core_open(f.store, false, &quick, &e));
    struct bytes first = sign_in(&f, f.core, 0);
    CHECK_INT(check_in(quick, first), ERR_NONE);
    CHECK_OK(signed_link_rotate(f.core, &e));
    struct bytes second = sign_in(&f, quick, 0);
    CHECK(!bytes_eq(first, second));
    CHECK_INT(check_in(quick, first), ERR_NONE);
    CHECK_INT(check_in(f.core, second), ERR_NONE);
    CHECK_OK(signed_link_rotate(f.core, &e));
    CHECK_INT(check_in(quick, first), ERR_UNAUTHENTICATED);
    CHECK_INT(check_in(f.core, first), ERR_UNAUTHENTICATED);
    CHECK_INT(check_in(quick, second), ERR_NONE);
    CHECK_INT(signed_link_rotate(quick, &e), ERR_BLOCKS);
    core_close(quick);
    close_fixture(&f);
}

TEST_MAIN
