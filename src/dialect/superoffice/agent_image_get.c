#include "dialect/superoffice/agent.h"

/* POST /api/v1/Agents/BLOB/Get{Contact|Person|Project|Product}Image, Agents/Person/GetPersonImage,
 * Agents/Project/GetProjectImage (superoffice 4.2, 4.3) */
enum err_code so_agent_image_get(struct call *c, struct err *e)
{
    const struct so_agent_record *record = ((const struct so_endpoint *)c->endpoint)->data;
    struct owner owner;
    struct picture picture;
    bool record_exists = false;
    enum err_code rc = so_agent_owner(c, NULL, &owner, e);

    if (!rc)
        rc = picture_seen(c->core, c->arena, owner, &picture, &record_exists, e);
    if (rc == ERR_NONE && record->must_have && picture.blob_id == 0)
        rc = ERR_NOT_FOUND;
    if (rc == ERR_NONE)
        return so_reply_picture(c, &picture, e);
    if (rc != ERR_NOT_FOUND)
        return rc;

    /* The same for unknown records: ids do not leak. */
    *e = (struct err){ 0 };
    if (record->must_have)
        return err_set(e, ERR_NOT_FOUND, "no image on %s %d", kind_name(owner.kind), owner.id);
    return so_reply_binary(c, B(""), B(""), e);
}
