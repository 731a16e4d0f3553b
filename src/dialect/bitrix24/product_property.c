#include "dialect/bitrix24/product_property.h"

#include "base/json.h"
#include "dialect/bitrix24/bind.h"
#include "dialect/bitrix24/error.h"

#define DEPTH_MAX 4 /* of one value: { text, type } is 1 */

/* ---- out ---- */

static void write_one(struct strbuf *out, const struct value *element)
{
    const struct value *value = value_get(element, B("value"));

    strbuf_lit(out, "{\"value\":");
    if (value)
        json_value(out, value);
    else
        strbuf_lit(out, "null");
    strbuf_lit(out, ",\"valueId\":");
    json_string(out, value_text(element, B("valueId")));
    strbuf_char(out, '}');
}

void b24_property_write(struct strbuf *out, const struct value *kept)
{
    bool many = kept && b24_to_bool(value_get(kept->first, B("many")));

    if (!kept || b24_is_empty(kept)) {
        strbuf_lit(out, "null");
        return;
    }
    if (many)
        strbuf_char(out, '[');
    for (const struct value *element = kept->first; element; element = element->next) {
        if (element != kept->first)
            strbuf_char(out, ',');
        write_one(out, element);
    }
    if (many)
        strbuf_char(out, ']');
}

/* ---- in ---- */

bool b24_is_list(const struct value *sent)
{
    int32_t number;

    if (sent->type == VALUE_LIST)
        return true;
    if (sent->type != VALUE_MAP || sent->count == 0)
        return false;
    for (const struct value *member = sent->first; member; member = member->next) {
        if (!bytes_to_int32(member->name, &number))
            return false;
    }
    return true;
}

struct b24_sent_value b24_sent_value(struct arena *arena, const struct value *sent)
{
    const struct value *value = b24_get_folded(sent, B("value"));
    const struct value *id = b24_get_folded(sent, B("valueId"));

    if (!value && !id)
        return (struct b24_sent_value){ .value = sent };
    return (struct b24_sent_value){ .value = value, .id = id ? b24_to_text(arena, id) : B("") };
}

static bool too_deep(const struct value *value, int depth)
{
    bool deep = depth > DEPTH_MAX;

    for (const struct value *child = value->first; child && !deep; child = child->next)
        deep = too_deep(child, depth + 1);
    return deep;
}

/* A property on its way into the document. */
struct putting {
    struct arena *arena;
    struct value *document;
    const struct value *old; /* its values so far, or NULL */
    struct value *list;
    struct bytes name;
};

static const struct value *find_old(const struct putting *p, struct bytes id)
{
    const struct value *element = p->old && id.len ? p->old->first : NULL;

    while (element && !bytes_eq(value_text(element, B("valueId")), id))
        element = element->next;
    return element;
}

static struct bytes new_id(struct putting *p)
{
    int64_t last = 0;

    b24_to_int(value_get(p->document, B("valueIds")), &last);
    last++;
    if (!value_put_int(p->arena, p->document, B("valueIds"), last))
        return (struct bytes){ 0 };
    return bytes_str(arena_printf(p->arena, "%lld", (long long)last));
}

static enum err_code add_value(struct putting *p, struct b24_sent_value sent, bool many,
                               struct err *e)
{
    const struct value *old = find_old(p, sent.id);
    const struct value *value = sent.value;

    if (!many && !old && p->old && p->old->count == 1)
        old = p->old->first; /* the one value of a property that has one stays the same one */
    if (!value && old)
        value = value_get(old, B("value"));
    if (!value || b24_is_empty(value))
        return ERR_NONE;
    if (b24_get_folded(value, B("fileData")))
        return b24_error(e, B24_FIELD_NOT_A_FILE);
    if (too_deep(value, 0))
        return b24_wrong_type(e, B("Array"), p->name, "string");

    struct value *element = value_new(p->arena, VALUE_MAP);
    struct value *copy = value_copy(p->arena, value);
    struct bytes id = old ? value_text(old, B("valueId")) : new_id(p);
    if (!element || !copy || !id.at)
        return err_set(e, ERR_NO_MEMORY, "write a property");
    value_put(element, B("value"), copy);
    bool put = value_put_text(p->arena, element, B("valueId"), id);
    if (many && p->list->count == 0)
        put = put && value_put_bool(p->arena, element, B("many"), true);
    value_put(p->list, B(""), element);
    return put ? ERR_NONE : err_set(e, ERR_NO_MEMORY, "write a property");
}

enum err_code b24_property_put(struct arena *arena, struct value *document, int32_t number,
                               const struct value *sent, struct err *e)
{
    struct putting p = { .arena = arena,
                         .document = document,
                         .list = value_new(arena, VALUE_LIST),
                         .name = bytes_str(arena_printf(arena, "property%d", number)) };
    bool many = b24_is_list(sent);
    const struct value *item = many ? sent->first : sent;
    enum err_code rc = ERR_NONE;

    if (!p.list || !p.name.at)
        return err_set(e, ERR_NO_MEMORY, "write a property");
    p.old = value_get(document, p.name);
    for (; item && !rc; item = many ? item->next : NULL)
        rc = add_value(&p, b24_sent_value(arena, item), many, e);
    if (rc)
        return rc;
    if (p.list->count == 0)
        p.list->type = VALUE_NULL;
    value_put(document, p.name, p.list);
    return ERR_NONE;
}
