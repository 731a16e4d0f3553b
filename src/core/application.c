#include "core/application.h"
#include "base/base64.h"
#include "base/clock.h"
#include "base/log.h"
#include "core/journal.h"
#include "core/store.h"

#define TEXT_MAX        254
#define REDIRECT_MAX    2000
#define CLIENT_ID_BYTES 11 /* random: local.14 hex digits.8 hex digits */
#define TOKEN_BYTES     16

static const char hex[] = "0123456789abcdef";

static void write_hex(struct strbuf *out, const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        strbuf_char(out, hex[bytes[i] >> 4]);
        strbuf_char(out, hex[bytes[i] & 15]);
    }
}

void store_member_id(const struct core *core, char out[MEMBER_ID_LEN])
{
    for (size_t i = 0; i < MEMBER_ID_LEN / 2; i++) {
        out[2 * i] = hex[core->store->member_id[i] >> 4];
        out[2 * i + 1] = hex[core->store->member_id[i] & 15];
    }
}

struct bytes application_form_key(const struct core *core, struct arena *arena, struct bytes bound)
{
    struct strbuf text;
    struct hash mac;

    hmac(core->store->form_key, bound, &mac);
    strbuf_init(&text, arena, 0, BASE64_LEN(HASH_LEN));
    base64url_write(&text, bytes_of((const char *)mac.at, HASH_LEN));
    return text.failed ? (struct bytes){ 0 } : strbuf_bytes(&text);
}

/* As the vendor's look: local.5c8bb1b0891cf2.87252039 */
static struct bytes make_client_id(struct arena *arena)
{
    uint8_t random[CLIENT_ID_BYTES];
    struct strbuf text;

    random_bytes(random, sizeof random);
    strbuf_init(&text, arena, 32, 32);
    strbuf_lit(&text, "local.");
    write_hex(&text, random, 7);
    strbuf_char(&text, '.');
    write_hex(&text, random + 7, 4);
    return text.failed ? (struct bytes){ 0 } : strbuf_bytes(&text);
}

static struct bytes make_token(struct arena *arena)
{
    uint8_t random[TOKEN_BYTES];
    struct strbuf text;

    random_bytes(random, sizeof random);
    strbuf_init(&text, arena, 32, 32);
    write_hex(&text, random, sizeof random);
    return text.failed ? (struct bytes){ 0 } : strbuf_bytes(&text);
}

static bool has_only(struct bytes text, const char *others)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!plain && (c == '\0' || !strchr(others, c)))
            return false;
    }
    return true;
}

/* It goes into a header as it is. No fragment: the code is put behind it (RFC 6749 3.1.2). */
static bool is_redirect_uri(struct bytes text)
{
    size_t scheme = bytes_starts_nocase(text, B("https://"))  ? 8
                    : bytes_starts_nocase(text, B("http://")) ? 7
                                                              : 0;
    struct bytes rest = bytes_from(text, scheme);

    return scheme && text.len <= REDIRECT_MAX && rest.len && rest.at[0] != '/' &&
           rest.at[0] != '?' && has_only(text, "-._~:/?[]@!$&'()*+,;=%");
}

static bool is_line(struct bytes text)
{
    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned char)text.at[i] < ' ' || text.at[i] == 0x7F)
            return false;
    }
    return bytes_is_utf8(text);
}

