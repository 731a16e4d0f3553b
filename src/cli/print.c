#include "base/clock.h"
#include "base/json.h"
#include "cli/cli.h"

#include <stdio.h>

#define LINE_MAX_BYTES (1 << 20)

/* Length of the first character, and whether it may be shown as it is. */
static size_t first_character(struct bytes text, bool *shown)
{
    unsigned char c = (unsigned char)text.at[0];
    size_t len = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    struct bytes whole = bytes_first(text, len);

    if (whole.len < len || !bytes_is_utf8(whole)) {
        *shown = false;
        return 1;
    }
    /* U+0080 to U+009F are controls too: C2 80 to C2 9F. */
    bool control = c < 0x20 || c == 0x7F || (c == 0xC2 && (unsigned char)text.at[1] < 0xA0);
    *shown = !control && c != '\\';
    return len;
}

void cli_escape(struct strbuf *out, struct bytes text)
{
    while (text.len) {
        bool shown;
        size_t len = first_character(text, &shown);
        if (shown)
            strbuf_add(out, bytes_first(text, len));
        else if (text.at[0] == '\n')
            strbuf_lit(out, "\\n");
        else if (text.at[0] == '\t')
            strbuf_lit(out, "\\t");
        else if (text.at[0] == '\\')
            strbuf_lit(out, "\\\\");
        else
            for (size_t i = 0; i < len; i++)
                strbuf_printf(out, "\\x%02x", (unsigned char)text.at[i]);
        text = bytes_from(text, len);
    }
}

static void write_plain(struct strbuf *out, const struct cli_field *field)
{
    switch (field->type) {
    case CLI_TEXT:
        cli_escape(out, field->text);
        break;
    case CLI_INT:
        strbuf_int(out, field->number);
        break;
    case CLI_BOOL:
        strbuf_add(out, field->number ? B("yes") : B("no"));
        break;
    case CLI_TIME:
        if (field->number)
            clock_write_offset(out, field->number);
        else
            strbuf_char(out, '-');
        break;
    }
}

static void write_json(struct strbuf *out, const struct cli_field *field)
{
    json_string(out, bytes_str(field->name));
    strbuf_lit(out, ": ");
    switch (field->type) {
    case CLI_TEXT:
        json_string(out, field->text);
        break;
    case CLI_INT:
        strbuf_int(out, field->number);
        break;
    case CLI_BOOL:
        json_bool(out, field->number);
        break;
    case CLI_TIME:
        if (field->number) {
            strbuf_char(out, '"');
            clock_write_offset(out, field->number);
            strbuf_char(out, '"');
        } else {
            strbuf_lit(out, "null");
        }
        break;
    }
}

static void write_object(struct strbuf *out, const struct cli_field *fields, size_t count)
{
    strbuf_char(out, '{');
    for (size_t i = 0; i < count; i++) {
        if (i)
            strbuf_lit(out, ", ");
        write_json(out, &fields[i]);
    }
    strbuf_char(out, '}');
}

/* Each piece of output has an arena of its own: lists may be longer than memory. */
static void print_with(struct cli *cli,
                       void (*write)(struct strbuf *out, const struct cli_field *fields,
                                     size_t count),
                       const struct cli_field *fields, size_t count)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(4 * LINE_MAX_BYTES);
    struct strbuf out;

    strbuf_init(&out, arena, 512, LINE_MAX_BYTES);
    if (arena)
        write(&out, fields, count);
    if (!arena || out.failed) {
        cli_say("out of memory");
        cli->problems = true;
        return;
    }
    fwrite(out.at, 1, out.len, stdout);
}

static void write_lines(struct strbuf *out, const struct cli_field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        strbuf_printf(out, "%s: ", fields[i].name);
        write_plain(out, &fields[i]);
        strbuf_char(out, '\n');
    }
}

static void write_head(struct strbuf *out, const struct cli_field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++)
        strbuf_printf(out, "%s%s", i ? "\t" : "", fields[i].name);
    strbuf_char(out, '\n');
}

static void write_cells(struct strbuf *out, const struct cli_field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i)
            strbuf_char(out, '\t');
        write_plain(out, &fields[i]);
    }
    strbuf_char(out, '\n');
}

void cli_print(struct cli *cli, const struct cli_field *fields, size_t count)
{
    print_with(cli, cli->json ? write_object : write_lines, fields, count);
    if (cli->json)
        putchar('\n');
}

void cli_print_row(struct cli *cli, size_t row, const struct cli_field *fields, size_t count)
{
    if (cli->json) {
        fputs(row ? ",\n " : "[", stdout);
        print_with(cli, write_object, fields, count);
        return;
    }
    if (row == 0)
        print_with(cli, write_head, fields, count);
    print_with(cli, write_cells, fields, count);
}

void cli_print_end(struct cli *cli, size_t rows)
{
    if (cli->json)
        fputs(rows ? "]\n" : "[]\n", stdout);
}
