/* dialect/bitrix24/user_object.h - the caller as profile and user.current show him (bitrix24 11).
 */
#ifndef DIALECT_BITRIX24_USER_OBJECT_H
#define DIALECT_BITRIX24_USER_OBJECT_H

#include "core/access.h"
#include "dialect/dialect.h"

/* `"NAME":…,"LAST_NAME":…`: the last word of the full name is the last name. */
void b24_user_names_write(struct strbuf *out, const struct user *user);

/* `,"PERSONAL_PHOTO":…` with the address of his person's picture; nothing when there is none. */
enum err_code b24_user_photo_write(struct call *c, struct strbuf *out, const struct user *user,
                                   struct err *e) MUST_CHECK;

#endif
