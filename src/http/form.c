#include "http/form.h"
#include "base/uri.h"

static enum err_code no_memory(struct err *e)
{
    return err_set(e, ERR_NO_MEMORY, "form");
}

/* A map's `integer` is its next free index while a form is read: one more than the largest index
 * so far, as PHP counts it. */
static void count_index(struct value *map, struct bytes key)
{
    int64_t index;

    if (key.len == 0 || key.len > 18 || key.at[0] < '0' || (key.at[0] == '0' && key.len > 1) ||
        !bytes_to_int64(key, &index))
        return; /* "07" and "-1" do not count */
    if (index >= map->integer)
        map->integer = index + 1;
}

static enum err_code put(struct arena *arena, struct value *map, struct bytes key,
                         struct value *child, struct err *e)
{
    if (key.at == NULL) { /* [] */
        char digits[DECIMAL_MAX];
        key = arena_copy(arena, bytes_decimal(map->integer, digits));
        if (!key.at)
            return no_memory(e);
    }
    count_index(map, key);
    value_put(map, key, child);
    return ERR_NONE;
}

/* The map under `key`, made when there is none or something else. */
static enum err_code descend(struct arena *arena, struct value *map, struct bytes key,
                             struct value **out, struct err *e)
{
    const struct value *found = key.at ? value_get(map, key) : NULL;
    if (found && found->type == VALUE_MAP) {
        *out = (struct value *)(uintptr_t)found; /* a child of a tree that is ours */
        return ERR_NONE;
    }
    struct value *fresh = value_new(arena, VALUE_MAP);
    if (!fresh)
        return no_memory(e);
    enum err_code rc = put(arena, map, key, fresh, e);
    if (rc == ERR_NONE)
        *out = fresh;
    return rc;
}

/* The top-level name with `.`, space and a bracket that is never closed as `_`. */
static enum err_code top_name(struct arena *arena, struct bytes name, struct bytes *out,
                              struct err *e)
{
    size_t i = 0;

    while (i < name.len && !strchr(". [", name.at[i]))
        i++;
    *out = name;
    if (i == name.len)
        return ERR_NONE;
    char *copy = arena_str(arena, name);
    if (!copy)
        return no_memory(e);
    for (; i < name.len; i++) {
        if (strchr(". [", copy[i]))
            copy[i] = '_';
    }
    *out = bytes_of(copy, name.len);
    return ERR_NONE;
}

/* Takes `[key]` off *rest; a key of `.at` NULL stands for []. False when no bracket opens here or
 * it is not closed: then the rest means nothing. */
static bool take_key(struct bytes *rest, struct bytes *key)
{
    if (!bytes_starts(*rest, B("[")))
        return false;
    struct bytes inner = bytes_from(*rest, 1);
    size_t end = bytes_index(inner, ']');
    if (end == inner.len)
        return false;
    *key = bytes_first(inner, end);
    *rest = bytes_from(inner, end + 1);
    if (end == 0 || (end == 1 && strchr(" \t\r\n\v\f", key->at[0])))
        *key = (struct bytes){ 0 };
    return true;
}

/* bitrix24 1.2: what PHP makes of `top[key][]=value`. */
enum err_code form_put(struct arena *arena, struct value *map, struct bytes name,
                       struct bytes value, struct err *e)
{
    while (name.len && name.at[0] == ' ')
        name = bytes_from(name, 1);
    name = bytes_first(name, bytes_index(name, '\0')); /* PHP's names end there */

    size_t top = bytes_index(name, '[');
    if (top == 0)
        return ERR_NONE; /* no name: PHP passes over it */
    if (top < name.len && bytes_index(bytes_from(name, top), ']') == name.len - top)
        top = name.len; /* never closed: part of the name */
    struct bytes rest = bytes_from(name, top);
    struct bytes key, next;
    enum err_code rc = top_name(arena, bytes_first(name, top), &key, e);
    if (rc)
        return rc;

    for (int depth = 1; take_key(&rest, &next); depth++) {
        if (depth > FORM_DEPTH_MAX)
            return err_set(e, ERR_TOO_LARGE, "form field nested deeper than %d", FORM_DEPTH_MAX);
        if ((rc = descend(arena, map, key, &map, e)))
            return rc;
        key = next;
    }
    struct value *leaf = value_new(arena, VALUE_STRING);
    if (!leaf)
        return no_memory(e);
    leaf->string = value;
    return put(arena, map, key, leaf, e);
}

static bool is_list(const struct value *map)
{
    char want[DECIMAL_MAX];
    int64_t n = 0;

    for (const struct value *child = map->first; child; child = child->next) {
        if (!bytes_eq(child->name, bytes_decimal(n++, want)))
            return false;
    }
    return true;
}

void form_lists(struct value *map)
{
    for (struct value *child = map->first; child; child = child->next) {
        if (child->type != VALUE_MAP)
            continue;
        form_lists(child); /* FORM_DEPTH_MAX deep at most */
        if (!is_list(child))
            continue;
        child->type = VALUE_LIST;
        for (struct value *item = child->first; item; item = item->next)
            item->name = (struct bytes){ 0 };
    }
}

enum err_code form_read(struct arena *arena, struct bytes text, struct value *map, struct err *e)
{
    struct bytes name, value;

    for (int fields = 0; uri_query_next(arena, &text, &name, &value); fields++) {
        if (!name.at || !value.at)
            return no_memory(e);
        if (fields == FORM_FIELDS_MAX)
            return err_set(e, ERR_TOO_LARGE, "form of more than %d fields", FORM_FIELDS_MAX);
        enum err_code rc = form_put(arena, map, name, value, e);
        if (rc)
            return rc;
    }
    form_lists(map);
    return ERR_NONE;
}
