/* base/base64.h - RFC 4648, standard and URL alphabets. */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include "base/strbuf.h"

#define BASE64_LEN(n) (((n) + 2) / 3 * 4)

/* Standard alphabet with padding. */
void base64_write(struct strbuf *out, struct bytes data);

/* URL alphabet without padding. */
void base64url_write(struct strbuf *out, struct bytes data);

/* 16 bytes as 22 characters of the URL alphabet. */
#define BASE64URL_16 22
void base64url_16(const uint8_t in[16], char out[BASE64URL_16]);

/* Both alphabets, padding optional, nothing else: whole and well-formed or false. `out` has room
 * for text.len / 4 * 3 + 3 bytes; *len is set to what was written. */
bool base64_read(struct bytes text, char *out, size_t *len);

/* What PHP's lenient decoder does (bitrix24 4.3): bytes outside the standard alphabet are
 * skipped, padding is optional, U+00AD inside the text does not matter. With `space_is_plus` (form
 * requests) an inner space counts as `+` when the result is then well-formed. Returns false when
 * no byte remains. Same room rule. */
bool base64_read_lenient(struct bytes text, bool space_is_plus, char *out, size_t *len);

#endif
