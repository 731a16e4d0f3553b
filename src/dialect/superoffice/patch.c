#include "dialect/superoffice/patch.h"

#include "base/log.h"
#include "dialect/superoffice/carrier.h"

/* A member that was removed leaves this mark until the end: value.c's maps give no member back. */
static const char dead_mark[] = "removed";

static bool is_dead(const struct value *value)
{
    return value->type == VALUE_NULL && value->string.at == dead_mark;
}

/* The member of a map we may change, in any case; the exact name goes first. */
static struct value *find_member(struct value *map, struct bytes name)
{
    struct value *exact = (struct value *)(uintptr_t)value_get(map, name); /* the map is ours */

    if (exact && !is_dead(exact))
        return exact;
    for (struct value *child = map->last; child; child = child->prev) {
        if (!is_dead(child) && bytes_eq_nocase(child->name, name))
            return child;
    }
    return NULL;
}

static enum err_code no_memory(struct err *e)
{
    return err_set(e, ERR_NO_MEMORY, "patch");
}

static enum err_code kill_member(struct arena *arena, struct value *map, struct value *child,
                                 struct err *e)
{
    struct value *dead = value_new(arena, VALUE_NULL);

    if (!dead)
        return no_memory(e);
    dead->string = bytes_of(dead_mark, 0);
    value_put(map, child->name, dead);
    return ERR_NONE;
}

/* What is left, without the marks. The depth is held by those who put something in. */
static struct value *sweep(struct arena *arena, const struct value *value)
{
    if (value->type != VALUE_LIST && value->type != VALUE_MAP)
        return value_copy(arena, value);

    struct value *copy = value_new(arena, value->type);
    for (const struct value *child = value->first; copy && child; child = child->next) {
        if (is_dead(child))
            continue;
        struct value *twin = sweep(arena, child);
        if (!twin)
            return NULL;
        value_put(copy, child->name, twin);
    }
    return copy;
}

static int depth_of(const struct value *value)
{
    int deepest = 0;

    for (const struct value *child = value->first; child; child = child->next) {
        int depth = depth_of(child);
        deepest = depth > deepest ? depth : deepest;
    }
    return deepest + (value->type == VALUE_LIST || value->type == VALUE_MAP);
}

/* ---- RFC 6902 ---- */

/* Where a path leads: a child of `parent`, or the whole when there is no parent. */
struct place {
    struct value *parent;
    struct value *child; /* NULL: nothing there yet */
    struct bytes name;   /* in a map */
    bool end;            /* behind the last item of a list */
};

/* ~1 is a slash, ~0 a tilde. */
static struct bytes unescape(struct arena *arena, struct bytes segment)
{
    if (bytes_index(segment, '~') == segment.len)
        return segment;

    char *text = arena_alloc(arena, segment.len);
    size_t len = 0;
    if (!text)
        return (struct bytes){ 0 };
    for (size_t i = 0; i < segment.len; i++) {
        char c = segment.at[i];
        if (c == '~' && i + 1 < segment.len &&
            (segment.at[i + 1] == '0' || segment.at[i + 1] == '1'))
            c = segment.at[++i] == '0' ? '~' : '/';
        text[len++] = c;
    }
    return bytes_of(text, len);
}

static bool to_index(struct bytes segment, size_t *out)
{
    int32_t index;

    if (segment.len == 0 || segment.at[0] < '0' || segment.at[0] > '9' ||
        !bytes_to_int32(segment, &index))
        return false;
    *out = (size_t)index;
    return true;
}

static enum err_code nowhere(struct bytes path, struct err *e)
{
    char quoted[LOG_QUOTE_MAX];

    return err_set(e, ERR_INVALID, "there is nothing at the path %s", log_quote(path, quoted));
}

/* The child of `parent` that a segment names. */
static enum err_code step(struct value *parent, struct bytes segment, struct bytes path,
                          struct place *out, struct err *e)
{
    size_t index = 0;

