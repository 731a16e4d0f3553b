/* A tree that was read is written as a form by other means and read again as the same tree. */
#include "base/strbuf.h"
#include "fuzz.h"
#include "http/form.h"

static void write_text(struct strbuf *out, struct bytes text)
{
    for (size_t i = 0; i < text.len; i++)
        strbuf_printf(out, "%%%02x", (unsigned char)text.at[i]);
}

/* Leaves become `path=value`; `path` holds the name so far, already encoded. */
static void write_tree(struct strbuf *out, struct arena *arena, struct bytes path,
                       const struct value *value)
{
    size_t n = 0;

    if (value->type == VALUE_STRING) {
        strbuf_add(out, path);
        strbuf_char(out, '=');
        write_text(out, value->string);
        strbuf_char(out, '&');
        return;
    }
    for (const struct value *child = value->first; child; child = child->next, n++) {
        struct strbuf deeper;
        strbuf_init(&deeper, arena, 0, 1 << 20);
        strbuf_add(&deeper, path);
        strbuf_lit(&deeper, "[");
        if (value->type == VALUE_LIST)
            strbuf_printf(&deeper, "%zu", n);
        else
            write_text(&deeper, child->name);
        strbuf_lit(&deeper, "]");
        HOLDS(!deeper.failed);
        write_tree(out, arena, strbuf_bytes(&deeper), child);
    }
}

static void same(const struct value *a, const struct value *b)
{
    HOLDS(a->type == b->type && a->count == b->count);
    HOLDS(bytes_eq(a->name, b->name) && bytes_eq(a->string, b->string));
    for (a = a->first, b = b->first; a && b; a = a->next, b = b->next)
        same(a, b);
    HOLDS(!a && !b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(256 << 20);
    struct value *first = value_new(arena, VALUE_MAP);
    struct value *second = value_new(arena, VALUE_MAP);
    struct err e = { 0 };
    struct strbuf out;

    if (size > 4096)
        return 0; /* deep names repeat in every leaf */
    enum err_code rc = form_read(arena, bytes_of((const char *)data, size), first, &e);
    HOLDS(rc == e.code);
    if (rc) {
        HOLDS(rc == ERR_TOO_LARGE);
        return 0;
    }
    strbuf_init(&out, arena, 0, 64 << 20);
    for (const struct value *child = first->first; child; child = child->next) {
        struct strbuf name;
        HOLDS(child->name.len && !memchr(child->name.at, 0, child->name.len));
        HOLDS(child->name.at[0] != ' ' && bytes_index(child->name, '[') == child->name.len);
        HOLDS(bytes_index(child->name, '.') == child->name.len);
        strbuf_init(&name, arena, 0, 1 << 20);
        write_text(&name, child->name);
        write_tree(&out, arena, strbuf_bytes(&name), child);
    }
    HOLDS(!out.failed);
    HOLDS(form_read(arena, strbuf_bytes(&out), second, &e) == ERR_NONE);
    same(first, second);
    return 0;
}
