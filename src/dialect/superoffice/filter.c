#include "dialect/superoffice/filter.h"

#define QUOTE_MAX 40 /* characters of a client's text in a message */

/* The first name of each operation is the one that is printed. */
static const struct {
    struct bytes name;
    enum so_filter_op op;
} operators[] = {
    { B("eq"), SO_IS },
    { B("="), SO_IS },
    { B("=="), SO_IS },
    { B("equals"), SO_IS },
    { B("set"), SO_IS },
    { B("is"), SO_IS },
    { B("ne"), SO_IS_NOT },
    { B("<>"), SO_IS_NOT },
    { B("!="), SO_IS_NOT },
    { B("unequals"), SO_IS_NOT },
    { B("notEquals"), SO_IS_NOT },
    { B("isNot"), SO_IS_NOT },
    { B("lt"), SO_LESS },
    { B("<"), SO_LESS },
    { B("less"), SO_LESS },
    { B("le"), SO_AT_MOST },
    { B("<="), SO_AT_MOST },
    { B("gt"), SO_GREATER },
    { B(">"), SO_GREATER },
    { B("greater"), SO_GREATER },
    { B("ge"), SO_AT_LEAST },
    { B(">="), SO_AT_LEAST },
    { B("between"), SO_BETWEEN },
    { B("dateBetween"), SO_BETWEEN },
    { B("in"), SO_IN },
    { B("oneOf"), SO_IN },
    { B("associateIsOneOf"), SO_IN },
    { B("notIn"), SO_NOT_IN },
    { B("notOneOf"), SO_NOT_IN },
    { B("associateIsNotOneOf"), SO_NOT_IN },
    { B("begins"), SO_BEGINS },
    { B("startswith"), SO_BEGINS },
    { B("notBegins"), SO_NOT_BEGINS },
    { B("ends"), SO_ENDS },
    { B("endswith"), SO_ENDS },
    { B("contains"), SO_CONTAINS },
    { B("substringof"), SO_CONTAINS },
    { B("notContains"), SO_NOT_CONTAINS },
    { B("date"), SO_ON_DAY },
    { B("before"), SO_BEFORE },
    { B("beforeOrEqual"), SO_BEFORE_OR_EQUAL },
    { B("after"), SO_AFTER },
    { B("afterOrEqual"), SO_AFTER_OR_EQUAL },
    { B("dateTime"), SO_AT_TIME },
    { B("beforeTime"), SO_BEFORE_TIME },
    { B("afterTime"), SO_AFTER_TIME },
};

/* Those that stand before their operands: function(a, b). */
static const struct {
    struct bytes name;
    enum so_filter_op op;
} functions[] = {
    { B("startswith"), SO_BEGINS },
    { B("endswith"), SO_ENDS },
    { B("substringof"), SO_CONTAINS },
    { B("contains"), SO_CONTAINS },
};

const char *so_filter_op_name(enum so_filter_op op)
{
    for (size_t i = 0; i < COUNT(operators); i++) {
        if (operators[i].op == op)
            return operators[i].name.at;
    }
    return "";
}

int so_filter_place(struct bytes text, size_t at)
{
    int place = 1;

    for (size_t i = 0; i < at && i < text.len; i++)
        place += (text.at[i] & 0xC0) != 0x80;
    return place;
}

/* ---- tokens ---- */

enum token_type { END, WORD, SYMBOL, QUOTED, OPEN, CLOSE, COMMA };

struct token {
    enum token_type type;
    struct bytes text; /* as written; QUOTED: unescaped */
    size_t at;
};

struct parser {
    struct arena *arena;
    struct bytes text;
    size_t pos;
    struct token token; /* the next one */
    int depth;
    size_t tests;
    size_t operands;
    struct err *e;
};

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_symbol(char c)
{
    return c == '=' || c == '<' || c == '>' || c == '!';
}

static bool is_word(char c)
{
    return !is_space(c) && !is_symbol(c) && c != '(' && c != ')' && c != ',' && c != '\'';
}

