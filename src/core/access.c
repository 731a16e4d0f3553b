#include "core/access.h"
#include "base/clock.h"
#include "core/store.h"

/* The counter moves with every change of a user or credential. */
#define ACCESS_COUNTER "access"

enum err_code access_changed(struct meta *meta, struct err *e)
{
    int64_t ignored;

    return meta_next_id(meta, TENANT_DEFAULT, ACCESS_COUNTER, 1, INT64_MAX - 1, &ignored, e);
}

enum err_code access_refresh(struct core *core, struct err *e)
{
    uint64_t now = generation_access(core->store->generation);
    int64_t access_version;

    enum err_code rc = core_look(core, e);
    if (rc || (now && now == core->access_looked))
        return rc;
    rc = meta_counter(core->meta, TENANT_DEFAULT, ACCESS_COUNTER, &access_version, e);
    if (rc)
        return rc;
    if (access_version != core->access_version) {
        memset(core->user_is_cached, 0, sizeof core->user_is_cached);
        arena_reset(core->users);
        core->access_version = access_version;
    }
    core->access_looked = now;
    return ERR_NONE;
}

/* What was presented, keyed by this process: nothing secret stays in memory. */
static struct hash cache_key(const struct store *store, enum credential_kind kind, int32_t user_id,
                             struct bytes first, struct bytes second)
{
    struct {
        uint8_t key[HASH_LEN];
        uint64_t first_len;
        int32_t kind;
        int32_t user_id;
    } head = { .first_len = first.len, .kind = (int32_t)kind, .user_id = user_id };
    char text[512];
    size_t len = sizeof head;
    struct hash key = { 0 };

    memcpy(head.key, store->cache_key, HASH_LEN);
    memcpy(text, &head, sizeof head);
    if (first.len + second.len > sizeof text - len)
        return key; /* far longer than any of ours: never cached, see below */
    if (first.len)
        memcpy(text + len, first.at, first.len);
    if (second.len)
        memcpy(text + len + first.len, second.at, second.len);
    len += first.len + second.len;
    sha256(bytes_of(text, len), &key); /* the key is never shown, so a plain prefix will do */
    explicit_bzero(text, len);
    return key;
}

static bool cacheable(const struct hash *key)
{
    static const struct hash none;

    return memcmp(key, &none, sizeof none) != 0;
}

static struct access_entry *entry_of(struct store *store, const struct hash *key)
{
    uint32_t slot;

    memcpy(&slot, key->at, sizeof slot);
    return &store->cache[slot % ACCESS_CACHE_SIZE];
}

static bool cache_find(struct core *core, const struct hash *key, int64_t now_us,
                       struct principal *out)
{
    struct access_entry *entry = entry_of(core->store, key);
    bool found;

    if (!cacheable(key))
        return false;
    pthread_mutex_lock(&core->store->cache_lock);
    found = entry->access_version == core->access_version && now_us < entry->until_us &&
            memcmp(&entry->key, key, sizeof *key) == 0 &&
            (!entry->principal.expires_us || now_us < entry->principal.expires_us);
    if (found)
        *out = entry->principal;
    pthread_mutex_unlock(&core->store->cache_lock);
    return found;
}

static void cache_put(struct core *core, const struct hash *key, int64_t until_us,
                      const struct principal *principal)
{
    struct access_entry *entry = entry_of(core->store, key);

    if (!cacheable(key))
        return;
    pthread_mutex_lock(&core->store->cache_lock);
    *entry = (struct access_entry){ .key = *key,
                                    .access_version = core->access_version,
                                    .until_us = until_us,
                                    .principal = *principal };
    pthread_mutex_unlock(&core->store->cache_lock);
}

static enum err_code refuse(struct err *e, enum access_reason reason, const char *text)
{
    err_set(e, ERR_UNAUTHENTICATED, "%s", text);
    e->reason = (int)reason;
    return ERR_UNAUTHENTICATED;
}

/* An unknown user costs the same. What is stored ends in a NUL: see arena_copy. */
static enum err_code password_is(struct bytes password, struct bytes encoded, bool *right,
                                 struct err *e)
{
    static const char nobody[] = "$argon2id$v=19$m=19456,t=2,p=1$Y2FtZW8gbm9ib2R5IQ$"
                                 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    enum err_code rc = password_check(password, encoded.len ? encoded.at : nobody, right, e);

    if (rc == ERR_NONE && !encoded.len)
        *right = false;
    return rc;
}

