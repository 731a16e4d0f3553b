/* cameo reseal DIR */
#include "cli/cli.h"
#include "core/keys.h"

#define BLOBS_AT_ONCE 256

static enum err_code reseal(struct cli *cli, struct err *e)
{
    int64_t after = 0;
    int64_t done = 0;
    bool more = true;

    enum err_code rc = cli_open(cli, false, e);
    while (!rc && more)
        rc = keys_reseal(cli->core, &after, BLOBS_AT_ONCE, &done, &more, e);
    if (rc)
        return rc;
    const struct cli_field fields[] = { CLI_FIELD_INT("blobs", done) };
    cli_print(cli, fields, COUNT(fields));
    return ERR_NONE;
}

int cmd_reseal(int argc, char **argv)
{
    static const struct cli_option options[] = {
        { "json", NULL, "the number of blobs as a JSON object" },
        { 0 },
    };
    static const struct cli_verb verb = {
        "", "DIR",
        "Stores anew what is not stored as the setting encryption says: seals what lies there in "
        "plain, or opens what is sealed. Others go on meanwhile; the bytes as they were are given "
        "back after grace_seconds",
        options, reseal
    };

    return cli_run("reseal", &verb, 1, argc, argv);
}
