/* cameo erase DIR KIND ID */
#include "cli/cli.h"
#include "core/history.h"

static enum err_code erase_user(struct cli *cli, struct err *e)
{
    int32_t id = 0;

    enum err_code rc = cli_number(cli, "ID", cli->args[2], 1, INT32_MAX, &id, e);
    if (!rc)
        rc = cli_open(cli, false, e);
    return rc ? rc : user_erase(cli->core, &cli->principal, id, e);
}

static enum err_code erase(struct cli *cli, struct err *e)
{
    struct owner owner;
    size_t pictures = 0;

    if (strcmp(cli->args[1], "user") == 0)
        return erase_user(cli, e);
    enum err_code rc = cli_owner(cli, &owner, e);
    if (!rc)
        rc = cli_open(cli, false, e);
    if (!rc)
        rc = record_erase(cli->core, &cli->principal, owner, &pictures, e);
    if (rc)
        return rc;
    const struct cli_field fields[] = { CLI_FIELD_INT("pictures", (int64_t)pictures) };
    cli_print(cli, fields, COUNT(fields));
    return ERR_NONE;
}

int cmd_erase(int argc, char **argv)
{
    static const struct cli_option options[] = {
        { "json", NULL, "as a JSON object" },
        { 0 },
    };
    static const struct cli_verb verb = {
        "", "DIR KIND ID",
        "Erases a record for good, with its pictures and all that history knows of it; of a user "
        "(KIND user) the texts of the audit log",
        options, erase
    };

    return cli_run("erase", &verb, 1, argc, argv);
}
