/* A patch leaves both trees as they were; what the last operation put somewhere passes a test; a
 * merged scalar is there afterwards. Input: the entity, a newline, the patch. */
#include "base/json.h"
#include "dialect/superoffice/patch.h"
#include "fuzz.h"

static struct bytes text_of(struct arena *arena, const struct value *value)
{
    struct strbuf out;

    strbuf_init(&out, arena, 0, 32 << 20);
    json_value(&out, value);
    HOLDS(!out.failed);
    return strbuf_bytes(&out);
}

static bool is_op(const struct value *operation, struct bytes name)
{
    const struct value *op = value_get_nocase(operation, B("op"));

    return op && op->type == VALUE_STRING && bytes_eq_nocase(op->string, name);
}

/* The last operation as a test of what it did; NULL when it put nothing, or where no path leads. */
static struct value *test_of(struct arena *arena, const struct value *patch)
{
    const struct value *path = value_get_nocase(patch->last, B("path"));

    if (!path || (!is_op(patch->last, B("add")) && !is_op(patch->last, B("replace"))) ||
        bytes_ends_nocase(path->string, B("-")))
        return NULL;
    struct value *list = value_new(arena, VALUE_LIST);
    struct value *test = value_new(arena, VALUE_MAP);
    struct value *op = value_new(arena, VALUE_STRING);
    HOLDS(list && test && op);
    op->string = B("test");
    value_put(test, B("op"), op);
    value_put(test, B("path"), value_copy(arena, path));
    value_put(test, B("value"), value_copy(arena, value_get_nocase(patch->last, B("value"))));
    value_put(list, (struct bytes){ 0 }, test);
    return list;
}

/* Names that differ in case only are one member to a patch; then a map equals not even itself. */
static bool has_twins(const struct value *value)
{
    for (const struct value *child = value->first; child; child = child->next) {
        if (has_twins(child) ||
            (value->type == VALUE_MAP && value_get_nocase(value, child->name) != child))
            return true;
    }
    return false;
}

static void check_merged(const struct value *entity, const struct value *patch)
{
    for (const struct value *given = patch->first; given; given = given->next) {
        if (given->type == VALUE_LIST || given->type == VALUE_MAP)
            continue;
        const struct value *now = value_get(entity, given->name);
        if (!now)
            now = value_get_nocase(entity, given->name);
        if (given->type == VALUE_NULL)
            continue;
        HOLDS(now && now->type == given->type && bytes_eq(now->string, given->string) &&
              now->integer == given->integer && now->boolean == given->boolean);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(256 << 20);
    struct bytes rest = bytes_of((const char *)data, size);
    struct bytes line;
    struct value *entity;
    struct value *patch;
    struct value *after;
    struct value *again;
    struct err e = { 0 };

    if (size > 100000 || !bytes_split(&rest, '\n', &line) || !rest.at ||
        json_read(arena, line, &entity, &e) || json_read(arena, rest, &patch, &e) ||
        entity->type != VALUE_MAP)
        return 0;
    struct bytes was[2] = { text_of(arena, entity), text_of(arena, patch) };
    e = (struct err){ 0 };
    enum err_code rc = so_patch(arena, entity, patch, &after, &e);
    HOLDS(rc == e.code);
    HOLDS(bytes_eq(was[0], text_of(arena, entity)) && bytes_eq(was[1], text_of(arena, patch)));
    if (rc) {
        HOLDS((rc == ERR_INVALID || rc == ERR_CONFLICT || rc == ERR_TOO_LARGE) && e.text[0]);
        return 0;
    }
    HOLDS(json_read(arena, text_of(arena, after), &again, &e) == ERR_NONE);
    if (has_twins(entity) || has_twins(patch))
        return 0;
    if (patch->type == VALUE_MAP) {
        check_merged(after, patch);
    } else if (patch->count) {
        struct value *test = test_of(arena, patch);
        HOLDS(!test || so_patch(arena, after, test, &again, &e) == ERR_NONE);
    }
    return 0;
}
