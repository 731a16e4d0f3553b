/* cameo app add|list|remove */
#include "cli/cli.h"
#include "core/application.h"

static enum err_code add(struct cli *cli, struct err *e)
{
    struct application app = { .client_id = bytes_str(cli_value(cli, "client-id")),
                               .name = bytes_str(cli_value(cli, "name")),
                               .redirect_uri = bytes_str(cli_value(cli, "redirect")),
                               .scopes = bytes_str(cli_value(cli, "scopes")) };
    struct bytes secret;

    if (!app.name.at || !app.redirect_uri.at)
        return cli_wrong(cli, e, "wants --name and --redirect");
    enum err_code rc = cli_open(cli, false, e);
    if (!rc)
        rc = application_add(cli->core, cli->arena, &app, bytes_str(NULL), &app, &secret, e);
    if (rc)
        return rc;
    const struct cli_field fields[] = {
        CLI_FIELD_INT("id", app.id),
        CLI_FIELD_TEXT("client_id", app.client_id),
        CLI_FIELD_TEXT("client_secret", secret),
        CLI_FIELD_TEXT("application_token", app.application_token),
        CLI_FIELD_TEXT("redirect_uri", app.redirect_uri),
        CLI_FIELD_TEXT("scopes", app.scopes),
    };
    cli_print(cli, fields, COUNT(fields));
    if (!cli->json)
        cli_say("application %d; its secret is not shown again", app.id);
    return ERR_NONE;
}

static enum err_code list(struct cli *cli, struct err *e)
{
    struct application *apps;
    size_t count;

    enum err_code rc = cli_open(cli, false, e);
    if (!rc)
        rc = application_list(cli->core, cli->arena, &apps, &count, e);
    if (rc)
        return rc;
    for (size_t i = 0; i < count; i++) {
        const struct cli_field fields[] = {
            CLI_FIELD_INT("id", apps[i].id),
            CLI_FIELD_TEXT("name", apps[i].name),
            CLI_FIELD_TEXT("client_id", apps[i].client_id),
            CLI_FIELD_TEXT("redirect_uri", apps[i].redirect_uri),
            CLI_FIELD_TEXT("scopes", apps[i].scopes),
            CLI_FIELD_TIME("created", apps[i].created_us),
        };
        cli_print_row(cli, i, fields, COUNT(fields));
    }
    cli_print_end(cli, count);
    return ERR_NONE;
}

static enum err_code remove_app(struct cli *cli, struct err *e)
{
    int32_t id;

    enum err_code rc = cli_number(cli, "ID", cli->args[1], 1, INT32_MAX, &id, e);
    if (!rc)
        rc = cli_open(cli, false, e);
    return rc ? rc : application_remove(cli->core, id, e);
}

static const struct cli_option add_options[] = {
    { "name", "TEXT", "what users see when they are asked; must be given" },
    { "redirect", "URI", "where they are sent back to with a code; must be given" },
    { "scopes", "LIST", "the most its tokens may hold, comma between; catalog unless said" },
    { "client-id", "TEXT", "of your own choice; else one is made" },
    { "json", NULL, "as a JSON object" },
    { 0 },
};
static const struct cli_option list_options[] = {
    { "json", NULL, "as a JSON array" },
    { 0 },
};

int cmd_app(int argc, char **argv)
{
    static const struct cli_verb verbs[] = {
        { "add", "DIR", "Registers an application and prints its secret, this once", add_options,
          add },
        { "list", "DIR", "Lists all applications, without their secrets", list_options, list },
        { "remove", "DIR ID", "Removes an application with its tokens and event handlers", NULL,
          remove_app },
    };

    return cli_run("app", verbs, COUNT(verbs), argc, argv);
}
