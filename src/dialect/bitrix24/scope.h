/* dialect/bitrix24/scope.h - scopes by name, and which methods they open (bitrix24 11). */
#ifndef DIALECT_BITRIX24_SCOPE_H
#define DIALECT_BITRIX24_SCOPE_H

#include "dialect/bitrix24/bitrix24.h"

#define B24_SCOPE_COUNT 4
extern const struct bytes b24_scope_names[B24_SCOPE_COUNT];

/* True when one of the comma list `granted` opens methods of that scope. */
bool b24_scope_granted(struct bytes granted, enum b24_scope scope);

/* Those of them that the comma list names, or all, as a JSON list. */
void b24_scopes_write(struct strbuf *out, struct bytes scopes, bool all);

#endif
