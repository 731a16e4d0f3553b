/* locale/locale.h - letters, languages and countries as ICU knows them; the only user of ICU.
 *
 * Every function may be called from any thread.
 */
#ifndef LOCALE_LOCALE_H
#define LOCALE_LOCALE_H

#include "base/arena.h"

/* `text` (UTF-8) with every letter in the form in which upper and lower case are equal (Unicode's
 * default case folding): what names are compared and sorted by. `.at` NULL when out of memory. */
struct bytes locale_fold(struct arena *arena, struct bytes text);

/* True for the two letters of a language (ISO 639-1), in any case. */
bool locale_is_language(struct bytes iso2);

/* The name of a country (ISO 3166-1, "NO") in a language ("en"); its letters when it has none.
 * `.at` NULL when out of memory. The first call for a language takes milliseconds. */
struct bytes locale_country_name(struct arena *arena, const char *country, const char *language);

/* Its number in ISO 3166-1 (NO: 578); 0 when there is none. */
int32_t locale_country_number(const char *country);

#endif
