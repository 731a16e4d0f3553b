#include "cli/cli.h"
#include "app/config.h"
#include "base/log.h"
#include "core/access.h"

#include <assert.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define ARENA_MAX (1UL << 30) /* lists of users and keys are held whole */

int cli_status_of(enum err_code code)
{
    if (code == ERR_NONE)
        return CLI_DONE;
    return code == ERR_UNAVAILABLE || code == ERR_BUSY ? CLI_AWAY : CLI_FAILED;
}

void cli_say(const char *fmt, ...)
{
    char line[2 * ERR_TEXT_MAX];
    va_list args;

    va_start(args, fmt);
    vsnprintf(line, sizeof line, fmt, args);
    va_end(args);

    CLEANUP(arena_freep) struct arena *arena = arena_new(32 * ERR_TEXT_MAX);
    struct strbuf out;
    if (!arena)
        return;
    strbuf_init(&out, arena, 8 * ERR_TEXT_MAX, 16 * ERR_TEXT_MAX);
    cli_escape(&out, bytes_str(line));
    fprintf(stderr, "cameo: %.*s\n", (int)out.len, out.at);
}

void cli_problem(void *context, const char *line)
{
    (void)context;
    cli_say("%s", line);
}

enum err_code cli_wrong(struct cli *cli, struct err *e, const char *fmt, ...)
{
    char text[ERR_TEXT_MAX];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    cli->wrong_usage = true;
    return err_set(e, ERR_INVALID, "%s", text);
}

static size_t option_count(const struct cli_verb *verb)
{
    size_t count = 0;

    while (verb->options && verb->options[count].name)
        count++;
    assert(count <= CLI_OPTIONS_MAX);
    return count;
}

const char *cli_value(const struct cli *cli, const char *option)
{
    for (size_t i = 0; i < option_count(cli->verb); i++) {
        if (strcmp(cli->verb->options[i].name, option) == 0)
            return cli->values[i];
    }
    return NULL;
}

bool cli_given(const struct cli *cli, const char *option)
{
    return cli_value(cli, option) != NULL;
}

enum err_code cli_number(struct cli *cli, const char *what, const char *text, int32_t min,
                         int32_t max, int32_t *out, struct err *e)
{
    int32_t number;
    char quoted[LOG_QUOTE_MAX];

    if (!bytes_to_int32(bytes_str(text), &number) || number < min || number > max)
        return cli_wrong(cli, e, "%s is %s, not a whole number from %d to %d", what,
                         log_quote(bytes_str(text), quoted), min, max);
    *out = number;
    return ERR_NONE;
}

enum err_code cli_number_option(struct cli *cli, const char *option, int32_t min, int32_t max,
                                int32_t *out, struct err *e)
{
    const char *text = cli_value(cli, option);
    char what[64];

    snprintf(what, sizeof what, "--%s", option);
    return text ? cli_number(cli, what, text, min, max, out, e) : ERR_NONE;
}

enum err_code cli_kind(struct cli *cli, const char *text, enum record_kind *out, struct err *e)
{
    char quoted[LOG_QUOTE_MAX];

    if (!kind_from_name(bytes_str(text), out))
        return cli_wrong(cli, e, "KIND is %s, not contact, person, product or project",
                         log_quote(bytes_str(text), quoted));
    return ERR_NONE;
}

enum err_code cli_owner(struct cli *cli, struct owner *out, struct err *e)
{
    struct owner owner;

    enum err_code rc = cli_kind(cli, cli->args[1], &owner.kind, e);
    if (!rc)
        rc = cli_number(cli, "ID", cli->args[2], 1, INT32_MAX, &owner.id, e);
    if (rc)
        return rc;
    *out = owner;
    return ERR_NONE;
}

enum err_code cli_may_write(const struct cli *cli, struct err *e)
{
    if (!cli->principal.may_write)
        return err_set(e, ERR_DENIED, "user '%s' may only read", cli_value(cli, "as"));
    return ERR_NONE;
}

static enum err_code act_as(struct cli *cli, const char *name, struct err *e)
{
    struct user user;

    enum err_code rc = user_find(cli->core, cli->arena, bytes_str(name), &user, e);
    if (rc)
        return err_context(e, "--as");
    if (user.disabled)
        return err_set(e, ERR_DENIED, "--as: user '%s' is disabled", name);
    cli->principal.user_id = user.id;
    cli->principal.role = user.role;
    cli->principal.may_write = user.role != USER_READER;
    return ERR_NONE;
}

enum err_code cli_open(struct cli *cli, bool create, struct err *e)
{
    struct store_options options = { cli->args[0], &cli->settings, create };

    enum err_code rc = config_load(cli->arena, cli->args[0], &cli->settings, e);
    if (!rc)
        rc = store_open(&options, &cli->store, e);
    if (!rc)
        rc = core_open(cli->store, true, &cli->core, e);
    if (rc)
        return rc;
    cli->principal = (struct principal){
        .role = USER_ADMINISTRATOR, .wire = WIRE_COMMAND, .may_write = true, .catalog = true
    };
    if (cli_given(cli, "as") && (rc = act_as(cli, cli_value(cli, "as"), e)))
        return rc;
    core_act_for(cli->core, &cli->principal);
    return ERR_NONE;
}

static void cli_done(struct cli *cli)
{
    core_close(cli->core);
    store_close(cli->store);
    arena_free(cli->arena);
}