static enum err_code check_password(struct core *core, const struct hash *key, struct bytes user,
                                    struct bytes password, struct principal *out, struct err *e)
{
    int64_t now_us = clock_now_us();
    struct user found_user = { 0 };
    struct bytes encoded = { 0 };
    bool right;
    bool found;

    if (cache_find(core, key, now_us, out)) /* who was before us in line had the same */
        return ERR_NONE;
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 16);
    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "check a password");
    enum err_code rc = meta_user_by_name(core->meta, arena, TENANT_DEFAULT, user, &found_user,
                                         &encoded, &found, e);
    if (rc == ERR_NONE)
        rc = password_is(password, encoded, &right, e);
    if (rc)
        return rc;
    if (!right || !found)
        return refuse(e, ACCESS_WRONG, "wrong user name or password");
    if (found_user.disabled)
        return refuse(e, ACCESS_DISABLED, "the user is disabled");

    *out = (struct principal){
        .user_id = found_user.id,
        .role = found_user.role,
        .kind = CREDENTIAL_PASSWORD,
        .root_id = CREDENTIAL_OF_USER,
        .may_write = found_user.role >= USER_EDITOR,
        .catalog = true,
    };
    cache_put(core, key, now_us + ACCESS_CACHE_US, out);
    return ERR_NONE;
}

enum err_code access_by_password(struct core *core, struct bytes user, struct bytes password,
                                 struct principal *out, struct err *e)
{
    enum err_code rc = access_refresh(core, e);
    if (rc)
        return rc;
    struct hash key = cache_key(core->store, CREDENTIAL_PASSWORD, 0, user, password);
    if (cache_find(core, &key, clock_now_us(), out))
        return ERR_NONE;
    if (!core->may_block)
        return err_set(e, ERR_BLOCKS, "a password is to be hashed");
    /* Argon2 takes 19 MiB and 30 ms of a core: one at a time */
    pthread_mutex_lock(&core->store->hash_lock);
    rc = check_password(core, &key, user, password, out, e);
    pthread_mutex_unlock(&core->store->hash_lock);
    return rc;
}

bool access_has_scope(struct bytes scopes, struct bytes wanted)
{
    struct bytes scope;

    while (bytes_split(&scopes, ',', &scope)) {
        if (bytes_eq_nocase(bytes_trim(scope), wanted))
            return true;
    }
    return false;
}

/* Moves the end of a sliding credential, but not at every use: when a part of it is gone. */
#define SLIDE_PARTS 12

struct slide {
    struct write write;
    int32_t credential_id;
    int64_t expires_us;
};

static enum err_code apply_slide(struct write *w, struct meta *meta, struct err *e)
{
    struct slide *slide = (struct slide *)w;

    return meta_credential_extend(meta, TENANT_DEFAULT, slide->credential_id, slide->expires_us, e);
}

static enum err_code slide_on(struct core *core, struct credential *credential, int64_t now_us,
                              struct err *e)
{
    struct slide slide = { .write = { .apply = apply_slide },
                           .credential_id = credential->id,
                           .expires_us = now_us + credential->sliding_us };

    if (!credential->sliding_us || !credential->expires_us ||
        slide.expires_us - credential->expires_us < credential->sliding_us / SLIDE_PARTS)
        return ERR_NONE;
    enum err_code rc = core_write(core, &slide.write, e);
    if (rc == ERR_FULL || rc == ERR_UNAVAILABLE)
        return ERR_NONE; /* reading goes on when nothing can be written; it ends earlier then */
    if (rc == ERR_NONE)
        credential->expires_us = slide.expires_us;
    return rc;
}

/* What is made with a token hangs on what the token was made with, so that no chain outlives it. */
static int32_t root_of(const struct credential *credential)
{
    if (credential->kind == CREDENTIAL_SESSION || credential->parent_id == 0)
        return credential->id;
    return credential->parent_id;
}

/* A sliding credential is looked at often enough to move on. */
static int64_t remembered_until(const struct credential *credential, int64_t now_us)
{
    int64_t part_us = credential->sliding_us / SLIDE_PARTS;

    return now_us + (part_us && part_us < ACCESS_CACHE_US ? part_us : ACCESS_CACHE_US);
}

static enum err_code principal_of(struct core *core, struct arena *arena,
                                  struct credential *credential, int64_t now_us,
                                  struct principal *out, struct err *e)
{
    struct user user;
    bool found;

