/* cameo serve DIR */
#include "app/serve.h"
#include "cli/cli.h"

#define LISTEN_DEFAULT "127.0.0.1:8080"

/* Every value of an option that may be given more than once. */
static enum err_code take_listeners(struct cli *cli, const char *option, bool tls,
                                    struct serve_options *options, struct err *e)
{
    struct bytes rest = bytes_str(cli_value(cli, option));
    struct bytes text;

    while (bytes_split(&rest, '\n', &text)) {
        if (options->listener_count == SERVE_LISTENERS_MAX)
            return cli_wrong(cli, e, "more than %d listeners", SERVE_LISTENERS_MAX);
        struct listener *l = &options->listeners[options->listener_count++];
        if (listener_parse(arena_str(cli->arena, text), tls, l, e))
            return cli_wrong(cli, e, "--%s: %s", option, e->text);
    }
    return ERR_NONE;
}

static enum err_code check_tls(struct cli *cli, const struct serve_options *options, struct err *e)
{
    bool tls = cli_given(cli, "listen-tls");

    if (!options->cert != !options->key)
        return cli_wrong(cli, e, "--cert and --key belong together");
    if (options->cert && options->self_signed)
        return cli_wrong(cli, e, "--self-signed makes its own --cert and --key");
    if (tls && !options->cert && !options->self_signed)
        return cli_wrong(cli, e, "--listen-tls wants --cert and --key, or --self-signed");
    if (!tls && (options->cert || options->self_signed))
        return cli_wrong(cli, e, "a certificate is for --listen-tls");
    return ERR_NONE;
}

/* The demo's passwords are in its documentation. */
static enum err_code check_demo(struct cli *cli, const struct serve_options *options, struct err *e)
{
    for (size_t i = 0; options->demo && i < options->listener_count; i++) {
        if (!options->listeners[i].loopback)
            return cli_wrong(cli, e, "--demo is refused on %s: everybody knows its passwords",
                             options->listeners[i].text);
    }
    return ERR_NONE;
}

static enum err_code run(struct cli *cli, struct err *e)
{
    struct listener listeners[SERVE_LISTENERS_MAX];
    struct serve_options options = {
        .dir = cli->args[0],
        .listeners = listeners,
        .cert = cli_value(cli, "cert"),
        .key = cli_value(cli, "key"),
        .self_signed = cli_given(cli, "self-signed"),
        .demo = cli_given(cli, "demo"),
        .workers = 1,
    };
    int32_t workers = 1;
    enum err_code rc;

    if ((rc = cli_number_option(cli, "workers", 1, SERVE_WORKERS_MAX, &workers, e)) ||
        (rc = take_listeners(cli, "listen", false, &options, e)) ||
        (rc = take_listeners(cli, "listen-tls", true, &options, e)))
        return rc;
    options.workers = workers;
    if (options.listener_count == 0 &&
        (rc = listener_parse(LISTEN_DEFAULT, false, &listeners[options.listener_count++], e)))
        return rc;
    if ((rc = check_tls(cli, &options, e)) || (rc = check_demo(cli, &options, e)))
        return rc;
    return serve(&options, e);
}

int cmd_serve(int argc, char **argv)
{
    static const struct cli_option options[] = {
        { "listen", "ADDR:PORT", "where, " LISTEN_DEFAULT " by default; port 0 takes a free one",
          true },
        { "listen-tls", "ADDR:PORT", "where with TLS", true },
        { "cert", "FILE", "the certificate for TLS, with its chain (PEM)" },
        { "key", "FILE", "its private key (PEM)" },
        { "self-signed", NULL, "make a certificate for localhost" },
        { "workers", "N", "nginx's worker processes, 1 by default" },
        { "demo", NULL, "fill an empty store with examples; loopback only" },
        { 0 },
    };
    static const struct cli_verb verb = {
        "", "DIR",
        "Serves the store in DIR, and makes one when there is none. --listen and --listen-tls may "
        "be "
        "given more than once. When it answers, prints a line `cameo: ready URL` per listener; "
        "SIGTERM finishes what is in flight",
        options, run
    };

    return cli_run("serve", &verb, 1, argc, argv);
}
