#include "dialect/bitrix24/catalog_object.h"

#include "base/json.h"
#include "dialect/bitrix24/bind.h"
#include "dialect/bitrix24/error.h"
#include "dialect/bitrix24/field.h"

/* In the order of their sorted names: so the object is written. */
enum catalog_field {
    IBLOCK_ID,
    IBLOCK_TYPE_ID,
    ID,
    LID,
    NAME,
    PRODUCT_IBLOCK_ID,
    SKU_PROPERTY_ID,
    SUBSCRIPTION,
    VAT_ID,
    FIELD_COUNT
};

static const struct b24_field fields_of_catalog[FIELD_COUNT] = {
    [IBLOCK_ID] = { B("iblockId"), B("integer"), true, false, true },
    [IBLOCK_TYPE_ID] = { B("iblockTypeId"), B("integer"), false, true, false }, /* sic */
    [ID] = { B("id"), B("integer"), false, true, false },
    [LID] = { B("lid"), B("string"), false, true, false },
    [NAME] = { B("name"), B("string"), false, true, false },
    [PRODUCT_IBLOCK_ID] = { B("productIblockId"), B("integer"), false, false, false },
    [SKU_PROPERTY_ID] = { B("skuPropertyId"), B("integer"), false, false, false },
    [SUBSCRIPTION] = { B("subscription"), B("char"), false, false, false },
    [VAT_ID] = { B("vatId"), B("integer"), false, false, false },
};
_Static_assert(B24_CATALOG_ALL == (1U << FIELD_COUNT) - 1, "a bit for each field");

void b24_catalogs(const struct settings *settings, struct record out[B24_CATALOGS])
{
    out[0] = (struct record){ .id = settings->catalog_iblock_id, .name = B("Products") };
    out[1] = (struct record){ .id = settings->offers_iblock_id,
                              .name = B("Product variations"),
                              .parent_id = settings->catalog_iblock_id };
}

enum err_code b24_catalog_bind(const struct settings *settings, const struct value *params,
                               struct record *out, struct err *e)
{
    struct record all[B24_CATALOGS];
    int64_t id;
    enum err_code rc = b24_bind_int(params, B("id"), &id, e);

    if (rc)
        return rc;
    b24_catalogs(settings, all);
    for (size_t i = 0; i < B24_CATALOGS; i++) {
        if (all[i].id == id) {
            *out = all[i];
            return ERR_NONE;
        }
    }
    return b24_no_entity(e, "catalog");
}

unsigned b24_catalog_select(const struct value *select)
{
    unsigned fields = 0;

    for (const struct value *name = select ? select->first : NULL; name; name = name->next) {
        if (name->type != VALUE_STRING)
            continue;
        if (bytes_eq(name->string, B("*")))
            return B24_CATALOG_ALL;
        for (size_t i = 0; i < FIELD_COUNT; i++) {
            if (b24_name_eq(name->string, fields_of_catalog[i].name))
                fields |= 1U << i;
        }
    }
    return fields ? fields : B24_CATALOG_ALL;
}

static void write_field(struct strbuf *out, const struct record *catalog, enum catalog_field field)
{
    switch (field) {
    case IBLOCK_ID:
    case ID:
        strbuf_int(out, catalog->id);
        break;
    case IBLOCK_TYPE_ID:
        strbuf_lit(out, "\"CRM_PRODUCT_CATALOG\"");
        break;
    case LID:
        strbuf_lit(out, "\"s1\"");
        break;
    case NAME:
        json_string(out, catalog->name);
        break;
    case PRODUCT_IBLOCK_ID:
    case SKU_PROPERTY_ID: /* the property that names the parent: it carries the block's number */
        if (catalog->parent_id)
            strbuf_int(out, field == SKU_PROPERTY_ID ? catalog->id : catalog->parent_id);
        else
            strbuf_lit(out, "null");
        break;
    case SUBSCRIPTION:
        strbuf_lit(out, "\"N\"");
        break;
    case VAT_ID:
    case FIELD_COUNT:
        strbuf_lit(out, "null");
        break;
    }
}

void b24_catalog_write(struct strbuf *out, const struct record *catalog, unsigned fields)
{
    char open = '{';

    for (unsigned i = 0; i < FIELD_COUNT; i++) {
        if (!(fields & (1U << i)))
            continue;
        strbuf_char(out, open);
        json_string(out, fields_of_catalog[i].name);
        strbuf_char(out, ':');
        write_field(out, catalog, (enum catalog_field)i);
        open = ',';
    }
    strbuf_char(out, '}');
}

void b24_catalog_fields_write(struct strbuf *out)
{
    b24_fields_write(out, fields_of_catalog, COUNT(fields_of_catalog));
}
