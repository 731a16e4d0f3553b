/* cameo events DIR */
#include "cli/cli.h"
#include "core/event.h"

static enum err_code events(struct cli *cli, struct err *e)
{
    struct event_backlog *all = NULL;
    size_t count = 0;

    enum err_code rc = cli_open(cli, false, e);
    if (!rc)
        rc = event_backlog(cli->core, cli->arena, false, &all, &count, e);
    if (rc)
        return rc;
    for (size_t i = 0; i < count; i++) {
        const struct event_handler *h = &all[i].handler;
        const struct cli_field fields[] = {
            CLI_FIELD_INT("id", h->id),
            CLI_FIELD_INT("application", h->application_id),
            CLI_FIELD_INT("user_id", h->user_id),
            CLI_FIELD_TEXT("event", bytes_str(event_name(h->event))),
            CLI_FIELD_INT("waiting", all[i].waiting),
            CLI_FIELD_TIME("oldest", all[i].oldest_us),
            CLI_FIELD_INT("attempts", all[i].attempts),
            CLI_FIELD_TIME("next", all[i].next_us),
            CLI_FIELD_INT("dropped", all[i].dropped),
            /* what is behind it may be a secret */
            CLI_FIELD_TEXT("url", bytes_first(h->url, bytes_index(h->url, '?'))),
        };
        cli_print_row(cli, i, fields, COUNT(fields));
    }
    cli_print_end(cli, count);
    return ERR_NONE;
}

int cmd_events(int argc, char **argv)
{
    static const struct cli_option options[] = {
        { "json", NULL, "as a JSON array" },
        { 0 },
    };
    static const struct cli_verb verb = {
        "", "DIR",
        "Lists who is told of changed products: what waits for each handler and since when, how "
        "often it was tried, when it is tried next, and how much was dropped since it last "
        "answered",
        options, events
    };

    return cli_run("events", &verb, 1, argc, argv);
}
