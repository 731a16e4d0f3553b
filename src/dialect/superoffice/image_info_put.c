#include "dialect/superoffice/superoffice.h"

struct change {
    struct call *c;
    struct picture_texts texts;
    bool no_memory;
};

/* Asked within the transaction, so that nobody changes the picture between answer and write. */
static bool may_change(const struct picture *now, void *context)
{
    struct change *change = context;
    char etag[SO_ETAG_MAX];
    struct http_validators validators = so_blob_entity_validators(change->c, now, etag);

    if (http_condition(change->c->req, &validators) != HTTP_CONDITION_GO)
        return false;
    change->no_memory = !so_blob_entity_keep(change->c, now, &change->texts);
    return !change->no_memory;
}

/* PUT /api/v1/{Contact|Person|Product|Project}/{id}/ImageInfo (superoffice 3.6) */
enum err_code so_image_info_put(struct call *c, struct err *e)
{
    struct owner owner = so_owner(c);
    const struct value *entity;
    enum err_code rc = so_body_read(c, &so_blob_entity, &entity, e);
    if (rc)
        return rc;

    struct change change = { .c = c };
    rc = so_blob_entity_read(entity, &change.texts, e);
    if (rc)
        return rc;
    change.texts.condition = (struct picture_condition){ may_change, &change };

    struct picture picture;
    bool record_exists = false;
    rc = picture_describe(c->core, &c->principal, c->arena, owner, &change.texts, &picture,
                          &record_exists, e);
    if (rc == ERR_NOT_FOUND)
        return err_set(e, rc, record_exists ? "no image on %s %d" : "no %s %d",
                       kind_name(owner.kind), owner.id);
    if (rc == ERR_CONFLICT) /* to link another one is not this call's business */
        return err_set(e, ERR_INVALID, "BlobId %d is not the picture of %s %d",
                       change.texts.must_be_id, kind_name(owner.kind), owner.id);
    if (rc == ERR_PRECONDITION && change.no_memory)
        return err_set(e, ERR_NO_MEMORY, "texts of a picture");
    if (rc == ERR_PRECONDITION)
        return err_set(e, rc, "the picture was changed since you looked");
    if (rc)
        return rc; /* a text that is too long is named as SuperOffice calls it */
    return so_blob_entity_reply(c, &picture, e);
}
