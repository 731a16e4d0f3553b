/* dialect/superoffice/xml.h - XML as this dialect speaks it (superoffice 7.4).
 */
#ifndef DIALECT_SUPEROFFICE_XML_H
#define DIALECT_SUPEROFFICE_XML_H

#include "base/err.h"
#include "base/strbuf.h"
#include "dialect/superoffice/carrier.h"

/* Bare values at the root stand in this namespace; nil is i:nil. */
#define SO_XML_SCALARS  " xmlns=\"http://schemas.microsoft.com/2003/10/Serialization/\""
#define SO_XML_INSTANCE " xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\""
#define SO_XML_SCHEMA   " xmlns:x=\"http://www.w3.org/2001/XMLSchema\""

/* Appends the content of an element: `&`, `<`, `>` and carriage returns escaped. Characters that
 * XML 1.0 has no spelling for and ill-formed UTF-8 go out as U+FFFD. */
void so_xml_text(struct strbuf *out, struct bytes text);

/* Appends `name` as an element's name: what may not stand in one goes out as _xHHHH_, as .NET's
 * XmlConvert.EncodeLocalName writes it. */
void so_xml_name(struct strbuf *out, struct bytes name);

/* The name that so_xml_name wrote; `name` itself when nothing was encoded. `.at` NULL: out of
 * memory. */
struct bytes so_xml_name_read(struct arena *arena, struct bytes name);

/* What has to hold before libxml2 may see `text` (UTF-8): no DOCTYPE, and depth, elements, length
 * and attributes of a tag within limits. ERR_INVALID says which does not. Linear; allocates
 * nothing. */
enum err_code so_xml_check_limits(struct bytes text, struct err *e) MUST_CHECK;

/* Reads XML (libxml2, streaming) into a tree: names without their namespace, every text a
 * VALUE_STRING, an element with `nil` is left out. `text` is UTF-8, whatever its declaration says.
 * `carrier` says what its members are: lists stay lists however many items they have, and a
 * dictionary becomes a map. Where it knows nothing (or is NULL) the element's `type` decides, else
 * its looks: several children of one name are a list. The root is a map, or VALUE_NULL when it is
 * nil.
 *
 * There is no DTD, so there are no entities but XML's own five, and nothing is ever opened.
 * ERR_INVALID    not XML, with a DOCTYPE, or over a limit of base/value.h
 * ERR_NO_MEMORY  over the arena's limit */
enum err_code so_xml_read(struct arena *arena, struct bytes text, const struct so_carrier *carrier,
                          struct value **out, struct err *e) MUST_CHECK;

#endif
