#include "dialect/superoffice/superoffice.h"

/* GET /api/v1/{Contact|Person|Product|Project}/{id}/ImageInfo (superoffice 3.5)
 *
 * The most called endpoint: one look-up, one buffer, no allocation but the arena's. */
enum err_code so_image_info_get(struct call *c, struct err *e)
{
    struct owner owner = so_owner(c);
    struct picture picture;
    bool record_exists = false;
    enum err_code rc = picture_seen(c->core, c->arena, owner, &picture, &record_exists, e);

    if (rc == ERR_NOT_FOUND && record_exists) {
        /* A record without a picture has an empty description, not none. There is nothing that
         * could have been cached, so the conditions do not apply. */
        *e = (struct err){ 0 };
        return so_blob_entity_reply(c, NULL, e);
    }
    if (rc == ERR_NOT_FOUND)
        return err_set(e, ERR_NOT_FOUND, "no %s %d", kind_name(owner.kind), owner.id);
    if (rc)
        return rc;

    char etag[SO_ETAG_MAX];
    struct http_validators now = so_blob_entity_validators(c, &picture, etag);
    bool answered;
    rc = so_read_condition(c, &now, so_cache_json, &answered, e);
    if (rc || answered)
        return rc;
    return so_blob_entity_reply(c, &picture, e);
}
