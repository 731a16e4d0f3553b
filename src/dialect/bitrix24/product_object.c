#include "dialect/bitrix24/product_object.h"

#include "base/clock.h"
#include "base/json.h"
#include "dialect/bitrix24/bind.h"

#define BIT(subtype) (1U << (subtype))

/* catalog.product.list shows every kind of its block (bitrix24 10.1) */
const struct b24_product_kind b24_kind_product = { "product", "products",
                                                   BIT(SUBTYPE_SIMPLE) | BIT(SUBTYPE_PARENT) |
                                                       BIT(SUBTYPE_OFFER) | BIT(SUBTYPE_SERVICE),
                                                   SUBTYPE_SIMPLE };
const struct b24_product_kind b24_kind_sku = { "sku", "units", BIT(SUBTYPE_PARENT),
                                               SUBTYPE_PARENT };
const struct b24_product_kind b24_kind_offer = { "offer", "offers", BIT(SUBTYPE_OFFER),
                                                 SUBTYPE_OFFER };
const struct b24_product_kind b24_kind_service = { "service", "services", BIT(SUBTYPE_SERVICE),
                                                   SUBTYPE_SERVICE };

const struct b24_list_field b24_product_list_fields[B24_PRODUCT_LIST_FIELDS] = {
    { B("id"), RECORD_ID, B24_NUMBER },
    { B("name"), RECORD_NAME, B24_TEXT },
    { B("code"), RECORD_CODE, B24_TEXT },
    { B("xmlId"), RECORD_XML_ID, B24_TEXT },
    { B("sort"), RECORD_SORT, B24_NUMBER },
    { B("active"), RECORD_ACTIVE, B24_YES_NO },
    { B("type"), RECORD_SUBTYPE, B24_NUMBER },
    { B("parentId"), RECORD_PARENT_ID, B24_NUMBER },
    { B("dateCreate"), RECORD_CREATED_US, B24_DATE },
    { B("timestampX"), RECORD_UPDATED_US, B24_DATE },
    { B("createdBy"), RECORD_CREATED_BY, B24_NUMBER },
    { B("modifiedBy"), RECORD_UPDATED_BY, B24_NUMBER },
};

/* What the writers of the fields look at. */
struct product {
    const struct record *record;
    const struct picture *detail; /* NULL: has none */
    const struct picture *preview;
    int32_t iblock_id;
};

static void number_or_null(struct strbuf *out, int64_t value)
{
    if (value)
        strbuf_int(out, value);
    else
        strbuf_lit(out, "null"); /* empty values are null (bitrix24 10.2) */
}

static void text_or_null(struct strbuf *out, struct bytes text)
{
    json_string_or_null(out, text.len ? text : (struct bytes){ 0 });
}

static void write_date(struct strbuf *out, int64_t us)
{
    strbuf_char(out, '"');
    clock_write_offset(out, us);
    strbuf_char(out, '"');
}

static void write_picture(struct strbuf *out, const struct product *p,
                          const struct picture *picture, const char *field)
{
    struct bytes name = bytes_str(field);

    if (!picture) {
        strbuf_lit(out, "null");
        return;
    }
    strbuf_lit(out, "{\"id\":\"");
    strbuf_int(out, picture->id);
    for (int i = 0; i < 2; i++) { /* both links work for machines (bitrix24 14) */
        strbuf_add(out, i ? B("\",\"urlMachine\":\"") : B("\",\"url\":\""));
        strbuf_lit(out, "/rest/catalog.product.download?fields%5BfieldName%5D=");
        strbuf_add(out, name);
        strbuf_lit(out, "&fields%5BfileId%5D=");
        strbuf_int(out, picture->id);
        strbuf_lit(out, "&fields%5BproductId%5D=");
        strbuf_int(out, p->record->id);
    }
    strbuf_lit(out, "\"}");
}

static void write_active(struct strbuf *out, const struct product *p)
{
    strbuf_add(out, p->record->active ? B("\"Y\"") : B("\"N\""));
}

static void write_code(struct strbuf *out, const struct product *p)
{
    text_or_null(out, p->record->code);
}

static void write_created_by(struct strbuf *out, const struct product *p)
{
    number_or_null(out, p->record->created_by);
}

static void write_date_create(struct strbuf *out, const struct product *p)
{
    write_date(out, p->record->created_us);
}

static void write_detail_picture(struct strbuf *out, const struct product *p)
{
    write_picture(out, p, p->detail, "detailPicture");
}

static void write_iblock_id(struct strbuf *out, const struct product *p)
{
    strbuf_int(out, p->iblock_id);
}

static void write_id(struct strbuf *out, const struct product *p)
{
    strbuf_int(out, p->record->id);
}

static void write_modified_by(struct strbuf *out, const struct product *p)
{
    number_or_null(out, p->record->updated_by);
}

static void write_name(struct strbuf *out, const struct product *p)
{
    json_string(out, p->record->name);
}

/* A property's value: it has an id of its own on the original, here the offer's. */
static void write_parent_id(struct strbuf *out, const struct product *p)
{
    if (p->record->parent_id == 0) {
        strbuf_lit(out, "null");
        return;
    }
    strbuf_lit(out, "{\"value\":\"");
    strbuf_int(out, p->record->parent_id);
    strbuf_lit(out, "\",\"valueId\":\"");
    strbuf_int(out, p->record->id);
    strbuf_lit(out, "\"}");
}

static void write_preview_picture(struct strbuf *out, const struct product *p)
{
    write_picture(out, p, p->preview, "previewPicture");
}

static void write_sort(struct strbuf *out, const struct product *p)
{
    number_or_null(out, p->record->sort);
}

static void write_timestamp(struct strbuf *out, const struct product *p)
{
    write_date(out, p->record->updated_us);
}

