/* Reading pictures. */
#include "core/picture.h"
#include "core/blob_bytes.h"
#include "core/store.h"

static enum err_code no_record(struct owner owner, struct err *e)
{
    return err_set(e, ERR_NOT_FOUND, "there is no %s %d", kind_name(owner.kind), owner.id);
}

enum err_code picture_seen(struct core *core, struct arena *arena, struct owner owner,
                           struct picture *out, bool *record_exists, struct err *e)
{
    bool found;

    enum err_code rc = core_look(core, e);
    if (rc)
        return rc;
    rc = meta_picture_seen(core->meta, arena, TENANT_DEFAULT, owner.kind, owner.id, out, &found, e);
    if (rc)
        return rc;
    *record_exists = true;
    if (found)
        return ERR_NONE;
    rc = meta_record_exists(core->meta, TENANT_DEFAULT, owner.kind, owner.id, record_exists, e);
    if (rc)
        return rc;
    if (!*record_exists)
        return no_record(owner, e);
    return err_set(e, ERR_NOT_FOUND, "%s %d has no picture", kind_name(owner.kind), owner.id);
}

/* Why there is no picture `id` on the record. */
static enum err_code not_on(struct core *core, struct owner owner, int32_t id, bool *record_exists,
                            struct err *e)
{
    enum err_code rc =
        meta_record_exists(core->meta, TENANT_DEFAULT, owner.kind, owner.id, record_exists, e);

    if (rc)
        return rc;
    if (!*record_exists)
        return no_record(owner, e);
    return err_set(e, ERR_NOT_FOUND, "%s %d has no picture %d", kind_name(owner.kind), owner.id,
                   id);
}

enum err_code picture_get(struct core *core, struct arena *arena, struct owner owner, int32_t id,
                          struct picture *out, bool *record_exists, struct err *e)
{
    bool found;

    enum err_code rc = core_look(core, e);
    if (rc)
        return rc;
    rc = meta_picture_on(core->meta, arena, TENANT_DEFAULT, owner.kind, owner.id, id, out, &found,
                         e);
    if (rc)
        return rc;
    *record_exists = true;
    return found ? ERR_NONE : not_on(core, owner, id, record_exists, e);
}

enum err_code picture_label(struct core *core, struct arena *arena, struct owner owner, int32_t id,
                            struct picture *out, bool *record_exists, struct err *e)
{
    bool found;

    enum err_code rc = core_look(core, e);
    if (rc)
        return rc;
    rc = meta_picture_label(core->meta, arena, TENANT_DEFAULT, owner.kind, owner.id, id, out,
                            &found, e);
    if (rc)
        return rc;
    *record_exists = true;
    return found ? ERR_NONE : not_on(core, owner, id, record_exists, e);
}

enum err_code picture_find(struct core *core, struct arena *arena, int32_t id, struct picture *out,
                           struct err *e)
{
    bool found;

    enum err_code rc = core_look(core, e);
    if (rc)
        return rc;
    rc = meta_picture_by_id(core->meta, arena, TENANT_DEFAULT, id, out, &found, e);
    if (rc || found)
        return rc;
    return err_set(e, ERR_NOT_FOUND, "there is no picture %d", id);
}

enum err_code picture_places(struct core *core, struct arena *arena, int32_t id,
                             struct picture_place **out, size_t *count, struct err *e)
{
    struct picture *links;
    size_t n;

    enum err_code rc = core_look(core, e);
    if (rc == ERR_NONE)
        rc = meta_link_list(core->meta, arena, TENANT_DEFAULT, id, &links, &n, e);
    if (rc)
        return rc;
    struct picture_place *places = arena_zalloc(arena, n + 1, sizeof *places);
    if (!places)
        return err_set(e, ERR_NO_MEMORY, "the records of picture %d", id);
    for (size_t i = 0; i < n; i++)
        places[i] = (struct picture_place){ { links[i].kind, links[i].record_id }, links[i].role };
    *out = places;
    *count = n;
    return ERR_NONE;
}

enum err_code picture_thumbnail(struct core *core, struct arena *arena, struct owner owner,
                                struct picture *out, struct err *e)
{
    bool found;

    enum err_code rc = core_look(core, e);
    if (rc)
        return rc;
    rc = meta_picture_in_role(core->meta, arena, TENANT_DEFAULT, owner.kind, owner.id,
                              ROLE_THUMBNAIL, out, &found, e);
    if (rc || found)
        return rc;
    return err_set(e, ERR_NOT_FOUND, "%s %d has no thumbnail", kind_name(owner.kind), owner.id);
}

/* A record without pictures is no failure, one that is not there is. */
static enum err_code check_empty(struct core *core, struct owner owner, size_t count, struct err *e)
{
    bool exists = true;

    if (count)
        return ERR_NONE;
    enum err_code rc =
        meta_record_exists(core->meta, TENANT_DEFAULT, owner.kind, owner.id, &exists, e);
    if (rc)
        return rc;
    return exists ? ERR_NONE : no_record(owner, e);
}

enum err_code picture_list(struct core *core, struct arena *arena, struct owner owner,
                           int32_t after_id, size_t limit, struct picture **out, size_t *count,
                           struct err *e)
{
    enum err_code rc = core_look(core, e);
    if (rc)
        return rc;
    rc = meta_picture_list(core->meta, arena, TENANT_DEFAULT, owner.kind, owner.id, after_id, limit,
                           out, count, e);
    return rc ? rc : check_empty(core, owner, *count, e);
}

enum err_code picture_labels(struct core *core, struct arena *arena, struct owner owner,
                             int32_t after_id, struct picture **out, size_t *count, struct err *e)
{
    enum err_code rc = core_look(core, e);
    if (rc)
        return rc;
    rc = meta_picture_labels(core->meta, arena, TENANT_DEFAULT, owner.kind, owner.id, after_id, out,
                             count, e);
    return rc ? rc : check_empty(core, owner, *count, e);
}

enum err_code picture_list_of(struct core *core, struct arena *arena, enum record_kind kind,
                              const int32_t *record_ids, size_t record_count, struct picture **out,
                              size_t *count, struct err *e)
{
    enum err_code rc = core_look(core, e);

    return rc ? rc
              : meta_picture_list_of(core->meta, arena, TENANT_DEFAULT, kind, record_ids,
                                     record_count, out, count, e);
}

enum err_code picture_open(struct core *core, struct arena *arena, const struct picture *picture,
                           struct source **out, struct err *e)
{
    if (picture->blob_id == 0)
        return err_set(e, ERR_NOT_FOUND, "picture %d has no bytes yet", picture->id);

    struct blob_place place = place_of_picture(picture);
    struct source *source = bytes_source(core, arena, picture->blob_id, &place);
    if (!source)
        return err_set(e, ERR_NO_MEMORY, "open a picture");
    *out = source;
    return ERR_NONE;
}
