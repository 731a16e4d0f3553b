/* Codes and refresh tokens become pairs of tokens (bitrix24 12.1).
 *
 * A code is the root of all that comes of it: every token's parent_id is the code's id, so that
 * what ends it ends them. Its row stays, used, as long as the last of its refresh tokens. */
#include "base/clock.h"
#include "core/access.h"
#include "core/application.h"
#include "core/store.h"

/* Of one code and kind; a client that asks for more loses the older half. Half at a time, for each
 * time everybody's remembered credentials are void. */
#define TOKENS_MAX 64
/* Times that one user let in one application; more take the place of what was not used longest. */
#define CODES_MAX 16

#define SCOPES_MAX 255

static struct bytes hash_bytes(const struct hash *hash)
{
    return bytes_of((const char *)hash->at, HASH_LEN);
}

/* A credential with the next id. */
static enum err_code insert(struct meta *meta, struct credential *credential,
                            const struct hash *hash, struct err *e)
{
    int64_t id;
    enum err_code rc = meta_next_id(meta, TENANT_DEFAULT, "credential", 1, INT32_MAX, &id, e);

    if (rc)
        return rc;
    credential->id = (int32_t)id;
    return meta_credential_insert(meta, TENANT_DEFAULT, credential, hash_bytes(hash), e);
}

struct code_write {
    struct write write; /* first */
    struct credential code;
    struct hash hash;
};

static enum err_code apply_code(struct write *w, struct meta *meta, struct err *e)
{
    struct code_write *c = (struct code_write *)w;
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 16);
    struct application application;
    struct user user;
    bool dropped;
    bool found;

    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "let an application in");
    enum err_code rc = meta_application_find(meta, arena, TENANT_DEFAULT, c->code.application_id,
                                             &application, &found, e);
    if (rc == ERR_NONE && found)
        rc = meta_user_find(meta, arena, TENANT_DEFAULT, c->code.user_id, &user, &found, e);
    if (rc)
        return rc;
    if (!found)
        return err_set(e, ERR_NOT_FOUND, "the application or the user is gone");
    rc = meta_credential_drop_codes(meta, TENANT_DEFAULT, c->code.user_id, c->code.application_id,
                                    CODES_MAX - 1, &dropped, e);
    if (rc == ERR_NONE && dropped)
        rc = access_changed(meta, e);
    return rc ? rc : insert(meta, &c->code, &c->hash, e);
}

enum err_code application_code(struct core *core, struct arena *arena,
                               const struct application *application, int32_t user_id,
                               struct bytes scopes, struct bytes *code, struct err *e)
{
    int64_t now_us = clock_now_us();
    struct code_write c = { .write = { .apply = apply_code, .changes_access = true },
                            .code = { .kind = CREDENTIAL_CODE,
                                      .user_id = user_id,
                                      .scopes = scopes,
                                      .label = application->name,
                                      .created_us = now_us,
                                      .expires_us = now_us + APPLICATION_CODE_SECONDS * SECOND_US,
                                      .parent_id = CREDENTIAL_OF_USER,
                                      .application_id = application->id } };
    struct bytes secret = credential_secret(arena, CREDENTIAL_CODE);

    if (!secret.at)
        return err_set(e, ERR_NO_MEMORY, "let an application in");
    if (scopes.len > SCOPES_MAX)
        return err_set(e, ERR_INVALID, "scopes have at most %d bytes", SCOPES_MAX);
    hmac(core->store->secret_key, secret, &c.hash);
    enum err_code rc = core_write(core, &c.write, e);
    if (rc == ERR_NONE)
        *code = secret;
    return rc;
}

struct exchange {
    struct write write; /* first */
    const struct application *application;
    enum credential_kind kind;
    struct hash presented;
    struct hash access_hash;
    struct hash refresh_hash;
    int64_t now_us;
    int64_t refresh_expires_us;
    int64_t grace_us;

    bool replayed; /* a code came again: what came of it is gone, and that is to be kept */
    struct credential access;
    char scopes[SCOPES_MAX];
    size_t scopes_len;
};

static enum err_code refuse(struct err *e, const char *why)
{
    return err_set(e, ERR_UNAUTHENTICATED, "%s", why);
}

/* The presented credential, as far as it can be told from its own row. */
static enum err_code find_presented(struct exchange *x, struct meta *meta, struct arena *arena,
                                    struct credential *out, struct err *e)
{
    bool found;
    enum err_code rc = meta_credential_by_hash(meta, arena, TENANT_DEFAULT, x->kind,
                                               hash_bytes(&x->presented), out, &found, e);

    if (rc)
        return rc;
    if (!found || out->application_id != x->application->id)
        return refuse(e, "there is no such code or refresh token of that application");
    x->replayed = x->kind == CREDENTIAL_CODE && out->used_us;
    if (!x->replayed && x->now_us >= out->expires_us)
        return refuse(e, "the code or refresh token has expired or was used");
    return ERR_NONE;
}

