#include "dialect/superoffice/agent.h"

/* POST /api/v1/Agents/BLOB/Change{Contact|Person|Project|Product}Image: `{…Id, BlobId}`, BlobId 0
 * takes the picture off (superoffice 4.2) */
enum err_code so_agent_image_change(struct call *c, struct err *e)
{
    const struct value *arguments;
    struct owner owner;
    int32_t blob_id;
    enum err_code rc = so_agent_owner(c, &arguments, &owner, e);

    if (!rc)
        rc = so_argument_int(arguments, B("BlobId"), &blob_id, e);
    if (!rc)
        rc = picture_link(c->core, &c->principal, owner, blob_id, e);
    if (rc)
        return so_agent_failure(rc, e);
    so_reply_empty(c);
    return ERR_NONE;
}
