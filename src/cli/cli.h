/* cli/cli.h - what the commands of `cameo` share.
 *
 * A command is a row in main.c; most have verbs (`cameo user add`), each a row in its own table.
 * Arguments, options and --help are read off the tables, so that they and the manual can be
 * compared. Results go to stdout, talk to stderr. Text from users is escaped where it is printed
 * for people.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "base/strbuf.h"
#include "core/picture.h"

/* Exit status. */
enum cli_status {
    CLI_DONE = 0,
    CLI_FAILED = 1,
    CLI_USAGE = 2,
    CLI_AWAY = 3, /* a store is busy or away: try again */
};

struct cli_command {
    const char *name;
    int (*run)(int argc, char **argv); /* argv[0] is the command's name; returns the exit status */
    const char *summary;
};

extern const struct cli_command cli_commands[];
extern const size_t cli_command_count;

int cmd_serve(int argc, char **argv);
int cmd_user(int argc, char **argv);
int cmd_key(int argc, char **argv);
int cmd_link(int argc, char **argv);
int cmd_app(int argc, char **argv);
int cmd_record(int argc, char **argv);
int cmd_picture(int argc, char **argv);
int cmd_duplicates(int argc, char **argv);
int cmd_events(int argc, char **argv);
int cmd_key_rotate(int argc, char **argv);
int cmd_reseal(int argc, char **argv);
int cmd_history(int argc, char **argv);
int cmd_undo(int argc, char **argv);
int cmd_erase(int argc, char **argv);
int cmd_audit(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_scrub(int argc, char **argv);
int cmd_collect(int argc, char **argv);
int cmd_backup(int argc, char **argv);
int cmd_restore(int argc, char **argv);
int cmd_version(int argc, char **argv);
int cmd_help(int argc, char **argv);

struct cli_option {
    const char *name;  /* without its dashes */
    const char *value; /* what stands for the value in --help; NULL: a switch */
    const char *help;
    bool repeats; /* may be given more than once: see cli_value */
};

struct cli;

struct cli_verb {
    const char *name; /* "add"; "" when the command has no verbs */
    const char *args; /* "DIR KIND [FILE]": how many there must be is read off it */
    const char *summary;
    const struct cli_option *options; /* ends with a row without a name; NULL: none */
    enum err_code (*run)(struct cli *cli, struct err *e);
};

#define CLI_ARGS_MAX    4
#define CLI_OPTIONS_MAX 16

/* One run of a verb. */
struct cli {
    const char *command;
    const struct cli_verb *verb;
    struct arena *arena; /* lives until the command ends */
    const char *args[CLI_ARGS_MAX];
    const char *values[CLI_OPTIONS_MAX]; /* by row of verb->options: NULL when not given */
    bool json;
    bool wrong_usage; /* set by cli_wrong */
    bool problems;    /* done, and what was found is no success: exit status 1 */

    /* after cli_open */
    struct settings settings;
    struct store *store;
    struct core *core;
    struct principal principal; /* the administrator of this shell, or --as */
};

/* Parses argv against the verbs, runs the one that was meant, says what went wrong, closes what
 * cli_open opened. Returns the exit status. */
int cli_run(const char *command, const struct cli_verb *verbs, size_t count, int argc, char **argv);

/* An option's value, NULL when it was not given; switches have the value "". One that
 * `repeats` has all its values, parted by line breaks; of any other the last counts. */
const char *cli_value(const struct cli *cli, const char *option);
bool cli_given(const struct cli *cli, const char *option);

/* Fills *e and makes the exit status CLI_USAGE. */
enum err_code cli_wrong(struct cli *cli, struct err *e, const char *fmt, ...) PRINTF(3, 4);

/* A whole number within the bounds; `what` names it when it is not. */
enum err_code cli_number(struct cli *cli, const char *what, const char *text, int32_t min,
                         int32_t max, int32_t *out, struct err *e) MUST_CHECK;

/* The same of an option; *out stays as it is when the option is not given. */
enum err_code cli_number_option(struct cli *cli, const char *option, int32_t min, int32_t max,
                                int32_t *out, struct err *e) MUST_CHECK;

enum err_code cli_kind(struct cli *cli, const char *text, enum record_kind *out,
                       struct err *e) MUST_CHECK;

/* KIND and ID of args[1] and args[2]. */
enum err_code cli_owner(struct cli *cli, struct owner *out, struct err *e) MUST_CHECK;

/* ERR_DENIED: the user of --as only reads. */
enum err_code cli_may_write(const struct cli *cli, struct err *e) MUST_CHECK;

/* Loads the settings and opens the store in args[0]; with `create` makes one when there is none. */
enum err_code cli_open(struct cli *cli, bool create, struct err *e) MUST_CHECK;

/* The exit status for a failure. */
int cli_status_of(enum err_code code);

/* One line to stderr, "cameo: …", escaped. */
void cli_say(const char *fmt, ...) PRINTF(1, 2);

/* The same, as a callback for what is found; `context` is not looked at. */
void cli_problem(void *context, const char *line);

/* input.c: what comes in. */

/* All of a descriptor, up to `limit` bytes, into *out; free (*out).at with free().
 * ERR_TOO_LARGE  there is more
 * ERR_INVALID    it could not be read (no store is away: exit status 1); `name` says what */
enum err_code cli_read(int fd, const char *name, size_t limit, struct bytes *out,
                       struct err *e) MUST_CHECK;

#define CLI_PASSWORD_MAX 1024

/* A password from stdin: one line, from a terminal asked for twice without echo. *out lies in
 * `room`, which the caller wipes.
 * ERR_INVALID  empty, too long, more than one line, not UTF-8, or typed differently */
enum err_code cli_read_password(char room[CLI_PASSWORD_MAX], struct bytes *out,
                                struct err *e) MUST_CHECK;

/* print.c: objects and lists, for people or as JSON. */

enum cli_field_type { CLI_TEXT, CLI_INT, CLI_BOOL, CLI_TIME };

struct cli_field {
    const char *name; /* as in JSON: "full_name" */
    enum cli_field_type type;
    struct bytes text;
    int64_t number; /* CLI_TIME: microseconds, 0 stands for never */
};

#define CLI_FIELD_TEXT(name, value)                                                                \
    {                                                                                              \
        name, CLI_TEXT, value, 0                                                                   \
    }
#define CLI_FIELD_INT(name, value)                                                                 \
    {                                                                                              \
        name, CLI_INT, { 0 }, value                                                                \
    }
#define CLI_FIELD_BOOL(name, value)                                                                \
    {                                                                                              \
        name, CLI_BOOL, { 0 }, value                                                               \
    }
#define CLI_FIELD_TIME(name, value)                                                                \
    {                                                                                              \
        name, CLI_TIME, { 0 }, value                                                               \
    }

/* One thing: `name: value` lines, or a JSON object. */
void cli_print(struct cli *cli, const struct cli_field *fields, size_t count);

/* A list: a line of names and a line per row, cells parted by tabs; or a JSON array of objects.
 * `row` counts from 0. An empty list is closed all the same. */
void cli_print_row(struct cli *cli, size_t row, const struct cli_field *fields, size_t count);
void cli_print_end(struct cli *cli, size_t rows);

/* `text` with control characters and what is not UTF-8 as \xNN (and \n, \t, \\), so that a terminal
 * takes it for nothing but text. */
void cli_escape(struct strbuf *out, struct bytes text);

#endif
