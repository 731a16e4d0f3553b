#include "dialect/superoffice/superoffice.h"

/* Asked within the transaction, so that nobody changes the picture between answer and write. */
static bool may_change(const struct picture *now, void *context)
{
    const struct call *c = context;
    char etag[SO_ETAG_MAX];
    struct http_validators validators = so_blob_entity_validators(c, now, etag);

    return http_condition(c->req, &validators) == HTTP_CONDITION_GO;
}

/* PUT /api/v1/{Contact|Person|Product|Project}/{id}/ImageInfo (superoffice 3.6) */
enum err_code so_image_info_put(struct call *c, struct err *e)
{
    struct owner owner = so_owner(c);
    const struct value *entity;
    enum err_code rc = so_body_read(c, &entity, e);
    if (rc)
        return rc;

    struct picture_texts texts;
    rc = so_blob_entity_read(entity, &texts, e);
    if (rc)
        return rc;
    texts.condition = (struct picture_condition){ may_change, c };

    struct picture picture;
    bool record_exists = false;
    rc = picture_describe(c->core, &c->principal, c->arena, owner, &texts, &picture, &record_exists,
                          e);
    if (rc == ERR_NOT_FOUND)
        return err_set(e, rc, record_exists ? "no image on %s %d" : "no %s %d",
                       kind_name(owner.kind), owner.id);
    if (rc == ERR_CONFLICT) /* to link another one is not this call's business */
        return err_set(e, ERR_INVALID, "BlobId %d is not the picture of %s %d", texts.must_be_id,
                       kind_name(owner.kind), owner.id);
    if (rc == ERR_PRECONDITION)
        return err_set(e, rc, "the picture was changed since you looked");
    if (rc)
        return rc; /* a text that is too long is named as SuperOffice calls it */
    return so_blob_entity_reply(c, &picture, e);
}
