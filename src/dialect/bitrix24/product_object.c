#include "dialect/bitrix24/product_object.h"

#include "base/json.h"
#include "dialect/bitrix24/bind.h"
#include "dialect/bitrix24/product_property.h"
#include "dialect/bitrix24/product_value.h"

#include <stdio.h>
#include <stdlib.h>

/* One on its way out. */
struct product {
    const struct record *record;
    const struct value *document;   /* or NULL: nothing of it is selected */
    const struct picture *pictures; /* its own, by ascending id */
    size_t picture_count;
    const struct settings *settings;
    const struct b24_product_select *select;
};

/* A property's value: it has an id of its own on the original, here the offer's. */
static void write_parent(struct strbuf *out, const struct record *record)
{
    if (record->parent_id == 0) {
        strbuf_lit(out, "null");
        return;
    }
    strbuf_printf(out, "{\"value\":\"%d\",\"valueId\":\"%d\"}", record->parent_id, record->id);
}

/* ---- pictures ---- */

static void write_picture(struct strbuf *out, const struct picture *picture, const char *field)
{
    strbuf_printf(out, "{\"id\":\"%d\"", picture->id);
    for (int i = 0; i < 2; i++) /* both links work for machines (bitrix24 14) */
        strbuf_printf(out,
                      ",\"%s\":\"/rest/catalog.product.download?fields%%5BfieldName%%5D=%s"
                      "&fields%%5BfileId%%5D=%d&fields%%5BproductId%%5D=%d\"",
                      i ? "urlMachine" : "url", field, picture->id, picture->record_id);
    strbuf_char(out, '}');
}

static void write_picture_field(struct strbuf *out, const struct b24_product_field *field,
                                const struct product *p)
{
    for (size_t i = 0; i < p->picture_count; i++) {
        if (p->pictures[i].role == field->role) {
            write_picture(out, &p->pictures[i],
                          field->role == ROLE_DETAIL ? "detailPicture" : "previewPicture");
            return;
        }
    }
    strbuf_add(out, field->empty);
}

/* The property MORE_PHOTO: each picture is a value, by whose id it is kept in an update. */
static void write_photos(struct strbuf *out, const struct product *p, int32_t property)
{
    char name[32];
    char open = '[';

    snprintf(name, sizeof name, "property%d", property);
    for (size_t i = 0; i < p->picture_count; i++) {
        if (p->pictures[i].role != ROLE_MORE)
            continue;
        strbuf_char(out, open);
        strbuf_lit(out, "{\"value\":");
        write_picture(out, &p->pictures[i], name);
        strbuf_printf(out, ",\"valueId\":\"%d\"}", p->pictures[i].id);
        open = ',';
    }
    strbuf_add(out, open == '[' ? B("null") : B("]"));
}

/* ---- properties ---- */

static int by_number(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a;
    int32_t y = *(const int32_t *)b;

    return (x > y) - (x < y);
}

/* All numbers that are wanted, in order: selected ones, or those the product has and its photos. */
static size_t wanted_properties(struct arena *arena, const struct product *p, int32_t photos,
                                int32_t **out)
{
    size_t room = p->select->property_count + (p->document ? p->document->count : 0) + 1;
    int32_t *numbers = arena_zalloc(arena, room, sizeof *numbers);
    size_t count = 0;

    if (!numbers)
        return 0;
    for (size_t i = 0; i < p->select->property_count; i++)
        numbers[count++] = p->select->properties[i];
    if (p->select->all) {
        numbers[count++] = photos;
        const struct value *member = p->document ? p->document->first : NULL;
        for (; member; member = member->next) {
            int32_t number = b24_property_number(member->name);
            if (number)
                numbers[count++] = number;
        }
    }
    qsort(numbers, count, sizeof *numbers, by_number);
    *out = numbers;
    return count;
}

static void write_properties(struct call *c, struct strbuf *out, const struct product *p,
                             char *open)
{
    int32_t photos = b24_photo_property_of(p->settings, p->record->subtype);
    int32_t *numbers = NULL;
    size_t count = wanted_properties(c->arena, p, photos, &numbers);

    if (!numbers) {
        out->failed = true;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        char name[32];
        int len = snprintf(name, sizeof name, "property%d", numbers[i]);
        if (i && numbers[i] == numbers[i - 1])
            continue;
        strbuf_char(out, *open);
        strbuf_printf(out, "\"%s\":", name);
        if (numbers[i] == photos)
            write_photos(out, p, photos);
        else
            b24_property_write(out, value_get(p->document, bytes_of(name, (size_t)len)));
        *open = ',';
    }
}

