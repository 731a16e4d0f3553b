/* dialect/superoffice/local.h - in which language and time zone a caller wants to be answered
 * (superoffice 9).
 */
#ifndef DIALECT_SUPEROFFICE_LOCAL_H
#define DIALECT_SUPEROFFICE_LOCAL_H

#include "base/err.h"
#include "base/strbuf.h"
#include "http/http.h"

struct zone; /* locale/zone.h */

struct so_local {
    char language[4];        /* iso2, "en"; "" : texts go out as they are stored */
    const struct zone *zone; /* NULL: UTC, the base zone */
    bool offsets;            /* `includeTZOffset`: dates carry their offset */
    struct bytes zone_asked; /* what SO-TimeZone said, to be echoed; `.at` NULL: nothing */
};

/* Reads SO-Language, Accept-Language and SO-TimeZone. ERR_INVALID: an unknown time zone. */
enum err_code so_local_read(const struct http_request *req, struct so_local *out,
                            struct err *e) MUST_CHECK;

/* 0001-01-01T00:00:00, "no date": never moved into another zone (9.4). */
#define SO_NO_DATE (-62135596800LL * 1000000)

/* A date without quotes, in the caller's zone; `utc` ones (CreatedDate, UpdatedDate) stay in UTC.
 */
void so_date_write(struct strbuf *out, const struct so_local *local, int64_t us, bool utc);

/* Any of the forms of 9.4; one without a zone is in the caller's, or UTC when `utc`. False: none.
 */
bool so_date_read(struct bytes text, const struct so_local *local, bool utc, int64_t *us);

/* A display text as this caller sees it: multi-language strings and [SR_…] tokens translated (9.2,
 * 9.3). `text` itself when there is nothing to do; `.at` NULL when out of memory. */
struct bytes so_text_seen(struct arena *arena, const struct so_local *local, struct bytes text);

/* What to store when a client wrote `text` over `stored`: `stored` when `text` is just what this
 * caller was shown of it (9.2), else `text`. */
struct bytes so_text_kept(struct arena *arena, const struct so_local *local, struct bytes text,
                          struct bytes stored);

/* The text of a resource ("SR_NO_PHOTO"), in English when there is no language; `.at` NULL:
 * unknown.
 */
struct bytes so_resource_text(const char *language, struct bytes name);

#endif
