/* core/application.h - programs that users let in by OAuth 2, and their tokens (bitrix24 12.1).
 *
 * A code and a refresh token are credentials like others (core/access.h): stored as hashes, and
 * gone with their application, their user, or when they are used. What changes something returns
 * ERR_NONE only when the change would survive a power cut; ERR_FULL and ERR_UNAVAILABLE as
 * core/picture.h. Text lives in `arena`.
 */
#ifndef CORE_APPLICATION_H
#define CORE_APPLICATION_H

#include "core/core.h"
#include "model/application.h"

/* client_id and application_token are made when empty; `secret` likewise when `.at` is NULL. The
 * secret is written to *shown (in `arena`), the only time it is seen.
 * ERR_INVALID   a text too long or no UTF-8; redirect_uri no http or https URL, or with a fragment
 * ERR_CONFLICT  the client_id is taken */
enum err_code application_add(struct core *core, struct arena *arena,
                              const struct application *application, struct bytes secret,
                              struct application *out, struct bytes *shown,
                              struct err *e) MUST_CHECK;
enum err_code application_list(struct core *core, struct arena *arena, struct application **out,
                               size_t *count, struct err *e) MUST_CHECK;
/* ERR_NOT_FOUND */
enum err_code application_get(struct core *core, struct arena *arena, int32_t id,
                              struct application *out, struct err *e) MUST_CHECK;
enum err_code application_find(struct core *core, struct arena *arena, struct bytes client_id,
                               struct application *out, struct err *e) MUST_CHECK;
/* With its tokens, event handlers and waiting events. ERR_NOT_FOUND. */
enum err_code application_remove(struct core *core, int32_t id, struct err *e) MUST_CHECK;

/* Which application is this?
 * ERR_UNAUTHENTICATED  no such client_id, or not its secret; takes the same time either way */
enum err_code application_by_secret(struct core *core, struct arena *arena, struct bytes client_id,
                                    struct bytes secret, struct application *out,
                                    struct err *e) MUST_CHECK;

/* What both lists hold, in the order of `wanted`, with commas between; an empty `wanted` is all.
 * `.at` NULL when out of memory. */
struct bytes application_scopes(struct arena *arena, struct bytes wanted,
                                struct bytes granted) MUST_CHECK;

/* A code for the redirect to the application, for `user_id`: good once, for CODE_SECONDS. What it
 * is exchanged for holds `scopes` of those of the application.
 * All that comes of one code hangs on it: it ends with a new password of its user, when the code is
 * taken back (credential_revoke), and when somebody presents the code again (RFC 6749 4.1.2).
 * ERR_NOT_FOUND  the application or the user is gone */
#define APPLICATION_CODE_SECONDS 30
enum err_code application_code(struct core *core, struct arena *arena,
                               const struct application *application, int32_t user_id,
                               struct bytes scopes, struct bytes *code, struct err *e) MUST_CHECK;

struct application_tokens {
    struct bytes access;
    struct bytes refresh;
    int64_t access_expires_us;
    int32_t user_id;
    struct bytes scopes;
};

/* `secret` is a code (kind CREDENTIAL_CODE) or a refresh token (CREDENTIAL_REFRESH) of that
 * application: used up in the same transaction that makes the new pair. A client that never got the
 * answer may present its refresh token again for oauth_grace_seconds, and gets another pair. Access
 * tokens made before live until their own end.
 * ERR_UNAUTHENTICATED  unknown, used, expired, another application's, or its user is disabled */
enum err_code application_exchange(struct core *core, struct arena *arena,
                                   const struct application *application, enum credential_kind kind,
                                   struct bytes secret, struct application_tokens *out,
                                   struct err *e) MUST_CHECK;

/* What a form that asks a user to let an application in carries, so that only what we asked comes
 * back: it belongs to `bound` alone. `.at` NULL when out of memory. */
struct bytes application_form_key(const struct core *core, struct arena *arena,
                                  struct bytes bound) MUST_CHECK;

/* What applications know this store by: 32 hex digits, always the same, made of its secret and
 * telling nothing of it. */
#define MEMBER_ID_LEN 32
void store_member_id(const struct core *core, char out[MEMBER_ID_LEN]);

#endif
