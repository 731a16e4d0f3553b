#include "dialect/superoffice/local.h"

#include "dialect/superoffice/language.h"
#include "locale/locale.h"
#include "locale/zone.h"

/* superoffice 9.2; what is not here is called as ISO 639-1 has it */
static const char own_codes[][2][3] = {
    { "us", "en" }, { "uk", "en" }, { "nb", "no" }, { "nn", "no" }, { "ge", "de" },
    { "sw", "sv" }, { "dk", "da" }, { "du", "nl" }, { "en", "en" }, { "no", "no" },
    { "de", "de" }, { "fr", "fr" }, { "sv", "sv" }, { "da", "da" }, { "nl", "nl" },
};

bool so_language_of(struct bytes code, char out[SO_LANGUAGE_MAX])
{
    if (code.len != 2)
        return false;
    char iso2[3] = { (char)(code.at[0] | 0x20), (char)(code.at[1] | 0x20) };
    for (size_t i = 0; i < COUNT(own_codes); i++) {
        if (memcmp(own_codes[i][0], iso2, 3) == 0) {
            memcpy(out, own_codes[i][1], 3);
            return true;
        }
    }
    if (!locale_is_language(bytes_of(iso2, 2)))
        return false;
    memcpy(out, iso2, 3);
    return true;
}

/* Takes the next word off a list whose separator may be either sign (superoffice 9.1, 9.4). */
static bool next_word(struct bytes *rest, struct bytes *word)
{
    size_t end = 0;

    if (!rest->len)
        return false;
    while (end < rest->len && rest->at[end] != ',' && rest->at[end] != ';')
        end++;
    *word = bytes_trim(bytes_first(*rest, end));
    *rest = bytes_from(*rest, end + 1);
    return true;
}

/* q=0, q=0.0, q=0.000 */
static bool is_quality_zero(struct bytes word)
{
    bool zero = word.len > 2;

    for (size_t i = 2; i < word.len && zero; i++)
        zero = word.at[i] == '0' || word.at[i] == '.';
    return zero;
}

/* Languages of a list, the first we know wins; *, x and - ask for texts as they are stored. */
static void read_language(struct bytes list, char out[SO_LANGUAGE_MAX])
{
    struct bytes word;
    char chosen[SO_LANGUAGE_MAX] = "";
    bool any = false, found = false;

    while (next_word(&list, &word)) {
        if (bytes_starts_nocase(word, B("q="))) {
            found = found && !is_quality_zero(word);
            continue;
        }
        if (found)
            break;
        if (!word.len)
            continue;
        any = true;
        if (bytes_eq(word, B("*")) || bytes_eq_nocase(word, B("x")) || bytes_eq(word, B("-"))) {
            chosen[0] = '\0';
            found = true;
        } else {
            found = so_language_of(bytes_first(word, bytes_index(word, '-')), chosen);
        }
    }
    if (!found)
        memcpy(chosen, any ? "en" : "", any ? 3 : 1);
    memcpy(out, chosen, SO_LANGUAGE_MAX);
}

/* "NO", "NO, includeTZOffset", "includeTZOffset", and what npm makes of it call after call:
 * "NO,includeTZOffset,includeTZOffset". */
static enum err_code read_zone(struct bytes list, struct so_local *out, struct err *e)
{
    struct bytes word;

    while (next_word(&list, &word)) {
        const struct zone *zone;
        if (!word.len)
            continue;
        if (bytes_eq_nocase(word, B("includeTZOffset"))) {
            out->offsets = true;
            continue;
        }
        enum err_code rc = zone_find(word, &zone, e);
        if (rc == ERR_INVALID)
            return err_set(
                e, rc,
                "SO-TimeZone: unknown time zone '%.*s'; GET v1/TimeZone lists those there "
                "are",
                (int)(word.len > 40 ? 40 : word.len), word.at);
        if (rc)
            return rc;
        if (out->zone && out->zone != zone)
            return err_set(e, ERR_INVALID, "SO-TimeZone: more than one time zone");
        out->zone = zone;
    }
    return ERR_NONE;
}

/* One pass, for most requests have none of them: few other headers have names of these lengths. */
enum err_code so_local_read(const struct http_request *req, struct so_local *out, struct err *e)
{
    struct so_local local = { 0 };
    const struct http_header *own = NULL, *accept = NULL, *zone = NULL;

    for (size_t i = 0; i < req->header_count; i++) {
        const struct http_header *header = &req->headers[i];
        if (header->name.len == 11 && (header->name.at[0] | 0x20) == 's') {
            if (!own && bytes_eq_nocase(header->name, B("SO-Language")))
                own = header;
            else if (!zone && bytes_eq_nocase(header->name, B("SO-TimeZone")))
                zone = header;
        } else if (header->name.len == 15 && !accept &&
                   bytes_eq_nocase(header->name, B("Accept-Language"))) {
            accept = header;
        }
    }
    if (own || accept)
        read_language(own ? own->value : accept->value, local.language);
    if (zone) {
        enum err_code rc = read_zone(zone->value, &local, e);
        if (rc)
            return rc;
        local.zone_asked = zone->value.len ? zone->value : B("");
    }
    *out = local;
    return ERR_NONE;
}
