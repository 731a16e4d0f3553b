#include "cli/cli.h"

#include <stdio.h>

static enum err_code version(struct cli *cli, struct err *e)
{
    const struct cli_field fields[] = { CLI_FIELD_TEXT("version", bytes_str(CAMEO_VERSION)) };

    (void)e;
    if (cli->json)
        cli_print(cli, fields, COUNT(fields));
    else
        puts("cameo " CAMEO_VERSION);
    return ERR_NONE;
}

int cmd_version(int argc, char **argv)
{
    static const struct cli_option options[] = { { "json", NULL, "as a JSON object" }, { 0 } };
    static const struct cli_verb verb = { "", "", "Says which version this is", options, version };

    return cli_run("version", &verb, 1, argc, argv);
}
