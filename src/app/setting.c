/* The table of settings and how one value is read and written. */
#include "app/config.h"
#include "base/log.h"
#include "core/event.h"
#include "jwt/jwt.h"

#include <assert.h>

#define KIB  (1LL << 10)
#define MIB  (1LL << 20)
#define GIB  (1LL << 30)
#define YEAR (366 * 86400LL)

#define AT(field)                                                                                  \
    .offset = offsetof(struct settings, field), .width = sizeof(((struct settings *)NULL)->field)

const struct setting config_settings[] = {
    { "limits", "picture_bytes_max", SETTING_SIZE, AT(picture_bytes_max), KIB, GIB,
      "the largest picture taken" },
    { "limits", "body_bytes_max", SETTING_SIZE, AT(body_bytes_max), KIB, 2 * GIB,
      "the largest body of a request" },
    { "image", "side_px_max", SETTING_COUNT, AT(image.side_px_max), 1, 1000000,
      "the widest and highest picture taken, in pixels" },
    { "image", "pixels_max", SETTING_COUNT, AT(image.pixels_max), 1, 10000000000,
      "width times height at most" },
    { "image", "frames_max", SETTING_COUNT, AT(image.frames_max), 1, 1000000,
      "frames of an animation at most" },
    { "links", "public_url", SETTING_URL, AT(public_url), 0, 0,
      "how clients reach the service; links begin with it" },
    { "links", "trust_forwarded", SETTING_SWITCH, AT(trust_forwarded), 0, 1,
      "believe X-Forwarded-Proto and X-Forwarded-Host" },
    { "links", "detail_url_base", SETTING_URL, AT(detail_url_base), 0, 0,
      "a detailUrl begins with it, as of a CDN that asks here; else it is a path" },
    { "links", "detail_url_public", SETTING_SWITCH, AT(detail_url_public), 0, 1,
      "serve a detailUrl without a credential" },
    { "links", "link_auth_seconds", SETTING_SECONDS, AT(link_auth_seconds), 1, YEAR,
      "life of a downloadUrl made with an access token" },
    { "links", "link_webhook_seconds", SETTING_SECONDS, AT(link_webhook_seconds), 1, YEAR,
      "life of a downloadUrl made with a webhook" },
    { "links", "signed_link_seconds", SETTING_SECONDS, AT(signed_link_seconds), 1, YEAR,
      "life of a signed link at least" },
    { "links", "signed_link_window_seconds", SETTING_SECONDS, AT(signed_link_window_seconds), 1,
      86400, "their ends are rounded up to it, so that equal requests give equal links" },
    { "bitrix24", "numeric_error_codes", SETTING_SWITCH, AT(numeric_error_codes), 0, 1,
      "the catalog's error codes as JSON numbers in single calls" },
    { "bitrix24", "catalog_iblock_id", SETTING_COUNT, AT(catalog_iblock_id), 1, INT32_MAX,
      "the information block of products" },
    { "bitrix24", "offers_iblock_id", SETTING_COUNT, AT(offers_iblock_id), 1, INT32_MAX,
      "the information block of variations" },
    { "bitrix24", "oauth_access_seconds", SETTING_SECONDS, AT(oauth_access_seconds), 1, YEAR,
      "life of an application's access token" },
    { "bitrix24", "oauth_refresh_seconds", SETTING_SECONDS, AT(oauth_refresh_seconds), 1, YEAR,
      "life of its refresh token" },
    { "bitrix24", "oauth_grace_seconds", SETTING_SECONDS, AT(oauth_grace_seconds), 0, 3600,
      "a refresh token that was used works again for so long" },
    { "bitrix24", "catalog_photo_property_id", SETTING_COUNT, AT(catalog_photo_property_id), 1,
      INT32_MAX, "the number of the property MORE_PHOTO of products" },
    { "bitrix24", "offers_photo_property_id", SETTING_COUNT, AT(offers_photo_property_id), 1,
      INT32_MAX, "the number of the property MORE_PHOTO of variations" },
    { "bitrix24", "rate_requests", SETTING_COUNT, AT(rate_requests), 0, 1000000,
      "requests of one credential at once; 0: as many as it likes" },
    { "bitrix24", "rate_per_second", SETTING_COUNT, AT(rate_per_second), 1, 100000,
      "and then so many a second" },
    { "bitrix24", "operating_seconds", SETTING_SECONDS, AT(operating_seconds), 0, 6000,
      "time of one method for one credential in ten minutes; 0: as long as it takes" },
    { "superoffice", "basic_over_http", SETTING_SWITCH, AT(basic_over_http), 0, 1,
      "take Basic and tickets without TLS from other machines" },
    { "superoffice", "authorize_with_username", SETTING_SWITCH, AT(authorize_with_username), 0, 1,
      "take user name and password" },
    { "superoffice", "authorize_with_ticket", SETTING_SWITCH, AT(authorize_with_ticket), 0, 1,
      "take tickets" },
    { "superoffice", "app_token", SETTING_SECRET, AT(app_token), 0, 0,
      "tickets must come with one of these in SO-AppToken; spaces between" },
    { "superoffice", "ticket_seconds", SETTING_SECONDS, AT(ticket_seconds), 1, YEAR,
      "life of a new ticket since its last use" },
    { "superoffice", "token_seconds", SETTING_SECONDS, AT(token_seconds), 1, YEAR,
      "life of a new access token" },
    { "superoffice", "session_seconds", SETTING_SECONDS, AT(session_seconds), 1, YEAR,
      "life of a session since its last use" },
    { "superoffice", "cors", SETTING_SWITCH, AT(cors), 0, 1, "let pages of other origins read" },
    { "superoffice", "cors_origin", SETTING_TEXT, AT(cors_origin), 0, 0,
      "which origins; spaces between, `*` at the end of one stands for the rest" },
    { "oidc", "oidc_issuer", SETTING_TEXT, AT(oidc_issuer), 0, 0,
      "an OpenID Connect issuer whose tokens are taken: its `iss`" },
    { "oidc", "oidc_audience", SETTING_TEXT, AT(oidc_audience), 0, 0,
      "what their `aud` must hold" },
    { "oidc", "oidc_jwks", SETTING_TEXT, AT(oidc_jwks), 0, 0,
      "the issuer's keys: https://..., http:// of this machine, or a file" },
    { "oidc", "oidc_claim", SETTING_TEXT, AT(oidc_claim), 0, 0,
      "the claim that is the user's login" },
    { "oidc", "oidc_skew_seconds", SETTING_SECONDS, AT(oidc_skew_seconds), 0, 3600,
      "how far the issuer's clock may be off" },
    { "oidc", "oidc_keys_seconds", SETTING_SECONDS, AT(oidc_keys_seconds), 1, 86400,
      "how long its keys are good before they are fetched again" },
    { "events", "event_url", SETTING_TEXT, AT(event_url), 0, 0,
      "where changes of products are told; spaces between" },
    { "events", "event_token", SETTING_SECRET, AT(event_token), 0, 0,
      "sent with each as application_token" },
    { "events", "event_hosts", SETTING_TEXT, AT(event_hosts), 0, 0,
      "hosts (or host:port) that may have private addresses; spaces between" },
    { "events", "event_queue_max", SETTING_COUNT, AT(event_queue_max), 1, 10000000,
      "events that wait for one handler; beyond that the oldest go" },
    { "events", "event_retry_seconds", SETTING_SECONDS, AT(event_retry_seconds), 1, 3600,
      "until the first repetition; each further one waits twice as long, an hour at most" },
    { "events", "event_keep_seconds", SETTING_SECONDS, AT(event_keep_seconds), 1, YEAR,
      "how long an event is repeated" },
    { "box", "box_pictures_max", SETTING_COUNT, AT(box_pictures_max), 1, 1000000,
      "pictures that one decoding process handles before it is thrown away" },
    { "box", "box_memory_max", SETTING_SIZE, AT(box_memory_max), 64 * MIB, 64 * GIB,
      "memory it may take" },
    { "box", "box_cpu_seconds", SETTING_SECONDS, AT(box_cpu_seconds), 1, 3600,
      "processor time it may take in all its life" },
    { "box", "box_seconds", SETTING_SECONDS, AT(box_seconds), 1, 3600,
      "for one picture, by the clock; ten times as long in the background" },
    { "box", "box_unconfined", SETTING_SWITCH, AT(box_unconfined), 0, 1,
      "decode also where the kernel cannot confine the process: not for pictures of strangers" },
    { "cache", "cache_bytes_max", SETTING_SIZE, AT(cache_bytes_max), 0, 1024 * GIB,
      "pictures in other sizes and types kept on disk; 0: none" },
    { "cache", "cache_seconds", SETTING_SECONDS, AT(cache_seconds), 1, YEAR,
      "how long one is kept since it was last used" },
    { "cache", "opened_bytes_max", SETTING_SIZE, AT(opened_bytes_max), 0, 64 * GIB,
      "memory of all workers for sealed or zipped pictures that are asked for again; 0: none" },
    { "encryption", "encryption", SETTING_SWITCH, AT(encryption), 0, 1,
      "seal what is stored from now on" },
    { "encryption", "encryption_key_file", SETTING_TEXT, AT(encryption_key_file), 0, 0,
      "the file with the key, or keys, that all others are wrapped under" },
    { "encryption", "memory_dir", SETTING_TEXT, AT(memory_dir), 0, 0,
      "a folder in memory (tmpfs), where large uploads wait while encryption is on" },
    { "store", "zip", SETTING_SWITCH, AT(zip), 0, 1,
      "zip pictures that get smaller by it: BMP and TIFF" },
    { "store", "history_seconds", SETTING_SECONDS, AT(history_seconds), 0, 10 * YEAR,
      "how long what was replaced, changed or deleted can be had back; 0: not at all" },
    { "store", "audit_seconds", SETTING_SECONDS, AT(audit_seconds), 0, 100 * YEAR,
      "how long the audit log knows of a change, and as long as history does at least" },
    { "store", "grace_seconds", SETTING_SECONDS, AT(grace_seconds), 0, YEAR,
      "from a deletion to giving the bytes back" },
    { "store", "pack_bytes_max", SETTING_SIZE, AT(pack_bytes_max), MIB, 1024 * GIB,
      "where a pack is sealed and a new one begun" },
    { "store", "parity", SETTING_SWITCH, AT(parity), 0, 1,
      "keep beside packs, for 3.3 % of their size, what damaged blocks can be repaired with" },
    { "store", "scrub_seconds", SETTING_SECONDS, AT(scrub_seconds), 0, YEAR,
      "in which all packs are looked through once; 0: never by itself" },
};
const size_t config_setting_count = COUNT(config_settings);

