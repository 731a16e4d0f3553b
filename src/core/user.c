#include "base/clock.h"
#include "base/log.h"
#include "core/access.h"
#include "core/journal.h"
#include "core/store.h"

#define USER_NAME_MAX 254

enum err_code user_get(struct core *core, struct arena *arena, int32_t id, struct user *out,
                       struct err *e)
{
    uint32_t slot = (uint32_t)id % USER_CACHE_SIZE;
    struct user user;
    bool found;

    if (core->user_is_cached[slot] && core->cached_users[slot].id == id) {
        *out = core->cached_users[slot];
        return ERR_NONE;
    }
    enum err_code rc = core_look(core, e);
    if (rc)
        return rc;
    rc = meta_user_find(core->meta, arena, TENANT_DEFAULT, id, &user, &found, e);
    if (rc)
        return rc;
    if (!found)
        return err_set(e, ERR_NOT_FOUND, "there is no user %d", id);
    *out = user;

    struct user kept = user;
    kept.name = arena_copy(core->users, user.name);
    kept.tooltip = arena_copy(core->users, user.tooltip);
    kept.full_name = arena_copy(core->users, user.full_name);
    kept.formal_name = arena_copy(core->users, user.formal_name);
    if (kept.name.at && kept.tooltip.at && kept.full_name.at && kept.formal_name.at) {
        core->cached_users[slot] = kept;
        core->user_is_cached[slot] = true;
    }
    return ERR_NONE;
}

enum err_code user_find(struct core *core, struct arena *arena, struct bytes name, struct user *out,
                        struct err *e)
{
    struct bytes password;
    bool found;

    enum err_code rc = core_look(core, e);
    if (rc)
        return rc;
    rc = meta_user_by_name(core->meta, arena, TENANT_DEFAULT, name, out, &password, &found, e);
    if (rc || found)
        return rc;
    char quoted[LOG_QUOTE_MAX];
    return err_set(e, ERR_NOT_FOUND, "there is no user %s", log_quote(name, quoted));
}

enum err_code user_list(struct core *core, struct arena *arena, struct user **out, size_t *count,
                        struct err *e)
{
    enum err_code rc = core_look(core, e);
    if (rc)
        return rc;
    return meta_user_list(core->meta, arena, TENANT_DEFAULT, out, count, e);
}

/* One write of users: what differs is `change`. */
struct user_write {
    struct write write;
    enum { USER_INSERT, USER_PASSWORD, USER_DISABLED } change;
    struct user user;
    char password[PASSWORD_HASH_MAX];
};

static enum err_code insert_user(struct user_write *u, struct meta *meta, struct err *e)
{
    enum err_code rc;
    int64_t id = u->user.id;

    if (id)
        rc = meta_skip_id(meta, TENANT_DEFAULT, "user", id, e);
    else
        rc = meta_next_id(meta, TENANT_DEFAULT, "user", 1, INT32_MAX, &id, e);
    if (rc)
        return rc;
    u->user.id = u->write.change.record_id = (int32_t)id;
    rc = meta_user_insert(meta, TENANT_DEFAULT, &u->user, bytes_str(u->password), e);
    if (rc == ERR_CONFLICT)
        return err_set(e, ERR_CONFLICT, "there is a user of that name or id already");
    return rc;
}

static enum err_code apply_user(struct write *w, struct meta *meta, struct err *e)
{
    struct user_write *u = (struct user_write *)w;
    enum err_code rc = ERR_INTERNAL;
    bool found = true;

    switch (u->change) {
    case USER_INSERT:
        rc = insert_user(u, meta, e);
        break;
    case USER_PASSWORD:
        rc = meta_user_set_password(meta, TENANT_DEFAULT, u->user.id, bytes_str(u->password),
                                    &found, e);
        if (rc == ERR_NONE)
            rc = meta_credential_delete_of_user(meta, TENANT_DEFAULT, u->user.id, e);
        break;
    case USER_DISABLED:
        rc = meta_user_set_disabled(meta, TENANT_DEFAULT, u->user.id, u->user.disabled, &found, e);
        break;
    }
    if (rc == ERR_NONE && !found)
        return err_set(e, ERR_NOT_FOUND, "there is no user %d", u->user.id);
    return rc ? rc : access_changed(meta, e);
}

static struct write user_change(const struct core *core, enum change_what what, int32_t id)
{
    return (struct write){ .apply = apply_user,
                           .changes_access = true,
                           .change = change_by(&core->acting, what, (struct owner){ 0, id }) };
}

static enum err_code hash_if_given(struct core *core, struct bytes password, char *out,
                                   struct err *e)
{
    out[0] = '\0';
    if (!password.at)
        return ERR_NONE;
    if (!core->may_block)
        return err_set(e, ERR_BLOCKS, "a password is to be hashed");
    if (password.len == 0 || password.len > 1024)
        return err_set(e, ERR_INVALID, "a password has 1 to 1024 bytes");
    return password_hash(password, out, e);
}

static bool is_plain_text(struct bytes text, size_t max)
{
    if (text.len > max || !bytes_is_utf8(text))
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned char)text.at[i] < 0x20 || text.at[i] == 0x7F)
            return false;
    }
    return true;
}

enum err_code user_add(struct core *core, const struct user *user, struct bytes password,
                       int32_t *id, struct err *e)
{
    struct user_write u = { .write = user_change(core, CHANGE_USER_ADD, user->id),
                            .change = USER_INSERT,
                            .user = *user };

    /* a colon would end the name in Basic authentication */
    if (user->name.len == 0 || !is_plain_text(user->name, USER_NAME_MAX) ||
        bytes_index(user->name, ':') < user->name.len)
        return err_set(e, ERR_INVALID,
                       "a user name has 1 to %d bytes of text, without control characters and ':'",
                       USER_NAME_MAX);
    if (!is_plain_text(user->tooltip, USER_NAME_MAX) ||
        !is_plain_text(user->full_name, USER_NAME_MAX) ||
        !is_plain_text(user->formal_name, USER_NAME_MAX))
        return err_set(e, ERR_INVALID, "a user's texts have at most %d bytes", USER_NAME_MAX);
    if (user->id < 0)
        return err_set(e, ERR_INVALID, "a user's id is above 0");
    enum err_code rc = hash_if_given(core, password, u.password, e);
    if (rc == ERR_NONE)
        rc = core_write(core, &u.write, e);
    if (rc == ERR_NONE)
        *id = u.user.id;
    return rc;
}

enum err_code user_set_password(struct core *core, int32_t id, struct bytes password, struct err *e)
{
    struct user_write u = { .write = user_change(core, CHANGE_USER_PASSWORD, id),
                            .change = USER_PASSWORD,
                            .user = { .id = id } };

    enum err_code rc = hash_if_given(core, password, u.password, e);
    return rc ? rc : core_write(core, &u.write, e);
}

enum err_code user_set_disabled(struct core *core, int32_t id, bool disabled, struct err *e)
{
    enum change_what what = disabled ? CHANGE_USER_DISABLE : CHANGE_USER_ENABLE;
    struct user_write u = { .write = user_change(core, what, id),
                            .change = USER_DISABLED,
                            .user = { .id = id, .disabled = disabled } };

    return core_write(core, &u.write, e);
}
