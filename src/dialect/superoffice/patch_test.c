#include "dialect/superoffice/patch.h"

#include "base/json.h"
#include "test.h"

#define ENTITY                                                                                     \
    "{\"Name\":\"Ada\",\"Count\":5,\"Price\":2.5,\"On\":true,\"Category\":null,"                   \
    "\"Emails\":[{\"Value\":\"a\"},{\"Value\":\"b\"}],"                                            \
    "\"Address\":{\"Street\":{\"City\":\"Oslo\"}},\"Fields\":{\"a/b\":\"1\",\"c~d\":\"2\"}}"

static enum err_code patch(struct arena *arena, const char *entity, const char *text,
                           struct bytes *out, struct err *e)
{
    struct value *before;
    struct value *change;
    struct value *after;
    struct strbuf json;

    CHECK_INT(json_read(arena, bytes_str(entity), &before, e), ERR_NONE);
    CHECK_INT(json_read(arena, bytes_str(text), &change, e), ERR_NONE);
    enum err_code rc = so_patch(arena, before, change, &after, e);
    strbuf_init(&json, arena, 0, 1 << 20);
    json_value(&json, before);
    CHECK_BYTES(strbuf_bytes(&json), bytes_str(entity)); /* as it was */
    if (rc)
        return rc;
    json.len = 0;
    json_value(&json, after);
    *out = strbuf_bytes(&json);
    return ERR_NONE;
}

struct sample {
    const char *entity;
    const char *patch;
    const char *want;
};

static void check_all(const struct sample *samples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
        struct bytes got = { 0 };
        struct err e = { 0 };

        if (patch(arena, samples[i].entity, samples[i].patch, &got, &e))
            test_fail(__FILE__, __LINE__, "%s: %s", samples[i].patch, e.text);
        CHECK_BYTES(got, bytes_str(samples[i].want));
    }
}

TEST(operations_change_what_their_path_names)
{
    static const struct sample samples[] = {
        { "{\"A\":1}", "[]", "{\"A\":1}" },
        { "{\"A\":1}", "[{'op':'replace','path':'/A','value':2}]", "{\"A\":2}" },
        { "{\"A\":1}", "[{'op':'replace','path':'a','value':2}]", "{\"A\":2}" },
        { "{\"A\":1}", "[{'OP':'Add','Path':'/a','Value':'x'}]", "{\"A\":\"x\"}" },
        { "{\"A\":1}", "[{'op':'replace','path':'/B','value':2}]", "{\"A\":1,\"B\":2}" },
        { "{\"A\":1,\"B\":2}", "[{'op':'remove','path':'/A'}]", "{\"B\":2}" },
        { "{\"A\":1}", "[{'op':'remove','path':'/A'},{'op':'add','path':'/a','value':3}]",
          "{\"a\":3}" },
        { "{\"A\":null}", "[{'op':'replace','path':'/A/Id','value':7}]", "{\"A\":{\"Id\":7}}" },
        { "{\"L\":[1,2]}", "[{'op':'add','path':'/L/-','value':3}]", "{\"L\":[1,2,3]}" },
        { "{\"L\":[1,2]}", "[{'op':'add','path':'/L/0','value':0}]", "{\"L\":[0,1,2]}" },
        { "{\"L\":[1,2]}", "[{'op':'add','path':'/L/2','value':3}]", "{\"L\":[1,2,3]}" },
        { "{\"L\":[1,2]}", "[{'op':'replace','path':'/l/1','value':9}]", "{\"L\":[1,9]}" },
        { "{\"L\":[1,2]}", "[{'op':'replace','path':'/l/0','value':9}]", "{\"L\":[9,2]}" },
        { "{\"L\":[1,2,3]}", "[{'op':'remove','path':'/L/1'},{'op':'remove','path':'/L/1'}]",
          "{\"L\":[1]}" },
        { "{\"L\":[]}",
          "[{'op':'add','path':'/L/-','value':{'V':1}},"
          "{'op':'replace','path':'/L/0/v','value':2}]",
          "{\"L\":[{\"V\":2}]}" },
        { "{\"a/b\":1,\"c~d\":2}",
          "[{'op':'replace','path':'/a~1b','value':3},"
          "{'op':'remove','path':'/c~0d'}]",
          "{\"a/b\":3}" },
        { "{\"A\":1}", "[{'op':'replace','path':'','value':{'B':1}}]", "{\"B\":1}" },
    };

    check_all(samples, COUNT(samples));
}

