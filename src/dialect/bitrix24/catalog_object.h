/* dialect/bitrix24/catalog_object.h - the two catalogs, of products and of their variations, which
 * are always there (bitrix24 10.3). They are told as records: id, name, parent_id. */
#ifndef DIALECT_BITRIX24_CATALOG_OBJECT_H
#define DIALECT_BITRIX24_CATALOG_OBJECT_H

#include "base/strbuf.h"
#include "base/value.h"
#include "core/settings.h"
#include "model/record.h"

#define B24_CATALOGS 2
void b24_catalogs(const struct settings *settings, struct record out[B24_CATALOGS]);

/* The catalog a method's parameter `id` names; code 0 when there is none. */
enum err_code b24_catalog_bind(const struct settings *settings, const struct value *params,
                               struct record *out, struct err *e) MUST_CHECK;

#define B24_CATALOG_ALL 0x1FFU

/* The fields a `select` names, as bits; of none, all. */
unsigned b24_catalog_select(const struct value *select);

/* The object with its keys sorted. */
void b24_catalog_write(struct strbuf *out, const struct record *catalog, unsigned fields);

/* What getFields says of them: an object by name. */
void b24_catalog_fields_write(struct strbuf *out);

#endif
