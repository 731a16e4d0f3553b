/* Carriers in: a client's tree made to fit the table. */
#include "dialect/superoffice/superoffice.h"

#include "base/clock.h"
#include "base/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

int so_member_length(const struct so_member *member)
{
    return member->length_max ? member->length_max : 254;
}

static struct bytes trimmed(struct bytes text)
{
    while (text.len && (text.at[0] == ' ' || (text.at[0] >= '\t' && text.at[0] <= '\r')))
        text = bytes_from(text, 1);
    while (text.len && (text.at[text.len - 1] == ' ' ||
                        (text.at[text.len - 1] >= '\t' && text.at[text.len - 1] <= '\r')))
        text.len--;
    return text;
}

bool so_double_read(struct bytes text, double *out)
{
    char copy[64];
    char *end;

    text = trimmed(text);
    if (text.len == 0 || text.len >= sizeof copy)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (!strchr("0123456789+-.eE", text.at[i])) /* no "inf", no hexadecimal */
            return false;
    }
    memcpy(copy, text.at, text.len);
    copy[text.len] = '\0';
    double number = strtod(copy, &end);
    if (*end || !isfinite(number))
        return false;
    *out = number;
    return true;
}

/* ---- failures name the member, however deep it lies ---- */

static enum err_code wrong(struct err *e, const char *what)
{
    return err_set(e, ERR_INVALID, "%s", what); /* of no field yet */
}

/* Puts `name` before the path of the member at fault. */
static enum err_code within(struct err *e, struct bytes name)
{
    char path[sizeof e->field];

    if (e->code != ERR_INVALID)
        return e->code;
    snprintf(path, sizeof path, "%.*s%s%s", (int)name.len, name.at,
             e->field[0] && e->field[0] != '[' ? "." : "", e->field);
    memcpy(e->field, path, sizeof path);
    return e->code;
}

static enum err_code within_item(struct err *e, size_t index)
{
    char name[24];
    int len = snprintf(name, sizeof name, "[%zu]", index);

    return within(e, bytes_of(name, (size_t)len));
}

static enum err_code no_memory(struct err *e)
{
    return err_set(e, ERR_NO_MEMORY, "entity");
}

/* ---- scalars ---- */

/* Forms and XML have no null; an empty text is the nearest thing where no text is wanted. */
static bool is_blank(const struct value *value)
{
    return value->type == VALUE_NULL ||
           (value->type == VALUE_STRING && trimmed(value->string).len == 0);
}

static enum err_code take_int(const struct value *from, struct value *to, struct err *e)
{
    struct value plain = *from;
    int32_t integer;

    plain.string = trimmed(plain.string);
    if (!value_to_int32(&plain, &integer))
        return wrong(e, "is not a whole number of 32 bits");
    to->type = VALUE_INT;
    to->integer = integer;
    return ERR_NONE;
}

static enum err_code take_bool(const struct value *from, struct value *to, struct err *e)
{
    struct bytes text = from->type == VALUE_STRING ? trimmed(from->string) : B("");
    int32_t integer;

    to->type = VALUE_BOOL;
    if (from->type == VALUE_BOOL)
        to->boolean = from->boolean;
    else if (bytes_eq_nocase(text, B("true")))
        to->boolean = true;
    else if (bytes_eq_nocase(text, B("false")))
        to->boolean = false;
    else if ((from->type == VALUE_INT || bytes_to_int32(text, &integer)) &&
             value_to_int32(from, &integer))
        to->boolean = integer != 0;
    else
        return wrong(e, "is neither true nor false");
    return ERR_NONE;
}

static enum err_code take_double(const struct value *from, struct value *to, struct err *e)
{
    to->type = VALUE_DOUBLE;
    if (from->type == VALUE_DOUBLE)
        to->number = from->number;
    else if (from->type == VALUE_INT)
        to->number = (double)from->integer;
    else if (from->type != VALUE_STRING || !so_double_read(from->string, &to->number))
        return wrong(e, "is not a number");
    return ERR_NONE;
}

/* Json.NET makes a text of any scalar. */
static enum err_code scalar_text(struct arena *arena, const struct value *from, struct bytes *out,
                                 struct err *e)
{
    struct strbuf text;

    if (from->type == VALUE_STRING) {
        *out = from->string.at ? from->string : B("");
        return ERR_NONE;
    }
    if (from->type == VALUE_LIST || from->type == VALUE_MAP)
        return wrong(e, "is not a text");
    strbuf_init(&text, arena, 32, 32);
    if (from->type == VALUE_INT)
        strbuf_int(&text, from->integer);
    else if (from->type == VALUE_DOUBLE)
        json_double(&text, from->number);
    else if (from->type == VALUE_BOOL)
        json_bool(&text, from->boolean);
    if (text.failed)
        return no_memory(e);
    *out = strbuf_bytes(&text);
    return ERR_NONE;
}

