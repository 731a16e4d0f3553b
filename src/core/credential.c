#include "base/base64.h"
#include "base/clock.h"
#include "core/access.h"
#include "core/journal.h"
#include "core/store.h"

#define SECRET_BYTES 24 /* random: 32 characters */

/* Credentials of one kind that a user may have made for himself; who asks for more loses the older
 * half. Half at a time, for each time everybody's remembered credentials are void. */
#define MADE_MAX 256

struct credential_write {
    struct write write;
    bool revoke;
    struct arena *arena; /* of one that revokes */
    struct credential credential;
    struct hash hash;
};

/* What a credential is made with must be there still, and only so many are kept. */
static enum err_code make_room(struct credential_write *c, struct meta *meta, struct arena *arena,
                               struct err *e)
{
    const struct credential *made = &c->credential;
    struct credential parent;
    int64_t count = 0;
    bool found = true;
    enum err_code rc = ERR_NONE;

    if (made->parent_id > 0)
        rc = meta_credential_find(meta, arena, TENANT_DEFAULT, made->parent_id, &parent, &found, e);
    if (rc == ERR_NONE && !found)
        return err_set(e, ERR_UNAUTHENTICATED, "the credential was revoked");
    if (rc == ERR_NONE)
        rc = meta_credential_count_made(meta, TENANT_DEFAULT, made->user_id, made->kind, &count, e);
    if (rc || count < MADE_MAX)
        return rc;
    rc =
        meta_credential_drop_made(meta, TENANT_DEFAULT, made->user_id, made->kind, MADE_MAX / 2, e);
    return rc ? rc : access_changed(meta, e);
}

static enum err_code insert_credential(struct credential_write *c, struct meta *meta, struct err *e)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 16);
    struct user user;
    int64_t id;
    bool found;

    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "add a credential");
    enum err_code rc =
        meta_user_find(meta, arena, TENANT_DEFAULT, c->credential.user_id, &user, &found, e);
    if (rc)
        return rc;
    if (!found)
        return err_set(e, ERR_NOT_FOUND, "there is no user %d", c->credential.user_id);
    if (c->credential.parent_id && (rc = make_room(c, meta, arena, e)))
        return rc;
    rc = meta_next_id(meta, TENANT_DEFAULT, "credential", 1, INT32_MAX, &id, e);
    if (rc)
        return rc;
    c->credential.id = (int32_t)id;
    c->write.change.subject = id;
    rc = meta_credential_insert(meta, TENANT_DEFAULT, &c->credential,
                                bytes_of((const char *)c->hash.at, HASH_LEN), e);
    if (rc == ERR_CONFLICT)
        return err_set(e, ERR_CONFLICT, "that secret is in use already");
    return rc;
}

/* What users got for themselves comes and goes without an entry in the audit log. */
static enum err_code revoke_credential(struct credential_write *c, struct meta *meta, bool *found,
                                       struct err *e)
{
    struct credential revoked;

    enum err_code rc =
        meta_credential_find(meta, c->arena, TENANT_DEFAULT, c->credential.id, &revoked, found, e);
    if (rc || !*found)
        return rc;
    c->write.change.record_id = revoked.user_id;
    c->write.change.text = revoked.label;
    if (revoked.parent_id || revoked.application_id)
        c->write.change.what = CHANGE_NONE;
    return meta_credential_delete(meta, TENANT_DEFAULT, c->credential.id, found, e);
}

static enum err_code apply_credential(struct write *w, struct meta *meta, struct err *e)
{
    struct credential_write *c = (struct credential_write *)w;
    enum err_code rc;
    bool found = true;

    if (c->revoke)
        rc = revoke_credential(c, meta, &found, e);
    else
        rc = insert_credential(c, meta, e);
    if (rc == ERR_NONE && !found)
        return err_set(e, ERR_NOT_FOUND, "there is no key %d", c->credential.id);
    /* one that is new voids nothing that is remembered */
    return rc || !c->revoke ? rc : access_changed(meta, e);
}

struct bytes credential_secret(struct arena *arena, enum credential_kind kind)
{
    char random[SECRET_BYTES];
    struct strbuf text;

