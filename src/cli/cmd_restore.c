/* cameo restore TARGET DIR */
#include "cli/cli.h"
#include "core/backup/backup.h"
#include "core/backup/moment.h"
#include "core/check.h"

#include <stdio.h>

static enum err_code read_options(struct cli *cli, struct restore_options *out, struct err *e)
{
    const char *at = cli_value(cli, "at");

    *out = (struct restore_options){ .target = cli->args[0],
                                     .dir = cli->args[1],
                                     .until_us = INT64_MAX,
                                     .damaged = cli_given(cli, "damaged"),
                                     .problem = cli_problem };
    if (at && !moment_read_until(bytes_str(at), &out->until_us))
        return cli_wrong(cli, e, "--at wants a time in UTC, as 2026-11-21T19:15:03");
    return ERR_NONE;
}

/* The restored store has to be as sound as any. */
static enum err_code look(struct cli *cli, struct check_report *report, int64_t *dropped,
                          struct err *e)
{
    cli->args[0] = cli->args[1];
    enum err_code rc = cli_open(cli, false, e);
    if (rc == ERR_NONE)
        rc = store_drop_unnamed(cli->core, dropped, e);
    if (rc == ERR_NONE)
        rc = store_check(cli->core, cli_problem, NULL, report, e);
    return rc ? err_context(e, "the restored store") : ERR_NONE;
}

static enum err_code restore(struct cli *cli, struct err *e)
{
    struct restore_options options;
    struct restore_report report = { 0 };
    struct check_report checked = { 0 };
    int64_t dropped = 0;
    char name[MOMENT_MAX];

    enum err_code rc = read_options(cli, &options, e);
    if (rc == ERR_NONE)
        rc = backup_restore(&options, &report, e);
    if (rc == ERR_NONE)
        rc = look(cli, &checked, &dropped, e);
    if (rc)
        return rc;
    moment_write(name, report.moment_us);
    const struct cli_field fields[] = {
        CLI_FIELD_TEXT("moment", bytes_str(name)),
        CLI_FIELD_INT("index_bytes", report.index_bytes),
        CLI_FIELD_INT("packs", report.packs),
        CLI_FIELD_INT("pack_bytes", report.pack_bytes),
        CLI_FIELD_INT("dropped_bytes", dropped),
        CLI_FIELD_INT("records", checked.records),
        CLI_FIELD_INT("pictures", checked.pictures),
        CLI_FIELD_INT("problems", report.problems + checked.problems),
    };
    cli_print(cli, fields, COUNT(fields));
    cli->problems = report.problems + checked.problems > 0;
    return ERR_NONE;
}

int cmd_restore(int argc, char **argv)
{
    static const struct cli_option options[] = {
        { "at", "WHEN", "the newest backup that is not later, in UTC: 2026-11-21, …T19:15:03" },
        { "damaged", NULL, "goes on where the backup is damaged, and says what that hits" },
        { "json", NULL, "as a JSON object" },
        { 0 },
    };
    static const struct cli_verb verb = {
        "", "TARGET DIR",
        "Makes the store of a backup in DIR, which must be empty but for settings; compares every "
        "byte with what was copied and checks the store as `cameo check` does",
        options, restore
    };

    return cli_run("restore", &verb, 1, argc, argv);
}
