#include "jwt/jwt.h"
#include "base/base64.h"
#include "base/clock.h"
#include "jwt/keys.h"

#include <math.h>

#define SECONDS_MAX 1e11 /* the year 5138: later than that is "never", and fits in microseconds */

static enum err_code refuse(struct err *e, enum jwt_reason reason, const char *why)
{
    err_set(e, ERR_UNAUTHENTICATED, "the token is refused: %s", why);
    e->reason = (int)reason;
    return ERR_UNAUTHENTICATED;
}

/* Of text that is cut off within a group the library's decoder thinks so ill that it ends the
 * process. */
bool jwt_is_base64url(struct bytes text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
              c == '-' || c == '_'))
            return false;
    }
    return text.len > 0 && text.len % 4 != 1;
}

static bool split(struct bytes token, struct bytes *header)
{
    struct bytes part;
    int count = 0;

    while (bytes_split(&token, '.', &part)) {
        if (!jwt_is_base64url(part))
            return false;
        if (count++ == 0)
            *header = part;
    }
    return count == 3;
}

static void jws_freep(cjose_jws_t **jws)
{
    cjose_jws_release(*jws);
}

static struct bytes text_of(const struct value *object, struct bytes name)
{
    const struct value *value = value_get(object, name);

    return value && value->type == VALUE_STRING ? value->string : (struct bytes){ 0 };
}

/* What the header says, before anything is believed: which key is asked for. */
struct wanted {
    enum jwt_alg alg;
    struct bytes kid; /* `.at` NULL: it does not say */
};

/* RFC 8725 3.11: what else the issuer signs (log-out tokens, proofs) is no log-in. */
static bool is_good_type(struct bytes type)
{
    static const struct bytes good[] = { B("JWT"), B("at+jwt"), B("application/at+jwt"),
                                         B("application/jwt") };

    for (size_t i = 0; i < COUNT(good); i++) {
        if (bytes_eq_nocase(type, good[i]))
            return true;
    }
    return false;
}

static enum err_code check_header(const struct value *header, struct wanted *out, struct err *e)
{
    struct bytes alg = text_of(header, B("alg"));

    if (bytes_eq(alg, B("RS256")))
        out->alg = JWT_RS256;
    else if (bytes_eq(alg, B("ES256")))
        out->alg = JWT_ES256;
    else
        return refuse(e, JWT_REFUSED, "its alg is neither RS256 nor ES256");
    if (value_get(header, B("crit")))
        return refuse(e, JWT_REFUSED, "it names critical extensions, and none is known here");
    if (value_get(header, B("typ")) && !is_good_type(text_of(header, B("typ"))))
        return refuse(e, JWT_REFUSED, "its typ is that of another kind of token");
    out->kid = text_of(header, B("kid"));
    if (value_get(header, B("kid")) && !out->kid.at)
        return refuse(e, JWT_REFUSED, "its kid is no text");
    return ERR_NONE;
}

/* Our own reader goes first: it limits the nesting to what a thread's stack bears. */
static enum err_code read_header(struct arena *arena, struct bytes encoded, struct wanted *out,
                                 struct err *e)
{
    char *text = arena_alloc(arena, encoded.len / 4 * 3 + 3);
    struct err why = { 0 };
    struct value *header;
    size_t len;

    if (!text)
        return err_set(e, ERR_NO_MEMORY, "check a token");
    if (!base64_read(encoded, text, &len) || json_read(arena, bytes_of(text, len), &header, &why) ||
        header->type != VALUE_MAP)
        return refuse(e, JWT_REFUSED, "it cannot be read");
    return check_header(header, out, e);
}

/* The library's reader must have understood the same. */
static bool agrees(cjose_jws_t *jws, const struct wanted *wanted)
{
    cjose_err ignored;
    const char *alg = cjose_header_get(cjose_jws_get_protected(jws), "alg", &ignored);

    return alg && strcmp(alg, wanted->alg == JWT_RS256 ? "RS256" : "ES256") == 0;
}

enum outcome { NO_KEY, NOT_SIGNED, SIGNED };

static enum outcome try_keys(const struct jwt_key_set *set, const struct wanted *wanted,
                             cjose_jws_t *jws)
{
    enum outcome outcome = NO_KEY;
    cjose_err ignored;

    for (size_t i = 0; i < set->count; i++) {
        const struct jwt_key *key = &set->keys[i];
        if (key->alg != wanted->alg ||
            (wanted->kid.at && (!key->kid || !bytes_eq(bytes_str(key->kid), wanted->kid))))
            continue;
        if (cjose_jws_verify(jws, key->jwk, &ignored))
            return SIGNED;
        outcome = NOT_SIGNED;
    }
    return outcome;
}

/* A key that is not known may be a new one; one that is known and does not fit is no reason to ask
 * the issuer again. */
static enum err_code check_signature(struct jwt_keys *keys, const struct wanted *wanted,
                                     cjose_jws_t *jws, struct err *e)
{
    enum outcome outcome = NO_KEY;

    pthread_mutex_lock(&keys->lock);
    enum err_code rc = keys_refresh(keys, false, e);
    if (rc == ERR_NONE)
        outcome = try_keys(keys->set, wanted, jws);
    if (rc == ERR_NONE && outcome != SIGNED && (outcome == NO_KEY || !wanted->kid.at)) {
        rc = keys_refresh(keys, true, e);
        if (rc == ERR_NONE)
            outcome = try_keys(keys->set, wanted, jws);
    }
    pthread_mutex_unlock(&keys->lock);
    if (rc)
        return rc;
    if (outcome == NO_KEY)
        return refuse(e, JWT_REFUSED, "the issuer lists no such key");
    return outcome == SIGNED ? ERR_NONE : refuse(e, JWT_REFUSED, "its signature does not hold");
}

