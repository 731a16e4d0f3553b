#include "base/json.h"
#include "jwt/keys.h"

#include <stdlib.h>

#define RSA_BITS_MIN 2048
#define RSA_BITS_MAX 8192 /* above it verifying takes milliseconds */

static struct bytes text_of(const struct value *object, struct bytes name)
{
    const struct value *value = value_get(object, name);

    return value && value->type == VALUE_STRING ? value->string : (struct bytes){ 0 };
}

/* Says nothing of its use, or that it signs. */
static bool may_sign(const struct value *key, struct bytes alg)
{
    struct bytes use = text_of(key, B("use"));
    struct bytes own = text_of(key, B("alg"));

    return (!use.at || bytes_eq(use, B("sig"))) && (!own.at || bytes_eq(own, alg));
}

/* Only what is public, so that whatever else an issuer's document holds stays out. NULL: not all
 * of it is there, or the library takes none of it. */
static cjose_jwk_t *import(struct arena *arena, const struct value *key,
                           const struct bytes *members, size_t count)
{
    struct strbuf text;
    cjose_err ignored;

    strbuf_init(&text, arena, 512, JWT_SET_MAX);
    for (size_t i = 0; i < count; i++) {
        struct bytes value = text_of(key, members[i]);
        bool plain = bytes_eq(members[i], B("kty")) || bytes_eq(members[i], B("crv"));
        if (!value.len || (!plain && !jwt_is_base64url(value)))
            return NULL;
        strbuf_char(&text, i == 0 ? '{' : ',');
        json_string(&text, members[i]);
        strbuf_char(&text, ':');
        json_string(&text, value);
    }
    strbuf_char(&text, '}');
    return text.failed ? NULL : cjose_jwk_import(text.at, text.len, &ignored);
}

static cjose_jwk_t *import_rsa(struct arena *arena, const struct value *key)
{
    static const struct bytes members[] = { B("kty"), B("n"), B("e") };
    cjose_jwk_t *jwk = import(arena, key, members, COUNT(members));
    cjose_err ignored;
    size_t bits = jwk ? cjose_jwk_get_keysize(jwk, &ignored) : 0;

    if (bits >= RSA_BITS_MIN && bits <= RSA_BITS_MAX)
        return jwk;
    cjose_jwk_release(jwk);
    return NULL;
}

static cjose_jwk_t *import_ec(struct arena *arena, const struct value *key)
{
    static const struct bytes members[] = { B("kty"), B("crv"), B("x"), B("y") };

    return import(arena, key, members, COUNT(members));
}

/* False: not one of ours. */
static bool read_key(struct arena *arena, const struct value *key, struct jwt_key *out)
{
    struct bytes kid = text_of(key, B("kid"));
    struct bytes type = text_of(key, B("kty"));
    struct jwt_key found = { 0 };

    if (bytes_eq(type, B("RSA")) && may_sign(key, B("RS256"))) {
        found = (struct jwt_key){ .alg = JWT_RS256, .jwk = import_rsa(arena, key) };
    } else if (bytes_eq(type, B("EC")) && bytes_eq(text_of(key, B("crv")), B("P-256")) &&
               may_sign(key, B("ES256"))) {
        found = (struct jwt_key){ .alg = JWT_ES256, .jwk = import_ec(arena, key) };
    }
    if (!found.jwk)
        return false;
    if (kid.at && !(found.kid = strndup(kid.at, kid.len))) {
        cjose_jwk_release(found.jwk);
        return false;
    }
    *out = found;
    return true;
}

enum err_code key_set_read(struct bytes text, struct jwt_key_set **out, struct err *e)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(8 * JWT_SET_MAX);
    struct err why = { 0 };
    struct value *document = NULL;

    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "keys");
    if (json_read(arena, text, &document, &why))
        return err_set(e, ERR_INVALID, "not a JWKS document: %s", why.text);
    const struct value *list = value_get(document, B("keys"));
    if (!list || list->type != VALUE_LIST)
        return err_set(e, ERR_INVALID, "not a JWKS document: {\"keys\": [...]} is expected");
    CLEANUP(key_set_freep) struct jwt_key_set *set = calloc(1, sizeof *set);
    if (!set)
        return err_set(e, ERR_NO_MEMORY, "keys");
    for (const struct value *key = list->first; key && set->count < JWT_KEYS_MAX; key = key->next)
        set->count += read_key(arena, key, &set->keys[set->count]);
    *out = TAKE(set);
    return ERR_NONE;
}

void key_set_free(struct jwt_key_set *set)
{
    for (size_t i = 0; set && i < set->count; i++) {
        free(set->keys[i].kid);
        cjose_jwk_release(set->keys[i].jwk);
    }
    free(set);
}

void key_set_freep(struct jwt_key_set **set)
{
    key_set_free(*set);
}
