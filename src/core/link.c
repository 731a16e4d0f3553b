/* What stands in links: entity tags, unguessable keys, tokens. */
#include "base/base64.h"
#include "base/clock.h"
#include "core/access.h"
#include "core/picture.h"
#include "core/store.h"

struct bytes picture_etag(struct arena *arena, const struct picture *picture)
{
    static const char hex[] = "0123456789abcdef";
    char *tag;

    if (picture->blob_id == 0)
        return B("\"empty\"");
    tag = arena_alloc(arena, 34);

    if (!tag || picture->hash.len < 16)
        return (struct bytes){ 0 };
    tag[0] = '"';
    for (int i = 0; i < 16; i++) {
        unsigned char byte = (unsigned char)picture->hash.at[i];
        tag[1 + 2 * i] = hex[byte >> 4];
        tag[2 + 2 * i] = hex[byte & 15];
    }
    tag[33] = '"';
    return bytes_of(tag, 34);
}

static void put32(char *out, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        out[i] = (char)(value >> (8 * i));
}

static uint32_t get32(const char *in)
{
    uint32_t value = 0;

    for (int i = 4; i-- > 0;)
        value = value << 8 | (unsigned char)in[i];
    return value;
}

void picture_key(const struct core *core, int32_t id, int32_t version, char out[PICTURE_KEY_LEN])
{
    char message[13] = { 'k' };
    struct hash mac;

    put32(message + 1, TENANT_DEFAULT);
    put32(message + 5, (uint32_t)id);
    put32(message + 9, (uint32_t)version);
    hmac(core->store->link_key, bytes_of(message, sizeof message), &mac);
    base64url_16(mac.at, out);
}

enum err_code picture_by_key(struct core *core, struct arena *arena, int32_t id, struct bytes key,
                             struct picture *out, struct err *e)
{
    char right[PICTURE_KEY_LEN];
    struct picture picture;

    enum err_code rc = picture_find(core, arena, id, &picture, e);
    if (rc)
        return rc;
    picture_key(core, id, picture.version, right);
    if (!secret_eq(key, bytes_of(right, sizeof right)))
        return err_set(e, ERR_NOT_FOUND, "there is no such picture");
    *out = picture;
    return ERR_NONE;
}

/* Token: kind 1 | tenant 4 | picture 4 | version 4 | user 4 | credential 4 | expiry in s 4 | MAC
 * 16, in the URL alphabet. */
#define TOKEN_SIGNED 25
#define TOKEN_BYTES  (TOKEN_SIGNED + 16)

struct bytes picture_token(const struct core *core, struct arena *arena,
                           const struct principal *principal, const struct picture *picture,
                           int64_t lifetime_seconds)
{
    int64_t window = lifetime_seconds / 4 > 0 ? lifetime_seconds / 4 : 1;
    int64_t expiry = clock_now_us() / SECOND_US + lifetime_seconds;
    char raw[TOKEN_BYTES] = { 't' };
    struct strbuf text;
    struct hash mac;

    expiry = (expiry + window - 1) / window * window;
    put32(raw + 1, TENANT_DEFAULT);
    put32(raw + 5, (uint32_t)picture->id);
    put32(raw + 9, (uint32_t)picture->version);
    put32(raw + 13, (uint32_t)principal->user_id);
    put32(raw + 17, (uint32_t)principal->credential_id);
    put32(raw + 21, (uint32_t)expiry);
    hmac(core->store->link_key, bytes_of(raw, TOKEN_SIGNED), &mac);
    memcpy(raw + TOKEN_SIGNED, mac.at, 16);
    strbuf_init(&text, arena, BASE64_LEN(TOKEN_BYTES), BASE64_LEN(TOKEN_BYTES));
    base64url_write(&text, bytes_of(raw, sizeof raw));
    return text.failed ? (struct bytes){ 0 } : strbuf_bytes(&text);
}

/* Do the user and the credential the link was made for still count? It ends with the credential. */
static enum err_code still_valid(struct core *core, struct arena *arena, int32_t user_id,
                                 int32_t credential_id, int64_t *until_us, struct err *e)
{
    struct credential credential;
    struct user user;
    bool found;

    enum err_code rc = meta_user_find(core->meta, arena, TENANT_DEFAULT, user_id, &user, &found, e);
    if (rc)
        return rc;
    if (!found || user.disabled)
        return err_set(e, ERR_DENIED, "the link's user is gone or disabled");
    if (credential_id == 0)
        return ERR_NONE;
    rc = meta_credential_find(core->meta, arena, TENANT_DEFAULT, credential_id, &credential, &found,
                              e);
    if (rc)
        return rc;
    if (!found || credential.application_id == CREDENTIAL_OF_NO_APPLICATION ||
        (credential.expires_us && clock_now_us() >= credential.expires_us))
        return err_set(e, ERR_DENIED, "the link's credential is revoked or has expired");
    if (credential.expires_us && credential.expires_us < *until_us)
        *until_us = credential.expires_us;
    return ERR_NONE;
}

enum err_code picture_by_token(struct core *core, struct arena *arena, struct bytes token,
                               struct picture *out, int64_t *until_us, struct err *e)
{
    char raw[BASE64_LEN(TOKEN_BYTES) / 4 * 3 + 3];
    struct picture picture;
    struct hash mac;
    size_t len;

    if (token.len > BASE64_LEN(TOKEN_BYTES) || !base64_read(token, raw, &len) || len != TOKEN_BYTES)
        return err_set(e, ERR_DENIED, "not one of our links");
    hmac(core->store->link_key, bytes_of(raw, TOKEN_SIGNED), &mac);
    if (!secret_eq(bytes_of(raw + TOKEN_SIGNED, 16), bytes_of((const char *)mac.at, 16)) ||
        raw[0] != 't' || get32(raw + 1) != TENANT_DEFAULT)
        return err_set(e, ERR_DENIED, "not one of our links");
    int64_t ends_us = get32(raw + 21) * SECOND_US;
    if (clock_now_us() >= ends_us)
        return err_set(e, ERR_DENIED, "the link has expired");
    enum err_code rc = core_look(core, e);
    if (rc)
        return rc;
    rc = still_valid(core, arena, (int32_t)get32(raw + 13), (int32_t)get32(raw + 17), &ends_us, e);
    if (rc == ERR_NONE)
        rc = picture_find(core, arena, (int32_t)get32(raw + 5), &picture, e);
    if (rc)
        return rc;
    if ((uint32_t)picture.version != get32(raw + 9))
        return err_set(e, ERR_NOT_FOUND, "the picture has other bytes now");
    *out = picture;
    *until_us = ends_us;
    return ERR_NONE;
}