static enum err_code check_texts(const struct application *a, struct bytes secret, struct err *e)
{
    if (a->client_id.len == 0 || a->client_id.len > TEXT_MAX || !has_only(a->client_id, "._-"))
        return err_set(e, ERR_INVALID, "a client id has 1 to %d letters, digits, '.', '_' and '-'",
                       TEXT_MAX);
    if (a->name.len == 0 || a->name.len > TEXT_MAX || !is_line(a->name))
        return err_set(e, ERR_INVALID, "an application's name has 1 to %d bytes of text", TEXT_MAX);
    if (!is_redirect_uri(a->redirect_uri))
        return err_set(e, ERR_INVALID,
                       "a redirect URI begins with https:// or http:// and a host, has no '#', "
                       "nothing that must be escaped and at most %d bytes",
                       REDIRECT_MAX);
    if (a->scopes.len == 0 || a->scopes.len > TEXT_MAX || !has_only(a->scopes, "._-, "))
        return err_set(e, ERR_INVALID, "scopes are names with commas between, at most %d bytes",
                       TEXT_MAX);
    if (a->application_token.len == 0 || a->application_token.len > TEXT_MAX ||
        !has_only(a->application_token, "._-"))
        return err_set(e, ERR_INVALID, "an application token has 1 to %d letters and digits",
                       TEXT_MAX);
    if (secret.len == 0 || secret.len > TEXT_MAX)
        return err_set(e, ERR_INVALID, "a secret has 1 to %d bytes", TEXT_MAX);
    return ERR_NONE;
}

/* One write of applications. */
struct application_write {
    struct write write; /* first */
    bool remove;
    struct arena *arena; /* of one that removes */
    struct application application;
    struct hash hash;
};

static enum err_code insert_application(struct application_write *a, struct meta *meta,
                                        struct err *e)
{
    int64_t id;
    enum err_code rc = meta_next_id(meta, TENANT_DEFAULT, "application", 1, INT32_MAX, &id, e);

    if (rc)
        return rc;
    a->application.id = (int32_t)id;
    a->write.change.subject = id;
    rc = meta_application_insert(meta, TENANT_DEFAULT, &a->application,
                                 bytes_of((const char *)a->hash.at, HASH_LEN), e);
    if (rc == ERR_CONFLICT)
        return err_set(e, ERR_CONFLICT, "there is an application of that client id already");
    return rc;
}

static enum err_code apply_application(struct write *w, struct meta *meta, struct err *e)
{
    struct application_write *a = (struct application_write *)w;
    bool found;

    if (!a->remove)
        return insert_application(a, meta, e);
    enum err_code rc =
        meta_application_find(meta, a->arena, TENANT_DEFAULT, (int32_t)a->write.change.subject,
                              &a->application, &found, e);
    if (rc == ERR_NONE && found) {
        a->write.change.text = a->application.name;
        rc = meta_application_delete(meta, TENANT_DEFAULT, a->application.id, &found, e);
    }
    if (rc)
        return rc;
    if (!found)
        return err_set(e, ERR_NOT_FOUND, "there is no application %d", a->application.id);
    return access_changed(meta, e);
}

enum err_code application_add(struct core *core, struct arena *arena,
                              const struct application *application, struct bytes secret,
                              struct application *out, struct bytes *shown, struct err *e)
{
    struct application_write a = { .write = { .apply = apply_application,
                                              .change = change_by(&core->acting, CHANGE_APP_ADD,
                                                                  (struct owner){ 0 }) },
                                   .application = *application };
    struct application *made = &a.application;

    if (made->client_id.len == 0)
        made->client_id = make_client_id(arena);
    if (made->application_token.len == 0)
        made->application_token = make_token(arena);
    if (made->scopes.len == 0)
        made->scopes = B("catalog");
    secret = secret.at ? arena_copy(arena, secret) : credential_secret(arena, CREDENTIAL_REFRESH);
    if (!made->client_id.at || !made->application_token.at || !secret.at)
        return err_set(e, ERR_NO_MEMORY, "add an application");
    enum err_code rc = check_texts(made, secret, e);
    if (rc)
        return rc;
    made->created_us = clock_now_us();
    a.write.change.text = made->name;
    hmac(core->store->secret_key, secret, &a.hash);
    rc = core_write(core, &a.write, e);
    if (rc)
        return rc;
    *out = *made;
    *shown = secret;
    return ERR_NONE;
}

