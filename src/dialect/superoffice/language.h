/* dialect/superoffice/language.h - languages as SuperOffice's headers and texts name them (9.2). */
#ifndef DIALECT_SUPEROFFICE_LANGUAGE_H
#define DIALECT_SUPEROFFICE_LANGUAGE_H

#include "base/bytes.h"

#define SO_LANGUAGE_MAX 4 /* with its NUL */

/* The language (iso2, "no" for both kinds of Norwegian) behind a code of SuperOffice's ("US") or of
 * ISO 639-1 ("nb"), any case. False for anything else. */
bool so_language_of(struct bytes code, char out[SO_LANGUAGE_MAX]);

#endif
