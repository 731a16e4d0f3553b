#include "base/clock.h"
#include "base/json.h"
#include "http/form.h"
#include "test.h"

static void write_value(struct strbuf *out, const struct value *value)
{
    if (value->type == VALUE_STRING) {
        json_string(out, value->string);
        return;
    }
    bool list = value->type == VALUE_LIST;
    CHECK(list || value->type == VALUE_MAP);
    strbuf_char(out, list ? '[' : '{');
    for (const struct value *child = value->first; child; child = child->next) {
        if (list)
            CHECK_INT(child->name.len, 0);
        else
            json_string(out, child->name), strbuf_char(out, ':');
        write_value(out, child);
        if (child->next)
            strbuf_char(out, ',');
    }
    strbuf_char(out, list ? ']' : '}');
}

TEST(fields_are_read_as_php_reads_them)
{
    static const struct {
        const char *text, *want;
    } table[] = {
        { "", "{}" },
        { "a=1", "{'a':'1'}" },
        { "a=1&b=2&a=3", "{'a':'3','b':'2'}" },
        { "a", "{'a':''}" },
        { "a=b=c", "{'a':'b=c'}" },
        { "=1&&a=2&", "{'a':'2'}" },
        { "a=x+y%20z%2B", "{'a':'x y z+'}" },
        { "fields[productId]=7&fields[type]=MORE_PHOTO",
          "{'fields':{'productId':'7','type':'MORE_PHOTO'}}" },
        { "select[]=id&select[]=name", "{'select':['id','name']}" },
        { "select[0]=id&select[1]=name", "{'select':['id','name']}" },
        { "select[1]=id&select[0]=name", "{'select':{'1':'id','0':'name'}}" },
        { "select[1]=id&select[]=name", "{'select':{'1':'id','2':'name'}}" },
        { "a[0]=x&a[]=y&a[0]=z", "{'a':['z','y']}" },
        { "a[x]=1&a[]=2", "{'a':{'x':'1','0':'2'}}" },
        { "a[07]=1&a[]=2", "{'a':{'07':'1','0':'2'}}" },
        { "a[-5]=1&a[]=2", "{'a':{'-5':'1','0':'2'}}" },
        { "a[+5]=1&a[]=2", "{'a':{' 5':'1','0':'2'}}" },
        { "a[99999999999999999999]=1&a[]=2", "{'a':{'99999999999999999999':'1','0':'2'}}" },
        { "filter[%3Eid]=10&filter[<%3Dx]=5", "{'filter':{'>id':'10','<=x':'5'}}" },
        { "filter%5B%3Eid%5D=10", "{'filter':{'>id':'10'}}" },
        { "a.b=1&a b=2&a+b.c=3", "{'a_b':'2','a_b_c':'3'}" },
        { "a.b[c.d e]=1", "{'a_b':{'c.d e':'1'}}" },
        { "++a=1", "{'a':'1'}" },
        { "a[b][c]=1&a[b][d][]=2&a[b][d][]=3", "{'a':{'b':{'c':'1','d':['2','3']}}}" },
        { "a[][x]=1&a[][x]=2", "{'a':[{'x':'1'},{'x':'2'}]}" },
        { "a[+]=1", "{'a':['1']}" },
        { "a[+b]=1", "{'a':{' b':'1'}}" },
        { "a[b=1", "{'a_b':'1'}" },
        { "a[b[c=1", "{'a_b_c':'1'}" },
        { "a]b=1", "{'a]b':'1'}" },
        { "a[b][c=1", "{'a':{'b':'1'}}" },
        { "a[b]c=1", "{'a':{'b':'1'}}" },
        { "a[b]c[d]=1", "{'a':{'b':'1'}}" },
        { "a[b[c]]=1", "{'a':{'b[c':'1'}}" },
        { "[a]=1&[]=2&[=3", "{}" },
        { "a=1&a[b]=2", "{'a':{'b':'2'}}" },
        { "a[b]=2&a=1", "{'a':'1'}" },
        { "a[b]=2&a[b][c]=1", "{'a':{'b':{'c':'1'}}}" },
        { "a%00b=1%00", "{'a':'1\\u0000'}" },
        { "0=a&1=b", "{'0':'a','1':'b'}" },
        { "cmd[a]=x%3Ffields%5Bid%5D%3D1", "{'cmd':{'a':'x?fields[id]=1'}}" },
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
        struct value *map = value_new(arena, VALUE_MAP);
        struct err e = { 0 };
        struct strbuf out, want;

        CHECK_INT(form_read(arena, bytes_str(table[i].text), map, &e), 0);
        strbuf_init(&out, arena, 0, 10000);
        write_value(&out, map);
        strbuf_init(&want, arena, 0, 10000);
        for (const char *c = table[i].want; *c; c++)
            strbuf_char(&want, (char)(*c == '\'' ? '"' : *c));
        if (!bytes_eq(strbuf_bytes(&out), strbuf_bytes(&want)))
            test_fail(__FILE__, __LINE__, "'%s' gives %.*s", table[i].text, (int)out.len, out.at);
    }
}

