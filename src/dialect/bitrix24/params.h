/* dialect/bitrix24/params.h - what a client sent, wherever it put it, as one map (bitrix24 1.2). */
#ifndef DIALECT_BITRIX24_PARAMS_H
#define DIALECT_BITRIX24_PARAMS_H

#include "base/value.h"
#include "http/http.h"

/* Collects query string and, for POST, the body: JSON, multipart, else a form. A member of
 * the body hides the query string's of the same name whole: no deep merge. A body that cannot be
 * read gives no parameters and no error: the method complains about what is missing.
 * ERR_TOO_LARGE  more form fields or deeper names than http/form.h takes
 * ERR_NO_MEMORY  over the arena's limit */
enum err_code b24_params_read(struct arena *arena, const struct http_request *req,
                              struct value **out, struct err *e) MUST_CHECK;

/* True when the body is JSON: then no space in it was ever a plus. */
bool b24_body_is_json(const struct http_request *req);

/* *out becomes *req with its body unpacked (Content-Encoding gzip or deflate) to at most `limit`
 * bytes. Failures carry a reason of error.h. */
enum err_code b24_body_unpack(struct arena *arena, const struct http_request *req, size_t limit,
                              struct http_request *out, struct err *e) MUST_CHECK;

#endif
