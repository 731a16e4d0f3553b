#include "cli/cli.h"
#include "test.h"

/* What would be printed goes to a file, so that it can be looked at. */
static char printed[4096];

static void catch_stdout(FILE **file)
{
    fflush(stdout);
    *file = tmpfile();
    CHECK(*file && dup2(fileno(*file), STDOUT_FILENO) == STDOUT_FILENO);
}

static void read_stdout(FILE *file)
{
    fflush(stdout);
    rewind(file);
    printed[fread(printed, 1, sizeof printed - 1, file)] = '\0';
    fclose(file);
}

static struct cli seen;
static char argument[CLI_ARGS_MAX][32];

static enum err_code look(struct cli *cli, struct err *e)
{
    int32_t number = 0;

    seen = *cli;
    for (int i = 0; i < CLI_ARGS_MAX; i++)
        snprintf(argument[i], sizeof argument[i], "%s", cli->args[i] ? cli->args[i] : "(none)");
    return cli_number_option(cli, "number", -5, 5, &number, e);
}

static enum err_code away(struct cli *cli, struct err *e)
{
    (void)cli;
    return err_set(e, ERR_BUSY, "held by another");
}

static enum err_code problem(struct cli *cli, struct err *e)
{
    (void)e;
    cli->problems = true;
    return ERR_NONE;
}

static const struct cli_option options[] = {
    { "number", "N", "a number" },
    { "json", NULL, "as JSON" },
    { 0 },
};
static const struct cli_verb verbs[] = {
    { "look", "DIR KIND [FILE]", "Looks", options, look },
    { "away", "DIR", "Is away", NULL, away },
    { "problem", "DIR", "Finds a problem", NULL, problem },
};

static int run(const char *a, const char *b, const char *c, const char *d, const char *f)
{
    static char words[6][64];
    char *argv[7] = { words[0] };
    const char *given[] = { "test", a, b, c, d, f };
    int argc = 0;

    for (size_t i = 0; i < COUNT(given) && given[i]; i++) {
        snprintf(words[i], sizeof words[i], "%s", given[i]);
        argv[argc++] = words[i];
    }
    memset(&seen, 0, sizeof seen);
    return cli_run("test", verbs, COUNT(verbs), argc, argv);
}

TEST(options_stand_anywhere_and_arguments_keep_their_order)
{
    CHECK_INT(run("look", "--json", "store", "--number=-3", "product"), CLI_DONE);
    CHECK(seen.json);
    CHECK(strcmp(argument[0], "store") == 0 && strcmp(argument[1], "product") == 0);
    CHECK(strcmp(argument[2], "(none)") == 0);
    CHECK_INT(run("look", "store", "product", "-", NULL), CLI_DONE);
    CHECK(strcmp(argument[2], "-") == 0 && !seen.json);
}

TEST(wrong_usage_is_2)
{
    static const char *const cases[][5] = {
        { NULL },
        { "" },
        { "lock", "store" },
        { "look" },
        { "look", "store" },
        { "look", "a", "b", "c", "d" },
        { "look", "store", "product", "--unknown" },
        { "look", "store", "product", "-x" },
        { "look", "store", "product", "--number" },
        { "look", "store", "product", "--json=yes" },
        { "look", "store", "product", "--number", "6" },
        { "look", "store", "product", "--number", "1x" },
        { "look", "store", "product", "--number", "" },
        { "look", "store", "product", "--number", "99999999999999999999" },
        { "look", "store", "product", "--number", "\xFF" },
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        CHECK_INT(run(cases[i][0], cases[i][1], cases[i][2], cases[i][3], cases[i][4]), CLI_USAGE);
}

TEST(a_store_that_is_away_is_3_and_a_problem_found_is_1)
{
    CHECK_INT(run("away", "store", NULL, NULL, NULL), CLI_AWAY);
    CHECK_INT(run("problem", "store", NULL, NULL, NULL), CLI_FAILED);
    CHECK_INT(cli_status_of(ERR_UNAVAILABLE), CLI_AWAY);
    CHECK_INT(cli_status_of(ERR_FULL), CLI_FAILED);
    CHECK_INT(cli_status_of(ERR_NOT_FOUND), CLI_FAILED);
}

TEST(help_shows_every_option)
{
    FILE *file;

    catch_stdout(&file);
    CHECK_INT(run("look", "--help", NULL, NULL, NULL), CLI_DONE);
    CHECK_INT(run("--help", NULL, NULL, NULL, NULL), CLI_DONE);
    read_stdout(file);
    CHECK(strstr(printed, "usage: cameo test look [OPTION]... DIR KIND [FILE]\n"));
    CHECK(strstr(printed, "  --number N ") && strstr(printed, "  --json ") &&
          strstr(printed, "  --help "));
    CHECK(strstr(printed, "\n  problem "));
}

TEST(a_terminal_gets_no_control_characters)
{
    static const struct {
        struct bytes text;
        const char *want;
    } cases[] = {
        { B("plain text"), "plain text" },
        { B("Gr\xC3\xBC\xC3\x9F Gott \xE2\x82\xAC \xF0\x9F\x98\x80"),
          "Gr\xC3\xBC\xC3\x9F Gott \xE2\x82\xAC \xF0\x9F\x98\x80" },
        { B("a\tb\nc\\d"), "a\\tb\\nc\\\\d" },
        { B("\x1B[31m\x07\x7F\0"), "\\x1b[31m\\x07\\x7f\\x00" },
        { B("\xC2\x9B"
            "31m"),
          "\\xc2\\x9b31m" },
        { B("\xC2\xA0"), "\xC2\xA0" },
        { B("\xFF\xC3"), "\\xff\\xc3" },
        { B("\xE2\x82"), "\\xe2\\x82" },
        { B("\xED\xA0\x80"), "\\xed\\xa0\\x80" },
    };
    struct arena *arena = arena_new(10000);

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct strbuf out;
        strbuf_init(&out, arena, 0, 1000);
        cli_escape(&out, cases[i].text);
        CHECK_BYTES(strbuf_bytes(&out), bytes_str(cases[i].want));
    }
    arena_free(arena);
}

