/* cameo help [COMMAND|settings] */
#include "app/config.h"
#include "cli/cli.h"

#include <stdio.h>

static void print_commands(void)
{
    printf("usage: cameo COMMAND ...\n\ncommands:\n");
    for (size_t i = 0; i < cli_command_count; i++)
        printf("  %-10s  %s\n", cli_commands[i].name, cli_commands[i].summary);
    printf(
        "\n'cameo help COMMAND' shows the arguments of one, 'cameo help settings' all settings.\n"
        "exit status: 0 done, 1 failed, 2 wrong usage, 3 a store is busy or away\n");
}

static struct bytes bound(struct cli *cli, const struct setting *setting, int64_t number)
{
    struct strbuf text;

    if (setting->max <= 1)
        return bytes_str("");
    strbuf_init(&text, cli->arena, 32, 64);
    setting_write_number(&text, setting->type, number);
    return strbuf_bytes(&text);
}

static void print_settings(struct cli *cli)
{
    for (size_t i = 0; i < config_setting_count; i++) {
        const struct setting *s = &config_settings[i];
        struct strbuf value;
        strbuf_init(&value, cli->arena, 32, 256);
        setting_write(&value, s, &settings_default);

        const struct cli_field fields[] = {
            CLI_FIELD_TEXT("section", bytes_str(s->section)),
            CLI_FIELD_TEXT("name", bytes_str(s->name)),
            CLI_FIELD_TEXT("type", bytes_str(setting_type_name(s->type))),
            CLI_FIELD_TEXT("default", strbuf_bytes(&value)),
            CLI_FIELD_TEXT("least", bound(cli, s, s->min)),
            CLI_FIELD_TEXT("most", bound(cli, s, s->max)),
            CLI_FIELD_TEXT("summary", bytes_str(s->summary)),
        };
        cli_print_row(cli, i, fields, COUNT(fields));
    }
    cli_print_end(cli, config_setting_count);
}

static enum err_code help(struct cli *cli, struct err *e)
{
    const char *topic = cli->args[0];

    if (!topic) {
        print_commands();
        return ERR_NONE;
    }
    if (strcmp(topic, "settings") == 0) {
        print_settings(cli);
        return ERR_NONE;
    }
    for (size_t i = 0; i < cli_command_count; i++) {
        char name[] = "cameo";
        char option[] = "--help";
        char *argv[] = { name, option, NULL };
        if (strcmp(cli_commands[i].name, topic) == 0) {
            cli->problems = cli_commands[i].run(2, argv) != CLI_DONE;
            return ERR_NONE;
        }
    }
    return cli_wrong(cli, e, "there is no command '%s'", topic);
}

int cmd_help(int argc, char **argv)
{
    static const struct cli_option options[] = {
        { "json", NULL, "settings as a JSON array" },
        { 0 },
    };
    static const struct cli_verb verb = { "", "[COMMAND|settings]",
                                          "Shows the commands, one command, or the settings",
                                          options, help };

    return cli_run("help", &verb, 1, argc, argv);
}
