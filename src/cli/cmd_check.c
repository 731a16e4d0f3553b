/* cameo check DIR */
#include "cli/cli.h"
#include "core/check.h"
#include "core/rebuild.h"

#include <stdio.h>

static enum err_code check(struct cli *cli, struct err *e)
{
    struct check_report report = { 0 };
    struct rebuild_report rebuilt = { 0 };
    bool rebuild = cli_given(cli, "rebuild");

    enum err_code rc = ERR_NONE;
    if (rebuild)
        rc = store_rebuild(cli->args[0], cli_problem, NULL, &rebuilt, e);
    if (!rc)
        rc = cli_open(cli, false, e);
    if (!rc)
        rc = store_check(cli->core, cli_problem, NULL, &report, e);
    if (rc)
        return rc;

    const struct cli_field fields[] = {
        CLI_FIELD_INT("records", report.records),
        CLI_FIELD_INT("pictures", report.pictures),
        CLI_FIELD_INT("blobs", report.blobs),
        CLI_FIELD_INT("bytes", report.bytes),
        CLI_FIELD_INT("index_bytes", report.index_bytes),
        CLI_FIELD_INT("unused_bytes", report.unused_bytes),
        CLI_FIELD_INT("problems", report.problems),
        CLI_FIELD_INT("transactions", rebuilt.transactions),
        CLI_FIELD_INT("gaps", rebuilt.gaps),
        CLI_FIELD_INT("dropped_links", rebuilt.dropped),
    };
    cli->problems = report.problems > 0 || rebuilt.gaps > 0;
    if (rebuild && !cli->json)
        printf(
            "index made again, %lld transactions behind the copy, %lld gaps, %lld links dropped\n",
            (long long)rebuilt.transactions, (long long)rebuilt.gaps, (long long)rebuilt.dropped);
    if (cli->json)
        cli_print(cli, fields, COUNT(fields) - (rebuild ? 0 : 3));
    else
        printf("%lld records, %lld pictures, %lld blobs of %lld bytes, %lld bytes unused, "
               "%lld problems\n",
               (long long)report.records, (long long)report.pictures, (long long)report.blobs,
               (long long)report.bytes, (long long)report.unused_bytes, (long long)report.problems);
    return ERR_NONE;
}

int cmd_check(int argc, char **argv)
{
    static const struct cli_option options[] = {
        { "rebuild", NULL, "first makes a lost or damaged meta.db again, of what is in packs/" },
        { "json", NULL, "the summary as a JSON object" },
        { 0 },
    };
    static const struct cli_verb verb = {
        "", "DIR",
        "Reads every row and every byte of the store in DIR; problems go to stderr, and the exit "
        "status is 1 when there is one",
        options, check
    };

    return cli_run("check", &verb, 1, argc, argv);
}