static size_t characters(struct bytes text)
{
    size_t count = 0;

    for (size_t i = 0; i < text.len; i++)
        count += ((unsigned char)text.at[i] & 0xC0) != 0x80;
    return count;
}

static enum err_code take_text(struct arena *arena, const struct so_member *member,
                               const struct value *from, struct value *to, struct err *e)
{
    int length_max = so_member_length(member);
    enum err_code rc = scalar_text(arena, from, &to->string, e);

    if (rc)
        return rc;
    to->type = VALUE_STRING;
    if (length_max >= 0 && characters(to->string) > (size_t)length_max)
        return err_set(e, ERR_INVALID, "is longer than %d characters", length_max);
    return ERR_NONE;
}

static enum err_code take_enum(const struct so_member *member, const struct value *from,
                               struct value *to, struct err *e)
{
    struct value plain = *from;
    int32_t number = -1;
    bool by_number;

    plain.string = trimmed(plain.string);
    by_number = value_to_int32(&plain, &number);
    for (int32_t i = 0; member->names[i]; i++) {
        struct bytes name = bytes_str(member->names[i]);
        if (by_number ? i == number
                      : from->type == VALUE_STRING && bytes_eq_nocase(plain.string, name)) {
            to->type = VALUE_STRING;
            to->string = name;
            return ERR_NONE;
        }
    }
    return wrong(e, "is none of the names it may have");
}

static enum err_code take_date(struct arena *arena, const struct so_local *local, bool utc,
                               const struct value *from, struct value *to, struct err *e)
{
    static const struct so_local plain;
    struct strbuf out;
    int64_t us;

    if (from->type != VALUE_STRING || !so_date_read(trimmed(from->string), local, utc, &us))
        return wrong(e, "is not a date such as 2026-03-04T10:00:00Z");
    strbuf_init(&out, arena, 32, 64);
    so_date_write(&out, &plain, us, true);
    if (out.failed)
        return no_memory(e);
    to->type = VALUE_STRING;
    to->string = strbuf_bytes(&out);
    return ERR_NONE;
}

/* ---- lists and dictionaries ---- */

static enum err_code take(struct arena *arena, const struct so_member *member,
                          const struct so_local *local, const struct value *from, struct value *to,
                          struct err *e);

/* The items of a list. One that was written as an object with one member is the content of that
 * member: `<Emails><EntityElement/></Emails>` without a table. NULL: empty. */
static enum err_code items_of(const struct value *from, const struct value **first, struct err *e)
{
    *first = NULL;
    if (is_blank(from))
        return ERR_NONE;
    if (from->type == VALUE_MAP && from->count == 1) {
        const struct value *only = from->first;
        *first = only->type == VALUE_LIST ? only->first : only;
        return ERR_NONE;
    }
    if (from->type != VALUE_LIST)
        return wrong(e, "is not a list");
    *first = from->first;
    return ERR_NONE;
}

static enum err_code take_list(struct arena *arena, const struct so_member *item,
                               const struct so_local *local, const struct value *from,
                               struct value *to, struct err *e)
{
    const struct value *given;
    enum err_code rc = items_of(from, &given, e);

    to->type = VALUE_LIST;
    for (size_t i = 0; !rc && given; given = given->next, i++) {
        struct value *taken = value_new(arena, VALUE_NULL);
        if (!taken)
            return no_memory(e);
        rc = take(arena, item, local, given, taken, e);
        if (rc)
            return within_item(e, i);
        value_put(to, (struct bytes){ 0 }, taken);
    }
    return rc;
}

static enum err_code put_text(struct arena *arena, struct value *map, struct bytes name,
                              const struct value *text, struct err *e)
{
    struct value *taken = value_new(arena, VALUE_STRING);
    if (!taken)
        return no_memory(e);

    enum err_code rc = text ? scalar_text(arena, text, &taken->string, e) : ERR_NONE;
    if (rc)
        return within(e, name);
    if (!text)
        taken->string = B("");
    value_put(map, name, taken);
    return ERR_NONE;
}

/* A pair {Key, Value}: how XML and older clients write an entry. */
static const struct value *key_of(const struct value *pair)
{
    const struct value *key = value_get_nocase(pair, B("Key"));

    return key && key->type == VALUE_STRING ? key : NULL;
}

static enum err_code take_pairs(struct arena *arena, const struct value *pair, struct value *to,
                                struct err *e)
{
    for (; pair; pair = pair->next) {
        const struct value *key = key_of(pair);
        if (!key)
            return wrong(e, "has an entry without a Key");
        enum err_code rc = put_text(arena, to, key->string, value_get_nocase(pair, B("Value")), e);
        if (rc)
            return rc;
    }
    return ERR_NONE;
}

