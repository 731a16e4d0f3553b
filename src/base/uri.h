/* base/uri.h - percent encoding (RFC 3986) and the query strings of forms. */
#ifndef BASE_URI_H
#define BASE_URI_H

#include "base/err.h"
#include "base/strbuf.h"

/* Everything but A-Za-z0-9-._~ as %XX, upper-case hex. */
void uri_encode(struct strbuf *out, struct bytes text);

/* Decodes %XX, and with `plus_is_space` also `+`; a lone % stays as it is. Returns the decoded
 * text in the arena (the input itself when nothing had to be decoded); `.at` NULL when out of
 * memory. */
struct bytes uri_decode(struct arena *arena, struct bytes text, bool plus_is_space);

/* Takes the next `name=value` off *query (split at `&`), both decoded as form text. Empty parts
 * are passed over; without a `=` the value is empty. A `.at` is NULL only when out of memory.
 * False at the end. */
bool uri_query_next(struct arena *arena, struct bytes *query, struct bytes *name,
                    struct bytes *value);

/* The first parameter whose name matches without regard to case; `.at` NULL when absent. */
struct bytes uri_query_find(struct arena *arena, struct bytes query, struct bytes name);

#endif
