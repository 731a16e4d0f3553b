/* dialect/bitrix24/links.h - the addresses of a picture (bitrix24 5.2). They hold no secret, and
 * nothing that JSON or XML would have to escape. */
#ifndef DIALECT_BITRIX24_LINKS_H
#define DIALECT_BITRIX24_LINKS_H

#include "core/picture.h"
#include "dialect/dialect.h"

/* https://HOST/rest/download.json?token=… for the caller's credential; without a host to name
 * (HTTP/1.0, no public_url) only the path. */
void b24_download_url_write(struct call *c, struct strbuf *out, const struct picture *picture);

/* /upload/c/{id}-{key}/{name}, behind detail_url_base when that is set. */
void b24_detail_url_write(struct call *c, struct strbuf *out, const struct picture *picture);

#endif
