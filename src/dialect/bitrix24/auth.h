/* dialect/bitrix24/auth.h - who asks, and with which scopes (bitrix24 1.3, 6, 11). */
#ifndef DIALECT_BITRIX24_AUTH_H
#define DIALECT_BITRIX24_AUTH_H

#include "base/value.h"
#include "dialect/bitrix24/route.h"
#include "dialect/dialect.h"

/* Fills c->principal from the webhook in the path, else `Authorization: Bearer`, else the
 * parameters `auth`, `access_token`, `aplogin` with `ap` (a webhook); the first that is there
 * decides. Failures carry a reason
 * of error.h. */
enum err_code b24_authenticate(struct call *c, const struct b24_route *route,
                               const struct value *params, struct err *e) MUST_CHECK;

/* The comma list of scopes the caller's credential holds, e.g. "catalog,user". */
enum err_code b24_scopes(struct call *c, struct bytes *out, struct err *e) MUST_CHECK;

/* True when the comma list `scopes` names `scope`. */
bool b24_scopes_hold(struct bytes scopes, struct bytes scope);

#endif
