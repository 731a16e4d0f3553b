/* Carriers out: a tree with the names of the table becomes JSON or XML, what it lacks is neutral.
 */
#include "dialect/superoffice/superoffice.h"

#include "base/json.h"

#include <stdio.h>

bool so_selects(const struct so_select *selected, struct bytes name)
{
    if (!selected)
        return true;
    for (size_t i = 0; i < selected->count; i++) {
        if (bytes_eq_nocase(selected->names[i], name))
            return true;
    }
    return false;
}

/* ---- rights (superoffice 11.3) ---- */

static void write_right(struct so_writer *w, struct bytes name, struct bytes mask,
                        struct bytes reason)
{
    so_object(w, name);
    so_string(w, B("Mask"), mask);
    so_display(w, B("Reason"), reason);
    so_object_end(w);
}

static void write_table_right(struct so_writer *w, struct bytes name, bool outer)
{
    static const struct bytes masks[] = { [SO_RIGHTS_READ] = { "Select", 6 },
                                          [SO_RIGHTS_UPDATE] = { "Select, Update", 14 },
                                          [SO_RIGHTS_FULL] = { "FULL", 4 } };

    if (outer)
        write_right(w, name, masks[w->rights],
                    w->rights == SO_RIGHTS_READ ? SO_REASON_READ : B(""));
    else
        write_right(w, name, B("Select"), B(""));
}

static struct bytes field_mask(const struct so_writer *w, const struct so_member *member)
{
    if (member->read_only || member->fixed || w->rights == SO_RIGHTS_READ)
        return B("Read");
    return member->required ? B("Update, UIHintMandatory") : B("Update");
}

/* "SuperOffice.CRM.Services.Associate", "SuperOffice.CRM.Services.EntityElement[]"; the types of
 * .NET for the rest. */
static struct bytes field_type(struct arena *arena, const struct so_member *member, int *length)
{
    struct bytes carrier = member->carrier ? member->carrier->name : B("");

    *length = 0;
    switch (member->type) {
    case SO_INT:
        *length = 4;
        return member->is_unsigned ? B("System.UInt32") : B("System.Int32");
    case SO_ENUM:
        *length = 4;
        return B("System.Int32");
    case SO_BOOL:
        *length = 2;
        return B("System.Boolean");
    case SO_DOUBLE:
        *length = 8;
        return B("System.Double");
    case SO_STRING:
        *length = so_member_length(member);
        return B("System.String");
    case SO_DATE:
    case SO_UTC:
        *length = 16;
        return B("System.DateTime");
    case SO_OBJECT:
        *length = 4;
        return bytes_str(
            arena_printf(arena, "SuperOffice.CRM.Services.%.*s", (int)carrier.len, carrier.at));
    case SO_LIST:
    case SO_LISTS:
        if (member->carrier)
            return bytes_str(arena_printf(arena, "SuperOffice.CRM.Services.%.*s[]%s",
                                          (int)carrier.len, carrier.at,
                                          member->type == SO_LISTS ? "[]" : ""));
        return B("System.String[]");
    case SO_INTS:
        return B("System.Int32[]");
    case SO_DICT:
        return B("SuperOffice.CRM.Services.StringDictionary");
    case SO_RIGHT:
    case SO_FIELDS:
        break;
    }
    return B("");
}

static void write_field_property(struct so_writer *w, const struct so_member *member)
{
    int length;
    struct bytes type = field_type(w->out.arena, member, &length);

    w->out.failed |= !type.at;
    if (w->format == SO_FORMAT_XML) {
        so_object(w, B("FieldPropertyKeyValuePair"));
        so_string(w, B("Key"), member->name);
        so_object(w, B("Value"));
    } else {
        so_object(w, member->name);
    }
    write_right(w, B("FieldRight"), field_mask(w, member), B(""));
    so_string(w, B("FieldType"), type);
    so_int(w, B("FieldLength"), length);
    so_object_end(w);
    if (w->format == SO_FORMAT_XML)
        so_object_end(w);
}