/* ---- the object ---- */

static void write_field(struct strbuf *out, const struct b24_product_field *field,
                        const struct product *p)
{
    const struct value *sections;

    switch (field->place) {
    case B24_COLUMN:
        b24_product_column_write(out, field, p->record);
        break;
    case B24_DOCUMENT:
        b24_product_member_write(out, field, value_get(p->document, field->name));
        break;
    case B24_PICTURE:
        write_picture_field(out, field, p);
        break;
    case B24_BLOCK:
        strbuf_int(out, b24_block_of(p->settings, p->record->subtype));
        break;
    case B24_PARENT:
        write_parent(out, p->record);
        break;
    case B24_SECTIONS:
        sections = value_get(p->document, field->name);
        if (b24_is_empty(sections))
            strbuf_add(out, field->empty);
        else
            json_value(out, sections);
        break;
    case B24_CONSTANT:
    case B24_PROPERTIES:
        strbuf_add(out, field->empty);
    }
}

static void write_object(struct call *c, struct strbuf *out, const struct product *p)
{
    char open = '{';

    for (size_t i = 0; i < B24_PRODUCT_FIELDS; i++) {
        const struct b24_product_field *field = &b24_product_fields[i];
        if (!(p->select->fields & (uint64_t)1 << i) ||
            (field->of_offers && p->record->subtype != SUBTYPE_OFFER))
            continue;
        if (field->place == B24_PROPERTIES) {
            write_properties(c, out, p, &open);
            continue;
        }
        strbuf_char(out, open);
        strbuf_char(out, '"');
        strbuf_add(out, field->name);
        strbuf_lit(out, "\":");
        write_field(out, field, p);
        open = ',';
    }
    if (open == '{')
        strbuf_char(out, '{');
    strbuf_char(out, '}');
}

static enum err_code find_pictures(struct call *c, const struct record *records, size_t count,
                                   struct picture **out, size_t *picture_count, struct err *e)
{
    int32_t *ids = arena_zalloc(c->arena, count, sizeof *ids);

    if (!ids)
        return err_set(e, ERR_NO_MEMORY, "list pictures");
    for (size_t i = 0; i < count; i++)
        ids[i] = records[i].id;
    return picture_list_of(c->core, c->arena, KIND_PRODUCT, ids, count, out, picture_count, e);
}

/* Its own out of the pictures of all. */
static void take_pictures(struct product *p, const struct picture *pictures, size_t count)
{
    size_t from = 0;

    while (from < count && pictures[from].record_id != p->record->id)
        from++;
    p->pictures = pictures ? &pictures[from] : NULL;
    while (from + p->picture_count < count &&
           pictures[from + p->picture_count].record_id == p->record->id)
        p->picture_count++;
}

enum err_code b24_products_write(struct call *c, struct strbuf *out, const struct record *records,
                                 size_t count, const struct b24_product_select *select,
                                 struct err *e)
{
    bool documents = b24_product_select_has(select, B24_IN_DOCUMENT);
    struct picture *pictures = NULL;
    size_t picture_count = 0;
    enum err_code rc = ERR_NONE;

    if (count && b24_product_select_has(select, 1U << B24_PICTURE | 1U << B24_PROPERTIES))
        rc = find_pictures(c, records, count, &pictures, &picture_count, e);
    for (size_t i = 0; i < count && !rc; i++) {
        struct product p = { .record = &records[i],
                             .settings = core_settings(c->core),
                             .select = select };
        struct value *document = NULL;
        if (documents && records[i].fields.len)
            rc = json_read(c->arena, records[i].fields, &document, e);
        if (rc)
            return rc == ERR_INVALID
                       ? err_set(e, ERR_CORRUPT, "the fields of product %d cannot be read",
                                 records[i].id)
                       : rc;
        p.document = document;
        take_pictures(&p, pictures, picture_count);
        if (i)
            strbuf_char(out, ',');
        write_object(c, out, &p);
    }
    return rc;
}

enum err_code b24_product_answer(struct call *c, struct strbuf *out, const char *key,
                                 const struct record *record, struct err *e)
{
    struct record whole = *record;
    struct owner owner = { record->kind, record->id };
    enum err_code rc = ERR_NONE;

    if (!whole.fields.at)
        rc = record_fields(c->core, c->arena, owner, &whole.fields, e);
    if (rc)
        return rc;
    strbuf_char(out, '{');
    json_string(out, bytes_str(key));
    strbuf_char(out, ':');
    rc = b24_products_write(c, out, &whole, 1, &b24_product_all, e);
    strbuf_char(out, '}');
    return rc;
}
