/* catalog.productImage.add (bitrix24 4.3) */
#include "dialect/bitrix24/bind.h"
#include "dialect/bitrix24/bitrix24.h"
#include "dialect/bitrix24/error.h"
#include "dialect/bitrix24/file_content.h"
#include "dialect/bitrix24/image_object.h"
#include "dialect/bitrix24/params.h"

struct wish {
    struct owner product;
    enum picture_role role;
};

/* Nested fields are not bound by type: what is no number is a product that nobody has. */
static enum err_code read_fields(const struct value *fields, struct wish *out, struct err *e)
{
    const struct value *product_id = b24_get_folded(fields, B("productId"));
    const struct value *type = b24_get_folded(fields, B("type"));
    int64_t number = 0;

    if (!product_id || product_id->type == VALUE_NULL ||
        (product_id->type == VALUE_STRING && product_id->string.len == 0))
        return b24_required(e, "Required fields", "productId");
    if (!b24_to_int(product_id, &number))
        number = 0;
    out->product = (struct owner){ KIND_PRODUCT, b24_to_id(number) };
    if (!type || type->type != VALUE_STRING || !role_from_name(type->string, &out->role))
        out->role = ROLE_MORE;
    return ERR_NONE;
}

static enum err_code check_product(struct call *c, struct owner product, struct err *e)
{
    struct record record;
    enum err_code rc = record_get(c->core, c->arena, product, &record, e);

    return rc == ERR_NOT_FOUND ? b24_error(e, B24_PRODUCT_NOT_FOUND) : rc;
}

enum err_code b24_catalog_product_image_add(struct call *c, const struct value *params,
                                            struct b24_result *out, struct err *e)
{
    const struct value *fields;
    const struct value *content;
    struct wish wish;
    struct b24_file file;
    enum err_code rc = b24_bind_array(params, B("fields"), true, &fields, e);

    if (!rc)
        rc = b24_bind_array(params, B("fileContent"), true, &content, e);
    if (rc)
        return rc;
    if (!c->principal.may_write)
        return b24_error(e, B24_WRITE_DENIED);
    rc = read_fields(fields, &wish, e);
    if (!rc)
        rc = check_product(c, wish.product, e);
    if (!rc)
        rc = b24_file_read(c->arena, content, !b24_body_is_json(c->req), &file, e);
    if (rc)
        return rc;
    if ((int64_t)file.bytes.len > core_settings(c->core)->picture_bytes_max)
        return b24_error(e, B24_FILE_TOO_LARGE);

    struct picture_content picture_content = { .bytes = file.bytes, .name = file.name };
    struct picture picture;
    rc = picture_add(c->core, &c->principal, c->arena, wish.product, wish.role, &picture_content,
                     &picture, e);
    if (rc)
        return b24_picture_failure(e);

    strbuf_lit(out->json, "{\"productImage\":");
    b24_image_write(c, out->json, &picture, B24_IMAGE_ALL);
    strbuf_char(out->json, '}');
    return ERR_NONE;
}
