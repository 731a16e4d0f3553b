/* cameo collect DIR */
#include "cli/cli.h"
#include "core/check.h"
#include "core/rendition.h"

#define BLOBS_AT_ONCE 1000 /* so that no transaction holds others up */

static enum err_code collect(struct cli *cli, struct err *e)
{
    int64_t flushed = 0;
    int64_t blobs = 0;
    size_t given = 0;

    enum err_code rc = cli_open(cli, false, e);
    do {
        if (!rc)
            rc = store_collect(cli->core, BLOBS_AT_ONCE, &given, e);
        if (!rc)
            blobs += (int64_t)given;
    } while (!rc && given == BLOBS_AT_ONCE);
    if (!rc)
        rc = renditions_tidy(cli->core, e);
    if (!rc)
        rc = store_checkpoint(cli->core, e);
    if (!rc)
        rc = store_keep_index(cli->core, &flushed, e);
    if (rc)
        return rc;

    const struct cli_field fields[] = { CLI_FIELD_INT("blobs", blobs) };
    cli_print(cli, fields, COUNT(fields));
    return ERR_NONE;
}

int cmd_collect(int argc, char **argv)
{
    static const struct cli_option options[] = {
        { "json", NULL, "the number of blobs as a JSON object" },
        { 0 },
    };
    static const struct cli_verb verb = { "", "DIR",
                                          "Gives back the bytes of pictures that were deleted "
                                          "longer ago than grace_seconds, and keeps "
                                          "the cache within its bounds, as serve does by itself; "
                                          "for an nginx of your own, once in a while",
                                          options, collect };

    return cli_run("collect", &verb, 1, argc, argv);
}
