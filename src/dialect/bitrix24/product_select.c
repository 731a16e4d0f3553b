/* Which fields of products a client wants. */
#include "dialect/bitrix24/product_object.h"

const struct b24_product_select b24_product_all = { .fields = UINT64_MAX, .all = true };

enum err_code b24_product_select_read(struct arena *arena, const struct value *select,
                                      struct b24_product_select *out, unsigned *required,
                                      struct err *e)
{
    *required = 3;
    *out = b24_product_all;
    if (!select || select->count == 0)
        return ERR_NONE;
    int32_t *properties = arena_zalloc(arena, select->count, sizeof *properties);
    struct b24_product_select wish = { .properties = properties };
    if (!properties)
        return err_set(e, ERR_NO_MEMORY, "select");
    for (const struct value *name = select->first; name; name = name->next) {
        if (name->type != VALUE_STRING)
            continue;
        if (bytes_eq(name->string, B("*")))
            return ERR_NONE;
        const struct b24_product_field *field = b24_product_field(name->string);
        int32_t property = field ? 0 : b24_property_number(name->string);
        if (field)
            wish.fields |= (uint64_t)1 << (field - b24_product_fields);
        else if (property)
            properties[wish.property_count++] = property;
    }
    *required = 0;
    for (size_t i = 0; i < B24_PRODUCT_FIELDS; i++) {
        const struct b24_product_field *field = &b24_product_fields[i];
        if (field->place == B24_PROPERTIES && wish.property_count)
            wish.fields |= (uint64_t)1 << i;
        if (!(wish.fields & (uint64_t)1 << i))
            continue;
        *required |= field->place == B24_COLUMN && field->column == RECORD_ID ? 1U : 0;
        *required |= field->place == B24_BLOCK ? 2U : 0;
    }
    *out = wish;
    return ERR_NONE;
}

bool b24_product_select_has(const struct b24_product_select *select, unsigned places)
{
    for (size_t i = 0; i < B24_PRODUCT_FIELDS; i++) {
        if ((select->fields & (uint64_t)1 << i) && (places & 1U << b24_product_fields[i].place))
            return true;
    }
    return false;
}
