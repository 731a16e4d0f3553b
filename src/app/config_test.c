#include "app/config.h"
#include "test.h"

#include <ctype.h>

static struct arena *arena;

static enum err_code read_text(const char *text, struct settings *settings, struct err *e)
{
    arena = arena ? arena : arena_new(1 << 20);
    return config_read(arena, bytes_str(text), "cameo.ini", settings, e);
}

static struct bytes spelled(const struct settings *settings)
{
    struct strbuf text;

    strbuf_init(&text, arena, 0, 4096);
    for (size_t i = 0; i < config_setting_count; i++) {
        setting_write(&text, &config_settings[i], settings);
        strbuf_char(&text, '\n');
    }
    return strbuf_bytes(&text);
}

TEST(each_kind_of_value_is_read)
{
    struct settings s = settings_default;
    struct err e = { 0 };

    CHECK_INT(read_text("\xEF\xBB\xBF; a comment\n[limits]\npicture_bytes_max = 12M\r\n"
                        "body_bytes_max=1g ; more\n\n[image]\nside_px_max: 12000\n"
                        "[links]\npublic_url = https://pictures.example.com/cameo\n"
                        "trust_forwarded = On\nlink_auth_seconds=60\n"
                        "[bitrix24]\ncatalog_iblock_id = 21",
                        &s, &e),
              ERR_NONE);
    CHECK_INT(s.picture_bytes_max, 12 << 20);
    CHECK_INT(s.body_bytes_max, 1 << 30);
    CHECK_INT(s.image.side_px_max, 12000);
    CHECK_BYTES(s.public_url, B("https://pictures.example.com/cameo"));
    CHECK(s.trust_forwarded);
    CHECK_INT(s.link_auth_seconds, 60);
    CHECK_INT(s.catalog_iblock_id, 21);
    CHECK_INT(s.offers_iblock_id, settings_default.offers_iblock_id);
    arena_free(arena);
}