const char *setting_type_name(enum setting_type type)
{
    static const char *const names[] = { "size", "count", "seconds", "switch",
                                         "url",  "text",  "secret" };

    return names[type];
}

static bool is_text(const struct setting *setting)
{
    return setting->type == SETTING_URL || setting->type == SETTING_TEXT ||
           setting->type == SETTING_SECRET;
}

static int64_t number_of(const struct setting *setting, const struct settings *settings)
{
    const char *field = (const char *)settings + setting->offset;
    int64_t wide;
    int32_t narrow;
    bool flag;

    if (setting->width == sizeof flag)
        return memcpy(&flag, field, sizeof flag), flag;
    if (setting->width == sizeof narrow)
        return memcpy(&narrow, field, sizeof narrow), narrow;
    assert(setting->width == sizeof wide);
    memcpy(&wide, field, sizeof wide);
    return wide;
}

static void put_number(const struct setting *setting, struct settings *settings, int64_t number)
{
    char *field = (char *)settings + setting->offset;
    int32_t narrow = (int32_t)number;
    bool flag = number != 0;

    if (setting->width == sizeof flag)
        memcpy(field, &flag, sizeof flag);
    else if (setting->width == sizeof narrow)
        memcpy(field, &narrow, sizeof narrow);
    else
        memcpy(field, &number, sizeof number);
}

