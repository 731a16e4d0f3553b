/* The access tokens that go with events. */
#include "base/clock.h"
#include "core/access.h"
#include "core/event.h"
#include "core/store.h"

/* The newest of the codes by which the user let the application in and which still counts. */
static const struct credential *find_consent(const struct credential *all, size_t count,
                                             const struct event_handler *handler, int64_t now_us)
{
    const struct credential *best = NULL;

    for (size_t i = 0; i < count; i++) {
        const struct credential *c = &all[i];
        if (c->kind == CREDENTIAL_CODE && c->used_us && c->expires_us > now_us &&
            c->application_id == handler->application_id && c->user_id == handler->user_id)
            best = c;
    }
    return best;
}

enum err_code event_token(struct core *core, struct arena *arena,
                          const struct event_handler *handler, struct application_tokens *out,
                          bool *found, struct err *e)
{
    int64_t now_us = clock_now_us();
    int64_t expires_us = now_us + core_settings(core)->oauth_access_seconds * SECOND_US;
    struct application application;
    struct credential *all;
    struct bytes secret;
    struct user user;
    size_t count;
    int32_t id;

    enum err_code rc = credential_list(core, arena, &all, &count, e);
    if (rc)
        return rc;
    const struct credential *consent = find_consent(all, count, handler, now_us);
    if (!consent) {
        *found = false;
        return ERR_NONE;
    }
    if ((rc = user_get(core, arena, handler->user_id, &user, e)) ||
        (rc = application_get(core, arena, handler->application_id, &application, e)))
        return rc;
    *found = !user.disabled;
    if (user.disabled)
        return ERR_NONE;
    struct credential token = {
        .kind = CREDENTIAL_AUTH,
        .user_id = user.id,
        .scopes = application_scopes(arena, consent->scopes, application.scopes),
        .label = consent->label,
        .expires_us = expires_us,
        .parent_id = consent->id,
        .application_id = application.id,
    };
    rc = credential_add(core, arena, &token, (struct bytes){ 0 }, &secret, &id, e);
    if (rc == ERR_NONE)
        *out = (struct application_tokens){ .access = secret,
                                            .access_expires_us = expires_us,
                                            .user_id = user.id,
                                            .scopes = token.scopes };
    return rc;
}
