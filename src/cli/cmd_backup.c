/* cameo backup DIR TARGET */
#include "cli/cli.h"
#include "core/backup/backup.h"
#include "core/backup/moment.h"

#include <stdio.h>
#include <sys/resource.h>

#define KEEP_DEFAULT 30
#define NICENESS     10 /* whoever is served comes first */

static enum err_code list(struct cli *cli, const char *target, struct err *e)
{
    struct backup_moment *moments = NULL;
    size_t count = 0;

    enum err_code rc = backup_list(target, cli->arena, &moments, &count, e);
    if (rc)
        return rc;
    for (size_t i = 0; i < count; i++) {
        char name[MOMENT_MAX];
        moment_write(name, moments[i].moment_us);
        const struct cli_field fields[] = {
            CLI_FIELD_TEXT("moment", bytes_str(name)),
            CLI_FIELD_BOOL("damaged", moments[i].damaged),
            CLI_FIELD_INT("index_bytes", moments[i].index_bytes),
            CLI_FIELD_INT("packs", moments[i].packs),
            CLI_FIELD_INT("pack_bytes", moments[i].pack_bytes),
        };
        cli_print_row(cli, i, fields, COUNT(fields));
    }
    cli_print_end(cli, count);
    return ERR_NONE;
}

static enum err_code check(struct cli *cli, const char *target, struct err *e)
{
    struct backup_check_report report = { 0 };

    enum err_code rc = backup_check(target, cli_problem, NULL, &report, e);
    if (rc)
        return rc;
    const struct cli_field fields[] = {
        CLI_FIELD_INT("moments", report.moments),
        CLI_FIELD_INT("bytes", report.bytes),
        CLI_FIELD_INT("problems", report.problems),
    };
    cli_print(cli, fields, COUNT(fields));
    cli->problems = report.problems > 0;
    return ERR_NONE;
}

static enum err_code make(struct cli *cli, const char *target, struct err *e)
{
    struct backup_options options = { .target = target,
                                      .whole = cli_given(cli, "whole"),
                                      .keep = KEEP_DEFAULT,
                                      .problem = cli_problem };
    struct backup_report report = { 0 };
    char name[MOMENT_MAX];

    enum err_code rc = cli_number_option(cli, "keep", 0, 100000, &options.keep, e);
    setpriority(PRIO_PROCESS, 0, NICENESS);
    if (rc == ERR_NONE)
        rc = cli_open(cli, false, e);
    if (rc == ERR_NONE)
        rc = store_backup(cli->core, &options, &report, e);
    if (rc)
        return rc;
    moment_write(name, report.moment_us);
    const struct cli_field fields[] = {
        CLI_FIELD_TEXT("moment", bytes_str(name)),
        CLI_FIELD_INT("index_bytes", report.index_bytes),
        CLI_FIELD_INT("copied_bytes", report.copied_bytes),
        CLI_FIELD_INT("packs", report.packs),
        CLI_FIELD_INT("pack_bytes", report.pack_bytes),
        CLI_FIELD_INT("key_bytes", report.key_bytes),
        CLI_FIELD_INT("moments", report.moments),
        CLI_FIELD_INT("problems", report.problems),
    };
    cli_print(cli, fields, COUNT(fields));
    cli->problems = report.problems > 0;
    return ERR_NONE;
}

static enum err_code backup(struct cli *cli, struct err *e)
{
    bool lists = cli_given(cli, "list");
    bool checks = cli_given(cli, "check");

    if (lists && checks)
        return cli_wrong(cli, e, "--list or --check, not both");
    if (lists || checks) {
        if (cli->args[1] || cli_given(cli, "keep") || cli_given(cli, "whole"))
            return cli_wrong(cli, e, "--list and --check want TARGET alone");
        return lists ? list(cli, cli->args[0], e) : check(cli, cli->args[0], e);
    }
    if (!cli->args[1])
        return cli_wrong(cli, e, "wants DIR TARGET");
    return make(cli, cli->args[1], e);
}

int cmd_backup(int argc, char **argv)
{
    static const struct cli_option options[] = {
        { "keep", "N", "the newest N backups stay, with this one; 0: all; without it 30" },
        { "whole", NULL, "copies everything anew, also what TARGET has already" },
        { "list", NULL, "lists the backups in TARGET instead" },
        { "check", NULL, "reads every byte of TARGET instead; problems go to stderr" },
        { "json", NULL, "as a JSON object, with --list as an array" },
        { 0 },
    };
    static const struct cli_verb verb = {
        "", "[DIR] TARGET",
        "Copies the store in DIR, as it is at one moment, into the folder TARGET, beside the "
        "backups that are there already: only what they do not have. The store may be in use",
        options, backup
    };

    return cli_run("backup", &verb, 1, argc, argv);
}