void setting_write_number(struct strbuf *out, enum setting_type type, int64_t number)
{
    static const char suffixes[] = { 'K', 'M', 'G' };
    size_t suffix = 0;

    if (type == SETTING_SWITCH) {
        strbuf_add(out, number ? B("yes") : B("no"));
        return;
    }
    while (type == SETTING_SIZE && suffix < COUNT(suffixes) && number && number % KIB == 0) {
        number /= KIB;
        suffix++;
    }
    strbuf_int(out, number);
    if (suffix)
        strbuf_char(out, suffixes[suffix - 1]);
}

void setting_write(struct strbuf *out, const struct setting *setting,
                   const struct settings *settings)
{
    if (setting->type == SETTING_SECRET)
        return; /* its default is nothing, and what was set is nobody's business */
    if (is_text(setting)) {
        struct bytes text;
        memcpy(&text, (const char *)settings + setting->offset, sizeof text);
        strbuf_add(out, text);
    } else {
        setting_write_number(out, setting->type, number_of(setting, settings));
    }
}

static bool read_size(struct bytes text, int64_t *out)
{
    int64_t unit = 1;

    if (text.len == 0)
        return false;
    switch (text.at[text.len - 1]) {
    case 'K':
    case 'k':
        unit = KIB;
        break;
    case 'M':
    case 'm':
        unit = MIB;
        break;
    case 'G':
    case 'g':
        unit = GIB;
        break;
    default:
        break;
    }
    if (unit > 1)
        text.len--;
    return bytes_to_int64(text, out) && !__builtin_mul_overflow(*out, unit, out);
}

