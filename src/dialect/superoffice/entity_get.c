#include "dialect/superoffice/entity.h"

/* GET /api/v1/{Contact|Person|Product|Project}/{id} (superoffice 14.1)
 *
 * `fk` is taken and says nothing: there are no foreign keys, ExtraFields is what was put there. */
enum err_code so_entity_get(struct call *c, struct err *e)
{
    struct record record;
    enum err_code rc = so_entity_find(c, so_owner(c), &record, e);

    return rc ? rc : so_entity_reply(c, &record, SO_ENTITY_REST, e);
}
