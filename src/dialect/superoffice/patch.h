/* dialect/superoffice/patch.h - changes a tree of values as a client's patch says
 * (superoffice 5.2).
 *
 * The shape of the patch decides: a list is operations (RFC 6902), an object is merged (RFC 7396).
 */
#ifndef DIALECT_SUPEROFFICE_PATCH_H
#define DIALECT_SUPEROFFICE_PATCH_H

#include "base/value.h"

#define SO_PATCH_OPERATIONS_MAX 1000

/* Names are found in any case. `add`, `replace`, `remove` and `test`; a leading slash may be
 * missing; `replace` makes a member that is not there, and what is null becomes an object when
 * something is put into it. A merged object is appended where the entity has a list. Neither tree
 * is changed; *out is made of nothing that belongs to them but texts.
 * ERR_INVALID    no patch, an operation we do not have, or a path that leads nowhere
 * ERR_CONFLICT   a `test` failed
 * ERR_TOO_LARGE  over SO_PATCH_OPERATIONS_MAX */
enum err_code so_patch(struct arena *arena, const struct value *entity, const struct value *patch,
                       struct value **out, struct err *e) MUST_CHECK;

#endif