static void print_verb(const char *command, const struct cli_verb *verb)
{
    printf("usage: cameo %s%s%s%s %s\n\n%s.\n", command, *verb->name ? " " : "", verb->name,
           verb->options ? " [OPTION]..." : "", verb->args, verb->summary);
    printf("\noptions:\n");
    for (size_t i = 0; i < option_count(verb); i++) {
        const struct cli_option *o = &verb->options[i];
        printf("  --%s%s%-*s  %s\n", o->name, o->value ? " " : "",
               (int)(24 - strlen(o->name) - (o->value ? 1 : 0)), o->value ? o->value : "", o->help);
    }
    printf("  --%-24s  %s\n", "help", "shows this");
}

static void print_verbs(const char *command, const struct cli_verb *verbs, size_t count)
{
    if (!*verbs->name) {
        print_verb(command, verbs);
        return;
    }
    printf("usage: cameo %s VERB [OPTION]... DIR ...\n\nverbs:\n", command);
    for (size_t i = 0; i < count; i++)
        printf("  %-10s  %s\n", verbs[i].name, verbs[i].summary);
    printf("\n'cameo %s VERB --help' shows the arguments and options of one.\n", command);
}

/* Tells how many words `args` has, and how many of them stand in brackets. */
static void count_args(const char *args, int *least, int *most)
{
    *least = 0;
    *most = 0;
    for (const char *at = args; *at; at++) {
        if (at == args || at[-1] == ' ') {
            (*most)++;
            *least += *at != '[';
        }
    }
}

static enum err_code take_args(struct cli *cli, int argc, char **argv, struct err *e)
{
    int least;
    int most;

    count_args(cli->verb->args, &least, &most);
    assert(most <= CLI_ARGS_MAX);
    if (argc < least || argc > most)
        return cli_wrong(cli, e, "wants %s", cli->verb->args);
    for (int i = 0; i < argc; i++)
        cli->args[i] = argv[i];
    return ERR_NONE;
}

/* Every option has its row + 1 as getopt's value; 0 is --help. */
static void getopt_table(const struct cli_verb *verb, struct option *table)
{
    size_t count = option_count(verb);

    for (size_t i = 0; i < count; i++)
        table[i] = (struct option){ verb->options[i].name,
                                    verb->options[i].value ? required_argument : no_argument, NULL,
                                    (int)i + 1 };
    table[count] = (struct option){ "help", no_argument, NULL, 0 };
    table[count + 1] = (struct option){ 0 };
}

static enum err_code take_options(struct cli *cli, int argc, char **argv, bool *help, struct err *e)
{
    struct option table[CLI_OPTIONS_MAX + 2];
    int found;

    getopt_table(cli->verb, table);
    opterr = 0;
    optind = 0;
    while ((found = getopt_long(argc, argv, ":", table, NULL)) != -1) {
        if (found == 0) {
            *help = true;
            return ERR_NONE;
        }
        if (found == ':')
            return cli_wrong(cli, e, "option '%s' wants a value", argv[optind - 1]);
        if (found == '?' && optopt > CLI_OPTIONS_MAX) /* a letter: perhaps one of several */
            return cli_wrong(cli, e, "there is no option '-%c'", optopt);
        if (found == '?')
            return cli_wrong(cli, e, "option '%s' is unknown or takes no value", argv[optind - 1]);
        if (optarg && !bytes_is_utf8(bytes_str(optarg)))
            return cli_wrong(cli, e, "option '--%s' is not UTF-8", table[found - 1].name);
        const char **value = &cli->values[found - 1];
        if (*value && cli->verb->options[found - 1].repeats)
            *value = arena_printf(cli->arena, "%s\n%s", *value, optarg);
        else
            *value = optarg ? optarg : "";
    }
    cli->json = cli_given(cli, "json");
    return take_args(cli, argc - optind, argv + optind, e);
}

static int finish(struct cli *cli, enum err_code rc, const struct err *e)
{
    const char *verb = cli->verb->name;
    const char *space = *verb ? " " : "";

    if (cli->wrong_usage) {
        cli_say("%s%s%s: %s", cli->command, space, verb, e->text);
        fprintf(stderr, "try: cameo %s%s%s --help\n", cli->command, space, verb);
        return CLI_USAGE;
    }
    if (rc) {
        cli_say("%s", e->text);
        return cli_status_of(rc);
    }
    return cli->problems ? CLI_FAILED : CLI_DONE;
}

static int run_verb(const char *command, const struct cli_verb *verb, int argc, char **argv)
{
    struct cli cli = { .command = command, .verb = verb, .arena = arena_new(ARENA_MAX) };
    struct err e = { 0 };
    bool help = false;

    if (!cli.arena) {
        cli_say("out of memory");
        return CLI_FAILED;
    }
    enum err_code rc = take_options(&cli, argc, argv, &help, &e);
    if (!rc && help)
        print_verb(command, verb);
    else if (!rc)
        rc = verb->run(&cli, &e);

    int status = finish(&cli, rc, &e);
    cli_done(&cli);
    return status;
}

int cli_run(const char *command, const struct cli_verb *verbs, size_t count, int argc, char **argv)
{
    if (!*verbs->name)
        return run_verb(command, verbs, argc, argv);
    if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)) {
        print_verbs(command, verbs, count);
        return CLI_DONE;
    }
    for (size_t i = 0; argc > 1 && i < count; i++) {
        if (strcmp(verbs[i].name, argv[1]) == 0)
            return run_verb(command, &verbs[i], argc - 1, argv + 1);
    }
    if (argc > 1)
        cli_say("%s: there is no verb '%s'", command, argv[1]);
    else
        cli_say("%s: wants a verb", command);
    fprintf(stderr, "try: cameo %s --help\n", command);
    return CLI_USAGE;
}