    *out = (struct place){ .parent = parent, .name = segment };
    if (parent->type == VALUE_MAP) {
        out->child = find_member(parent, segment);
        return ERR_NONE;
    }
    if (parent->type != VALUE_LIST)
        return nowhere(path, e);
    out->end = bytes_eq(segment, B("-"));
    if (out->end)
        return ERR_NONE;
    if (!to_index(segment, &index) || index > parent->count)
        return nowhere(path, e);
    out->child = (struct value *)(uintptr_t)value_at(parent, index);
    out->end = !out->child;
    return ERR_NONE;
}

/* Follows `path`; with `make` what is null on the way becomes an object. */
static enum err_code locate(struct arena *arena, struct value *root, struct bytes path, bool make,
                            struct place *out, struct err *e)
{
    struct bytes rest = bytes_starts(path, B("/")) ? bytes_from(path, 1) : path;
    struct bytes segment;

    *out = (struct place){ .child = root };
    if (rest.len == 0)
        return ERR_NONE;
    for (int depth = 0; bytes_split(&rest, '/', &segment); depth++) {
        struct value *parent = out->child;
        if (!parent)
            return nowhere(path, e);
        if (depth == VALUE_DEPTH_MAX)
            return err_set(e, ERR_INVALID, "a path of more than %d names", VALUE_DEPTH_MAX);
        if (parent->type == VALUE_NULL && make)
            parent->type = VALUE_MAP;
        segment = unescape(arena, segment);
        if (!segment.at)
            return no_memory(e);
        enum err_code rc = step(parent, segment, path, out, e);
        if (rc)
            return rc;
    }
    return ERR_NONE;
}

/* ---- lists: value.c only appends ---- */

static void unlink_item(struct value *list, struct value *item)
{
    if (item->prev)
        item->prev->next = item->next;
    else
        list->first = item->next;
    if (item->next)
        item->next->prev = item->prev;
    else
        list->last = item->prev;
    list->count--;
}

static void insert_before(struct value *list, struct value *item, struct value *next)
{
    item->next = next;
    item->prev = next->prev;
    if (next->prev)
        next->prev->next = item;
    else
        list->first = item;
    next->prev = item;
    list->count++;
}

/* Puts `value` where `place` is; a list's item moves back for `insert`. */
static enum err_code put(struct value **root, const struct place *place, struct value *value,
                         bool insert, struct bytes path, struct err *e)
{
    if (!place->parent) {
        if (value->type != VALUE_MAP)
            return err_set(e, ERR_INVALID, "the whole can only be replaced by an object");
        *root = value;
        return ERR_NONE;
    }
    if (place->parent->type == VALUE_MAP) {
        value_put(place->parent, place->child ? place->child->name : place->name, value);
        return ERR_NONE;
    }
    if (place->end || !place->child) {
        if (!insert)
            return nowhere(path, e);
        value_put(place->parent, (struct bytes){ 0 }, value);
        return ERR_NONE;
    }
    insert_before(place->parent, value, place->child);
    if (!insert)
        unlink_item(place->parent, place->child);
    return ERR_NONE;
}

static enum err_code take_away(struct arena *arena, const struct place *place, struct bytes path,
                               struct err *e)
{
    if (!place->child)
        return nowhere(path, e);
    if (!place->parent)
        return err_set(e, ERR_INVALID, "the whole cannot be removed");
    if (place->parent->type == VALUE_MAP)
        return kill_member(arena, place->parent, place->child, e);
    unlink_item(place->parent, place->child);
    return ERR_NONE;
}

/* ---- test ---- */

static bool same(struct value *a, const struct value *b);

static bool same_members(struct value *a, const struct value *b)
{
    size_t live = 0;

    for (const struct value *child = a->first; child; child = child->next)
        live += !is_dead(child);
    if (live != b->count)
        return false;
    for (const struct value *child = b->first; child; child = child->next) {
        struct value *twin = find_member(a, child->name);
        if (!twin || !same(twin, child))
            return false;
    }
    return true;
}

