/* What was read comes back equal when base/json.h has written it. */
#include "base/json.h"
#include "base/value.h"
#include "fuzz.h"

/* A double without a fraction comes back as an integer. */
static double number_of(const struct value *value)
{
    return value->type == VALUE_INT ? (double)value->integer : value->number;
}

static void same(const struct value *a, const struct value *b)
{
    if (a->type == VALUE_DOUBLE && (b->type == VALUE_INT || b->type == VALUE_DOUBLE)) {
        HOLDS(number_of(a) == number_of(b));
        return;
    }
    HOLDS(a->type == b->type);
    HOLDS(a->boolean == b->boolean);
    HOLDS(a->integer == b->integer);
    HOLDS(bytes_eq(a->string, b->string));
    HOLDS(bytes_is_utf8(a->string));
    HOLDS(a->count == b->count);
    size_t count = 0;
    for (a = a->first, b = b->first; a && b; a = a->next, b = b->next, count++) {
        HOLDS(bytes_eq(a->name, b->name));
        same(a, b);
    }
    HOLDS(!a && !b);
}

static void check_map(const struct value *value)
{
    size_t count = 0;

    for (const struct value *child = value->first; child; child = child->next, count++) {
        HOLDS(!child->prev == (child == value->first));
        HOLDS(!child->next == (child == value->last));
        if (value->type == VALUE_MAP)
            HOLDS(value_get(value, child->name) == child);
        check_map(child);
    }
    HOLDS(count == value->count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(64 << 20);
    struct value *first, *second;
    struct err e = { 0 };
    struct strbuf out;

    enum err_code rc = json_read(arena, bytes_of((const char *)data, size), &first, &e);
    HOLDS(rc == e.code);
    if (rc) {
        HOLDS(rc == ERR_INVALID && e.text[0]);
        return 0;
    }
    check_map(first);
    strbuf_init(&out, arena, 0, 32 << 20);
    json_value(&out, first);
    HOLDS(!out.failed);
    HOLDS(json_read(arena, strbuf_bytes(&out), &second, &e) == ERR_NONE);
    same(first, second);
    return 0;
}
