#include "base/strbuf.h"
#include "dialect/superoffice/language.h"
#include "dialect/superoffice/local.h"

/* ---- resources: texts of ours (superoffice 9.3) ---- */

enum language { EN, NO, SV, DA, DE, FR, NL, LANGUAGES };

static const char names[LANGUAGES][3] = { "en", "no", "sv", "da", "de", "fr", "nl" };

static const struct {
    struct bytes name;
    struct bytes text[LANGUAGES];
} resources[] = {
    { B("SR_NO_PHOTO"),
      { B("No photo"), B("Ikke noe bilde"), B("Inget foto"), B("Intet foto"), B("Kein Foto"),
        B("Pas de photo"), B("Geen foto") } },
    { B("SR_ACCESS_READ_ONLY"),
      { B("You may read this, but not change it"), B("Du kan lese dette, men ikke endre det"),
        B("Du får läsa detta, men inte ändra det"), B("Du kan læse dette, men ikke ændre det"),
        B("Sie dürfen dies lesen, aber nicht ändern"),
        B("Vous pouvez lire ceci, mais pas le modifier"),
        B("U mag dit lezen, maar niet wijzigen") } },
    { B("SR_ACCESS_NO_DELETE"),
      { B("You may change this, but not delete it"), B("Du kan endre dette, men ikke slette det"),
        B("Du får ändra detta, men inte ta bort det"), B("Du kan ændre dette, men ikke slette det"),
        B("Sie dürfen dies ändern, aber nicht löschen"),
        B("Vous pouvez modifier ceci, mais pas le supprimer"),
        B("U mag dit wijzigen, maar niet verwijderen") } },
    { B("SR_ACCESS_DENIED"),
      { B("You may not see this"), B("Du har ikke tilgang til dette"),
        B("Du har inte tillgång till detta"), B("Du har ikke adgang til dette"),
        B("Sie haben keinen Zugriff darauf"), B("Vous n'y avez pas accès"),
        B("U hebt hier geen toegang toe") } },
    { B("SR_MANDATORY_FIELD"),
      { B("This field must be filled in"), B("Dette feltet må fylles ut"),
        B("Detta fält måste fyllas i"), B("Dette felt skal udfyldes"),
        B("Dieses Feld muss ausgefüllt werden"), B("Ce champ est obligatoire"),
        B("Dit veld is verplicht") } },
};

struct bytes so_resource_text(const char *language, struct bytes name)
{
    size_t column = EN;

    for (size_t i = 0; i < LANGUAGES; i++) {
        if (strcmp(names[i], language) == 0)
            column = i;
    }
    for (size_t i = 0; i < COUNT(resources); i++) {
        if (bytes_eq(resources[i].name, name))
            return resources[i].text[column];
    }
    return (struct bytes){ 0 };
}

#define TOKEN_MAX 64

/* The text of the token that `rest` begins with, `[SR_NAME]`, and its length; `.at` NULL: none. */
static struct bytes token_text(const char *language, struct bytes rest, size_t *len)
{
    size_t end = bytes_index(bytes_first(rest, TOKEN_MAX), ']');

    if (end >= rest.len || rest.at[end] != ']')
        return (struct bytes){ 0 };
    *len = end + 1;
    return so_resource_text(language, bytes_of(rest.at + 1, end - 1));
}

static struct bytes with_resources(struct arena *arena, const char *language, struct bytes text)
{
    struct strbuf out;
    size_t copied = 0, len = 0;

    if (!memmem(text.at, text.len, "[SR_", 4))
        return text;
    strbuf_init(&out, arena, text.len + 64, text.len * 16 + 64);
    for (size_t i = 0; i < text.len; i++) {
        struct bytes found = { 0 };
        if (text.at[i] == '[')
            found = token_text(language, bytes_from(text, i), &len);
        if (!found.at)
            continue;
        strbuf_add(&out, bytes_of(text.at + copied, i - copied));
        strbuf_add(&out, found);
        copied = i + len;
        i = copied - 1;
    }
    if (!copied)
        return text;
    strbuf_add(&out, bytes_from(text, copied));
    return out.failed ? (struct bytes){ 0 } : strbuf_bytes(&out);
}

/* ---- multi-language strings: US:"Supplier";NO:"Leverandør" (superoffice 9.2) ---- */

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static struct bytes skip_spaces(struct bytes text)
{
    size_t i = 0;

    while (i < text.len && (text.at[i] == ' ' || (text.at[i] >= '\t' && text.at[i] <= '\r')))
        i++;
    return bytes_from(text, i);
}

struct entry {
    struct bytes code;
    struct bytes text;
};

/* Takes `NO:"text"` and what separates it from the next off *rest. */
static bool next_entry(struct bytes *rest, struct entry *out)
{
    struct bytes text = *rest;

    if (text.len < 5 || !is_letter(text.at[0]) || !is_letter(text.at[1]))
        return false;
    out->code = bytes_first(text, 2);
    text = skip_spaces(bytes_from(text, 2));
    if (!bytes_starts(text, B(":")))
        return false;
    text = skip_spaces(bytes_from(text, 1));
    if (!bytes_starts(text, B("\"")))
        return false;
    text = bytes_from(text, 1);
    size_t end = bytes_index(text, '"');
    if (end == text.len)
        return false;
    out->text = bytes_first(text, end);
    text = skip_spaces(bytes_from(text, end + 1));
    if (bytes_starts(text, B(";")))
        text = skip_spaces(bytes_from(text, 1));
    *rest = text;
    return true;
}

static bool entry_is(const struct entry *entry, const char *language)
{
    char of[SO_LANGUAGE_MAX];

    return so_language_of(entry->code, of) && strcmp(of, language) == 0;
}

/* The language asked for, else English, else whatever comes first; the text itself unless all of it
 * is such a string. */
static struct bytes in_language(const char *language, struct bytes text)
{
    struct bytes rest = skip_spaces(text), first = { 0 }, own = { 0 }, english = { 0 };
    struct entry entry;

    while (rest.len) {
        if (!next_entry(&rest, &entry))
            return text;
        if (!first.at)
            first = entry.text;
        if (!own.at && entry_is(&entry, language))
            own = entry.text;
        if (!english.at && entry_is(&entry, "en"))
            english = entry.text;
    }
    if (own.at)
        return own;
    if (english.at)
        return english;
    return first.at ? first : text;
}

struct bytes so_text_seen(struct arena *arena, const struct so_local *local, struct bytes text)
{
    if (!local->language[0] || !text.len)
        return text;
    return with_resources(arena, local->language, in_language(local->language, text));
}

struct bytes so_text_kept(struct arena *arena, const struct so_local *local, struct bytes text,
                          struct bytes stored)
{
    if (!local->language[0])
        return text;
    struct bytes seen = so_text_seen(arena, local, stored);
    if (!seen.at && stored.len)
        return (struct bytes){ 0 };
    return bytes_eq(seen, text) ? stored : text;
}