TEST(lists_and_objects_come_out_as_text_and_as_json)
{
    const struct cli_field fields[] = {
        CLI_FIELD_TEXT("name", B("a \"b\"\n")), CLI_FIELD_INT("id", -7),
        CLI_FIELD_BOOL("active", true),         CLI_FIELD_TIME("created", 1772618400 * 1000000LL),
        CLI_FIELD_TIME("expires", 0),
    };
    struct cli text = { 0 };
    struct cli json = { .json = true };
    FILE *file;

    catch_stdout(&file);
    cli_print(&text, fields, COUNT(fields));
    cli_print_row(&text, 0, fields, 2);
    cli_print_row(&text, 1, fields, 2);
    cli_print_end(&text, 2);
    cli_print(&json, fields, COUNT(fields));
    cli_print_row(&json, 0, fields, 2);
    cli_print_row(&json, 1, fields, 2);
    cli_print_end(&json, 2);
    cli_print_end(&json, 0);
    read_stdout(file);
    CHECK_BYTES(bytes_str(printed),
                B("name: a \"b\"\\n\nid: -7\nactive: yes\ncreated: 2026-03-04T10:00:00+00:00\n"
                  "expires: -\n"
                  "name\tid\na \"b\"\\n\t-7\na \"b\"\\n\t-7\n"
                  "{\"name\": \"a \\\"b\\\"\\n\", \"id\": -7, \"active\": true, "
                  "\"created\": \"2026-03-04T10:00:00+00:00\", \"expires\": null}\n"
                  "[{\"name\": \"a \\\"b\\\"\\n\", \"id\": -7},\n"
                  " {\"name\": \"a \\\"b\\\"\\n\", \"id\": -7}]\n[]\n"));
}

/* stdin is what the pipe holds. */
static enum err_code password_of(struct bytes typed, struct bytes *out, struct err *e)
{
    static char room[CLI_PASSWORD_MAX];
    int ends[2];

    CHECK(pipe(ends) == 0 && write(ends[1], typed.at, typed.len) == (ssize_t)typed.len);
    close(ends[1]);
    CHECK(dup2(ends[0], STDIN_FILENO) == STDIN_FILENO);
    close(ends[0]);
    return cli_read_password(room, out, e);
}

TEST(a_password_is_one_line_of_stdin)
{
    static char long_one[CLI_PASSWORD_MAX];
    const struct bytes good[] = { B("s\xC3\xA9same ouvre-toi"), B("s\xC3\xA9same ouvre-toi\n"),
                                  B("s\xC3\xA9same ouvre-toi\r\n") };
    const struct bytes bad[] = { B(""),
                                 B("\n"),
                                 B("two\nlines"),
                                 B("two\n\n"),
                                 B("a\0b"),
                                 B("no utf8 \xFF"),
                                 { long_one, sizeof long_one } };
    struct bytes out;
    struct err e = { 0 };

    memset(long_one, 'x', sizeof long_one);
    for (size_t i = 0; i < COUNT(good); i++) {
        CHECK_INT(password_of(good[i], &out, &e), ERR_NONE);
        CHECK_BYTES(out, good[0]);
    }
    for (size_t i = 0; i < COUNT(bad); i++)
        CHECK_INT(password_of(bad[i], &out, &e), ERR_INVALID);
}

TEST(reading_stops_at_the_limit)
{
    FILE *file = tmpfile();
    struct bytes out;
    struct err e = { 0 };

    for (int i = 0; i < 100000; i++)
        fputc(i, file);
    fflush(file);
    CHECK_INT(lseek(fileno(file), 0, SEEK_SET), 0);
    CHECK_INT(cli_read(fileno(file), "it", 100000, &out, &e), ERR_NONE);
    CHECK_INT(out.len, 100000);
    CHECK_INT((unsigned char)out.at[99999], 99999 & 0xFF);
    free((char *)out.at);
    CHECK_INT(lseek(fileno(file), 0, SEEK_SET), 0);
    CHECK_INT(cli_read(fileno(file), "it", 99999, &out, &e), ERR_TOO_LARGE);
    fclose(file);
}

TEST_MAIN
