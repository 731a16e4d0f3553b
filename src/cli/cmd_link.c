/* cameo link sign|rotate */
#include "base/clock.h"
#include "cli/cli.h"
#include "core/signed_link.h"

#include <stdio.h>

/* A whole address may be given, as it is copied from somewhere. */
static struct bytes without_base(const struct cli *cli, struct bytes target)
{
    struct bytes base = cli->settings.public_url;

    return base.len && bytes_starts(target, base) ? bytes_from(target, base.len) : target;
}

static enum err_code sign(struct cli *cli, struct err *e)
{
    struct link_signer signer;
    struct bytes made;
    int32_t seconds = 0;

    enum err_code rc =
        cli_number_option(cli, "seconds", 1, (int32_t)SIGNED_LINK_SECONDS_MAX, &seconds, e);
    if (!rc)
        rc = cli_open(cli, false, e);
    if (rc)
        return rc;
    struct bytes target = without_base(cli, bytes_str(cli->args[1]));
    if (!bytes_starts(target, B("/pictures/")))
        return err_set(e, ERR_INVALID, "PATH is /pictures/KIND/ID, with or without parameters");
    if ((rc = link_signer_init(cli->core, seconds, &signer, e)) ||
        (rc = signed_link_make(&signer, cli->arena, target, &made, e)))
        return rc;
    struct bytes base = cli->settings.public_url;
    char *link = arena_printf(cli->arena, "%.*s%.*s", (int)base.len, base.len ? base.at : "",
                              (int)made.len, made.at);
    if (!link)
        return err_set(e, ERR_NO_MEMORY, "a link");
    const struct cli_field fields[] = {
        CLI_FIELD_TEXT("link", bytes_str(link)),
        CLI_FIELD_TIME("expires", signer.expires * SECOND_US),
    };
    if (cli->json)
        cli_print(cli, fields, COUNT(fields));
    else
        printf("%s\n", link);
    return ERR_NONE;
}

static enum err_code rotate(struct cli *cli, struct err *e)
{
    enum err_code rc = cli_open(cli, false, e);

    return rc ? rc : signed_link_rotate(cli->core, e);
}

static const struct cli_option sign_options[] = {
    { "seconds", "N", "life at least; then up to the end of the window" },
    { "json", NULL, "link and its end as a JSON object" },
    { 0 },
};

int cmd_link(int argc, char **argv)
{
    static const struct cli_verb verbs[] = {
        { "sign", "DIR PATH", "Signs the address of a picture and prints it", sign_options, sign },
        { "rotate", "DIR", "Makes a new key; links made before the last rotation are void", NULL,
          rotate },
    };

    return cli_run("link", verbs, COUNT(verbs), argc, argv);
}
