/* http/accept.h - media types and quality values (RFC 7231 5.3). */
#ifndef HTTP_ACCEPT_H
#define HTTP_ACCEPT_H

#include "base/bytes.h"

/* Splits `type/subtype; parameter=value` off a Content-Type: the type without its parameters and
 * white space. */
struct bytes media_type(struct bytes content_type);

/* The value of a parameter (without quotes) of a Content-Type or Content-Disposition, e.g.
 * "boundary"; `.at` NULL when absent. Escapes inside a quoted value are left as they are. */
struct bytes media_parameter(struct bytes header, struct bytes name);

/* Index of the best of `offered` for an Accept header: highest q, then the more specific match,
 * then first in Accept, then first offered. -1 when the header is empty or nothing matches; a
 * wildcard range matches the first offered. Broken ranges are passed over. */
int accept_best(struct bytes accept, const struct bytes *offered, size_t count);

/* The weight of a bare token in a list such as Accept-Encoding's, in thousandths; -1 when it is not
 * named. Without `q` it is 1000, and 0 when the weight is broken. */
int token_quality(struct bytes header, struct bytes token);

#endif
