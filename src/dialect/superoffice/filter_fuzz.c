/* Whatever the filter: it is refused with a reason, or its printed form reads back as the same tree
 * and prints the same again. */
#include "dialect/superoffice/filter_print.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void compare(const struct so_filter *a, const struct so_filter *b, int depth)
{
    size_t count = 0;

    require(a->join == b->join && depth <= 2 * SO_FILTER_DEPTH_MAX + 2);
    require(a->count == b->count && a->operand_count == b->operand_count);
    if (a->join == SO_TEST) {
        require(a->op == b->op && a->op < SO_FILTER_OP_COUNT && !a->first);
        require(a->column.len && bytes_eq(a->column, b->column) && a->operand_count);
        require(a->op != SO_BETWEEN || a->operand_count == 2);
    }
    for (size_t i = 0; i < a->operand_count; i++) {
        require(a->operands[i].quoted == b->operands[i].quoted);
        require(bytes_eq(a->operands[i].text, b->operands[i].text));
    }
    const struct so_filter *other = b->first;
    const struct so_filter *part = a->first;
    for (; part && other; part = part->next, other = other->next) {
        compare(part, other, depth + 1);
        count++;
    }
    require(!part);
    require(!other && count == a->count && (a->join != SO_NOT || count == 1));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(1 << 24);
    struct bytes text = bytes_of((const char *)data, size);
    struct so_filter *filter = NULL;
    struct so_filter *again = NULL;
    struct strbuf printed;
    struct strbuf reprinted;
    struct err e = { 0 };

    if (!arena)
        return 0;
    enum err_code rc = so_filter_read(arena, text, &filter, &e);
    require(rc == e.code && (rc == ERR_NONE || rc == ERR_INVALID));
    require(!rc || (!filter && e.text[0] && bytes_is_utf8(bytes_str(e.text))));
    if (filter) {
        strbuf_init(&printed, arena, 0, 1 << 20);
        filter_print(&printed, filter);
        require(!printed.failed);
        if (printed.len <= SO_FILTER_TEXT_MAX) {
            require(so_filter_read(arena, strbuf_bytes(&printed), &again, &e) == ERR_NONE && again);
            compare(filter, again, 0);
            strbuf_init(&reprinted, arena, 0, 1 << 20);
            filter_print(&reprinted, again);
            require(bytes_eq(strbuf_bytes(&printed), strbuf_bytes(&reprinted)));
        }
    }
    arena_free(arena);
    return 0;
}