TEST(tests_pass_on_what_is_there_however_it_is_written)
{
    static const char *const values[][2] = {
        { "/Name", "'Ada'" },
        { "/count", "5" },
        { "/Count", "'5'" },
        { "/Count", "5.0" },
        { "/Price", "'2.5'" },
        { "/On", "true" },
        { "/On", "'True'" },
        { "/Category", "null" },
        { "/Emails/1/Value", "'b'" },
        { "/Emails", "[{'value':'a'},{'value':'b'}]" },
        { "/Address", "{'street':{'city':'Oslo'}}" },
        { "/Fields/a~1b", "1" },
    };

    for (size_t i = 0; i < COUNT(values); i++) {
        CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
        char text[200];
        struct bytes got = { 0 };
        struct err e = { 0 };

        snprintf(text, sizeof text, "[{'op':'test','path':'%s','value':%s}]", values[i][0],
                 values[i][1]);
        if (patch(arena, ENTITY, text, &got, &e))
            test_fail(__FILE__, __LINE__, "%s: %s", text, e.text);
        CHECK_BYTES(got, bytes_str(ENTITY));
    }
}

TEST(what_cannot_be_done_says_which_operation_and_why)
{
    static const struct {
        const char *patch;
        enum err_code rc;
        const char *text;
    } table[] = {
        { "[{'op':'test','path':'/Name','value':'ada'}]", ERR_CONFLICT,
          "operation 1: test failed: \"/Name\" has another value" },
        { "[{'op':'test','path':'/Nobody','value':null}]", ERR_CONFLICT,
          "operation 1: test failed: \"/Nobody\" has another value" },
        { "[{'op':'test','path':'/Emails','value':[]}]", ERR_CONFLICT,
          "operation 1: test failed: \"/Emails\" has another value" },
        { "[{'op':'test','path':'/Count','value':'five'}]", ERR_CONFLICT,
          "operation 1: test failed: \"/Count\" has another value" },
        { "[{'op':'move','path':'/A','from':'/B'}]", ERR_INVALID,
          "operation 1: \"move\" is not supported: use add and remove" },
        { "[{'op':'copy','path':'/A','from':'/B'}]", ERR_INVALID,
          "operation 1: \"copy\" is not supported: use add and remove" },
        { "[{'op':'frob','path':'/A'}]", ERR_INVALID,
          "operation 1: there is no operation \"frob\"" },
        { "[{'path':'/A'}]", ERR_INVALID, "operation 1: there is no \"op\"" },
        { "[{'op':'remove'}]", ERR_INVALID, "operation 1: there is no \"path\"" },
        { "[{'op':'add','path':'/A'}]", ERR_INVALID, "operation 1: there is no \"value\"" },
        { "[{'op':'remove','path':'/Name'},{'op':'remove','path':'/Name'}]", ERR_INVALID,
          "operation 2: there is nothing at the path \"/Name\"" },
        { "[{'op':'remove','path':''}]", ERR_INVALID, "operation 1: the whole cannot be removed" },
        { "[{'op':'replace','path':'/','value':3}]", ERR_INVALID,
          "operation 1: the whole can only be replaced by an object" },
        { "[{'op':'replace','path':'/Emails/2','value':3}]", ERR_INVALID,
          "operation 1: there is nothing at the path \"/Emails/2\"" },
        { "[{'op':'replace','path':'/Emails/-','value':3}]", ERR_INVALID,
          "operation 1: there is nothing at the path \"/Emails/-\"" },
        { "[{'op':'add','path':'/Emails/x','value':3}]", ERR_INVALID,
          "operation 1: there is nothing at the path \"/Emails/x\"" },
        { "[{'op':'add','path':'/Name/x','value':3}]", ERR_INVALID,
          "operation 1: there is nothing at the path \"/Name/x\"" },
        { "[{'op':'add','path':'/a/b','value':3}]", ERR_INVALID,
          "operation 1: there is nothing at the path \"/a/b\"" },
        { "[{'op':'add','path':'/a\\u0000b','value':3}]", ERR_INVALID,
          "operation 1: the path holds a NUL" },
        { "[1]", ERR_INVALID, "operation 1 is not an object" },
        { "'x'", ERR_INVALID, "a patch is a list of operations or an object to merge" },
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
        struct bytes got = { 0 };
        struct err e = { 0 };

        CHECK_INT(patch(arena, ENTITY, table[i].patch, &got, &e), table[i].rc);
        CHECK_BYTES(bytes_str(e.text), bytes_str(table[i].text));
    }
}

