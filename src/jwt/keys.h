/* jwt/keys.h - what the files of jwt/ share; nobody else includes it. */
#ifndef JWT_KEYS_H
#define JWT_KEYS_H

#include "base/value.h"
#include "jwt/jwt.h"

#include <cjose/cjose.h>
#include <pthread.h>
#include <sys/types.h>
#include <time.h>

enum jwt_alg { JWT_RS256, JWT_ES256 };

struct jwt_key {
    char *kid; /* NULL: it has none */
    enum jwt_alg alg;
    cjose_jwk_t *jwk; /* public parts only */
};

struct jwt_key_set {
    size_t count;
    struct jwt_key keys[JWT_KEYS_MAX];
};

/* jwt.c */

/* Base64url without padding (RFC 7515 2), whole and not empty: what the library may be given. */
bool jwt_is_base64url(struct bytes text);

/* key_set.c */

/* The keys of a JWKS document that may sign with RS256 or ES256; all others are passed over, and
 * RSA keys under 2048 bits. ERR_INVALID: not a JWKS document. */
enum err_code key_set_read(struct bytes text, struct jwt_key_set **out, struct err *e) MUST_CHECK;
void key_set_free(struct jwt_key_set *set); /* accepts NULL */
void key_set_freep(struct jwt_key_set **set);

/* key_source.c */

/* What tells one state of a file from another. */
struct key_mark {
    struct timespec modified;
    off_t size;
    ino_t inode;
};

struct key_source {
    char *url;  /* NULL: a file */
    char *path; /* NULL: a url */
};

enum err_code key_source_init(struct key_source *source, struct bytes text,
                              struct err *e) MUST_CHECK;
void key_source_done(struct key_source *source);

/* The document, in malloc'd *out. ERR_UNAVAILABLE: why, for the log. */
enum err_code key_source_read(const struct key_source *source, char **out, size_t *len,
                              struct err *e) MUST_CHECK;
/* Of a file; false for a url or when it is not there. */
bool key_source_mark(const struct key_source *source, struct key_mark *out);

/* keys.c */

/* The lock is held while keys are used, too: about 0.1 ms. It is never held while waiting. */
struct jwt_keys {
    struct key_source source;
    int64_t age_max_us;
    pthread_mutex_t lock;
    pthread_cond_t fetched;
    struct jwt_key_set *set; /* NULL: none yet */
    struct key_mark mark;
    int64_t read_us;  /* when `set` was read; monotonic */
    int64_t tried_us; /* when that was last tried; 0: never */
    bool fetching;    /* by a thread that does not hold the lock meanwhile */
    int waiting;      /* threads that wait for it */
};

/* Call with the lock held, which is let go and taken again. Sees to it that keys->set is there and
 * fresh; with `wanted` that it is newer than what made the caller ask, as far as the issuer may be
 * asked again so soon. ERR_BUSY: there are none. */
enum err_code keys_refresh(struct jwt_keys *keys, bool wanted, struct err *e) MUST_CHECK;

#endif
