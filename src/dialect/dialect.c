#include "dialect/dialect.h"

/* In the order in which they are asked: Bitrix24's paths go through `/rest/`, and `/rest/api/…` is
 * its own too; SuperOffice takes what goes through `/api/` behind any prefix; native the rest. */
static const struct dialect *const dialects[] = { &bitrix24, &superoffice, &native };

const struct dialect *dialect_of(const struct http_request *req)
{
    for (size_t i = 0; i < COUNT(dialects); i++) {
        if (dialects[i]->claims(req))
            return dialects[i];
    }
    return &native;
}