static void write_field_properties(struct so_writer *w, struct bytes name,
                                   const struct so_carrier *carrier, bool outer)
{
    so_object(w, name);
    for (size_t i = 0; outer && i < carrier->count; i++) {
        const struct so_member *member = &carrier->members[i];
        if (member->type != SO_RIGHT && member->type != SO_FIELDS)
            write_field_property(w, member);
    }
    so_object_end(w);
}

/* ---- scalars: what is stored may be older than the table, so any spelling is taken ---- */

static int64_t integer_of(const struct value *value)
{
    int32_t integer;

    return value_to_int32(value, &integer) ? integer : 0;
}

static bool bool_of(const struct value *value)
{
    if (value->type == VALUE_STRING)
        return bytes_eq_nocase(value->string, B("true")) || bytes_eq(value->string, B("1"));
    return integer_of(value) != 0;
}

static double double_of(const struct value *value)
{
    double number = 0;

    if (value->type == VALUE_INT)
        return (double)value->integer;
    if (value->type == VALUE_DOUBLE)
        return value->number;
    if (value->type == VALUE_STRING)
        so_double_read(value->string, &number);
    return number;
}

/* Text of a scalar; "" for lists and maps. */
static struct bytes text_of(struct arena *arena, const struct value *value)
{
    struct strbuf out;

    switch (value->type) {
    case VALUE_STRING:
        return value->string;
    case VALUE_BOOL:
        return value->boolean ? B("true") : B("false");
    case VALUE_INT:
    case VALUE_DOUBLE:
        strbuf_init(&out, arena, 32, 32);
        if (value->type == VALUE_INT)
            strbuf_int(&out, value->integer);
        else
            json_double(&out, value->number);
        return strbuf_bytes(&out);
    case VALUE_NULL:
    case VALUE_LIST:
    case VALUE_MAP:
        break;
    }
    return B("");
}

static int64_t date_of(const struct value *value)
{
    static const struct so_local plain;
    int64_t us = SO_NO_DATE;

    if (value->type == VALUE_INT)
        return value->integer;
    if (value->type == VALUE_STRING && !so_date_read(value->string, &plain, true, &us))
        return SO_NO_DATE;
    return us;
}

/* ---- members ---- */

static void write_members(struct so_writer *w, const struct so_carrier *carrier,
                          const struct value *value, const struct so_select *selected, bool outer);

static void write_object(struct so_writer *w, struct bytes name, const struct so_carrier *carrier,
                         const struct value *value)
{
    if (value->type != VALUE_MAP) {
        so_null(w, name);
        return;
    }
    so_object(w, name);
    write_members(w, carrier, value, NULL, false);
    so_object_end(w);
}

static const struct value *children(const struct value *value)
{
    return value && (value->type == VALUE_LIST || value->type == VALUE_MAP) ? value->first : NULL;
}

static void write_list(struct so_writer *w, struct bytes name, const struct so_member *member,
                       const struct value *value)
{
    so_list(w, name);
    for (const struct value *item = children(value); item && !w->out.failed; item = item->next) {
        if (member->type == SO_INTS)
            so_int(w, B("int"), integer_of(item));
        else if (member->carrier)
            write_object(w, member->carrier->name, member->carrier, item);
        else if (member->display)
            so_display(w, B("string"), text_of(w->out.arena, item));
        else
            so_string(w, B("string"), text_of(w->out.arena, item));
    }
    so_list_end(w);
}

static void write_lists(struct so_writer *w, struct bytes name, const struct so_member *member,
                        const struct value *value)
{
    struct so_member inner = { .type = SO_LIST, .carrier = member->carrier };
    char text[64];
    struct bytes carrier = member->carrier->name;
    int len = snprintf(text, sizeof text, "ArrayOf%.*s", (int)carrier.len, carrier.at);
    struct bytes item_name = arena_copy(w->out.arena, bytes_of(text, (size_t)len));

    so_list(w, name);
    for (const struct value *item = children(value); item && !w->out.failed; item = item->next)
        write_list(w, item_name, &inner, item);
    so_list_end(w);
}

static void write_dict(struct so_writer *w, struct bytes name, const struct value *value)
{
    so_dict(w, name);
    for (const struct value *entry = children(value); entry && !w->out.failed; entry = entry->next)
        so_dict_entry(w, entry->name, text_of(w->out.arena, entry));
    so_dict_end(w);
}

