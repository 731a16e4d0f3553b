#include "dialect/superoffice/filter_print.h"
#include "test.h"

#include <stdio.h>

static struct bytes printed(struct arena *arena, struct bytes text)
{
    struct so_filter *filter = NULL;
    struct strbuf out;
    struct err e = { 0 };

    if (so_filter_read(arena, text, &filter, &e))
        test_fail(__FILE__, __LINE__, "%.*s: %s", (int)text.len, text.at, e.text);
    strbuf_init(&out, arena, 0, 1 << 20);
    filter_print(&out, filter);
    return strbuf_bytes(&out);
}

static void check_all(const char *const (*cases)[2], size_t count)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 22);

    for (size_t i = 0; i < count; i++)
        CHECK_BYTES(printed(arena, bytes_str(cases[i][0])), bytes_str(cases[i][1]));
}

TEST(every_operator_and_its_synonyms_are_read)
{
    static const char *const cases[][2] = {
        { "id eq 1", "id eq 1" },
        { "id = 1", "id eq 1" },
        { "id=1", "id eq 1" },
        { "id equals 1", "id eq 1" },
        { "id SET 1", "id eq 1" },
        { "name is 'x'", "name eq 'x'" },
        { "id ne 1", "id ne 1" },
        { "id<>1", "id ne 1" },
        { "id unequals 1", "id ne 1" },
        { "name isNot 'x'", "name ne 'x'" },
        { "id lt 1", "id lt 1" },
        { "id < 1", "id lt 1" },
        { "id less 1", "id lt 1" },
        { "id le 1", "id le 1" },
        { "id<=1", "id le 1" },
        { "id gt 1", "id gt 1" },
        { "id > -1", "id gt -1" },
        { "id Greater 1.5", "id gt 1.5" },
        { "id ge 1", "id ge 1" },
        { "id >= 1", "id ge 1" },
        { "id between (1,2)", "id between (1, 2)" },
        { "id BETWEEN(1 , 2)", "id between (1, 2)" },
        { "id in(1)", "id in (1)" },
        { "id in ( 1,'2',3 )", "id in (1, '2', 3)" },
        { "id oneOf (1,2)", "id in (1, 2)" },
        { "id notOneOf (1,2)", "id notIn (1, 2)" },
        { "who associateIsOneOf(1,2)", "who in (1, 2)" },
        { "who associateIsNotOneOf (1)", "who notIn (1)" },
        { "name begins 'a'", "name begins 'a'" },
        { "name notBegins 'a'", "name notBegins 'a'" },
        { "name contains 'a'", "name contains 'a'" },
        { "name notcontains 'a'", "name notContains 'a'" },
        { "startswith(name,'a')", "name begins 'a'" },
        { "EndsWith (name, 'a')", "name ends 'a'" },
        { "substringof('a', name)", "name contains 'a'" },
        { "substringof(name, 'a')", "name contains 'a'" },
        { "substringof(5, name)", "name contains 5" },
        { "startswith(name, 5)", "name begins 5" },
        { "startswith(name,'a') eq true", "name begins 'a'" },
        { "startswith(name,'a') eq false", "not name begins 'a'" },
        { "startswith(name,'a') ne false", "name begins 'a'" },
        { "day before '2026-03-04'", "day before '2026-03-04'" },
        { "day after 2026-03-04T10:00:00", "day after 2026-03-04T10:00:00" },
        { "day date '2026-03-04'", "day date '2026-03-04'" },
        { "day dateBetween ('2026-03-04','2026-03-05')",
          "day between ('2026-03-04', '2026-03-05')" },
        { "day beforeOrEqual 2026-03-04", "day beforeOrEqual 2026-03-04" },
        { "day afterOrEqual 2026-03-04", "day afterOrEqual 2026-03-04" },
        { "day dateTime '2026-03-04'", "day dateTime '2026-03-04'" },
        { "day beforeTime '2026-03-04'", "day beforeTime '2026-03-04'" },
        { "day afterTime '2026-03-04'", "day afterTime '2026-03-04'" },
        { "day ge datetime'2026-03-04'", "day ge '2026-03-04'" },
        { "done set true", "done eq true" },
        { "email/emailAddress contains '@'", "email/emailAddress contains '@'" },
        { "email___emailAddress contains '@'", "email___emailAddress contains '@'" },
        { "", "" },
        { " \t", "" },
    };

    check_all(cases, COUNT(cases));
}

TEST(quotes_are_escaped_in_both_ways)
{
    static const char *const cases[][2] = {
        { "n eq 'O\\'Neill'", "n eq 'O''Neill'" },
        { "n eq 'O''Neill'", "n eq 'O''Neill'" },
        { "n eq ''", "n eq ''" },
        { "n eq ''''", "n eq ''''" },
        { "n eq '\\''", "n eq ''''" },
        { "n eq 'C:\\dir\\\\'", "n eq 'C:\\\\dir\\\\'" },
        { "n eq 'a,b(c) and d'", "n eq 'a,b(c) and d'" },
        { "n eq 'Bj\xc3\xb8rn'", "n eq 'Bj\xc3\xb8rn'" },
    };

    check_all(cases, COUNT(cases));
}

