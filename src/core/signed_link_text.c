#include "core/signed_link_text.h"

#include "base/base64.h"

#define EXPIRES_DIGITS 12

void link_keys_derive(const uint8_t root[HASH_LEN], int64_t number, struct link_keys *out)
{
    for (int i = 0; i < 2; i++) {
        char text[DECIMAL_MAX];
        struct hash secret;
        hmac(root, bytes_decimal(number - i, text), &secret);
        hmac_key_init(i ? &out->previous : &out->current, secret.at);
        explicit_bzero(&secret, sizeof secret);
    }
    out->number = number;
}

/* What is signed: tenant, expiry, path, `?` and query. The tenant's number has one length and a
 * path holds no `?`, so that no two links have the same text. */
static const uint32_t tenant = TENANT_DEFAULT;

static void sign(const struct hmac_key *key, struct bytes path, struct bytes query,
                 struct bytes expires, char out[BASE64URL_16])
{
    struct hash mac;

    hmac_parts(key,
               (struct bytes[]){ bytes_of((const char *)&tenant, sizeof tenant), expires, path,
                                 B("?"), query },
               5, &mac);
    base64url_16(mac.at, out);
}

#define END_FIRST "&expires="
#define END_LAST  "&signature="
_Static_assert(sizeof END_FIRST + DECIMAL_MAX + sizeof END_LAST + BASE64URL_16 <= SIGNED_LINK_END,
               "room for what signing adds");

void link_signer_begin(const struct hmac_key *key, int64_t expires, struct link_signer *out)
{
    char room[DECIMAL_MAX];
    struct bytes digits = bytes_decimal(expires, room);
    struct strbuf end = { .at = out->end, .cap = sizeof out->end, .limit = sizeof out->end };

    out->key = *key;
    hmac_key_add(&out->key, bytes_of((const char *)&tenant, sizeof tenant));
    hmac_key_add(&out->key, digits);
    out->expires = expires;
    strbuf_lit(&end, END_FIRST);
    strbuf_add(&end, digits);
    strbuf_lit(&end, END_LAST);
    out->end_len = end.len;
}

static char *put(char *at, struct bytes text)
{
    if (text.len)
        memcpy(at, text.at, text.len);
    return at + text.len;
}

/* Written for thousands at a time: what is signed stands in the text already, but for what all
 * links begin with. */
void link_signer_write(const struct link_signer *signer, struct strbuf *out, struct bytes path,
                       struct bytes query)
{
    size_t skip = query.len ? 0 : 1; /* no `&` behind an empty query */
    struct bytes end = bytes_from(bytes_of(signer->end, signer->end_len), skip);
    char *first = strbuf_room(out, path.len + 1 + query.len + end.len + BASE64URL_16);
    struct hash mac;

    if (!first)
        return;
    char *at = put(first, path);
    *at++ = '?';
    at = put(at, query);
    hmac_parts(&signer->key, (struct bytes[]){ bytes_of(first, (size_t)(at - first)) }, 1, &mac);
    at = put(at, end);
    base64url_16(mac.at, at);
    out->len += (size_t)(at - first) + BASE64URL_16;
}

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Is that parameter's name, decoded and in any case, `word`? */
static bool names(struct bytes parameter, struct bytes word)
{
    struct bytes name = bytes_first(parameter, bytes_index(parameter, '='));
    size_t at = 0;

    for (size_t i = 0; i < name.len; i++, at++) {
        int c = (unsigned char)name.at[i];
        if (c == '%' && name.len - i > 2 && hex(name.at[i + 1]) >= 0 && hex(name.at[i + 2]) >= 0) {
            c = hex(name.at[i + 1]) << 4 | hex(name.at[i + 2]);
            i += 2;
        }
        if (at == word.len || (c | 0x20) != word.at[at])
            return false;
    }
    return at == word.len;
}

static bool is_ours(struct bytes parameter)
{
    return names(parameter, B("expires")) || names(parameter, B("signature"));
}

