#include "base/crypto.h"
#include "jwt/issuer_test.h"
#include "test.h"

#define NOW 1800000000LL
#define EC  "{\"alg\":\"ES256\",\"kid\":\"ec\",\"typ\":\"JWT\"}"

static const char good[] = "{\"iss\":\"" ISSUER_URL "\",\"aud\":\"" ISSUER_AUDIENCE "\","
                           "\"exp\":1800000300,\"preferred_username\":\"Ada\"}";

static enum err_code verify(struct issuer *issuer, struct bytes token, struct jwt_claims *out,
                            struct err *e)
{
    struct jwt_policy policy = { .issuer = B(ISSUER_URL),
                                 .audience = B(ISSUER_AUDIENCE),
                                 .claim = B("preferred_username"),
                                 .skew_seconds = 60,
                                 .now_us = NOW * SECOND_US };

    *e = (struct err){ 0 };
    return jwt_verify(issuer->keys, &policy, issuer->arena, token, out, e);
}

static void refused(struct issuer *issuer, struct bytes token, enum jwt_reason reason)
{
    struct jwt_claims claims;
    struct err e;

    CHECK_INT(verify(issuer, token, &claims, &e), ERR_UNAUTHENTICATED);
    CHECK_INT(e.reason, reason);
}

TEST(a_token_of_the_issuer_is_taken_under_both_algorithms)
{
    struct issuer issuer = issuer_open(true);
    struct jwt_claims claims;
    struct err e;

    CHECK_INT(verify(&issuer,
                     issuer_sign(&issuer, issuer.ec, "ES256", "ec", "typ", "JWT", bytes_str(good)),
                     &claims, &e),
              ERR_NONE);
    CHECK_BYTES(claims.name, B("Ada"));
    CHECK_INT(claims.expires_us, (NOW + 360) * SECOND_US);
    CHECK_INT(verify(&issuer,
                     issuer_sign(&issuer, issuer.rsa, "RS256", "rsa", NULL, NULL, bytes_str(good)),
                     &claims, &e),
              ERR_NONE);
    CHECK_INT(verify(&issuer,
                     issuer_sign(&issuer, issuer.rsa, "RS256", NULL, NULL, NULL, bytes_str(good)),
                     &claims, &e),
              ERR_NONE);
    issuer_close(&issuer);
}

TEST(what_is_not_signed_with_the_issuers_key_for_that_algorithm_is_refused)
{
    struct issuer issuer = issuer_open(true);
    cjose_err ce;
    cjose_jwk_t *stranger = cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, &ce);
    cjose_jwk_t *oct = cjose_jwk_create_oct_spec((const uint8_t *)issuer.path, 32, &ce);
    struct bytes token =
        issuer_sign(&issuer, issuer.ec, "ES256", "ec", "typ", "JWT", bytes_str(good));
    char *changed = arena_str(issuer.arena, token);

    refused(&issuer, issuer_sign(&issuer, stranger, "ES256", "ec", NULL, NULL, bytes_str(good)),
            JWT_REFUSED);
    refused(&issuer, issuer_sign(&issuer, oct, "HS256", "ec", NULL, NULL, bytes_str(good)),
            JWT_REFUSED);
    refused(&issuer, issuer_sign(&issuer, issuer.rsa, "RS512", "rsa", NULL, NULL, bytes_str(good)),
            JWT_REFUSED);
    refused(&issuer, issuer_sign(&issuer, issuer.rsa, "RS256", "ec", NULL, NULL, bytes_str(good)),
            JWT_REFUSED);
    refused(&issuer, issuer_compose(&issuer, "{\"alg\":\"none\"}", good, B("x")), JWT_REFUSED);
    refused(&issuer, issuer_compose(&issuer, EC, good, B("x")), JWT_REFUSED);
    char zeros[64] = { 0 };
    refused(&issuer, issuer_compose(&issuer, EC, good, bytes_of(zeros, 64)), JWT_REFUSED);
    size_t middle = bytes_index(token, '.') + 20;
    changed[middle] = changed[middle] == 'A' ? 'B' : 'A';
    refused(&issuer, bytes_str(changed), JWT_REFUSED);
    cjose_jwk_release(stranger);
    cjose_jwk_release(oct);
    issuer_close(&issuer);
}

TEST(headers_that_ask_for_more_than_we_know_are_refused)
{
    static const struct {
        const char *kid, *name, *raw;
    } cases[] = {
        { "ec", "crit", "[\"exp\"]" }, { "ec", "typ", "logout+jwt" }, { "ec", "typ", "[7]" },
        { NULL, "kid", "[7]" },        { "other", NULL, NULL },
    };
    struct issuer issuer = issuer_open(false);

    for (size_t i = 0; i < COUNT(cases); i++)
        refused(&issuer,
                issuer_sign(&issuer, issuer.ec, "ES256", cases[i].kid, cases[i].name, cases[i].raw,
                            bytes_str(good)),
                JWT_REFUSED);
    issuer_close(&issuer);
}