TEST(objects_are_merged)
{
    static const struct sample samples[] = {
        { "{\"A\":1,\"B\":2}", "{'a':3}", "{\"A\":3,\"B\":2}" },
        { "{\"A\":1,\"B\":2}", "{'b':null,'c':null}", "{\"A\":1}" },
        { "{\"A\":{\"X\":1,\"Y\":2}}", "{'A':{'x':null,'Z':{'Q':null,'R':1}}}",
          "{\"A\":{\"Y\":2,\"Z\":{\"R\":1}}}" },
        { "{\"L\":[{\"V\":1}]}", "{'l':{'V':2,'W':null}}", "{\"L\":[{\"V\":1},{\"V\":2}]}" },
        { "{\"L\":[1]}", "{'L':[{'V':null}]}", "{\"L\":[{\"V\":null}]}" },
        { "{\"A\":1}", "{'A':{'B':2}}", "{\"A\":{\"B\":2}}" },
        { "{\"A\":null}", "{'A':{'B':2}}", "{\"A\":{\"B\":2}}" },
        { "{\"A\":1}", "{'B':1,'b':2}", "{\"A\":1,\"B\":2}" },
    };

    check_all(samples, COUNT(samples));
}

TEST(patches_have_limits)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(16 << 20);
    struct strbuf text;
    struct bytes got = { 0 };
    struct err e = { 0 };

    strbuf_init(&text, arena, 0, 1 << 20);
    strbuf_char(&text, '[');
    for (int i = 0; i <= SO_PATCH_OPERATIONS_MAX; i++)
        strbuf_printf(&text, "%s{\"op\":\"test\",\"path\":\"/A\",\"value\":1}", i ? "," : "");
    strbuf_lit(&text, "]");
    strbuf_char(&text, '\0');
    CHECK_INT(patch(arena, "{\"A\":1}", text.at, &got, &e), ERR_TOO_LARGE);

    /* each alone is as deep as may be read, together they are not */
    text.len = 0;
    strbuf_lit(&text, "[{\"op\":\"add\",\"path\":\"");
    for (int i = 0; i < 60; i++)
        strbuf_lit(&text, "/a");
    strbuf_lit(&text, "\",\"value\":[[[[[[1]]]]]]}]");
    strbuf_char(&text, '\0');
    struct strbuf entity;
    strbuf_init(&entity, arena, 0, 10000);
    for (int i = 0; i < 60; i++)
        strbuf_lit(&entity, "{\"a\":");
    strbuf_char(&entity, '1');
    for (int i = 0; i < 60; i++)
        strbuf_char(&entity, '}');
    strbuf_char(&entity, '\0');
    CHECK_INT(patch(arena, entity.at, text.at, &got, &e), ERR_INVALID);
    CHECK_BYTES(bytes_str(e.text), B("the patched entity is deeper than 64"));

    text.len = 0;
    strbuf_lit(&text, "[{\"op\":\"add\",\"path\":\"");
    for (int i = 0; i < 100; i++)
        strbuf_lit(&text, "/a/0");
    strbuf_lit(&text, "\",\"value\":1}]");
    strbuf_char(&text, '\0');
    CHECK_INT(patch(arena, "{\"a\":{}}", text.at, &got, &e), ERR_INVALID);
}

TEST_MAIN
