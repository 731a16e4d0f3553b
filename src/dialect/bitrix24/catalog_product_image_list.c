/* catalog.productImage.list (bitrix24 4.5) */
#include "dialect/bitrix24/bind.h"
#include "dialect/bitrix24/bitrix24.h"
#include "dialect/bitrix24/error.h"
#include "dialect/bitrix24/image_object.h"

#define PAGE 50

/* `filter[">id"]`: what the list helpers of b24jssdk send to walk through pages; without it they
 * get everything at once, as from the original. */
static bool read_after(const struct value *params, int32_t *after_id)
{
    const struct value *bound = b24_get_folded(value_get(params, B("filter")), B(">id"));
    int64_t number;

    if (!bound)
        return false;
    if (!b24_to_int(bound, &number) || number < 0)
        number = 0;
    *after_id = number < INT32_MAX ? (int32_t)number : INT32_MAX;
    return true;
}

enum err_code b24_catalog_product_image_list(struct call *c, const struct value *params,
                                             struct b24_result *out, struct err *e)
{
    int64_t product_id;
    const struct value *select;
    enum err_code rc = b24_bind_int(params, B("productId"), &product_id, e);

    if (!rc)
        rc = b24_bind_array(params, B("select"), false, &select, e);
    if (rc)
        return rc;
    if (product_id <= 0)
        return b24_error(e, B24_EMPTY_PRODUCT_ID);

    struct owner product = { KIND_PRODUCT, b24_to_id(product_id) };
    struct picture *pictures;
    size_t count;
    int32_t after_id = 0;
    bool paged = read_after(params, &after_id);
    rc = picture_labels(c->core, c->arena, product, after_id, &pictures, &count, e);
    if (rc == ERR_NOT_FOUND)
        return b24_error(e, B24_PRODUCT_NOT_FOUND);
    if (rc)
        return rc;

    size_t rows = paged && count > PAGE ? PAGE : count;
    unsigned fields = b24_image_select(select);
    strbuf_lit(out->json, "{\"productImages\":[");
    for (size_t i = 0; i < rows; i++) {
        if (i)
            strbuf_char(out->json, ',');
        b24_image_write(c, out->json, &pictures[i], fields);
    }
    strbuf_lit(out->json, "]}");

    int64_t start;
    if (!b24_to_int(value_get(params, B("start")), &start) || start != -1)
        out->total = (int64_t)count;
    return ERR_NONE;
}
