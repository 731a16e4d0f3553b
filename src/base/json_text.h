/* base/json_text.h - the smallest parts of JSON: what stands in a string, how numbers look. */
#ifndef BASE_JSON_TEXT_H
#define BASE_JSON_TEXT_H

#include "base/bytes.h"

/* Writes what stands between two quotes, which is UTF-8, to `out` without its escapes: at most
 * text.len bytes, *len is set to how many. Halves of surrogate pairs become U+FFFD. False when an
 * escape is none of JSON's, or \' where `quote` is another. */
bool json_unescape(struct bytes text, char quote, char *out, size_t *len) MUST_CHECK;

/* RFC 8259 6: no sign but minus, no leading zeros, digits on both sides of a point. */
bool json_is_number(struct bytes word);

#endif