static enum err_code take_dict(struct arena *arena, const struct value *from, struct value *to,
                               struct err *e)
{
    to->type = VALUE_MAP;
    if (is_blank(from))
        return ERR_NONE;
    if (from->type == VALUE_LIST)
        return take_pairs(arena, from->first, to, e);
    if (from->type != VALUE_MAP)
        return wrong(e, "is not an object of names and texts");
    if (from->count == 1 && bytes_ends_nocase(from->first->name, B("KeyValuePair"))) {
        const struct value *only = from->first;
        if (only->type == VALUE_LIST)
            return take_pairs(arena, only->first, to, e);
        if (key_of(only))
            return take_pairs(arena, only, to, e);
    }
    for (const struct value *entry = from->first; entry; entry = entry->next) {
        enum err_code rc = put_text(arena, to, entry->name, entry, e);
        if (rc)
            return rc;
    }
    return ERR_NONE;
}

/* ---- members ---- */

static enum err_code take_object(struct arena *arena, const struct so_carrier *carrier,
                                 const struct so_local *local, const struct value *from,
                                 struct value *to, struct err *e);

static enum err_code take_known(struct arena *arena, const struct so_member *member,
                                const struct so_local *local, const struct value *from,
                                struct value *to, struct err *e)
{
    struct so_member item = { .length_max = member->length_max, .carrier = member->carrier };

    switch (member->type) {
    case SO_INT:
        return take_int(from, to, e);
    case SO_BOOL:
        return take_bool(from, to, e);
    case SO_DOUBLE:
        return take_double(from, to, e);
    case SO_STRING:
        return take_text(arena, member, from, to, e);
    case SO_ENUM:
        return take_enum(member, from, to, e);
    case SO_DATE:
    case SO_UTC:
        return take_date(arena, local, member->type == SO_UTC, from, to, e);
    case SO_OBJECT:
        return take_object(arena, member->carrier, local, from, to, e);
    case SO_LIST:
        item.type = member->carrier ? SO_OBJECT : SO_STRING;
        return take_list(arena, &item, local, from, to, e);
    case SO_INTS:
        item.type = SO_INT;
        return take_list(arena, &item, local, from, to, e);
    case SO_LISTS:
        item.type = SO_LIST;
        return take_list(arena, &item, local, from, to, e);
    case SO_DICT:
        return take_dict(arena, from, to, e);
    case SO_RIGHT:
    case SO_FIELDS:
        break;
    }
    return ERR_NONE;
}

static enum err_code take(struct arena *arena, const struct so_member *member,
                          const struct so_local *local, const struct value *from, struct value *to,
                          struct err *e)
{
    if (from->type == VALUE_NULL || (is_blank(from) && member->type != SO_STRING))
        return ERR_NONE; /* stays null */
    return take_known(arena, member, local, from, to, e);
}

static bool is_left_out(const struct so_carrier *carrier, const struct so_member *member,
                        struct bytes name)
{
    if (!member)
        return carrier->linked && bytes_eq_nocase(name, B("_Links"));
    return member->read_only || member->type == SO_RIGHT || member->type == SO_FIELDS;
}

/* As it came; its children are shared with the tree it came from. */
static void take_unknown(const struct value *from, struct value *to)
{
    *to = (struct value){ .type = from->type,
                          .boolean = from->boolean,
                          .integer = from->integer,
                          .number = from->number,
                          .string = from->string,
                          .first = from->first,
                          .last = from->last,
                          .count = from->count };
}

static enum err_code take_object(struct arena *arena, const struct so_carrier *carrier,
                                 const struct so_local *local, const struct value *from,
                                 struct value *to, struct err *e)
{
    if (from->type != VALUE_MAP)
        return wrong(e, "is not an object");
    to->type = VALUE_MAP;
    for (const struct value *given = from->first; given; given = given->next) {
        const struct so_member *member = so_member_find(carrier, given->name);
        if (is_left_out(carrier, member, given->name))
            continue;
        struct value *taken = value_new(arena, VALUE_NULL);
        if (!taken)
            return no_memory(e);
        if (!member) {
            take_unknown(given, taken);
            value_put(to, given->name, taken);
            continue;
        }
        enum err_code rc = take(arena, member, local, given, taken, e);
        if (rc)
            return within(e, member->name);
        value_put(to, member->name, taken);
    }
    return ERR_NONE;
}

enum err_code so_normalise(struct arena *arena, const struct so_carrier *carrier,
                           const struct so_local *local, const struct value *given,
                           struct value **out, struct err *e)
{
    struct err why = { 0 };
    struct value *value = value_new(arena, VALUE_NULL);
    if (!value)
        return no_memory(e);

    enum err_code rc = take_object(arena, carrier, local, given, value, &why);
    if (rc) {
        bool named = rc == ERR_INVALID && why.field[0];
        err_set(e, rc, "%s %s", named ? why.field : "the request body", why.text);
        memcpy(e->field, why.field, sizeof e->field);
        return rc;
    }
    *out = value;
    return ERR_NONE;
}
