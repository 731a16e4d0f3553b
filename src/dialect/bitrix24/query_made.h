/* dialect/bitrix24/query_made.h - for fuzz targets: trees out of any bytes, and a writer of PHP's
 * http_build_query that shares nothing with the readers. */
#ifndef DIALECT_BITRIX24_QUERY_MADE_H
#define DIALECT_BITRIX24_QUERY_MADE_H

#include "base/strbuf.h"
#include "base/value.h"
#include "fuzz.h"

#define MADE_DEPTH_MAX 6
#define MADE_NAME_MAX  8

/* The bytes decide what is made; behind their end everything is 0. */
struct dice {
    const uint8_t *at;
    size_t left;
    bool json; /* what JSON can hold, numbers and truth too; else what a form can hold */
};

static inline unsigned throw(struct dice * dice, unsigned sides)
{
    if (dice->left == 0)
        return 0;
    dice->left--;
    return *dice->at++ % sides;
}

/* Text for JSON is ASCII; a form holds any bytes. */
static inline struct bytes made_text(struct arena *arena, struct dice *dice, unsigned longest)
{
    unsigned len = throw(dice, longest + 1);
    char *at = arena_alloc(arena, len + 1);

    HOLDS(at);
    for (unsigned i = 0; i < len; i++)
        at[i] = (char) throw(dice, dice->json ? 128 : 256);
    return bytes_of(at, len);
}

/* A name that is not in `map`, and that no reader takes for something else: no bracket ends it,
 * nothing ends early, PHP does not rewrite it; in references no white space ends it. */
static inline struct bytes made_name(struct arena *arena, struct dice *dice,
                                     const struct value *map, bool top)
{
    struct bytes name = made_text(arena, dice, MADE_NAME_MAX);
    char *at = (char *)(uintptr_t)name.at;

    for (size_t i = 0; i < name.len; i++) {
        if ((unsigned char)at[i] <= ' ' || at[i] == ']' || (top && strchr(".[", at[i])))
            at[i] = 'x';
    }
    if (name.len == 0 || value_get(map, name))
        name = bytes_str(arena_printf(arena, "_%zu_%u", map->count, throw(dice, 256)));
    return name;
}

/* PHP's arrays have no lists: keys 0, 1, 2 … are one. */
static inline void made_list(struct value *map)
{
    char digits[24];
    size_t n = 0;

    for (const struct value *child = map->first; child; child = child->next, n++) {
        snprintf(digits, sizeof digits, "%zu", n);
        if (!bytes_eq(child->name, bytes_str(digits)))
            return;
    }
    map->type = VALUE_LIST;
    for (struct value *child = map->first; child; child = child->next)
        child->name = (struct bytes){ 0 };
}

static inline struct value *made_value(struct arena *arena, struct dice *dice, int depth);

static inline struct value *made_group(struct arena *arena, struct dice *dice, int depth)
{
    bool list = depth > 0 && throw(dice, 2);
    struct value *group = value_new(arena, list ? VALUE_LIST : VALUE_MAP);
    unsigned count = throw(dice, 5) + (dice->json ? 0 : 1); /* a form holds no empty ones */

    HOLDS(group);
    for (unsigned i = 0; i < count; i++) {
        struct bytes name = { 0 };
        if (!list)
            name = made_name(arena, dice, group, depth == 0);
        value_put(group, name, made_value(arena, dice, depth + 1));
    }
    if (depth > 0 && !list && count && !dice->json)
        made_list(group);
    return group;
}

static inline struct value *made_value(struct arena *arena, struct dice *dice, int depth)
{
    unsigned kind = throw(dice, 8);

    if (depth < MADE_DEPTH_MAX && kind >= 5)
        return made_group(arena, dice, depth);
    struct value *value = value_new(arena, VALUE_STRING);
    HOLDS(value);
    if (dice->json && kind == 1)
        value->type = VALUE_NULL;
    else if (dice->json && kind == 2)
        *value = (struct value){ .type = VALUE_BOOL, .boolean = throw(dice, 2) };
    else if (dice->json && kind == 3)
        *value = (struct value){ .type = VALUE_INT, .integer = (int) throw(dice, 256) - 128 };
    else
        value->string = made_text(arena, dice, 40);
    return value;
}

/* urlencode */
static inline void encode(struct strbuf *out, struct bytes text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
            c == '-' || c == '_' || c == '.')
            strbuf_char(out, (char)c);
        else if (c == ' ')
            strbuf_char(out, '+');
        else
            strbuf_printf(out, "%%%02X", c);
    }
}

/* http_build_query; `path` is the name so far, not encoded. */
static inline void build_query(struct strbuf *out, struct bytes path, const struct value *value)
{
    size_t n = 0;

    if (value->type == VALUE_STRING) {
        if (out->len)
            strbuf_char(out, '&');
        encode(out, path);
        strbuf_char(out, '=');
        encode(out, value->string);
        return;
    }
    for (const struct value *child = value->first; child; child = child->next, n++) {
        struct strbuf name;
        strbuf_init(&name, out->arena, 0, 1 << 20);
        strbuf_add(&name, path);
        strbuf_add(&name, path.len ? B("[") : B(""));
        if (value->type == VALUE_LIST)
            strbuf_int(&name, (int64_t)n);
        else
            strbuf_add(&name, child->name);
        strbuf_add(&name, path.len ? B("]") : B(""));
        HOLDS(!name.failed);
        build_query(out, strbuf_bytes(&name), child);
    }
}

/* `but_name`: the names of a and b themselves do not count. */
static inline bool same_value(const struct value *a, const struct value *b, bool but_name)
{
    if (a->type != b->type || a->count != b->count || !bytes_eq(a->string, b->string) ||
        (a->type == VALUE_BOOL && a->boolean != b->boolean) ||
        (a->type == VALUE_INT && a->integer != b->integer) ||
        (!but_name && !bytes_eq(a->name, b->name)))
        return false;
    for (a = a->first, b = b->first; a && b; a = a->next, b = b->next) {
        if (!same_value(a, b, false))
            return false;
    }
    return !a && !b;
}

#endif
