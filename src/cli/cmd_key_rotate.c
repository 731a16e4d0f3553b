/* cameo key-rotate DIR */
#include "cli/cli.h"
#include "core/keys.h"

static enum err_code rotate(struct cli *cli, struct err *e)
{
    struct keys_rotated rotated = { 0 };

    enum err_code rc = cli_open(cli, false, e);
    if (!rc)
        rc = keys_rotate(cli->core, cli_given(cli, "again"), &rotated, e);
    if (rc)
        return rc;
    const struct cli_field fields[] = {
        CLI_FIELD_INT("keys", rotated.keys),
        CLI_FIELD_INT("damaged", rotated.damaged),
    };
    cli_print(cli, fields, COUNT(fields));
    return ERR_NONE;
}

int cmd_key_rotate(int argc, char **argv)
{
    static const struct cli_option options[] = {
        { "again", NULL, "also when they are under it already, which mends damaged copies" },
        { "json", NULL, "the numbers of keys as a JSON object" },
        { 0 },
    };
    static const struct cli_verb verb = {
        "", "DIR",
        "Wraps the keys of all sealed pictures anew, under the first key of encryption_key_file "
        "(or "
        "of the environment); the one they were under must stand behind it. Others go on meanwhile",
        options, rotate
    };

    return cli_run("key-rotate", &verb, 1, argc, argv);
}