static bool read_switch(struct bytes text, int64_t *out)
{
    static const char *const words[2][4] = { { "no", "false", "off", "0" },
                                             { "yes", "true", "on", "1" } };

    for (int value = 0; value <= 1; value++) {
        for (size_t i = 0; i < COUNT(words[value]); i++) {
            if (bytes_eq_nocase(text, bytes_str(words[value][i]))) {
                *out = value;
                return true;
            }
        }
    }
    return false;
}

static bool read_number(enum setting_type type, struct bytes text, int64_t *out)
{
    if (type == SETTING_SIZE)
        return read_size(text, out);
    if (type == SETTING_SWITCH)
        return read_switch(text, out);
    return bytes_to_int64(text, out);
}

/* It goes in front of paths, into answers and headers: scheme, host and perhaps a path. */
static bool is_url(struct bytes text)
{
    static const char others[] = "-._~:/[]%@!$&()*+,=";
    struct bytes host;

    if (bytes_starts(text, B("https://")))
        host = bytes_from(text, 8);
    else if (bytes_starts(text, B("http://")))
        host = bytes_from(text, 7);
    else
        return false;
    if (host.len == 0 || host.at[0] == '/' || host.at[host.len - 1] == '/')
        return false;
    for (size_t i = 0; i < host.len; i++) {
        char c = host.at[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!plain && (c == '\0' || !strchr(others, c)))
            return false;
    }
    return true;
}

/* It may be part of a header. */
static bool is_line(struct bytes text)
{
    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned char)text.at[i] < ' ' || text.at[i] == 0x7F)
            return false;
    }
    return bytes_is_utf8(text);
}

static enum err_code set_text(struct arena *arena, const struct setting *setting,
                              struct settings *settings, struct bytes value, struct err *e)
{
    char quoted[LOG_QUOTE_MAX];

    if (setting->type != SETTING_URL && !is_line(value))
        return err_set(e, ERR_INVALID, "%s is no line of plain text", setting->name);
    if (setting->type == SETTING_URL && value.len && !is_url(value))
        return err_set(e, ERR_INVALID, "%s is %s, not http(s)://host without a slash at the end",
                       setting->name, log_quote(value, quoted));

    struct bytes copy = arena_copy(arena, value);
    if (value.len && !copy.at)
        return err_set(e, ERR_NO_MEMORY, "%s", setting->name);
    memcpy((char *)settings + setting->offset, &copy, sizeof copy);
    return ERR_NONE;
}

static enum err_code out_of_bounds(struct arena *arena, const struct setting *setting,
                                   struct err *e)
{
    struct strbuf bounds;

