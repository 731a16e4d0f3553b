/* cameo undo DIR CHANGE, cameo undo DIR KIND ID --since CHANGE */
#include "cli/cli.h"
#include "core/history.h"

#include <stdio.h>

static enum err_code read_change(struct cli *cli, const char *what, const char *text, int64_t *out,
                                 struct err *e)
{
    if (!bytes_to_int64(bytes_str(text), out) || *out <= 0)
        return cli_wrong(cli, e, "%s is the number of a change", what);
    return ERR_NONE;
}

static enum err_code undo_one(struct cli *cli, struct err *e)
{
    int64_t id = 0;
    int64_t undone_by = 0;

    enum err_code rc = read_change(cli, "CHANGE", cli->args[1], &id, e);
    if (!rc)
        rc = cli_open(cli, false, e);
    if (!rc)
        rc = cli_may_write(cli, e);
    if (!rc)
        rc = history_undo(cli->core, &cli->principal, id, &undone_by, e);
    if (rc)
        return rc;
    const struct cli_field fields[] = { CLI_FIELD_INT("change", undone_by) };
    if (cli->json)
        cli_print(cli, fields, COUNT(fields));
    else
        printf("%lld\n", (long long)undone_by);
    return ERR_NONE;
}

static enum err_code undo_since(struct cli *cli, struct err *e)
{
    const char *text = cli_value(cli, "since");
    struct owner owner;
    int64_t since = 1;
    size_t count = 0;

    enum err_code rc = cli_owner(cli, &owner, e);
    if (!rc && text)
        rc = read_change(cli, "--since", text, &since, e);
    if (!rc && !text)
        rc = cli_wrong(cli, e, "KIND ID goes with --since");
    if (!rc)
        rc = cli_open(cli, false, e);
    if (!rc)
        rc = cli_may_write(cli, e);
    if (!rc)
        rc = history_undo_since(cli->core, &cli->principal, owner, since, &count, e);
    if (rc)
        return rc;
    const struct cli_field fields[] = { CLI_FIELD_INT("undone", (int64_t)count) };
    cli_print(cli, fields, COUNT(fields));
    return ERR_NONE;
}

static enum err_code undo(struct cli *cli, struct err *e)
{
    if (cli->args[2])
        return undo_since(cli, e);
    if (cli_given(cli, "since"))
        return cli_wrong(cli, e, "--since goes with KIND ID");
    return undo_one(cli, e);
}

int cmd_undo(int argc, char **argv)
{
    static const struct cli_option options[] = {
        { "since", "CHANGE", "of a record: this one and all behind it" },
        { "as", "LOGIN", "as this user; else as an administrator without a name" },
        { "json", NULL, "as a JSON object" },
        { 0 },
    };
    static const struct cli_verb verb = {
        "", "DIR CHANGE|KIND [ID]",
        "Puts back what a change changed, and prints the number of the change that does so",
        options, undo
    };

    return cli_run("undo", &verb, 1, argc, argv);
}
