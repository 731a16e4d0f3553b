/* catalog.product.download (bitrix24 5.4): what the links in product objects point at. The answer
 * is the file itself. */
#include "dialect/bitrix24/bind.h"
#include "dialect/bitrix24/bitrix24.h"
#include "dialect/bitrix24/download.h"
#include "dialect/bitrix24/error.h"

#include <stdio.h>

static bool absent(const struct value *fields, struct bytes name)
{
    const struct value *value = b24_get_folded(fields, name);

    return !value || value->type == VALUE_NULL ||
           (value->type == VALUE_STRING && value->string.len == 0);
}

static enum err_code check_required(const struct value *fields, struct err *e)
{
    static const char *const names[] = { "fieldName", "fileId", "productId" };
    char missing[48] = "";
    size_t len = 0;

    for (size_t i = 0; i < COUNT(names); i++) {
        if (absent(fields, bytes_str(names[i])))
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

static bool role_of(struct bytes field_name, enum picture_role *role)
{
    bool detail = b24_name_eq(field_name, B("detailPicture"));

    *role = detail ? ROLE_DETAIL : ROLE_PREVIEW;
    return detail || b24_name_eq(field_name, B("previewPicture"));
}

enum err_code b24_catalog_product_download(struct call *c, const struct value *params,
                                           struct b24_result *out, struct err *e)
{
    const struct value *fields;
    struct picture picture;
    enum picture_role role;
    bool product_exists = false;
    enum err_code rc = b24_bind_array(params, B("fields"), true, &fields, e);

    if (!rc)
        rc = check_required(fields, e);
    if (rc)
        return rc;
    struct owner product = { KIND_PRODUCT, id_of(fields, B("productId")) };
    rc = picture_get(c->core, c->arena, product, id_of(fields, B("fileId")), &picture,
                     &product_exists, e);
    if (rc && rc != ERR_NOT_FOUND)
        return rc;
    if (rc && !product_exists)
        return b24_error(e, B24_PRODUCT_NOT_FOUND);
    if (!role_of(b24_to_text(c->arena, b24_get_folded(fields, B("fieldName"))), &role))
        return b24_error(e, B24_FIELD_NOT_A_FILE);
    if (rc || picture.role != role)
        return b24_error(e, B24_FILE_WRONG);

    out->sent = true;
    return b24_file_send(c, &picture, B24_ATTACHMENT, e);
}
