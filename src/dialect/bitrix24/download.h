/* dialect/bitrix24/download.h - picture bytes behind downloadUrl and detailUrl (bitrix24 5.3). */
#ifndef DIALECT_BITRIX24_DOWNLOAD_H
#define DIALECT_BITRIX24_DOWNLOAD_H

#include "core/picture.h"
#include "dialect/bitrix24/route.h"
#include "dialect/dialect.h"

/* How long a browser may keep the bytes, and whether it shows or saves them. */
enum b24_delivery {
    B24_ATTACHMENT, /* private: a signed link, while it lives, or a method */
    B24_INLINE,     /* public and for ever: the link changes with the bytes */
};

/* Answers a B24_ROUTE_DOWNLOAD or B24_ROUTE_DETAIL request; the token in the link is all it needs.
 * Failures carry a reason of error.h. */
enum err_code b24_download(struct call *c, const struct b24_route *route, struct err *e) MUST_CHECK;

/* Answers with the bytes: conditions, ranges, headers. */
enum err_code b24_file_send(struct call *c, const struct picture *picture,
                            enum b24_delivery delivery, struct err *e) MUST_CHECK;

/* The Content-Disposition of RFC 6266: an ASCII name for old clients and the whole one in UTF-8. */
struct bytes b24_content_disposition(struct arena *arena, enum b24_delivery delivery,
                                     struct bytes name);

#endif
