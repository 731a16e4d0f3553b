/* dialect/bitrix24/xml.h - an answer as XML (bitrix24 1.4). */
#ifndef DIALECT_BITRIX24_XML_H
#define DIALECT_BITRIX24_XML_H

#include "base/strbuf.h"

/* Writes the JSON text `json` as <response>…</response>: members become elements, list items and
 * members with a number for a name <item>, true is 1, false and null are empty.
 * False when `json` could not be read again (out of memory). */
bool b24_xml_write(struct strbuf *out, struct bytes json);

#endif