TEST(what_the_claims_must_say)
{
#define WHO "\"iss\":\"" ISSUER_URL "\",\"preferred_username\":\"Ada\","
    static const struct {
        const char *claims;
        int reason; /* 0: taken */
    } cases[] = {
        { "{" WHO "\"aud\":\"cameo\",\"exp\":1800000001}", 0 },
        { "{" WHO "\"aud\":[\"other\",\"cameo\"],\"exp\":1800000001.5}", 0 },
        { "{" WHO "\"aud\":\"cameo\",\"exp\":1799999941}", 0 }, /* within the skew */
        { "{" WHO "\"aud\":\"cameo\",\"exp\":1799999940}", JWT_EXPIRED },
        { "{" WHO "\"aud\":\"cameo\",\"exp\":1e300}", 0 },
        { "{" WHO "\"aud\":\"cameo\",\"exp\":-1e300}", JWT_EXPIRED },
        { "{" WHO "\"aud\":\"cameo\",\"exp\":\"1800000001\"}", JWT_REFUSED },
        { "{" WHO "\"aud\":\"cameo\"}", JWT_REFUSED },
        { "{" WHO "\"aud\":\"Cameo\",\"exp\":1800000001}", JWT_REFUSED },
        { "{" WHO "\"aud\":[],\"exp\":1800000001}", JWT_REFUSED },
        { "{" WHO "\"aud\":[[\"cameo\"]],\"exp\":1800000001}", JWT_REFUSED },
        { "{" WHO "\"exp\":1800000001}", JWT_REFUSED },
        { "{" WHO "\"aud\":\"cameo\",\"exp\":1800000001,\"nbf\":1800000060}", 0 },
        { "{" WHO "\"aud\":\"cameo\",\"exp\":1800000001,\"nbf\":1800000061}", JWT_REFUSED },
        { "{" WHO "\"aud\":\"cameo\",\"exp\":1800000001,\"iat\":1800000061}", JWT_REFUSED },
        { "{" WHO "\"aud\":\"cameo\",\"exp\":1800000001,\"iat\":\"x\"}", JWT_REFUSED },
        { "{\"iss\":\"https://login.example.com/tenant\",\"preferred_username\":\"Ada\","
          "\"aud\":\"cameo\",\"exp\":1800000001}",
          JWT_REFUSED },
        { "{\"iss\":\"" ISSUER_URL "\",\"aud\":\"cameo\",\"exp\":1800000001}", JWT_REFUSED },
        { "{\"iss\":\"" ISSUER_URL "\",\"aud\":\"cameo\",\"exp\":1800000001,\"preferred_username\":"
          "\"\"}",
          JWT_REFUSED },
        { "[]", JWT_REFUSED },
        { "\"text\"", JWT_REFUSED },
        { "nothing", JWT_REFUSED },
    };
    struct issuer issuer = issuer_open(false);

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bytes token = issuer_sign(&issuer, issuer.ec, "ES256", "ec", "typ", "JWT",
                                         bytes_str(cases[i].claims));
        struct jwt_claims claims;
        struct err e;
        enum err_code rc = verify(&issuer, token, &claims, &e);
        if ((rc != ERR_NONE) != (cases[i].reason != 0) || e.reason != cases[i].reason)
            test_fail(__FILE__, __LINE__, "%s: %s", cases[i].claims, e.text);
    }
    issuer_close(&issuer);
}

TEST(an_email_that_is_not_verified_names_nobody)
{
    struct issuer issuer = issuer_open(false);
    struct jwt_policy policy = { .issuer = B(ISSUER_URL),
                                 .audience = B(ISSUER_AUDIENCE),
                                 .claim = B("email"),
                                 .now_us = NOW * SECOND_US };
    static const char claims[] = "{\"iss\":\"" ISSUER_URL "\",\"aud\":\"cameo\",\"exp\":1800000001,"
                                 "\"email\":\"ada@example.com\",\"email_verified\":%s}";

    for (int verified = 0; verified < 2; verified++) {
        struct jwt_claims out;
        struct err e = { 0 };
        char *text = arena_printf(issuer.arena, claims, verified ? "true" : "false");
        CHECK_INT(jwt_verify(
                      issuer.keys, &policy, issuer.arena,
                      issuer_sign(&issuer, issuer.ec, "ES256", "ec", "typ", "JWT", bytes_str(text)),
                      &out, &e),
                  verified ? ERR_NONE : ERR_UNAUTHENTICATED);
    }
    issuer_close(&issuer);
}

TEST(what_is_no_token_is_refused_whatever_its_depth)
{
    struct issuer issuer = issuer_open(false);
    char *deep = arena_alloc(issuer.arena, 9001);

    memset(deep, '[', 9000);
    deep[9000] = '\0';
    refused(&issuer, issuer_compose(&issuer, deep, good, B("x")), JWT_REFUSED);
    refused(&issuer, B(""), JWT_REFUSED);
    refused(&issuer, B("a.b"), JWT_REFUSED);
    refused(&issuer, B("a.b.c.d"), JWT_REFUSED);
    refused(&issuer, B("e30..e30"), JWT_REFUSED);
    refused(&issuer, B("e30.e30.!"), JWT_REFUSED);
    refused(&issuer, B("eyJhbGciOiJFUzI1NiJ9.e30AA.e30"), JWT_REFUSED);
    refused(&issuer, B("eyJhbGciOiJFUzI1NiJ9.e30.e30AA"), JWT_REFUSED);
    refused(&issuer, B("eyJhbGciOiJFUzI1NiJ9A.e30.e30"), JWT_REFUSED);
    refused(&issuer, B("e30.e30.e30"), JWT_REFUSED);
    issuer_close(&issuer);
}