static bool same_items(struct value *a, const struct value *b)
{
    if (a->count != b->count)
        return false;
    b = b->first;
    for (struct value *item = a->first; item; item = item->next, b = b->next) {
        if (!same(item, b))
            return false;
    }
    return true;
}

/* Clients write numbers as texts too (superoffice 5.2). */
static bool to_number(const struct value *value, double *out)
{
    *out = value->type == VALUE_INT ? (double)value->integer : value->number;
    return value->type == VALUE_INT || value->type == VALUE_DOUBLE ||
           (value->type == VALUE_STRING && so_double_read(value->string, out));
}

/* … and truth. */
static bool to_bool(const struct value *value, bool *out)
{
    *out = value->type == VALUE_BOOL ? value->boolean : bytes_eq_nocase(value->string, B("true"));
    return value->type == VALUE_BOOL ||
           (value->type == VALUE_STRING && (*out || bytes_eq_nocase(value->string, B("false"))));
}

static bool same_scalars(const struct value *a, const struct value *b)
{
    double numbers[2];
    bool truths[2];

    if (a->type == VALUE_NULL || b->type == VALUE_NULL)
        return a->type == b->type;
    if (a->type == VALUE_STRING && b->type == VALUE_STRING)
        return bytes_eq(a->string, b->string);
    if (a->type == VALUE_INT && b->type == VALUE_INT)
        return a->integer == b->integer;
    if (to_number(a, &numbers[0]) && to_number(b, &numbers[1]))
        return numbers[0] == numbers[1];
    return to_bool(a, &truths[0]) && to_bool(b, &truths[1]) && truths[0] == truths[1];
}

/* `a` is of the tree that is patched, `b` of the patch. */
static bool same(struct value *a, const struct value *b)
{
    if (a->type == VALUE_MAP || b->type == VALUE_MAP)
        return a->type == b->type && same_members(a, b);
    if (a->type == VALUE_LIST || b->type == VALUE_LIST)
        return a->type == b->type && same_items(a, b);
    return same_scalars(a, b);
}

/* ---- operations ---- */

static struct bytes text_member(const struct value *operation, struct bytes name)
{
    const struct value *value = value_get_nocase(operation, name);

    if (!value || value->type != VALUE_STRING)
        return (struct bytes){ 0 };
    return value->string.at ? value->string : B("");
}

static enum err_code no_such_operation(struct bytes op, struct err *e)
{
    char quoted[LOG_QUOTE_MAX];

    if (!op.at)
        return err_set(e, ERR_INVALID, "there is no \"op\"");
    if (bytes_eq_nocase(op, B("move")) || bytes_eq_nocase(op, B("copy")))
        return err_set(e, ERR_INVALID, "\"%.*s\" is not supported: use add and remove", (int)op.len,
                       op.at);
    return err_set(e, ERR_INVALID, "there is no operation %s", log_quote(op, quoted));
}

static enum err_code operate(struct arena *arena, struct value **root,
                             const struct value *operation, struct err *e)
{
    struct bytes op = text_member(operation, B("op"));
    struct bytes path = text_member(operation, B("path"));
    const struct value *value = value_get_nocase(operation, B("value"));
    bool insert = bytes_eq_nocase(op, B("add"));
    bool change = insert || bytes_eq_nocase(op, B("replace"));
    bool test = bytes_eq_nocase(op, B("test"));
    struct place place;

    if (!op.at || (!change && !test && !bytes_eq_nocase(op, B("remove"))))
        return no_such_operation(op, e);
    if (!path.at)
        return err_set(e, ERR_INVALID, "there is no \"path\"");
    if (path.len && memchr(path.at, 0, path.len)) /* no reader would take such a name back */
        return err_set(e, ERR_INVALID, "the path holds a NUL");
    if ((change || test) && !value)
        return err_set(e, ERR_INVALID, "there is no \"value\"");
    enum err_code rc = locate(arena, *root, path, change, &place, e);
    if (rc)
        return rc;
    if (change) {
        struct value *copy = value_copy(arena, value);
        return copy ? put(root, &place, copy, insert, path, e) : no_memory(e);
    }
    if (!test)
        return take_away(arena, &place, path, e);
    if (place.child && same(place.child, value))
        return ERR_NONE;
    char quoted[LOG_QUOTE_MAX];
    return err_set(e, ERR_CONFLICT, "test failed: %s has another value", log_quote(path, quoted));
}

