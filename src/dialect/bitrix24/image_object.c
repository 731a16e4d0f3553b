#include "dialect/bitrix24/image_object.h"

#include "base/clock.h"
#include "base/json.h"
#include "dialect/bitrix24/bind.h"
#include "dialect/bitrix24/field.h"
#include "dialect/bitrix24/links.h"

/* In the order of their sorted names: so the object is written. */
enum image_field { CREATE_TIME, DETAIL_URL, DOWNLOAD_URL, ID, NAME, PRODUCT_ID, TYPE, FIELD_COUNT };

static const struct b24_field fields_of_image[FIELD_COUNT] = {
    [CREATE_TIME] = { B("createTime"), B("datetime"), false, true, false },
    [DETAIL_URL] = { B("detailUrl"), B("string"), false, true, false },
    [DOWNLOAD_URL] = { B("downloadUrl"), B("string"), false, true, false },
    [ID] = { B("id"), B("integer"), false, true, false },
    [NAME] = { B("name"), B("string"), false, true, false },
    [PRODUCT_ID] = { B("productId"), B("string"), false, false, true }, /* sic: bitrix24 4.1 */
    [TYPE] = { B("type"), B("string"), false, false, false },
};

unsigned b24_image_select(const struct value *select)
{
    unsigned fields = 0;

    for (const struct value *name = select ? select->first : NULL; name; name = name->next) {
        if (name->type != VALUE_STRING)
            continue;
        if (bytes_eq(name->string, B("*")))
            return B24_IMAGE_ALL;
        for (unsigned i = 0; i < FIELD_COUNT; i++) {
            if (b24_name_eq(name->string, fields_of_image[i].name))
                fields |= 1U << i;
        }
    }
    return fields ? fields : B24_IMAGE_ALL;
}

/* Text that needs no escaping, as the value of a string. */
static void write_url(struct call *c, struct strbuf *out, const struct picture *picture,
                      void (*write)(struct call *, struct strbuf *, const struct picture *))
{
    strbuf_char(out, '"');
    write(c, out, picture);
    strbuf_char(out, '"');
}

static void write_field(struct call *c, struct strbuf *out, const struct picture *picture,
                        enum image_field field)
{
    switch (field) {
    case CREATE_TIME:
        strbuf_char(out, '"');
        clock_write_offset(out, picture->created_us);
        strbuf_char(out, '"');
        break;
    case DETAIL_URL:
        write_url(c, out, picture, b24_detail_url_write);
        break;
    case DOWNLOAD_URL:
        write_url(c, out, picture, b24_download_url_write);
        break;
    case ID:
        strbuf_int(out, picture->id);
        break;
    case NAME:
        json_string(out, picture->name);
        break;
    case PRODUCT_ID:
        strbuf_int(out, picture->record_id);
        break;
    case TYPE:
        json_string(out, role_name(picture->role));
        break;
    case FIELD_COUNT:
        break;
    }
}

void b24_image_write(struct call *c, struct strbuf *out, const struct picture *picture,
                     unsigned fields)
{
    char open = '{';

    for (unsigned i = 0; i < FIELD_COUNT; i++) {
        if (!(fields & (1U << i)))
            continue;
        strbuf_char(out, open);
        strbuf_char(out, '"');
        strbuf_add(out, fields_of_image[i].name);
        strbuf_lit(out, "\":");
        write_field(c, out, picture, (enum image_field)i);
        open = ',';
    }
    strbuf_char(out, '}');
}

void b24_image_fields_write(struct strbuf *out)
{
    b24_fields_write(out, fields_of_image, COUNT(fields_of_image));
}
