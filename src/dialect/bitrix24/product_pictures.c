#include "dialect/bitrix24/product_pictures.h"

#include "dialect/bitrix24/bind.h"
#include "dialect/bitrix24/error.h"
#include "dialect/bitrix24/file_content.h"
#include "dialect/bitrix24/params.h"
#include "dialect/bitrix24/product_fields.h"
#include "dialect/bitrix24/product_property.h"

static enum err_code add_file(struct call *c, const struct value *data, enum picture_role role,
                              struct b24_product_pictures *out, struct err *e)
{
    struct picture_addition *addition = &out->additions[out->addition_count];
    struct b24_file file;

    if (data->type != VALUE_LIST && data->type != VALUE_MAP)
        return b24_error(e, B24_CONTENT_UNREADABLE);
    enum err_code rc = b24_file_data_read(c->arena, data, !b24_body_is_json(c->req), &file, e);
    if (rc)
        return rc;
    if ((int64_t)file.bytes.len > core_settings(c->core)->picture_bytes_max)
        return b24_error(e, B24_FILE_TOO_LARGE);
    *addition = (struct picture_addition){ .role = role,
                                           .content = { .bytes = file.bytes, .name = file.name } };
    if (picture_check(c->core, &addition->content, e))
        return b24_picture_failure(e);
    out->addition_count++;
    return ERR_NONE;
}

static bool says_remove(const struct value *sent)
{
    const struct value *remove = b24_get_folded(sent, B("remove"));

    return remove && (remove->type == VALUE_STRING ? bytes_eq_nocase(remove->string, B("Y"))
                                                   : b24_to_bool(remove));
}

/* { fileData } replaces, { remove: "Y" } takes off; anything else, as an object that was read and
 * is sent back, leaves it. */
static enum err_code read_one(struct call *c, const struct value *sent, enum picture_role role,
                              struct b24_product_pictures *out, struct err *e)
{
    const struct value *inner = b24_get_folded(sent, B("value"));
    const struct value *from = inner ? inner : sent;
    const struct value *data = b24_get_folded(from, B("fileData"));

    if (!b24_is_empty(data))
        return add_file(c, data, role, out, e);
    if (role == ROLE_DETAIL)
        out->remove_detail = says_remove(from);
    else
        out->remove_preview = says_remove(from);
    return ERR_NONE;
}

/* One value of the gallery: new, or kept by its valueId (or the id of the file it shows). */
static enum err_code read_photo(struct call *c, const struct value *sent,
                                struct b24_product_pictures *out, struct err *e)
{
    struct b24_sent_value one = b24_sent_value(c->arena, sent);
    const struct value *data = b24_get_folded(one.value, B("fileData"));
    int64_t id;

    if (!b24_is_empty(data))
        return add_file(c, data, ROLE_MORE, out, e);
    if (says_remove(one.value) || says_remove(sent))
        return ERR_NONE;
    if (bytes_to_int64(one.id, &id) || b24_to_int(b24_get_folded(one.value, B("id")), &id))
        out->kept[out->kept_count++] = b24_to_id(id);
    return ERR_NONE;
}

static enum err_code read_gallery(struct call *c, const struct value *sent,
                                  struct b24_product_pictures *out, struct err *e)
{
    bool many = b24_is_list(sent);
    const struct value *item = many ? sent->first : sent;
    enum err_code rc = ERR_NONE;

    out->gallery = true;
    for (; item && !rc; item = many ? item->next : NULL) {
        if (!b24_is_empty(item))
            rc = read_photo(c, item, out, e);
    }
    return rc;
}

enum err_code b24_product_pictures_read(struct call *c, const struct value *fields, int32_t photos,
                                        struct b24_product_pictures *out, struct err *e)
{
    const struct value *detail = b24_get_folded(fields, B("detailPicture"));
    const struct value *preview = b24_get_folded(fields, B("previewPicture"));
    const struct value *gallery = NULL;
    enum err_code rc = ERR_NONE;

    const struct value *member = fields->type == VALUE_MAP ? fields->first : NULL;
    for (; member; member = member->next) {
        if (b24_property_number(member->name) == photos)
            gallery = member;
    }
    size_t room = 2 + (gallery ? gallery->count + 1 : 0);
    *out = (struct b24_product_pictures){
        .additions = arena_zalloc(c->arena, room, sizeof *out->additions),
        .kept = arena_zalloc(c->arena, room, sizeof *out->kept),
    };
    if (!out->additions || !out->kept)
        return err_set(e, ERR_NO_MEMORY, "read pictures");
    if (detail)
        rc = read_one(c, detail, ROLE_DETAIL, out, e);
    if (preview && !rc)
        rc = read_one(c, preview, ROLE_PREVIEW, out, e);
    if (gallery && !rc && (gallery->type == VALUE_LIST || gallery->type == VALUE_MAP))
        rc = read_gallery(c, gallery, out, e); /* null and "" say nothing, as of the other two */
    return rc;
}

static bool goes(const struct picture *picture, const struct b24_product_pictures *pictures)
{
    if (picture->role == ROLE_DETAIL)
        return pictures->remove_detail;
    if (picture->role == ROLE_PREVIEW)
        return pictures->remove_preview;
    for (size_t i = 0; i < pictures->kept_count; i++) {
        if (pictures->kept[i] == picture->id)
            return false;
    }
    return pictures->gallery;
}

static enum err_code remove_all(struct call *c, struct owner product, const struct picture *before,
                                size_t count, const struct b24_product_pictures *pictures,
                                struct err *e)
{
    for (size_t i = 0; i < count; i++) {
        bool exists;
        enum err_code rc = ERR_NONE;
        if (goes(&before[i], pictures))
            rc = picture_delete(c->core, &c->principal, product, before[i].id, &exists, e);
        if (rc && rc != ERR_NOT_FOUND) /* somebody else was quicker */
            return rc;
    }
    return ERR_NONE;
}

enum err_code b24_product_pictures_store(struct call *c, struct owner product,
                                         struct b24_product_pictures *pictures, struct err *e)
{
    bool removes = pictures->remove_detail || pictures->remove_preview || pictures->gallery;
    struct picture *before = NULL;
    size_t count = 0;
    enum err_code rc = ERR_NONE;

    for (size_t i = 0; i < pictures->addition_count; i++)
        pictures->additions[i].owner = product;
    if (removes) /* what is there before the new ones come */
        rc = picture_list(c->core, c->arena, product, 0, 0, &before, &count, e);
    if (!rc && pictures->addition_count)
        rc = picture_add_all(c->core, &c->principal, c->arena, pictures->additions,
                             pictures->addition_count, e);
    if (rc)
        return b24_picture_failure(e);
    return remove_all(c, product, before, count, pictures, e);
}