TEST(and_binds_closer_than_or_and_parentheses_closest)
{
    static const char *const cases[][2] = {
        { "a eq 1 and b eq 2", "a eq 1 and b eq 2" },
        { "a eq 1 AND b eq 2 Or c eq 3", "a eq 1 and b eq 2 or c eq 3" },
        { "a eq 1 and (b eq 2 or c eq 3)", "a eq 1 and (b eq 2 or c eq 3)" },
        { "(a eq 1 and b eq 2) or c eq 3", "a eq 1 and b eq 2 or c eq 3" },
        { "((a eq 1))", "a eq 1" },
        { "not a eq 1 and b eq 2", "not a eq 1 and b eq 2" },
        { "not (a eq 1 and b eq 2)", "not (a eq 1 and b eq 2)" },
        { "not(a eq 1)or not not b eq 2", "not a eq 1 or not not b eq 2" },
        { "(a eq 1)and(b in(1)or c in(2))", "a eq 1 and (b in (1) or c in (2))" },
    };

    check_all(cases, COUNT(cases));
}

static void check_wrong(struct bytes text, const char *want)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 22);
    struct so_filter *filter = NULL;
    struct err e = { 0 };

    CHECK_INT(so_filter_read(arena, text, &filter, &e), ERR_INVALID);
    CHECK(!filter);
    CHECK(e.field[0] == 0);
    CHECK_BYTES(bytes_str(e.text), bytes_str(want));
}

TEST(a_mistake_is_named_with_its_place)
{
    static const char *const cases[][2] = {
        { "name foo 'x'", "$filter: there is no operator 'foo' (at character 6)" },
        { "name", "$filter: an operator is missing at its end" },
        { "name eq", "$filter: a value is missing at its end" },
        { "name eq )", "$filter: a value is missing at character 9, before ')'" },
        { "name eq 'x", "$filter: a text has no closing quote, it begins at character 9" },
        { "n eq '\xc3\xb8\xc3\xb8' x",
          "$filter: 'and' or 'or' is missing at character 11, before 'x'" },
        { "(a eq 1", "$filter: 'and', 'or' or a closing parenthesis is missing at its end" },
        { "a eq 1)", "$filter: 'and' or 'or' is missing at character 7, before ')'" },
        { "a eq 1 and", "$filter: a column is missing at its end" },
        { "and a eq 1", "$filter: there is no operator 'a' (at character 5)" },
        { "'a' eq 1", "$filter: a column is missing at character 1, before 'a'" },
        { "a in ()", "$filter: a value is missing at character 7, before ')'" },
        { "a in (1,)", "$filter: a value is missing at character 9, before ')'" },
        { "a in 1", "$filter: a list in parentheses is missing at character 6, before '1'" },
        { "a in (1 2)", "$filter: a closing parenthesis is missing at character 9, before '2'" },
        { "a between (1)", "$filter: 'between' takes two values, at character 3" },
        { "a between (1,2,3)", "$filter: 'between' takes two values, at character 3" },
        { "startswith(a)", "$filter: a function takes a column and a value, at character 11" },
        { "startswith('a','b')",
          "$filter: a function takes a column and a value, at character 11" },
        { "startswith(a,'b') eq 1",
          "$filter: true or false is missing at character 22, before '1'" },
        { "foo(a,'b')", "$filter: an operator is missing at character 4, before '('" },
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        check_wrong(bytes_str(cases[i][0]), cases[i][1]);
    check_wrong(B("a eq '\xff'"), "$filter is not UTF-8 text");
    check_wrong(B("a eq '\0'"), "$filter is not UTF-8 text");
}

static struct bytes repeated(struct arena *arena, const char *first, const char *part, int count,
                             const char *last)
{
    struct strbuf out;

    strbuf_init(&out, arena, 0, 1 << 20);
    strbuf_add(&out, bytes_str(first));
    for (int i = 0; i < count; i++)
        strbuf_add(&out, bytes_str(part));
    strbuf_add(&out, bytes_str(last));
    return strbuf_bytes(&out);
}

TEST(a_filter_has_limits)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 24);

    printed(arena, repeated(arena, "", "not ", SO_FILTER_DEPTH_MAX, "a eq 1"));
    check_wrong(repeated(arena, "", "not ", SO_FILTER_DEPTH_MAX + 1, "a eq 1"),
                "$filter has more than 8 levels");
    check_wrong(repeated(arena, "", "(", SO_FILTER_DEPTH_MAX + 1, "a eq 1"),
                "$filter has more than 8 levels");
    check_wrong(repeated(arena, "", "(", SO_FILTER_DEPTH_MAX, "startswith(a,'') eq false"),
                "$filter has more than 8 levels");
    printed(arena, repeated(arena, "a=1", " or a=1", SO_FILTER_TESTS_MAX - 1, ""));
    check_wrong(repeated(arena, "a=1", " or a=1", SO_FILTER_TESTS_MAX, ""),
                "$filter has more than 200 conditions");
    printed(arena, repeated(arena, "a in (1", ",1", SO_FILTER_OPERANDS_MAX - 1, ")"));
    check_wrong(repeated(arena, "a in (1", ",1", SO_FILTER_OPERANDS_MAX, ")"),
                "$filter has more than 450 values");
    check_wrong(repeated(arena, "a eq '", "x", SO_FILTER_TEXT_MAX, "'"),
                "$filter is longer than 32768 bytes");
}

TEST_MAIN