    if (credential->application_id == CREDENTIAL_OF_NO_APPLICATION)
        return refuse(e, ACCESS_NO_APPLICATION, "the credential's application was removed");
    if (credential->expires_us && now_us >= credential->expires_us)
        return refuse(e, ACCESS_EXPIRED, "the credential has expired");
    enum err_code rc =
        meta_user_find(core->meta, arena, TENANT_DEFAULT, credential->user_id, &user, &found, e);
    if (rc)
        return rc;
    if (!found)
        return refuse(e, ACCESS_WRONG, "the credential's user is gone");
    if (user.disabled)
        return refuse(e, ACCESS_DISABLED, "the user is disabled");
    rc = slide_on(core, credential, now_us, e);
    if (rc)
        return rc;
    *out = (struct principal){
        .user_id = user.id,
        .role = user.role,
        .kind = credential->kind,
        .credential_id = credential->id,
        .root_id = root_of(credential),
        .application_id = credential->application_id,
        .expires_us = credential->expires_us,
        .may_write = user.role >= USER_EDITOR && !credential->read_only,
        .catalog = access_has_scope(credential->scopes, B("catalog")),
    };
    return ERR_NONE;
}

enum err_code access_by_secret(struct core *core, enum credential_kind kind, struct bytes secret,
                               int32_t user_id, struct principal *out, struct err *e)
{
    int64_t now_us = clock_now_us();
    struct credential credential;
    struct hash hash;
    bool found;

    enum err_code rc = access_refresh(core, e);
    if (rc)
        return rc;
    struct hash key = cache_key(core->store, kind, user_id, secret, (struct bytes){ 0 });
    if (cache_find(core, &key, now_us, out))
        return ERR_NONE;

    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 16);
    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "check a credential");
    hmac(core->store->secret_key, secret, &hash);
    rc = meta_credential_by_hash(core->meta, arena, TENANT_DEFAULT, kind,
                                 bytes_of((const char *)hash.at, HASH_LEN), &credential, &found, e);
    if (rc)
        return rc;
    if (!found || (kind == CREDENTIAL_WEBHOOK && credential.user_id != user_id))
        return refuse(e, ACCESS_WRONG, "unknown credential");
    rc = principal_of(core, arena, &credential, now_us, out, e);
    if (rc == ERR_NONE)
        cache_put(core, &key, remembered_until(&credential, now_us), out);
    return rc;
}

/* What the issuer calls the user is his login. */
static enum err_code user_of_claim(struct core *core, struct arena *arena, struct bytes name,
                                   struct user *out, struct err *e)
{
    struct bytes password;
    bool found;

    enum err_code rc =
        meta_user_by_name(core->meta, arena, TENANT_DEFAULT, name, out, &password, &found, e);
    if (rc)
        return rc;
    if (!found)
        return refuse(e, ACCESS_REFUSED, "the token names nobody who is known here");
    if (out->disabled)
        return refuse(e, ACCESS_DISABLED, "the user is disabled");
    return ERR_NONE;
}

enum err_code access_by_issuer(struct core *core, struct bytes token, struct principal *out,
                               struct err *e)
{
    const struct settings *settings = core_settings(core);
    int64_t now_us = clock_now_us();
    struct jwt_claims claims;
    struct hash digest;
    struct user user;

    enum err_code rc = access_refresh(core, e);
    if (rc)
        return rc;
    sha256(token, &digest); /* such tokens are long */
    struct hash key = cache_key(core->store, CREDENTIAL_OPENID, 0,
                                bytes_of((const char *)digest.at, HASH_LEN), (struct bytes){ 0 });
    if (cache_find(core, &key, now_us, out))
        return ERR_NONE;
    if (!core->may_block)
        return err_set(e, ERR_BLOCKS, "a signature is to be verified");

    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 18);
    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "check a token");
    struct jwt_policy policy = { .issuer = settings->oidc_issuer,
                                 .audience = settings->oidc_audience,
                                 .claim = settings->oidc_claim,
                                 .skew_seconds = settings->oidc_skew_seconds,
                                 .now_us = now_us };
    rc = jwt_verify(core->store->issuer_keys, &policy, arena, token, &claims, e);
    if (rc == ERR_UNAUTHENTICATED)
        e->reason = e->reason == JWT_EXPIRED ? ACCESS_EXPIRED : ACCESS_REFUSED;
    if (rc || (rc = user_of_claim(core, arena, claims.name, &user, e)))
        return rc;
    *out = (struct principal){
        .user_id = user.id,
        .role = user.role,
        .kind = CREDENTIAL_OPENID,
        .root_id = CREDENTIAL_OF_USER,
        .expires_us = claims.expires_us,
        .may_write = user.role >= USER_EDITOR,
        .catalog = true,
    };
    cache_put(core, &key, now_us + ACCESS_CACHE_US, out);
    return ERR_NONE;
}