static bool is_for(const struct value *claims, struct bytes audience)
{
    const struct value *aud = value_get(claims, B("aud"));

    if (aud && aud->type == VALUE_STRING)
        return bytes_eq(aud->string, audience);
    if (!aud || aud->type != VALUE_LIST)
        return false;
    for (const struct value *one = aud->first; one; one = one->next) {
        if (one->type == VALUE_STRING && bytes_eq(one->string, audience))
            return true;
    }
    return false;
}

/* NumericDate (RFC 7519 2), fractions cut off. False: no number. */
static bool read_date(const struct value *value, int64_t *us)
{
    double seconds;

    if (value && value->type == VALUE_INT)
        seconds = (double)value->integer;
    else if (value && value->type == VALUE_DOUBLE && isfinite(value->number))
        seconds = value->number;
    else
        return false;
    seconds = fmin(fmax(seconds, -SECONDS_MAX), SECONDS_MAX);
    *us = (int64_t)seconds * SECOND_US;
    return true;
}

static enum err_code check_dates(const struct value *claims, const struct jwt_policy *policy,
                                 int64_t *expires_us, struct err *e)
{
    static const struct bytes since[] = { B("nbf"), B("iat") };
    int64_t skew_us = policy->skew_seconds * SECOND_US;
    int64_t us;

    if (!read_date(value_get(claims, B("exp")), &us))
        return refuse(e, JWT_REFUSED, "it has no exp");
    *expires_us = us + skew_us;
    if (policy->now_us >= *expires_us)
        return refuse(e, JWT_EXPIRED, "its time is over");
    for (size_t i = 0; i < COUNT(since); i++) {
        const struct value *value = value_get(claims, since[i]);
        if (value && (!read_date(value, &us) || us > policy->now_us + skew_us))
            return refuse(e, JWT_REFUSED, "its time has not come (nbf, iat)");
    }
    return ERR_NONE;
}

static enum err_code check_claims(const struct value *claims, const struct jwt_policy *policy,
                                  struct jwt_claims *out, struct err *e)
{
    struct jwt_claims found;

    if (claims->type != VALUE_MAP)
        return refuse(e, JWT_REFUSED, "its claims are no JSON object");
    struct bytes issuer = text_of(claims, B("iss"));
    if (!issuer.len || !bytes_eq(issuer, policy->issuer))
        return refuse(e, JWT_REFUSED, "its iss is not the issuer that is set");
    if (!is_for(claims, policy->audience))
        return refuse(e, JWT_REFUSED, "its aud does not hold the audience that is set");
    enum err_code rc = check_dates(claims, policy, &found.expires_us, e);
    if (rc)
        return rc;
    found.name = text_of(claims, policy->claim);
    if (!found.name.len)
        return refuse(e, JWT_REFUSED, "it lacks the claim that names the user");
    const struct value *verified = value_get(claims, B("email_verified"));
    if (bytes_eq(policy->claim, B("email")) && verified && verified->type == VALUE_BOOL &&
        !verified->boolean)
        return refuse(e, JWT_REFUSED, "its email is not verified");
    *out = found;
    return ERR_NONE;
}

/* What is signed, once it is known to be. */
static enum err_code read_claims(cjose_jws_t *jws, struct arena *arena, struct value **out,
                                 struct err *e)
{
    struct err why = { 0 };
    cjose_err ignored;
    uint8_t *text;
    size_t len;

    if (!cjose_jws_get_plaintext(jws, &text, &len, &ignored))
        return refuse(e, JWT_REFUSED, "it cannot be read");
    struct bytes copy = arena_copy(arena, bytes_of((const char *)text, len));
    if (len && !copy.at)
        return err_set(e, ERR_NO_MEMORY, "check a token");
    enum err_code rc = json_read(arena, copy, out, &why);
    if (rc == ERR_NO_MEMORY)
        return err_set(e, rc, "check a token");
    return rc ? refuse(e, JWT_REFUSED, "its claims are no JSON object") : ERR_NONE;
}

enum err_code jwt_verify(struct jwt_keys *keys, const struct jwt_policy *policy,
                         struct arena *arena, struct bytes token, struct jwt_claims *out,
                         struct err *e)
{
    struct bytes header;
    struct wanted wanted;
    struct value *claims;
    cjose_err ignored;

    if (token.len > JWT_TOKEN_MAX || !split(token, &header))
        return refuse(e, JWT_REFUSED, "it cannot be read");
    enum err_code rc = read_header(arena, header, &wanted, e);
    if (rc)
        return rc;
    CLEANUP(jws_freep) cjose_jws_t *jws = cjose_jws_import(token.at, token.len, &ignored);
    if (!jws || !agrees(jws, &wanted))
        return refuse(e, JWT_REFUSED, "it cannot be read");
    rc = check_signature(keys, &wanted, jws, e);
    if (rc == ERR_NONE)
        rc = read_claims(jws, arena, &claims, e);
    return rc ? rc : check_claims(claims, policy, out, e);
}
