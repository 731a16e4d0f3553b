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

const char *dialect_public_text(const struct err *e, int status)
{
    switch ((int)e->code) {
    case ERR_BUSY:
        return "the server is busy, try again";
    case ERR_UNAVAILABLE:
        return "the picture store does not answer, try again";
    case ERR_FULL:
        return "the picture store is full";
    case ERR_NO_MEMORY:
        return "the server is out of memory, try again";
    case ERR_CORRUPT:
        return strstr(e->text, ERR_INDEX_TEXT) ? ERR_INDEX_TEXT : "the stored picture is damaged";
    default:
        return status < 500 ? e->text : "internal error";
    }
}
