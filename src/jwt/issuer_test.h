/* jwt/issuer_test.h - an issuer for tests: keys of its own, a JWKS file, tokens signed with them.
 */
#ifndef JWT_ISSUER_TEST_H
#define JWT_ISSUER_TEST_H

#include "base/base64.h"
#include "base/clock.h"
#include "jwt/keys.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define ISSUER_URL      "https://login.example.com/tenant/"
#define ISSUER_AUDIENCE "cameo"

struct issuer {
    struct arena *arena;
    cjose_jwk_t *ec;
    cjose_jwk_t *rsa; /* NULL unless asked for: it takes a while */
    char path[64];    /* of the JWKS file */
    struct jwt_keys *keys;
};

static inline void issuer_must(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "issuer_test.h: %s\n", what);
        abort();
    }
}

/* "{…}" of the public part. */
static inline char *issuer_jwk(cjose_jwk_t *key, const char *kid)
{
    cjose_err e;

    issuer_must(cjose_jwk_set_kid(key, kid, strlen(kid), &e), "a key's name");
    char *text = cjose_jwk_to_json(key, false, &e);
    issuer_must(text != NULL, "a key as JSON");
    return text;
}

/* Puts another document in the file's place, as an operator's timer would. */
static inline void issuer_publish(struct issuer *issuer, const char *document)
{
    char next[80];

    snprintf(next, sizeof next, "%s.next", issuer->path);
    FILE *file = fopen(next, "w");
    issuer_must(file && fputs(document, file) >= 0 && fclose(file) == 0 &&
                    rename(next, issuer->path) == 0,
                "the file of keys");
}

/* The keys there are: "ec" and, when there is one, "rsa". */
static inline void issuer_publish_own(struct issuer *issuer)
{
    char document[4096];
    char *ec = issuer_jwk(issuer->ec, "ec");
    char *rsa = issuer->rsa ? issuer_jwk(issuer->rsa, "rsa") : NULL;

    snprintf(document, sizeof document, "{\"keys\":[%s%s%s]}", ec, rsa ? "," : "", rsa ? rsa : "");
    issuer_publish(issuer, document);
    free(ec);
    free(rsa);
}

static inline struct issuer issuer_open(bool with_rsa)
{
    struct issuer issuer = { .arena = arena_new(1 << 24), .path = "/tmp/cameo-jwks-XXXXXX" };
    struct err e = { 0 };
    cjose_err ce;
    int fd = mkstemp(issuer.path);

    issuer_must(fd >= 0 && close(fd) == 0, "a temporary file");
    issuer.ec = cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, &ce);
    if (with_rsa)
        issuer.rsa = cjose_jwk_create_RSA_random(2048, (const uint8_t *)"\x01\x00\x01", 3, &ce);
    issuer_must(issuer.ec && (issuer.rsa || !with_rsa), "keys");
    issuer_publish_own(&issuer);
    struct jwt_keys_options options = { bytes_str(issuer.path), 3600 };
    issuer_must(jwt_keys_open(&options, &issuer.keys, &e) == ERR_NONE, e.text);
    return issuer;
}

static inline void issuer_close(struct issuer *issuer)
{
    jwt_keys_close(issuer->keys);
    cjose_jwk_release(issuer->ec);
    cjose_jwk_release(issuer->rsa);
    unlink(issuer->path);
    arena_free(issuer->arena);
}

/* A token with these claims, properly signed. `kid` NULL: without one. `name` and `raw`: one more
 * member of the header, a text or a list in JSON; or NULL. */
static inline struct bytes issuer_sign(struct issuer *issuer, cjose_jwk_t *key, const char *alg,
                                       const char *kid, const char *name, const char *raw,
                                       struct bytes claims)
{
    cjose_err e;
    const char *text = NULL;
    cjose_header_t *header = cjose_header_new(&e);

    issuer_must(header && cjose_header_set(header, "alg", alg, &e) &&
                    (!kid || cjose_header_set(header, "kid", kid, &e)) &&
                    (!name || (raw[0] == '[' ? cjose_header_set_raw(header, name, raw, &e)
                                             : cjose_header_set(header, name, raw, &e))),
                "a header");
    cjose_jws_t *jws = cjose_jws_sign(key, header, (const uint8_t *)claims.at, claims.len, &e);
    issuer_must(jws && cjose_jws_export(jws, &text, &e), "a signature");
    struct bytes token = arena_copy(issuer->arena, bytes_str(text));
    cjose_jws_release(jws);
    cjose_header_release(header);
    return token;
}

static inline void issuer_part(struct strbuf *out, struct bytes text)
{
    base64url_write(out, text);
}

/* header.claims.signature, whatever they are. */
static inline struct bytes issuer_compose(struct issuer *issuer, const char *header,
                                          const char *claims, struct bytes signature)
{
    struct strbuf out;

    strbuf_init(&out, issuer->arena, 256, JWT_TOKEN_MAX * 2);
    issuer_part(&out, bytes_str(header));
    strbuf_char(&out, '.');
    issuer_part(&out, bytes_str(claims));
    strbuf_char(&out, '.');
    issuer_part(&out, signature);
    return strbuf_bytes(&out);
}

#endif
