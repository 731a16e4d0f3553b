/* catalog.product.download, .sku.download, .offer.download, .service.download (bitrix24 5.4): what
 * the links in product objects point at. The answer is the file itself. */
#include "dialect/bitrix24/bind.h"
#include "dialect/bitrix24/bitrix24.h"
#include "dialect/bitrix24/download.h"
#include "dialect/bitrix24/error.h"
#include "dialect/bitrix24/product_fields.h"
#include "dialect/bitrix24/product_kind.h"

#include <stdio.h>

static enum err_code check_required(const struct value *fields, struct err *e)
{
    static const char *const names[] = { "fieldName", "fileId", "productId" };
    char missing[48] = "";
    size_t len = 0;

    for (size_t i = 0; i < COUNT(names); i++) {
        if (b24_is_empty(b24_get_folded(fields, bytes_str(names[i]))))
            len += (size_t)snprintf(missing + len, sizeof missing - len, "%s%s", len ? ", " : "",
                                    names[i]);
    }
    return len ? b24_required(e, "Required fields", missing) : ERR_NONE;
}

static int32_t id_of(const struct value *fields, struct bytes name)
{
    int64_t number;

    return b24_to_int(b24_get_folded(fields, name), &number) ? b24_to_id(number) : 0;
}

/* detailPicture, previewPicture, or the property MORE_PHOTO of that kind of product. */
static bool role_of(struct bytes field_name, int32_t photos, enum picture_role *role)
{
    const struct b24_product_field *field = b24_product_field(field_name);
    bool photo = b24_property_number(field_name) == photos;

    *role = photo || !field ? ROLE_MORE : field->role;
    return photo || (field && field->place == B24_PICTURE);
}

/* Is there a file in that field at all? */
static enum err_code check_any(struct call *c, struct owner product, enum picture_role role,
                               struct err *e)
{
    struct picture *pictures;
    size_t count;
    enum err_code rc = picture_list(c->core, c->arena, product, 0, 0, &pictures, &count, e);

    for (size_t i = 0; !rc && i < count; i++) {
        if (pictures[i].role == role)
            return b24_error(e, B24_FILE_WRONG);
    }
    return rc ? rc : b24_error(e, B24_FILE_EMPTY);
}

/* `kind` NULL: products of any kind, for so the links in their objects are made. */
static enum err_code download(struct call *c, const struct b24_product_kind *kind,
                              const struct value *params, struct b24_result *out, struct err *e)
{
    const struct value *fields;
    struct record record;
    struct picture picture;
    enum picture_role role;
    bool exists;
    enum err_code rc = b24_bind_array(params, B("fields"), true, &fields, e);

    if (!rc)
        rc = check_required(fields, e);
    if (rc)
        return rc;
    struct owner product = { KIND_PRODUCT, id_of(fields, B("productId")) };
    rc = record_get(c->core, c->arena, product, &record, e);
    if (rc == ERR_NOT_FOUND || (!rc && kind && record.subtype != kind->subtype))
        return b24_error(e, B24_PRODUCT_NOT_FOUND);
    if (rc)
        return rc;
    if (!role_of(b24_to_text(c->arena, b24_get_folded(fields, B("fieldName"))),
                 b24_photo_property_of(core_settings(c->core), record.subtype), &role))
        return b24_error(e, B24_FIELD_NOT_A_FILE);
    rc = picture_get(c->core, c->arena, product, id_of(fields, B("fileId")), &picture, &exists, e);
    if (rc == ERR_NOT_FOUND || (!rc && picture.role != role))
        return check_any(c, product, role, e);
    if (rc)
        return rc;
    out->sent = true;
    return b24_file_send(c, &picture, B24_ATTACHMENT, e);
}

enum err_code b24_catalog_product_download(struct call *c, const struct value *params,
                                           struct b24_result *out, struct err *e)
{
    return download(c, NULL, params, out, e);
}

enum err_code b24_catalog_product_sku_download(struct call *c, const struct value *params,
                                               struct b24_result *out, struct err *e)
{
    return download(c, &b24_kind_sku, params, out, e);
}

enum err_code b24_catalog_product_offer_download(struct call *c, const struct value *params,
                                                 struct b24_result *out, struct err *e)
{
    return download(c, &b24_kind_offer, params, out, e);
}

enum err_code b24_catalog_product_service_download(struct call *c, const struct value *params,
                                                   struct b24_result *out, struct err *e)
{
    return download(c, &b24_kind_service, params, out, e);
}