TEST(a_second_form_adds_to_the_first)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    struct value *map = value_new(arena, VALUE_MAP);
    struct err e = { 0 };
    struct strbuf out;

    CHECK_INT(form_read(arena, B("a=1&l[]=1&l[]=2&m[x]=1&m[]=2"), map, &e), 0);
    CHECK_INT(form_read(arena, B("a=2&l[]=3&m[]=3&b=4"), map, &e), 0);
    strbuf_init(&out, arena, 0, 10000);
    write_value(&out, map);
    CHECK_BYTES(strbuf_bytes(&out), B("{\"a\":\"2\",\"l\":[\"3\"],"
                                      "\"m\":{\"x\":\"1\",\"0\":\"2\",\"1\":\"3\"},\"b\":\"4\"}"));
}

static struct bytes repeat(struct arena *arena, const char *part, size_t count, const char *tail)
{
    struct strbuf out;

    strbuf_init(&out, arena, 0, 1 << 24);
    for (size_t i = 0; i < count; i++)
        strbuf_add(&out, bytes_str(part));
    strbuf_add(&out, bytes_str(tail));
    CHECK(!out.failed);
    return strbuf_bytes(&out);
}

TEST(fields_and_depth_are_limited)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(64 << 20);
    struct value *map = value_new(arena, VALUE_MAP);
    struct err e = { 0 };

    CHECK_INT(form_read(arena, repeat(arena, "a[]=1&", FORM_FIELDS_MAX, ""), map, &e), 0);
    CHECK_INT(map->first->count, FORM_FIELDS_MAX);
    CHECK_INT(form_read(arena, repeat(arena, "a[]=1&", FORM_FIELDS_MAX, "b"), map, &e),
              ERR_TOO_LARGE);
    CHECK_INT(e.code, ERR_TOO_LARGE);

    struct bytes value = B("v");
    struct bytes name = repeat(arena, "[a]", FORM_DEPTH_MAX, "");
    name = repeat(arena, "a", 1, arena_str(arena, name));
    CHECK_INT(form_put(arena, map, name, value, &e), 0);
    name = repeat(arena, arena_str(arena, name), 1, "[a]");
    CHECK_INT(form_put(arena, map, name, value, &e), ERR_TOO_LARGE);
}

TEST(many_fields_are_read_in_time)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(128 << 20);
    struct value *map = value_new(arena, VALUE_MAP);
    struct err e = { 0 };
    struct strbuf text;
    int64_t start = clock_monotonic_us();

    strbuf_init(&text, arena, 0, 1 << 24);
    for (int i = 0; i < FORM_FIELDS_MAX / 2; i++)
        strbuf_printf(&text, "a[k%d]=%d&b%d[]=1&", i, i, i);
    CHECK_INT(form_read(arena, strbuf_bytes(&text), map, &e), 0);
    CHECK_INT(map->count, FORM_FIELDS_MAX / 2 + 1);
    CHECK_INT(map->first->count, FORM_FIELDS_MAX / 2);
    CHECK(clock_monotonic_us() - start < 3 * SECOND_US);
}

TEST(a_full_arena_is_no_memory)
{
    int failures = 0;

    for (size_t limit = 200; limit < 4000; limit += 16) {
        CLEANUP(arena_freep) struct arena *arena = arena_new(limit);
        struct value *map = value_new(arena, VALUE_MAP);
        struct err e = { 0 };
        enum err_code rc = form_read(arena, B("a[b][]=x%20y&a.b=1&a[b][]=2&c=3"), map, &e);
        CHECK(rc == 0 || rc == ERR_NO_MEMORY);
        CHECK_INT(e.code, rc);
        failures += rc != 0;
    }
    CHECK(failures > 10 && failures < 200);
}

TEST_MAIN
