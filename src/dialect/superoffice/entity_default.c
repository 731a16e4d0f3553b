#include "dialect/superoffice/entity.h"

/* GET /api/v1/{Contact|Person|Product|Project}/default (superoffice 14.1)
 *
 * Never 304: the dates that clients send along are of other entities (superoffice 10). */
enum err_code so_entity_default_get(struct call *c, struct err *e)
{
    return so_entity_reply_default(c, so_owner(c).kind, e);
}