TEST(a_key_that_was_exchanged_is_seen_and_the_old_one_counts_no_more)
{
    struct issuer issuer = issuer_open(false);
    struct bytes old =
        issuer_sign(&issuer, issuer.ec, "ES256", "ec", "typ", "JWT", bytes_str(good));
    struct jwt_claims claims;
    struct err e;
    cjose_err ce;

    CHECK_INT(verify(&issuer, old, &claims, &e), ERR_NONE);
    cjose_jwk_release(issuer.ec);
    issuer.ec = cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, &ce);
    issuer_publish_own(&issuer);
    CHECK_INT(verify(&issuer,
                     issuer_sign(&issuer, issuer.ec, "ES256", "ec", "typ", "JWT", bytes_str(good)),
                     &claims, &e),
              ERR_NONE);
    refused(&issuer, old, JWT_REFUSED);
    issuer_close(&issuer);
}

TEST(without_keys_it_is_busy_and_a_broken_list_does_not_take_the_place_of_a_good_one)
{
    struct issuer issuer = issuer_open(false);
    struct bytes token =
        issuer_sign(&issuer, issuer.ec, "ES256", "ec", "typ", "JWT", bytes_str(good));
    struct jwt_claims claims;
    struct err e = { 0 };
    struct jwt_keys *none;
    struct jwt_keys_options options = { B("/nonexistent/jwks.json"), 3600 };
    struct jwt_policy policy = { .now_us = NOW * SECOND_US };

    CHECK_INT(verify(&issuer, token, &claims, &e), ERR_NONE);
    issuer_publish(&issuer, "{\"keys\":");
    CHECK_INT(verify(&issuer, token, &claims, &e), ERR_NONE);
    issuer_publish(&issuer, "{\"keys\":[]}");
    refused(&issuer, token, JWT_REFUSED);

    CHECK_INT(jwt_keys_open(&options, &none, &e), ERR_NONE);
    CHECK_INT(jwt_verify(none, &policy, issuer.arena, token, &claims, &e), ERR_BUSY);
    jwt_keys_close(none);
    issuer_close(&issuer);
}

TEST(only_keys_that_may_sign_are_read)
{
    static const struct {
        const char *key;
        size_t count;
    } cases[] = {
        { "{}", 0 },
        { "7", 0 },
        { "{\"kty\":\"oct\",\"k\":\"AAAA\",\"alg\":\"HS256\"}", 0 },
        { "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}", 0 },
        { "{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}", 0 }, /* 24 bits */
        { "{\"kty\":\"RSA\",\"n\":\"AQABA\",\"e\":\"AQAB\"}", 0 },
        { "EC", 1 },
    };
    struct issuer issuer = issuer_open(false);
    char *ec = issuer_jwk(issuer.ec, "k");

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct jwt_key_set *set = NULL;
        struct err e = { 0 };
        const char *key = strcmp(cases[i].key, "EC") == 0 ? ec : cases[i].key;
        char *text = arena_printf(issuer.arena, "{\"keys\":[%s]}", key);
        CHECK_INT(key_set_read(bytes_str(text), &set, &e), ERR_NONE);
        CHECK_INT(set->count, cases[i].count);
        key_set_free(set);
    }
    struct jwt_key_set *set = NULL;
    struct err e = { 0 };
    char *list = arena_printf(issuer.arena, "{\"keys\":[{\"use\":\"enc\",%s]}", ec + 1);
    CHECK_INT(key_set_read(bytes_str(list), &set, &e), ERR_NONE);
    CHECK_INT(set->count, 0);
    key_set_free(set);
    free(ec);
    CHECK_INT(key_set_read(B("[]"), &set, &e), ERR_INVALID);
    issuer_close(&issuer);
}

TEST(keys_come_from_where_nobody_on_the_way_can_change_them)
{
    static const struct {
        const char *source;
        bool good;
    } cases[] = {
        { "https://login.example.com/keys", true },
        { "http://127.0.0.1:8080/keys", true },
        { "http://localhost/keys", true },
        { "http://[::1]:1/keys", true },
        { "/etc/cameo/jwks.json", true },
        { "file:///etc/cameo/jwks.json", true },
        { "http://login.example.com/keys", false },
        { "http://localhost.example.com/keys", false },
        { "http://localhost:80@example.com/keys", false },
        { "https://", false },
        { "jwks.json", false },
        { "file://host/jwks.json", false },
        { "https://login.example.com/ keys", false },
        { "", false },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        if (jwt_source_is_good(bytes_str(cases[i].source)) != cases[i].good)
            test_fail(__FILE__, __LINE__, "%s", cases[i].source);
    }
}

TEST_MAIN
