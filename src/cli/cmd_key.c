/* cameo key ticket|token|webhook|list|revoke */
#include "base/clock.h"
#include "cli/cli.h"
#include "core/access.h"

#include <stdio.h>

static enum err_code read_options(struct cli *cli, struct credential *key, struct err *e)
{
    const char *expires = cli_value(cli, "expires");
    int32_t seconds = 0;

    if (expires && strcmp(expires, "never") != 0) {
        enum err_code rc = cli_number(cli, "--expires", expires, 1, INT32_MAX, &seconds, e);
        if (rc)
            return rc;
    }
    bool bitrix24 = key->kind == CREDENTIAL_AUTH || key->kind == CREDENTIAL_WEBHOOK;
    if (cli_given(cli, "scope") && !bitrix24)
        return cli_wrong(cli, e, "--scope is for Bitrix24: use it with --bitrix24");
    if (cli_given(cli, "scope"))
        key->scopes = bytes_str(cli_value(cli, "scope"));
    else if (bitrix24)
        key->scopes = B("catalog");
    key->label = bytes_str(cli_value(cli, "label"));
    key->read_only = cli_given(cli, "read-only");
    key->expires_us = seconds ? clock_now_us() + seconds * SECOND_US : 0;
    return ERR_NONE;
}

/* What SuperOffice's live for unless the operator says otherwise (superoffice 6.2). */
static void set_life(const struct cli *cli, struct credential *key)
{
    int64_t life_us = 0;

    if (cli_given(cli, "expires"))
        return;
    if (key->kind == CREDENTIAL_TICKET)
        life_us = key->sliding_us = cli->settings.ticket_seconds * SECOND_US;
    else if (key->kind == CREDENTIAL_TOKEN)
        life_us = cli->settings.token_seconds * SECOND_US;
    key->expires_us = life_us ? clock_now_us() + life_us : 0;
}

/* The only time the secret is seen. A webhook is known by its path, which holds the secret. */
static void show(struct cli *cli, const struct credential *key, struct bytes name,
                 struct bytes secret)
{
    struct strbuf path;

    strbuf_init(&path, cli->arena, 128, 1024);
    if (key->kind == CREDENTIAL_WEBHOOK) {
        strbuf_printf(&path, "/rest/%d/", key->user_id);
        strbuf_add(&path, secret);
        strbuf_char(&path, '/');
    }
    const struct cli_field fields[] = {
        CLI_FIELD_INT("id", key->id),
        CLI_FIELD_TEXT("kind", bytes_str(credential_kind_name(key->kind))),
        CLI_FIELD_INT("user_id", key->user_id),
        CLI_FIELD_TEXT("user", name),
        CLI_FIELD_TIME("expires", key->expires_us),
        CLI_FIELD_TEXT("secret", secret),
        CLI_FIELD_TEXT("path", strbuf_bytes(&path)),
    };
    if (cli->json) {
        cli_print(cli, fields, COUNT(fields) - (path.len == 0));
    } else {
        struct bytes shown = path.len ? strbuf_bytes(&path) : secret;
        printf("%.*s\n", (int)shown.len, shown.at);
        cli_say("key %d of user '%.*s'; it is not shown again", key->id, (int)name.len, name.at);
    }
}

static enum err_code make(struct cli *cli, enum credential_kind kind, struct err *e)
{
    struct credential key = { .kind = kind };
    struct user user;
    struct bytes secret;

    enum err_code rc = read_options(cli, &key, e);
    if (!rc)
        rc = cli_open(cli, false, e);
    if (!rc)
        rc = user_find(cli->core, cli->arena, bytes_str(cli->args[1]), &user, e);
    if (rc)
        return rc;
    key.user_id = user.id;
    set_life(cli, &key);
    rc = credential_add(cli->core, cli->arena, &key, bytes_str(NULL), &secret, &key.id, e);
    if (rc)
        return rc;
    show(cli, &key, user.name, secret);
    return ERR_NONE;
}

static enum err_code ticket(struct cli *cli, struct err *e)
{
    return make(cli, CREDENTIAL_TICKET, e);
}

static enum err_code token(struct cli *cli, struct err *e)
{
    return make(cli, cli_given(cli, "bitrix24") ? CREDENTIAL_AUTH : CREDENTIAL_TOKEN, e);
}

static enum err_code webhook(struct cli *cli, struct err *e)
{
    return make(cli, CREDENTIAL_WEBHOOK, e);
}

static enum err_code list(struct cli *cli, struct err *e)
{
    struct credential *keys;
    size_t count;

    enum err_code rc = cli_open(cli, false, e);
    if (!rc)
        rc = credential_list(cli->core, cli->arena, &keys, &count, e);
    if (rc)
        return rc;
    for (size_t i = 0; i < count; i++) {
        const struct credential *k = &keys[i];
        const struct cli_field fields[] = {
            CLI_FIELD_INT("id", k->id),
            CLI_FIELD_TEXT("kind", bytes_str(credential_kind_name(k->kind))),
            CLI_FIELD_INT("user_id", k->user_id),
            CLI_FIELD_BOOL("read_only", k->read_only),
            CLI_FIELD_TEXT("scopes", k->scopes),
            CLI_FIELD_TIME("created", k->created_us),
            CLI_FIELD_TIME("expires", k->expires_us),
            CLI_FIELD_TEXT("label", k->label),
        };
        cli_print_row(cli, i, fields, COUNT(fields));
    }
    cli_print_end(cli, count);
    return ERR_NONE;
}

static enum err_code revoke(struct cli *cli, struct err *e)
{
    int32_t id;

    enum err_code rc = cli_number(cli, "ID", cli->args[1], 1, INT32_MAX, &id, e);
    if (!rc)
        rc = cli_open(cli, false, e);
    return rc ? rc : credential_revoke(cli->core, id, e);
}

#define COMMON_OPTIONS                                                                             \
    { "read-only", NULL, "may read only, whatever the user may" },                                 \
        { "expires", "SECONDS", "dies so long from now, or never; see the manual" },               \
        { "label", "TEXT", "your own words, shown by list" },                                      \
    {                                                                                              \
        "json", NULL, "key and its id as a JSON object"                                            \
    }

#define SCOPE_OPTION                                                                               \
    {                                                                                              \
        "scope", "LIST", "Bitrix24's scopes, comma between; catalog unless said"                   \
    }

static const struct cli_option ticket_options[] = { COMMON_OPTIONS, { 0 } };
static const struct cli_option token_options[] = {
    { "bitrix24", NULL, "an access token for Bitrix24's auth; else one for SuperOffice" },
    SCOPE_OPTION,
    COMMON_OPTIONS,
    { 0 },
};
static const struct cli_option webhook_options[] = { SCOPE_OPTION, COMMON_OPTIONS, { 0 } };
static const struct cli_option list_options[] = {
    { "json", NULL, "as a JSON array" },
    { 0 },
};

int cmd_key(int argc, char **argv)
{
    static const struct cli_verb verbs[] = {
        { "ticket", "DIR LOGIN", "Makes a SuperOffice ticket and prints it, this once",
          ticket_options, ticket },
        { "token", "DIR LOGIN", "Makes an access token and prints it, this once", token_options,
          token },
        { "webhook", "DIR LOGIN", "Makes a Bitrix24 webhook and prints its path, this once",
          webhook_options, webhook },
        { "list", "DIR", "Lists all keys, without their secrets", list_options, list },
        { "revoke", "DIR ID", "Takes a key back for good", NULL, revoke },
    };

    return cli_run("key", verbs, COUNT(verbs), argc, argv);
}