/* The application may have gone, its user may have been disabled meanwhile. */
static enum err_code check_owners(struct exchange *x, struct meta *meta, struct arena *arena,
                                  const struct credential *presented, struct err *e)
{
    struct application application;
    struct user user;
    bool found;
    enum err_code rc = meta_application_find(meta, arena, TENANT_DEFAULT, x->application->id,
                                             &application, &found, e);

    if (rc)
        return rc;
    if (!found)
        return refuse(e, "the application is gone");
    rc = meta_user_find(meta, arena, TENANT_DEFAULT, presented->user_id, &user, &found, e);
    if (rc)
        return rc;
    if (!found || user.disabled)
        return refuse(e, "the user is gone or disabled");

    struct bytes scopes = application_scopes(arena, presented->scopes, application.scopes);
    if (!scopes.at || scopes.len > sizeof x->scopes)
        return err_set(e, ERR_NO_MEMORY, "scopes");
    if (scopes.len)
        memcpy(x->scopes, scopes.at, scopes.len);
    x->scopes_len = scopes.len;
    return ERR_NONE;
}

static enum err_code drop_oldest(struct meta *meta, int32_t root_id, struct err *e)
{
    static const enum credential_kind kinds[] = { CREDENTIAL_AUTH, CREDENTIAL_REFRESH };
    bool any = false;

    for (size_t i = 0; i < COUNT(kinds); i++) {
        bool dropped;
        enum err_code rc = meta_credential_drop_below(meta, TENANT_DEFAULT, root_id, kinds[i],
                                                      TOKENS_MAX, &dropped, e);
        if (rc)
            return rc;
        any = any || dropped;
    }
    return any ? access_changed(meta, e) : ERR_NONE;
}

static enum err_code make_pair(struct exchange *x, struct meta *meta,
                               const struct credential *presented, int32_t root_id, struct err *e)
{
    struct credential pair = { .kind = CREDENTIAL_AUTH,
                               .user_id = presented->user_id,
                               .scopes = bytes_of(x->scopes, x->scopes_len),
                               .label = presented->label,
                               .created_us = x->now_us,
                               .expires_us = x->access.expires_us,
                               .parent_id = root_id,
                               .application_id = presented->application_id };
    enum err_code rc = insert(meta, &pair, &x->access_hash, e);

    x->access.user_id = pair.user_id;
    if (rc)
        return rc;
    pair.kind = CREDENTIAL_REFRESH;
    pair.expires_us = x->refresh_expires_us;
    return insert(meta, &pair, &x->refresh_hash, e);
}

/* A code now stands for all that comes of it; a refresh token works on for the grace alone. */
static enum err_code use_up(const struct exchange *x, struct meta *meta,
                            const struct credential *presented, int32_t root_id, struct err *e)
{
    int64_t until_us = x->refresh_expires_us;

    if (x->kind == CREDENTIAL_REFRESH) {
        enum err_code rc =
            meta_credential_extend(meta, TENANT_DEFAULT, root_id, x->refresh_expires_us, e);
        if (rc || presented->used_us)
            return rc;
        until_us = x->now_us + x->grace_us;
        if (until_us > presented->expires_us)
            until_us = presented->expires_us;
    }
    return meta_credential_use(meta, TENANT_DEFAULT, presented->id, x->now_us, until_us, e);
}

static enum err_code apply_exchange(struct write *w, struct meta *meta, struct err *e)
{
    struct exchange *x = (struct exchange *)w;
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 16);
    struct credential presented;
    bool found;

    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "exchange a token");
    enum err_code rc = find_presented(x, meta, arena, &presented, e);
    if (rc)
        return rc;
    if (x->replayed) {
        rc = meta_credential_delete(meta, TENANT_DEFAULT, presented.id, &found, e);
        return rc ? rc : access_changed(meta, e);
    }
    int32_t root_id = x->kind == CREDENTIAL_CODE ? presented.id : presented.parent_id;
    if ((rc = check_owners(x, meta, arena, &presented, e)) ||
        (rc = drop_oldest(meta, root_id, e)) || (rc = make_pair(x, meta, &presented, root_id, e)))
        return rc;
    return use_up(x, meta, &presented, root_id, e);
}

enum err_code application_exchange(struct core *core, struct arena *arena,
                                   const struct application *application, enum credential_kind kind,
                                   struct bytes secret, struct application_tokens *out,
                                   struct err *e)
{
    const struct settings *settings = core_settings(core);
    int64_t now_us = clock_now_us();
    struct exchange x = {
        .write = { .apply = apply_exchange, .changes_access = true },
        .application = application,
        .kind = kind,
        .now_us = now_us,
        .refresh_expires_us = now_us + settings->oauth_refresh_seconds * SECOND_US,
        .grace_us = settings->oauth_grace_seconds * SECOND_US,
        .access = { .expires_us = now_us + settings->oauth_access_seconds * SECOND_US },
    };
    struct application_tokens made = { .access = credential_secret(arena, CREDENTIAL_AUTH),
                                       .refresh = credential_secret(arena, CREDENTIAL_REFRESH) };

    if (!made.access.at || !made.refresh.at)
        return err_set(e, ERR_NO_MEMORY, "exchange a token");
    hmac(core->store->secret_key, secret, &x.presented);
    hmac(core->store->secret_key, made.access, &x.access_hash);
    hmac(core->store->secret_key, made.refresh, &x.refresh_hash);
    enum err_code rc = core_write(core, &x.write, e);
    if (rc)
        return rc;
    if (x.replayed)
        return refuse(e, "the code was used before");
    made.access_expires_us = x.access.expires_us;
    made.user_id = x.access.user_id;
    made.scopes = arena_copy(arena, bytes_of(x.scopes, x.scopes_len));
    if (!made.scopes.at)
        return err_set(e, ERR_NO_MEMORY, "exchange a token");
    *out = made;
    return ERR_NONE;
}
