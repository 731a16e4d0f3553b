/* cameo: the program. */
#include "cli/cli.h"

#include <errno.h>
#include <stdio.h>

const struct cli_command cli_commands[] = {
    { "serve", cmd_serve, "serves a store over HTTP" },
    { "user", cmd_user, "adds, lists, disables users and sets their passwords" },
    { "key", cmd_key, "makes, lists, revokes tickets, access tokens and webhooks" },
    { "link", cmd_link, "signs addresses of pictures, and changes the key they are signed with" },
    { "app", cmd_app, "adds, lists, removes applications that users let in by OAuth 2" },
    { "record", cmd_record, "adds, lists, deletes contacts, persons, products, projects" },
    { "picture", cmd_picture, "puts, gets, shows, deletes pictures of records" },
    { "duplicates", cmd_duplicates, "lists pictures that are the same, or look alike" },
    { "history", cmd_history, "lists what was changed, of one record or of all" },
    { "undo", cmd_undo, "puts back what a change changed" },
    { "erase", cmd_erase, "erases a record for good, from history too" },
    { "audit", cmd_audit, "lists who changed what when" },
    { "events", cmd_events, "lists event handlers and what waits for them" },
    { "check", cmd_check, "reads every row and every byte of a store and reports" },
    { "scrub", cmd_scrub, "looks through the packs of a store and repairs what is damaged" },
    { "collect", cmd_collect, "gives back the bytes of deleted pictures, as serve does" },
    { "key-rotate", cmd_key_rotate, "wraps the keys of sealed pictures under a new one" },
    { "reseal", cmd_reseal, "seals what lies there in plain, or opens what is sealed" },
    { "backup", cmd_backup, "copies a store into a folder of backups, while it is used" },
    { "restore", cmd_restore, "makes a store of a backup" },
    { "version", cmd_version, "says which version this is" },
    { "help", cmd_help, "shows this, a command, or the settings" },
};
const size_t cli_command_count = COUNT(cli_commands);

/* What was printed may still wait in a buffer, and the disk may be full. */
static int finish(int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    cli_say("write to stdout: %s", strerrordesc_np(errno));
    return status ? status : CLI_FAILED;
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "";

    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        name = "help";
    if (strcmp(name, "--version") == 0)
        name = "version";
    for (size_t i = 0; i < cli_command_count; i++) {
        if (strcmp(cli_commands[i].name, name) == 0)
            return finish(cli_commands[i].run(argc - 1, argv + 1));
    }
    if (*name)
        cli_say("there is no command '%s'", name);
    else
        cli_say("wants a command");
    fputs("try: cameo help\n", stderr);
    return CLI_USAGE;
}