static enum err_code operate_all(struct arena *arena, struct value **root,
                                 const struct value *operations, struct err *e)
{
    int number = 0;

    if (operations->count > SO_PATCH_OPERATIONS_MAX)
        return err_set(e, ERR_TOO_LARGE, "a patch of %zu operations, the limit is %d",
                       operations->count, SO_PATCH_OPERATIONS_MAX);
    for (const struct value *o = operations->first; o; o = o->next) {
        number++;
        if (o->type != VALUE_MAP)
            return err_set(e, ERR_INVALID, "operation %d is not an object", number);
        enum err_code rc = operate(arena, root, o, e);
        if (rc)
            return err_context(e, "operation %d", number);
    }
    return ERR_NONE;
}

/* ---- RFC 7396 ---- */

static enum err_code merge(struct arena *arena, struct value *target, const struct value *patch,
                           struct err *e);

/* An object as the patch leaves it where there was none: without its nulls. */
static enum err_code merged_new(struct arena *arena, const struct value *patch, struct value **out,
                                struct err *e)
{
    *out = value_new(arena, VALUE_MAP);
    return *out ? merge(arena, *out, patch, e) : no_memory(e);
}

static enum err_code merge_one(struct arena *arena, struct value *target, const struct value *given,
                               struct err *e)
{
    struct value *there = find_member(target, given->name);
    struct value *fresh = NULL;
    enum err_code rc = ERR_NONE;

    if (given->type == VALUE_NULL)
        return there ? kill_member(arena, target, there, e) : ERR_NONE;
    if (given->type == VALUE_MAP && there && there->type == VALUE_MAP)
        return merge(arena, there, given, e);
    if (given->type == VALUE_MAP)
        rc = merged_new(arena, given, &fresh, e);
    else if (!(fresh = value_copy(arena, given)))
        rc = no_memory(e);
    if (rc)
        return rc;
    if (given->type == VALUE_MAP && there && there->type == VALUE_LIST)
        value_put(there, (struct bytes){ 0 }, fresh);
    else
        value_put(target, there ? there->name : given->name, fresh);
    return ERR_NONE;
}

static enum err_code merge(struct arena *arena, struct value *target, const struct value *patch,
                           struct err *e)
{
    for (const struct value *given = patch->first; given; given = given->next) {
        enum err_code rc = merge_one(arena, target, given, e);
        if (rc)
            return rc;
    }
    return ERR_NONE;
}

enum err_code so_patch(struct arena *arena, const struct value *entity, const struct value *patch,
                       struct value **out, struct err *e)
{
    enum err_code rc;

    if (patch->type != VALUE_LIST && patch->type != VALUE_MAP)
        return err_set(e, ERR_INVALID, "a patch is a list of operations or an object to merge");
    struct value *root = value_copy(arena, entity);
    if (!root)
        return no_memory(e);
    if (patch->type == VALUE_LIST)
        rc = operate_all(arena, &root, patch, e);
    else
        rc = merge(arena, root, patch, e);
    if (rc)
        return rc;
    root = sweep(arena, root);
    if (!root)
        return no_memory(e);
    if (depth_of(root) > VALUE_DEPTH_MAX)
        return err_set(e, ERR_INVALID, "the patched entity is deeper than %d", VALUE_DEPTH_MAX);
    *out = root;
    return ERR_NONE;
}
