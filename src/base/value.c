#include "base/value.h"

#include "base/crypto.h"

struct value *value_new(struct arena *arena, enum value_type type)
{
    struct value *value = arena_zalloc(arena, 1, sizeof *value);

    if (value)
        value->type = type;
    return value;
}

/* Random, so that nobody can choose names that all take the same path. */
static uint64_t seed(void)
{
    static uint64_t chosen;
    uint64_t seen = __atomic_load_n(&chosen, __ATOMIC_RELAXED);

    if (seen == 0) {
        uint64_t fresh;
        random_bytes(&fresh, sizeof fresh);
        fresh |= 1; /* 0 stands for not yet chosen */
        if (__atomic_compare_exchange_n(&chosen, &seen, fresh, false, __ATOMIC_RELAXED,
                                        __ATOMIC_RELAXED))
            seen = fresh;
    }
    return seen;
}

static uint64_t mix(uint64_t a, uint64_t b)
{
    __uint128_t product = (__uint128_t)a * b;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t hash_of(struct bytes name)
{
    uint64_t start = seed();
    uint64_t hash = start ^ name.len;
    uint64_t word;

    for (; name.len >= sizeof word; name = bytes_from(name, sizeof word)) {
        memcpy(&word, name.at, sizeof word);
        hash = mix(hash ^ word, start ^ 0x9E3779B97F4A7C15U);
    }
    word = 0;
    if (name.len)
        memcpy(&word, name.at, name.len);
    hash = mix(hash ^ word, start ^ 0xD1B54A32D192ED03U);
    return mix(hash, 0x9E3779B97F4A7C15U);
}

/* The members of a map are also nodes of a tree: the first child is its root, two bits of the
 * name's hash choose the branch at each step. So a lookup takes about log4 of the count, and
 * needs no memory of its own. Returns where `name` is or belongs. */
static struct value **slot_of(struct value *map, struct bytes name)
{
    struct value **slot = &map->first;
    uint64_t hash = hash_of(name);

    for (; *slot && !bytes_eq((*slot)->name, name); hash <<= 2)
        slot = &(*slot)->branch[hash >> 62];
    return slot;
}

static void replace(struct value *map, struct value **slot, struct value *child)
{
    struct value *old = *slot;

    child->next = old->next;
    child->prev = old->prev;
    memcpy(child->branch, old->branch, sizeof child->branch);
    *slot = child;
    if (old->prev)
        old->prev->next = child;
    if (old->next)
        old->next->prev = child;
    else
        map->last = child;
}

void value_put(struct value *parent, struct bytes name, struct value *child)
{
    child->name = name;
    if (parent->type == VALUE_MAP) {
        struct value **slot = slot_of(parent, name);
        if (*slot) {
            replace(parent, slot, child);
            return;
        }
        *slot = child;
    }
    if (parent->last)
        parent->last->next = child;
    else
        parent->first = child;
    child->prev = parent->last;
    parent->last = child;
    parent->count++;
}

struct value *value_copy(struct arena *arena, const struct value *value)
{
    struct value *copy = value_new(arena, value->type);

    if (!copy)
        return NULL;
    copy->boolean = value->boolean;
    copy->integer = value->integer;
    copy->number = value->number;
    copy->string = value->string;
    for (const struct value *child = value->first; child; child = child->next) {
        struct value *twin = value_copy(arena, child);
        if (!twin)
            return NULL;
        value_put(copy, child->name, twin);
    }
    return copy;
}

const struct value *value_get(const struct value *map, struct bytes name)
{
    if (!map || map->type != VALUE_MAP)
        return NULL;
    return *slot_of((struct value *)(uintptr_t)map, name); /* changes nothing */
}

const struct value *value_get_nocase(const struct value *map, struct bytes name)
{
    if (!map || map->type != VALUE_MAP)
        return NULL;
    for (const struct value *child = map->last; child; child = child->prev) {
        if (bytes_eq_nocase(child->name, name))
            return child;
    }
    return NULL;
}

bool value_put_int(struct arena *arena, struct value *map, struct bytes name, int64_t number)
{
    struct value *member = value_new(arena, VALUE_INT);

    if (!member)
        return false;
    member->integer = number;
    value_put(map, name, member);
    return true;
}

bool value_put_text(struct arena *arena, struct value *map, struct bytes name, struct bytes text)
{
    struct value *member = value_new(arena, VALUE_STRING);

    if (!member)
        return false;
    member->string = text;
    value_put(map, name, member);
    return true;
}

bool value_put_bool(struct arena *arena, struct value *map, struct bytes name, bool truth)
{
    struct value *member = value_new(arena, VALUE_BOOL);

    if (!member)
        return false;
    member->boolean = truth;
    value_put(map, name, member);
    return true;
}

struct bytes value_text(const struct value *map, struct bytes name)
{
    const struct value *value = value_get(map, name);

    return value && value->type == VALUE_STRING ? value->string : B("");
}

const struct value *value_at(const struct value *list, size_t n)
{
    if (!list || (list->type != VALUE_LIST && list->type != VALUE_MAP) || n >= list->count)
        return NULL;

    const struct value *child = list->first;
    for (; n; n--)
        child = child->next;
    return child;
}

bool value_to_int32(const struct value *value, int32_t *out)
{
    if (!value)
        return false;

    switch (value->type) {
    case VALUE_BOOL:
        *out = value->boolean;
        return true;
    case VALUE_INT:
        if (value->integer < INT32_MIN || value->integer > INT32_MAX)
            return false;
        *out = (int32_t)value->integer;
        return true;
    case VALUE_DOUBLE:
        if (!(value->number >= INT32_MIN && value->number <= INT32_MAX) ||
            (double)(int32_t)value->number != value->number)
            return false;
        *out = (int32_t)value->number;
        return true;
    case VALUE_STRING:
        return bytes_to_int32(bytes_trim(value->string), out);
    case VALUE_NULL:
    case VALUE_LIST:
    case VALUE_MAP:
        break;
    }
    return false;
}