TEST(a_mistake_is_named_with_file_and_line_and_changes_nothing)
{
    static const struct {
        const char *text;
        const char *want;
    } cases[] = {
        { "\n[limits]\npicture_bytes_maximum = 1M\n",
          "cameo.ini:3: there is no setting \"picture_bytes_maximum\" in section \"limits\"" },
        { "[links]\npicture_bytes_max = 1M\n",
          "cameo.ini:2: there is no setting \"picture_bytes_max\" in section \"links\"" },
        { "grace_seconds = 1\n",
          "cameo.ini:1: there is no setting \"grace_seconds\" in section \"\"" },
        { "[store]\ngrace_seconds = 1\npack_bytes_max = 1T\n",
          "cameo.ini:3: pack_bytes_max is \"1T\", not a size such as 512K or 10M" },
        { "[store]\npack_bytes_max = M\n",
          "cameo.ini:2: pack_bytes_max is \"M\", not a size such as 512K or 10M" },
        { "[store]\npack_bytes_max = 9223372036854775807G\n",
          "cameo.ini:2: pack_bytes_max is \"9223372036854775807G\", not a size such as 512K or "
          "10M" },
        { "[store]\npack_bytes_max = 1K\n",
          "cameo.ini:2: pack_bytes_max is out of its bounds, 1M to 1024G" },
        { "[store]\ngrace_seconds = -1\n",
          "cameo.ini:2: grace_seconds is out of its bounds, 0 to 31622400" },
        { "[store]\ngrace_seconds = 1.5\n",
          "cameo.ini:2: grace_seconds is \"1.5\", not a whole number of seconds" },
        { "[store]\ngrace_seconds =\n",
          "cameo.ini:2: grace_seconds is \"\", not a whole number of seconds" },
        { "[bitrix24]\ncatalog_iblock_id = 2147483648\n",
          "cameo.ini:2: catalog_iblock_id is out of its bounds, 1 to 2147483647" },
        { "[links]\ntrust_forwarded = perhaps\n",
          "cameo.ini:2: trust_forwarded is \"perhaps\", not yes or no" },
        { "[links]\npublic_url = https://example.com/\n",
          "cameo.ini:2: public_url is \"https://example.com/\", not http(s)://host without a slash "
          "at the end" },
        { "[links]\npublic_url = ftp://example.com\n",
          "cameo.ini:2: public_url is \"ftp://example.com\", not http(s)://host without a slash at "
          "the end" },
        { "[store]\ngrace_seconds = 1\ngrace_seconds = 2\n",
          "cameo.ini:3: grace_seconds is given twice (or the line is indented)" },
        { "[store]\ngrace_seconds = 1\n  pack_bytes_max = 2M\n",
          "cameo.ini:3: grace_seconds is given twice (or the line is indented)" },
        { "[store]\ngrace_seconds\npack_bytes_max = bad\n",
          "cameo.ini:2: neither [section] nor name = value" },
        { "[store\n", "cameo.ini:1: neither [section] nor name = value" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct settings s = settings_default;
        struct err e = { 0 };
        CHECK_INT(read_text(cases[i].text, &s, &e), ERR_INVALID);
        CHECK_BYTES(bytes_str(e.text), bytes_str(cases[i].want));
        CHECK_BYTES(spelled(&s), spelled(&settings_default));
    }
    arena_free(arena);
}

TEST(a_line_too_long_or_with_a_nul_is_refused)
{
    struct settings s = settings_default;
    struct err e = { 0 };
    char text[400];

    memset(text, ' ', sizeof text);
    memcpy(text, ";", 1);
    memcpy(text + 300, "\n[store]", 8);
    CHECK(arena = arena_new(1 << 20));
    CHECK_INT(config_read(arena, bytes_of(text, sizeof text), "f", &s, &e), ERR_INVALID);
    CHECK_BYTES(bytes_str(e.text), B("f:1: line too long"));
    CHECK_INT(config_read(arena, B("[store]\ngrace_seconds = 1\0002\n"), "f", &s, &e), ERR_INVALID);
    CHECK_BYTES(bytes_str(e.text), B("f:2: NUL in the text"));
    arena_free(arena);
}

TEST(the_environment_stands_above_the_file_and_the_file_above_what_is_built_in)
{
    char dir[] = "/tmp/cameo-config-XXXXXX";
    char path[64];
    struct settings s = { 0 };
    struct err e = { 0 };

    CHECK(mkdtemp(dir));
    CHECK(arena = arena_new(1 << 20));
    CHECK_INT(config_load(arena, dir, &s, &e), ERR_NONE);
    CHECK_INT(s.grace_seconds, settings_default.grace_seconds);

    snprintf(path, sizeof path, "%s/" CONFIG_FILE, dir);
    FILE *file = fopen(path, "w");
    CHECK(file);
    fputs("[store]\ngrace_seconds = 7\n[bitrix24]\noffers_iblock_id = 8\n", file);
    fclose(file);
    setenv("CAMEO_GRACE_SECONDS", "9", 1);
    enum err_code rc = config_load(arena, dir, &s, &e);
    setenv("CAMEO_GRACE_SECONDS", "soon", 1);
    enum err_code rc_bad = config_load(arena, dir, &s, &e);
    unsetenv("CAMEO_GRACE_SECONDS");
    setenv("CAMEO_BODY_BYTES_MAX", "2K", 1);
    struct err e_small = { 0 };
    enum err_code rc_small = config_load(arena, dir, &s, &e_small);
    unlink(path);
    rmdir(dir);

    CHECK_INT(rc, ERR_NONE);
    CHECK_INT(s.grace_seconds, 9);
    CHECK_INT(s.offers_iblock_id, 8);
    CHECK_INT(rc_bad, ERR_INVALID);
    CHECK_BYTES(bytes_str(e.text), B("environment variable CAMEO_GRACE_SECONDS: grace_seconds is "
                                     "\"soon\", not a whole number of seconds"));
    CHECK_INT(rc_small, ERR_INVALID);
    CHECK_BYTES(bytes_str(e_small.text), B("body_bytes_max is less than picture_bytes_max"));
    arena_free(arena);
}

TEST(built_in_values_lie_within_the_bounds_and_names_are_unique)
{
    struct settings s = settings_default;
    struct err e = { 0 };

    CHECK(arena = arena_new(1 << 20));
    CHECK_INT(config_check(&settings_default, &e), ERR_NONE);
    for (size_t i = 0; i < config_setting_count; i++) {
        const struct setting *setting = &config_settings[i];
        struct strbuf value;
        strbuf_init(&value, arena, 0, 200);
        setting_write(&value, setting, &settings_default);
        CHECK_INT(config_set(arena, &s, bytes_str(setting->name), strbuf_bytes(&value), &e), 0);
        for (size_t k = 0; k < i; k++)
            CHECK(strcmp(setting->name, config_settings[k].name) != 0);
        for (const char *c = setting->name; *c; c++)
            CHECK(islower((unsigned char)*c) || *c == '_');
    }
    arena_free(arena);
}

TEST_MAIN
