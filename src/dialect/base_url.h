/* dialect/base_url.h - where clients reach this server. */
#ifndef DIALECT_BASE_URL_H
#define DIALECT_BASE_URL_H

#include "dialect/dialect.h"

/* Appends "https://HOST": the setting public_url; else what the request and, where a setting trusts
 * it, the proxy before us say. Nothing when there is no host to name. Not while planning. */
void base_url_write(struct call *c, struct strbuf *out);

/* True when nobody between the client and us reads along: TLS here, or a trusted proxy says so. */
bool base_url_is_https(const struct http_request *req, const struct settings *settings);

#endif