static bool holds_ours(struct bytes query)
{
    struct bytes parameter;

    while (bytes_split(&query, '&', &parameter)) {
        if (is_ours(parameter))
            return true;
    }
    return false;
}

/* Takes `&name=value` off the end of *query; the `&` is missing where nothing stands before it. */
static bool take_last(struct bytes *query, struct bytes name, struct bytes *value)
{
    size_t start = query->len;

    while (start && query->at[start - 1] != '&')
        start--;
    struct bytes last = bytes_from(*query, start);
    if (!bytes_starts(last, name) || start == 1) /* an `&` at the beginning is none of ours */
        return false;
    *value = bytes_from(last, name.len);
    query->len = start ? start - 1 : 0;
    return true;
}

/* As written by us: no sign, no zero before it. */
static bool read_expires(struct bytes text, int64_t *out)
{
    bool plain = text.len > 0 && text.len <= EXPIRES_DIGITS && text.at[0] != '0';

    for (size_t i = 0; i < text.len; i++)
        plain &= text.at[i] >= '0' && text.at[i] <= '9';
    return plain && bytes_to_int64(text, out);
}

static bool is_genuine(const struct link_keys *keys, struct bytes path, struct bytes query,
                       struct bytes expires, struct bytes signature)
{
    char current[BASE64URL_16];
    char previous[BASE64URL_16];

    sign(&keys->current, path, query, expires, current);
    sign(&keys->previous, path, query, expires, previous);
    bool by_current = secret_eq(signature, bytes_of(current, sizeof current));
    bool by_previous = secret_eq(signature, bytes_of(previous, sizeof previous));
    return by_current || by_previous;
}

enum err_code link_text_check(const struct link_keys *keys, struct bytes target, int64_t now,
                              struct signed_link *out, struct err *e)
{
    size_t mark = bytes_index(target, '?');
    struct bytes path = bytes_first(target, mark);
    struct bytes whole = bytes_from(target, mark + 1);
    struct signed_link link = { .query = whole };
    struct bytes signature;
    struct bytes expires;

    if (!holds_ours(whole)) {
        *out = link;
        return ERR_NONE;
    }
    if (!take_last(&link.query, B("signature="), &signature) ||
        !take_last(&link.query, B("expires="), &expires) || holds_ours(link.query) ||
        !read_expires(expires, &link.expires) ||
        !is_genuine(keys, path, link.query, expires, signature))
        return err_set(e, ERR_UNAUTHENTICATED, "the link's signature is wrong");
    if (now >= link.expires)
        return err_set(e, ERR_DENIED, "the link has expired");
    link.is_signed = true;
    *out = link;
    return ERR_NONE;
}

/* What can stand in a request line; a fragment never gets to a server. */
static bool is_sendable(struct bytes target)
{
    for (size_t i = 0; i < target.len; i++) {
        if (target.at[i] <= ' ' || target.at[i] > '~' || target.at[i] == '#')
            return false;
    }
    return target.len > 0 && target.len <= SIGNED_LINK_MAX && target.at[0] == '/';
}

enum err_code signed_link_make(const struct link_signer *signer, struct arena *arena,
                               struct bytes target, struct bytes *out, struct err *e)
{
    size_t mark = bytes_index(target, '?');
    struct bytes query = bytes_from(target, mark + 1);
    size_t room = target.len + SIGNED_LINK_END;
    struct strbuf text;

    if (!is_sendable(target))
        return err_set(e, ERR_INVALID,
                       "a link begins with a slash, has at most %d characters, no spaces and no #",
                       SIGNED_LINK_MAX);
    if (holds_ours(query))
        return err_set(e, ERR_INVALID, "a link is signed without expires and signature");
    if (bytes_starts(query, B("&")))
        return err_set(e, ERR_INVALID, "a link's query begins with a parameter");
    strbuf_init(&text, arena, room, room);
    link_signer_write(signer, &text, bytes_first(target, mark), query);
    if (text.failed)
        return err_set(e, ERR_NO_MEMORY, "a signed link");
    *out = strbuf_bytes(&text);
    return ERR_NONE;
}