    strbuf_init(&bounds, arena, 64, 64);
    setting_write_number(&bounds, setting->type, setting->min);
    strbuf_lit(&bounds, " to ");
    setting_write_number(&bounds, setting->type, setting->max);
    return err_set(e, ERR_INVALID, "%s is out of its bounds, %.*s", setting->name, (int)bounds.len,
                   bounds.at);
}

enum err_code config_set(struct arena *arena, struct settings *settings, struct bytes name,
                         struct bytes value, struct err *e)
{
    static const char *const wanted[] = { "a size such as 512K or 10M",
                                          "a whole number",
                                          "a whole number of seconds",
                                          "yes or no",
                                          "",
                                          "",
                                          "" };
    const struct setting *setting = NULL;
    char quoted[LOG_QUOTE_MAX];
    int64_t number;

    for (size_t i = 0; i < config_setting_count && !setting; i++) {
        if (bytes_eq(name, bytes_str(config_settings[i].name)))
            setting = &config_settings[i];
    }
    if (!setting)
        return err_set(e, ERR_INVALID, "there is no setting %s", log_quote(name, quoted));
    if (is_text(setting))
        return set_text(arena, setting, settings, value, e);
    if (!read_number(setting->type, value, &number))
        return err_set(e, ERR_INVALID, "%s is %s, not %s", setting->name, log_quote(value, quoted),
                       wanted[setting->type]);
    if (number < setting->min || number > setting->max)
        return out_of_bounds(arena, setting, e);
    put_number(setting, settings, number);
    return ERR_NONE;
}

/* An issuer without an audience would let in who has a token for any other service of his. */
static enum err_code check_issuer(const struct settings *settings, struct err *e)
{
    if (!settings->oidc_issuer.len)
        return ERR_NONE;
    if (!settings->oidc_audience.len)
        return err_set(e, ERR_INVALID, "oidc_issuer is set and oidc_audience is not");
    if (!jwt_source_is_good(settings->oidc_jwks))
        return err_set(e, ERR_INVALID,
                       "oidc_jwks must be https://..., http:// of this machine, or the path of a "
                       "file from / on");
    if (!settings->oidc_claim.len || settings->oidc_claim.len > 100)
        return err_set(e, ERR_INVALID, "oidc_claim has 1 to 100 bytes");
    return ERR_NONE;
}

/* Without the token a handler could not tell our calls from anybody's. */
static enum err_code check_events(const struct settings *settings, struct err *e)
{
    struct bytes urls = settings->event_url;
    struct bytes url;
    bool any = false;

    while (bytes_split(&urls, ' ', &url)) {
        if (url.len && !event_url_is_good(url))
            return err_set(e, ERR_INVALID,
                           "event_url is no list of http or https URLs without name and password");
        any |= url.len > 0;
    }
    if (any && !settings->event_token.len)
        return err_set(e, ERR_INVALID, "event_url is set and event_token is not");
    for (size_t i = 0; i < settings->event_hosts.len; i++) {
        if (strchr("/@?#,", settings->event_hosts.at[i]))
            return err_set(e, ERR_INVALID,
                           "event_hosts is no list of hosts and ports with spaces between");
    }
    return ERR_NONE;
}

enum err_code config_check(const struct settings *settings, struct err *e)
{
    if (settings->body_bytes_max < settings->picture_bytes_max)
        return err_set(e, ERR_INVALID, "body_bytes_max is less than picture_bytes_max");
    if (settings->pack_bytes_max < settings->picture_bytes_max)
        return err_set(e, ERR_INVALID, "pack_bytes_max is less than picture_bytes_max");
    if (settings->oauth_refresh_seconds < settings->oauth_access_seconds)
        return err_set(e, ERR_INVALID, "oauth_refresh_seconds is less than oauth_access_seconds");
    struct bytes file = settings->encryption_key_file;
    if (file.len && file.at[0] != '/')
        return err_set(e, ERR_INVALID, "encryption_key_file is no path from / on");
    if (!settings->memory_dir.len || settings->memory_dir.at[0] != '/')
        return err_set(e, ERR_INVALID, "memory_dir is no path from / on");
    enum err_code rc = check_issuer(settings, e);
    return rc ? rc : check_events(settings, e);
}
