#include "dialect/bitrix24/bind.h"

#include "dialect/bitrix24/error.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

bool b24_to_int(const struct value *value, int64_t *out)
{
    if (!value)
        return false;
    switch (value->type) {
    case VALUE_INT:
        *out = value->integer;
        return true;
    case VALUE_BOOL:
        *out = value->boolean;
        return true;
    case VALUE_STRING:
        return bytes_to_int64(value->string, out);
    case VALUE_DOUBLE:
        if (value->number != trunc(value->number) || fabs(value->number) >= 0x1p63)
            return false;
        *out = (int64_t)value->number;
        return true;
    case VALUE_NULL:
    case VALUE_LIST:
    case VALUE_MAP:
        break;
    }
    return false;
}

static bool read_double(struct bytes text, double *out)
{
    static const char letters[] = "0123456789+-.eE";
    char copy[64];
    char *end;

    if (text.len == 0 || text.len >= sizeof copy)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (!memchr(letters, text.at[i], sizeof letters - 1))
            return false;
        copy[i] = text.at[i];
    }
    copy[text.len] = '\0';
    *out = strtod(copy, &end);
    return end == copy + text.len && isfinite(*out);
}

bool b24_to_double(const struct value *value, double *out)
{
    int64_t whole;

    if (value && value->type == VALUE_DOUBLE) {
        *out = value->number;
        return isfinite(*out);
    }
    if (value && value->type == VALUE_STRING)
        return read_double(value->string, out);
    if (!b24_to_int(value, &whole))
        return false;
    *out = (double)whole;
    return true;
}

bool b24_is_empty(const struct value *value)
{
    if (!value || value->type == VALUE_NULL)
        return true;
    if (value->type == VALUE_LIST || value->type == VALUE_MAP)
        return value->count == 0;
    return value->type == VALUE_STRING && value->string.len == 0;
}

int32_t b24_to_id(int64_t value)
{
    return value > 0 && value <= INT32_MAX ? (int32_t)value : 0;
}

bool b24_to_bool(const struct value *value)
{
    if (!value)
        return false;
    switch (value->type) {
    case VALUE_NULL:
        return false;
    case VALUE_BOOL:
        return value->boolean;
    case VALUE_INT:
        return value->integer != 0;
    case VALUE_DOUBLE:
        return value->number < 0 || value->number > 0;
    case VALUE_STRING:
        return value->string.len > 0 && !bytes_eq(value->string, B("0"));
    case VALUE_LIST:
    case VALUE_MAP:
        break;
    }
    return value->count > 0;
}

/* As b24_to_text, into `out` when the text has to be made. */
#define SCALAR_TEXT_MAX 32
static struct bytes scalar_text(const struct value *value, char out[SCALAR_TEXT_MAX])
{
    switch (value->type) {
    case VALUE_STRING:
        return value->string;
    case VALUE_INT:
        snprintf(out, SCALAR_TEXT_MAX, "%lld", (long long)value->integer);
        return bytes_str(out);
    case VALUE_DOUBLE:
        snprintf(out, SCALAR_TEXT_MAX, "%.14G", value->number);
        return bytes_str(out);
    case VALUE_BOOL:
        return value->boolean ? B("1") : B("");
    case VALUE_LIST:
    case VALUE_MAP:
        return B("Array");
    case VALUE_NULL:
        break;
    }
    return B("");
}

struct bytes b24_to_text(struct arena *arena, const struct value *value)
{
    char made[SCALAR_TEXT_MAX];
    struct bytes text = value ? scalar_text(value, made) : B("");

    if (text.len == 0)
        return B("");
    return text.at == made ? arena_copy(arena, text) : text;
}

enum err_code b24_wrong_value(struct err *e, const struct value *value, struct bytes name,
                              const char *type)
{
    char made[SCALAR_TEXT_MAX];

    return b24_wrong_type(e, scalar_text(value, made), name, type);
}

enum err_code b24_bind_int(const struct value *params, struct bytes name, int64_t *out,
                           struct err *e)
{
    const struct value *value = value_get(params, name);

    if (!value)
        return b24_missing_parameter(e, name);
    if (!b24_to_int(value, out))
        return b24_wrong_value(e, value, name, "int");
    return ERR_NONE;
}

enum err_code b24_bind_array(const struct value *params, struct bytes name, bool required,
                             const struct value **out, struct err *e)
{
    const struct value *value = value_get(params, name);

    if (!required && (!value || value->type == VALUE_NULL)) {
        *out = NULL;
        return ERR_NONE;
    }
    if (!value)
        return b24_missing_parameter(e, name);
    if (value->type != VALUE_LIST && value->type != VALUE_MAP)
        return b24_wrong_value(e, value, name, "array");
    *out = value;
    return ERR_NONE;
}

bool b24_name_eq(struct bytes a, struct bytes b)
{
    size_t i = 0;
    size_t j = 0;

    for (;;) {
        while (i < a.len && a.at[i] == '_')
            i++;
        while (j < b.len && b.at[j] == '_')
            j++;
        if (i == a.len || j == b.len)
            return i == a.len && j == b.len;
        if (!bytes_eq_nocase(bytes_of(a.at + i, 1), bytes_of(b.at + j, 1)))
            return false;
        i++;
        j++;
    }
}

const struct value *b24_get_folded(const struct value *map, struct bytes name)
{
    const struct value *found = NULL;

    if (!map || map->type != VALUE_MAP)
        return NULL;
    for (const struct value *member = map->first; member; member = member->next) {
        if (b24_name_eq(member->name, name))
            found = member; /* the last spelling wins, as one PHP array key would */
    }
    return found;
}
