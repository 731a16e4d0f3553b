/* jwt/jwt.h - tokens that an OpenID Connect issuer has signed (RFC 7519, 7515), and the keys it
 * publishes (RFC 7517).
 *
 * Only RS256 and ES256 are taken. What a token says of itself counts only once its signature holds
 * under one of the issuer's keys; a key counts only for the algorithm that fits its type.
 */
#ifndef JWT_JWT_H
#define JWT_JWT_H

#include "base/arena.h"
#include "base/err.h"

#define JWT_TOKEN_MAX (16 * 1024)  /* bytes of a token */
#define JWT_SET_MAX   (256 * 1024) /* of an issuer's list of keys */
#define JWT_KEYS_MAX  64           /* keys of it that are looked at */

struct jwt_keys;

struct jwt_keys_options {
    struct bytes source; /* https://…, http:// of this machine, or a file: /… or file:///… */
    int64_t age_max_seconds; /* then they are fetched again */
};

/* True when keys can be had from there. */
bool jwt_source_is_good(struct bytes source);

/* Reads nothing yet. */
enum err_code jwt_keys_open(const struct jwt_keys_options *options, struct jwt_keys **out,
                            struct err *e) MUST_CHECK;
void jwt_keys_close(struct jwt_keys *keys); /* accepts NULL */

/* What a token has to fulfil. */
struct jwt_policy {
    struct bytes issuer;   /* equal to `iss` */
    struct bytes audience; /* equal to `aud`, or one of them */
    struct bytes claim;    /* names the user */
    int64_t skew_seconds;  /* how far the clocks may be apart */
    int64_t now_us;
};

struct jwt_claims {
    struct bytes name;  /* the text of policy->claim */
    int64_t expires_us; /* `exp` and the skew */
};

enum jwt_reason {
    JWT_REFUSED = 1,
    JWT_EXPIRED,
};

/* Waits for the issuer's keys when they are not at hand, a few seconds at most. Any thread.
 * `claims` lives in `arena`.
 * ERR_UNAUTHENTICATED  no token, not signed by a key of the issuer, or it breaks the policy:
 *                      e->reason is enum jwt_reason
 * ERR_BUSY             the keys cannot be had at the moment (the log says why) */
enum err_code jwt_verify(struct jwt_keys *keys, const struct jwt_policy *policy,
                         struct arena *arena, struct bytes token, struct jwt_claims *out,
                         struct err *e) MUST_CHECK;

#endif
