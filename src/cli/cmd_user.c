/* cameo user add|list|password|disable|enable */
#include "base/log.h"
#include "cli/cli.h"
#include "core/access.h"

#include <stdio.h>

/* The fields that SuperOffice calls Associate. */
static enum err_code read_fields(struct cli *cli, struct user *user, struct err *e)
{
    static const struct {
        const char *option;
        int32_t min;
        size_t offset;
    } numbers[] = {
        { "id", 1, offsetof(struct user, id) },
        { "person-id", 0, offsetof(struct user, person_id) },
        { "rank", INT32_MIN, offsetof(struct user, rank) },
        { "group-idx", 0, offsetof(struct user, group_idx) },
        { "ej-user-id", 0, offsetof(struct user, ej_user_id) },
    };

    for (size_t i = 0; i < COUNT(numbers); i++) {
        int32_t *field = (int32_t *)(void *)((char *)user + numbers[i].offset);
        enum err_code rc =
            cli_number_option(cli, numbers[i].option, numbers[i].min, INT32_MAX, field, e);
        if (rc)
            return rc;
    }
    user->full_name = bytes_str(cli_value(cli, "full-name"));
    user->formal_name = bytes_str(cli_value(cli, "formal-name"));
    user->tooltip = bytes_str(cli_value(cli, "tooltip"));
    if (cli_given(cli, "type") &&
        !associate_type_from_name(bytes_str(cli_value(cli, "type")), &user->type))
        return cli_wrong(cli, e,
                         "--type is none of InternalAssociate, ResourceAssociate, "
                         "ExternalAssociate, AnonymousAssociate, SystemAssociate");
    if (cli_given(cli, "role") &&
        !user_role_from_name(bytes_str(cli_value(cli, "role")), &user->role))
        return cli_wrong(cli, e, "--role is none of reader, editor, administrator");
    return ERR_NONE;
}

static enum err_code add_user(struct cli *cli, const struct user *user, struct bytes password,
                              struct err *e)
{
    int32_t id;

    enum err_code rc = cli_open(cli, true, e);
    if (!rc)
        rc = user_add(cli->core, user, password, &id, e);
    if (rc)
        return rc;

    const struct cli_field fields[] = { CLI_FIELD_INT("id", id),
                                        CLI_FIELD_TEXT("name", user->name) };
    if (cli->json)
        cli_print(cli, fields, COUNT(fields));
    else
        printf("%d\n", id);
    return ERR_NONE;
}

static enum err_code add(struct cli *cli, struct err *e)
{
    struct user user = { .name = bytes_str(cli->args[1]),
                         .type = ASSOCIATE_INTERNAL,
                         .role = USER_READER };
    char room[CLI_PASSWORD_MAX];
    struct bytes password = { 0 };

    enum err_code rc = read_fields(cli, &user, e);
    if (!rc && !cli_given(cli, "no-password"))
        rc = cli_read_password(room, &password, e);
    if (!rc)
        rc = add_user(cli, &user, password, e);
    explicit_bzero(room, sizeof room);
    return rc;
}

static enum err_code list(struct cli *cli, struct err *e)
{
    struct user *users;
    size_t count;

    enum err_code rc = cli_open(cli, false, e);
    if (!rc)
        rc = user_list(cli->core, cli->arena, &users, &count, e);
    if (rc)
        return rc;
    for (size_t i = 0; i < count; i++) {
        const struct user *u = &users[i];
        const struct cli_field fields[] = {
            CLI_FIELD_INT("id", u->id),
            CLI_FIELD_TEXT("name", u->name),
            CLI_FIELD_TEXT("role", bytes_str(user_role_name(u->role))),
            CLI_FIELD_BOOL("disabled", u->disabled),
            CLI_FIELD_TEXT("type", bytes_str(associate_type_name(u->type))),
            CLI_FIELD_INT("person_id", u->person_id),
            CLI_FIELD_INT("rank", u->rank),
            CLI_FIELD_INT("group_idx", u->group_idx),
            CLI_FIELD_INT("ej_user_id", u->ej_user_id),
            CLI_FIELD_TEXT("full_name", u->full_name),
            CLI_FIELD_TEXT("formal_name", u->formal_name),
            CLI_FIELD_TEXT("tooltip", u->tooltip),
        };
        cli_print_row(cli, i, fields, COUNT(fields));
    }
    cli_print_end(cli, count);
    return ERR_NONE;
}

static enum err_code open_and_find(struct cli *cli, struct user *user, struct err *e)
{
    enum err_code rc = cli_open(cli, false, e);

    return rc ? rc : user_find(cli->core, cli->arena, bytes_str(cli->args[1]), user, e);
}

static enum err_code set_password(struct cli *cli, struct err *e)
{
    struct user user;
    char room[CLI_PASSWORD_MAX];
    struct bytes password = { 0 };

    enum err_code rc = open_and_find(cli, &user, e);
    if (!rc)
        rc = cli_read_password(room, &password, e);
    if (!rc)
        rc = user_set_password(cli->core, user.id, password, e);
    explicit_bzero(room, sizeof room);
    return rc;
}

static enum err_code set_disabled(struct cli *cli, bool disabled, struct err *e)
{
    struct user user;
    enum err_code rc = open_and_find(cli, &user, e);

    return rc ? rc : user_set_disabled(cli->core, user.id, disabled, e);
}

static enum err_code disable(struct cli *cli, struct err *e)
{
    return set_disabled(cli, true, e);
}

static enum err_code enable(struct cli *cli, struct err *e)
{
    return set_disabled(cli, false, e);
}

static const struct cli_option add_options[] = {
    { "id", "N", "this id instead of the next free one" },
    { "role", "ROLE", "reader (unless said), editor or administrator" },
    { "no-password", NULL, "reached by tickets, tokens and webhooks only" },
    { "full-name", "TEXT", "first and last name" },
    { "formal-name", "TEXT", "name with title" },
    { "person-id", "N", "the user's own person record" },
    { "rank", "N", "place in lists" },
    { "tooltip", "TEXT", "a line about the user" },
    { "type", "NAME", "InternalAssociate (unless said) or another of SuperOffice's" },
    { "group-idx", "N", "the primary group" },
    { "ej-user-id", "N", "the user's id in customer service" },
    { "json", NULL, "the new user's id and name as a JSON object" },
    { 0 },
};

static const struct cli_option list_options[] = {
    { "json", NULL, "as a JSON array" },
    { 0 },
};

int cmd_user(int argc, char **argv)
{
    static const struct cli_verb verbs[] = {
        { "add", "DIR LOGIN",
          "Adds a user and prints its id; the password comes from stdin. Makes the store when "
          "there is none",
          add_options, add },
        { "list", "DIR", "Lists all users", list_options, list },
        { "password", "DIR LOGIN", "Sets a user's password, read from stdin", NULL, set_password },
        { "disable", "DIR LOGIN", "Lets a user in no more, by whatever credential", NULL, disable },
        { "enable", "DIR LOGIN", "Lets a disabled user in again", NULL, enable },
    };

    return cli_run("user", verbs, COUNT(verbs), argc, argv);
}