static void write_type(struct strbuf *out, const struct product *p)
{
    strbuf_int(out, (int64_t)p->record->subtype);
}

static void write_xml_id(struct strbuf *out, const struct product *p)
{
    text_or_null(out, p->record->xml_id);
}

/* Sorted by name: so the object is written. Fields without a writer always say the same. */
static const struct field {
    struct bytes name;
    struct bytes constant;
    void (*write)(struct strbuf *out, const struct product *p);
} fields_of_product[] = {
    { B("active"), B(""), write_active },
    { B("available"), B("\"Y\""), NULL },
    { B("barcodeMulti"), B("\"N\""), NULL },
    { B("bundle"), B("\"N\""), NULL },
    { B("canBuyZero"), B("\"N\""), NULL },
    { B("code"), B(""), write_code },
    { B("createdBy"), B(""), write_created_by },
    { B("dateActiveFrom"), B("null"), NULL },
    { B("dateActiveTo"), B("null"), NULL },
    { B("dateCreate"), B(""), write_date_create },
    { B("detailPicture"), B(""), write_detail_picture },
    { B("detailText"), B("null"), NULL },
    { B("detailTextType"), B("\"text\""), NULL },
    { B("height"), B("null"), NULL },
    { B("iblockId"), B(""), write_iblock_id },
    { B("iblockSection"), B("null"), NULL },
    { B("iblockSectionId"), B("null"), NULL },
    { B("id"), B(""), write_id },
    { B("length"), B("null"), NULL },
    { B("measure"), B("null"), NULL },
    { B("modifiedBy"), B(""), write_modified_by },
    { B("name"), B(""), write_name },
    { B("parentId"), B(""), write_parent_id },
    { B("previewPicture"), B(""), write_preview_picture },
    { B("previewText"), B("null"), NULL },
    { B("previewTextType"), B("\"text\""), NULL },
    { B("quantity"), B("null"), NULL },
    { B("quantityTrace"), B("\"N\""), NULL },
    { B("sort"), B(""), write_sort },
    { B("subscribe"), B("\"N\""), NULL },
    { B("timestampX"), B(""), write_timestamp },
    { B("type"), B(""), write_type },
    { B("vatId"), B("null"), NULL },
    { B("vatIncluded"), B("\"N\""), NULL },
    { B("weight"), B("null"), NULL },
    { B("width"), B("null"), NULL },
    { B("xmlId"), B(""), write_xml_id },
};
_Static_assert(COUNT(fields_of_product) <= 64, "a bit for each field");

uint64_t b24_product_select(const struct value *select, unsigned *required)
{
    uint64_t fields = 0;

    *required = 3;
    if (!select || select->count == 0)
        return B24_PRODUCT_ALL;
    for (const struct value *name = select->first; name; name = name->next) {
        if (name->type != VALUE_STRING)
            continue;
        if (bytes_eq(name->string, B("*")))
            return B24_PRODUCT_ALL;
        for (size_t i = 0; i < COUNT(fields_of_product); i++) {
            if (b24_name_eq(name->string, fields_of_product[i].name))
                fields |= (uint64_t)1 << i;
        }
    }
    *required = 0;
    for (size_t i = 0; i < COUNT(fields_of_product); i++) {
        if (!(fields & (uint64_t)1 << i))
            continue;
        *required |= fields_of_product[i].write == write_id ? 1U : 0;
        *required |= fields_of_product[i].write == write_iblock_id ? 2U : 0;
    }
    return fields;
}

int32_t b24_iblock_of(const struct settings *settings, const struct record *record)
{
    return record->subtype == SUBTYPE_OFFER ? settings->offers_iblock_id
                                            : settings->catalog_iblock_id;
}

static bool selected(uint64_t fields, void (*write)(struct strbuf *, const struct product *))
{
    for (size_t i = 0; i < COUNT(fields_of_product); i++) {
        if (fields_of_product[i].write == write)
            return fields & (uint64_t)1 << i;
    }
    return false;
}

static enum err_code find_pictures(struct call *c, struct product *p, struct err *e)
{
    struct owner owner = { p->record->kind, p->record->id };
    struct picture *pictures;
    size_t count;
    enum err_code rc = picture_list(c->core, c->arena, owner, 0, 0, &pictures, &count, e);

    if (rc == ERR_NOT_FOUND) /* deleted since it was listed */
        return ERR_NONE;
    if (rc)
        return rc;
    for (size_t i = 0; i < count; i++) {
        if (pictures[i].role == ROLE_DETAIL)
            p->detail = &pictures[i];
        else if (pictures[i].role == ROLE_PREVIEW)
            p->preview = &pictures[i];
    }
    return ERR_NONE;
}

enum err_code b24_product_write(struct call *c, struct strbuf *out, const struct record *record,
                                uint64_t fields, struct err *e)
{
    struct product p = { .record = record,
                         .iblock_id = b24_iblock_of(core_settings(c->core), record) };
    char open = '{';

    if (selected(fields, write_detail_picture) || selected(fields, write_preview_picture)) {
        enum err_code rc = find_pictures(c, &p, e);
        if (rc)
            return rc;
    }
    for (size_t i = 0; i < COUNT(fields_of_product); i++) {
        const struct field *field = &fields_of_product[i];
        if (!(fields & (uint64_t)1 << i) ||
            (field->write == write_parent_id && record->subtype != SUBTYPE_OFFER))
            continue;
        strbuf_char(out, open);
        strbuf_char(out, '"');
        strbuf_add(out, field->name);
        strbuf_lit(out, "\":");
        if (field->write)
            field->write(out, &p);
        else
            strbuf_add(out, field->constant);
        open = ',';
    }
    if (open == '{')
        strbuf_char(out, '{');
    strbuf_char(out, '}');
    return ERR_NONE;
}