static enum err_code wrong(struct parser *p, size_t at, const char *what)
{
    return err_set(p->e, ERR_INVALID, "$filter: %s at character %d", what,
                   so_filter_place(p->text, at));
}

/* At least a whole character, at most QUOTE_MAX bytes. */
static struct bytes cut(struct bytes text)
{
    size_t len = text.len < QUOTE_MAX ? text.len : QUOTE_MAX;

    while (len < text.len && len && (text.at[len] & 0xC0) == 0x80)
        len--;
    return bytes_first(text, len);
}

static enum err_code wrong_word(struct parser *p, const char *what)
{
    struct bytes word = cut(p->token.text);

    if (p->token.type == END)
        return err_set(p->e, ERR_INVALID, "$filter: %s is missing at its end", what);
    return err_set(p->e, ERR_INVALID, "$filter: %s is missing at character %d, before '%.*s'", what,
                   so_filter_place(p->text, p->token.at), (int)word.len, word.at);
}

/* Published clients escape a quote by a backslash, OData by another quote (superoffice 14.3). */
static enum err_code read_quoted(struct parser *p)
{
    size_t start = p->pos++;
    struct strbuf out;

    strbuf_init(&out, p->arena, 0, p->text.len);
    for (; p->pos < p->text.len; p->pos++) {
        char c = p->text.at[p->pos];
        char after = p->pos + 1 < p->text.len ? p->text.at[p->pos + 1] : 0;

        if (c == '\'' && after != '\'') {
            p->pos++;
            p->token = (struct token){ QUOTED, strbuf_bytes(&out), start };
            return out.failed ? err_set(p->e, ERR_NO_MEMORY, "filter") : ERR_NONE;
        }
        if (c == '\'' || (c == '\\' && (after == '\'' || after == '\\'))) {
            c = after;
            p->pos++;
        }
        strbuf_char(&out, c);
    }
    return wrong(p, start, "a text has no closing quote, it begins");
}

static enum err_code advance(struct parser *p)
{
    const char *at = p->text.at;
    size_t len = p->text.len;

    while (p->pos < len && is_space(at[p->pos]))
        p->pos++;
    size_t start = p->pos;
    p->token = (struct token){ END, { "", 0 }, start };
    if (p->pos == len)
        return ERR_NONE;
    switch (at[start]) {
    case '\'':
        return read_quoted(p);
    case '(':
    case ')':
    case ',':
        p->pos++;
        p->token.type = at[start] == '(' ? OPEN : at[start] == ')' ? CLOSE : COMMA;
        break;
    default:
        p->token.type = is_symbol(at[start]) ? SYMBOL : WORD;
        while (p->pos < len &&
               (p->token.type == WORD ? is_word(at[p->pos]) : is_symbol(at[p->pos])))
            p->pos++;
    }
    p->token.text = bytes_of(at + start, p->pos - start);
    return ERR_NONE;
}

static bool next_is(const struct parser *p, struct bytes word)
{
    return p->token.type == WORD && bytes_eq_nocase(p->token.text, word);
}

static enum err_code expect(struct parser *p, enum token_type type, const char *what)
{
    return p->token.type == type ? advance(p) : wrong_word(p, what);
}

/* ---- tests ---- */

static struct so_filter *new_node(struct parser *p, enum so_filter_join join)
{
    struct so_filter *node = arena_zalloc(p->arena, 1, sizeof *node);

    if (node)
        node->join = join;
    else
        err_set(p->e, ERR_NO_MEMORY, "filter");
    return node;
}

static enum err_code add_operand(struct parser *p, struct so_filter *test, size_t *room)
{
    if (p->token.type != WORD && p->token.type != QUOTED)
        return wrong_word(p, "a value");
    if (++p->operands > SO_FILTER_OPERANDS_MAX)
        return err_set(p->e, ERR_INVALID, "$filter has more than %d values",
                       SO_FILTER_OPERANDS_MAX);
    if (test->operand_count == *room) {
        size_t more = *room ? *room * 4 : 1;
        struct so_operand *grown = arena_zalloc(p->arena, more, sizeof *grown);
        if (!grown)
            return err_set(p->e, ERR_NO_MEMORY, "filter");
        if (*room)
            memcpy(grown, test->operands, *room * sizeof *grown);
        test->operands = grown;
        *room = more;
    }
    test->operands[test->operand_count++] =
        (struct so_operand){ p->token.text, p->token.type == QUOTED, p->token.at };

