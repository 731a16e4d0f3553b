/* core/signed_link.h - links that let whoever has one see one thing until a moment.
 *
 * A signed link is a path and query with `expires` (seconds since 1970) and `signature` (base64url
 * of 16 bytes of an HMAC-SHA-256) at the end. The HMAC is over tenant, path, query and expiry:
 * nothing of it can be changed. Expiry is rounded up to a window, so that equal requests get equal
 * links and caches keep them. Two keys count at a time: links are made with the newer; each
 * rotation makes a newer one and drops the older, so a link lives through one rotation.
 */
#ifndef CORE_SIGNED_LINK_H
#define CORE_SIGNED_LINK_H

#include "base/crypto.h"
#include "base/strbuf.h"
#include "core/core.h"

#define SIGNED_LINK_SECONDS_MAX (400LL * 24 * 3600)
#define SIGNED_LINK_MAX         2048 /* bytes of path and query */
#define SIGNED_LINK_END         64   /* bytes at most that signing adds */

/* Makes many links that end at the same moment. Plain data, good for a request: wipe nothing, but
 * keep it in memory of the request. */
struct link_signer {
    struct hmac_key key;       /* which has begun with what all these links have in common */
    int64_t expires;           /* seconds since 1970 */
    char end[SIGNED_LINK_END]; /* what they all end with, up to the signature */
    size_t end_len;
};

/* A life of 0 is the setting signed_link_seconds; at most SIGNED_LINK_SECONDS_MAX, and then up to
 * the end of the window. */
enum err_code link_signer_init(struct core *core, int64_t life_seconds, struct link_signer *out,
                               struct err *e) MUST_CHECK;

/* Appends path?query&expires=…&signature=…; `path` as it stands in a request's target
 * (percent-encoded), `query` without `?`, both without expires and signature. */
void link_signer_write(const struct link_signer *signer, struct strbuf *out, struct bytes path,
                       struct bytes query);

/* The same of a foreign path and query, which are looked at first. The result is in `arena`.
 * ERR_INVALID    does not begin with a slash, holds what cannot stand in a request line or a #, is
 *                longer than SIGNED_LINK_MAX, or names expires or signature itself
 * ERR_NO_MEMORY */
enum err_code signed_link_make(const struct link_signer *signer, struct arena *arena,
                               struct bytes target, struct bytes *out, struct err *e) MUST_CHECK;

/* What a request's target says. */
struct signed_link {
    bool is_signed;
    struct bytes query; /* parts of the target: without expires and signature */
    int64_t expires;    /* seconds since 1970; 0 when it is not signed */
};

/* `target` is a request's, as sent. Not signed: it names neither expires nor signature, and nothing
 * was checked. Works on hostile input; compares in constant time.
 * ERR_UNAUTHENTICATED  the signature is wrong, or none of ours any more
 * ERR_DENIED           it was right once: expired */
enum err_code signed_link_check(struct core *core, struct bytes target, struct signed_link *out,
                                struct err *e) MUST_CHECK;

/* Makes a new key; links signed with the one before the last are void from the next moment on, in
 * every process. Durable. */
enum err_code signed_link_rotate(struct core *core, struct err *e) MUST_CHECK;

#endif