static void write_text(struct so_writer *w, const struct so_member *member,
                       const struct value *value)
{
    struct bytes text = value ? text_of(w->out.arena, value) : B("");

    if (value && value->type == VALUE_NULL)
        so_null(w, member->name);
    else if (member->display)
        so_display(w, member->name, text);
    else
        so_string(w, member->name, text);
}

static bool is_given(const struct value *value)
{
    return value && value->type != VALUE_NULL;
}

static void write_member(struct so_writer *w, const struct so_carrier *carrier,
                         const struct so_member *member, const struct value *value, bool outer)
{
    struct bytes name = member->name;

    switch (member->type) {
    case SO_INT:
        so_int(w, name, value ? integer_of(value) : 0);
        break;
    case SO_BOOL:
        so_bool(w, name, value && bool_of(value));
        break;
    case SO_DOUBLE:
        so_double(w, name, value ? double_of(value) : 0);
        break;
    case SO_STRING:
        write_text(w, member, value);
        break;
    case SO_ENUM:
        so_string(w, name,
                  is_given(value) ? text_of(w->out.arena, value) : bytes_str(member->names[0]));
        break;
    case SO_DATE:
    case SO_UTC:
        so_date(w, name, value ? date_of(value) : SO_NO_DATE, member->type == SO_UTC);
        break;
    case SO_OBJECT:
        if (is_given(value))
            write_object(w, name, member->carrier, value);
        else
            so_null(w, name);
        break;
    case SO_LIST:
    case SO_INTS:
        write_list(w, name, member, value);
        break;
    case SO_LISTS:
        write_lists(w, name, member, value);
        break;
    case SO_DICT:
        write_dict(w, name, value);
        break;
    case SO_RIGHT:
        if (is_given(value))
            write_object(w, name, &so_table_right, value);
        else
            write_table_right(w, name, outer);
        break;
    case SO_FIELDS:
        write_field_properties(w, name, carrier, outer);
        break;
    }
}

/* What stands for a member that `$select` leaves out. Lists and dictionaries are never null
 * (superoffice 7.2). */
static void write_unselected(struct so_writer *w, const struct so_member *member)
{
    switch (member->type) {
    case SO_LIST:
    case SO_INTS:
    case SO_LISTS:
        so_list(w, member->name);
        so_list_end(w);
        break;
    case SO_DICT:
    case SO_FIELDS:
        so_dict(w, member->name);
        so_dict_end(w);
        break;
    case SO_INT:
    case SO_BOOL:
    case SO_DOUBLE:
    case SO_STRING:
    case SO_ENUM:
    case SO_DATE:
    case SO_UTC:
    case SO_OBJECT:
    case SO_RIGHT:
        so_null(w, member->name);
        break;
    }
}

static void write_unknown(struct so_writer *w, const struct so_carrier *carrier,
                          const struct value *value, const struct so_select *selected)
{
    for (const struct value *member = children(value); member && !w->out.failed;
         member = member->next) {
        if (so_member_find(carrier, member->name))
            continue;
        if (carrier->linked && bytes_eq(member->name, B("_Links")))
            write_dict(w, member->name, member);
        else if (so_selects(selected, member->name))
            so_value(w, member->name, member);
    }
}

static void write_members(struct so_writer *w, const struct so_carrier *carrier,
                          const struct value *value, const struct so_select *selected, bool outer)
{
    for (size_t i = 0; i < carrier->count && !w->out.failed; i++) {
        const struct so_member *member = &carrier->members[i];
        if (so_selects(selected, member->name))
            write_member(w, carrier, member, value_get(value, member->name), outer);
        else
            write_unselected(w, member);
    }
    write_unknown(w, carrier, value, selected);
}

/* Nothing but lists around it. */
static bool is_outermost(const struct so_writer *w)
{
    for (int i = 0; i < w->depth; i++) {
        if (!w->open[i].list)
            return false;
    }
    return true;
}

void so_carrier_write(struct so_writer *w, struct bytes name, const struct so_carrier *carrier,
                      const struct value *value, const struct so_select *selected)
{
    bool outer = is_outermost(w);

    so_object(w, name);
    write_members(w, carrier, value, selected, outer);
    so_object_end(w);
}