    /* datetime'2026-03-04': the type of an OData literal says nothing that the column does not */
    bool typed = p->token.type == WORD && p->pos < p->text.len && p->text.at[p->pos] == '\'';
    enum err_code rc = advance(p);
    if (!rc && typed) {
        test->operands[test->operand_count - 1] =
            (struct so_operand){ p->token.text, true, p->token.at };
        rc = advance(p);
    }
    return rc;
}

static enum err_code read_list(struct parser *p, struct so_filter *test)
{
    size_t room = 0;
    enum err_code rc = expect(p, OPEN, "a list in parentheses");

    if (!rc)
        rc = add_operand(p, test, &room);
    while (!rc && p->token.type == COMMA) {
        rc = advance(p);
        if (!rc)
            rc = add_operand(p, test, &room);
    }
    return rc ? rc : expect(p, CLOSE, "a closing parenthesis");
}

static enum err_code read_operator(struct parser *p, enum so_filter_op *op)
{
    struct bytes word = cut(p->token.text);

    if (p->token.type != WORD && p->token.type != SYMBOL)
        return wrong_word(p, "an operator");
    for (size_t i = 0; i < COUNT(operators); i++) {
        if (bytes_eq_nocase(p->token.text, operators[i].name)) {
            *op = operators[i].op;
            return advance(p);
        }
    }
    return err_set(p->e, ERR_INVALID, "$filter: there is no operator '%.*s' (at character %d)",
                   (int)word.len, word.at, so_filter_place(p->text, p->token.at));
}

static enum err_code read_comparison(struct parser *p, struct so_filter *test)
{
    size_t room = 0;
    size_t at = p->token.at;
    enum err_code rc = read_operator(p, &test->op);

    if (rc)
        return rc;
    if (test->op == SO_IN || test->op == SO_NOT_IN)
        return read_list(p, test);
    if (test->op != SO_BETWEEN)
        return add_operand(p, test, &room);
    rc = read_list(p, test);
    if (!rc && test->operand_count != 2)
        rc = wrong(p, at, "'between' takes two values,");
    return rc;
}

static bool is_joint(struct bytes word)
{
    return bytes_eq_nocase(word, B("not")) || bytes_eq_nocase(word, B("and")) ||
           bytes_eq_nocase(word, B("or"));
}

/* The column is the operand that is no text; of two words it is the second of substringof, which
 * OData writes the other way round, and the first of all others. */
static enum err_code read_function(struct parser *p, struct so_filter *test, bool reversed)
{
    size_t at = p->token.at;
    enum err_code rc = read_list(p, test);

    if (rc)
        return rc;
    if (test->operand_count != 2)
        return wrong(p, at, "a function takes a column and a value,");
    bool second = test->operands[0].quoted || (reversed && !test->operands[1].quoted);
    struct so_operand column = test->operands[second];
    if (column.quoted || is_joint(column.text))
        return wrong(p, at, "a function takes a column and a value,");
    test->column = column.text;
    test->at = column.at;
    test->operands[0] = test->operands[!second];
    test->operand_count = 1;
    return ERR_NONE;
}

static enum err_code too_deep(struct parser *p)
{
    return err_set(p->e, ERR_INVALID, "$filter has more than %d levels", SO_FILTER_DEPTH_MAX);
}

static enum err_code negate(struct parser *p, struct so_filter **node)
{
    struct so_filter *negated = new_node(p, SO_NOT);

    if (!negated)
        return ERR_NO_MEMORY;
    negated->first = *node;
    negated->count = 1;
    *node = negated;
    return ERR_NONE;
}

/* OData 2 compares what a function gives: startswith(name,'A') eq true */
static enum err_code read_truth(struct parser *p, struct so_filter **node)
{
    enum so_filter_op op;

