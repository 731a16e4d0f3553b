/* cameo scrub DIR */
#include "cli/cli.h"
#include "core/scrub.h"

#include <stdio.h>

#define MIB (1LL << 20)

static enum err_code print_status(struct cli *cli, struct err *e)
{
    struct scrub_status status;

    enum err_code rc = store_scrub_status(cli->core, &status, e);
    if (rc)
        return rc;
    const struct cli_field fields[] = {
        CLI_FIELD_INT("bytes", status.bytes),
        CLI_FIELD_INT("protected_bytes", status.protected_bytes),
        CLI_FIELD_TIME("begun", status.begun_us),
        CLI_FIELD_TIME("ended", status.ended_us),
        CLI_FIELD_INT("damaged_blocks", status.bad_blocks),
        CLI_FIELD_INT("repaired_blocks", status.repaired_blocks),
        CLI_FIELD_INT("repaired_blobs", status.repaired_blobs),
        CLI_FIELD_INT("refused_reads", status.refused_reads),
        CLI_FIELD_INT("refused_index_reads", status.refused_index_reads),
        CLI_FIELD_INT("damaged_blobs", status.bad_blobs),
    };
    cli_print(cli, fields, COUNT(fields));
    cli->problems = status.bad_blobs > 0;
    return ERR_NONE;
}

static enum err_code scrub(struct cli *cli, struct err *e)
{
    struct scrub_options options = { .cached = cli_given(cli, "cached"), .problem = cli_problem };
    struct scrub_counts counts = { 0 };
    int32_t rate = 0;

    enum err_code rc = cli_number_option(cli, "rate", 1, INT32_MAX, &rate, e);
    if (!rc)
        rc = cli_open(cli, false, e);
    if (!rc && cli_given(cli, "status"))
        return print_status(cli, e);
    options.bytes_per_second = rate * MIB;
    if (!rc)
        rc = store_scrub(cli->core, &options, &counts, e);
    if (rc)
        return rc;

    const struct cli_field fields[] = {
        CLI_FIELD_INT("bytes", counts.bytes),
        CLI_FIELD_INT("damaged_blocks", counts.bad_blocks),
        CLI_FIELD_INT("repaired_blocks", counts.repaired_blocks),
        CLI_FIELD_INT("damaged_parity_blocks", counts.bad_spare_blocks),
        CLI_FIELD_INT("made_zones", counts.made_zones),
        CLI_FIELD_INT("repaired_blobs", counts.repaired_blobs),
        CLI_FIELD_INT("damaged_blobs", counts.lost_blobs),
        CLI_FIELD_INT("index_bytes", counts.index_bytes),
        CLI_FIELD_INT("damaged_pages", counts.bad_pages),
        CLI_FIELD_INT("problems", counts.problems),
    };
    cli_print(cli, fields, COUNT(fields));
    cli->problems = counts.problems > 0;
    return ERR_NONE;
}

int cmd_scrub(int argc, char **argv)
{
    static const struct cli_option options[] = {
        { "rate", "MIB", "at most so many MiB a second", false },
        { "cached", NULL, "believe what is in memory; else the disk is asked anew", false },
        { "status", NULL, "only say what is known, and look at nothing", false },
        { "json", NULL, "the counts as a JSON object", false },
        { 0 },
    };
    static const struct cli_verb verb = {
        "", "DIR",
        "Looks through all packs, repairs what is damaged, and makes what later repairs need; "
        "findings go to stderr, and the exit status is 1 when something stays damaged",
        options, scrub
    };

    return cli_run("scrub", &verb, 1, argc, argv);
}
