/* dialect/superoffice/filter_print.h - a filter as text again, for tests: what is printed reads
 * back as an equal tree.
 */
#ifndef DIALECT_SUPEROFFICE_FILTER_PRINT_H
#define DIALECT_SUPEROFFICE_FILTER_PRINT_H

#include "dialect/superoffice/filter.h"

static inline void print_operand(struct strbuf *out, const struct so_operand *operand)
{
    if (!operand->quoted) {
        strbuf_add(out, operand->text);
        return;
    }
    strbuf_char(out, '\'');
    for (size_t i = 0; i < operand->text.len; i++) {
        char c = operand->text.at[i];
        if (c == '\'' || c == '\\')
            strbuf_char(out, c);
        strbuf_char(out, c);
    }
    strbuf_char(out, '\'');
}

static inline void print_test(struct strbuf *out, const struct so_filter *test)
{
    bool list = test->op == SO_BETWEEN || test->op == SO_IN || test->op == SO_NOT_IN;

    strbuf_add(out, test->column);
    strbuf_char(out, ' ');
    strbuf_add(out, bytes_str(so_filter_op_name(test->op)));
    strbuf_lit(out, " ");
    if (list)
        strbuf_char(out, '(');
    for (size_t i = 0; i < test->operand_count; i++) {
        if (i)
            strbuf_lit(out, ", ");
        print_operand(out, &test->operands[i]);
    }
    if (list)
        strbuf_char(out, ')');
}

/* `and` within `or` needs no parentheses. */
static inline void print_node(struct strbuf *out, const struct so_filter *node,
                              const struct so_filter *within)
{
    bool wrapped =
        within && (node->join == SO_OR || (node->join == SO_AND && within->join != SO_OR));

    if (node->join == SO_TEST) {
        print_test(out, node);
        return;
    }
    if (node->join == SO_NOT)
        strbuf_lit(out, "not ");
    else if (wrapped)
        strbuf_char(out, '(');
    for (const struct so_filter *part = node->first; part; part = part->next) {
        if (part != node->first)
            strbuf_add(out, node->join == SO_AND ? B(" and ") : B(" or "));
        print_node(out, part, node);
    }
    if (node->join != SO_NOT && wrapped)
        strbuf_char(out, ')');
}

static inline void filter_print(struct strbuf *out, const struct so_filter *filter)
{
    if (filter)
        print_node(out, filter, NULL);
}

#endif