enum err_code application_remove(struct core *core, int32_t id, struct err *e)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 16);
    struct application_write a = { .write = { .apply = apply_application,
                                              .changes_access = true,
                                              .change = change_by(&core->acting, CHANGE_APP_REMOVE,
                                                                  (struct owner){ 0 }) },
                                   .remove = true,
                                   .arena = arena,
                                   .application = { .id = id } };

    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "remove an application");
    a.write.change.subject = id;
    return core_write(core, &a.write, e);
}

enum err_code application_list(struct core *core, struct arena *arena, struct application **out,
                               size_t *count, struct err *e)
{
    enum err_code rc = core_look(core, e);

    return rc ? rc : meta_application_list(core->meta, arena, TENANT_DEFAULT, out, count, e);
}

enum err_code application_get(struct core *core, struct arena *arena, int32_t id,
                              struct application *out, struct err *e)
{
    bool found;
    enum err_code rc = core_look(core, e);

    if (rc == ERR_NONE)
        rc = meta_application_find(core->meta, arena, TENANT_DEFAULT, id, out, &found, e);
    if (rc || found)
        return rc;
    return err_set(e, ERR_NOT_FOUND, "there is no application %d", id);
}

static enum err_code find_client(struct core *core, struct arena *arena, struct bytes client_id,
                                 struct application *out, struct bytes *hash, bool *found,
                                 struct err *e)
{
    enum err_code rc = core_look(core, e);

    return rc ? rc
              : meta_application_by_client(core->meta, arena, TENANT_DEFAULT, client_id, out, hash,
                                           found, e);
}

enum err_code application_find(struct core *core, struct arena *arena, struct bytes client_id,
                               struct application *out, struct err *e)
{
    char quoted[LOG_QUOTE_MAX];
    struct bytes hash;
    bool found;
    enum err_code rc = find_client(core, arena, client_id, out, &hash, &found, e);

    if (rc || found)
        return rc;
    return err_set(e, ERR_NOT_FOUND, "there is no application %s", log_quote(client_id, quoted));
}

enum err_code application_by_secret(struct core *core, struct arena *arena, struct bytes client_id,
                                    struct bytes secret, struct application *out, struct err *e)
{
    static const struct hash nobodys;
    struct bytes hash = bytes_of((const char *)nobodys.at, HASH_LEN);
    struct application application;
    struct hash presented;
    bool found;
    enum err_code rc = find_client(core, arena, client_id, &application, &hash, &found, e);

    if (rc)
        return rc;
    hmac(core->store->secret_key, secret, &presented);
    if (!secret_eq(hash, bytes_of((const char *)presented.at, HASH_LEN)) || !found)
        return err_set(e, ERR_UNAUTHENTICATED, "unknown application or wrong secret");
    *out = application;
    return ERR_NONE;
}

/* Commas part scopes; OAuth's own spaces do too (RFC 6749 3.3). */
static bool next_scope(struct bytes *rest, struct bytes *scope)
{
    size_t len = 0;

    while (rest->len && (rest->at[0] == ',' || rest->at[0] == ' '))
        *rest = bytes_from(*rest, 1);
    while (len < rest->len && rest->at[len] != ',' && rest->at[len] != ' ')
        len++;
    *scope = bytes_first(*rest, len);
    *rest = bytes_from(*rest, len);
    return len > 0;
}

struct bytes application_scopes(struct arena *arena, struct bytes wanted, struct bytes granted)
{
    struct bytes rest = bytes_trim(wanted).len ? wanted : granted;
    struct strbuf text;
    struct bytes scope;

    strbuf_init(&text, arena, 0, rest.len + 1);
    while (next_scope(&rest, &scope)) {
        if (!access_has_scope(granted, scope) || access_has_scope(strbuf_bytes(&text), scope))
            continue;
        if (text.len)
            strbuf_char(&text, ',');
        strbuf_add(&text, scope);
    }
    if (text.failed)
        return (struct bytes){ 0 };
    return text.len ? strbuf_bytes(&text) : B("");
}