    random_bytes(random, sizeof random);
    strbuf_init(&text, arena, 64, 64);
    if (kind == CREDENTIAL_TICKET)
        strbuf_lit(&text, "7T:");
    if (kind == CREDENTIAL_TOKEN)
        strbuf_lit(&text, "8A:");
    base64url_write(&text, bytes_of(random, sizeof random));
    explicit_bzero(random, sizeof random);
    return text.failed ? (struct bytes){ 0 } : strbuf_bytes(&text);
}

enum err_code credential_add(struct core *core, struct arena *arena,
                             const struct credential *credential, struct bytes secret,
                             struct bytes *shown, int32_t *id, struct err *e)
{
    struct credential_write c = { .write = { .apply = apply_credential, .changes_access = true },
                                  .credential = *credential };

    if (!secret.at)
        secret = credential_secret(arena, credential->kind);
    if (!secret.at || !(secret = arena_copy(arena, secret)).at)
        return err_set(e, ERR_NO_MEMORY, "add a credential");
    if (secret.len == 0 || secret.len > 254)
        return err_set(e, ERR_INVALID, "a secret has 1 to 254 bytes");
    if (credential->label.len > 254 || !bytes_is_utf8(credential->label) ||
        credential->scopes.len > 254 || !bytes_is_utf8(credential->scopes))
        return err_set(e, ERR_INVALID, "label and scopes have at most 254 bytes of text");
    if (!c.credential.scopes.at)
        c.credential.scopes = B("catalog");
    c.credential.created_us = clock_now_us();
    if (!credential->parent_id && !credential->application_id)
        c.write.change =
            change_by(&core->acting, CHANGE_KEY_ADD, (struct owner){ 0, credential->user_id });
    c.write.change.text = c.credential.label;
    hmac(core->store->secret_key, secret, &c.hash);
    enum err_code rc = core_write(core, &c.write, e);
    if (rc)
        return rc;
    *shown = secret;
    *id = c.credential.id;
    return ERR_NONE;
}

enum err_code credential_list(struct core *core, struct arena *arena, struct credential **out,
                              size_t *count, struct err *e)
{
    enum err_code rc = core_look(core, e);
    if (rc)
        return rc;
    return meta_credential_list(core->meta, arena, TENANT_DEFAULT, out, count, e);
}

enum err_code credential_get(struct core *core, struct arena *arena, int32_t id,
                             struct credential *out, struct err *e)
{
    bool found;
    enum err_code rc = core_look(core, e);

    if (rc == ERR_NONE)
        rc = meta_credential_find(core->meta, arena, TENANT_DEFAULT, id, out, &found, e);
    if (rc || found)
        return rc;
    return err_set(e, ERR_NOT_FOUND, "there is no key %d", id);
}

enum err_code credential_revoke(struct core *core, int32_t id, struct err *e)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 16);
    struct credential_write c = { .write = { .apply = apply_credential,
                                             .changes_access = true,
                                             .change = change_by(&core->acting, CHANGE_KEY_REVOKE,
                                                                 (struct owner){ 0 }) },
                                  .revoke = true,
                                  .arena = arena,
                                  .credential = { .id = id } };

    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "revoke a key");
    c.write.change.subject = id;
    return core_write(core, &c.write, e);
}

struct purge {
    struct write write; /* first */
    int64_t before_us;
    size_t limit;
};

static enum err_code apply_purge(struct write *write, struct meta *meta, struct err *e)
{
    struct purge *p = (struct purge *)write;

    return meta_credential_purge(meta, TENANT_DEFAULT, p->before_us, p->limit, e);
}

enum err_code credential_purge(struct core *core, size_t limit, struct err *e)
{
    struct purge p = { .write = { .apply = apply_purge },
                       .before_us = clock_now_us() - CREDENTIAL_KEPT_US,
                       .limit = limit };
    bool any;

    enum err_code rc =
        meta_credential_has_expired(core->meta, TENANT_DEFAULT, p.before_us, &any, e);
    return rc || !any ? rc : core_write(core, &p.write, e);
}

struct bytes session_xsrf(const struct core *core, struct arena *arena, struct bytes secret)
{
    struct strbuf text;
    struct hash mac;

    hmac(core->store->session_key, secret, &mac);
    strbuf_init(&text, arena, BASE64_LEN(HASH_LEN), BASE64_LEN(HASH_LEN));
    base64url_write(&text, bytes_of((const char *)mac.at, HASH_LEN));
    return text.failed ? (struct bytes){ 0 } : strbuf_bytes(&text);
}
