/* Nothing is ever accepted that the issuer did not sign. The first byte says what the rest is:
 *   t  a token as it came from a stranger: nobody here could sign it, so it must be refused
 *   c  claims that the issuer signs: accepted only with what the policy asks for in them
 *   k  a list of keys from a stranger: a token of our issuer must not hold under it */
#include "fuzz.h"
#include "jwt/issuer_test.h"

static struct issuer *issuer(void)
{
    static struct issuer one;

    if (!one.keys)
        one = issuer_open(false);
    return &one;
}

static enum err_code verify(struct jwt_keys *keys, struct arena *arena, struct bytes token,
                            struct jwt_claims *claims)
{
    struct err e = { 0 };
    struct jwt_policy policy = { .issuer = B(ISSUER_URL),
                                 .audience = B(ISSUER_AUDIENCE),
                                 .claim = B("sub"),
                                 .skew_seconds = 60,
                                 .now_us = 1800000000LL * SECOND_US };
    enum err_code rc = jwt_verify(keys, &policy, arena, token, claims, &e);

    HOLDS(rc == e.code);
    HOLDS(rc == ERR_NONE || rc == ERR_UNAUTHENTICATED || rc == ERR_NO_MEMORY);
    return rc;
}

static struct bytes signed_by_us(struct issuer *own, struct bytes claims)
{
    return issuer_sign(own, own->ec, "ES256", "ec", NULL, NULL, claims);
}

static bool holds(struct bytes text, struct bytes part)
{
    return text.at && part.at && memmem(text.at, text.len, part.at, part.len) != NULL;
}

static void try_claims(struct issuer *own, struct bytes text)
{
    struct jwt_claims claims;

    if (text.len == 0 || verify(own->keys, own->arena, signed_by_us(own, text), &claims))
        return;
    HOLDS(claims.name.len > 0 && claims.expires_us > 1800000000LL * SECOND_US);
    HOLDS(bytes_is_utf8(claims.name));
    HOLDS(holds(text, B("iss")) || holds(text, B("\\u")));
    HOLDS(holds(text, B("exp")) || holds(text, B("\\u")));
}

static void try_keys(struct issuer *own, struct bytes text)
{
    static const char good[] = "{\"iss\":\"" ISSUER_URL "\",\"aud\":\"" ISSUER_AUDIENCE "\","
                               "\"exp\":1800000300,\"sub\":\"ada\"}";
    struct jwt_key_set *set = NULL;
    struct err e = { 0 };
    struct jwt_claims claims;

    if (key_set_read(text, &set, &e)) {
        HOLDS(e.code == ERR_INVALID && !set);
        return;
    }
    HOLDS(set->count <= JWT_KEYS_MAX);
    for (size_t i = 0; i < set->count; i++)
        HOLDS(set->keys[i].jwk != NULL);
    struct jwt_keys stranger = {
        .source = own->keys->source, .age_max_us = INT64_MAX, .set = set, .tried_us = 1
    };
    pthread_mutex_init(&stranger.lock, NULL);
    pthread_cond_init(&stranger.fetched, NULL);
    HOLDS(key_source_mark(&stranger.source, &stranger.mark));
    HOLDS(verify(&stranger, own->arena, signed_by_us(own, bytes_str(good)), &claims) != ERR_NONE);
    HOLDS(stranger.set == set);
    key_set_free(set);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct issuer *own = issuer();
    struct bytes text = bytes_from(bytes_of((const char *)data, size), 1);
    struct jwt_claims claims;

    if (size == 0)
        return 0;
    arena_reset(own->arena);
    if (data[0] == 't')
        HOLDS(verify(own->keys, own->arena, text, &claims) != ERR_NONE);
    else if (data[0] == 'c')
        try_claims(own, text);
    else if (data[0] == 'k')
        try_keys(own, text);
    return 0;
}
