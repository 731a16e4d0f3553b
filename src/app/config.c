#include "app/config.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define FILE_BYTES_MAX 65536

/* What the callbacks of one ini_parse_stream share. */
struct reading {
    struct arena *arena;
    struct settings settings;
    bool *seen;        /* per row of config_settings: given already */
    struct bytes rest; /* of the text */
    int line;          /* the one inih has now */
    int failed_line;   /* 0: none so far */
    struct err e;      /* of failed_line */
};

/* Keeps the first failure. Returns 0, which inih takes as "no". */
static int fail(struct reading *reading)
{
    if (!reading->failed_line)
        reading->failed_line = reading->line;
    return 0;
}

/* Hands inih one line. It cuts lines longer than its buffer and would read the tail as a line of
 * its own, so such a line ends the reading. */
static char *next_line(char *line, int room, void *context)
{
    struct reading *reading = context;
    size_t len = bytes_index(reading->rest, '\n');

    if (reading->rest.len == 0 || reading->failed_line)
        return NULL;
    reading->line++;
    if (len + 2 > (size_t)room || memchr(reading->rest.at, '\0', len)) {
        err_set(&reading->e, ERR_INVALID, "%s",
                len + 2 > (size_t)room ? "line too long" : "NUL in the text");
        fail(reading);
        return NULL;
    }
    memcpy(line, reading->rest.at, len);
    line[len] = '\n';
    line[len + 1] = '\0';
    reading->rest = bytes_from(reading->rest, len + 1);
    return line;
}

static int take(void *context, const char *section, const char *name, const char *value)
{
    struct reading *reading = context;
    size_t i = 0;

    if (reading->failed_line)
        return 0;
    while (i < config_setting_count && (strcmp(config_settings[i].section, section) != 0 ||
                                        strcmp(config_settings[i].name, name) != 0))
        i++;
    if (i == config_setting_count) {
        char quoted[LOG_QUOTE_MAX];
        char quoted_section[LOG_QUOTE_MAX];
        err_set(&reading->e, ERR_INVALID, "there is no setting %s in section %s",
                log_quote(bytes_str(name), quoted), log_quote(bytes_str(section), quoted_section));
        return fail(reading);
    }
    /* Also an indented line, which inih takes for more of the value above. */
    if (reading->seen[i]) {
        err_set(&reading->e, ERR_INVALID, "%s is given twice (or the line is indented)", name);
        return fail(reading);
    }
    reading->seen[i] = true;
    if (config_set(reading->arena, &reading->settings, bytes_str(name), bytes_str(value),
                   &reading->e))
        return fail(reading);
    return 1;
}

enum err_code config_read(struct arena *arena, struct bytes text, const char *file,
                          struct settings *settings, struct err *e)
{
    struct reading reading = { .arena = arena, .settings = *settings, .rest = text };

    reading.seen = arena_zalloc(arena, config_setting_count, sizeof *reading.seen);
    if (!reading.seen)
        return err_set(e, ERR_NO_MEMORY, "read settings");

    int bad_line = ini_parse_stream(next_line, &reading, take, &reading);
    if (bad_line < 0)
        return err_set(e, ERR_NO_MEMORY, "read settings");
    if (bad_line && (!reading.failed_line || bad_line < reading.failed_line)) {
        reading.failed_line = bad_line;
        err_set(&reading.e, ERR_INVALID, "neither [section] nor name = value");
    }
    if (reading.failed_line) {
        *e = reading.e;
        return err_context(e, "%s:%d", file, reading.failed_line);
    }
    *settings = reading.settings;
    return ERR_NONE;
}

static enum err_code read_file(struct arena *arena, const char *path, struct settings *settings,
                               struct err *e)
{
    CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? ERR_NONE : err_errno(e, errno, "open '%s'", path);

    char *text = arena_alloc(arena, FILE_BYTES_MAX);
    if (!text)
        return err_set(e, ERR_NO_MEMORY, "read '%s'", path);

    size_t len = 0;
    ssize_t n;
    while ((n = read(fd, text + len, FILE_BYTES_MAX - len)) > 0)
        len += (size_t)n;
    if (n < 0)
        return err_errno(e, errno, "read '%s'", path);
    if (len == FILE_BYTES_MAX)
        return err_set(e, ERR_INVALID, "'%s' has %d bytes or more", path, FILE_BYTES_MAX);
    return config_read(arena, bytes_of(text, len), path, settings, e);
}

static enum err_code read_environment(struct arena *arena, struct settings *settings, struct err *e)
{
    for (size_t i = 0; i < config_setting_count; i++) {
        char variable[64];
        snprintf(variable, sizeof variable, "CAMEO_%s", config_settings[i].name);
        for (char *c = variable; *c; c++)
            *c = *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c;

        const char *value = getenv(variable);
        if (value &&
            config_set(arena, settings, bytes_str(config_settings[i].name), bytes_str(value), e))
            return err_context(e, "environment variable %s", variable);
    }
    return ERR_NONE;
}

/* The key of encryption: of the environment, a file that is set, systemd's credential. */
static enum err_code find_key(struct arena *arena, struct settings *settings, struct err *e)
{
    const char *key = getenv(CONFIG_KEY);
    const char *credentials = getenv(CONFIG_CREDENTIALS);

    if (key && *key) {
        settings->encryption_key = arena_copy(arena, bytes_str(key));
        if (!settings->encryption_key.at)
            return err_set(e, ERR_NO_MEMORY, "read settings");
    }
    if (settings->encryption_key_file.len || !credentials || !*credentials)
        return ERR_NONE;
    const char *path = arena_printf(arena, "%s/" CONFIG_CREDENTIAL, credentials);
    if (!path)
        return err_set(e, ERR_NO_MEMORY, "read settings");
    if (access(path, F_OK) == 0)
        settings->encryption_key_file = bytes_str(path);
    return ERR_NONE;
}

enum err_code config_load(struct arena *arena, const char *dir, struct settings *out, struct err *e)
{
    struct settings settings = settings_default;
    const char *path = arena_printf(arena, "%s/" CONFIG_FILE, dir);
    if (!path)
        return err_set(e, ERR_NO_MEMORY, "read settings");

    enum err_code rc = read_file(arena, path, &settings, e);
    if (!rc)
        rc = read_environment(arena, &settings, e);
    if (!rc)
        rc = find_key(arena, &settings, e);
    if (!rc)
        rc = config_check(&settings, e);
    if (rc)
        return rc;
    *out = settings;
    return ERR_NONE;
}
