/* core/access.h - users, their credentials, and who asks.
 *
 * Secrets are stored only as hashes. A verified credential is remembered for a minute per process;
 * a change of any user or credential, by any process, drops what is remembered.
 */
#ifndef CORE_ACCESS_H
#define CORE_ACCESS_H

#include "core/core.h"

/* All access_… functions: who is this?
 * ERR_UNAUTHENTICATED  unknown, wrong, revoked or disabled: e->reason is enum access_reason
 * ERR_BLOCKS           a password must be hashed and this core may not block */
enum access_reason {
    ACCESS_WRONG = 1,      /* unknown or wrong credential */
    ACCESS_EXPIRED,        /* known, but its time is over */
    ACCESS_DISABLED,       /* its user is disabled */
    ACCESS_NO_APPLICATION, /* known, but its application was removed */
    ACCESS_REFUSED,        /* an issuer's token that is not for us, or for nobody we know */
};

enum err_code access_by_password(struct core *core, struct bytes user, struct bytes password,
                                 struct principal *out, struct err *e) MUST_CHECK;

/* A ticket, token, auth token or webhook secret, as the client sent it. For webhooks `user_id` must
 * be the webhook's user; for the others pass 0. */
enum err_code access_by_secret(struct core *core, enum credential_kind kind, struct bytes secret,
                               int32_t user_id, struct principal *out, struct err *e) MUST_CHECK;

/* A token of the OpenID Connect issuer that is set: signed by it, for this service, in time, and
 * naming a user. ERR_BUSY: the issuer's keys cannot be had now. */
enum err_code access_by_issuer(struct core *core, struct bytes token, struct principal *out,
                               struct err *e) MUST_CHECK;

/* Users. Text lives in `arena`, or with user_cached in the process until users change. */
enum err_code user_get(struct core *core, struct arena *arena, int32_t id, struct user *out,
                       struct err *e) MUST_CHECK;
enum err_code user_find(struct core *core, struct arena *arena, struct bytes name, struct user *out,
                        struct err *e) MUST_CHECK;
enum err_code user_list(struct core *core, struct arena *arena, struct user **out, size_t *count,
                        struct err *e) MUST_CHECK;

/* `password` may be `.at` NULL: the user can then only be reached by credentials.
 * user->id 0 takes the next. ERR_CONFLICT: name or id taken. ERR_INVALID: bad name. */
enum err_code user_add(struct core *core, const struct user *user, struct bytes password,
                       int32_t *id, struct err *e) MUST_CHECK;
enum err_code user_set_password(struct core *core, int32_t id, struct bytes password,
                                struct err *e) MUST_CHECK;
enum err_code user_set_disabled(struct core *core, int32_t id, bool disabled,
                                struct err *e) MUST_CHECK;

/* Makes a credential. `secret` may be given (demo data) or `.at` NULL: then a random one is made
 * (tickets begin with 7T:, tokens with 8A:). The secret is written to *shown (in `arena`), the only
 * time it is seen. credential->id and created_us are ignored. Of those with a parent_id, which
 * users get for themselves, each user has a few hundred: more take the place of the oldest.
 * ERR_NOT_FOUND        no such user
 * ERR_UNAUTHENTICATED  what it is made with was revoked */
enum err_code credential_add(struct core *core, struct arena *arena,
                             const struct credential *credential, struct bytes secret,
                             struct bytes *shown, int32_t *id, struct err *e) MUST_CHECK;
enum err_code credential_list(struct core *core, struct arena *arena, struct credential **out,
                              size_t *count, struct err *e) MUST_CHECK;
/* ERR_NOT_FOUND */
enum err_code credential_get(struct core *core, struct arena *arena, int32_t id,
                             struct credential *out, struct err *e) MUST_CHECK;
/* With what was made with it. */
enum err_code credential_revoke(struct core *core, int32_t id, struct err *e) MUST_CHECK;

/* Takes away at most `limit` credentials whose time has been over for CREDENTIAL_KEPT_US; until
 * then who uses one hears that it has expired. */
#define CREDENTIAL_KEPT_US (24 * 3600 * SECOND_US)
enum err_code credential_purge(struct core *core, size_t limit, struct err *e) MUST_CHECK;

/* What a page must know of the session with this secret, besides its cookie; `.at` NULL when out of
 * memory. Says nothing about whether there is such a session. */
struct bytes session_xsrf(const struct core *core, struct arena *arena,
                          struct bytes secret) MUST_CHECK;

#endif
