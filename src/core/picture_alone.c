/* Pictures by themselves, whatever they hang on: made, given other bytes, removed. */
#include "base/clock.h"
#include "core/event.h"
#include "core/journal.h"
#include "core/picture_content.h"

static enum err_code apply_new(struct write *write, struct meta *meta, struct err *e)
{
    return content_insert((struct content_write *)write, meta, 0, 0, e);
}

static enum err_code new_with_bytes(struct core *core, const struct principal *principal,
                                    struct arena *arena, const struct picture_content *content,
                                    const struct picture_texts *texts, struct picture *out,
                                    struct err *e)
{
    struct content_write w = { .write = { .apply = apply_new,
                                          .change = change_by(principal, CHANGE_PICTURE_NEW,
                                                              (struct owner){ 0 }) },
                               .conceptual_type = texts->conceptual_type,
                               .extra_info = texts->extra_info };
    struct picture_content described = *content;

    if (texts->description.at)
        described.description = texts->description;
    if (!w.conceptual_type.at) /* it is of no kind, so of none's type */
        w.conceptual_type = B("");
    enum err_code rc = content_prepare(core, principal, arena, &described, &w, e);
    if (rc == ERR_NONE)
        rc = content_commit(core, &w, e);
    if (rc == ERR_NONE)
        *out = w.result;
    return rc;
}

/* A picture whose bytes are still to come. */
struct empty_write {
    struct write write; /* first */
    struct arena *arena;
    struct bytes name;
    struct picture result;
};

static enum err_code apply_empty(struct write *write, struct meta *meta, struct err *e)
{
    struct empty_write *w = (struct empty_write *)write;
    int64_t id;

    enum err_code rc = meta_next_id(meta, TENANT_DEFAULT, "picture", 1, INT32_MAX, &id, e);
    if (rc)
        return rc;
    w->result.id = (int32_t)id;
    w->result.name =
        picture_make_name(w->arena, w->name, (struct owner){ 0, w->result.id }, PICTURE_NONE);
    if (!w->result.name.at)
        return err_set(e, ERR_NO_MEMORY, "name a picture");
    return meta_picture_insert(meta, TENANT_DEFAULT, &w->result, e);
}

static enum err_code new_without_bytes(struct core *core, const struct principal *principal,
                                       struct arena *arena, const struct picture_content *content,
                                       struct bytes mime_type, const struct picture_texts *texts,
                                       struct picture *out, struct err *e)
{
    int64_t now_us = clock_now_us();
    struct empty_write w = {
        .write = { .apply = apply_empty,
                   .change = change_by(principal, CHANGE_PICTURE_NEW, (struct owner){ 0 }) },
        .arena = arena,
        .name = content->name,
        .result = { .description =
                        texts->description.at ? texts->description : content->description,
                    .extra_info = texts->extra_info,
                    .conceptual_type = texts->conceptual_type,
                    .mime_type = mime_type,
                    .header = { .orientation = 1 },
                    .created_us = now_us,
                    .updated_us = now_us,
                    .created_by = principal->user_id,
                    .updated_by = principal->user_id,
                    .version = 1 },
    };

    enum err_code rc = picture_check_texts(content->name, w.result.description, e);
    if (rc == ERR_NONE)
        rc = core_write(core, &w.write, e);
    if (rc == ERR_NONE)
        *out = w.result;
    return rc;
}

enum err_code picture_new(struct core *core, const struct principal *principal, struct arena *arena,
                          const struct picture_content *content, struct bytes mime_type,
                          const struct picture_texts *texts, struct picture *out, struct err *e)
{
    enum err_code rc;

    if ((rc = picture_check_text("Description", texts->description, e)) ||
        (rc = picture_check_text("ExtraInfo", texts->extra_info, e)) ||
        (rc = picture_check_text("ConceptualType", texts->conceptual_type, e)) ||
        (rc = picture_check_text("MimeType", mime_type, e)))
        return rc;
    if (content->bytes.len)
        return new_with_bytes(core, principal, arena, content, texts, out, e);
    return new_without_bytes(core, principal, arena, content, mime_type, texts, out, e);
}

/* ERR_NOT_FOUND when there is none with that id. */
static enum err_code find(struct meta *meta, struct arena *arena, int32_t id, struct picture *out,
                          struct err *e)
{
    bool found;

    enum err_code rc = meta_picture_by_id(meta, arena, TENANT_DEFAULT, id, out, &found, e);
    if (rc || found)
        return rc;
    return err_set(e, ERR_NOT_FOUND, "there is no picture %d", id);
}

static enum err_code find_before(struct content_write *w, struct meta *meta, struct picture *before,
                                 struct err *e)
{
    enum err_code rc = find(meta, w->arena, w->picture_id, before, e);

    return rc ? rc : rows_hold(w->content.condition, before, e);
}

static enum err_code check_replace(struct write *write, struct meta *meta, struct err *e)
{
    struct picture before;

    return find_before((struct content_write *)write, meta, &before, e);
}

static enum err_code apply_replace(struct write *write, struct meta *meta, struct err *e)
{
    struct content_write *w = (struct content_write *)write;
    struct picture before;

    enum err_code rc = find_before(w, meta, &before, e);
    if (rc == ERR_NONE)
        rc = content_replace(w, meta, &before, e);
    return rc ? rc : event_queue_picture(write, meta, before.id, e);
}

enum err_code picture_replace(struct core *core, const struct principal *principal,
                              struct arena *arena, int32_t id,
                              const struct picture_content *content, struct picture *out,
                              struct err *e)
{
    struct content_write w = { .write = { .apply = apply_replace,
                                          .check = check_replace,
                                          .change = change_by(principal, CHANGE_PICTURE_REPLACE,
                                                              (struct owner){ 0 }) },
                               .picture_id = id };

    enum err_code rc = content_prepare(core, principal, arena, content, &w, e);
    if (rc == ERR_NONE)
        rc = content_commit(core, &w, e);
    if (rc == ERR_NONE)
        *out = w.result;
    return rc;
}

struct whole_removal {
    struct write write; /* first */
    struct arena *arena;
    int32_t id;
};

static enum err_code apply_remove(struct write *write, struct meta *meta, struct err *e)
{
    struct whole_removal *w = (struct whole_removal *)write;
    struct picture picture;

    enum err_code rc = find(meta, w->arena, w->id, &picture, e);
    if (rc == ERR_NONE) /* while it hangs there */
        rc = event_queue_picture(write, meta, picture.id, e);
    if (rc == ERR_NONE)
        rc = meta_link_delete_all(meta, TENANT_DEFAULT, w->id, e);
    return rc ? rc : meta_picture_delete(meta, TENANT_DEFAULT, w->id, e);
}

enum err_code picture_remove(struct core *core, const struct principal *principal, int32_t id,
                             struct err *e)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    struct whole_removal w = { .write = { .apply = apply_remove,
                                          .change = change_by(principal, CHANGE_PICTURE_DELETE,
                                                              (struct owner){ 0 }) },
                               .arena = arena,
                               .id = id };

    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "remove a picture");
    return core_write(core, &w.write, e);
}