    if (!next_is(p, B("eq")) && !next_is(p, B("ne")))
        return ERR_NONE;
    enum err_code rc = read_operator(p, &op);
    if (rc)
        return rc;
    bool yes = bytes_eq_nocase(p->token.text, B("true"));
    if (!yes && !bytes_eq_nocase(p->token.text, B("false")))
        return wrong_word(p, "true or false");
    rc = advance(p);
    if (rc || yes == (op == SO_IS))
        return rc;
    return p->depth < SO_FILTER_DEPTH_MAX ? negate(p, node) : too_deep(p);
}

static enum err_code read_test(struct parser *p, struct so_filter **out)
{
    struct so_filter *test = new_node(p, SO_TEST);

    if (!test)
        return ERR_NO_MEMORY;
    if (++p->tests > SO_FILTER_TESTS_MAX)
        return err_set(p->e, ERR_INVALID, "$filter has more than %d conditions",
                       SO_FILTER_TESTS_MAX);
    if (p->token.type != WORD)
        return wrong_word(p, "a column");
    test->column = p->token.text;
    test->at = p->token.at;
    enum err_code rc = advance(p);
    if (!rc && p->token.type == OPEN) {
        for (size_t i = 0; i < COUNT(functions); i++) {
            if (!bytes_eq_nocase(test->column, functions[i].name))
                continue;
            test->op = functions[i].op;
            *out = test;
            rc = read_function(p, test, functions[i].name.at[1] == 'u');
            return rc ? rc : read_truth(p, out);
        }
    }
    if (!rc)
        rc = read_comparison(p, test);
    *out = test;
    return rc;
}

/* ---- joins ---- */

static enum err_code read_join(struct parser *p, enum so_filter_join join, struct so_filter **out);

static enum err_code read_one(struct parser *p, struct so_filter **out)
{
    bool negated = next_is(p, B("not"));
    enum err_code rc = ERR_NONE;

    if (!negated && p->token.type != OPEN)
        return read_test(p, out);
    if (++p->depth > SO_FILTER_DEPTH_MAX)
        return too_deep(p);
    rc = advance(p);
    if (!rc && negated) {
        rc = read_one(p, out);
        rc = rc ? rc : negate(p, out);
    } else if (!rc) {
        rc = read_join(p, SO_OR, out);
        rc = rc ? rc : expect(p, CLOSE, "'and', 'or' or a closing parenthesis");
    }
    p->depth--;
    return rc;
}

/* `and` binds closer than `or`. */
static enum err_code read_join(struct parser *p, enum so_filter_join join, struct so_filter **out)
{
    struct so_filter *first;
    struct so_filter **next = &first;
    size_t count = 0;

    for (;;) {
        enum err_code rc = join == SO_OR ? read_join(p, SO_AND, next) : read_one(p, next);
        if (rc)
            return rc;
        next = &(*next)->next;
        count++;
        if (!next_is(p, join == SO_OR ? B("or") : B("and")))
            break;
        if ((rc = advance(p)))
            return rc;
    }
    *out = first;
    if (count > 1) {
        struct so_filter *node = new_node(p, join);
        if (!node)
            return ERR_NO_MEMORY;
        node->first = first;
        node->count = count;
        *out = node;
    }
    return ERR_NONE;
}

enum err_code so_filter_read(struct arena *arena, struct bytes text, struct so_filter **out,
                             struct err *e)
{
    struct parser p = { .arena = arena, .text = text, .e = e };
    struct so_filter *root = NULL;

    if (text.len > SO_FILTER_TEXT_MAX)
        return err_set(e, ERR_INVALID, "$filter is longer than %d bytes", SO_FILTER_TEXT_MAX);
    if (!bytes_is_utf8(text) || (text.len && memchr(text.at, 0, text.len)))
        return err_set(e, ERR_INVALID, "$filter is not UTF-8 text");
    enum err_code rc = advance(&p);
    if (!rc && p.token.type != END)
        rc = read_join(&p, SO_OR, &root);
    if (!rc && p.token.type != END)
        rc = wrong_word(&p, "'and' or 'or'");
    if (!rc)
        *out = root;
    return rc;
}
