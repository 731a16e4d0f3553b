#include "locale/locale.h"

#include <unicode/uloc.h>
#include <unicode/uregion.h>
#include <unicode/ustring.h>

#include <stdio.h>

bool locale_is_language(struct bytes iso2)
{
    const char *const *known = uloc_getISOLanguages();

    if (iso2.len != 2)
        return false;
    for (; *known; known++) {
        if ((*known)[2] == '\0' && bytes_eq_nocase(bytes_str(*known), iso2))
            return true;
    }
    return false;
}

struct bytes locale_country_name(struct arena *arena, const char *country, const char *language)
{
    UErrorCode status = U_ZERO_ERROR;
    char id[16];
    UChar name[128];
    char utf8[512];
    int32_t len;

    snprintf(id, sizeof id, "und_%s", country);
    uloc_getDisplayCountry(id, language, name, COUNT(name), &status);
    u_strToUTF8(utf8, sizeof utf8, &len, name, -1, &status);
    return U_SUCCESS(status) ? arena_copy(arena, bytes_of(utf8, (size_t)len)) : bytes_str(country);
}

int32_t locale_country_number(const char *country)
{
    UErrorCode status = U_ZERO_ERROR;
    const URegion *region = uregion_getRegionFromCode(country, &status);

    return U_SUCCESS(status) && region ? uregion_getNumericCode(region) : 0;
}
