/* Many persons' pictures at once (superoffice 4.3). */
#include "core/rendition.h"
#include "dialect/superoffice/agent.h"

#define PERSONS_MAX 200
#define ANSWER_MAX  (24 << 20)

/* POST /api/v1/Agents/Person/CreateDefaultPersonImage */
enum err_code so_person_image_default(struct call *c, struct err *e)
{
    struct so_writer w;

    so_reply_begin(c, &w, 1024);
    so_object(&w, so_person_image.name);
    so_int(&w, B("PersonId"), 0);
    so_null(&w, B("ImageData"));
    so_object_end(&w);
    return so_reply_writer(c, &w, e);
}

/* The picture as a PNG of at most that size, in `arena`; empty when there is none. */
static enum err_code read_image(struct call *c, struct arena *arena, int32_t person,
                                const struct render *want, struct bytes *out, struct err *e)
{
    struct picture picture;
    enum picture_type type;
    bool record_exists;
    enum err_code rc = picture_seen(c->core, arena, (struct owner){ KIND_PERSON, person }, &picture,
                                    &record_exists, e);

    *out = B("");
    if (rc == ERR_NOT_FOUND || (rc == ERR_NONE && picture.blob_id == 0)) {
        *e = (struct err){ 0 };
        return ERR_NONE;
    }
    if (rc)
        return rc;
    rc = picture_render(c->core, arena, &picture, want, out, &type, e);
    if (rc == ERR_UNSUPPORTED || rc == ERR_TOO_LARGE) {
        /* one whose pixels are broken must not keep the others from being seen */
        *e = (struct err){ 0 };
        *out = B("");
        return ERR_NONE;
    }
    return rc;
}

static enum err_code write_image(struct call *c, struct so_writer *w, const struct value *id,
                                 const struct render *want, struct err *e)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(96UL << 20);
    struct bytes image;
    int32_t person;

    if (!value_to_int32(id, &person))
        return err_set(e, ERR_INVALID, "PersonIds holds what is not a number of 32 bits");
    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "picture of a person");
    enum err_code rc = read_image(c, arena, person, want, &image, e);
    if (rc)
        return rc;
    so_object(w, so_person_image.name);
    so_int(w, B("PersonId"), person);
    so_base64(w, B("ImageData"), image);
    so_object_end(w);
    return w->out.failed ? err_set(e, ERR_TOO_LARGE,
                                   "pictures of more than %d MiB: ask for fewer "
                                   "or smaller ones",
                                   ANSWER_MAX >> 20)
                         : ERR_NONE;
}

/* POST /api/v1/Agents/Person/GetPersonImages: `{PersonIds, ScaledWidth, ScaledHeight}`; an entry
 * for each, in this order */
enum err_code so_person_images_get(struct call *c, struct err *e)
{
    struct render want = { .type = PICTURE_PNG };
    const struct value *arguments;
    struct so_writer w;
    enum err_code rc = so_arguments_read(c, &arguments, e);

    if (!rc)
        rc = so_argument_int_or_0(arguments, B("ScaledWidth"), &want.width_px, e);
    if (!rc)
        rc = so_argument_int_or_0(arguments, B("ScaledHeight"), &want.height_px, e);
    if (rc)
        return rc;
    want.width_px = want.width_px > 0 ? want.width_px : 0;
    want.height_px = want.height_px > 0 ? want.height_px : 0;
    const struct value *ids = value_get_nocase(arguments, B("PersonIds"));
    if (ids && ids->type == VALUE_MAP && ids->count == 1 && ids->first->type == VALUE_LIST)
        ids = ids->first; /* XML: <PersonIds><int>1</int><int>2</int></PersonIds> */
    if (!ids || (ids->type != VALUE_LIST && ids->type != VALUE_MAP))
        return err_set(e, ERR_INVALID, "PersonIds is not a list of numbers");
    if (ids->count > PERSONS_MAX)
        return err_set(e, ERR_INVALID, "PersonIds names more than %d persons", PERSONS_MAX);

    so_reply_begin(c, &w, ANSWER_MAX);
    so_list(&w, B("ArrayOfPersonImage"));
    for (const struct value *id = ids->first; id; id = id->next) {
        rc = write_image(c, &w, id, &want, e);
        if (rc)
            return rc;
    }
    so_list_end(&w);
    return so_reply_writer(c, &w, e);
}
