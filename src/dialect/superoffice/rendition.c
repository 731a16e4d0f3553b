/* Pictures in other sizes and types: of GET Image, the agents' getters, lists
 * (superoffice 3.2, 4.2).
 */
#include "dialect/superoffice/superoffice.h"

#define PRODUCT_SIDE_MAX 1000 /* superoffice 3.3 */

/* What a caller can do about it stands in the text; a stored picture is no fault of his body. */
static enum err_code unfit(const struct picture *picture, struct err *e)
{
    if (e->code == ERR_TOO_LARGE)
        return err_set(e, ERR_INVALID,
                       "picture %d becomes too large that way: ask for a smaller w or h, or for "
                       "another type",
                       picture->id);
    return err_set(e, ERR_INVALID,
                   "picture %d cannot be scaled or converted, its pixels are broken: ask for it "
                   "without w, h and type",
                   picture->id);
}

enum err_code so_rendition(struct call *c, struct arena *arena, const struct picture *picture,
                           const struct render *want, struct bytes *out, enum picture_type *type,
                           struct err *e)
{
    enum err_code rc = picture_render(c->core, arena, picture, want, out, type, e);

    return rc == ERR_TOO_LARGE || rc == ERR_UNSUPPORTED ? unfit(picture, e) : rc;
}

enum err_code so_product_bounded(struct call *c, const struct picture_content *content,
                                 struct picture_content *out, struct err *e)
{
    struct picture_content bounded = *content;

    enum err_code rc =
        picture_bounded(c->core, c->arena, content->bytes, PRODUCT_SIDE_MAX, &bounded.bytes, e);
    if (rc == ERR_UNSUPPORTED)
        return err_set(e, ERR_INVALID,
                       "bitmap missing: a product's picture is stored with at most %d x %d pixels, "
                       "and this one cannot be scaled: its pixels are broken",
                       PRODUCT_SIDE_MAX, PRODUCT_SIDE_MAX);
    if (rc == ERR_NONE)
        *out = bounded;
    return rc;
}
