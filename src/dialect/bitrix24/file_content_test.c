#include "dialect/bitrix24/error.h"
#include "dialect/bitrix24/file_content.h"
#include "test.h"

static struct value *pair(struct arena *arena, struct bytes name, struct bytes content)
{
    struct value *list = value_new(arena, VALUE_LIST);
    struct value *first = value_new(arena, VALUE_STRING);
    struct value *second = value_new(arena, VALUE_STRING);

    first->string = name;
    second->string = content;
    value_put(list, B(""), first);
    value_put(list, B(""), second);
    return list;
}

static const struct {
    struct bytes text;
    bool form;
    struct bytes want; /* empty: refused */
} contents[] = {
    { B("aGVsbG8="), false, B("hello") },
    { B("aGVsbG8"), false, B("hello") },
    { B("aGVs\r\n\tbG8= "), false, B("hello") },
    { B("aGVs\xC2\xAD"
        "bG8="),
      false, B("hello") },
    { B("data:image/png;base64,aGVsbG8="), false, B("hello") },
    { B("DATA:image/png;charset=x;BASE64,aGVsbG8="), false, B("hello") },
    { B("+/+/"), false, B("\xFB\xFF\xBF") },
    { B("/ //"), true, B("\xFF\xEF\xFF") },
    { B(""), false, B("") },
    { B("\xC2\xAD ===\n"), false, B("") },
    { B("data:image/png;base64,"), false, B("") },
};

TEST(base64_is_read_leniently)
{
    for (size_t i = 0; i < COUNT(contents); i++) {
        CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
        struct b24_file file;
        struct err e = { 0 };
        enum err_code rc = b24_file_read(arena, pair(arena, B("a.png"), contents[i].text),
                                         contents[i].form, &file, &e);
        if (contents[i].want.len == 0) {
            CHECK_INT(e.reason, B24_CONTENT_UNREADABLE);
            CHECK_BYTES(b24_failure_of(&e).text, B("Could not save image."));
            continue;
        }
        CHECK_INT(rc, ERR_NONE);
        CHECK_BYTES(file.bytes, contents[i].want);
        CHECK_BYTES(file.name, B("a.png"));
    }
}

static const struct {
    struct bytes name;
    struct bytes want;
    int reason;
} names[] = {
    { B("mug.png"), B("mug.png"), 0 },
    { B("/etc/../mug.png"), B("mug.png"), 0 },
    { B("C:\\pictures\\mug.png"), B("mug.png"), 0 },
    { B("a \"b\" 'c'.png"), B("a \"b\" 'c'.png"), 0 },
    { B("\xC3\xA4.png"), B("\xC3\xA4.png"), 0 },
    { B(""), B(""), B24_FILE_NAME_MISSING },
    { B("folder/"), B(""), B24_FILE_NAME_MISSING },
    { B("a\nb.png"), B(""), B24_FILE_NAME_CHARACTERS },
    { B("a\0b.png"), B(""), B24_FILE_NAME_CHARACTERS },
    { B("a\x7F.png"), B(""), B24_FILE_NAME_CHARACTERS },
    { B("\xFF.png"), B(""), B24_FILE_NAME_CHARACTERS },
    { B(".."), B(""), B24_FILE_NAME_CHARACTERS },
};

TEST(names_lose_their_directories_and_are_checked)
{
    for (size_t i = 0; i < COUNT(names); i++) {
        CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
        struct b24_file file;
        struct err e = { 0 };
        enum err_code rc =
            b24_file_read(arena, pair(arena, names[i].name, B("aGVsbG8=")), false, &file, &e);

        CHECK_INT(e.reason, names[i].reason);
        if (!names[i].reason) {
            CHECK_INT(rc, ERR_NONE);
            CHECK_BYTES(file.name, names[i].want);
        }
    }
}

TEST(a_name_of_ten_thousand_letters_is_too_long)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    char name[10000];
    struct b24_file file;
    struct err e = { 0 };

    memset(name, 'a', sizeof name);
    CHECK_INT(
        b24_file_read(arena, pair(arena, bytes_of(name, 255), B("aGVsbG8=")), false, &file, &e),
        ERR_NONE);
    CHECK_INT(b24_file_read(arena, pair(arena, bytes_of(name, sizeof name), B("aGVsbG8=")), false,
                            &file, &e),
              ERR_INVALID);
    CHECK_BYTES(b24_failure_of(&e).text, B("File name is too long."));
}

TEST(content_is_looked_at_before_the_name_and_needs_one)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    struct value *alone = value_new(arena, VALUE_LIST);
    struct value *text = value_new(arena, VALUE_STRING);
    struct b24_file file;
    struct err e = { 0 };

    CHECK_INT(b24_file_read(arena, pair(arena, B(""), B("")), false, &file, &e), ERR_INVALID);
    CHECK_INT(e.reason, B24_CONTENT_UNREADABLE);
    CHECK_INT(b24_file_read(arena, alone, false, &file, &e), ERR_INVALID);
    CHECK_INT(e.reason, B24_CONTENT_UNREADABLE);
    text->string = B("aGVsbG8=");
    value_put(alone, B(""), text);
    CHECK_INT(b24_file_read(arena, alone, false, &file, &e), ERR_INVALID);
    CHECK_INT(e.reason, B24_FILE_NAME_MISSING);
}

TEST(a_products_content_may_come_without_a_name)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 16);
    struct value *data = pair(arena, B("a.png"), B("aGVsbG8="));
    struct b24_file file;
    struct err e = { 0 };

    CHECK_INT(b24_file_data_read(arena, data, false, &file, &e), ERR_NONE);
    CHECK_BYTES(file.name, B("a.png"));
    CHECK_BYTES(file.bytes, B("hello"));

    struct value *alone = value_new(arena, VALUE_LIST);
    struct value *content = value_new(arena, VALUE_STRING);
    content->string = B("aGVsbG8=");
    value_put(alone, B(""), content);
    CHECK_INT(b24_file_data_read(arena, alone, false, &file, &e), ERR_NONE);
    CHECK_INT(file.name.len, 0);
    CHECK_BYTES(file.bytes, B("hello"));
    content->string = B("%");
    CHECK_INT(b24_file_data_read(arena, alone, false, &file, &e), ERR_INVALID);
    CHECK_INT(e.reason, B24_CONTENT_UNREADABLE);
    CHECK_INT(b24_file_data_read(arena, pair(arena, B(""), B("aGVsbG8=")), false, &file, &e),
              ERR_INVALID);
    CHECK_INT(e.reason, B24_FILE_NAME_MISSING);
}

TEST_MAIN
