/* dialect/bitrix24/user_object.h - the caller as profile and user.current show him (bitrix24 11).
 */
#ifndef DIALECT_BITRIX24_USER_OBJECT_H
#define DIALECT_BITRIX24_USER_OBJECT_H

#include "base/strbuf.h"
#include "model/principal.h"

/* `"NAME":…,"LAST_NAME":…`: the last word of the full name is the last name. */
void b24_user_names_write(struct strbuf *out, const struct user *user);

#endif
