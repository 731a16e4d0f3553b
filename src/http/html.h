/* http/html.h - text in pages for people. */
#ifndef HTTP_HTML_H
#define HTTP_HTML_H

#include "base/strbuf.h"

/* `text` so that it is nothing but text, within an element and within a quoted attribute. */
void html_write(struct strbuf *out, struct bytes text);

#endif
